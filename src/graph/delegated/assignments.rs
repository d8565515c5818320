//! Who was given what by a relationship? Security groups of the partner, each with some of the roles the relationship
//! offers: Microsoft Graph's `delegatedAdminAccessAssignment`.

use serde_json::{Value, json};

use super::super::calls::Verb;
use super::super::members::Members;
use super::super::query::Query;
use super::super::{Ask, Outcome, Told};
use super::relationships::offered;
use super::{Found, access_details, etag, must_match, name_of, show_roles, write};
use crate::directory::group::Group;
use crate::directory::partner::{AgentGroup, Relationship};
use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::graph::error::Refused;
use crate::id::ObjectId;

/// A group and what it was given.
struct Assignment<'a> {
    group: &'a Group,
    place: Place,
    roles: &'a [Role],
}

/// Where the world keeps what a group was given: agents by what they are, other groups by name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Agents(AgentGroup),
    Named(String),
}

/// All of a relationship.
pub fn list(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    let rows = all(ask, found).iter().map(|one| row(found, one.group.id, one.roles)).collect();
    let path = path(ask, found);
    ask.query()?.page(ask.context(&path), &ask.address(&path), rows).map(Outcome::Shown)
}

/// One of them: shown, changed, or ended.
pub fn one(ask: &Ask<'_>, found: &Found<'_>, id: &str, verb: Verb) -> Result<Outcome, Refused> {
    let wanted = ObjectId::parse(id);
    let assignments = all(ask, found);
    let known = assignments.iter().find(|one| wanted == Some(one.group.id));
    let known = known.ok_or_else(|| Refused::no_object(id))?;
    let shown = row(found, known.group.id, known.roles);
    match verb {
        Verb::Get | Verb::Post => Ok(Outcome::Shown(ask.query()?.item(entity(ask, found), shown))),
        Verb::Patch => {
            found.must_be_the_partners()?;
            must_match(ask, &tag(found, known.group.id, known.roles))?;
            let body = ask.json()?;
            let mut members = Members::of(&body)?;
            let roles = access_details(&mut members)?.ok_or_else(|| Refused::bad("accessDetails is required."))?;
            members.finish()?;
            let told = Told::Now(Query::default().item(entity(ask, found), row(found, known.group.id, &roles)));
            give(ask, found, &known.place, roles, told)
        }
        Verb::Delete => {
            found.must_be_the_partners()?;
            must_match(ask, &tag(found, known.group.id, known.roles))?;
            let mut facts = found.facts.clone();
            match &known.place {
                Place::Agents(group) => facts.roles.remove(group),
                Place::Named(handle) => facts.groups.remove(handle),
            };
            write(ask, found.handle, Some(facts), Told::Done, format!("took a group out of {}", found.handle))
        }
    }
}

/// A new one.
pub fn create(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    found.must_be_the_partners()?;
    if !found.facts.status_at(ask.now).is_in_force() {
        return Err(Refused::Conflict("Roles are given by a relationship that is active.".into()));
    }
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let mut container =
        members.object("accessContainer")?.ok_or_else(|| Refused::bad("accessContainer is required."))?;
    let id = container.text("accessContainerId")?.unwrap_or_default();
    if container.text("accessContainerType")? != Some("securityGroup") {
        return Err(Refused::bad("accessContainer.accessContainerType must be securityGroup."));
    }
    container.finish()?;
    let roles = access_details(&mut members)?.ok_or_else(|| Refused::bad("accessDetails is required."))?;
    members.finish()?;
    let wanted = ObjectId::parse(id);
    let group = ask.tenant().groups.iter().find(|(_, group)| wanted == Some(group.id));
    let (handle, group) =
        group.ok_or_else(|| Refused::bad("accessContainer.accessContainerId is no security group of the partner."))?;
    let place = place(handle, group);
    if all(ask, found).iter().any(|one| one.place == place) {
        return Err(Refused::Conflict("The group was given roles by this relationship already.".into()));
    }
    let shown = Query::default().item(entity(ask, found), row(found, group.id, &roles));
    let address = ask.address(&format!("{}/{}", path(ask, found), group.id));
    give(ask, found, &place, roles, Told::Created(address, shown))
}

fn give(ask: &Ask<'_>, found: &Found<'_>, place: &Place, roles: Vec<Role>, told: Told) -> Result<Outcome, Refused> {
    let offers = offered(found.facts);
    if let Some(beyond) = roles.iter().find(|role| !offers.contains(role)) {
        return Err(Refused::bad(format!("The relationship does not offer the role {}.", beyond.title())));
    }
    // From now on what it offers is written down, lest giving less make it offer less.
    let mut facts = Relationship { offered: offers, ..found.facts.clone() };
    match place {
        Place::Agents(group) => facts.roles.insert(*group, roles),
        Place::Named(handle) => facts.groups.insert(handle.clone(), roles),
    };
    write(ask, found.handle, Some(facts), told, format!("gave a group roles by the relationship {}", found.handle))
}

fn place(handle: &str, group: &Group) -> Place {
    let agents = AgentGroup::ALL.into_iter().find(|agents| group.everyone_with == Some(agents.role()));
    agents.map_or_else(|| Place::Named(handle.to_owned()), Place::Agents)
}

/// The groups of the partner that were given something.
fn all<'a>(ask: &Ask<'a>, found: &Found<'a>) -> Vec<Assignment<'a>> {
    let Some(Tenant::Entra { facts: partner, .. }) = name_of(ask, &found.facts.partner) else { return Vec::new() };
    let given = |(handle, group): (&'a String, &'a Group)| {
        let place = place(handle, group);
        let roles = match &place {
            Place::Agents(agents) => found.facts.roles.get(agents),
            Place::Named(handle) => found.facts.groups.get(handle),
        };
        Some(Assignment { group, place, roles: roles? })
    };
    partner.groups.iter().filter_map(given).collect()
}

fn tag(found: &Found<'_>, group: ObjectId, roles: &[Role]) -> String {
    let roles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
    etag(&["assignment", found.handle, &group.to_string(), &roles.join(",")])
}

fn row(found: &Found<'_>, group: ObjectId, roles: &[Role]) -> Value {
    json!({
        "@odata.etag": tag(found, group, roles),
        "id": group,
        "status": "active",
        "createdDateTime": found.facts.activated.or(found.facts.created),
        "lastModifiedDateTime": found.facts.modified,
        "accessContainer": { "accessContainerId": group, "accessContainerType": "securityGroup" },
        "accessDetails": show_roles(roles),
    })
}

fn path(ask: &Ask<'_>, found: &Found<'_>) -> String {
    format!("{}/{}/accessAssignments", ask.call.place.segment(), found.id(ask))
}

fn entity(ask: &Ask<'_>, found: &Found<'_>) -> String {
    ask.context(&format!("{}/$entity", path(ask, found)))
}
