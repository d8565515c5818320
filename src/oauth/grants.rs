//! The token endpoint's grants, one file each: machines without HTTP.
//!
//! `request` is what they are given; `again` is how those that have no person before them decide; `revoked` is what ends
//! them.

mod again;
pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod handed_over;
pub mod on_behalf_of;
pub mod password;
pub mod refresh_token;
mod request;
mod revoked;
pub mod saml_bearer;

use serde_json::{Map, Value};

use super::desk::Denied;
use super::dialect::Dialect;
use crate::directory::policy::PolicyVerdict;
use crate::federation::assertion::Version;
use crate::http::params::shorten;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};

pub use again::{Again, Proven, decide, decide_again, decide_for};
pub use request::TokenRequest;
pub use revoked::{check_revoked, check_still_good};

/// What a grant answers: the response's body, and what the journal should know.
pub struct Granted {
    /// The body.
    pub body: Map<String, Value>,
    /// Was a second factor proven?
    pub second_factor: bool,
    /// What conditional access said.
    pub policies: PolicyVerdict,
    /// One sentence.
    pub summary: String,
    /// Why it was granted, as far as that was decided now.
    pub because: Vec<Because>,
}

/// Runs the grant a request names.
pub async fn run(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    if request.dialect == Dialect::EntraV2 && request.params.has("resource") {
        return Err(Refusal::resource_at_v2().into());
    }
    let entra = request.dialect.is_entra();
    if !entra && request.caller.app.is_confidential() {
        // Before anything that it shows is looked at, or spent (RFC 6749, 3.2.1).
        request.caller.must_have_proven_itself()?;
    }
    match request.need("grant_type")? {
        "authorization_code" => authorization_code::redeem(request).await,
        "refresh_token" => refresh_token::redeem(request).await,
        "client_credentials" => client_credentials::issue(request).await,
        "password" if entra => password::issue(request).await,
        "device_code" | "urn:ietf:params:oauth:grant-type:device_code" if entra => device_code::redeem(request).await,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" if entra => on_behalf_of::issue(request).await,
        "urn:ietf:params:oauth:grant-type:saml1_1-bearer" if entra => {
            saml_bearer::issue(request, Version::Saml11).await
        }
        "urn:ietf:params:oauth:grant-type:saml2-bearer" if entra => saml_bearer::issue(request, Version::Saml20).await,
        other => Err(Code::GrantUnknown
            .because(format!("The app requested an unsupported grant type '{}'.", shorten(other)))
            .into()),
    }
}
