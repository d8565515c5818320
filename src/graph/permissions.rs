//! May this caller do this? One table: the permissions that Microsoft Graph's reference names for each call, and the
//! directory roles that a person needs besides.
//!
//! Differs: the reference also asks for `Application.Read.All` where a policy is written; the service does not.

use super::caller::{Caller, Person, Who};
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
    /// The roles that a person needs for what is not their own; one is enough.
    roles: &'static [Role],
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

/// The table.
fn rule(place: Place<'_>, verb: Verb) -> Rule {
    let reads = verb == Verb::Get;
    match place {
        Place::Person(_, OfPerson::MethodsOf(MethodType::AccessPass, _)) if verb == Verb::Post => {
            Rule { own: Own::Never, all: &[&["UserAuthenticationMethod.ReadWrite.All"]], roles: METHODS_WRITE }
        }
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) if reads => Rule {
            own: Own::Any(&[
                &["UserAuthenticationMethod.Read"],
                &["UserAuthenticationMethod.ReadWrite"],
                &["UserAuthenticationMethod.Read.All"],
                &["UserAuthenticationMethod.ReadWrite.All"],
            ]),
            all: &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
            roles: METHODS_READ,
        },
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) => Rule {
            own: Own::Any(&[&["UserAuthenticationMethod.ReadWrite"], &["UserAuthenticationMethod.ReadWrite.All"]]),
            all: &[&["UserAuthenticationMethod.ReadWrite.All"]],
            roles: METHODS_WRITE,
        },
        Place::Person(_, OfPerson::Requirements) if reads => Rule {
            own: Own::Any(&[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]]),
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]],
            roles: STATES_READ,
        },
        Place::Person(_, OfPerson::Requirements) => {
            Rule { own: Own::AsAll, all: &[&["Policy.ReadWrite.AuthenticationMethod"]], roles: STATES_WRITE }
        }
        Place::SecurityDefaults if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.SecurityDefaults"]],
            roles: POLICIES_READ,
        },
        Place::SecurityDefaults => Rule {
            own: Own::AsAll,
            all: &[&["Policy.ReadWrite.SecurityDefaults"], &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]],
            roles: POLICIES_WRITE,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.ConditionalAccess"], &["Policy.Read.All"], &["Policy.ReadWrite.ConditionalAccess"]],
            roles: POLICIES_READ,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) => Rule {
            own: Own::AsAll,
            all: &[
                &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"],
                &["Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"],
            ],
            roles: POLICIES_WRITE,
        },
        Place::Registrations(_) => Rule { own: Own::AsAll, all: &[&["AuditLog.Read.All"]], roles: REPORTS_READ },
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
