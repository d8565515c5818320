//! Whom is a policy about, and whom not? Graph's `conditionalAccessUsers`.
//!
//! A world tells two kinds of outsiders apart: those who were invited, which stands for every kind of guest and
//! external user, and those of a service provider, who administer.

use serde_json::{Map, Value, json};

use super::names::Names;
use crate::directory::policy::Audience;
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::http::params::shorten;

const ALL: &str = "All";
const NONE: &str = "None";
/// The older word for every kind of outsider.
const OUTSIDERS: &str = "GuestsOrExternalUsers";
/// The kinds of outsiders who are no service provider's.
const GUESTS: [&str; 5] =
    ["internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember", "b2bDirectConnectUser", "otherExternalUser"];
const PROVIDER: &str = "serviceProvider";

/// One side of the audience: who is in, or who is out.
struct Side {
    users: &'static str,
    groups: &'static str,
    roles: &'static str,
    outsiders: &'static str,
}

const INCLUDE: Side = Side {
    users: "includeUsers",
    groups: "includeGroups",
    roles: "includeRoles",
    outsiders: "includeGuestsOrExternalUsers",
};
const EXCLUDE: Side = Side {
    users: "excludeUsers",
    groups: "excludeGroups",
    roles: "excludeRoles",
    outsiders: "excludeGuestsOrExternalUsers",
};

/// Both audiences.
pub fn show(names: &Names<'_>, include: &Audience, exclude: &Audience) -> Value {
    let mut users = Map::new();
    put(&mut users, names, &INCLUDE, include);
    put(&mut users, names, &EXCLUDE, exclude);
    if *include == Audience::default() {
        users.insert(INCLUDE.users.to_owned(), json!([NONE]));
    }
    Value::Object(users)
}

fn put(users: &mut Map<String, Value>, names: &Names<'_>, side: &Side, audience: &Audience) {
    let all = audience.all.then(|| ALL.to_owned());
    let listed = audience.users.iter().map(|upn| names.user_id(upn));
    let groups = audience.groups.iter().map(|handle| names.group_id(handle));
    let roles = audience.roles.iter().map(|role| Names::role_id(*role));
    users.insert(side.users.to_owned(), all.into_iter().chain(listed).collect::<Vec<_>>().into());
    users.insert(side.groups.to_owned(), groups.collect::<Vec<_>>().into());
    users.insert(side.roles.to_owned(), roles.collect::<Vec<_>>().into());
    users.insert(side.outsiders.to_owned(), outsiders(audience));
}

fn outsiders(audience: &Audience) -> Value {
    let guests = if audience.guests { GUESTS.as_slice() } else { &[] };
    let provider = audience.service_providers.then_some(PROVIDER);
    let kinds: Vec<&str> = guests.iter().copied().chain(provider).collect();
    if kinds.is_empty() {
        return Value::Null;
    }
    json!({
        "guestOrExternalUserTypes": kinds.join(","),
        "externalTenants": {
            "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
            "membershipKind": "all",
        },
    })
}

/// Reads both audiences.
pub fn read(names: &Names<'_>, users: Option<Members<'_>>) -> Result<(Audience, Audience), Refused> {
    let mut users = users.ok_or_else(|| Refused::bad("conditions.users must be given."))?;
    let include = side(names, &mut users, &INCLUDE)?;
    let exclude = side(names, &mut users, &EXCLUDE)?;
    let nobody = include == Audience::default() && users.texts(INCLUDE.users)?.is_empty();
    users.finish()?;
    match nobody {
        true => Err(Refused::bad("conditions.users must include somebody, or 'None'.")),
        false => Ok((include, exclude)),
    }
}

fn side(names: &Names<'_>, users: &mut Members<'_>, side: &Side) -> Result<Audience, Refused> {
    let mut audience = Audience::default();
    let at = users.name(side.users);
    let listed = users.texts(side.users)?;
    for word in &listed {
        match *word {
            all if all.eq_ignore_ascii_case(ALL) => audience.all = true,
            none if none.eq_ignore_ascii_case(NONE) && listed.len() == 1 => {}
            none if none.eq_ignore_ascii_case(NONE) => return Err(Refused::bad(format!("{at}: 'None' stands alone."))),
            outsiders if outsiders.eq_ignore_ascii_case(OUTSIDERS) => {
                (audience.guests, audience.service_providers) = (true, true)
            }
            id => audience.users.push(names.user(&at, id)?),
        }
    }
    let at = users.name(side.groups);
    audience.groups = users.texts(side.groups)?.into_iter().map(|id| names.group(&at, id)).collect::<Result<_, _>>()?;
    let at = users.name(side.roles);
    audience.roles = users.texts(side.roles)?.into_iter().map(|id| Names::role(&at, id)).collect::<Result<_, _>>()?;
    if let Some(kinds) = users.object(side.outsiders)? {
        let (guests, provider) = read_outsiders(kinds)?;
        audience.guests |= guests;
        audience.service_providers |= provider;
    }
    Ok(audience)
}

fn read_outsiders(mut outsiders: Members<'_>) -> Result<(bool, bool), Refused> {
    let at = outsiders.name("guestOrExternalUserTypes");
    let words = outsiders.text("guestOrExternalUserTypes")?.unwrap_or_default();
    let tenants = outsiders.object("externalTenants")?;
    outsiders.finish()?;
    if let Some(mut tenants) = tenants {
        let at = tenants.name("membershipKind");
        if tenants.text("membershipKind")?.is_some_and(|kind| kind != "all") {
            return Err(Refused::bad(format!("{at}: this world does not tell outsiders apart by tenant, only 'all'.")));
        }
        tenants.nothing(&["members"])?;
        tenants.finish()?;
    }
    let words: Vec<&str> = words.split(',').map(str::trim).filter(|word| !word.is_empty() && *word != "none").collect();
    if let Some(strange) = words.iter().find(|word| **word != PROVIDER && !GUESTS.contains(word)) {
        return Err(Refused::bad(format!("{at}: there is no kind '{}'.", shorten(strange))));
    }
    let guests = GUESTS.iter().filter(|kind| words.contains(kind)).count();
    if guests != 0 && guests != GUESTS.len() {
        let all = GUESTS.join(", ");
        return Err(Refused::bad(format!(
            "{at}: this world does not tell these kinds of guests apart: name all of {all}, or none of them."
        )));
    }
    Ok((guests > 0, words.contains(&PROVIDER)))
}
