//! Where is the provider of a federated domain?

use url::Url;
use url::form_urlencoded::byte_serialize;

use super::AUDIENCE;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::http::origin::Origin;
use crate::id::Upn;

/// Where a password goes without a browser. Only WS-Trust takes one.
pub(super) fn active_url(origin: &Origin, federation: &Federation, path: &str) -> Option<String> {
    match federation.protocol {
        FederationProtocol::Wsfed => Some(format!("{}{path}", provider(origin, federation)?)),
        FederationProtocol::Saml | FederationProtocol::Oidc => None,
    }
}

/// What a provider's addresses begin with; of one outside this world, the host of its metadata.
fn provider(origin: &Origin, federation: &Federation) -> Option<String> {
    if let Some(handle) = &federation.provider {
        return Some(origin.url(&format!("/idp/{handle}")));
    }
    let metadata = Url::parse(federation.metadata.as_deref()?).ok()?;
    Some(metadata.origin().ascii_serialization())
}

/// Where a browser goes to sign in, before any request has begun: the passive address and the user's name.
pub(super) fn sign_in_url(origin: &Origin, federation: &Federation, login: &Upn) -> Option<String> {
    let provider = provider(origin, federation)?;
    Some(match federation.protocol {
        FederationProtocol::Wsfed => {
            let name: String = byte_serialize(login.as_str().as_bytes()).collect();
            let realm: String = byte_serialize(AUDIENCE.as_bytes()).collect();
            format!("{provider}/adfs/ls?username={name}&wa=wsignin1.0&wtrealm={realm}&wctx=")
        }
        FederationProtocol::Saml => format!("{provider}/saml/sso"),
        FederationProtocol::Oidc => format!("{provider}/authorize"),
    })
}
