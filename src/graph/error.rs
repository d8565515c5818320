//! How does Microsoft Graph say no? `{"error":{"code","message","innerError"}}`, the ids by which a request is found
//! again inside.

use serde_json::{Value, json};

use super::caller::Nobody;
use crate::directory::check::Problem;
use crate::http::body::BadBody;
use crate::oauth::error::Traces;
use crate::oauth::userinfo::BearerError;
use crate::time::Timestamp;

/// A "no" of Microsoft Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no token, or it is not good here: 401.
    Token(&'static str),
    /// What the token came of has ended, and its client knows what to do: 401, with a claims challenge.
    Outlived(String),
    /// The token, or the person behind it, may not do this: 403.
    Denied(String),
    /// There is no such object: 404.
    NotFound(String),
    /// There is nothing at this address: 404.
    NoSuchAddress(String),
    /// The address exists, but not with this verb: 405.
    WrongVerb(String),
    /// The request cannot be read, or asks for what cannot be: 400.
    Bad(String),
    /// Something is in a state that does not allow it: 409.
    Conflict(String),
    /// The object has changed since the caller saw it: 412.
    Changed,
    /// The body cannot be had: 400, 408 or 413.
    NoBody(BadBody),
    /// We broke: 503. What exactly is for the log, not for the caller.
    Broken(String),
}

impl Refused {
    /// A request that cannot be read or done.
    pub fn bad(message: impl Into<String>) -> Self {
        Refused::Bad(message.into())
    }

    /// There is no object of this name.
    pub fn no_object(id: &str) -> Self {
        let id = crate::http::params::shorten(id);
        Refused::NotFound(format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        ))
    }

    /// The status it is sent with.
    pub fn status(&self) -> u16 {
        match self {
            Refused::Token(_) | Refused::Outlived(_) => 401,
            Refused::Denied(_) => 403,
            Refused::NotFound(_) | Refused::NoSuchAddress(_) => 404,
            Refused::WrongVerb(_) => 405,
            Refused::Bad(_) => 400,
            Refused::Conflict(_) => 409,
            Refused::Changed => 412,
            Refused::NoBody(bad) => bad.status(),
            Refused::Broken(_) => 503,
        }
    }

    /// The word programs look at.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::Token(_) | Refused::Outlived(_) => "InvalidAuthenticationToken",
            Refused::Denied(_) => "Authorization_RequestDenied",
            Refused::NotFound(_) => "Request_ResourceNotFound",
            Refused::NoSuchAddress(_) => "ResourceNotFound",
            Refused::WrongVerb(_) => "Request_BadRequest",
            Refused::Bad(_) | Refused::NoBody(_) => "BadRequest",
            Refused::Conflict(_) => "conflict",
            Refused::Changed => "preconditionFailed",
            Refused::Broken(_) => "serviceNotAvailable",
        }
    }

    /// The sentence people read.
    pub fn message(&self) -> &str {
        match self {
            Refused::Token(text) => text,
            Refused::Denied(text) | Refused::NotFound(text) | Refused::NoSuchAddress(text) | Refused::Bad(text) => text,
            Refused::Conflict(text) | Refused::Outlived(text) => text,
            Refused::Changed => "The object has changed since its @odata.etag was read.",
            Refused::WrongVerb(_) => "Specified HTTP method is not allowed for the request target.",
            Refused::NoBody(bad) => bad.text(),
            Refused::Broken(_) => "The service is temporarily unavailable.",
        }
    }
}

/// What a change would make wrong.
impl From<Vec<Problem>> for Refused {
    fn from(problems: Vec<Problem>) -> Self {
        let told: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        Refused::Bad(told.join("; "))
    }
}

impl From<Nobody> for Refused {
    fn from(why: Nobody) -> Self {
        match why {
            Nobody::Gone(text) => Refused::Token(text),
            Nobody::NoDelegation(text) => {
                Refused::Denied(format!("Insufficient privileges to complete the operation. {text}"))
            }
        }
    }
}

impl From<BearerError> for Refused {
    fn from(error: BearerError) -> Self {
        match error {
            BearerError::Missing => Refused::Token("Access token is empty."),
            BearerError::Malformed(text) => Refused::Bad(text.to_owned()),
            BearerError::Invalid(text) => Refused::Token(text),
            BearerError::Scope(scope) => Refused::Denied(format!("The access token lacks the scope {scope}.")),
            BearerError::Broken(error) => Refused::Broken(error.to_string()),
        }
    }
}

/// An error as Microsoft Graph writes them.
pub fn body(code: &str, message: &str, traces: &Traces, now: Timestamp) -> Value {
    json!({ "error": {
        "code": code,
        "message": message,
        "innerError": {
            "date": now.entra().trim_end_matches('Z').replace(' ', "T"),
            "request-id": traces.trace_id,
            "client-request-id": traces.correlation_id,
        },
    }})
}
