//! The house rules a tenant can set: per-user MFA, named locations, conditional access.

mod conditional_access;
mod method;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::ObjectId;

pub use conditional_access::{
    Audience, ClientType, ConditionalAccess, GrantControl, Locations, Operator, PersistentBrowser, PolicyState,
    PolicyVerdict, SessionControls, UserAction, is_context,
};
pub use method::{Combination, MethodKind, Strength};

/// The per-user MFA state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PerUserMfa {
    /// Not asked for.
    #[default]
    Disabled,
    /// Asked for; becomes enforced at the first success.
    Enabled,
    /// Asked for, and legacy clients need an app password.
    Enforced,
}

/// A place, by network address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NamedLocation {
    /// The location's id, as Microsoft Graph has it; made from the handle when left out.
    pub id: ObjectId,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// Address ranges in CIDR form.
    pub ranges: Vec<String>,
    /// Whether policies may call it trusted.
    pub trusted: bool,
}
