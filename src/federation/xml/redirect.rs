//! How is a query signed? SAML 2.0 bindings section 3.4.4.1 (HTTP-Redirect, DEFLATE encoding).
//!
//! What is signed are the parameters as they stand in the address, escapes and all, so a query is verified before
//! anything decodes it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::signature::Signer as _;
use url::form_urlencoded::{byte_serialize, parse};

use super::algorithm;
use super::names::RSA_SHA256;
use super::sign::SignError;
use super::signature_error::SignatureError;
use crate::keys::{PublicKey, SigningKey};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A request.
    Request,
    /// A response.
    Response,
}

impl Direction {
    /// The parameter it travels in.
    pub fn parameter(self) -> &'static str {
        match self {
            Direction::Request => "SAMLRequest",
            Direction::Response => "SAMLResponse",
        }
    }
}

/// What a signed query says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedQuery {
    /// Which way it goes.
    pub direction: Direction,
    /// The message, still deflated and in base64.
    pub message: String,
    /// What the receiver is asked to send back.
    pub relay_state: Option<String>,
}

/// A signed query, without the question mark. `message` is deflated and in base64.
pub fn sign(
    key: &SigningKey,
    direction: Direction,
    message: &str,
    relay_state: Option<&str>,
) -> Result<String, SignError> {
    let mut query = String::new();
    append(&mut query, direction.parameter(), message);
    if let Some(state) = relay_state {
        append(&mut query, RELAY_STATE, state);
    }
    append(&mut query, ALGORITHM, RSA_SHA256);
    let signature = key.try_sign(query.as_bytes()).map_err(|_| SignError::Key)?;
    append(&mut query, SIGNATURE, &STANDARD.encode(signature));
    Ok(query)
}

/// What a query says, if a trusted key signed it. `query` is as it stands in the address.
pub fn verify(query: &str, trusted: &[Arc<PublicKey>]) -> Result<SignedQuery, SignatureError> {
    let raw = Raw::read(query)?;
    let (algorithm, signature) = raw.algorithm.zip(raw.signature).ok_or(SignatureError::Unsigned)?;
    let hash = algorithm::signature(&decoded(algorithm))?;
    if trusted.is_empty() {
        return Err(SignatureError::NoKey);
    }
    let packed: String = decoded(signature).split_ascii_whitespace().collect();
    let signature = STANDARD.decode(packed).map_err(|_| SignatureError::Shape("a value is not base64"))?;
    let signed = raw.signed(algorithm);
    if !trusted.iter().any(|key| key.signed(hash, signed.as_bytes(), &signature)) {
        return Err(SignatureError::Key);
    }
    Ok(SignedQuery {
        direction: raw.direction,
        message: decoded(raw.message),
        relay_state: raw.relay_state.map(decoded),
    })
}

/// The parameter that comes back with the answer.
pub const RELAY_STATE: &str = "RelayState";
const ALGORITHM: &str = "SigAlg";
const SIGNATURE: &str = "Signature";

fn append(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    query.extend(byte_serialize(value.as_bytes()));
}

fn decoded(value: &str) -> String {
    // Behind a name, so that an equals sign in the value stays in it.
    parse(format!("v={value}").as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

/// The parameters that matter, as they were written.
struct Raw<'q> {
    direction: Direction,
    message: &'q str,
    relay_state: Option<&'q str>,
    algorithm: Option<&'q str>,
    signature: Option<&'q str>,
}

impl<'q> Raw<'q> {
    fn read(query: &'q str) -> Result<Self, SignatureError> {
        let request = once(query, Direction::Request.parameter())?;
        let response = once(query, Direction::Response.parameter())?;
        let (direction, message) = match (request, response) {
            (Some(message), None) => (Direction::Request, message),
            (None, Some(message)) => (Direction::Response, message),
            (None, None) => return Err(SignatureError::Shape("the query has no message")),
            (Some(_), Some(_)) => return Err(SignatureError::Shape("the query has two messages")),
        };
        let other = |name| once(query, name);
        Ok(Self {
            direction,
            message,
            relay_state: other(RELAY_STATE)?,
            algorithm: other(ALGORITHM)?,
            signature: other(SIGNATURE)?,
        })
    }

    /// What the signature is over: these, in this order, whatever the order in the address.
    fn signed(&self, algorithm: &str) -> String {
        let relay_state = self.relay_state.map(|state| format!("&{RELAY_STATE}={state}")).unwrap_or_default();
        format!("{}={}{relay_state}&{ALGORITHM}={algorithm}", self.direction.parameter(), self.message)
    }
}

/// A parameter that must not come twice, under any spelling of its name.
fn once<'q>(query: &'q str, name: &str) -> Result<Option<&'q str>, SignatureError> {
    let mut found = None;
    for pair in query.split('&') {
        let (known, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(known) != name {
            continue;
        }
        if known != name || found.replace(value).is_some() {
            return Err(SignatureError::Shape("a parameter comes twice, or is spelled in another way"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
