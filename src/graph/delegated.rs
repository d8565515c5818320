//! Which customers does this partner administer, and with which roles? Microsoft Graph's `delegatedAdminRelationship` and
//! its kin, the whole life of one: drafted, locked for approval, approved by the customer, in force, ended.
//!
//! Differs: a relationship comes into force and is terminated without the minutes that the real service takes for the
//! first; what depends on time alone, the world's clock does.

pub mod assignments;
pub mod customers;
pub mod duration;
pub mod relationships;
pub mod requests;

use serde_json::{Value, json};

use super::calls::{OfDelegation, Verb};
use super::error::Refused;
use super::members::Members;
use super::{Ask, Outcome, Told, made};
use crate::directory::partner::{Relationship, RelationshipKind};
use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::id::ObjectId;
use uuid::Uuid;

/// What comes of a request about delegated administration.
pub fn answer(ask: &Ask<'_>, what: OfDelegation<'_>, verb: Verb) -> Result<Outcome, Refused> {
    match (what, verb) {
        (OfDelegation::Relationships(None), Verb::Post) => relationships::create(ask),
        (OfDelegation::Relationships(None), Verb::Get) => relationships::list(ask),
        (OfDelegation::Relationships(Some(id)), Verb::Patch) => relationships::change(ask, &find(ask, id)?),
        (OfDelegation::Relationships(Some(id)), Verb::Delete) => relationships::remove(ask, &find(ask, id)?),
        (OfDelegation::Relationships(Some(id)), Verb::Get) => relationships::one(ask, &find(ask, id)?),
        (OfDelegation::Requests(id, None), Verb::Post) => requests::take(ask, &find(ask, id)?),
        (OfDelegation::Requests(id, None), Verb::Get) => requests::list(ask, &find(ask, id)?),
        (OfDelegation::Requests(id, Some(one)), _) => requests::one(ask, &find(ask, id)?, one),
        (OfDelegation::Assignments(id, None), Verb::Post) => assignments::create(ask, &find(ask, id)?),
        (OfDelegation::Assignments(id, None), Verb::Get) => assignments::list(ask, &find(ask, id)?),
        (OfDelegation::Assignments(id, Some(one)), verb) => assignments::one(ask, &find(ask, id)?, one, verb),
        (OfDelegation::Customers(id), _) => customers::answer(ask, id),
        (OfDelegation::Relationships(_) | OfDelegation::Requests(_, None) | OfDelegation::Assignments(_, None), _) => {
            Err(ask.call.wrong_verb())
        }
    }
}

/// A granular relationship that the caller's tenant is a side of.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its handle in the world.
    pub handle: &'a str,
    /// What the world says of it.
    pub facts: &'a Relationship,
    /// Which side the caller's tenant is.
    pub side: Side,
}

/// A side of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that administers.
    Partner,
    /// The one that is administered.
    Customer,
}

/// The relationships of the caller's tenant, by handle.
fn all<'a>(ask: &Ask<'a>) -> impl Iterator<Item = Found<'a>> + use<'a> {
    let home = ask.caller.home;
    ask.directory.world().relationships.iter().filter_map(move |(handle, facts)| {
        let side = match facts {
            _ if facts.kind != RelationshipKind::Gdap => return None,
            _ if facts.partner == home => Side::Partner,
            _ if facts.customer == home => Side::Customer,
            _ => return None,
        };
        Some(Found { handle, facts, side })
    })
}

fn find<'a>(ask: &Ask<'a>, id: &str) -> Result<Found<'a>, Refused> {
    all(ask).find(|one| one.id(ask) == id).ok_or_else(|| Refused::no_object(id))
}

impl Found<'_> {
    /// Its id: one of its own, and the partner's.
    fn id(&self, ask: &Ask<'_>) -> String {
        id_of(ask, self.handle, &self.facts.partner)
    }

    /// Is the caller's tenant the one that administers?
    fn must_be_the_partners(&self) -> Result<(), Refused> {
        match self.side {
            Side::Partner => Ok(()),
            Side::Customer => Err(denied("Only the partner may do this.")),
        }
    }
}

fn id_of(ask: &Ask<'_>, handle: &str, partner: &str) -> String {
    let tenant = ask.directory.tenant_by_handle(partner).map(|tenant| tenant.id()).unwrap_or_default();
    format!("{}-{tenant}", ObjectId::derived(&["relationship", handle]))
}

fn denied(why: &str) -> Refused {
    Refused::Denied(format!("Insufficient privileges to complete the operation. {why}"))
}

/// What a state is called, so that a change is made to the state that somebody saw.
fn etag(words: &[&str]) -> String {
    format!("W/\"{}\"", ObjectId::derived(words).0.simple())
}

/// A change has to say which state it is meant for.
fn must_match(ask: &Ask<'_>, etag: &str) -> Result<(), Refused> {
    match ask.if_match.map(str::trim) {
        None => Err(Refused::bad("The If-Match header is required: send the object's @odata.etag.")),
        Some("*") => Ok(()),
        Some(tag) if tag == etag => Ok(()),
        Some(_) => Err(Refused::Changed),
    }
}

/// Reads `accessDetails`.
fn access_details(members: &mut Members<'_>) -> Result<Option<Vec<Role>>, Refused> {
    let Some(mut details) = members.object("accessDetails")? else { return Ok(None) };
    let mut roles = Vec::new();
    for mut one in details.objects("unifiedRoles")? {
        let id = one.text("roleDefinitionId")?.unwrap_or_default();
        let role = Uuid::try_parse(id).ok().and_then(Role::of_template);
        roles.push(role.ok_or_else(|| {
            let id = crate::http::params::shorten(id);
            Refused::bad(format!("accessDetails.unifiedRoles: there is no directory role '{id}'."))
        })?);
        one.finish()?;
    }
    details.finish()?;
    roles.sort_unstable();
    roles.dedup();
    match roles.is_empty() {
        true => Err(Refused::bad("accessDetails.unifiedRoles must name at least one role.")),
        false => Ok(Some(roles)),
    }
}

fn show_roles(roles: &[Role]) -> Value {
    let row = |role: &Role| Some(json!({ "roleDefinitionId": role.template()? }));
    json!({ "unifiedRoles": roles.iter().filter_map(row).collect::<Vec<_>>() })
}

/// The world after a change of a relationship; without one, it is gone.
fn write(
    ask: &Ask<'_>,
    handle: &str,
    facts: Option<Relationship>,
    told: Told,
    did: String,
) -> Result<Outcome, Refused> {
    let directory = ask.directory.changed(|world| match facts {
        Some(facts) => {
            world.relationships.insert(handle.to_owned(), Relationship { modified: Some(ask.now), ..facts });
        }
        None => {
            world.relationships.remove(handle);
        }
    });
    made(directory, told, did)
}

fn name_of<'a>(ask: &Ask<'a>, handle: &str) -> Option<Tenant<'a>> {
    ask.directory.tenant_by_handle(handle)
}
