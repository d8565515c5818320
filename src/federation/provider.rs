//! Who stands behind a trust: what the provider calls itself, where it is asked, and whose signature counts as its own.
//!
//! One of this world is known; what another publishes about itself is read in [`outside`].

use std::sync::Arc;

use super::outside::{self, Ask};
use super::parties;
use super::relay;
use super::saml::Binding;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::{Answer, Tenant};
use crate::http::origin::Origin;
use crate::http::outbound::Outbound;
use crate::keys::{KeyError, Owner, PublicKey};
use crate::oauth::desk::Desk;
use crate::refusal::{Code, Refusal};
use crate::store::StoreError;
use crate::token::issuer::issuer_generic;

/// A provider, as a tenant that trusts it knows it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What it calls itself.
    pub issuer: String,
    /// Where it is asked.
    pub addresses: Addresses,
    /// Whether it takes requests that nobody signed.
    pub requests: Requests,
    /// Whether its answers say whose they are.
    pub answers: Answers,
    /// The keys it signs with.
    pub keys: Vec<Arc<PublicKey>>,
    /// Is it one of ours?
    pub home: Home,
}

/// Where a provider is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Where a browser signs in.
    pub sign_in: String,
    /// How a SAML request travels there.
    pub binding: Binding,
    /// Where a browser signs out, if that is anywhere.
    pub sign_out: Option<String>,
    /// Where a password is taken without a browser.
    pub active: Option<Active>,
}

/// Whether a provider takes requests that nobody signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// It does.
    Plain,
    /// It does not.
    Signed,
}

/// Whether a provider's answers say whose they are, besides what is signed in them (RFC 9207).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// It says that they do: one that does not is from somebody else.
    Named,
    /// They may.
    Plain,
}

/// Where a provider is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In this world, where it is set up to answer like this.
    Here(Answer),
    /// Outside it.
    Elsewhere,
}

impl Home {
    /// A refusal of what the provider said, with the setting beside it where what is wrong is wrong by that.
    /// Nobody knows why a provider elsewhere answers wrongly.
    pub fn explain(self, refusal: Refusal, wrong: &[Answer]) -> Refusal {
        let fault = match self {
            Home::Here(answer) if wrong.contains(&answer) => relay::fault(answer),
            Home::Here(_) | Home::Elsewhere => None,
        };
        let because = refusal.because.into_iter().chain(fault).collect();
        Refusal { because, ..refusal }
    }
}

/// Where a provider takes passwords (WS-Trust).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// The description of that.
    pub description: String,
    /// The address of the older edition.
    pub password: String,
}

impl Active {
    /// As AD FS has them, by what its addresses begin with.
    pub fn at(base: &str) -> Self {
        Self {
            description: format!("{base}/adfs/services/trust/mex"),
            password: format!("{base}/adfs/services/trust/2005/usernamemixed"),
        }
    }
}

/// The provider behind a trust.
pub async fn behind(
    desk: &Desk<'_>,
    outbound: &Outbound,
    trust: &Federation,
    ask: Ask,
) -> Result<Result<Provider, Refusal>, StoreError> {
    match (&trust.provider, &trust.metadata) {
        (Some(handle), _) => here(desk, handle, trust.protocol).map_err(|error| StoreError(error.to_string())),
        (None, Some(metadata)) => outside::provider(desk, outbound, metadata, trust.protocol, ask).await,
        (None, None) => Ok(Err(Code::UnknownFederationRealm.because("This trust names no provider."))),
    }
}

/// A provider of this world.
fn here(desk: &Desk<'_>, handle: &str, protocol: FederationProtocol) -> Result<Result<Provider, Refusal>, KeyError> {
    let Some(Tenant::Provider { facts, .. }) = desk.directory.provider(handle) else { return Ok(Err(gone())) };
    let keys = desk.keys.published(Owner::Provider(handle))?;
    Ok(Ok(Provider {
        issuer: match protocol {
            FederationProtocol::Wsfed | FederationProtocol::Saml => parties::issuer(desk.origin, handle),
            FederationProtocol::Oidc => issuer_generic(desk.origin, handle),
        },
        addresses: Addresses::here(desk.origin, handle, protocol),
        requests: Requests::Plain,
        // As its discovery document says.
        answers: Answers::Named,
        keys: keys.iter().map(|key| key.public().clone()).collect(),
        home: Home::Here(facts.answer),
    }))
}

impl Addresses {
    /// Those of a provider of this world.
    pub fn here(origin: &Origin, handle: &str, protocol: FederationProtocol) -> Self {
        let at = |what: &str| origin.url(&format!("/idp/{handle}/{what}"));
        let (sign_in, sign_out, active) = match protocol {
            FederationProtocol::Wsfed => {
                let passive = parties::passive_address(origin, handle);
                (passive.clone(), passive, Some(Active::at(&origin.url(&format!("/idp/{handle}")))))
            }
            FederationProtocol::Saml => (parties::sso_address(origin, handle), at("saml/slo"), None),
            FederationProtocol::Oidc => (at("authorize"), at("logout"), None),
        };
        Self { sign_in, binding: Binding::Redirect, sign_out: Some(sign_out), active }
    }
}

fn gone() -> Refusal {
    Code::UnknownFederationRealm.because("The provider of this trust is gone.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_14_a_setting_explains_what_it_does_and_nothing_else() {
        let refusal = || Code::FederatedAnswerInvalid.because("It is wrong.").because("R-13", "it was looked at");
        let rules = |home: Home, wrong: &[Answer]| -> Vec<String> {
            home.explain(refusal(), wrong).because.into_iter().map(|one| one.rule.into_owned()).collect()
        };
        let table = [
            (Home::Here(Answer::Expired), &[Answer::Expired][..], &["R-13", "R-14"][..]),
            (Home::Here(Answer::NotYetValid), &[Answer::Expired, Answer::NotYetValid], &["R-13", "R-14"]),
            (Home::Here(Answer::Expired), &[Answer::WrongSignature], &["R-13"]),
            (Home::Here(Answer::Expired), &[], &["R-13"]),
            (Home::Here(Answer::Good), &[Answer::Good], &["R-13"]),
            (Home::Elsewhere, &[Answer::Expired], &["R-13"]),
        ];
        for (home, wrong, expected) in table {
            assert_eq!(rules(home, wrong), expected, "{home:?} {wrong:?}");
        }
        assert_eq!(Home::Here(Answer::Expired).explain(refusal(), &[Answer::Expired]).text, "It is wrong.");
    }
}
