//! What do an application's tokens say beyond the usual?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Claims an application asks for beyond the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OptionalClaims {
    /// In its id tokens.
    pub id_token: Vec<String>,
    /// In access tokens it takes as a resource.
    pub access_token: Vec<String>,
}

/// Which groups an application's tokens name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GroupClaims {
    /// None.
    #[default]
    None,
    /// Security groups.
    Security,
    /// Directory roles (`wids`).
    DirectoryRole,
    /// Both.
    All,
}

impl GroupClaims {
    /// Are security groups named?
    pub fn names_groups(self) -> bool {
        matches!(self, GroupClaims::Security | GroupClaims::All)
    }

    /// Are directory roles named?
    pub fn names_roles(self) -> bool {
        matches!(self, GroupClaims::DirectoryRole | GroupClaims::All)
    }
}
