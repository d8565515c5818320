//! What can carry a signature, what is its id called, and where does its schema want the signature?

use super::element::{Element, Node};
use super::names::{METADATA, SAML11, SAML20, SAMLP};

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A SAML 1.1 assertion (SAML 1.1 core, 2.3.2).
    Assertion11,
    /// A SAML 2.0 assertion (SAML 2.0 core, 2.3.3).
    Assertion20,
    /// A SAML 2.0 request or response (SAML 2.0 core, 3.2).
    Message,
    /// The metadata of one party (SAML 2.0 metadata, 2.3.2).
    Metadata,
}

const MESSAGES: [&str; 5] = ["Response", "AuthnRequest", "LogoutRequest", "LogoutResponse", "ArtifactResponse"];

impl Kind {
    /// What an element is, if it is any of these.
    pub fn of(element: &Element<'_>) -> Option<Kind> {
        if element.is(SAML11, "Assertion") {
            Some(Kind::Assertion11)
        } else if element.is(SAML20, "Assertion") {
            Some(Kind::Assertion20)
        } else if MESSAGES.iter().any(|name| element.is(SAMLP, name)) {
            Some(Kind::Message)
        } else if element.is(METADATA, "EntityDescriptor") {
            Some(Kind::Metadata)
        } else {
            None
        }
    }

    /// Is it an assertion, of either version?
    pub fn is_assertion(self) -> bool {
        match self {
            Kind::Assertion11 | Kind::Assertion20 => true,
            Kind::Message | Kind::Metadata => false,
        }
    }

    /// The attribute with its id.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Assertion11 => "AssertionID",
            Kind::Assertion20 | Kind::Message | Kind::Metadata => "ID",
        }
    }

    /// Where the signature goes: before so many children.
    pub(super) fn place(self, element: &Element<'_>) -> usize {
        let is_issuer = |node: &Node<'_>| match node {
            Node::Element(child) => child.is(SAML20, "Issuer"),
            Node::Text(_) | Node::Sealed(_) => false,
        };
        match self {
            Kind::Assertion11 => element.children.len(),
            Kind::Assertion20 | Kind::Message => {
                element.children.iter().position(is_issuer).map_or(0, |issuer| issuer + 1)
            }
            Kind::Metadata => 0,
        }
    }
}
