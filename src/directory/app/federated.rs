//! What is an application to SAML and to WS-Federation?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An application as a SAML service provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SamlApp {
    /// Its entity id.
    pub entity_id: String,
    /// Where it may be answered.
    pub reply_urls: Vec<String>,
    /// Where it is told that somebody signed out, and where its own requests to sign out are answered.
    pub logout_url: Option<String>,
    /// The certificate its requests are signed with, PEM.
    pub certificate: Option<String>,
    /// Has it to sign its requests (76021)?
    pub require_signed_requests: bool,
    /// What is signed of the answers to it.
    pub signs: Signs,
}

/// What is signed of a SAML answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signs {
    /// The assertion.
    #[default]
    Assertion,
    /// The response around it.
    Response,
    /// Each of them.
    Both,
}

/// An application as a WS-Federation relying party.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WsFedApp {
    /// Its realm (`wtrealm`).
    pub realm: String,
    /// Where it may be answered.
    pub reply_urls: Vec<String>,
    /// Where it is told that somebody signed out; its first reply address when left out.
    pub logout_url: Option<String>,
    /// The version of SAML it takes; left out, 2.0 from tenants and 1.1 from providers.
    pub saml: Option<SamlVersion>,
}

/// The version of SAML in the tokens of WS-Federation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum SamlVersion {
    /// SAML 1.1.
    #[serde(rename = "1.1")]
    V11,
    /// SAML 2.0.
    #[serde(rename = "2.0")]
    V20,
}
