//! SAML 2.0 Web Browser SSO and Single Logout (profiles, 4.1 and 4.4), over the Redirect and POST bindings.
//!
//! ```text
//! request   somebody is to be signed in
//! context   how they have to sign in, and how they did
//! response  who they are, or why that is not said
//! envelope  is a response the answer to what was asked?
//! logout    somebody is to be signed out, and was
//! signed    did who asks sign it, where that is known?
//! ```

pub mod context;
pub mod envelope;
pub mod logout;
mod request;
mod response;
pub mod signed;

pub use request::Request;
pub use response::{
    DENIED, INVALID_NAME_ID, NO_CONTEXT, NO_PASSIVE, Response, Status, UNKNOWN_PRINCIPAL, UNSUPPORTED_BINDING, told_no,
};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::xml::Element;
use super::xml::names::SAML20;
use super::xml::read::Limits;

/// How hard a message is deflated: it is small anyway.
const LEVEL: u8 = 6;

/// Why a message is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAsked(pub String);

impl std::fmt::Display for NotAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn not(why: impl Into<String>) -> NotAsked {
    NotAsked(why.into())
}

/// The text of a message as the POST binding carries it.
pub fn posted(message: &str) -> Result<String, NotAsked> {
    text(unpacked(message)?)
}

/// The text of a message as the Redirect binding carries it.
pub fn redirected(message: &str) -> Result<String, NotAsked> {
    let limit = Limits::MESSAGE.bytes;
    let inflated = decompress_to_vec_with_limit(&unpacked(message)?, limit);
    text(inflated.map_err(|_| not("the message is not deflated, or grows too large"))?)
}

fn unpacked(message: &str) -> Result<Vec<u8>, NotAsked> {
    let packed: String = message.split_ascii_whitespace().collect();
    STANDARD.decode(packed).map_err(|_| not("the message is not base64"))
}

fn text(bytes: Vec<u8>) -> Result<String, NotAsked> {
    String::from_utf8(bytes).map_err(|_| not("the message is not UTF-8"))
}

/// A message as the POST binding carries it.
pub fn packed(message: &str) -> String {
    STANDARD.encode(message)
}

/// A message as the Redirect binding carries it.
pub fn deflated(message: &str) -> String {
    STANDARD.encode(compress_to_vec(message.as_bytes(), LEVEL))
}

/// How a message travels (SAML 2.0 bindings, 3.4 and 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// In an address.
    Redirect,
    /// In a form that posts itself.
    Post,
}

impl Binding {
    /// Its name.
    pub fn uri(self) -> &'static str {
        match self {
            Binding::Redirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Binding::Post => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        }
    }
}

/// The id of a message. It comes back as `InResponseTo`, whose schema takes no other words.
fn id(root: &Element<'_>) -> Result<String, NotAsked> {
    let id = root.value("ID").filter(|id| !id.is_empty()).ok_or_else(|| not("the message has no ID"))?;
    let begins = |letter: char| letter.is_alphabetic() || letter == '_';
    let goes_on = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if id.len() <= LONGEST_ID && id.starts_with(begins) && id.chars().all(goes_on) {
        return Ok(id.to_owned());
    }
    Err(not(
        "the message's ID is none: one begins with a letter or an underscore and goes on with those, digits, '-' and '.'",
    ))
}

/// Nobody's is longer.
const LONGEST_ID: usize = 256;

/// Who sends a message.
fn issuer(root: &Element<'_>) -> Result<String, NotAsked> {
    let said = root.only(SAML20, "Issuer").and_then(Element::content).filter(|issuer| !issuer.is_empty());
    said.map(str::to_owned).ok_or_else(|| not("the message does not say who sends it"))
}

#[cfg(test)]
mod tests;
