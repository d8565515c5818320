//! How does the Partner Center API say no? `{"code","description","data","source"}` (Partner Center REST error codes), and
//! for a missing second factor in a way of its own.

use serde_json::{Value, json};

use crate::directory::check::Problem;
use crate::directory::world::Edition;
use crate::http::body::BadBody;
use crate::http::params::shorten;
use crate::store::StoreError;
use crate::token::bearer::{NotGood, NotTaken};

/// What every body names as the part of the service it comes from.
const SOURCE: &str = "PartnerFD";

/// A "no" of the Partner Center API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no token: 401.
    NoToken,
    /// The token is not good here: 401.
    Token(NotGood),
    /// Whoever the token is about is gone: 401.
    Stale(&'static str),
    /// Somebody without a second factor: 401, as this edition has it.
    Mfa(Edition),
    /// The caller may not do this: 403.
    Denied(String),
    /// There is no such thing, or it is somebody else's: 404.
    NotFound(Missing, String),
    /// There is nothing at this address: 404.
    NoSuchAddress,
    /// The address exists, but not with this verb: 405.
    WrongVerb(String),
    /// Something is there already: 409.
    Conflict(String),
    /// The request cannot be read, or asks for what cannot be: 400.
    Bad(String),
    /// The body cannot be had: 400, 408 or 413.
    NoBody(BadBody),
    /// We broke: 503. What exactly is for the log, not for the caller.
    Broken(String),
}

/// What is missing: each kind of thing has a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A customer.
    Customer,
    /// An account of a customer's.
    User,
    /// A subscription.
    Subscription,
    /// Anything else.
    Other,
}

impl Refused {
    /// A request that cannot be read or done.
    pub fn bad(description: impl Into<String>) -> Self {
        Refused::Bad(description.into())
    }

    /// There is no such thing: it is named as the caller named it.
    pub fn missing(what: Missing, id: &str) -> Self {
        Refused::NotFound(what, shorten(id))
    }

    /// The status it is sent with.
    pub fn status(&self) -> u16 {
        match self {
            Refused::NoToken | Refused::Token(_) | Refused::Stale(_) | Refused::Mfa(_) => 401,
            Refused::Denied(_) => 403,
            Refused::NotFound(..) | Refused::NoSuchAddress => 404,
            Refused::WrongVerb(_) => 405,
            Refused::Conflict(_) => 409,
            Refused::Bad(_) => 400,
            Refused::NoBody(bad) => bad.status(),
            Refused::Broken(_) => 503,
        }
    }

    /// The number programs look at.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::NoToken => "800001",
            Refused::Token(_) | Refused::Stale(_) => "400",
            Refused::Mfa(_) => "900421",
            Refused::Denied(_) => "2032",
            Refused::NotFound(Missing::Customer, _) => "60003",
            Refused::NotFound(Missing::User, _) => "60002",
            Refused::NotFound(Missing::Subscription, _) => "20003",
            Refused::NotFound(Missing::Other, _) | Refused::NoSuchAddress => "1000",
            Refused::WrongVerb(_) => "405",
            Refused::Conflict(_) => "409",
            Refused::Bad(_) | Refused::NoBody(_) => "800002",
            Refused::Broken(_) => "503",
        }
    }

    /// The sentence people read.
    pub fn description(&self) -> String {
        match self {
            Refused::NoToken => "Access denied: the request carries no access token.".into(),
            Refused::Token(why) => format!("Access denied: {}", why.text()),
            Refused::Stale(why) => format!("Access denied: {why}"),
            Refused::Mfa(_) => "Access denied: the token does not say that a second factor was proven.".into(),
            Refused::Denied(why) => format!("Access denied: {why}"),
            Refused::NotFound(Missing::Customer, id) => format!("There is no customer {id} of this partner."),
            Refused::NotFound(Missing::User, id) => format!("The customer has no user {id}."),
            Refused::NotFound(Missing::Subscription, id) => format!("Subscription with id {id} not found."),
            Refused::NotFound(Missing::Other, id) => format!("There is no {id}."),
            Refused::NoSuchAddress => "There is nothing at this address.".into(),
            Refused::WrongVerb(_) => "This address does not take that method.".into(),
            Refused::Conflict(why) | Refused::Bad(why) => why.clone(),
            Refused::NoBody(bad) => bad.text().into(),
            Refused::Broken(_) => "The service is temporarily unavailable.".into(),
        }
    }

    /// The body; the older editions have none where a second factor is missing.
    pub fn body(&self, correlation_id: &str) -> Option<Value> {
        match self {
            Refused::Mfa(Edition::Y2019 | Edition::Y2020) => None,
            _ => Some(json!({
                "code": self.code(),
                "description": format!("{} Correlation ID: {correlation_id}", self.description()),
                "data": [],
                "source": SOURCE,
            })),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Broken(error.to_string())
    }
}

impl From<NotTaken> for Refused {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::NotGood(why) => why.into(),
            NotTaken::Broken(error) => Refused::Broken(error.to_string()),
        }
    }
}

impl From<NotGood> for Refused {
    fn from(why: NotGood) -> Self {
        Refused::Token(why)
    }
}

/// What a change would make wrong.
impl From<Vec<Problem>> for Refused {
    fn from(problems: Vec<Problem>) -> Self {
        let told: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        Refused::Bad(told.join("; "))
    }
}
