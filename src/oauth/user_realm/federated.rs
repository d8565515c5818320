//! Where does somebody of a federated domain sign in, before any request has begun?

use url::form_urlencoded::byte_serialize;

use super::MICROSOFT_ONLINE;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::federation::parties::carrying;
use crate::federation::provider::Addresses;
use crate::id::Upn;

/// The address, with the user's name where the protocol has a place for it.
pub(super) fn sign_in_url(trust: &Federation, provider: &Addresses, login: &Upn) -> String {
    match trust.protocol {
        FederationProtocol::Wsfed => {
            let name: String = byte_serialize(login.as_str().as_bytes()).collect();
            let realm: String = byte_serialize(MICROSOFT_ONLINE.as_bytes()).collect();
            carrying(&provider.sign_in, &format!("username={name}&wa=wsignin1.0&wtrealm={realm}&wctx="))
        }
        FederationProtocol::Saml | FederationProtocol::Oidc => provider.sign_in.clone(),
    }
}
