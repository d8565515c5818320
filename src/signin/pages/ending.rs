//! How does a sign-in, or a session, end in the browser?

use super::{Account, Frame, leads_somewhere};
use askama::Template;
use memchr::{memchr2, memchr3};
use std::fmt;

/// Hands an answer to the application by a form that submits itself (OAuth 2.0 Form Post Response Mode;
/// SAML's HTTP-POST binding; WS-Federation). Without script there is a button.
#[derive(Clone, Template)]
#[template(path = "signin/form_post.html")]
pub struct FormPost {
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub nonce: String,
    /// Where this server begins, for the links below the form.
    pub base: String,
    /// The flow it ends, for its diagram.
    pub flow: Option<String>,
}

impl FormPost {
    /// The page, in room that is taken once: what it hands over is most of it.
    pub fn page(&self) -> askama::Result<String> {
        let handed_over: usize = self.fields.iter().map(|(name, value)| name.len() + value.len() + 64).sum();
        let mut page = String::with_capacity(Self::SIZE_HINT + self.action.len() + handed_over);
        self.render_into(&mut page)?;
        Ok(page)
    }

    /// Does no letter of a value need an escape? Tokens and packed messages have none that do, and they are long.
    fn is_plain(value: &str) -> bool {
        let value = value.as_bytes();
        memchr3(b'<', b'>', b'&', value).is_none() && memchr2(b'"', b'\'', value).is_none()
    }
}

/// The fields hold codes and tokens, so only their names are shown.
impl fmt::Debug for FormPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("FormPost").field("action", &self.action).field("fields", &names).finish_non_exhaustive()
    }
}

/// The number or word of a refusal.
#[derive(Debug, Clone)]
pub enum ErrorCode {
    /// Shown as `AADSTS{number}`.
    Entra(u32),
    /// A provider's: an OAuth error code or a SAML status.
    Named(String),
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorCode::Entra(number) => write!(f, "AADSTS{number}"),
            ErrorCode::Named(name) => f.write_str(name),
        }
    }
}

/// One reason for a decision: the rule that caused it, and what it says.
#[derive(Debug, Clone)]
pub struct Reason {
    pub rule: String,
    pub text: String,
}

/// Refuses where no redirect is possible or safe. It has no form.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/error.html")]
pub struct Error {
    pub frame: Frame,
    pub code: ErrorCode,
    pub sentence: String,
    pub correlation_id: String,
    pub request_id: String,
    pub time: String,
    pub reasons: Vec<Reason>,
}

/// Asks before ending the session, when the request does not prove that the user wants it.
///
/// Sends no `action` to sign out, `action=cancel` to stay.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/sign_out_confirm.html")]
pub struct SignOutConfirm {
    pub frame: Frame,
    pub account: Account,
}

/// Where a sign-out leads back to.
#[derive(Debug, Clone)]
pub struct Return {
    pub url: String,
    /// The application's name.
    pub name: String,
}

/// Says that the session is over, and tells the applications that used it: each front-channel logout address is
/// loaded in a hidden frame. With script, `return_to` is followed once they have loaded, or the form of `post_to` is
/// sent: its address and its fields.
#[derive(Clone, Template)]
#[template(path = "signin/signed_out.html")]
pub struct SignedOut {
    pub frame: Frame,
    pub front_channel: Vec<String>,
    pub return_to: Option<Return>,
    pub post_to: Option<(String, Vec<(String, String)>)>,
}

/// The addresses of frames and the form's fields carry signed messages, so only their number is shown.
impl fmt::Debug for SignedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedOut").field("front_channel", &self.front_channel.len()).finish_non_exhaustive()
    }
}

impl SignedOut {
    /// Frames load only what a browser would fetch.
    fn frames(&self) -> impl Iterator<Item = &String> {
        self.front_channel.iter().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    }

    fn way_back(&self) -> Option<&Return> {
        self.return_to.as_ref().filter(|back| leads_somewhere(&back.url))
    }
}
