//! What does a provider's metadata say to a tenant? Metadata for the OASIS SAML 2.0, 2.3 and 2.4; WS-Federation 1.2, 3.1.
//!
//! Its signature is not looked at: who may speak for the provider is whoever answers at the address in the trust.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::federation::metadata::{FED, XSI};
use crate::federation::provider::{Active, Addresses, Answers, Home, Provider, Requests};
use crate::federation::saml::Binding;
use crate::federation::wstrust::names::ADDRESSING_WSA;
use crate::federation::xml::names::{DS, METADATA, SAMLP};
use crate::federation::xml::read::{Limits, read_within};
use crate::federation::xml::{Element, XmlError};
use crate::keys::PublicKey;
use crate::time::Timestamp;

/// Why metadata is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It cannot be read.
    Xml(XmlError),
    /// It is about no single provider.
    NoEntity,
    /// It does not name the provider.
    Nameless,
    /// It held until then.
    Ended(Timestamp),
    /// Until when it holds is no moment in UTC.
    NoMoment,
    /// The provider does not speak the protocol.
    NoRole(&'static str),
    /// It does not say where people sign in.
    NoAddress,
    /// It has no certificate with an RSA key for signatures.
    NoKey,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::Xml(error) => write!(f, "{error}"),
            Unusable::NoEntity => f.write_str("it is no EntityDescriptor of SAML 2.0 metadata"),
            Unusable::Nameless => f.write_str("it has no entityID"),
            Unusable::Ended(until) => write!(f, "it was valid until {until}"),
            Unusable::NoMoment => f.write_str("its validUntil is no moment in UTC"),
            Unusable::NoRole(role) => write!(f, "it has no {role}"),
            Unusable::NoAddress => f.write_str("it names no address to sign in at by a redirect or a form"),
            Unusable::NoKey => f.write_str("it has no certificate with an RSA key for signatures"),
        }
    }
}

/// The provider, as it speaks SAML 2.0.
pub(super) fn saml(text: &str, now: Timestamp) -> Result<Provider, Unusable> {
    let entity = entity(text, now)?;
    let speaks = |role: &&Element<'_>| {
        role.value("protocolSupportEnumeration")
            .is_some_and(|all| all.split_ascii_whitespace().any(|one| one == SAMLP.uri))
    };
    let role = entity.all(METADATA, "IDPSSODescriptor").find(speaks);
    let role = role.ok_or(Unusable::NoRole("IDPSSODescriptor for SAML 2.0"))?;
    in_force(role, now)?;
    let service = |name: &str, binding: Binding| {
        let mut services = role.all(METADATA, name);
        let found = services.find(|service| service.value("Binding") == Some(binding.uri()))?;
        Some((super::web(found.value("Location")?)?, binding))
    };
    let at = |binding: Binding| service("SingleSignOnService", binding);
    let (sign_in, binding) = at(Binding::Redirect).or_else(|| at(Binding::Post)).ok_or(Unusable::NoAddress)?;
    let signed = matches!(role.value("WantAuthnRequestsSigned"), Some("true" | "1"));
    Ok(Provider {
        issuer: name(&entity)?,
        addresses: Addresses {
            sign_in,
            binding,
            sign_out: service("SingleLogoutService", Binding::Redirect).map(|(address, _)| address),
            active: None,
        },
        requests: if signed { Requests::Signed } else { Requests::Plain },
        answers: Answers::Plain,
        keys: keys(role)?,
        home: Home::Elsewhere,
    })
}

/// The provider, as it speaks WS-Federation.
pub(super) fn wsfed(text: &str, now: Timestamp) -> Result<Provider, Unusable> {
    let entity = entity(text, now)?;
    let role = entity.all(METADATA, "RoleDescriptor").find(|role| is_token_service(role));
    let role = role.ok_or(Unusable::NoRole("RoleDescriptor of the type SecurityTokenServiceType"))?;
    in_force(role, now)?;
    let sign_in = endpoint(role, "PassiveRequestorEndpoint").ok_or(Unusable::NoAddress)?;
    let active = endpoint(role, "SecurityTokenServiceEndpoint").as_deref().and_then(active);
    Ok(Provider {
        issuer: name(&entity)?,
        addresses: Addresses { sign_out: Some(sign_in.clone()), sign_in, binding: Binding::Redirect, active },
        requests: Requests::Plain,
        answers: Answers::Plain,
        keys: keys(role)?,
        home: Home::Elsewhere,
    })
}

fn entity(text: &str, now: Timestamp) -> Result<Element<'_>, Unusable> {
    let root = read_within(text, Limits::METADATA).map_err(Unusable::Xml)?;
    if !root.is(METADATA, "EntityDescriptor") {
        return Err(Unusable::NoEntity);
    }
    in_force(&root, now)?;
    Ok(root)
}

/// An entity and each of its roles can say until when they hold.
fn in_force(element: &Element<'_>, now: Timestamp) -> Result<(), Unusable> {
    let Some(until) = element.value("validUntil") else { return Ok(()) };
    match Timestamp::parse(until) {
        Some(until) if now < until => Ok(()),
        Some(until) => Err(Unusable::Ended(until)),
        None => Err(Unusable::NoMoment),
    }
}

fn name(entity: &Element<'_>) -> Result<String, Unusable> {
    entity.value("entityID").filter(|name| !name.is_empty()).map(str::to_owned).ok_or(Unusable::Nameless)
}

/// Its type is a qualified name in a value, whose prefix is whatever the document declares; the local part says enough.
fn is_token_service(role: &Element<'_>) -> bool {
    let mut attributes = role.attributes.iter();
    let kind = attributes.find(|(name, _)| name.namespace == XSI.uri && name.local == "type");
    kind.is_some_and(|(_, value)| value.rsplit(':').next() == Some("SecurityTokenServiceType"))
}

fn endpoint(role: &Element<'_>, name: &str) -> Option<String> {
    let references = role.all(FED, name).flat_map(|endpoint| endpoint.all(ADDRESSING_WSA, "EndpointReference"));
    let mut addresses = references.filter_map(|one| one.only(ADDRESSING_WSA, "Address")).filter_map(Element::content);
    addresses.find_map(super::web)
}

/// Only of AD FS is it known where passwords go: beside the address that its metadata names for certificates.
fn active(service: &str) -> Option<Active> {
    service.find("/adfs/services/trust/").map(|end| Active::at(service.split_at(end).0))
}

/// The keys of a role that are for signatures, or for anything.
fn keys(role: &Element<'_>) -> Result<Vec<Arc<PublicKey>>, Unusable> {
    let signs = |key: &&Element<'_>| matches!(key.value("use"), None | Some("signing"));
    let infos = role.all(METADATA, "KeyDescriptor").filter(signs).flat_map(|key| key.all(DS, "KeyInfo"));
    let data = infos.flat_map(|info| info.all(DS, "X509Data"));
    let certificates = data.flat_map(|data| data.all(DS, "X509Certificate")).filter_map(Element::content);
    let keys: Vec<_> = certificates.filter_map(certified).map(Arc::new).collect();
    if keys.is_empty() { Err(Unusable::NoKey) } else { Ok(keys) }
}

fn certified(base64: &str) -> Option<PublicKey> {
    let packed: String = base64.split_ascii_whitespace().collect();
    PublicKey::from_certificate(&STANDARD.decode(packed).ok()?).ok()
}

#[cfg(test)]
mod tests;
