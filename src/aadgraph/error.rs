//! How does Azure AD Graph say no? `{"odata.error":{"code","message":{"lang","value"}}}`.

use serde_json::{Value, json};

use crate::graph::caller::Nobody;
use crate::http::body::BadBody;
use crate::http::params::shorten;
use crate::oauth::error::Traces;
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::token::bearer::{NotGood, NotTaken};

/// A "no" of Azure AD Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no token: 401.
    NoToken,
    /// The token is not good here: 401.
    Token(NotGood),
    /// Whoever the token is about is gone, or it was revoked: 401.
    Stale,
    /// The token is of another tenant than the address: 401.
    WrongTenant,
    /// The caller may not do this: 403.
    Denied,
    /// There is no such thing: 404.
    NotFound(String),
    /// The address exists, but not with this verb: 405.
    WrongVerb,
    /// The query does not say which version is meant: 400.
    NoVersion,
    /// The query asks for what is not understood: 400.
    Query(String),
    /// The request asks for what cannot be: 400.
    Bad(String),
    /// The body cannot be had: 400, 408 or 413.
    NoBody(BadBody),
    /// We broke: 503.
    Broken(String),
}

impl Refused {
    /// There is no object of this name.
    pub fn no_object(id: &str) -> Self {
        let id = shorten(id);
        Refused::NotFound(format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        ))
    }

    /// The status it is sent with.
    pub fn status(&self) -> u16 {
        match self {
            Refused::NoToken | Refused::Token(_) | Refused::Stale | Refused::WrongTenant => 401,
            Refused::Denied => 403,
            Refused::NotFound(_) => 404,
            Refused::WrongVerb => 405,
            Refused::NoVersion | Refused::Query(_) | Refused::Bad(_) => 400,
            Refused::NoBody(bad) => bad.status(),
            Refused::Broken(_) => 503,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Refused::Token(NotGood::Expired) => "Authentication_ExpiredToken",
            Refused::Token(NotGood::Audience | NotGood::Issuer) | Refused::WrongTenant | Refused::Stale => {
                "Authentication_Unauthorized"
            }
            Refused::NoToken
            | Refused::Token(
                NotGood::Unreadable | NotGood::UnknownKey | NotGood::Signature | NotGood::TooEarly | NotGood::AppGone,
            ) => "Authentication_MissingOrMalformed",
            Refused::Denied => "Authorization_RequestDenied",
            Refused::NotFound(_) => "Request_ResourceNotFound",
            Refused::NoVersion => "Request_DataContractVersionMissing",
            Refused::Query(_) => "Request_UnsupportedQuery",
            Refused::WrongVerb | Refused::Bad(_) | Refused::NoBody(_) => "Request_BadRequest",
            Refused::Broken(_) => "Service_InternalServerError",
        }
    }

    /// The sentence people read.
    pub fn message(&self) -> &str {
        match self {
            Refused::NoToken => "Access Token missing or malformed.",
            Refused::Token(why) => why.text(),
            Refused::Stale => "The token is not about anybody who is still here, or was revoked.",
            Refused::WrongTenant => "The token is of another tenant than the one the address names.",
            Refused::Denied => "Insufficient privileges to complete the operation.",
            Refused::NotFound(why) | Refused::Query(why) | Refused::Bad(why) => why,
            Refused::WrongVerb => "Specified HTTP method is not allowed for the request target.",
            Refused::NoVersion => "The api-version query parameter is required for all requests.",
            Refused::NoBody(bad) => bad.text(),
            Refused::Broken(_) => "The service is temporarily unavailable.",
        }
    }

    /// The body.
    pub fn body(&self, traces: &Traces, now: Timestamp) -> Value {
        json!({ "odata.error": {
            "code": self.code(),
            "message": { "lang": "en", "value": self.message() },
            "requestId": traces.trace_id,
            "date": now.entra().trim_end_matches('Z').replace(' ', "T"),
        }})
    }
}

impl From<Nobody> for Refused {
    fn from(why: Nobody) -> Self {
        match why {
            Nobody::Gone(_) => Refused::Stale,
            Nobody::NoDelegation(_) => Refused::Denied,
        }
    }
}

impl From<NotTaken> for Refused {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::NotGood(why) => Refused::Token(why),
            NotTaken::Broken(error) => Refused::Broken(error.to_string()),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Broken(error.to_string())
    }
}
