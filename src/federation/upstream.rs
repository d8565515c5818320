//! How is the provider that signed somebody in told that they signed out of the tenant?
//!
//! As it speaks: WS-Federation 1.2, 13.2.4 (`wsignout1.0`); SAML 2.0 profiles, 4.4.3.1 (a signed LogoutRequest); OpenID
//! Connect RP-Initiated Logout 1.0 (`id_token_hint`). Always by an address that a hidden frame loads.
//!
//! Differs: where a provider takes a LogoutRequest by a form only, it is not told, since a frame cannot send one.

use super::journey::client_id;
use super::parties::{self, MICROSOFT_ONLINE};
use super::provider::Provider;
use super::saml::logout::LogoutRequest;
use super::wsfed::SIGN_OUT;
use super::xml::SignError;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::keys::SigningKey;
use crate::signin::federated::KnownBy;
use crate::time::Timestamp;

/// A sign-out that a provider is told of.
#[derive(Clone, Copy, Debug)]
pub struct Farewell<'a> {
    /// The trust it signed somebody in by.
    pub trust: &'a Federation,
    /// The provider.
    pub provider: &'a Provider,
    /// By what it knows them.
    pub known: Option<&'a KnownBy>,
    /// The key that signs for the tenants.
    pub key: &'a SigningKey,
    /// What the request is called.
    pub id: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl Farewell<'_> {
    /// The address to load; none where there is none that would end the session there.
    pub fn address(&self) -> Result<Option<String>, SignError> {
        let Some(to) = self.provider.addresses.sign_out.as_deref() else { return Ok(None) };
        Ok(match (self.trust.protocol, self.known) {
            (FederationProtocol::Wsfed, _) => Some(parties::carrying(to, &format!("wa={SIGN_OUT}"))),
            (FederationProtocol::Saml, Some(KnownBy::Name { name, format, session })) => {
                let request = LogoutRequest {
                    id: self.id.to_owned(),
                    issuer: MICROSOFT_ONLINE.to_owned(),
                    name: name.clone(),
                    format: format.clone(),
                    sessions: session.iter().cloned().collect(),
                    ..LogoutRequest::default()
                };
                Some(request.carried(to, self.key, self.now)?)
            }
            (FederationProtocol::Oidc, Some(KnownBy::IdToken(token))) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                query.append_pair("id_token_hint", token).append_pair("client_id", client_id(self.trust));
                Some(parties::carrying(to, &query.finish()))
            }
            // What was answered by one protocol says nothing in another.
            (FederationProtocol::Saml, Some(KnownBy::IdToken(_)) | None)
            | (FederationProtocol::Oidc, Some(KnownBy::Name { .. }) | None) => None,
        })
    }
}
