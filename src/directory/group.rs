//! Which accounts belong together.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::id::ObjectId;

/// A security group, as a world file describes it. Who is in it is written with the users.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Group {
    /// The object id; made from tenant and handle when left out.
    pub id: ObjectId,
    /// The display name; the handle when left out.
    pub name: String,
    /// Everybody with this role is in it: how a partner's agent groups are kept.
    pub everyone_with: Option<Role>,
}
