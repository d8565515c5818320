//! Who may administer whom: reseller relationships, DAP and GDAP.
//!
//! The life of a granular relationship follows Microsoft Graph's `delegatedAdminRelationship`; what the world says of it
//! is what was last decided by somebody, and [`Relationship::status_at`] adds what time did since.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::directory::table::Table;
use crate::id::ObjectId;
use crate::time::{Span, Timestamp};

/// How long before its end a relationship is said to be expiring. Graph calls it a passing state and names no span.
const EXPIRING: Span = Span::hours(1);

/// A partner's right to act in a customer's tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Relationship {
    /// The partner tenant's handle.
    pub partner: String,
    /// The customer tenant's handle.
    pub customer: String,
    /// Which kind of delegation.
    pub kind: RelationshipKind,
    /// Which agents of the partner get which roles at the customer.
    #[cfg_attr(test, schemars(extend("propertyNames" = { "enum": ["admin_agents", "helpdesk_agents", "sales_agents"] })))]
    pub roles: Table<AgentGroup, Vec<Role>>,
    /// Which other security groups of the partner, by handle, get which roles.
    pub groups: Table<String, Vec<Role>>,
    /// Where in its life it is.
    pub status: RelationshipStatus,
    /// When it ends; never, when left out (DAP).
    pub ends: Option<Timestamp>,
    /// How much it renews itself by.
    pub auto_extend: Option<Span>,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// The roles it may give; those it gives, when left out.
    pub offered: Vec<Role>,
    /// How long it lasts once it is in force; two years when left out.
    pub duration: Option<Span>,
    /// When it was drafted.
    pub created: Option<Timestamp>,
    /// When it came into force.
    pub activated: Option<Timestamp>,
    /// When anything of it was last changed.
    pub modified: Option<Timestamp>,
    /// What was asked of it, by the request's id. Its life has few steps, so there are few.
    pub requests: Table<String, RelationshipRequest>,
    /// What was done to the roles of a group, by the group's handle; nothing where only the world says of them.
    pub assignments: Table<String, AssignmentHistory>,
}

/// When a group was given its roles, and what its state is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AssignmentHistory {
    /// When it was given some.
    pub created: Timestamp,
    /// When these were last changed.
    pub modified: Timestamp,
    /// The state's own id: another one with every change.
    pub revision: ObjectId,
}

/// Something that was asked of a relationship, and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelationshipRequest {
    /// What.
    pub action: RelationshipAction,
    /// When.
    pub at: Timestamp,
}

/// What can be asked of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RelationshipAction {
    /// To wait for the customer, and not to be changed any more.
    LockForApproval,
    /// To come into force.
    Approve,
    /// To end before it began.
    Reject,
    /// To end.
    Terminate,
}

/// The kinds of delegated administration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RelationshipKind {
    /// Delegated administration privileges: fixed roles, no end.
    Dap,
    /// Granular delegated administration privileges: chosen roles, an end.
    #[default]
    Gdap,
    /// The partner sells to the customer, and administers nothing.
    Reseller,
}

/// The groups of a partner that roles are given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AgentGroup {
    /// AdminAgents.
    AdminAgents,
    /// HelpdeskAgents.
    HelpdeskAgents,
    /// SalesAgents.
    SalesAgents,
}

/// The life of a delegated relationship, as Microsoft Graph names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RelationshipStatus {
    /// Drafted.
    Created,
    /// Waiting for the customer.
    ApprovalPending,
    /// Approved, not yet in force.
    Approved,
    /// Coming into force.
    Activating,
    /// In force.
    #[default]
    Active,
    /// In force, ending soon.
    Expiring,
    /// Ended by time.
    Expired,
    /// Somebody asked to end it.
    TerminationRequested,
    /// Ending.
    Terminating,
    /// Ended by somebody.
    Terminated,
}

impl AgentGroup {
    /// All of them.
    pub const ALL: [AgentGroup; 3] = [AgentGroup::AdminAgents, AgentGroup::HelpdeskAgents, AgentGroup::SalesAgents];

    /// The role in Partner Center that makes an account one of them.
    pub fn role(self) -> Role {
        match self {
            AgentGroup::AdminAgents => Role::AdminAgent,
            AgentGroup::HelpdeskAgents => Role::HelpdeskAgent,
            AgentGroup::SalesAgents => Role::SalesAgent,
        }
    }

    /// The group's name in every partner's tenant.
    pub fn name(self) -> &'static str {
        match self {
            AgentGroup::AdminAgents => "AdminAgents",
            AgentGroup::HelpdeskAgents => "HelpdeskAgents",
            AgentGroup::SalesAgents => "SalesAgents",
        }
    }
}

impl RelationshipKind {
    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            RelationshipKind::Dap => "DAP",
            RelationshipKind::Gdap => "GDAP",
            RelationshipKind::Reseller => "reseller",
        }
    }

    /// Can it let anybody in?
    pub fn delegates(self) -> bool {
        match self {
            RelationshipKind::Dap | RelationshipKind::Gdap => true,
            RelationshipKind::Reseller => false,
        }
    }
}

impl RelationshipAction {
    /// All of them.
    pub const ALL: [RelationshipAction; 4] = [
        RelationshipAction::LockForApproval,
        RelationshipAction::Approve,
        RelationshipAction::Reject,
        RelationshipAction::Terminate,
    ];

    /// Microsoft Graph's word for it.
    pub fn graph(self) -> &'static str {
        match self {
            RelationshipAction::LockForApproval => "lockForApproval",
            RelationshipAction::Approve => "approve",
            RelationshipAction::Reject => "reject",
            RelationshipAction::Terminate => "terminate",
        }
    }
}

impl RelationshipStatus {
    /// Does it let anybody in?
    pub fn is_in_force(self) -> bool {
        match self {
            RelationshipStatus::Active | RelationshipStatus::Expiring => true,
            RelationshipStatus::Created
            | RelationshipStatus::ApprovalPending
            | RelationshipStatus::Approved
            | RelationshipStatus::Activating
            | RelationshipStatus::Expired
            // From the moment somebody ends it, it lets nobody in.
            | RelationshipStatus::TerminationRequested
            | RelationshipStatus::Terminating
            | RelationshipStatus::Terminated => false,
        }
    }

    /// Microsoft Graph's word for it.
    pub fn graph(self) -> &'static str {
        match self {
            RelationshipStatus::Created => "created",
            RelationshipStatus::ApprovalPending => "approvalPending",
            RelationshipStatus::Approved => "approved",
            RelationshipStatus::Activating => "activating",
            RelationshipStatus::Active => "active",
            RelationshipStatus::Expiring => "expiring",
            RelationshipStatus::Expired => "expired",
            RelationshipStatus::TerminationRequested => "terminationRequested",
            RelationshipStatus::Terminating => "terminating",
            RelationshipStatus::Terminated => "terminated",
        }
    }

    /// In words, to end a sentence that begins with its name.
    pub fn words(self) -> &'static str {
        match self {
            RelationshipStatus::Created => "is drafted only",
            RelationshipStatus::ApprovalPending => "waits for the customer's approval",
            RelationshipStatus::Approved => "is approved and not yet in force",
            RelationshipStatus::Activating => "is coming into force",
            RelationshipStatus::Active => "is active",
            RelationshipStatus::Expiring => "is about to expire",
            RelationshipStatus::Expired => "has expired",
            RelationshipStatus::TerminationRequested => "is to be terminated",
            RelationshipStatus::Terminating => "is being terminated",
            RelationshipStatus::Terminated => "was terminated",
        }
    }
}

impl Relationship {
    /// When it ends, as things stand now: one that renews itself has been renewed as often as was due.
    pub fn ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.ends?;
        let Some(by) = self.auto_extend.map(Span::millis).filter(|millis| *millis > 0) else { return Some(ends) };
        let over = now.since(ends).millis();
        let times = if over < 0 { 0 } else { over / by + 1 };
        Some(ends.plus(Span::from_millis(times.saturating_mul(by))))
    }

    /// Where in its life it is now.
    pub fn status_at(&self, now: Timestamp) -> RelationshipStatus {
        let left = self.ends_at(now).map(|ends| ends.since(now));
        match self.status {
            RelationshipStatus::Active | RelationshipStatus::Expiring => match left {
                Some(left) if left.millis() <= 0 => RelationshipStatus::Expired,
                Some(left) if left <= EXPIRING && self.auto_extend.is_none() => RelationshipStatus::Expiring,
                Some(_) | None => RelationshipStatus::Active,
            },
            RelationshipStatus::TerminationRequested | RelationshipStatus::Terminating
                if left.is_some_and(|left| left.millis() <= 0) =>
            {
                RelationshipStatus::Terminated
            }
            decided => decided,
        }
    }
}

#[cfg(test)]
mod tests;
