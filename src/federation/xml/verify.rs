//! Was this signed by somebody who is trusted, and as it is there now (XML Signature 1.1, 3.2)?
//!
//! Which keys are trusted is for the caller to say: what a document says about its own key proves nothing.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};

use super::element::{Declaration, Element};
use super::gate::{self, Form};
use super::kind::Kind;
use super::signature_error::SignatureError;
use super::write::{Subset, canonical};
use crate::keys::{Hash, PublicKey};

/// An element that a trusted key signed, and nothing around it.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'d> {
    element: &'d Element<'d>,
}

impl<'d> Signed<'d> {
    /// The element. Its `Signature` is the one thing in it that is not signed.
    pub fn element(self) -> &'d Element<'d> {
        self.element
    }

    /// The assertion that was signed: this element, or the one directly in it.
    pub fn assertion(self) -> Option<&'d Element<'d>> {
        let is_assertion = |element: &Element<'_>| Kind::of(element).is_some_and(Kind::is_assertion);
        if is_assertion(self.element) {
            return Some(self.element);
        }
        self.element.elements().find(|child| is_assertion(child))
    }
}

/// The outermost element of a document that is signed; every signature in it has to hold.
pub fn verify<'d>(root: &'d Element<'d>, trusted: &[Arc<PublicKey>]) -> Result<Signed<'d>, SignatureError> {
    let forms = gate::forms(root)?;
    if trusted.is_empty() {
        return Err(SignatureError::NoKey);
    }
    for form in &forms {
        check(root, form, trusted)?;
    }
    forms.first().map(|form| Signed { element: form.signed }).ok_or(SignatureError::Unsigned)
}

fn check<'d>(root: &'d Element<'d>, form: &Form<'d>, trusted: &[Arc<PublicKey>]) -> Result<(), SignatureError> {
    let info = canonical(form.signed_info, &subset(root, form.signed_info, &form.info_prefixes));
    let made_by = |key: &Arc<PublicKey>| key.signed(form.signature_hash, info.as_bytes(), &form.value);
    if !trusted.iter().any(made_by) {
        return Err(SignatureError::Key);
    }
    let content = Subset { without: Some(form.signature), ..subset(root, form.signed, &form.content_prefixes) };
    let content = canonical(form.signed, &content);
    if hash(form.digest_hash, content.as_bytes()) == form.digest { Ok(()) } else { Err(SignatureError::Changed) }
}

fn subset<'d>(root: &'d Element<'d>, target: &'d Element<'d>, inclusive: &[&'d str]) -> Subset<'d> {
    let mut inherited = Vec::new();
    if !inclusive.is_empty() {
        collect_inherited(root, target, &mut inherited);
    }
    Subset { inclusive: inclusive.to_vec(), inherited, without: None }
}

/// What is declared around `target`; was it found?
fn collect_inherited<'d>(element: &'d Element<'d>, target: &Element<'_>, into: &mut Vec<Declaration<'d>>) -> bool {
    if std::ptr::eq(element, target) {
        return true;
    }
    let before = into.len();
    into.extend(&element.declarations);
    let found = element.elements().any(|child| collect_inherited(child, target, into));
    if !found {
        into.truncate(before);
    }
    found
}

fn hash(hash: Hash, bytes: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha256 => &SHA256,
        Hash::Sha384 => &SHA384,
        Hash::Sha512 => &SHA512,
    };
    digest(algorithm, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests;
