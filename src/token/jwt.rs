//! How is a token written, signed, read and verified? RFC 7515 (JWS), RFC 7519 (JWT).
//!
//! Only the signature is judged here. Whether a token is still good, and for whom, its reader asks,
//! who knows the world's time and its own name.

mod claims;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::encoded_len;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::signature::Signer as _;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::keys::{PublicKey, SigningKey};
use crate::time::Timestamp;
use claims::Unique;

/// Longer tokens are refused unread: a JWT with 200 groups has about 11 KiB.
const LONGEST: usize = 16 * 1024;

/// Room for the claims of a usual token as they are written, made at once instead of in steps.
const ROOM: usize = 2048;

/// The claims of a token, in the order they came.
pub type Claims = Map<String, Value>;

/// Which header a token gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// `JWT`, with the thumbprint besides the key id: Entra's v1 tokens.
    JwtWithX5t,
    /// `JWT`: everything else that has no type of its own.
    Jwt,
    /// `at+jwt`: access tokens as RFC 9068 has them.
    AtJwt,
}

/// The encoded headers of one key: they never change, so they are written once.
pub(crate) struct Headers {
    jwt_with_x5t: String,
    jwt: String,
    at_jwt: String,
}

impl Headers {
    pub(crate) fn new(kid: &str) -> Self {
        // A key id is base64url, so it needs no escaping.
        let write = |typ: &str, x5t: &str| {
            URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"{typ}","alg":"RS256",{x5t}"kid":"{kid}"}}"#))
        };
        Self {
            jwt_with_x5t: write("JWT", &format!(r#""x5t":"{kid}","#)),
            jwt: write("JWT", ""),
            at_jwt: write("at+jwt", ""),
        }
    }

    fn of(&self, typ: Typ) -> &str {
        match typ {
            Typ::JwtWithX5t => &self.jwt_with_x5t,
            Typ::Jwt => &self.jwt,
            Typ::AtJwt => &self.at_jwt,
        }
    }
}

/// Why a token was not signed: the server's fault, never the caller's.
#[derive(Debug)]
pub enum SignError {
    /// The claims are not JSON.
    Claims(serde_json::Error),
    /// The key does not sign.
    Key,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignError::Claims(error) => write!(f, "the claims are not JSON: {error}"),
            SignError::Key => f.write_str("the key does not sign"),
        }
    }
}

impl std::error::Error for SignError {}

/// Writes and signs a token (RS256).
pub fn sign(key: &SigningKey, typ: Typ, claims: &impl Serialize) -> Result<String, SignError> {
    let mut written = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut written, claims).map_err(SignError::Claims)?;
    let header = key.headers().of(typ);
    let signature_length = key.n().len();
    let claims_length = encoded_len(written.len(), false).unwrap_or_default();
    let mut token = String::with_capacity(header.len() + claims_length + signature_length + 2);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(written, &mut token);
    let signature = key.try_sign(token.as_bytes()).map_err(|_| SignError::Key)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// A NumericDate (RFC 7519, 2): seconds, which some libraries write with a fraction.
pub fn moment(value: &Value) -> Option<Timestamp> {
    // A fraction of a second decides nothing here, and out-of-range numbers end at the edges.
    value.as_f64().map(|seconds| Timestamp::from_seconds(seconds as i64))
}

/// Why a token was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtError {
    /// It is not a signed token at all; the words say what is wrong.
    Malformed(&'static str),
    /// It is signed with an algorithm that is not accepted here, or not signed.
    Algorithm,
    /// None of the keys is the one it names.
    UnknownKey,
    /// The signature was not made by the key it names, over this text.
    Signature,
}

impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JwtError::Malformed(why) => why,
            JwtError::Algorithm => "the token is not signed with RS256 or PS256",
            JwtError::UnknownKey => "the token names a key that is not known here",
            JwtError::Signature => "the token's signature is not valid",
        })
    }
}

impl std::error::Error for JwtError {}

/// A token that was read, and about which nothing is proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Unverified {
    /// Its header.
    pub header: Claims,
    /// Its claims.
    pub claims: Claims,
}

impl Unverified {
    /// A text member of the header, such as `kid`, `x5t` or `x5t#S256`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

/// Reads a token without verifying anything: to find out whose key to ask for, and to show it.
pub fn decode_unverified(token: &str) -> Result<Unverified, JwtError> {
    let (signed, _) = split(token)?;
    let (header, claims) = signed.split_once('.').ok_or(JwtError::Malformed("a token has three parts"))?;
    Ok(Unverified {
        header: object(header, "the token's header is not a JSON object with unique names")?,
        claims: object(claims, "the token's claims are not a JSON object with unique names")?,
    })
}

/// Verifies a token's signature with the keys that its reader finds for it, and gives its claims.
///
/// `find` sees the token before anything is proved. It names every key the token could be signed with;
/// none means that the key is unknown.
pub fn verify(token: &str, find: impl FnOnce(&Unverified) -> Vec<Arc<PublicKey>>) -> Result<Claims, JwtError> {
    let unverified = decode_unverified(token)?;
    let algorithm = match unverified.header("alg") {
        Some("RS256") => Algorithm::RS256,
        Some("PS256") => Algorithm::PS256,
        Some(_) | None => return Err(JwtError::Algorithm),
    };
    // No extension is understood here, and one that is marked critical must be (RFC 7515, 4.1.11).
    if unverified.header.contains_key("crit") {
        return Err(JwtError::Malformed("the token has a critical extension"));
    }
    let keys = find(&unverified);
    if keys.is_empty() {
        return Err(JwtError::UnknownKey);
    }
    let (signed, signature) = split(token)?;
    let made_by = |key: &Arc<PublicKey>| {
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key.decoding(), algorithm).unwrap_or(false)
    };
    if keys.iter().any(made_by) { Ok(unverified.claims) } else { Err(JwtError::Signature) }
}

/// What is signed, and the signature.
fn split(token: &str) -> Result<(&str, &str), JwtError> {
    if token.len() > LONGEST {
        return Err(JwtError::Malformed("the token is longer than 16 KiB"));
    }
    if token.bytes().filter(|byte| *byte == b'.').count() != 2 {
        return Err(JwtError::Malformed("a token has three parts"));
    }
    token.rsplit_once('.').ok_or(JwtError::Malformed("a token has three parts"))
}

fn object(part: &str, otherwise: &'static str) -> Result<Claims, JwtError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed("a token is base64url"))?;
    let Unique(members) = serde_json::from_slice(&bytes).map_err(|_| JwtError::Malformed(otherwise))?;
    Ok(members)
}

/// The left half of a value's hash: `at_hash` and `c_hash` (OpenID Connect Core, 3.1.3.6 and 3.3.2.11).
pub fn half_hash(value: &str) -> String {
    let hash = digest(&SHA256, value.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[cfg(test)]
mod tests;
