//! Which method is asked first: Microsoft Graph's `signInPreferences`.
//!
//! An account without a default is asked for what the system prefers; one with a default, for that. So the two settings
//! of the real service are one here.

use serde_json::{Value, json};

use super::calls::OfPerson;
use super::error::Refused;
use super::members::Members;
use super::people::Target;
use super::{Ask, Outcome, Told};
use crate::directory::policy::MethodKind;
use crate::directory::user::Methods;

/// What this interface calls a kind of second factor; a passkey has no word there.
pub fn word(kind: MethodKind, methods: &Methods) -> &'static str {
    match kind {
        MethodKind::Push => "push",
        MethodKind::Totp => "oath",
        MethodKind::Sms => "sms",
        MethodKind::Call if methods.call == methods.sms => "voiceMobile",
        MethodKind::Call => "voiceOffice",
        MethodKind::Passkey | MethodKind::AppPassword => "none",
    }
}

fn kind(word: &str, methods: &Methods) -> Result<MethodKind, Refused> {
    let kinds = MethodKind::FACTORS.into_iter().filter(|kind| *kind != MethodKind::Passkey);
    match kinds.clone().find(|kind| methods.has(*kind) && self::word(*kind, methods) == word) {
        Some(kind) => Ok(kind),
        None if ["push", "oath", "sms", "voiceMobile", "voiceAlternateMobile", "voiceOffice"].contains(&word) => {
            Err(Refused::bad(format!("The user has registered no method for '{word}'.")))
        }
        None => Err(Refused::bad(
            "userPreferredMethodForSecondaryAuthentication must be one of push, oath, sms, voiceMobile, voiceOffice.",
        )),
    }
}

/// What is asked first.
pub fn show(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    ask.value_of(target, OfPerson::Preferences, shown(&target.account.user.methods))
}

fn shown(methods: &Methods) -> Value {
    json!({
        "isSystemPreferredAuthenticationMethodEnabled": methods.default.is_none(),
        "userPreferredMethodForSecondaryAuthentication": methods.default.map_or("none", |kind| word(kind, methods)),
    })
}

/// Something else is asked first.
pub fn change(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let by_system = members.flag("isSystemPreferredAuthenticationMethodEnabled")?;
    let preferred = members.text("userPreferredMethodForSecondaryAuthentication")?;
    members.finish()?;
    let methods = &target.account.user.methods;
    let default = match (by_system, preferred) {
        (Some(true), None) => None,
        (Some(true), Some(_)) => {
            return Err(Refused::bad("Here a user prefers a method or leaves it to the system, not both."));
        }
        (_, Some(word)) => Some(kind(word, methods)?),
        (Some(false), None) if methods.default.is_some() => methods.default,
        (Some(false) | None, None) => {
            return Err(Refused::bad("userPreferredMethodForSecondaryAuthentication must name a method."));
        }
    };
    ask.with_user(target, Told::Done, "set the preferred method", |user| user.methods.default = default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_registered_can_be_preferred() {
        let number = || Some("+1 555 0100".to_owned());
        let methods = Methods { push: true, call: number(), ..Methods::default() };
        assert_eq!(kind("push", &methods), Ok(MethodKind::Push));
        assert_eq!(kind("voiceOffice", &methods), Ok(MethodKind::Call));
        for word in ["voiceMobile", "oath", "sms", "voiceAlternateMobile", "none", "fido2", ""] {
            assert!(kind(word, &methods).is_err(), "{word}");
        }
        let methods = Methods { sms: number(), ..methods };
        assert_eq!(kind("voiceMobile", &methods), Ok(MethodKind::Call));
        assert_eq!(kind("sms", &methods), Ok(MethodKind::Sms));
    }
}
