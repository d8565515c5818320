//! Who may administer whom: reseller relationships, DAP and GDAP.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::time::{Span, Timestamp};

/// A partner's right to act in a customer's tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Relationship {
    /// The partner tenant's handle.
    pub partner: String,
    /// The customer tenant's handle.
    pub customer: String,
    /// Which kind of delegation.
    pub kind: RelationshipKind,
    /// Which agents of the partner get which roles at the customer.
    #[schemars(extend("propertyNames" = { "enum": ["admin_agents", "helpdesk_agents", "sales_agents"] }))]
    pub roles: BTreeMap<AgentGroup, Vec<Role>>,
    /// Where in its life it is.
    pub status: RelationshipStatus,
    /// When it ends; never, when left out (DAP).
    pub ends: Option<Timestamp>,
    /// How much it renews itself by.
    pub auto_extend: Option<Span>,
}

/// The kinds of delegated administration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationshipKind {
    /// Delegated administration privileges: fixed roles, no end.
    Dap,
    /// Granular delegated administration privileges: chosen roles, an end.
    #[default]
    Gdap,
}

/// The groups of a partner that roles are given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
