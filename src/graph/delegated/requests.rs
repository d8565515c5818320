//! What is asked of a relationship? To be locked for the customer's approval, to be approved or rejected, to end: each by
//! the side that may, and in the state that allows it.

use serde_json::json;

use super::super::members::Members;
use super::super::{Ask, Outcome, Told};
use super::{Found, Side, denied, write};
use crate::directory::partner::{Relationship, RelationshipStatus};
use crate::directory::role::Role;
use crate::graph::caller::{Belongs, Who};
use crate::graph::error::Refused;
use crate::id::ObjectId;
use crate::time::{Span, Timestamp};

/// How long a relationship takes to end.
const ENDING: Span = Span::minutes(5);

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    LockForApproval,
    Approve,
    Reject,
    Terminate,
}

/// Does what is asked, if it may be.
pub fn take(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let word = members.text("action")?.unwrap_or_default();
    let action =
        read(word).ok_or_else(|| Refused::bad("action must be lockForApproval, approve, reject or terminate."))?;
    members.finish()?;
    side(ask, found, action)?;
    let facts = after(found.facts, action, ask.now)?;
    let id = ObjectId(ask.chance.uuid());
    let request = json!({
        "id": id, "createdDateTime": ask.now, "lastModifiedDateTime": ask.now, "action": word, "status": "succeeded",
    });
    let address = ask.address(&format!("{}/{}/requests/{id}", ask.call.place.segment(), found.id(ask)));
    let did = format!("asked of the relationship {}: {word}", found.handle);
    write(ask, found.handle, Some(facts), Told::Created(address, request), did)
}

fn read(word: &str) -> Option<Action> {
    match word {
        "lockForApproval" => Some(Action::LockForApproval),
        "approve" => Some(Action::Approve),
        "reject" => Some(Action::Reject),
        "terminate" => Some(Action::Terminate),
        _ => None,
    }
}

/// The partner proposes, a global administrator of the customer decides, and either may end it.
fn side(ask: &Ask<'_>, found: &Found<'_>, action: Action) -> Result<(), Refused> {
    match (action, found.side) {
        (Action::LockForApproval, Side::Partner) | (Action::Terminate, Side::Partner | Side::Customer) => Ok(()),
        (Action::LockForApproval, Side::Customer) => Err(denied("Only the partner may lock a relationship.")),
        (Action::Approve | Action::Reject, Side::Partner) => Err(denied("The customer decides on a relationship.")),
        (Action::Approve | Action::Reject, Side::Customer) => match &ask.caller.who {
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
