//! May this caller do this? The `table` says what each call takes; here it is held against who calls.

mod roles;
mod table;

use super::caller::{Belongs, Caller, Person, Who};
use super::calls::{Call, Verb};
use super::error::Refused;
use crate::directory::role::Role;
use roles::METHODS_READ;
use table::{Besides, Own, Rule, Together, rule};

/// The scope of a person who does in the directory whatever they may do there.
const AS_THE_USER: &str = "Directory.AccessAsUser.All";

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

/// How a caller sees telephone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// In full.
    InFull,
    /// Their last digits only.
    Masked,
}

/// How does this caller see telephone numbers? The role for ordinary people's methods does not see them in full.
pub fn numbers(caller: &Caller<'_>, whose: Whose<'_>) -> Numbers {
    match (&caller.who, whose) {
        (Who::Application(_), _) | (_, Whose::Own) => Numbers::InFull,
        (Who::Person(person), Whose::Of(_) | Whose::Nobodys) => {
            let higher = |role: &Role| *role != Role::AuthenticationAdmin && person.roles.contains(role);
            if METHODS_READ.iter().any(higher) { Numbers::InFull } else { Numbers::Masked }
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
