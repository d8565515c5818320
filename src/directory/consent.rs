//! What was agreed to: Microsoft Graph's `oauth2PermissionGrant`, with handles for ids.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Upn;

/// One consent: an application may use these scopes of a resource, for one person or for everyone in a tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Consent {
    /// The tenant it holds in, by handle.
    pub tenant: String,
    /// The application, by handle.
    pub app: String,
    /// For whom; everyone in the tenant when left out.
    pub user: Option<Upn>,
    /// The resource, by handle; the OpenID Connect scopes when left out.
    pub resource: Option<String>,
    /// What was agreed to.
    pub scopes: Vec<String>,
}
