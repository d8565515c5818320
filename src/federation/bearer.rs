//! Whom does an assertion name that is handed over at the token address, and may that be believed (RFC 7522)?
//!
//! Nobody was sent to a provider here, so the assertion itself says which one it is from; everything else is checked as
//! for an answer that a browser brings.

use super::accept::{self, Accepted, Trusted};
use super::assertion::check::Recipient;
use super::assertion::{Claimed, Version, claimed};
use super::outside::Ask;
use super::parties;
use super::provider::{Home, Provider, behind};
use super::xml::names::{SAML11, SAML20};
use super::xml::{Element, SignatureError, read, verify};
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::http::outbound::Outbound;
use crate::id::Upn;
use crate::oauth::desk::{Denied, Desk};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;
use crate::store::StoreError;

/// Where an assertion is handed over.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The world and the moment.
    pub desk: Desk<'a>,
    /// The way to providers of other worlds.
    pub outbound: &'a Outbound,
    /// Which tenant's token address it is.
    pub authority: &'a Authority,
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
pub async fn named<'a>(place: &Place<'a>, text: &str, version: Version) -> Result<Named<'a>, Denied> {
    let document =
        read(text).map_err(|error| invalid(format!("The assertion is not XML that is read here: {error}.")))?;
    let issuer = issuer(&document, version)?;
    let believed = believed(place, &issuer, &document).await?;
    let Some(provider) = believed.first().map(|(provider, _)| provider) else {
        let refusal = Code::UnknownFederationRealm.because(format!(
            "No domain is federated with the provider '{}' for sign-ins without a browser.",
            super::brief(&issuer)
        ));
        return Err(refusal.into());
    };
    let recipients = recipients(place);
    let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
    let trusted = Trusted {
        issuer: &issuer,
        keys: &provider.keys,
        recipient: Recipient::NamedOrNot(&recipients),
        in_response_to: None,
        home: provider.home,
        now: place.desk.now,
    };
    let accepted = accept::accept(&document, &trusted)?;
    let trusts: Vec<&Trust<'a>> = believed.iter().map(|(_, trust)| trust).collect();
    let account = account(place, &trusts, &accepted)?;
    Ok(Named { account, accepted })
}

/// Whom an assertion names that is refused, as far as it can be read: by the ImmutableID, as one that is believed would,
/// in the domain of the user name that it says; else that user name.
pub fn blamed(directory: &Directory, text: &str, version: Version) -> Option<Upn> {
    let Claimed { upn, source } = claimed(&read(text).ok()?, version);
    let said = Upn::new(&upn.filter(|upn| upn.len() <= Upn::LONGEST)?);
    let named = directory.tenant(said.domain()).zip(source);
    let named = named.and_then(|(tenant, source)| accept::account(directory, tenant, said.domain(), &source).ok());
    Some(named.map_or_else(|| said.clone(), |account| account.upn.clone()))
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
    facts: &'a Federation,
}

/// The trusts in whoever calls itself this, and what is known of them: one provider can verify the people of several domains.
/// Several may call themselves this; whose keys fit comes first, and then the others are left out.
async fn believed<'a>(
    place: &Place<'a>,
    issuer: &str,
    document: &Element<'_>,
) -> Result<Vec<(Provider, Trust<'a>)>, StoreError> {
    let called = parties::provider_called(place.desk.origin, issuer);
    let mut candidates = Vec::new();
    for trust in trusts(place.desk.directory) {
        let handle = trust.facts.provider.as_deref();
        if (handle.is_some() && handle != called) || (handle.is_none() && trust.facts.metadata.is_none()) {
            continue;
        }
        // One that does not answer has not said this, as far as anybody here can tell.
        let Ok(provider) = with_keys_of_today(place, &trust, issuer, document).await? else { continue };
        if matches!(provider.home, Home::Here(_)) || provider.issuer == issuer {
            candidates.push((provider, trust));
        }
    }
    let fits = |(provider, _): &(Provider, Trust<'_>)| verify(document, &provider.keys).is_ok();
    if candidates.iter().any(fits) {
        candidates.retain(fits);
    }
    Ok(candidates)
}

/// The provider behind a trust. One elsewhere is asked again only when what is remembered of its keys does not fit.
async fn with_keys_of_today(
    place: &Place<'_>,
    trust: &Trust<'_>,
    issuer: &str,
    document: &Element<'_>,
) -> Result<Result<Provider, Refusal>, StoreError> {
    let known = behind(&place.desk, place.outbound, trust.facts, Ask::IfForgotten).await?;
    let outdated = |provider: &Provider| {
        let other_key = matches!(verify(document, &provider.keys), Err(SignatureError::Key));
        provider.home == Home::Elsewhere && provider.issuer == issuer && other_key
    };
    if known.as_ref().is_ok_and(outdated) {
        return behind(&place.desk, place.outbound, trust.facts, Ask::Anew).await;
    }
    Ok(known)
}

/// Every trust in a provider that speaks in assertions.
fn trusts(directory: &Directory) -> impl Iterator<Item = Trust<'_>> {
    let all = directory.world().tenants.iter().flat_map(|(handle, facts)| {
        let tenant = Tenant::Entra { handle, facts };
        facts.federation.iter().map(move |(domain, facts)| Trust { tenant, domain, facts })
    });
    all.filter(|trust| match trust.facts.protocol {
        FederationProtocol::Wsfed | FederationProtocol::Saml => true,
        FederationProtocol::Oidc => false,
    })
}

/// Where an assertion may say that it is to be delivered: to the tenants as one, or to this very address (RFC 7522, 3).
fn recipients(place: &Place<'_>) -> Vec<String> {
    let names: Vec<String> = match place.authority {
        Authority::Common => vec!["common".into()],
        Authority::Organizations => vec!["organizations".into()],
        Authority::Consumers => vec!["consumers".into()],
        Authority::Provider(_) => Vec::new(),
        Authority::Tenant(handle) => match place.desk.directory.tenant_by_handle(handle) {
            Some(Tenant::Entra { facts, .. }) => {
                std::iter::once(facts.id.to_string()).chain(facts.domains.iter().cloned()).collect()
            }
            Some(Tenant::Provider { .. }) | None => Vec::new(),
        },
    };
    let token = |name: &String| {
        ["oauth2/token", "oauth2/v2.0/token"].map(|address| place.desk.origin.url(&format!("/{name}/{address}")))
    };
    let own = names.iter().flat_map(token);
    std::iter::once(parties::login_address(place.desk.origin)).chain(own).collect()
}

/// The account it is about. The user name that the provider knows only tells domains apart, where there are several.
fn account<'a>(place: &Place<'a>, trusts: &[&Trust<'a>], accepted: &Accepted) -> Result<Account<'a>, Refusal> {
    let meant = accepted.domain.as_deref();
    let named = trusts.iter().find(|trust| Some(trust.domain) == meant);
    let candidates: Vec<&Trust<'a>> = named.map_or_else(|| trusts.to_vec(), |trust| vec![*trust]);
    let find = |trust: &&Trust<'a>| accept::account(place.desk.directory, trust.tenant, trust.domain, &accepted.source);
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
