//! How does a sign-in end: at the application, or why not?

use std::fmt;

use serde::Serialize;
use url::Url;

/// Where a sign-in ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// The redirect to the application, when that is how it is answered; or the page of an application that this server plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The form that would be posted to the application, when that is how it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Posted>,
    /// What happened on the way, in words.
    pub steps: Vec<String>,
}

/// A form that a page would post to the application.
#[derive(Clone, Serialize)]
pub struct Posted {
    /// Where.
    pub action: String,
    /// What.
    pub fields: Vec<(String, String)>,
}

/// The fields hold codes and tokens.
impl fmt::Debug for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Posted").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Ended {
    /// A parameter of the answer, wherever it travels: query, fragment or form.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let find = |text: &str| {
            url::form_urlencoded::parse(text.as_bytes())
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.into_owned())
        };
        let address = self.location.as_deref().and_then(|location| Url::parse(location).ok());
        let carried = address.and_then(|url| url.query().and_then(find).or_else(|| url.fragment().and_then(find)));
        let posted =
            || self.form.as_ref()?.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        carried.or_else(posted)
    }
}

/// Why a sign-in did not end at the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// A page refused, with this code and sentence.
    Refused {
        /// `AADSTS…`, or a provider's word.
        code: String,
        /// The sentence.
        text: String,
    },
    /// A page asks for something that was not given, or refused what was.
    Stuck(String),
    /// The server could not be reached, or its answer not read.
    Unreachable(String),
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignInError::Refused { code, text } => write!(f, "refused with {code}: {text}"),
            SignInError::Stuck(why) => write!(f, "the sign-in stopped: {why}"),
            SignInError::Unreachable(why) => write!(f, "the server cannot be reached: {why}"),
        }
    }
}

impl std::error::Error for SignInError {}
