//! Conditional access policies: Microsoft Graph's `conditionalAccessPolicy`, over the facts that the decision
//! reads.
//!
//! [`show`] writes a policy, [`read`] reads one; each part has a file that does both. What the facts cannot hold is
//! refused by its name. A part that a change leaves as it was shown keeps its facts, also those that this interface
//! cannot say, such as a sign-in frequency of minutes.

pub mod audience;
pub mod conditions;
pub mod grant;
pub mod names;
pub mod session;
pub mod targets;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::calls::Verb;
use super::error::Refused;
use super::members::Members;
use super::{Ask, Outcome, Told, display_name, handle};
use crate::directory::policy::{ConditionalAccess, PolicyState};
use crate::directory::world::merge;
use crate::id::ObjectId;
use names::Names;

const STATES: [(PolicyState, &str); 3] = [
    (PolicyState::Enabled, "enabled"),
    (PolicyState::Disabled, "disabled"),
    (PolicyState::ReportOnly, "enabledForReportingButNotEnforced"),
];

/// What comes of a request about policies.
pub fn answer(ask: &Ask<'_>, id: Option<&str>, verb: Verb) -> Result<Outcome, Refused> {
    let names = Names::of(ask.directory, ask.caller);
    let Some(id) = id else {
        let known = ask.tenant().conditional_access.iter();
        return match verb {
            Verb::Post => create(ask, &names),
            Verb::Get | Verb::Patch | Verb::Delete => {
                ask.list(known.map(|(handle, policy)| show(&names, handle, policy)).collect())
            }
        };
    };
    let (handle, policy) = find(ask, id)?;
    match verb {
        Verb::Get | Verb::Post => ask.item(show(&names, handle, policy)),
        Verb::Patch => change(ask, &names, handle, policy),
        Verb::Delete => ask.changed(Told::Done, format!("removed the conditional access policy {handle}"), |tenant| {
            tenant.conditional_access.remove(handle);
        }),
    }
}

fn find<'a>(ask: &Ask<'a>, id: &str) -> Result<(&'a str, &'a ConditionalAccess), Refused> {
    let wanted = ObjectId::parse(id);
    let mut known = ask.tenant().conditional_access.iter();
    let found = known.find(|(_, policy)| Some(policy.id) == wanted);
    found.map(|(handle, policy)| (handle.as_str(), policy)).ok_or_else(|| Refused::no_object(id))
}

fn create(ask: &Ask<'_>, names: &Names<'_>) -> Result<Outcome, Refused> {
    let policy = read(names, &ask.json()?)?;
    let policy = ConditionalAccess { id: ObjectId(ask.chance.uuid()), ..policy };
    not_beside_defaults(ask, &policy)?;
    let known = &ask.tenant().conditional_access;
    let handle = handle(&policy.name, |handle| known.contains_key(handle));
    let told = ask.created(policy.id, show(names, &handle, &policy));
    ask.changed(told, format!("made the conditional access policy {handle}"), |tenant| {
        tenant.conditional_access.insert(handle, policy);
    })
}

fn change(ask: &Ask<'_>, names: &Names<'_>, handle: &str, before: &ConditionalAccess) -> Result<Outcome, Refused> {
    let policy = patched(names, handle, before, ask.json()?)?;
    not_beside_defaults(ask, &policy)?;
    ask.changed(Told::Done, format!("changed the conditional access policy {handle}"), |tenant| {
        tenant.conditional_access.insert(handle.to_owned(), policy);
    })
}

/// The world's own check says so too, in the words of a world file.
fn not_beside_defaults(ask: &Ask<'_>, policy: &ConditionalAccess) -> Result<(), Refused> {
    match ask.tenant().security_defaults && policy.state == PolicyState::Enabled {
        true => Err(Refused::bad(
            "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access policy.",
        )),
        false => Ok(()),
    }
}

/// A policy as this interface shows it. When it was made, the world does not say.
pub fn show(names: &Names<'_>, handle: &str, policy: &ConditionalAccess) -> Value {
    let state = STATES.iter().find(|(known, _)| *known == policy.state).map_or("", |(_, word)| word);
    json!({
        "id": policy.id.to_string(),
        "templateId": null,
        "displayName": title(handle, policy),
        "createdDateTime": null,
        "modifiedDateTime": null,
        "state": state,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "clientAppTypes": conditions::show_clients(&policy.client_types),
            "platforms": null,
            "devices": null,
            "clientApplications": null,
            "applications": targets::show(names, policy),
            "users": audience::show(names, &policy.include, &policy.exclude),
            "locations": conditions::show_locations(names, &policy.locations),
        },
        "grantControls": grant::show(names, policy),
        "sessionControls": session::show(&policy.session),
    })
}

fn title<'p>(handle: &'p str, policy: &'p ConditionalAccess) -> &'p str {
    if policy.name.is_empty() { handle } else { &policy.name }
}

/// A policy as a body describes it, without an id.
pub fn read(names: &Names<'_>, body: &Value) -> Result<ConditionalAccess, Refused> {
    read_beside(names, body, &Value::Null, &ConditionalAccess::default())
}

/// A policy after a change (RFC 7396 for objects; lists are replaced as a whole).
pub fn patched(
    names: &Names<'_>,
    handle: &str,
    before: &ConditionalAccess,
    patch: Value,
) -> Result<ConditionalAccess, Refused> {
    let shown = show(names, handle, before);
    let mut body = shown.clone();
    merge(&mut body, patch);
    read_beside(names, &body, &shown, before)
}

/// Reads what differs from what was shown of `before`, and keeps the rest.
fn read_beside(
    names: &Names<'_>,
    body: &Value,
    shown: &Value,
    before: &ConditionalAccess,
) -> Result<ConditionalAccess, Refused> {
    let same = |pointer: &str| {
        let (now, then) = (body.pointer(pointer), shown.pointer(pointer));
        then.is_some() && now == then
    };
    let mut members = Members::of(body)?;
    let mut policy = before.clone();
    match same("/displayName") {
        true => drop(members.value("displayName")),
        false => {
            let name = display_name(&mut members)?;
            policy.name = name.ok_or_else(|| Refused::bad("displayName must be given."))?;
        }
    }
    policy.state = state(&mut members)?;
    let mut set = members.object("conditions")?.ok_or_else(|| Refused::bad("conditions must be given."))?;
    conditions::nothing_else(&mut set)?;
    let clients = set.texts("clientAppTypes")?;
    if !same("/conditions/clientAppTypes") {
        policy.client_types = conditions::read_clients(&clients)?;
    }
    let (apps, users, locations) = (set.object("applications")?, set.object("users")?, set.object("locations")?);
    set.finish()?;
    if !same("/conditions/applications") {
        targets::read(names, apps, &mut policy)?;
    }
    if !same("/conditions/users") {
        (policy.include, policy.exclude) = audience::read(names, users)?;
    }
    if !same("/conditions/locations") {
        policy.locations = conditions::read_locations(names, locations)?;
    }
    let (grant, session) = (members.object("grantControls")?, members.object("sessionControls")?);
    members.finish()?;
    if !same("/grantControls") {
        (policy.grant, policy.operator) = grant::read(names, grant)?;
    }
    if !same("/sessionControls") {
        policy.session = session::read(session)?;
    }
    let empty = policy.grant.is_empty() && policy.session == Default::default();
    match empty && !(same("/grantControls") && same("/sessionControls")) {
        true => Err(Refused::bad("A policy needs grantControls or sessionControls that demand something.")),
        false => Ok(policy),
    }
}

fn state(members: &mut Members<'_>) -> Result<PolicyState, Refused> {
    let word = members.text("state")?;
    let found = STATES.into_iter().find(|(_, known)| word == Some(known));
    found
        .map(|(state, _)| state)
        .ok_or_else(|| Refused::bad("state must be one of enabled, disabled, enabledForReportingButNotEnforced."))
}
