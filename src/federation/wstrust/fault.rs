//! What is somebody told whose message brings no token? A SOAP fault (SOAP 1.2, part 1, 5.4), with the subcodes of
//! WS-Security, WS-Trust and WS-Addressing.
//!
//! AD FS answers faults with the status 500, also where the sender is to blame, and clients read them there. What is no
//! SOAP at all it answers with 400, and so do we.

use super::edition::Edition;
use super::names::{ADDRESSING, SECURITY, SOAP};
use crate::federation::xml::names::XML;
use crate::federation::xml::{Element, Namespace, write};

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of which kind it is.
    pub reason: Reason,
    /// What is wrong, in words.
    pub text: String,
    /// The message it answers, where that could be read.
    pub relates_to: Option<String>,
}

/// The kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is no SOAP message.
    Malformed,
    /// It is SOAP of another version.
    VersionMismatch,
    /// It has a header that must be understood, and is not.
    MustUnderstand,
    /// It wants something else done than this address does.
    ActionNotSupported,
    /// Its security header is missing, incomplete, or not from just now.
    InvalidSecurity,
    /// It proves who it is in a way that is not taken here.
    UnsupportedSecurityToken,
    /// It does not prove it, or not enough.
    FailedAuthentication,
    /// The request in it is incomplete.
    InvalidRequest,
    /// The token is for somebody who is not known here.
    InvalidScope,
    /// The token is to be one that is not issued here.
    BadRequest,
}

impl Reason {
    /// A fault of this kind.
    pub fn because(self, text: impl Into<String>) -> Fault {
        Fault { reason: self, text: text.into(), relates_to: None }
    }

    /// The status it is answered with.
    pub fn status(self) -> u16 {
        match self {
            Reason::Malformed => 400,
            Reason::VersionMismatch
            | Reason::MustUnderstand
            | Reason::ActionNotSupported
            | Reason::InvalidSecurity
            | Reason::UnsupportedSecurityToken
            | Reason::FailedAuthentication
            | Reason::InvalidRequest
            | Reason::InvalidScope
            | Reason::BadRequest => 500,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Reason::VersionMismatch => "s:VersionMismatch",
            Reason::MustUnderstand => "s:MustUnderstand",
            Reason::Malformed
            | Reason::ActionNotSupported
            | Reason::InvalidSecurity
            | Reason::UnsupportedSecurityToken
            | Reason::FailedAuthentication
            | Reason::InvalidRequest
            | Reason::InvalidScope
            | Reason::BadRequest => "s:Sender",
        }
    }

    /// Its subcode, and whose word that is.
    fn subcode(self, edition: Edition) -> Option<(&'static str, &'static str)> {
        let trust = edition.namespace().uri;
        match self {
            Reason::Malformed | Reason::VersionMismatch | Reason::MustUnderstand => None,
            Reason::ActionNotSupported => Some(("a:ActionNotSupported", ADDRESSING.uri)),
            Reason::InvalidSecurity => Some(("a:InvalidSecurity", SECURITY.uri)),
            Reason::UnsupportedSecurityToken => Some(("a:UnsupportedSecurityToken", SECURITY.uri)),
            Reason::FailedAuthentication => Some(("a:FailedAuthentication", SECURITY.uri)),
            Reason::InvalidRequest => Some(("a:InvalidRequest", trust)),
            Reason::InvalidScope => Some(("a:InvalidScope", trust)),
            Reason::BadRequest => Some(("a:BadRequest", trust)),
        }
    }
}

impl Fault {
    /// The whole message.
    pub fn message(&self, edition: Edition) -> String {
        let action = ADDRESSING
            .element("Action")
            .qualified(SOAP, "mustUnderstand", "1")
            .text("http://www.w3.org/2005/08/addressing/soap/fault");
        let relates_to = self.relates_to.as_deref().map(|id| ADDRESSING.element("RelatesTo").text(id));
        let header = SOAP.element("Header").child(action).children(relates_to);
        let subcode = self.reason.subcode(edition).map(|(word, uri)| {
            // The prefix is only in the text, so that it has to be declared by hand. Tools look for it as AD FS has it.
            let value = SOAP.element("Value").declare(Namespace::new("a", uri)).text(word);
            SOAP.element("Subcode").child(value)
        });
        let code = SOAP.element("Code").child(SOAP.element("Value").text(self.reason.code())).children(subcode);
        let text = SOAP.element("Text").qualified(XML, "lang", "en-US").text(self.text.as_str());
        let fault = SOAP.element("Fault").child(code).child(SOAP.element("Reason").child(text));
        let body: Element<'_> = SOAP.element("Body").child(fault);
        write(&SOAP.element("Envelope").child(header).child(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::xml::read;

    #[test]
    fn a_fault_says_whose_word_its_subcode_is() {
        for edition in Edition::ALL {
            let fault = Fault {
                relates_to: Some("urn:uuid:1".into()),
                ..Reason::FailedAuthentication.because("The password <is> wrong.")
            };
            let text = fault.message(edition);
            let envelope = read(&text).unwrap();
            let header = envelope.only(SOAP, "Header").unwrap();
            assert_eq!(header.only(ADDRESSING, "RelatesTo").unwrap().content(), Some("urn:uuid:1"), "{text}");
            assert!(header.only(ADDRESSING, "Action").is_some(), "{text}");
            let fault = envelope.only(SOAP, "Body").unwrap().only(SOAP, "Fault").unwrap();
            let reason = fault.only(SOAP, "Reason").unwrap().only(SOAP, "Text").unwrap();
            assert_eq!(reason.content(), Some("The password <is> wrong."));
            let code = fault.only(SOAP, "Code").unwrap();
            assert_eq!(code.only(SOAP, "Value").unwrap().content(), Some("s:Sender"));
            let subcode = code.only(SOAP, "Subcode").unwrap().only(SOAP, "Value").unwrap();
            assert_eq!(subcode.content(), Some("a:FailedAuthentication"));
            let declared: Vec<_> = subcode.declarations.iter().map(|one| (one.prefix, one.uri)).collect();
            assert_eq!(declared, [("a", SECURITY.uri)], "{text}");
        }
    }

    #[test]
    fn what_is_no_soap_is_the_senders_mistake_in_http_too() {
        assert_eq!(Reason::Malformed.status(), 400);
        let text = Reason::Malformed.because("no").message(Edition::Standard13);
        assert!(!text.contains("Subcode"), "{text}");
    }
}
