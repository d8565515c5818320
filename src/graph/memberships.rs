//! What does somebody belong to? Groups and directory roles: Microsoft Graph's `memberOf` and `transitiveMemberOf`.

use serde_json::{Value, json};

use super::calls::{Depth, Of, Whom};
use super::error::Refused;
use super::profiles::{self, Somebody};
use super::{Ask, Outcome};
use crate::directory::group::Group;
use crate::directory::role::Role;
use crate::id::ObjectId;

/// What somebody belongs to.
pub fn answer(ask: &Ask<'_>, whom: Whom<'_>, depth: Depth, of: Of) -> Result<Outcome, Refused> {
    let found = profiles::find(ask, whom)?;
    let (groups, roles) = (groups(ask, &found), roles(ask, &found));
    let (rows, context) = match of {
        Of::Everything => (roles.chain(groups).collect(), "directoryObjects"),
        Of::Groups => (groups.collect(), "groups"),
        Of::Roles => (roles.collect::<Vec<_>>(), "directoryRoles"),
    };
    let word = match depth {
        Depth::Direct => "memberOf",
        Depth::Transitive => "transitiveMemberOf",
    };
    let address = ask.address(&format!("users/{}/{word}", found.object));
    ask.query()?.of_several_kinds().page(ask.context(context), &address, rows).map(Outcome::Shown)
}

fn groups(ask: &Ask<'_>, one: &Somebody<'_>) -> impl Iterator<Item = Value> {
    ask.directory
        .groups_of(ask.caller.place(), &one.account)
        .into_iter()
        .map(|(handle, group)| group_row(handle, group))
}

fn roles(ask: &Ask<'_>, one: &Somebody<'_>) -> impl Iterator<Item = Value> {
    let held = one.guest.map_or(&one.account.user.roles, |guest| &guest.roles);
    let tenant = ask.caller.tenant.id.to_string();
    held.iter().filter_map(move |role| role_row(&tenant, *role)).collect::<Vec<_>>().into_iter()
}

fn group_row(handle: &str, group: &Group) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.group",
        "id": group.id,
        "deletedDateTime": null,
        "description": null,
        "displayName": if group.name.is_empty() { handle } else { &group.name },
        "groupTypes": [],
        "mailEnabled": false,
        "securityEnabled": true,
    })
}

fn role_row(tenant: &str, role: Role) -> Option<Value> {
    let template = role.template()?;
    Some(json!({
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": ObjectId::derived(&["directory role", tenant, &template.to_string()]),
        "deletedDateTime": null,
        "description": role.title(),
        "displayName": role.title(),
        "roleTemplateId": template,
    }))
}
