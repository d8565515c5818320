//! What differs between WS-Trust 1.3 and its draft of February 2005? Names, and whether answers come as a collection.

use super::names::{SECURITY_POLICY, SECURITY_POLICY_2005};
use crate::federation::xml::Namespace;

/// An edition of WS-Trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// The draft of February 2005.
    Draft2005,
    /// WS-Trust 1.3, the standard.
    Standard13,
}

impl Edition {
    /// Both, in the order in which descriptions list them.
    pub const ALL: [Edition; 2] = [Edition::Draft2005, Edition::Standard13];

    /// The edition that an address names.
    pub fn of(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.segment() == segment)
    }

    /// What addresses call it.
    pub fn segment(self) -> &'static str {
        match self {
            Edition::Draft2005 => "2005",
            Edition::Standard13 => "13",
        }
    }

    /// Its namespace.
    pub fn namespace(self) -> Namespace {
        match self {
            Edition::Draft2005 => Namespace::new("t", "http://schemas.xmlsoap.org/ws/2005/02/trust"),
            Edition::Standard13 => Namespace::new("trust", "http://docs.oasis-open.org/ws-sx/ws-trust/200512"),
        }
    }

    /// The request for a new token.
    pub fn issue(self) -> &'static str {
        match self {
            Edition::Draft2005 => "http://schemas.xmlsoap.org/ws/2005/02/trust/Issue",
            Edition::Standard13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue",
        }
    }

    /// The action of a request for a new token.
    pub fn action(self) -> &'static str {
        match self {
            Edition::Draft2005 => "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue",
            Edition::Standard13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue",
        }
    }

    /// The action of the answer.
    pub fn answer(self) -> &'static str {
        match self {
            Edition::Draft2005 => "http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/Issue",
            Edition::Standard13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RSTRC/IssueFinal",
        }
    }

    /// The type of key of a token that whoever bears it may use: none.
    pub fn bearer(self) -> &'static str {
        match self {
            Edition::Draft2005 => "http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey",
            Edition::Standard13 => "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer",
        }
    }

    /// The language in which its policies are described.
    pub fn security_policy(self) -> Namespace {
        match self {
            Edition::Draft2005 => SECURITY_POLICY_2005,
            Edition::Standard13 => SECURITY_POLICY,
        }
    }
}
