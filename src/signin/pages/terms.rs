//! What does an organisation want accepted before it lets somebody in?

use super::Frame;
use askama::Template;

/// Asks to accept the terms of use.
///
/// Sends no `action` to accept, `action=back` to decline.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/terms.html")]
pub struct Terms {
    pub frame: Frame,
    pub upn: String,
    pub organization: String,
    /// The name of the policy that asks.
    pub policy: String,
}
