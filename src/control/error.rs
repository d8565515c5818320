//! How does the control API say no? `{"error":{"code","message","target"}}`, and for a list of mistakes `details`.
//!
//! Everything else of this folder answers with a [`Refused`]; this file alone turns one into a response.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use serde::Serialize;

use crate::directory::check::Problem;
use crate::http::body::BadBody;
use crate::keys::KeyError;
use crate::store::StoreError;

/// A "no" of the control API.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The request cannot be read: 400.
    Unreadable {
        /// Which part of it.
        target: Option<String>,
        /// What is wrong with it.
        message: String,
    },
    /// The control token is missing or wrong: 401.
    TokenNeeded,
    /// Nobody may ask this from there: 403.
    Forbidden(String),
    /// There is no such thing: 404.
    NotFound(String),
    /// The address exists, but not with this verb: 405.
    WrongVerb(&'static [&'static str]),
    /// The body does not come: 408.
    TooSlow,
    /// Something else is in the way: 409.
    Conflict(String),
    /// The body is too large: 413.
    TooLarge,
    /// The body is not of the kind this call takes: 415.
    WrongMediaType(&'static str),
    /// It can be read, and these are the mistakes in it: 422.
    Invalid(Vec<Mistake>),
    /// We broke: 503. What exactly is for the log, not for the caller.
    Broken(String),
}

/// One mistake in a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The key's path: `users.alice@example.test.roles[0]`.
    pub target: String,
    /// What is wrong, and what was probably meant.
    pub message: String,
}

impl Mistake {
    /// A mistake.
    pub fn new(target: impl Into<String>, message: impl Into<String>) -> Self {
        Self { target: target.into(), message: message.into() }
    }
}

impl Refused {
    /// A request that cannot be read.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Refused::Unreadable { target: None, message: message.into() }
    }

    /// A request of which this part cannot be read.
    pub fn unreadable_at(target: impl Into<String>, message: impl Into<String>) -> Self {
        Refused::Unreadable { target: Some(target.into()), message: message.into() }
    }

    /// One mistake.
    pub fn invalid(target: impl Into<String>, message: impl Into<String>) -> Self {
        Refused::Invalid(vec![Mistake::new(target, message)])
    }

    /// The mistakes of a world, found under this prefix of the body.
    pub fn world(prefix: &str, problems: Vec<Problem>) -> Self {
        let at = |path: String| match (prefix, path.as_str()) {
            ("", _) => path,
            (_, "") => prefix.to_owned(),
            _ => format!("{prefix}.{path}"),
        };
        Refused::Invalid(problems.into_iter().map(|problem| Mistake::new(at(problem.path), problem.message)).collect())
    }

    fn status(&self) -> StatusCode {
        match self {
            Refused::Unreadable { .. } => StatusCode::BAD_REQUEST,
            Refused::TokenNeeded => StatusCode::UNAUTHORIZED,
            Refused::Forbidden(_) => StatusCode::FORBIDDEN,
            Refused::NotFound(_) => StatusCode::NOT_FOUND,
            Refused::WrongVerb(_) => StatusCode::METHOD_NOT_ALLOWED,
            Refused::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Refused::Conflict(_) => StatusCode::CONFLICT,
            Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::WrongMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refused::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refused::Broken(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Refused::Unreadable { .. } => "bad_request",
            Refused::TokenNeeded => "unauthorized",
            Refused::Forbidden(_) => "forbidden",
            Refused::NotFound(_) => "not_found",
            Refused::WrongVerb(_) => "method_not_allowed",
            Refused::TooSlow => "request_timeout",
            Refused::Conflict(_) => "conflict",
            Refused::TooLarge => "payload_too_large",
            Refused::WrongMediaType(_) => "unsupported_media_type",
            Refused::Invalid(_) => "invalid",
            Refused::Broken(_) => "unavailable",
        }
    }

    /// The sentence for the caller.
    pub fn message(&self) -> String {
        match self {
            Refused::Unreadable { message, .. } => message.clone(),
            Refused::TokenNeeded => {
                "This server was started with a control token: send it as 'Authorization: Bearer', or as a password."
                    .into()
            }
            Refused::Forbidden(text) | Refused::NotFound(text) | Refused::Conflict(text) => text.clone(),
            Refused::WrongVerb(allowed) => format!("This address takes {}.", allowed.join(", ")),
            Refused::TooSlow => BadBody::TooSlow.text().into(),
            Refused::TooLarge => BadBody::TooLarge.text().into(),
            Refused::WrongMediaType(wanted) => format!("The body must be JSON: send it as 'Content-Type: {wanted}'."),
            Refused::Invalid(mistakes) => match mistakes.as_slice() {
                [one] => one.message.clone(),
                many => format!("There are {} mistakes; nothing was changed.", many.len()),
            },
            Refused::Broken(_) => "Something failed here; the server's log says what.".into(),
        }
    }

    fn target(&self) -> Option<&str> {
        match (self, self.details()) {
            (Refused::Unreadable { target, .. }, _) => target.as_deref(),
            (_, [one]) => Some(one.target.as_str()).filter(|target| !target.is_empty()),
            (_, _) => None,
        }
    }

    fn details(&self) -> &[Mistake] {
        if let Refused::Invalid(mistakes) = self { mistakes } else { &[] }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Broken(error.to_string())
    }
}

impl From<KeyError> for Refused {
    fn from(error: KeyError) -> Self {
        Refused::Broken(error.to_string())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: Shape<'a>,
}

#[derive(Serialize)]
struct Shape<'a> {
    code: &'a str,
    message: String,
    target: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    details: &'a [Mistake],
}

/// How the control token is shown: by programs, and by browsers, which ask for it by themselves.
pub const CHALLENGES: [&str; 2] =
    ["Bearer realm=\"standin control\"", "Basic realm=\"standin control\", charset=\"UTF-8\""];

/// A "no" as a response.
pub fn render(refused: &Refused) -> HttpResponse {
    let mut response = HttpResponse::build(refused.status());
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if let Refused::TokenNeeded = refused {
        for challenge in CHALLENGES {
            response.append_header((WWW_AUTHENTICATE, challenge));
        }
    }
    if let Refused::WrongVerb(allowed) = refused {
        response.insert_header((ALLOW, allowed.join(", ")));
    }
    if let Refused::Broken(why) = refused {
        tracing::error!("{why}");
    }
    let shape = Shape {
        code: refused.code(),
        message: refused.message(),
        target: refused.target(),
        details: refused.details(),
    };
    response.json(Body { error: shape })
}

/// There is no such thing.
pub fn not_found(text: &str) -> HttpResponse {
    render(&Refused::NotFound(text.to_owned()))
}

/// The address takes other verbs.
pub fn wrong_verb(allowed: &'static [&'static str]) -> HttpResponse {
    render(&Refused::WrongVerb(allowed))
}

/// The request cannot be read.
pub fn bad_request(text: &str) -> HttpResponse {
    render(&Refused::unreadable(text))
}

/// The body cannot be had.
pub fn unread(bad: BadBody) -> HttpResponse {
    render(&match bad {
        BadBody::TooLarge => Refused::TooLarge,
        BadBody::TooSlow => Refused::TooSlow,
        BadBody::Broken => Refused::unreadable(bad.text()),
    })
}

/// The store broke.
pub fn broken(error: &StoreError) -> HttpResponse {
    render(&Refused::Broken(error.to_string()))
}
