//! How does the third-party provider ask who is there? With the element names of AD FS.

use super::Frame;
use askama::Template;

/// Asks for user name and password on one page.
///
/// Sends `UserName`, `Password`, `AuthMethod=FormsAuthentication` and no `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/provider_sign_in.html")]
pub struct ProviderSignIn {
    pub frame: Frame,
    pub user_name: String,
    pub error: Option<String>,
}

/// Asks for the code of the provider's own second factor. Its other pages are those of `verify.rs` and `register.rs`.
///
/// Sends `VerificationCode` and no `action`; or `action=again` for another text message, or `action=another-way`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/provider_code.html")]
pub struct ProviderCode {
    pub frame: Frame,
    pub upn: String,
    /// The number that was texted, masked; `None` when a code app shows the code.
    pub sent_to: Option<String>,
    pub error: Option<String>,
    /// Whether there are other ways to verify.
    pub others: bool,
}
