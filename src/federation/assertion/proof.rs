//! Does an assertion prove that MFA was done?
//!
//! What counts, and where it has to stand, is in Microsoft's "Satisfy Microsoft Entra ID MFA controls with MFA claims
//! from a federated IdP".

use super::{Assertion, Version, claims};
use crate::journal::Because;

/// What an assertion says about MFA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// How the person signed in is said to be MFA.
    Statement(&'a str),
    /// SAML 1.1: an attribute says so.
    Attribute {
        /// Its name.
        name: &'a str,
        /// What it says.
        value: &'a str,
    },
    /// SAML 2.0: an attribute says so, which proves nothing there.
    AttributeAlone {
        /// Its name.
        name: &'a str,
        /// What it says.
        value: &'a str,
        /// What stands where the proof should.
        context: &'a str,
    },
    /// Nothing says so; this is what is said instead.
    Missing {
        /// The version, which decides where it would have to stand.
        version: Version,
        /// The method or context.
        context: &'a str,
        /// The attribute's values.
        methods: &'a [String],
    },
}

/// What an assertion says about MFA.
pub fn of_mfa(assertion: &Assertion) -> Proof<'_> {
    let version = assertion.version;
    let context = assertion.authentication.context.as_str();
    let named = attributes(assertion).find(|(_, value)| counts(value));
    match (version, named) {
        (Version::Saml11, _) if counts(context) => Proof::Statement(context),
        (Version::Saml20, _) if context == claims::MULTIPLE => Proof::Statement(context),
        (Version::Saml11, Some((name, value))) => Proof::Attribute { name, value },
        (Version::Saml20, Some((name, value))) => Proof::AttributeAlone { name, value, context },
        (Version::Saml11 | Version::Saml20, None) => Proof::Missing { version, context, methods: &assertion.methods },
    }
}

/// What the attributes say in which the proof may stand: AD FS uses one of them, the documentation names the other.
fn attributes(assertion: &Assertion) -> impl Iterator<Item = (&str, &str)> {
    let documented = assertion.attributes.iter().filter(|one| one.name == claims::METHOD).flat_map(|one| &one.values);
    let relayed = assertion.methods.iter().map(|value| (claims::METHODS, value.as_str()));
    relayed.chain(documented.map(|value| (claims::METHOD, value.as_str())))
}

fn counts(value: &str) -> bool {
    matches!(value, claims::MULTIPLE | claims::WINDOWS_OR_MULTIPLE)
}

impl Proof<'_> {
    /// Was MFA done, as far as this proves?
    pub fn holds(&self) -> bool {
        match self {
            Proof::Statement(_) | Proof::Attribute { .. } => true,
            Proof::AttributeAlone { .. } | Proof::Missing { .. } => false,
        }
    }

    /// The reason, for the journal.
    pub fn because(&self) -> Because {
        Because::new("R-13", self.sentence())
    }

    fn sentence(&self) -> String {
        match self {
            Proof::Statement(value) => {
                format!("the assertion says that the person signed in by {value}: MFA is proven")
            }
            Proof::Attribute { name, value } => {
                format!("the assertion's attribute {name} holds {value}: MFA is proven")
            }
            Proof::AttributeAlone { name, value, context } => format!(
                "the assertion's attribute {name} holds {value}, but in SAML 2.0 the attribute alone is not proof: the \
                 AuthnContextClassRef has to be {}, and it is {context}",
                claims::MULTIPLE
            ),
            Proof::Missing { version, context, methods } => missing(*version, context, methods),
        }
    }
}

fn missing(version: Version, context: &str, methods: &[String]) -> String {
    let place = match version {
        Version::Saml11 => "neither the AuthenticationMethod nor the attribute has it",
        Version::Saml20 => "the AuthnContextClassRef has to be it",
    };
    let said = if methods.is_empty() { "is missing".to_owned() } else { format!("holds {}", methods.join(", ")) };
    format!(
        "the assertion does not prove MFA with {}: {place}; the person signed in by {context}, and the attribute {} \
         {said}",
        claims::MULTIPLE,
        claims::METHODS
    )
}

#[cfg(test)]
mod tests;
