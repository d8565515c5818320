//! Who was given what by a relationship? Security groups of the partner, each with some of the roles the relationship
//! offers: Microsoft Graph's `delegatedAdminAccessAssignment`.

use serde_json::{Value, json};

use super::super::calls::Verb;
use super::super::members::Members;
use super::super::query::whole;
use super::super::{Ask, Outcome, Told};
use super::relationships::offered;
use super::{Found, access_details, etag, must_match, name_of, show_roles, write};
use crate::directory::group::Group;
use crate::directory::partner::{AgentGroup, AssignmentHistory, Relationship};
use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::graph::error::Refused;
use crate::id::ObjectId;
use crate::time::Timestamp;

/// A group and what it was given.
struct Assignment<'a> {
    handle: &'a str,
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
    let rows = all(ask, found).iter().map(|one| row(found, one, found.facts)).collect();
    let path = path(ask, found);
    ask.query()?.page(ask.context(&path), &ask.address(&path), rows).map(Outcome::Shown)
}

/// One of them: shown, changed, or ended.
pub fn one(ask: &Ask<'_>, found: &Found<'_>, id: &str, verb: Verb) -> Result<Outcome, Refused> {
    let wanted = ObjectId::parse(id);
    let assignments = all(ask, found);
    let known = assignments.iter().find(|one| wanted == Some(one.group.id));
    let known = known.ok_or_else(|| Refused::no_object(id))?;
    let shown = row(found, known, found.facts);
    match verb {
        Verb::Get | Verb::Post => ask.query()?.item(entity(ask, found), shown).map(Outcome::Shown),
        Verb::Patch => {
            found.must_be_the_partners()?;
            must_match(ask, &tag(found, known, found.facts))?;
            let body = ask.json()?;
            let mut members = Members::of(&body)?;
            let roles = access_details(&mut members)?.ok_or_else(|| Refused::bad("accessDetails is required."))?;
            members.finish()?;
            let (created, _) = moments(found.facts, known);
            let given = Assignment { roles: &roles, place: known.place.clone(), ..*known };
            give(ask, found, &given, created, Told::Now)
        }
        Verb::Delete => {
            found.must_be_the_partners()?;
            must_match(ask, &tag(found, known, found.facts))?;
            // What it gives no longer, it offers still.
            let mut facts = Relationship { offered: offered(found.facts), ..found.facts.clone() };
            match &known.place {
                Place::Agents(group) => facts.roles.remove(group),
                Place::Named(handle) => facts.groups.remove(handle),
            };
            facts.assignments.remove(known.handle);
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
    let address = ask.address(&format!("{}/{}", path(ask, found), group.id));
    let assignment = Assignment { handle, group, place, roles: &roles };
    give(ask, found, &assignment, None, |shown| Told::Created(address, shown))
}

/// The world in which a group has these roles, and no others by this relationship. One that had some before was given them
/// `created`.
fn give(
    ask: &Ask<'_>,
    found: &Found<'_>,
    given: &Assignment<'_>,
    created: Option<Timestamp>,
    told: impl FnOnce(Value) -> Told,
) -> Result<Outcome, Refused> {
    let offers = offered(found.facts);
    if let Some(beyond) = given.roles.iter().find(|role| !offers.contains(role)) {
        return Err(Refused::bad(format!("The relationship does not offer the role {}.", beyond.title())));
    }
    // From now on what it offers is written down, lest giving less make it offer less.
    let mut facts = Relationship { offered: offers, ..found.facts.clone() };
    match &given.place {
        Place::Agents(group) => facts.roles.insert(*group, given.roles.to_vec()),
        Place::Named(handle) => facts.groups.insert(handle.clone(), given.roles.to_vec()),
    };
    let history = AssignmentHistory {
        created: created.unwrap_or(ask.now),
        modified: ask.now,
        revision: ObjectId(ask.chance.uuid()),
    };
    facts.assignments.insert(given.handle.to_owned(), history);
    let told = told(whole(entity(ask, found), row(found, given, &facts)));
    write(ask, found.handle, Some(facts), told, format!("gave a group roles by the relationship {}", found.handle))
}

/// When an assignment was made and last changed. Whatever the world itself says was there from the beginning.
fn moments(facts: &Relationship, one: &Assignment<'_>) -> (Option<Timestamp>, Option<Timestamp>) {
    match facts.assignments.get(one.handle) {
        Some(known) => (Some(known.created), Some(known.modified)),
        None => {
            let begun = facts.activated.or(facts.created);
            (begun, begun)
        }
    }
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
        Some(Assignment { handle, group, place, roles: roles? })
    };
    partner.groups.iter().filter_map(given).collect()
}

/// The tag of an assignment's state: of the roles, and of its revision.
fn tag(found: &Found<'_>, one: &Assignment<'_>, facts: &Relationship) -> String {
    let roles: Vec<&str> = one.roles.iter().map(|role| role.title()).collect();
    let revision = facts.assignments.get(one.handle).map(|known| known.revision.to_string()).unwrap_or_default();
    etag(&["assignment", found.handle, &one.group.id.to_string(), &roles.join(","), &revision])
}

fn row(found: &Found<'_>, one: &Assignment<'_>, facts: &Relationship) -> Value {
    let (created, modified) = moments(facts, one);
    json!({
        "@odata.etag": tag(found, one, facts),
        "id": one.group.id,
        "status": "active",
        "createdDateTime": created,
        "lastModifiedDateTime": modified,
        "accessContainer": { "accessContainerId": one.group.id, "accessContainerType": "securityGroup" },
        "accessDetails": show_roles(one.roles),
    })
}

fn path(ask: &Ask<'_>, found: &Found<'_>) -> String {
    format!("{}/{}/accessAssignments", ask.call.place.segment(), found.id(ask))
}

fn entity(ask: &Ask<'_>, found: &Found<'_>) -> String {
    ask.context(&format!("{}/$entity", path(ask, found)))
}
