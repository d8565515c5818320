//! What does an application expose as a resource, and which tokens does it take?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::ObjectId;

/// The shape of an access token (`ver`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum TokenVersion {
    /// The older: `appid`, `upn`, `amr`.
    #[default]
    #[serde(rename = "1.0")]
    V1,
    /// The newer: `azp`, no `amr`.
    #[serde(rename = "2.0")]
    V2,
}

/// A delegated permission.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// What the consent page says.
    pub title: String,
    /// The sentence below it.
    pub description: String,
    /// Who has to agree.
    pub consent: ConsentKind,
}

/// Who has to agree before an application may use a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// The person, each for themselves.
    #[default]
    User,
    /// An administrator (90094).
    Admin,
    /// Nobody: it is consented for everyone.
    Nobody,
}

/// A role an application exposes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AppRole {
    /// Its id; made from application and value when left out.
    pub id: ObjectId,
    /// What it is called.
    pub title: String,
}
