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

/// Whom a call is about, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affected<'r> {
    /// The caller.
    Caller,
    /// Somebody else, with these roles.
    Person(&'r [Role]),
    /// Nobody: it is about the tenant, or somebody who does not exist.
    Nobody,
}

/// Lets a caller through, or says what is missing.
pub fn check(call: &Call<'_>, caller: &Caller<'_>, affected: Affected<'_>) -> Result<(), Refused> {
    let rule = rule(call.place, call.verb);
    match &caller.who {
        Who::Application(roles) if holds(roles, rule.all) => Ok(()),
        Who::Application(roles) => Err(lacking("application permissions", rule.all, roles)),
        Who::Person(person) => of_person(call, rule, person, affected),
    }
}

fn of_person(call: &Call<'_>, rule: Rule, person: &Person<'_>, affected: Affected<'_>) -> Result<(), Refused> {
    let (needed, roles) = match (affected, rule.own) {
        (Affected::Caller, Own::Never) => {
            return Err(denied("Nobody may do this to their own account."));
        }
        (Affected::Caller, Own::Any(needed)) => (needed, None),
        (Affected::Caller, Own::AsAll) | (Affected::Person(_) | Affected::Nobody, _) => (rule.all, Some(rule.roles)),
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
    match (held.as_slice(), affected) {
        ([], _) => {
            let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
            Err(denied(&format!(
                "{} has none of the roles that may do this: {}.",
                person.account.upn,
                titles.join(", ")
            )))
        }
        (held, Affected::Person(theirs)) if call.verb != Verb::Get && !Role::reach(held, theirs) => {
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
pub fn numbers(caller: &Caller<'_>, affected: Affected<'_>) -> Numbers {
    match (&caller.who, affected) {
        (Who::Application(_), _) | (_, Affected::Caller) => Numbers::InFull,
        (Who::Person(person), Affected::Person(_) | Affected::Nobody) => {
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
