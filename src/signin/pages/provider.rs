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
