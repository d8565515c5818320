//! Which providers, besides the tenant, may ask its people for something: external authentication methods and custom
//! controls.
//!
//! Microsoft Graph's `externalAuthenticationMethodConfiguration`; "Custom controls (preview)" of conditional access.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A provider that a tenant sends its people to, and how that provider knows the tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct External {
    /// The provider's handle in this world.
    pub provider: Option<String>,
    /// The discovery address of a provider outside this world: its issuer and `/.well-known/openid-configuration`.
    pub discovery: Option<String>,
    /// What the provider calls the tenant.
    pub client_id: String,
    /// The name shown to people; the handle when left out.
    pub title: String,
    /// Whose method it is: groups of the tenant by handle, everybody when empty. Whom a custom control is about, its
    /// policies say.
    pub groups: Vec<String>,
}

/// What every discovery address ends with (OpenID Connect Discovery, 4).
pub const DISCOVERY: &str = "/.well-known/openid-configuration";

impl External {
    /// The name to show.
    pub fn title<'a>(&'a self, handle: &'a str) -> &'a str {
        if self.title.is_empty() { handle } else { &self.title }
    }
}
