//! A browser on its way to the provider that verifies its person, and what has to come back with it.

use serde::{Deserialize, Serialize};

use super::parties;
use super::saml;
use super::wsfed;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::Tenant;
use crate::federation::assertion::claims;
use crate::http::origin::Origin;
use crate::signin::federated::{Fresh, Journey, Wanted};
use crate::store::Record;
use crate::time::{Span, Timestamp};

/// How long somebody may take at the provider.
pub const LIVES: Span = Span::hours(1);
/// The application that stands for every tenant at a provider that speaks OpenID Connect.
const CLIENT: &str = parties::MICROSOFT_ONLINE;

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
    /// The provider, when it is one of this world.
    pub provider: &'a str,
    /// The state that comes back with the answer.
    pub state: &'a str,
    /// The id of the request.
    pub request: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl Departure<'_> {
    /// The address the browser is sent to.
    pub fn address(&self, origin: &Origin, journey: &Journey) -> String {
        let mfa = journey.wanted == Wanted::Mfa;
        match self.trust.protocol {
            FederationProtocol::Wsfed => self.wsfed(origin, journey, mfa),
            FederationProtocol::Saml => {
                let at = parties::sso_address(origin, self.provider);
                let reply = parties::login_address(origin);
                let force = journey.fresh != Fresh::No;
                let request = saml::Request::of_a_tenant(self.request.to_owned(), &at, reply, mfa, force);
                let address = request.address(&at, self.state, self.now);
                match &journey.upn {
                    // Not in the standard, but what providers fill the name in from.
                    Some(upn) => format!("{address}&username={}", encoded(upn.as_str())),
                    None => address,
                }
            }
            FederationProtocol::Oidc => self.oidc(origin, journey, mfa),
        }
    }

    fn wsfed(&self, origin: &Origin, journey: &Journey, mfa: bool) -> String {
        let authentication = match (mfa, journey.fresh) {
            (true, _) => Some(claims::MULTIPLE.to_owned()),
            (false, Fresh::Password) => Some(claims::PASSWORD.to_owned()),
            (false, Fresh::No | Fresh::Prompt) => None,
        };
        let request = wsfed::Request {
            realm: parties::MICROSOFT_ONLINE.to_owned(),
            reply: None,
            context: Some(context(self.state)),
            username: journey.upn.as_ref().map(ToString::to_string),
            fresh: journey.fresh == Fresh::Password,
            authentication,
            ..wsfed::Request::default()
        };
        let address = request.address(&parties::passive_address(origin, self.provider));
        if journey.fresh == Fresh::Prompt { format!("{address}&prompt=login") } else { address }
    }

    fn oidc(&self, origin: &Origin, journey: &Journey, mfa: bool) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", CLIENT)
            .append_pair("response_type", "id_token")
            .append_pair("response_mode", "form_post")
            .append_pair("redirect_uri", &parties::login_address(origin))
            .append_pair("scope", "openid profile email")
            .append_pair("state", self.state)
            .append_pair("nonce", self.request);
        if let Some(upn) = &journey.upn {
            query.append_pair("login_hint", upn.as_str());
        }
        if mfa {
            query.append_pair("acr_values", "mfa");
        }
        if journey.fresh != Fresh::No {
            query.append_pair("prompt", "login");
        }
        origin.url(&format!("/idp/{}/authorize?{}", self.provider, query.finish()))
    }
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
