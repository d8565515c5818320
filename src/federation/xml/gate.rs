//! Is a document signed in the one shape that is accepted, before any cryptography?
//!
//! XML Signature can sign anything from anywhere, and that is how forged assertions came to be believed (Somorovsky and
//! others, "On Breaking SAML", 2012). Accepted here is what SAML asks for (SAML 2.0 core, 5.4) and no more: a signature
//! stands directly in the element it signs, and that is the outermost element or the one assertion there is.

mod form;

use std::collections::HashSet;

use super::element::Element;
use super::kind::Kind;
use super::names::DS;
use super::signature_error::SignatureError;
pub use form::Form;

/// The signatures of a document, the outermost first: one, or one on a message and one on the assertion in it.
pub fn forms<'d>(root: &'d Element<'d>) -> Result<Vec<Form<'d>>, SignatureError> {
    let mut survey = Survey::default();
    survey.visit(root)?;
    if survey.signed.is_empty() {
        return Err(SignatureError::Unsigned);
    }
    for (at, (parent, _)) in survey.signed.iter().enumerate() {
        let same = |other: &Element<'_>| std::ptr::eq(*parent, other);
        if survey.signed[..at].iter().any(|(earlier, _)| same(earlier)) {
            return Err(SignatureError::SeveralSignatures);
        }
        if !same(root) && !survey.assertion.is_some_and(same) {
            return Err(SignatureError::Misplaced);
        }
    }
    survey.signed.into_iter().map(|(parent, signature)| Form::read(parent, signature)).collect()
}

/// What matters of a whole document.
#[derive(Default)]
struct Survey<'d> {
    ids: HashSet<&'d str>,
    assertion: Option<&'d Element<'d>>,
    /// Signatures, each after the element it stands in.
    signed: Vec<(&'d Element<'d>, &'d Element<'d>)>,
}

impl<'d> Survey<'d> {
    fn visit(&mut self, element: &'d Element<'d>) -> Result<(), SignatureError> {
        for id in ids(element) {
            if !self.ids.insert(id) {
                return Err(SignatureError::RepeatedId(id.to_owned()));
            }
        }
        if Kind::of(element).is_some_and(Kind::is_assertion) && self.assertion.replace(element).is_some() {
            return Err(SignatureError::SeveralAssertions);
        }
        self.signed.extend(element.all(DS, "Signature").map(|signature| (element, signature)));
        element.elements().try_for_each(|child| self.visit(child))
    }
}

/// What could be taken for an element's id by anybody: SAML's names for it, and `Id`, `xml:id` and `wsu:Id`.
fn ids<'d>(element: &'d Element<'d>) -> impl Iterator<Item = &'d str> {
    let is_id =
        |local: &str| local.eq_ignore_ascii_case("id") || ["AssertionID", "RequestID", "ResponseID"].contains(&local);
    element.attributes.iter().filter(move |(name, _)| is_id(name.local)).map(|(_, value)| value.as_ref())
}

#[cfg(test)]
mod tests;
