//! The per-user MFA state: Microsoft Graph's `strongAuthenticationRequirements`.

use serde_json::json;

use super::calls::OfPerson;
use super::error::Refused;
use super::members::Members;
use super::people::Target;
use super::{Ask, Outcome, Told};
use crate::directory::policy::PerUserMfa;
use crate::signin::mfa::required::per_user_state;

const STATES: [(PerUserMfa, &str); 3] =
    [(PerUserMfa::Disabled, "disabled"), (PerUserMfa::Enabled, "enabled"), (PerUserMfa::Enforced, "enforced")];

/// The state in force.
pub fn show(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let state = per_user_state(&target.account);
    let word = STATES.iter().find(|(known, _)| *known == state).map_or("", |(_, word)| word);
    ask.value_of(target, OfPerson::Requirements, json!({ "perUserMfaState": word }))
}

/// Another state, the account's own from then on.
pub fn change(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let word = members.text("perUserMfaState")?;
    members.finish()?;
    let Some((state, word)) = STATES.into_iter().find(|(_, known)| word == Some(known)) else {
        return Err(Refused::bad("perUserMfaState must be one of disabled, enabled, enforced."));
    };
    let did = format!("set multi-factor authentication to {word}");
    ask.with_user(target, Told::Done, &did, |user| user.per_user_mfa = Some(state))
}
