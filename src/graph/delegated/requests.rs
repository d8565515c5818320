//! What is asked of a relationship? To be locked for the customer's approval, to be approved or rejected, to end: each by
//! the side that may, and in the state that allows it.
//!
//! Differs: it is done at once, so that no request is ever seen waiting.

use serde_json::{Value, json};

use super::super::members::Members;
use super::super::query::whole;
use super::super::{Ask, Outcome, Told};
use super::{Found, Side, denied, etag, write};
use crate::directory::partner::{Relationship, RelationshipAction as Action, RelationshipRequest, RelationshipStatus};
use crate::directory::role::Role;
use crate::graph::caller::{Belongs, Who};
use crate::graph::error::Refused;
use crate::id::ObjectId;
use crate::time::{Span, Timestamp};

/// How long a relationship takes to end.
const ENDING: Span = Span::minutes(5);

/// Does what is asked, if it may be.
pub fn take(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let word = members.text("action")?.unwrap_or_default();
    let action = Action::ALL.into_iter().find(|action| action.graph() == word);
    let action = action.ok_or_else(|| Refused::bad("action must be lockForApproval, approve, reject or terminate."))?;
    members.finish()?;
    side(ask, found, action)?;
    let facts = after(found.facts, action, ask.now)?;
    let id = ObjectId(ask.chance.uuid()).to_string();
    let request = RelationshipRequest { action, at: ask.now };
    let mut requests = facts.requests.clone();
    requests.insert(id.clone(), request);
    let told =
        Told::Created(ask.address(&format!("{}/{id}", path(ask, found))), whole(entity(ask, found), row(&id, request)));
    let did = format!("asked of the relationship {}: {word}", found.handle);
    write(ask, found.handle, Some(Relationship { requests, ..facts }), told, did)
}

/// All that was asked of a relationship, the oldest first.
pub fn list(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    let mut asked: Vec<_> = found.facts.requests.iter().collect();
    asked.sort_by_key(|(_, request)| (request.at, request.action));
    let rows = asked.into_iter().map(|(id, request)| row(id, *request)).collect();
    let path = path(ask, found);
    ask.query()?.page(ask.context(&path), &ask.address(&path), rows).map(Outcome::Shown)
}

/// One of these.
pub fn one(ask: &Ask<'_>, found: &Found<'_>, id: &str) -> Result<Outcome, Refused> {
    let known = found.facts.requests.iter().find(|(known, _)| known.eq_ignore_ascii_case(id));
    let (id, request) = known.ok_or_else(|| Refused::no_object(id))?;
    ask.query()?.item(entity(ask, found), row(id, *request)).map(Outcome::Shown)
}

fn row(id: &str, request: RelationshipRequest) -> Value {
    json!({
        "@odata.etag": etag(&["request", id]),
        "id": id,
        "createdDateTime": request.at,
        "lastModifiedDateTime": request.at,
        "action": request.action.graph(),
        "status": "succeeded",
    })
}

fn path(ask: &Ask<'_>, found: &Found<'_>) -> String {
    format!("{}/{}/requests", ask.call.place.segment(), found.id(ask))
}

fn entity(ask: &Ask<'_>, found: &Found<'_>) -> String {
    ask.context(&format!("{}/$entity", path(ask, found)))
}

/// The partner proposes, a global administrator of the customer decides, and either may end it. An agent of another
/// partner that administers the customer too is neither.
fn side(ask: &Ask<'_>, found: &Found<'_>, action: Action) -> Result<(), Refused> {
    match (action, found.side) {
        (Action::LockForApproval | Action::Terminate, Side::Partner) => Ok(()),
        (Action::LockForApproval, Side::Customer) => Err(denied("Only the partner may lock a relationship.")),
        (Action::Approve | Action::Reject, Side::Partner) => Err(denied("The customer decides on a relationship.")),
        (Action::Approve | Action::Reject | Action::Terminate, Side::Customer) => match &ask.caller.who {
            Who::Person(person) if person.belongs == Belongs::Member && person.roles.contains(&Role::GlobalAdmin) => {
                Ok(())
            }
            Who::Person(_) | Who::Application(_) => {
                Err(denied("It takes a global administrator of the customer's own to decide."))
            }
        },
    }
}

/// The relationship after an action, if its state allows it.
fn after(facts: &Relationship, action: Action, now: Timestamp) -> Result<Relationship, Refused> {
    use RelationshipStatus::{Active, ApprovalPending, Created, Expiring, Terminated, Terminating};
    let changed = |status| Relationship { status, ..facts.clone() };
    let status = facts.status_at(now);
    match (action, status) {
        (Action::LockForApproval, Created) => Ok(changed(ApprovalPending)),
        (Action::Approve, ApprovalPending) => {
            let lasts = facts.duration.unwrap_or(super::relationships::USUAL);
            Ok(Relationship { activated: Some(now), ends: Some(now.plus(lasts)), ..changed(Active) })
        }
        (Action::Reject, ApprovalPending) => Ok(changed(Terminated)),
        (Action::Terminate, Active | Expiring) => {
            // What ends does not renew itself any more.
            Ok(Relationship { ends: Some(now.plus(ENDING)), auto_extend: None, ..changed(Terminating) })
        }
        (_, status) => Err(Refused::Conflict(format!("The relationship {}.", status.words()))),
    }
}
