//! From which kind of client, and from where? The other conditions of Graph's `conditionalAccessConditionSet` have no
//! place in a world.

use serde_json::{Value, json};

use super::names::Names;
use crate::directory::policy::{ClientType, Locations};
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::http::params::shorten;

const ALL: &str = "All";
const TRUSTED: &str = "AllTrusted";
const BROWSER: &str = "browser";
const MOBILE: &str = "mobileAppsAndDesktopClients";
/// Two kinds of client that know no second factor: a world has one kind of these.
const LEGACY: [&str; 2] = ["exchangeActiveSync", "other"];

/// Refuses conditions that have no place in a world.
pub fn nothing_else(set: &mut Members<'_>) -> Result<(), Refused> {
    set.nothing(&[
        "userRiskLevels",
        "signInRiskLevels",
        "servicePrincipalRiskLevels",
        "agentIdRiskLevels",
        "insiderRiskLevels",
        "platforms",
        "devices",
        "deviceStates",
        "clientApplications",
        "authenticationFlows",
    ])
}

/// The kinds of client.
pub fn show_clients(types: &[ClientType]) -> Vec<&'static str> {
    if types.is_empty() {
        return vec!["all"];
    }
    let words = |kind: &ClientType| match kind {
        ClientType::Browser => [BROWSER].as_slice(),
        ClientType::Mobile => [MOBILE].as_slice(),
        ClientType::Legacy => LEGACY.as_slice(),
    };
    types.iter().flat_map(words).copied().collect()
}

/// Reads the kinds of client; without any, it is all.
pub fn read_clients(words: &[&str]) -> Result<Vec<ClientType>, Refused> {
    const AT: &str = "conditions.clientAppTypes";
    if words.is_empty() || words == ["all"] {
        return Ok(Vec::new());
    }
    let mut types = Vec::new();
    for word in words {
        let kind = match *word {
            BROWSER => ClientType::Browser,
            MOBILE => ClientType::Mobile,
            legacy if LEGACY.contains(&legacy) => ClientType::Legacy,
            "all" => return Err(Refused::bad(format!("{AT}: 'all' stands alone."))),
            _ => return Err(Refused::bad(format!("{AT}: there is no kind of client '{}' here.", shorten(word)))),
        };
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    let half = types.contains(&ClientType::Legacy) && !LEGACY.iter().all(|word| words.contains(word));
    match half {
        true => Err(Refused::bad(format!("{AT}: this world does not tell {} apart: name both.", LEGACY.join(" and ")))),
        false => Ok(types),
    }
}

/// The places.
pub fn show_locations(names: &Names<'_>, locations: &Locations) -> Value {
    if *locations == Locations::default() {
        return Value::Null;
    }
    let id = |handle: &String| match handle.as_str() {
        "all" => ALL.to_owned(),
        "trusted" => TRUSTED.to_owned(),
        handle => names.location_id(handle),
    };
    json!({
        "includeLocations": locations.include.iter().map(id).collect::<Vec<_>>(),
        "excludeLocations": locations.exclude.iter().map(id).collect::<Vec<_>>(),
    })
}

/// Reads the places; without any, it is everywhere.
pub fn read_locations(names: &Names<'_>, locations: Option<Members<'_>>) -> Result<Locations, Refused> {
    let Some(mut locations) = locations else { return Ok(Locations::default()) };
    let places = |locations: &mut Members<'_>, name: &'static str| -> Result<Vec<String>, Refused> {
        let at = locations.name(name);
        let handle = |word: &str| match word {
            all if all.eq_ignore_ascii_case(ALL) => Ok("all".to_owned()),
            trusted if trusted.eq_ignore_ascii_case(TRUSTED) => Ok("trusted".to_owned()),
            id => names.location(&at, id),
        };
        locations.texts(name)?.into_iter().map(handle).collect()
    };
    let include = places(&mut locations, "includeLocations")?;
    let exclude = places(&mut locations, "excludeLocations")?;
    locations.finish()?;
    Ok(Locations { include, exclude })
}
