//! What does a message ask for, and who says so by which password? WS-Trust, "Issuance Binding"; Username Token Profile
//! 1.0; SOAP 1.2.
//!
//! Only what can be granted is read: a token for a bearer. Whoever asks for more, such as to act as somebody else, is
//! told no instead of being given less.

use super::edition::Edition;
use super::fault::{Fault, Reason};
use super::freshness;
use super::names::{ADDRESSING, PASSWORD_TEXT, POLICY, SECURITY, SOAP, SOAP11};
use crate::directory::user::Secret;
use crate::federation::assertion::Version;
use crate::federation::brief;
use crate::federation::xml::{Element, Node, read};
use crate::time::Timestamp;

/// A request for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The message's id, to be named in the answer.
    pub message: Option<String>,
    /// Who it says it is.
    pub name: String,
    /// The proof of that.
    pub password: Secret,
    /// For whom the token is.
    pub applies_to: String,
    /// What kind of token is wanted.
    pub token: TokenType,
}

/// A kind of token, and how the request called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenType {
    /// Which it is.
    pub version: Version,
    /// What the answer calls it.
    pub name: &'static str,
}

/// What a token type may be called: by the namespace of its assertion, or by its token profile.
const TOKEN_TYPES: [TokenType; 4] = [
    TokenType { version: Version::Saml11, name: "urn:oasis:names:tc:SAML:1.0:assertion" },
    TokenType {
        version: Version::Saml11,
        name: "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1",
    },
    TokenType { version: Version::Saml20, name: "urn:oasis:names:tc:SAML:2.0:assertion" },
    TokenType {
        version: Version::Saml20,
        name: "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
    },
];
/// The headers that are understood, of those that can matter to a receiver.
const UNDERSTOOD: [&str; 7] = ["Action", "To", "ReplyTo", "FaultTo", "From", "MessageID", "RelatesTo"];
/// What would make the token somebody else's.
const FOR_SOMEBODY_ELSE: [&str; 3] = ["OnBehalfOf", "ActAs", "DelegateTo"];
/// More than any message id has.
const LONGEST_ID: usize = 256;

/// Reads a message that came to the address of this edition.
pub fn request(text: &str, edition: Edition, now: Timestamp) -> Result<Request, Fault> {
    let envelope = read(text)
        .map_err(|error| Reason::Malformed.because(format!("The message is not XML that is read here: {error}.")))?;
    let (header, body) = parts(&envelope)?;
    let message = header.and_then(message_id);
    let read = header_and_body(header, body, edition, now);
    match read {
        Ok(request) => Ok(Request { message, ..request }),
        Err(fault) => Err(Fault { relates_to: message, ..fault }),
    }
}

fn header_and_body(
    header: Option<&Element<'_>>,
    body: &Element<'_>,
    edition: Edition,
    now: Timestamp,
) -> Result<Request, Fault> {
    let missing = || Reason::InvalidSecurity.because("The message has no security header that says who sends it.");
    let header = header.ok_or_else(missing)?;
    understood(header)?;
    action(header, edition)?;
    let security = header.only(SECURITY, "Security").ok_or_else(missing)?;
    freshness::check(security, now)?;
    let (name, password) = user(security)?;
    let (applies_to, token) = wanted(body, edition)?;
    Ok(Request { message: None, name, password, applies_to, token })
}

fn parts<'e>(envelope: &'e Element<'e>) -> Result<(Option<&'e Element<'e>>, &'e Element<'e>), Fault> {
    if envelope.is(SOAP11, "Envelope") {
        return Err(Reason::VersionMismatch.because("This address speaks SOAP 1.2, and the message is SOAP 1.1."));
    }
    let body = envelope.only(SOAP, "Body").filter(|_| envelope.is(SOAP, "Envelope"));
    let Some(body) = body else {
        return Err(Reason::Malformed.because("The message is not a SOAP 1.2 envelope with one body."));
    };
    let mut headers = envelope.all(SOAP, "Header");
    match (headers.next(), headers.next()) {
        (header, None) => Ok((header, body)),
        (_, Some(_)) => Err(Reason::Malformed.because("The message has more than one header.")),
    }
}

/// The message's id. ADAL begins its name with a small letter.
fn message_id(header: &Element<'_>) -> Option<String> {
    let id = header.only(ADDRESSING, "MessageID").or_else(|| header.only(ADDRESSING, "messageID"))?;
    id.content().filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).map(str::to_owned)
}

/// Refuses headers that must be understood and are not (SOAP 1.2, part 1, 2.4).
fn understood(header: &Element<'_>) -> Result<(), Fault> {
    for block in header.elements() {
        let must = block.attributes.iter().any(|(name, value)| {
            (name.namespace, name.local) == (SOAP.uri, "mustUnderstand") && matches!(value.as_ref(), "1" | "true")
        });
        let known = block.is(SECURITY, "Security") || UNDERSTOOD.iter().any(|name| block.is(ADDRESSING, name));
        if must && !known {
            let text = format!("The header {} must be understood, and is not known here.", brief(block.name.local));
            return Err(Reason::MustUnderstand.because(text));
        }
    }
    Ok(())
}

fn action(header: &Element<'_>, edition: Edition) -> Result<(), Fault> {
    let action = header.only(ADDRESSING, "Action").and_then(Element::content).unwrap_or_default();
    if action == edition.action() {
        return Ok(());
    }
    let text = format!("The action '{}' is not served here; '{}' is.", brief(action), edition.action());
    Err(Reason::ActionNotSupported.because(text))
}

/// Who it is, and the password.
fn user(security: &Element<'_>) -> Result<(String, Secret), Fault> {
    let Some(token) = security.only(SECURITY, "UsernameToken") else {
        return Err(Reason::InvalidSecurity.because("The security header needs one UsernameToken."));
    };
    let name = token.only(SECURITY, "Username").and_then(words);
    let password = token.only(SECURITY, "Password");
    if password.and_then(|password| password.value("Type")).is_some_and(|kind| kind != PASSWORD_TEXT) {
        return Err(Reason::UnsupportedSecurityToken.because("The password has to come as text, over TLS."));
    }
    match (name, password.and_then(words)) {
        (Some(name), Some(password)) => Ok((name.trim().to_owned(), Secret::new(password))),
        (None, _) | (_, None) => {
            Err(Reason::InvalidSecurity.because("The UsernameToken needs one Username and one Password."))
        }
    }
}

/// An element's text to the letter: a password may begin or end with a space.
fn words(element: &Element<'_>) -> Option<String> {
    match element.children.as_slice() {
        [] => Some(String::new()),
        [Node::Text(text)] => Some(text.clone().into_owned()),
        [Node::Element(_) | Node::Sealed(_)] | [_, _, ..] => None,
    }
}

/// For whom a token is wanted, and which.
fn wanted(body: &Element<'_>, edition: Edition) -> Result<(String, TokenType), Fault> {
    let trust = edition.namespace();
    let Some(request) = body.only(trust, "RequestSecurityToken") else {
        return Err(
            Reason::InvalidRequest.because("The body needs one RequestSecurityToken of this address's edition.")
        );
    };
    let said = |name: &'static str| request.only(trust, name).and_then(Element::content);
    if said("RequestType") != Some(edition.issue()) {
        let text = format!("Tokens are issued here and nothing else: RequestType has to be '{}'.", edition.issue());
        return Err(Reason::InvalidRequest.because(text));
    }
    let others = |one: &&Element<'_>| FOR_SOMEBODY_ELSE.contains(&one.name.local);
    if let Some(one) = request.elements().find(others) {
        let text = format!("A token is issued to whoever signs in, and never by {}.", one.name.local);
        return Err(Reason::BadRequest.because(text));
    }
    key(said("KeyType"))?;
    let token = token(said("TokenType"))?;
    Ok((applies_to(request)?, token))
}

fn key(kind: Option<&str>) -> Result<(), Fault> {
    let bearer = |kind: &str| Edition::ALL.iter().any(|edition| edition.bearer() == kind);
    match kind {
        None => Ok(()),
        Some(kind) if bearer(kind) => Ok(()),
        Some(kind) => {
            let text = format!("Tokens are for whoever bears them; keys of the type '{}' are not issued.", brief(kind));
            Err(Reason::BadRequest.because(text))
        }
    }
}

/// Left out, it is what tenants take.
fn token(kind: Option<&str>) -> Result<TokenType, Fault> {
    let [usual, ..] = TOKEN_TYPES;
    let Some(kind) = kind else { return Ok(usual) };
    TOKEN_TYPES
        .into_iter()
        .find(|known| known.name == kind)
        .ok_or_else(|| Reason::BadRequest.because(format!("Tokens of the type '{}' are not issued here.", brief(kind))))
}

fn applies_to(request: &Element<'_>) -> Result<String, Fault> {
    let endpoint = request.only(POLICY, "AppliesTo").and_then(|to| to.only(ADDRESSING, "EndpointReference"));
    let address = endpoint.and_then(|endpoint| endpoint.only(ADDRESSING, "Address")).and_then(Element::content);
    match address.filter(|address| !address.is_empty()) {
        Some(address) => Ok(address.to_owned()),
        None => Err(Reason::InvalidRequest.because("The request does not say for whom the token is: AppliesTo.")),
    }
}

#[cfg(test)]
mod tests;
