//! Named locations: Microsoft Graph's `ipNamedLocation`. Places by country need a map of addresses, which this world
//! does not have.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::calls::Verb;
use super::error::Refused;
use super::members::Members;
use super::{Ask, Outcome, Told, display_name, handle};
use crate::directory::policy::NamedLocation;
use crate::http::params::shorten;
use crate::id::ObjectId;

const TYPE: &str = "#microsoft.graph.ipNamedLocation";
const V4: &str = "#microsoft.graph.iPv4CidrRange";
const V6: &str = "#microsoft.graph.iPv6CidrRange";

/// What comes of a request about named locations.
pub fn answer(ask: &Ask<'_>, id: Option<&str>, verb: Verb) -> Result<Outcome, Refused> {
    let Some(id) = id else {
        let known = ask.tenant().named_locations.iter();
        return match verb {
            Verb::Post => create(ask),
            Verb::Get | Verb::Patch | Verb::Delete => {
                ask.list(known.map(|(handle, location)| shown(handle, location)).collect())
            }
        };
    };
    let (handle, location) = find(ask, id)?;
    match verb {
        Verb::Get | Verb::Post => ask.item(shown(handle, location)),
        Verb::Patch => change(ask, handle, location),
        Verb::Delete => ask.changed(Told::Done, format!("removed the named location {handle}"), |tenant| {
            tenant.named_locations.remove(handle);
        }),
    }
}

fn find<'a>(ask: &Ask<'a>, id: &str) -> Result<(&'a str, &'a NamedLocation), Refused> {
    let wanted = ObjectId::parse(id);
    let mut known = ask.tenant().named_locations.iter();
    let found = known.find(|(_, location)| Some(location.id) == wanted);
    found.map(|(handle, location)| (handle.as_str(), location)).ok_or_else(|| Refused::no_object(id))
}

fn create(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let given = Given::read(&body)?;
    let (Some(name), Some(ranges)) = (given.name, given.ranges) else {
        return Err(Refused::bad("A named location needs a displayName and ipRanges."));
    };
    let location =
        NamedLocation { id: ObjectId(ask.chance.uuid()), name, ranges, trusted: given.trusted.unwrap_or_default() };
    let known = &ask.tenant().named_locations;
    // Policies use two words for something else.
    let taken = |handle: &str| known.contains_key(handle) || handle == "all" || handle == "trusted";
    let handle = handle(&location.name, taken);
    let told = ask.created(location.id, shown(&handle, &location));
    ask.changed(told, format!("made the named location {handle}"), |tenant| {
        tenant.named_locations.insert(handle, location);
    })
}

fn change(ask: &Ask<'_>, handle: &str, before: &NamedLocation) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let given = Given::read(&body)?;
    let same_name = given.name.as_deref().is_none_or(|name| name == title(handle, before));
    let location = NamedLocation {
        id: before.id,
        name: given.name.filter(|_| !same_name).unwrap_or_else(|| before.name.clone()),
        ranges: given.ranges.unwrap_or_else(|| before.ranges.clone()),
        trusted: given.trusted.unwrap_or(before.trusted),
    };
    ask.changed(Told::Done, format!("changed the named location {handle}"), |tenant| {
        tenant.named_locations.insert(handle.to_owned(), location);
    })
}

/// What a body says of a location.
struct Given {
    name: Option<String>,
    trusted: Option<bool>,
    ranges: Option<Vec<String>>,
}

impl Given {
    fn read(body: &Value) -> Result<Self, Refused> {
        let mut members = Members::of(body)?;
        let kind = members.text("@odata.type")?;
        if kind.is_some_and(|kind| kind.trim_start_matches('#') != TYPE.trim_start_matches('#')) {
            return Err(Refused::bad(
                "@odata.type: this world knows places by their addresses only, as ipNamedLocation.",
            ));
        }
        let name = display_name(&mut members)?;
        let trusted = members.flag("isTrusted")?;
        let listed = members.value("ipRanges").is_some();
        let ranges = members.objects("ipRanges")?.into_iter().map(range).collect::<Result<Vec<String>, Refused>>()?;
        if listed && ranges.is_empty() {
            return Err(Refused::bad("ipRanges must name a range."));
        }
        members.finish()?;
        Ok(Self { name, trusted, ranges: listed.then_some(ranges) })
    }
}

fn range(mut range: Members<'_>) -> Result<String, Refused> {
    let place = range.name("cidrAddress");
    let kind = range.text("@odata.type")?;
    let address = range.text("cidrAddress")?.unwrap_or_default().to_owned();
    range.finish()?;
    let known = family(&address);
    let said = kind
        .is_none_or(|kind| known.is_some_and(|known| known.trim_start_matches('#') == kind.trim_start_matches('#')));
    match known {
        Some(_) if said => Ok(address),
        _ => Err(Refused::bad(format!(
            "{place}: '{}' is not a range of addresses of the type that @odata.type says.",
            shorten(&address)
        ))),
    }
}

/// Which type a range is of. Whether it is one at all, the world's own check says.
fn family(range: &str) -> Option<&'static str> {
    match range.split_once('/')?.0.parse().ok()? {
        IpAddr::V4(_) => Some(V4),
        IpAddr::V6(_) => Some(V6),
    }
}

fn title<'l>(handle: &'l str, location: &'l NamedLocation) -> &'l str {
    if location.name.is_empty() { handle } else { &location.name }
}

/// A location as this interface shows it. When it was made, the world does not say.
fn shown(handle: &str, location: &NamedLocation) -> Value {
    let ranges = location.ranges.iter().map(|range| json!({ "@odata.type": family(range), "cidrAddress": range }));
    json!({
        "@odata.type": TYPE,
        "id": location.id.to_string(),
        "displayName": title(handle, location),
        "createdDateTime": null,
        "modifiedDateTime": null,
        "isTrusted": location.trusted,
        "ipRanges": ranges.collect::<Vec<Value>>(),
    })
}
