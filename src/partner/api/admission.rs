//! May this caller make this call? First what kind of caller it is, then the second factor, then the role: whoever lacks
//! two of them is told of the first.

use super::caller::{Caller, Who};
use super::calls::Call;
use super::enforcement::Enforcement;
use super::error::Refused;
use super::reach::{Alone, Reach};
use crate::directory::world::Edition;
use crate::journal::Because;

/// What the mandate asks of a partner at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Which edition of it is shown.
    pub edition: Edition,
    /// Whether it is enforced.
    pub enforcement: Enforcement,
}

/// Lets a caller through, telling why where that is not plain; or says what is missing.
pub fn admit(call: &Call<'_>, caller: &Caller<'_>, mandate: &Mandate) -> Result<Vec<Because>, Refused> {
    let reach = Reach::of(call, mandate.edition);
    let person = match (&caller.who, reach.alone) {
        (Who::Application(_), Alone::Taken) => {
            return Ok(vec![Because::new("R-41", "an application by itself is asked for no second factor")]);
        }
        (Who::Application(_), Alone::Refused) => {
            return Err(Refused::Denied(
                "this resource does not take application-only tokens; it takes App+User credentials.".into(),
            ));
        }
        (Who::Person(person), Alone::Taken | Alone::Refused) => person,
    };
    let mut because = Vec::new();
    if !person.proved_mfa {
        match mandate.enforcement.lets_through() {
            Some(why) => because.push(why),
            None => return Err(Refused::Mfa(mandate.edition)),
        }
    }
    if !person.impersonates {
        return Err(Refused::Denied("the token lacks the scope user_impersonation.".into()));
    }
    if !reach.roles.iter().any(|role| person.roles.contains(role)) {
        let titles: Vec<&str> = reach.roles.iter().map(|role| role.title()).collect();
        return Err(Refused::Denied(format!(
            "{} has none of the roles that reach this resource: {}.",
            person.account.upn,
            titles.join(", ")
        )));
    }
    Ok(because)
}

#[cfg(test)]
mod tests;
