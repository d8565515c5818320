//! What an account may administer.
//!
//! Directory roles travel as role template ids (`wids`); a partner's agents are groups, not roles.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

/// The template every ordinary member of a tenant has.
pub const MEMBER: Uuid = uuid!("b79fbf4d-3ef9-4689-8143-76b194e85509");

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $title:literal $template:expr;)*) => {
        /// A role an account can have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[$doc])* $role,)* }

        impl Role {
            /// Every role there is.
            pub const ALL: &[Role] = &[$(Role::$role,)*];

            /// The name shown to people.
            pub fn title(self) -> &'static str {
                match self { $(Role::$role => $title,)* }
            }

            /// The directory role's template id; a partner's agent role is a group and has none.
            pub fn template(self) -> Option<Uuid> {
                match self { $(Role::$role => $template,)* }
            }
        }
    };
}

roles! {
    /// Partner Center's admin agent.
    AdminAgent "Admin agent" None;
    /// Partner Center's sales agent.
    SalesAgent "Sales agent" None;
    /// Partner Center's helpdesk agent.
    HelpdeskAgent "Helpdesk agent" None;
    /// Everything.
    GlobalAdmin "Global administrator" Some(uuid!("62e90394-69f5-4237-9190-012177145e10"));
    /// Reads everything.
    GlobalReader "Global reader" Some(uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"));
    /// Bills.
    BillingAdmin "Billing administrator" Some(uuid!("b0f54661-2d74-4c50-afa3-1ec803f12efe"));
    /// Users.
    UserAdmin "User administrator" Some(uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"));
    /// Passwords.
    HelpdeskAdmin "Helpdesk administrator" Some(uuid!("729827e3-9c14-49f7-bb1b-9608f156bbb8"));
    /// Policies and alerts.
    SecurityAdmin "Security administrator" Some(uuid!("194ae4cb-b126-40b2-bd5b-6091b380977d"));
    /// Reads policies and alerts.
    SecurityReader "Security reader" Some(uuid!("5d6b6bb7-de71-4623-b4af-96380a352509"));
    /// Conditional access.
    ConditionalAccessAdmin "Conditional access administrator" Some(uuid!("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"));
    /// Applications.
    ApplicationAdmin "Application administrator" Some(uuid!("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"));
    /// Exchange.
    ExchangeAdmin "Exchange administrator" Some(uuid!("29232cdf-9323-42fd-ade2-1d097af3e4de"));
    /// Licences.
    LicenseAdmin "License administrator" Some(uuid!("4d6ac14f-3453-41d0-bef9-a3e0c569773a"));
    /// Service requests.
    ServiceSupportAdmin "Service support administrator" Some(uuid!("f023fd81-a637-4b56-95fd-791ac0226033"));
    /// Roles of others.
    PrivilegedRoleAdmin "Privileged role administrator" Some(uuid!("e8611ab8-c189-46e8-94e1-60213ab1f814"));
    /// Methods of everybody.
    PrivilegedAuthenticationAdmin "Privileged authentication administrator" Some(uuid!("7be44c8a-adaf-4e2a-84d6-ab2649e08a13"));
    /// Methods of ordinary users.
    AuthenticationAdmin "Authentication administrator" Some(uuid!("c4e39bd9-1100-46d3-8c65-fb160da0071f"));
    /// What may be registered, and who must.
    AuthenticationPolicyAdmin "Authentication policy administrator" Some(uuid!("0526716b-113d-4c15-b2c8-68e3c22b9f80"));
    /// Passwords of ordinary users.
    PasswordAdmin "Password administrator" Some(uuid!("966707d0-3269-4727-9be2-8c3a10f19b9d"));
    /// Applications but those on premises.
    CloudApplicationAdmin "Cloud application administrator" Some(uuid!("158c047a-c907-4556-b7ef-446551a6b5f7"));
    /// SharePoint.
    SharepointAdmin "SharePoint administrator" Some(uuid!("f28a1f50-f6e7-4571-818b-6a12f2af6b6c"));
    /// Reads the directory.
    DirectoryReaders "Directory readers" Some(uuid!("88d8e3e3-8f55-4a1e-953a-9b9898b8876b"));
    /// Writes the directory.
    DirectoryWriters "Directory writers" Some(uuid!("9360feb5-f418-4baa-8175-e2a00bac4301"));
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u32);

const _: () = assert!(Role::ALL.len() <= 32, "a set of roles has a bit for each");

impl Roles {
    /// Is this role in it?
    pub fn contains(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// Is none?
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its roles, in the order of all there are.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }

    fn bit(role: Role) -> u32 {
        1 << role as u32
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Roles(roles.into_iter().fold(0, |set, role| set | Self::bit(role)))
    }
}

/// Over whose accounts and settings a role in the directory is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// In other tenants only: a partner's agents.
    Elsewhere,
    /// It reads, or writes what nobody is administered by.
    Nobody,
    /// Those who administer nothing themselves.
    OrdinaryPeople,
    /// Administrators too.
    Everybody,
}

impl Role {
    /// The role of this template.
    pub fn of_template(template: Uuid) -> Option<Self> {
        Role::ALL.iter().copied().find(|role| role.template() == Some(template))
    }

    /// Whom is it over?
    fn over(self) -> Reach {
        match self {
            Role::AdminAgent | Role::SalesAgent | Role::HelpdeskAgent => Reach::Elsewhere,
            Role::GlobalReader | Role::SecurityReader | Role::DirectoryReaders | Role::DirectoryWriters => {
                Reach::Nobody
            }
            Role::AuthenticationAdmin | Role::UserAdmin | Role::HelpdeskAdmin | Role::PasswordAdmin => {
                Reach::OrdinaryPeople
            }
            Role::GlobalAdmin
            | Role::BillingAdmin
            | Role::SecurityAdmin
            | Role::ConditionalAccessAdmin
            | Role::ApplicationAdmin
            | Role::ExchangeAdmin
            | Role::LicenseAdmin
            | Role::ServiceSupportAdmin
            | Role::PrivilegedRoleAdmin
            | Role::PrivilegedAuthenticationAdmin
            | Role::AuthenticationPolicyAdmin
            | Role::CloudApplicationAdmin
            | Role::SharepointAdmin => Reach::Everybody,
        }
    }

    /// May one of these roles change how somebody with those signs in? A role for ordinary people's accounts does not reach
    /// an administrator's, lest whoever has it become one.
    pub fn reach(held: &[Role], theirs: &[Role]) -> bool {
        let protected = theirs.iter().any(|role| role.administers());
        held.iter().any(|role| !protected || role.over() != Reach::OrdinaryPeople)
    }

    /// Is this an administrator's role in the directory?
    pub fn administers(self) -> bool {
        matches!(self.over(), Reach::OrdinaryPeople | Reach::Everybody)
    }

    /// Do security defaults ask it for a second factor? A partner's agents administer other tenants.
    pub fn is_guarded_by_defaults(self) -> bool {
        matches!(self, Role::AdminAgent | Role::HelpdeskAgent) || self.administers()
    }

    /// May this role decide for the whole organisation that an application is trusted?
    pub fn consents_for_all(self) -> bool {
        matches!(self, Role::GlobalAdmin | Role::ApplicationAdmin | Role::PrivilegedRoleAdmin)
    }
}
