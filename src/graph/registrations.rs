//! Who has registered what: Microsoft Graph's `userRegistrationDetails`, by the same questions that the sign-in asks.
//!
//! Differs: guests are not listed, since what they register stays at home.

use serde_json::{Value, json};

use super::calls::Version;
use super::error::Refused;
use super::methods::phone::Phone;
use super::preferences::word;
use super::{Ask, Outcome};
use crate::directory::Account;
use crate::directory::policy::MethodKind;
use crate::id::ObjectId;
use crate::signin::factors::Factor;
use crate::signin::mfa::offered::usable;
use crate::time::Timestamp;

/// Everybody, or one person.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let place = ask.caller.place();
    let Some(id) = id else {
        let here = ask.directory.world().users.keys().filter_map(|upn| ask.directory.account(upn));
        let rows = here.filter(|account| account.home == place).map(|account| shown(ask, &account));
        return ask.list(rows.collect());
    };
    let found = ObjectId::parse(id).and_then(|id| ask.directory.account_by_id(id));
    match found.filter(|account| account.home == place) {
        Some(account) => ask.item(shown(ask, &account)),
        None => Err(Refused::no_object(id)),
    }
}

fn shown(ask: &Ask<'_>, account: &Account<'_>) -> Value {
    let user = account.user;
    let methods = &user.methods;
    let usable = second_factors(account, ask.now);
    let preferred = |factor: &Factor| factor.method().map(|kind| word(kind, methods)).filter(|word| *word != "none");
    let mut row = json!({
        "id": user.id.to_string(),
        "userPrincipalName": account.upn.as_str(),
        "userDisplayName": account.title(),
        "userType": "member",
        "isAdmin": user.roles.iter().any(|role| role.administers()),
        "isSsprRegistered": false,
        "isSsprEnabled": false,
        "isSsprCapable": false,
        "isMfaRegistered": methods.any(),
        "isMfaCapable": !usable.is_empty(),
        "isPasswordlessCapable": usable.contains(&Factor::Passkey),
        "methodsRegistered": registered(account, ask.now),
        "isSystemPreferredAuthenticationMethodEnabled": methods.default.is_none(),
        "systemPreferredAuthenticationMethods": usable.iter().find_map(preferred).into_iter().collect::<Vec<_>>(),
        "userPreferredMethodForSecondaryAuthentication": methods.default.map_or("none", |kind| word(kind, methods)),
        "lastUpdatedDateTime": ask.now,
    });
    if ask.call.version == Version::Beta {
        row["defaultMfaMethod"] = default(account, &usable).into();
    }
    row
}

/// What would do as a second factor, the one that is asked first in front.
fn second_factors(account: &Account<'_>, now: Timestamp) -> Vec<Factor> {
    usable(account, now).into_iter().filter(|factor| factor.method().is_some()).collect()
}

fn registered(account: &Account<'_>, now: Timestamp) -> Vec<&'static str> {
    let methods = &account.user.methods;
    let pass = methods.access_pass.as_ref().is_some_and(|pass| pass.is_good(now));
    let table = [
        (Phone::Mobile.number(methods).is_some(), "mobilePhone"),
        (Phone::Office.number(methods).is_some(), "officePhone"),
        (methods.push, "microsoftAuthenticatorPush"),
        (methods.totp.is_some(), "softwareOneTimePasscode"),
        (!methods.passkeys.is_empty(), "fido2SecurityKey"),
        (pass, "temporaryAccessPass"),
    ];
    table.into_iter().filter(|(has, _)| *has).map(|(_, word)| word).collect()
}

/// The method asked first, in the words of the older property.
fn default(account: &Account<'_>, usable: &[Factor]) -> &'static str {
    let methods = &account.user.methods;
    match usable.first().and_then(|factor| factor.method()) {
        None | Some(MethodKind::AppPassword) => "none",
        Some(MethodKind::Push) => "microsoftAuthenticatorPush",
        Some(MethodKind::Totp) => "softwareOneTimePasscode",
        Some(MethodKind::Sms) => "mobilePhone",
        Some(MethodKind::Call) if Phone::Office.number(methods).is_some() => "officePhone",
        Some(MethodKind::Call) => "mobilePhone",
        Some(MethodKind::Passkey) => "fido2SecurityKey",
    }
}
