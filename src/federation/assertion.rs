//! What does a provider assert about somebody? The same facts for SAML 1.1 and SAML 2.0, which write them differently.
//!
//! ```text
//! claims  what things are called
//! claimed whom one names that nobody believes yet
//! saml11  as WS-Federation and WS-Trust carry it
//! saml20  as SAML 2.0 and newer WS-Federation carry it
//! check   is it for us, now, and in answer to what we asked?
//! proof   does it prove MFA (R-13)?
//! ```

pub mod check;
mod claimed;
pub mod claims;
pub mod proof;
mod reading;
pub mod saml11;
pub mod saml20;

pub use claimed::{Claimed, claimed};
pub use reading::Unreadable;

use std::borrow::Cow;

use crate::federation::xml::names::SAML11;
use crate::federation::xml::{Element, Signed};
use crate::time::Timestamp;

/// Which SAML an assertion is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// SAML 1.1.
    Saml11,
    /// SAML 2.0.
    Saml20,
}

/// An assertion about one person who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// How it is written.
    pub version: Version,
    /// Its id.
    pub id: String,
    /// Who says so.
    pub issuer: String,
    /// When it was said.
    pub issued: Timestamp,
    /// From when on it holds.
    pub not_before: Option<Timestamp>,
    /// From when on it no longer holds.
    pub not_on_or_after: Option<Timestamp>,
    /// For whom it is meant.
    pub audiences: Vec<String>,
    /// Whom it is about.
    pub subject: Subject,
    /// How they signed in.
    pub authentication: Authentication,
    /// Until when whoever bears it counts as its subject. SAML 1.1 does not say.
    pub borne_until: Option<Timestamp>,
    /// To which address it may be delivered. SAML 1.1 does not say.
    pub recipient: Option<String>,
    /// Which request it answers. SAML 1.1 does not say.
    pub in_response_to: Option<String>,
    /// What the account is called in the directory it comes from, as an attribute.
    pub immutable_id: Option<String>,
    /// The user name.
    pub upn: Option<String>,
    /// The authentication methods, as an attribute.
    pub methods: Vec<String>,
    /// Everything else that is said.
    pub attributes: Vec<Attribute>,
}

/// Whom an assertion is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// A name.
    pub name: String,
    /// What kind of name.
    pub format: Option<String>,
}

/// How somebody signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authentication {
    /// When.
    pub instant: Timestamp,
    /// By which method, or in which context.
    pub context: String,
    /// The provider's session. SAML 1.1 does not say.
    pub session_index: Option<String>,
    /// When that session ends, where the provider says so.
    pub session_ends: Option<Timestamp>,
}

/// A claim. SAML 1.1 splits its name at the last slash into namespace and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its values.
    pub values: Vec<String>,
}

impl Assertion {
    /// As an element, not signed yet.
    pub fn build(&self) -> Element<'_> {
        match self.version {
            Version::Saml11 => saml11::build(self),
            Version::Saml20 => saml20::build(self),
        }
    }

    /// From what was signed. Whether it is for us, and still good, is asked later ([`check`]).
    pub fn read(signed: Signed<'_>) -> Result<Self, Unreadable> {
        let element = signed.assertion().ok_or(Unreadable::NoAssertion)?;
        if element.is(SAML11, "Assertion") { saml11::read(element) } else { saml20::read(element) }
    }

    /// Its claims by name, each with a value at least; `upn` is what the user name is called.
    fn claims(&self, upn: &'static str) -> impl Iterator<Item = (&str, &[String])> {
        let own = [
            (upn, self.upn.as_slice()),
            (claims::IMMUTABLE_ID, self.immutable_id.as_slice()),
            (claims::METHODS, self.methods.as_slice()),
        ];
        let others = self.attributes.iter().map(|one| (one.name.as_ref(), one.values.as_slice()));
        own.into_iter().chain(others).filter(|(_, values)| !values.is_empty())
    }

    /// The account in the directory it comes from. SAML 2.0 has it as the subject's name, if nowhere else.
    pub fn source(&self) -> Option<&str> {
        match self.version {
            Version::Saml11 => self.immutable_id.as_deref(),
            Version::Saml20 => self.immutable_id.as_deref().or(Some(&self.subject.name)),
        }
    }
}

#[cfg(test)]
mod tests;
