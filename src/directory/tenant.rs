//! Who verifies people, and by which house rules: an Entra tenant or a third-party provider.
//!
//! To the sign-in engine both are one thing, [`Tenant`], speaking one of two dialects.

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::domain::Federation;
use super::external::External;
use super::group::Group;
use super::policy::{ConditionalAccess, MethodKind, NamedLocation, PerUserMfa};
use super::user::User;
use crate::id::{ObjectId, TenantId, Upn};
use crate::time::{Span, Timestamp};

/// What an Entra tenant is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// Sells to customers and administers them: the tenants the mandate is about.
    Partner,
    /// Is administered by partners.
    Customer,
    /// Neither.
    #[default]
    Ordinary,
}

/// An Entra tenant, as a world file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EntraTenant {
    /// The tenant id; made from the handle when left out.
    pub id: TenantId,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// Its verified domains, the default one first.
    pub domains: Vec<String>,
    /// What the tenant is for.
    pub kind: TenantKind,
    /// The per-user MFA state of every account that has none of its own.
    pub per_user_mfa: PerUserMfa,
    /// Security defaults. They exclude enabled conditional access.
    pub security_defaults: bool,
    /// The older "MFA for admins" baseline policy.
    pub admins_baseline: bool,
    /// Which second factors may be registered; left out, the policies in force decide.
    pub allowed_methods: Option<Vec<MethodKind>>,
    /// "Don't ask again for N days" on the verification pages; 0 is off.
    pub remember_mfa_days: u32,
    /// Whether "Stay signed in?" is asked.
    pub stay_signed_in: bool,
    /// Days during which registration may be skipped.
    pub registration_grace_days: u32,
    /// Partner Center records missing MFA instead of refusing it.
    pub mfa_audit_only: bool,
    /// From when on Partner Center's API refuses missing MFA; before, it records. From the beginning, when left out.
    pub mfa_api_from: Option<Timestamp>,
    /// Answer an unknown user name exactly like a wrong password, already on the first page.
    pub hide_unknown_users: bool,
    /// Named locations, by handle.
    pub named_locations: BTreeMap<String, NamedLocation>,
    /// Conditional access policies, by handle.
    pub conditional_access: BTreeMap<String, ConditionalAccess>,
    /// Authentication strengths of its own, by handle: the methods each of them takes.
    pub authentication_strengths: BTreeMap<String, Vec<MethodKind>>,
    /// External authentication methods, by handle: providers whose word counts as a second factor.
    pub external_methods: BTreeMap<String, External>,
    /// Custom controls, by handle: providers that conditional access can demand to be passed, as no factor.
    pub custom_controls: BTreeMap<String, External>,
    /// The domains another provider signs in for.
    pub federation: BTreeMap<String, Federation>,
    /// Groups, by handle.
    pub groups: BTreeMap<String, Group>,
    /// Accounts of other tenants invited here, by their user name at home.
    pub guests: BTreeMap<Upn, Guest>,
    /// How long what is issued here lives.
    pub token_lifetimes: TokenLifetimes,
}

/// An account of another tenant that has an object of its own here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Guest {
    /// Its object id in this tenant; made from its name when left out.
    pub id: ObjectId,
    /// Groups of this tenant it belongs to, by handle.
    pub groups: Vec<String>,
    /// Roles it has in this tenant.
    pub roles: Vec<super::role::Role>,
    /// Roles of applications it was given: application handle to role values.
    pub app_roles: BTreeMap<String, Vec<String>>,
}

/// How long tokens, codes and sessions live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TokenLifetimes {
    /// Access tokens.
    pub access: Span,
    /// Id tokens.
    pub id: Span,
    /// Refresh tokens that are not used.
    pub refresh: Span,
    /// Refresh tokens of single-page applications, counted from the sign-in.
    pub spa_refresh: Span,
    /// Authorization codes.
    pub code: Span,
    /// Device codes.
    pub device_code: Span,
    /// A browser session that nobody asked to keep.
    pub session: Span,
    /// A browser session after "Stay signed in".
    pub persistent_session: Span,
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            access: Span::hours(1),
            id: Span::hours(1),
            refresh: Span::days(90),
            spa_refresh: Span::hours(24),
            code: Span::minutes(10),
            device_code: Span::minutes(15),
            session: Span::hours(24),
            persistent_session: Span::days(90),
        }
    }
}

/// A third-party identity provider, as a world file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// When it asks for its own second factor.
    pub mfa: ProviderMfa,
    /// Whether and how it tells others that it did.
    pub relay: Relay,
    /// What is wrong with its federated answers.
    pub answer: Answer,
    /// How strictly it follows the standards as an OpenID Connect provider.
    pub strictness: Strictness,
    /// Whether "Stay signed in?" is asked.
    pub stay_signed_in: bool,
    /// Whether anybody may register a client (RFC 7591).
    pub open_registration: bool,
    /// Whether any service provider with a reply address on localhost is served.
    pub any_localhost_service_provider: bool,
    /// Its own accounts.
    pub users: BTreeMap<Upn, User>,
    /// How long what is issued here lives.
    pub token_lifetimes: TokenLifetimes,
}

/// When a third-party provider asks for its own second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderMfa {
    /// At every sign-in.
    Always,
    /// When the relying party asks.
    #[default]
    OnRequest,
    /// Not at all.
    Never,
}

/// What a third-party provider says about the second factor it did or did not ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relay {
    /// The truth.
    #[default]
    Faithful,
    /// Nothing, although it did MFA.
    Silent,
    /// That it did MFA, although it did not.
    FalseClaim,
    /// The claim with a value nobody knows.
    WrongValue,
    /// The attribute alone, also where the protocol wants it elsewhere.
    AttributeOnly,
}

/// What is wrong with a third-party provider's federated answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing.
    #[default]
    Good,
    /// It does not answer.
    Down,
    /// Its assertions are expired.
    Expired,
    /// Its assertions are not valid yet.
    NotYetValid,
    /// Its assertions are signed with another key.
    WrongSignature,
    /// Its assertions are for somebody else.
    WrongAudience,
    /// It sends the same assertion again.
    Replayed,
}

/// How strictly a provider follows the OpenID Connect family of standards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// RFC 9700: PKCE for public clients, no implicit flow, exact addresses.
    #[default]
    Strict,
    /// The FAPI 2.0 security profile.
    Fapi2,
    /// As older deployments are.
    Lenient,
}

/// Which rules of the wire a tenant follows where standards and Entra differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Microsoft Entra ID.
    Entra,
    /// The standards.
    Generic,
}

/// What a provider's place begins with; no handle has a slash.
pub const PROVIDER_MARK: &str = "idp/";

/// Whoever verifies people: what the sign-in engine calls a tenant.
#[derive(Clone, Copy, Debug)]
pub enum Tenant<'d> {
    /// A tenant of Microsoft Entra ID.
    Entra {
        /// Its handle in the world.
        handle: &'d str,
        /// What the world says of it.
        facts: &'d EntraTenant,
    },
    /// A third-party provider.
    Provider {
        /// Its handle in the world, and its name in addresses.
        handle: &'d str,
        /// What the world says of it.
        facts: &'d Provider,
    },
}

impl PartialEq for Tenant<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.family() == other.family() && self.handle() == other.handle()
    }
}

impl<'d> Tenant<'d> {
    /// Its handle in the world.
    pub fn handle(&self) -> &'d str {
        match *self {
            Tenant::Entra { handle, .. } | Tenant::Provider { handle, .. } => handle,
        }
    }

    /// What records call it. A tenant and a provider may share a handle, so a provider's is marked.
    pub fn place(&self) -> String {
        match *self {
            Tenant::Entra { handle, .. } => handle.to_owned(),
            Tenant::Provider { handle, .. } => format!("{PROVIDER_MARK}{handle}"),
        }
    }

    /// The name shown to people.
    pub fn name(&self) -> &'d str {
        let name = match *self {
            Tenant::Entra { facts, .. } => facts.name.as_str(),
            Tenant::Provider { facts, .. } => facts.name.as_str(),
        };
        if name.is_empty() { self.handle() } else { name }
    }

    /// Its id; a provider has one too, for the records, though no token shows it.
    pub fn id(&self) -> TenantId {
        match *self {
            Tenant::Entra { facts, .. } => facts.id,
            Tenant::Provider { handle, .. } => TenantId::derived(&["provider", handle]),
        }
    }

    /// Whose rules of the wire it follows.
    pub fn family(&self) -> Family {
        match self {
            Tenant::Entra { .. } => Family::Entra,
            Tenant::Provider { .. } => Family::Generic,
        }
    }

    /// How long what is issued here lives.
    pub fn lifetimes(&self) -> &'d TokenLifetimes {
        match *self {
            Tenant::Entra { facts, .. } => &facts.token_lifetimes,
            Tenant::Provider { facts, .. } => &facts.token_lifetimes,
        }
    }

    /// Is "Stay signed in?" asked?
    pub fn offers_to_stay_signed_in(&self) -> bool {
        match *self {
            Tenant::Entra { facts, .. } => facts.stay_signed_in,
            Tenant::Provider { facts, .. } => facts.stay_signed_in,
        }
    }

    /// Does an unknown user name look like a wrong password?
    pub fn hides_unknown_users(&self) -> bool {
        match *self {
            Tenant::Entra { facts, .. } => facts.hide_unknown_users,
            // A provider asks for both on one page and never says which was wrong.
            Tenant::Provider { .. } => true,
        }
    }
}

impl EntraTenant {
    /// Fills in what a file may leave out.
    pub(super) fn complete(&mut self, handle: &str) {
        if self.id == TenantId::default() {
            self.id = TenantId::derived(&["tenant", handle]);
        }
        for domain in &mut self.domains {
            domain.make_ascii_lowercase();
        }
        for (group, facts) in &mut self.groups {
            fill(&mut facts.id, &["group", handle, group]);
        }
        for (upn, guest) in &mut self.guests {
            fill(&mut guest.id, &["guest", handle, upn.as_str()]);
        }
        for (location, facts) in &mut self.named_locations {
            fill(&mut facts.id, &["named location", handle, location]);
        }
        for (policy, facts) in &mut self.conditional_access {
            fill(&mut facts.id, &["policy", handle, policy]);
        }
    }
}

fn fill(id: &mut ObjectId, words: &[&str]) {
    if *id == ObjectId::default() {
        *id = ObjectId::derived(words);
    }
}
