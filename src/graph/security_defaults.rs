//! Security defaults: Microsoft Graph's `identitySecurityDefaultsEnforcementPolicy`.

use serde_json::json;

use super::error::Refused;
use super::members::Members;
use super::{Ask, Outcome, Told};
use crate::directory::policy::PolicyState;

/// The one policy of this kind has this id in every tenant.
const ID: &str = "00000000-0000-0000-0000-000000000005";

/// Are they on?
pub fn show(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let policy = json!({
        "id": ID,
        "displayName": "Security Defaults",
        "description": "Basic rules for everybody: register a second factor, prove it when it matters, no legacy clients.",
        "isEnabled": ask.tenant().security_defaults,
    });
    let context = ask.context(ask.call.place.segment());
    ask.query()?.item(context, policy).map(Outcome::Shown)
}

/// Turns them on or off.
pub fn change(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let on = members.flag("isEnabled")?;
    members.finish()?;
    let on = on.ok_or_else(|| Refused::bad("isEnabled must be true or false."))?;
    let policies = &ask.tenant().conditional_access;
    if on && let Some(in_force) = policies.values().find(|policy| policy.state == PolicyState::Enabled) {
        let why = "You must disable every Conditional Access policy before enabling security defaults";
        return Err(Refused::bad(format!("{why}; {} is enabled.", in_force.id)));
    }
    let did = if on { "turned security defaults on" } else { "turned security defaults off" };
    ask.changed(Told::Done, did, |tenant| tenant.security_defaults = on)
}
