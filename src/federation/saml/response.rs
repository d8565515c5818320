//! What is answered to a request to sign in (SAML 2.0 core, 3.3.3), and by which status is it told that it failed?

use std::borrow::Cow;

use crate::directory::app::Signs;
use crate::federation::assertion::Assertion;
use crate::federation::brief;
use crate::federation::xml::names::{SAML20, SAMLP};
use crate::federation::xml::{Element, Node, SignError, sign, write};
use crate::keys::SigningKey;
use crate::time::Timestamp;

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
/// Nobody could be asked, and somebody would have had to be.
pub const NO_PASSIVE: &str = "urn:oasis:names:tc:SAML:2.0:status:NoPassive";
/// The context that was asked for cannot be had.
pub const NO_CONTEXT: &str = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext";
/// Somebody was told no.
pub const DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";
/// The subject cannot be named like that.
pub const INVALID_NAME_ID: &str = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy";
/// The answer cannot travel like that.
pub const UNSUPPORTED_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding";
/// Nobody of that name is signed in.
pub const UNKNOWN_PRINCIPAL: &str = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal";

/// What a response is, besides its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who answers.
    pub issuer: &'a str,
    /// Where it is sent.
    pub destination: &'a str,
    /// The request it answers; none when nobody asked.
    pub in_response_to: Option<&'a str>,
    /// When.
    pub issued: Timestamp,
}

/// How a request fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status<'a> {
    /// Well.
    Success,
    /// Not, and this is why.
    Failed {
        /// In the standard's word.
        why: &'a str,
        /// In a sentence.
        sentence: Cow<'a, str>,
    },
}

impl<'a> Status<'a> {
    fn element(self) -> Element<'a> {
        match self {
            Status::Success => status(SUCCESS, None, None),
            Status::Failed { why, sentence } => status(to_blame(why), Some(why), Some(sentence)),
        }
    }
}

/// The first of the two codes says whose fault it is.
fn to_blame(why: &str) -> &'static str {
    match why {
        INVALID_NAME_ID | UNKNOWN_PRINCIPAL | UNSUPPORTED_BINDING => REQUESTER,
        _ => RESPONDER,
    }
}

impl<'a> Response<'a> {
    /// One of this name, without content but for its status.
    pub fn named(&self, name: &'static str, status: Status<'a>) -> Element<'a> {
        SAMLP
            .element(name)
            .attribute("Destination", self.destination)
            .attribute("ID", self.id)
            .optional("InResponseTo", self.in_response_to)
            .attribute("IssueInstant", self.issued.to_string())
            .attribute("Version", "2.0")
            .child(SAML20.element("Issuer").text(self.issuer))
            .child(status.element())
    }

    /// Around an assertion.
    pub fn with(&self, assertion: impl Into<Node<'a>>) -> Element<'a> {
        self.named("Response", Status::Success).child(assertion)
    }

    /// Around an assertion, signed as who asked takes it, and written.
    pub fn signed(&self, key: &SigningKey, assertion: &Assertion, signs: Signs) -> Result<String, SignError> {
        Ok(match signs {
            Signs::Assertion => write(&self.with(sign(key, &assertion.build())?)),
            Signs::Response => sign(key, &self.with(assertion.build()))?.into_text(),
            Signs::Both => sign(key, &self.with(sign(key, &assertion.build())?))?.into_text(),
        })
    }

    /// Saying no.
    pub fn refusing(&self, why: &'a str, sentence: impl Into<Cow<'a, str>>) -> Element<'a> {
        self.named("Response", Status::Failed { why, sentence: sentence.into() })
    }
}

fn status<'a>(code: &'a str, detail: Option<&'a str>, sentence: Option<Cow<'a, str>>) -> Element<'a> {
    let inner = detail.map(|detail| SAMLP.element("StatusCode").attribute("Value", detail));
    let message = sentence.map(|sentence| SAMLP.element("StatusMessage").text(sentence));
    SAMLP
        .element("Status")
        .child(SAMLP.element("StatusCode").attribute("Value", code).children(inner))
        .children(message)
}

/// What a response's status says: nothing when all went well, else why it did not.
pub fn told_no(response: &Element<'_>) -> Option<String> {
    let status = response.only(SAMLP, "Status")?;
    let code = status.only(SAMLP, "StatusCode")?;
    if code.value("Value") == Some(SUCCESS) {
        return None;
    }
    let detail = code.only(SAMLP, "StatusCode").and_then(|inner| inner.value("Value"));
    let sentence = status.only(SAMLP, "StatusMessage").and_then(|message| message.content()).unwrap_or_default();
    let word = detail.or(code.value("Value")).unwrap_or("no reason");
    Some(format!("{} {}", brief(word), brief(sentence)).trim().to_owned())
}
