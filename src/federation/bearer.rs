//! Whom does an assertion name that is handed over at the token address, and may that be believed (RFC 7522)?
//!
//! Nobody was sent to a provider here, so the assertion itself says which one it is from; everything else is checked as
//! for an answer that a browser brings.

use super::accept::{self, Accepted, Trusted};
use super::assertion::Version;
use super::assertion::check::Recipient;
use super::parties;
use super::xml::names::{SAML11, SAML20};
use super::xml::{Element, read};
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::http::origin::Origin;
use crate::keys::KeyRing;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;
use crate::time::Timestamp;

/// Where an assertion is handed over.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Its keys.
    pub keys: &'a KeyRing,
    /// What its addresses begin with.
    pub origin: &'a Origin,
    /// Which tenant's token address it is.
    pub authority: &'a Authority,
    /// The time.
    pub now: Timestamp,
}

/// Somebody whom an assertion names.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// Who.
    pub account: Account<'a>,
    /// What the assertion says.
    pub accepted: Accepted,
}

/// Reads an assertion of this version and finds the account it is about.
pub fn named<'a>(place: &Place<'a>, text: &str, version: Version) -> Result<Named<'a>, Refusal> {
    let document =
        read(text).map_err(|error| invalid(format!("The assertion is not XML that is read here: {error}.")))?;
    let issuer = issuer(&document, version)?;
    let trusts = trusts(place, &issuer);
    let Some(provider) = trusts.first().map(|trust| trust.provider) else {
        return Err(Code::UnknownFederationRealm.because(format!(
            "No domain is federated with the provider '{}' for sign-ins without a browser.",
            super::brief(&issuer)
        )));
    };
    let recipients = recipients(place);
    let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
    let keys = accept::keys(place.directory, place.keys, provider)?;
    let trusted = Trusted {
        issuer: &issuer,
        keys: &keys,
        recipient: Recipient::NamedOrNot(&recipients),
        in_response_to: None,
        now: place.now,
    };
    let accepted = accept::accept(&document, &trusted)?;
    let account = account(place, &trusts, &accepted)?;
    Ok(Named { account, accepted })
}

fn invalid(text: String) -> Refusal {
    Code::FederatedAnswerInvalid.because(text)
}

/// Who says so, as the assertion has it: not believed yet.
fn issuer(document: &Element<'_>, version: Version) -> Result<String, Refusal> {
    let (is, issuer) = match version {
        Version::Saml11 => (document.is(SAML11, "Assertion"), document.value("Issuer")),
        Version::Saml20 => {
            (document.is(SAML20, "Assertion"), document.only(SAML20, "Issuer").and_then(Element::content))
        }
    };
    let kind = match version {
        Version::Saml11 => "SAML 1.1",
        Version::Saml20 => "SAML 2.0",
    };
    if !is {
        return Err(invalid(format!("The assertion is not one of {kind}, as this grant type has it.")));
    }
    match issuer.filter(|issuer| !issuer.is_empty()) {
        Some(issuer) => Ok(issuer.to_owned()),
        None => Err(invalid("The assertion does not say who issued it.".into())),
    }
}

/// The trust that a tenant puts in a provider, for one of its domains.
struct Trust<'a> {
    tenant: Tenant<'a>,
    domain: &'a str,
    provider: &'a str,
}

/// The trusts in the provider that calls itself this. One provider can verify the people of several domains.
fn trusts<'a>(place: &Place<'a>, issuer: &str) -> Vec<Trust<'a>> {
    let called = parties::provider_called(place.origin, issuer);
    let all = place.directory.world().tenants.iter().flat_map(|(handle, facts)| {
        facts.federation.iter().map(move |(domain, trust)| (Tenant::Entra { handle, facts }, domain, trust))
    });
    all.filter_map(|(tenant, domain, trust)| Some(Trust { tenant, domain, provider: speaks(trust)? }))
        .filter(|trust| Some(trust.provider) == called)
        .collect()
}

/// The provider, where what it speaks has assertions.
fn speaks(trust: &Federation) -> Option<&str> {
    match trust.protocol {
        FederationProtocol::Wsfed | FederationProtocol::Saml => trust.provider.as_deref(),
        FederationProtocol::Oidc => None,
    }
}

/// Where an assertion may say that it is to be delivered: to the tenants as one, or to this very address (RFC 7522, 3).
fn recipients(place: &Place<'_>) -> Vec<String> {
    let names: Vec<String> = match place.authority {
        Authority::Common => vec!["common".into()],
        Authority::Organizations => vec!["organizations".into()],
        Authority::Consumers => vec!["consumers".into()],
        Authority::Provider(_) => Vec::new(),
        Authority::Tenant(handle) => match place.directory.tenant_by_handle(handle) {
            Some(Tenant::Entra { facts, .. }) => {
                std::iter::once(facts.id.to_string()).chain(facts.domains.iter().cloned()).collect()
            }
            Some(Tenant::Provider { .. }) | None => Vec::new(),
        },
    };
    let token = |name: &String| {
        ["oauth2/token", "oauth2/v2.0/token"].map(|address| place.origin.url(&format!("/{name}/{address}")))
    };
    let own = names.iter().flat_map(token);
    std::iter::once(parties::login_address(place.origin)).chain(own).collect()
}

/// The account it is about. The user name that the provider knows only tells domains apart, where there are several.
fn account<'a>(place: &Place<'a>, trusts: &[Trust<'a>], accepted: &Accepted) -> Result<Account<'a>, Refusal> {
    let meant = accepted.domain.as_deref();
    let named = trusts.iter().find(|trust| Some(trust.domain) == meant);
    let candidates: Vec<&Trust<'a>> = named.map_or_else(|| trusts.iter().collect(), |trust| vec![trust]);
    let find = |trust: &&Trust<'a>| accept::account(place.directory, trust.tenant, trust.domain, &accepted.source);
    let mut found = candidates.iter().filter_map(|trust| find(trust).ok());
    match (found.next(), found.next()) {
        (Some(account), None) => Ok(account),
        (Some(_), Some(_)) => Err(Code::AccountNotFederated.because(
            "The provider's assertion names accounts of several domains by one ImmutableID, and no domain by its user name.",
        )),
        (None, _) => match candidates.first() {
            Some(trust) => find(trust),
            None => Err(Code::AccountNotFederated.because("The provider's assertion names nobody here.")),
        },
    }
}
