//! Is a provider's word to be believed, and is it enough? Every check of its id token, each with its own "no".
//!
//! "External authentication method provider reference", the response; OpenID Connect Core, 3.1.3.7.

use std::fmt::{self, Display};
use std::sync::Arc;

use serde_json::Value;

use super::request::{CONTEXTS, METHODS};
use crate::directory::tenant::Answer;
use crate::http::params::shorten;
use crate::keys::PublicKey;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};
use crate::token::bearer::text;
use crate::token::jwt::{self, Claims, JwtError, moment};

/// How much the provider's clock may disagree with ours.
const SKEW: Span = Span::minutes(5);

/// What is expected of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// What the provider calls itself.
    pub issuer: &'a str,
    /// What it calls the tenant.
    pub client_id: &'a str,
    /// What it was told to call the person.
    pub subject: &'a str,
    /// The nonce of the request.
    pub nonce: &'a str,
    /// Its keys.
    pub keys: &'a [Arc<PublicKey>],
    /// The time.
    pub now: Timestamp,
}

/// How somebody was verified, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// By what kind of thing.
    pub acr: String,
    /// In which ways, of those that were asked.
    pub amr: Vec<String>,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It cannot be read, or is not signed by the provider.
    Token(JwtError),
    /// Somebody else issued it.
    Issuer(String),
    /// It is for somebody else.
    Audience,
    /// It does not say when it was issued or when it ends.
    Timeless(&'static str),
    /// It was issued in the future.
    TooEarly(Timestamp),
    /// It has ended.
    Expired(Timestamp),
    /// It answers another request.
    Nonce,
    /// It is about somebody else.
    Subject,
    /// It does not say by what kind of thing the person was verified.
    NoContext,
    /// By none of those that were asked for.
    Context(String),
    /// It does not say how the person was verified.
    NoMethods,
    /// It says so, but not as a list.
    MethodsNoList,
    /// In none of the ways that were asked for.
    Methods(String),
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Token(error) => write!(f, "{error}"),
            Wrong::Issuer(found) => write!(f, "its 'iss' is '{found}', which is not the provider's issuer"),
            Wrong::Audience => f.write_str("its 'aud' is not the client id that the provider knows this tenant by"),
            Wrong::Timeless(name) => write!(f, "it has no '{name}'"),
            Wrong::TooEarly(from) => write!(f, "it is good only from {from}"),
            Wrong::Expired(end) => write!(f, "it ended at {end}"),
            Wrong::Nonce => f.write_str("its 'nonce' is not the one that was sent"),
            Wrong::Subject => f.write_str("its 'sub' is not the one of the id_token_hint"),
            Wrong::NoContext => f.write_str("it has no 'acr'"),
            Wrong::Context(found) => write!(f, "its 'acr' is '{found}', and none of those that were asked for"),
            Wrong::NoMethods => f.write_str("it has no 'amr'"),
            Wrong::MethodsNoList => f.write_str("its 'amr' is not an array of words"),
            Wrong::Methods(found) => write!(f, "its 'amr' holds '{found}', and none of those that were asked for"),
        }
    }
}

impl Wrong {
    /// The refusal, with the provider's name in it.
    pub fn refusal(&self, title: &str) -> Refusal {
        Code::ExternalAnswerInvalid
            .because(format!("The answer of {title} is not accepted: {self}."))
            .because("R-24", "nothing is proven by this")
    }

    /// By which setting of a provider an answer can be wrong in this.
    pub fn by_design(&self) -> &'static [Answer] {
        match self {
            Wrong::Token(JwtError::Signature | JwtError::UnknownKey) => &[Answer::WrongSignature],
            Wrong::Audience => &[Answer::WrongAudience],
            Wrong::TooEarly(_) => &[Answer::NotYetValid],
            Wrong::Expired(_) => &[Answer::Expired],
            Wrong::Nonce => &[Answer::Replayed],
            Wrong::Token(JwtError::Malformed(_) | JwtError::Algorithm)
            | Wrong::Issuer(_)
            | Wrong::Timeless(_)
            | Wrong::Subject
            | Wrong::NoContext
            | Wrong::Context(_)
            | Wrong::NoMethods
            | Wrong::MethodsNoList
            | Wrong::Methods(_) => &[],
        }
    }
}

/// What an id token says, if it may be believed and is enough.
pub fn check(token: &str, expected: &Expected<'_>) -> Result<Accepted, Wrong> {
    let claims = jwt::verify(token, |head| {
        let named = head.header("kid");
        expected.keys.iter().filter(|key| named.is_none() || key.kid() == named).cloned().collect()
    })
    .map_err(Wrong::Token)?;
    if text(&claims, "iss") != Some(expected.issuer) {
        return Err(Wrong::Issuer(shorten(text(&claims, "iss").unwrap_or_default()).to_string()));
    }
    if !is_for(&claims, expected.client_id) {
        return Err(Wrong::Audience);
    }
    times(&claims, expected.now)?;
    if text(&claims, "nonce") != Some(expected.nonce) {
        return Err(Wrong::Nonce);
    }
    if text(&claims, "sub") != Some(expected.subject) {
        return Err(Wrong::Subject);
    }
    Ok(Accepted { acr: context(&claims)?, amr: methods(&claims)? })
}

/// One audience, alone or in a list of one.
fn is_for(claims: &Claims, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(many)) => matches!(many.as_slice(), [Value::String(one)] if one == client_id),
        Some(_) | None => false,
    }
}

fn times(claims: &Claims, now: Timestamp) -> Result<(), Wrong> {
    let at = |name: &'static str| claims.get(name).and_then(moment).ok_or(Wrong::Timeless(name));
    let (issued, ends) = (at("iat")?, at("exp")?);
    let begins = claims.get("nbf").and_then(moment).map_or(issued, |begins| begins.max(issued));
    if begins > now.plus(SKEW) {
        return Err(Wrong::TooEarly(begins));
    }
    if ends.plus(SKEW) <= now {
        return Err(Wrong::Expired(ends));
    }
    Ok(())
}

fn context(claims: &Claims) -> Result<String, Wrong> {
    let found = text(claims, "acr").ok_or(Wrong::NoContext)?;
    match CONTEXTS.contains(&found) {
        true => Ok(found.to_owned()),
        false => Err(Wrong::Context(shorten(found).to_string())),
    }
}

fn methods(claims: &Claims) -> Result<Vec<String>, Wrong> {
    let list = claims.get("amr").ok_or(Wrong::NoMethods)?.as_array().ok_or(Wrong::MethodsNoList)?;
    let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let words = words.ok_or(Wrong::MethodsNoList)?;
    let asked: Vec<String> =
        words.iter().filter(|word| METHODS.contains(word)).map(|word| (*word).to_owned()).collect();
    match asked.is_empty() {
        false => Ok(asked),
        true => Err(Wrong::Methods(shorten(&words.join(", ")).to_string())),
    }
}

#[cfg(test)]
mod tests;
