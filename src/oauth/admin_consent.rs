//! May an application be trusted by a whole tenant? An administrator is asked, and the application told.

use serde::{Deserialize, Serialize};

use crate::signin::state::Authority;

/// A request for an administrator's consent, and where its answer goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdminConsent {
    /// Where it was asked.
    pub authority: Authority,
    /// The application, by handle.
    pub app: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The application's own word for the request, handed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What was asked for at the v2 address, handed back; the v1 address asks for everything registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}
