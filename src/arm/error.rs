//! How does Azure Resource Manager say no? `{"error":{"code","message"}}`; of a token of the wrong tenant it says whose it
//! has to be, which is how clients find out.

use serde_json::{Value, json};

use crate::graph::caller::Nobody;
use crate::http::body::BadBody;
use crate::http::params::shorten;
use crate::id::TenantId;
use crate::store::StoreError;
use crate::token::bearer::{NotGood, NotTaken};
use crate::token::issuer::issuer_v1;

/// A "no" of Azure Resource Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no token: 401.
    NoToken,
    /// The token is not good here: 401.
    Token(NotGood),
    /// Whoever the token is about is gone, or it was revoked: 401.
    Stale(String),
    /// The token is of another tenant than what it asks for: 401.
    WrongTenant {
        /// Whose the token is.
        token: TenantId,
        /// Whose it has to be.
        wanted: TenantId,
    },
    /// The caller may not see this: 403.
    Denied(String),
    /// There is no such thing: 404.
    NotFound(&'static str, String),
    /// The address exists, but not with this verb: 405.
    WrongVerb,
    /// The query does not say which version is meant: 400.
    NoVersion,
    /// The request cannot be read: 400, 408 or 413.
    NoBody(BadBody),
    /// We broke: 503.
    Broken(String),
}

impl Refused {
    /// There is no such subscription.
    pub fn no_subscription(id: &str) -> Self {
        Refused::NotFound("SubscriptionNotFound", format!("The subscription '{}' could not be found.", shorten(id)))
    }

    /// The status it is sent with.
    pub fn status(&self) -> u16 {
        match self {
            Refused::NoToken | Refused::Token(_) | Refused::Stale(_) | Refused::WrongTenant { .. } => 401,
            Refused::Denied(_) => 403,
            Refused::NotFound(..) => 404,
            Refused::WrongVerb => 405,
            Refused::NoVersion => 400,
            Refused::NoBody(bad) => bad.status(),
            Refused::Broken(_) => 503,
        }
    }

    /// The word programs look at.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::NoToken => "AuthenticationFailed",
            Refused::Token(NotGood::Expired) => "ExpiredAuthenticationToken",
            Refused::Token(NotGood::Audience) => "InvalidAuthenticationTokenAudience",
            Refused::Token(NotGood::Issuer) | Refused::WrongTenant { .. } => "InvalidAuthenticationTokenTenant",
            Refused::Token(
                NotGood::Unreadable | NotGood::UnknownKey | NotGood::Signature | NotGood::TooEarly | NotGood::AppGone,
            )
            | Refused::Stale(_) => "InvalidAuthenticationToken",
            Refused::Denied(_) => "AuthorizationFailed",
            Refused::NotFound(code, _) => code,
            Refused::WrongVerb => "MethodNotAllowed",
            Refused::NoVersion => "MissingApiVersionParameter",
            Refused::NoBody(_) => "BadRequest",
            Refused::Broken(_) => "ServiceUnavailable",
        }
    }

    /// The sentence people read.
    pub fn message(&self) -> String {
        match self {
            Refused::NoToken => "Authentication failed. The 'Authorization' header is missing.".into(),
            Refused::Token(why) => why.text().into(),
            Refused::Stale(why) | Refused::Denied(why) | Refused::NotFound(_, why) => why.clone(),
            Refused::WrongTenant { token, wanted } => format!(
                "The access token is from the wrong issuer '{}'. It must match the tenant '{}' associated with this subscription: sign in to that tenant.",
                issuer_v1(*token),
                issuer_v1(*wanted)
            ),
            Refused::WrongVerb => "The requested resource does not support this method.".into(),
            Refused::NoVersion => {
                "The api-version query parameter (?api-version=) is required for all requests.".into()
            }
            Refused::NoBody(bad) => bad.text().into(),
            Refused::Broken(_) => "The service is temporarily unavailable.".into(),
        }
    }

    /// The body.
    pub fn body(&self) -> Value {
        json!({ "error": { "code": self.code(), "message": self.message() } })
    }
}

impl From<Nobody> for Refused {
    fn from(why: Nobody) -> Self {
        match why {
            Nobody::Gone(text) => Refused::Stale(text.to_owned()),
            Nobody::NoDelegation(text) => Refused::Denied(text),
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
