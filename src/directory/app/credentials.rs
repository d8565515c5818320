//! How does an application prove itself?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::user::Secret;
use crate::time::Timestamp;

/// A secret, with or without an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
pub enum ClientSecret {
    /// The secret alone.
    Forever(Secret),
    /// A secret that ends (7000222).
    Until(ExpiringSecret),
}

/// A secret that ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiringSecret {
    /// The secret.
    pub value: Secret,
    /// When it ends.
    pub expires: Timestamp,
}

/// A certificate in PEM form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Certificate {
    /// `-----BEGIN CERTIFICATE-----` and so on.
    pub pem: String,
}

/// A token of another issuer that stands for this application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FederatedCredential {
    /// The token's `iss`; its keys are found through its discovery document.
    pub issuer: String,
    /// The token's `sub`.
    pub subject: String,
    /// The token's `aud`; Entra's usual one when left out.
    pub audience: Option<String>,
}
