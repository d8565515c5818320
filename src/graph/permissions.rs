//! May this caller do this? One table: the permissions that Microsoft Graph's reference names for each call, and the
//! directory roles that a person needs besides.
//!
//! Differs: the reference also asks for `Application.Read.All` where a policy is written; the service does not.

use super::caller::{Belongs, Caller, Person, Who};
use super::calls::{Call, OfPerson, Place, Verb};
use super::error::Refused;
use super::methods::kind::MethodType;
use crate::directory::role::Role;

/// Some permissions, all of which are needed.
type Together = &'static [&'static str];

/// What a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    /// For one's own things; of these, one is enough.
    own: Own,
    /// For anybody's, in the name of a person or of an application; of these, one is enough.
    all: &'static [Together],
    /// Whoever may besides those with a role: for what every member may see.
    besides: Besides,
    /// The roles that a person needs for what is not their own; one is enough.
    roles: &'static [Role],
}

/// Who needs no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Besides {
    /// Nobody.
    Nobody,
    /// Members of the tenant.
    Members,
}

/// What one's own things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    /// One of these, and no role.
    Any(&'static [Together]),
    /// The same as anybody's.
    AsAll,
    /// Nobody may do this to themselves.
    Never,
}

/// The scope of a person who does in the directory whatever they may do there.
const AS_THE_USER: &str = "Directory.AccessAsUser.All";

const METHODS_READ: &[Role] =
    &[Role::GlobalReader, Role::AuthenticationAdmin, Role::PrivilegedAuthenticationAdmin, Role::GlobalAdmin];
const METHODS_WRITE: &[Role] = &[Role::AuthenticationAdmin, Role::PrivilegedAuthenticationAdmin, Role::GlobalAdmin];
const STATES_READ: &[Role] = &[
    Role::GlobalReader,
    Role::AuthenticationPolicyAdmin,
    Role::AuthenticationAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::GlobalAdmin,
];
const STATES_WRITE: &[Role] = &[
    Role::AuthenticationPolicyAdmin,
    Role::AuthenticationAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::GlobalAdmin,
];
const POLICIES_READ: &[Role] =
    &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::ConditionalAccessAdmin, Role::GlobalAdmin];
const POLICIES_WRITE: &[Role] = &[Role::SecurityAdmin, Role::ConditionalAccessAdmin, Role::GlobalAdmin];
const REPORTS_READ: &[Role] = &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::GlobalAdmin];

const DOMAINS_READ: &[Role] = &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::GlobalAdmin];
const DOMAINS_WRITE: &[Role] = &[Role::SecurityAdmin, Role::GlobalAdmin];
const DELEGATION_READ: &[Role] =
    &[Role::AdminAgent, Role::SalesAgent, Role::HelpdeskAgent, Role::GlobalReader, Role::GlobalAdmin];
const DELEGATION_WRITE: &[Role] = &[Role::AdminAgent, Role::GlobalAdmin];
/// Whoever administers anything may read the directory.
const DIRECTORY_READ: &[Role] = &[
    Role::DirectoryReaders,
    Role::DirectoryWriters,
    Role::GlobalReader,
    Role::SecurityReader,
    Role::SecurityAdmin,
    Role::UserAdmin,
    Role::HelpdeskAdmin,
    Role::PasswordAdmin,
    Role::LicenseAdmin,
    Role::AuthenticationAdmin,
    Role::AuthenticationPolicyAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::PrivilegedRoleAdmin,
    Role::ConditionalAccessAdmin,
    Role::ApplicationAdmin,
    Role::CloudApplicationAdmin,
    Role::ServiceSupportAdmin,
    Role::BillingAdmin,
    Role::ExchangeAdmin,
    Role::SharepointAdmin,
    Role::GlobalAdmin,
];
const READ_ONESELF: &[Together] = &[
    &["User.Read"],
    &["User.ReadWrite"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];
const READ_USERS: &[Together] = &[
    &["User.ReadBasic.All"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];
const READ_MEMBERSHIPS: &[Together] =
    &[&["GroupMember.Read.All"], &["Group.Read.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];
const READ_ORGANIZATION: &[Together] =
    &[&["User.Read"], &["Organization.Read.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];
const READ_DIRECTORY: &[Together] = &[&["Directory.Read.All"], &["Directory.ReadWrite.All"]];
const READ_DOMAINS: &[Together] =
    &[&["Domain.Read.All"], &["Domain.ReadWrite.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

/// What every member may read, and of the others who has a role.
fn directory(own: Own, all: &'static [Together]) -> Rule {
    Rule { own, all, besides: Besides::Members, roles: DIRECTORY_READ }
}

/// The table.
fn rule(place: Place<'_>, verb: Verb) -> Rule {
    let reads = verb == Verb::Get;
    match place {
        Place::Person(_, OfPerson::MethodsOf(MethodType::AccessPass, _)) if verb == Verb::Post => Rule {
            own: Own::Never,
            all: &[&["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_WRITE,
        },
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) if reads => Rule {
            own: Own::Any(&[
                &["UserAuthenticationMethod.Read"],
                &["UserAuthenticationMethod.ReadWrite"],
                &["UserAuthenticationMethod.Read.All"],
                &["UserAuthenticationMethod.ReadWrite.All"],
            ]),
            all: &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_READ,
        },
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) => Rule {
            own: Own::Any(&[&["UserAuthenticationMethod.ReadWrite"], &["UserAuthenticationMethod.ReadWrite.All"]]),
            all: &[&["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_WRITE,
        },
        Place::Person(_, OfPerson::Requirements) if reads => Rule {
            own: Own::Any(&[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]]),
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]],
            besides: Besides::Nobody,
            roles: STATES_READ,
        },
        Place::Person(_, OfPerson::Requirements) => Rule {
            own: Own::AsAll,
            all: &[&["Policy.ReadWrite.AuthenticationMethod"]],
            besides: Besides::Nobody,
            roles: STATES_WRITE,
        },
        Place::SecurityDefaults if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.SecurityDefaults"]],
            besides: Besides::Nobody,
            roles: POLICIES_READ,
        },
        Place::SecurityDefaults => Rule {
            own: Own::AsAll,
            all: &[&["Policy.ReadWrite.SecurityDefaults"], &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]],
            besides: Besides::Nobody,
            roles: POLICIES_WRITE,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.ConditionalAccess"], &["Policy.Read.All"], &["Policy.ReadWrite.ConditionalAccess"]],
            besides: Besides::Nobody,
            roles: POLICIES_READ,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) => Rule {
            own: Own::AsAll,
            all: &[
                &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"],
                &["Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"],
            ],
            besides: Besides::Nobody,
            roles: POLICIES_WRITE,
        },
        Place::Users => directory(Own::AsAll, READ_USERS),
        Place::User(_) => directory(Own::Any(READ_ONESELF), READ_USERS),
        Place::Memberships(..) => directory(Own::Any(READ_ONESELF), READ_MEMBERSHIPS),
        Place::Organization(_) => directory(Own::AsAll, READ_ORGANIZATION),
        Place::Contracts(_) => directory(Own::AsAll, READ_DIRECTORY),
        Place::Domains(_) => directory(Own::AsAll, READ_DOMAINS),
        Place::Federations(..) if reads => {
            Rule { own: Own::AsAll, all: READ_DOMAINS, besides: Besides::Nobody, roles: DOMAINS_READ }
        }
        Place::Federations(..) => {
            let all: &[Together] = &[&["Domain.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DOMAINS_WRITE }
        }
        Place::Delegated(_) if reads => {
            let all: &[Together] =
                &[&["DelegatedAdminRelationship.Read.All"], &["DelegatedAdminRelationship.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DELEGATION_READ }
        }
        Place::Delegated(_) => {
            let all: &[Together] = &[&["DelegatedAdminRelationship.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DELEGATION_WRITE }
        }
        Place::Registrations(_) | Place::SignIns(_) => {
            Rule { own: Own::AsAll, all: &[&["AuditLog.Read.All"]], besides: Besides::Nobody, roles: REPORTS_READ }
        }
    }
}

/// Whose things a call is about, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'r> {
    /// The caller's own.
    Own,
    /// Somebody's with these roles.
    Of(&'r [Role]),
    /// Nobody's: the tenant's, or somebody's who does not exist.
    Nobodys,
}

/// Lets a caller through, or says what is missing.
pub fn check(call: &Call<'_>, caller: &Caller<'_>, whose: Whose<'_>) -> Result<(), Refused> {
    let rule = rule(call.place, call.verb);
    match &caller.who {
        Who::Application(roles) if holds(roles, rule.all) => Ok(()),
        Who::Application(roles) => Err(lacking("application permissions", rule.all, roles)),
        Who::Person(person) => of_person(call, rule, person, whose),
    }
}

fn of_person(call: &Call<'_>, rule: Rule, person: &Person<'_>, whose: Whose<'_>) -> Result<(), Refused> {
    let (needed, roles) = match (whose, rule.own) {
        (Whose::Own, Own::Never) => {
            return Err(denied("Nobody may do this to their own account."));
        }
        (Whose::Own, Own::Any(needed)) => (needed, None),
        (Whose::Own, Own::AsAll) | (Whose::Of(_) | Whose::Nobodys, _) => (rule.all, Some(rule.roles)),
    };
    let as_the_user = person.scopes.iter().any(|scope| scope == AS_THE_USER);
    if !as_the_user && !holds(&person.scopes, needed) {
        return Err(lacking("delegated permissions", needed, &person.scopes));
    }
    let Some(roles) = roles else { return proven(call, person) };
    if rule.besides == Besides::Members && person.belongs == Belongs::Member {
        return Ok(());
    }
    let held: Vec<Role> = roles.iter().copied().filter(|role| person.roles.contains(role)).collect();
    match (held.as_slice(), whose) {
        ([], _) => {
            let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
            Err(denied(&format!(
                "{} has none of the roles that may do this: {}.",
                person.account.upn,
                titles.join(", ")
            )))
        }
        // This role is for ordinary people's methods.
        ([Role::AuthenticationAdmin], Whose::Of(theirs))
            if call.verb != Verb::Get && theirs.iter().any(|role| role.administers()) =>
        {
            Err(denied("An authentication administrator may not change an administrator's methods."))
        }
        (_, _) => Ok(()),
    }
}

/// One's own methods are changed only by who proved one that was there before.
fn proven(call: &Call<'_>, person: &Person<'_>) -> Result<(), Refused> {
    let writes = call.verb != Verb::Get;
    match writes && !person.proved_mfa && person.account.user.methods.any() {
        true => Err(denied("To change one's own methods takes a token from a sign-in with a second factor.")),
        false => Ok(()),
    }
}

/// Does this caller see telephone numbers in full? The role for ordinary people's methods does not.
pub fn sees_numbers(caller: &Caller<'_>, whose: Whose<'_>) -> bool {
    match (&caller.who, whose) {
        (Who::Application(_), _) | (_, Whose::Own) => true,
        (Who::Person(person), Whose::Of(_) | Whose::Nobodys) => {
            METHODS_READ.iter().any(|role| *role != Role::AuthenticationAdmin && person.roles.contains(role))
        }
    }
}

fn holds(held: &[String], needed: &[Together]) -> bool {
    needed.iter().any(|together| together.iter().all(|one| held.iter().any(|known| known == one)))
}

fn lacking(kind: &str, needed: &[Together], held: &[String]) -> Refused {
    let needed: Vec<String> = needed.iter().map(|together| together.join(" with ")).collect();
    let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
    denied(&format!("Of these {kind} it takes one: {}. The token has: {held}.", needed.join(", ")))
}

fn denied(why: &str) -> Refused {
    Refused::Denied(format!("Insufficient privileges to complete the operation. {why}"))
}

#[cfg(test)]
mod tests;
