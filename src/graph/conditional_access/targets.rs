//! What must somebody be doing for a policy to be about it? Graph's `conditionalAccessApplications`.

use serde_json::{Value, json};

use super::names::Names;
use crate::directory::policy::{ConditionalAccess, UserAction};
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::http::params::shorten;

const ALL: &str = "All";
/// Words for sets of applications that a world has no place for.
const GROUPS: [&str; 3] = ["None", "Office365", "MicrosoftAdminPortals"];
const ACTIONS: [(UserAction, &str); 2] = [
    (UserAction::RegisterSecurityInfo, "urn:user:registersecurityinfo"),
    (UserAction::RegisterDevice, "urn:user:registerdevice"),
];

/// Applications, user actions and authentication contexts.
pub fn show(names: &Names<'_>, policy: &ConditionalAccess) -> Value {
    let id = |name: &String| if name == "all" { ALL.to_owned() } else { names.app_id(name) };
    let mut include: Vec<String> = policy.apps.iter().map(id).collect();
    // A policy that names nothing is about every application.
    if include.is_empty() && policy.user_actions.is_empty() && policy.auth_context.is_none() {
        include.push(ALL.to_owned());
    }
    let action = |action: &UserAction| ACTIONS.iter().find(|(known, _)| known == action).map(|(_, word)| *word);
    json!({
        "includeApplications": include,
        "excludeApplications": policy.exclude_apps.iter().map(id).collect::<Vec<_>>(),
        "includeUserActions": policy.user_actions.iter().filter_map(action).collect::<Vec<_>>(),
        "includeAuthenticationContextClassReferences": policy.auth_context.iter().collect::<Vec<_>>(),
        "applicationFilter": null,
    })
}

/// Reads them into a policy.
pub fn read(names: &Names<'_>, apps: Option<Members<'_>>, policy: &mut ConditionalAccess) -> Result<(), Refused> {
    let mut apps = apps.ok_or_else(|| Refused::bad("conditions.applications must be given."))?;
    let named = |apps: &mut Members<'_>, name: &'static str| -> Result<Vec<String>, Refused> {
        let at = apps.name(name);
        apps.texts(name)?.into_iter().map(|word| app(names, &at, word)).collect()
    };
    policy.apps = named(&mut apps, "includeApplications")?;
    policy.exclude_apps = named(&mut apps, "excludeApplications")?;
    let at = apps.name("includeUserActions");
    let actions = apps.texts("includeUserActions")?.into_iter().map(|word| action(&at, word));
    policy.user_actions = actions.collect::<Result<_, _>>()?;
    let at = apps.name("includeAuthenticationContextClassReferences");
    policy.auth_context = match apps.texts("includeAuthenticationContextClassReferences")?.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        _ => return Err(Refused::bad(format!("{at}: a policy of this world is about one authentication context."))),
    };
    apps.nothing(&["applicationFilter", "networkAccess", "globalSecureAccess"])?;
    apps.finish()?;
    match policy.apps.is_empty() && policy.user_actions.is_empty() && policy.auth_context.is_none() {
        true => Err(Refused::bad("conditions.applications must include an application, an action or a context.")),
        false => Ok(()),
    }
}

fn app(names: &Names<'_>, at: &str, word: &str) -> Result<String, Refused> {
    if word.eq_ignore_ascii_case(ALL) {
        return Ok("all".to_owned());
    }
    match GROUPS.iter().any(|group| word.eq_ignore_ascii_case(group)) {
        true => {
            Err(Refused::bad(format!("{at}: '{word}' is not something this world can hold: name applications by id.")))
        }
        false => names.app(at, word),
    }
}

fn action(at: &str, word: &str) -> Result<UserAction, Refused> {
    let found = ACTIONS.into_iter().find(|(_, known)| word.eq_ignore_ascii_case(known));
    found
        .map(|(action, _)| action)
        .ok_or_else(|| Refused::bad(format!("{at}: there is no action '{}' in this world.", shorten(word))))
}
