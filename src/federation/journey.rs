//! A browser on its way to the provider that verifies its person, and what has to come back with it.

use serde::{Deserialize, Serialize};

use super::parties;
use super::provider::{Home, Provider, Requests};
use super::saml::{self, Binding};
use super::wsfed;
use super::xml::SignError;
use super::xml::redirect::{Direction, RELAY_STATE};
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::Tenant;
use crate::federation::assertion::claims;
use crate::http::origin::Origin;
use crate::keys::SigningKey;
use crate::signin::federated::{Fresh, Journey, Wanted};
use crate::store::Record;
use crate::time::Timestamp;

/// A journey under way, kept under the state that travels with it. It comes back once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// The flow token of the sign-in it belongs to.
    pub token: String,
    /// The domain whose provider it leads to.
    pub domain: String,
    /// The id of the request, where the protocol has one: a nonce in OpenID Connect.
    pub request: String,
}

impl Record for UnderWay {
    const KIND: &'static str = "journey";
}

/// Where a journey leads, and what is sent along.
pub struct Departure<'a> {
    /// The trust it follows.
    pub trust: &'a Federation,
    /// The provider behind it.
    pub provider: &'a Provider,
    /// The key for requests that have to be signed.
    pub key: &'a SigningKey,
    /// The state that comes back with the answer.
    pub state: &'a str,
    /// The id of the request.
    pub request: &'a str,
    /// What the sign-in is called by clients and in logs, so that the provider's can be read beside the tenant's.
    pub correlation: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// How the browser gets to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To an address.
    To(String),
    /// By a form that posts itself.
    Form {
        /// Where.
        action: String,
        /// What.
        fields: Vec<(String, String)>,
    },
}

impl Departure<'_> {
    /// The way to the provider.
    pub fn way(&self, origin: &Origin, journey: &Journey) -> Result<Way, SignError> {
        match self.trust.protocol {
            FederationProtocol::Wsfed => Ok(Way::To(self.wsfed(origin, journey))),
            FederationProtocol::Saml => self.saml(origin, journey),
            FederationProtocol::Oidc => Ok(Way::To(self.oidc(origin, journey))),
        }
    }

    fn saml(&self, origin: &Origin, journey: &Journey) -> Result<Way, SignError> {
        let at = &self.provider.addresses.sign_in;
        let reply = parties::login_address(origin);
        let request = saml::Request::of_a_tenant(self.request.to_owned(), at, reply, journey.wanted, journey.fresh);
        let key = match self.provider.requests {
            Requests::Plain => None,
            Requests::Signed => Some(self.key),
        };
        match self.provider.addresses.binding {
            Binding::Redirect => {
                let query = request.query(key, self.state, self.now)?;
                // Not in the standard, but what providers fill the name in from.
                let name = journey.upn.as_ref().map(|upn| format!("&username={}", encoded(upn.as_str())));
                Ok(Way::To(parties::carrying(at, &format!("{query}{}", name.unwrap_or_default()))))
            }
            Binding::Post => {
                let message = request.message(key, self.now)?;
                let fields = [(Direction::Request.parameter(), message), (RELAY_STATE, self.state.to_owned())];
                let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
                Ok(Way::Form { action: at.clone(), fields })
            }
        }
    }

    fn wsfed(&self, origin: &Origin, journey: &Journey) -> String {
        let authentication = match (journey.wanted, journey.fresh) {
            (Wanted::Mfa, _) => Some(claims::MULTIPLE.to_owned()),
            (Wanted::SignIn, Fresh::Password) => Some(claims::PASSWORD.to_owned()),
            (Wanted::SignIn, Fresh::No | Fresh::Prompt | Fresh::Now | Fresh::Anew) => None,
        };
        let request = wsfed::Request {
            realm: parties::MICROSOFT_ONLINE.to_owned(),
            // Ours know where tenants of their world are; the others have to be told.
            reply: (self.provider.home == Home::Elsewhere).then(|| parties::login_address(origin)),
            context: Some(context(self.state)),
            username: journey.upn.as_ref().map(ToString::to_string),
            fresh: matches!(journey.fresh, Fresh::Password | Fresh::Now | Fresh::Anew),
            authentication,
            correlation: Some(self.correlation.to_owned()),
            ..wsfed::Request::default()
        };
        let address = request.address(&self.provider.addresses.sign_in);
        if journey.fresh == Fresh::Prompt { format!("{address}&prompt=login") } else { address }
    }

    fn oidc(&self, origin: &Origin, journey: &Journey) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", client_id(self.trust))
            .append_pair("response_type", "id_token")
            .append_pair("response_mode", "form_post")
            .append_pair("redirect_uri", &parties::login_address(origin))
            .append_pair("scope", "openid profile email")
            .append_pair("state", self.state)
            .append_pair("nonce", self.request);
        if let Some(upn) = &journey.upn {
            query.append_pair("login_hint", upn.as_str());
        }
        if journey.wanted == Wanted::Mfa {
            query.append_pair("acr_values", "mfa");
        }
        if journey.fresh.is_forced() {
            query.append_pair("prompt", "login");
        }
        parties::carrying(&self.provider.addresses.sign_in, &query.finish())
    }
}

/// What a provider that speaks OpenID Connect calls the tenant: at those of this world, one application stands for all.
pub fn client_id(trust: &Federation) -> &str {
    trust.client_id.as_deref().unwrap_or(parties::MICROSOFT_ONLINE)
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What a WS-Federation request calls its context: the provider sends it back to the byte.
fn context(state: &str) -> String {
    format!("LoginOptions=3&estsredirect=2&estsrequest={state}")
}

/// The state in a context that came back.
pub fn state_of(context: &str) -> Option<&str> {
    context.split('&').find_map(|pair| pair.strip_prefix("estsrequest="))
}

/// The trust a tenant puts in the provider of a domain.
pub fn trust<'d>(tenant: Tenant<'d>, domain: &str) -> Option<&'d Federation> {
    match tenant {
        Tenant::Entra { facts, .. } => facts.federation.get(domain),
        Tenant::Provider { .. } => None,
    }
}

#[cfg(test)]
mod tests;
