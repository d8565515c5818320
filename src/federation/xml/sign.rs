//! How is a document signed? XML Signature 1.1, enveloped, in the profile of SAML 2.0 core section 5.4.
//!
//! Both versions of SAML and metadata agree on it: one reference to the element's own id, exclusive canonicalisation.

use std::fmt;

use aws_lc_rs::digest::{SHA256 as DIGEST, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::signature::Signer as _;

use super::element::{Element, Sealed};
use super::kind::Kind;
use super::names::{DS, ENVELOPED, EXCLUSIVE, EXCLUSIVE_C14N, RSA_SHA256, SHA256};
use super::write::{Subset, canonical, canonical_around, collect_declared, write};
use crate::keys::SigningKey;

/// Why a document was not signed: the server's fault, never the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// It is nothing that carries a signature, or has no id.
    Unsignable,
    /// The key does not sign.
    Key,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SignError::Unsignable => "the element carries no signature, or has no id",
            SignError::Key => "the key does not sign",
        })
    }
}

impl std::error::Error for SignError {}

/// The element with its signature in it.
pub fn sign(key: &SigningKey, element: &Element<'_>) -> Result<Sealed, SignError> {
    let kind = Kind::of(element).ok_or(SignError::Unsignable)?;
    let id = element.value(kind.id()).filter(|id| !id.is_empty()).ok_or(SignError::Unsignable)?;
    let mut inclusive = Vec::new();
    collect_declared(element, &mut inclusive);
    let prefixes: Vec<_> = inclusive.iter().map(|prefix| if prefix.is_empty() { "#default" } else { prefix }).collect();
    let prefixes = prefixes.join(" ");
    let subset = Subset { inclusive, ..Subset::default() };
    let (mut text, at) = canonical_around(element, kind.place(element), &subset);
    let signed_info = signed_info(id, prefixes, digest(&DIGEST, text.as_bytes()).as_ref());
    let signed = canonical(&signed_info, &Subset::default());
    let signature = key.try_sign(signed.as_bytes()).map_err(|_| SignError::Key)?;
    let signature = DS
        .element("Signature")
        .child(signed_info)
        .child(DS.element("SignatureValue").text(STANDARD.encode(signature)))
        .child(key_info(key));
    text.insert_str(at, &write(&signature));
    Ok(Sealed(text))
}

fn signed_info<'a>(id: &str, prefixes: String, digest: &[u8]) -> Element<'a> {
    let prefixes =
        (!prefixes.is_empty()).then(|| EXCLUSIVE.element("InclusiveNamespaces").attribute("PrefixList", prefixes));
    let transforms = DS
        .element("Transforms")
        .child(algorithm("Transform", ENVELOPED))
        .child(algorithm("Transform", EXCLUSIVE_C14N).children(prefixes));
    let reference = DS
        .element("Reference")
        .attribute("URI", format!("#{id}"))
        .child(transforms)
        .child(algorithm("DigestMethod", SHA256))
        .child(DS.element("DigestValue").text(STANDARD.encode(digest)));
    DS.element("SignedInfo")
        .child(algorithm("CanonicalizationMethod", EXCLUSIVE_C14N))
        .child(algorithm("SignatureMethod", RSA_SHA256))
        .child(reference)
}

fn algorithm(element: &'static str, address: &'static str) -> Element<'static> {
    DS.element(element).attribute("Algorithm", address)
}

/// The certificate that verifies what a key signed, as signatures and metadata carry it.
pub fn key_info(key: &SigningKey) -> Element<'_> {
    let certificate = DS.element("X509Certificate").text(key.x5c());
    DS.element("KeyInfo").child(DS.element("X509Data").child(certificate))
}

#[cfg(test)]
mod tests;
