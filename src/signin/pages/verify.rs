//! How does somebody prove a second time who they are? One page for each method, and the choice among them.

use super::{Frame, Tile};
use askama::Template;

/// Lets the user choose among the methods that can be used now.
///
/// Sends `action=method:{word}`, or `action=back` to cancel.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/choose_verification.html")]
pub struct ChooseVerification {
    pub frame: Frame,
    pub upn: String,
    pub tiles: Vec<Tile>,
    /// Why the method tried before is of no use now.
    pub complaint: Option<String>,
}

/// Asks for the code that a code app shows or a text message brought.
///
/// Sends `otc`, and `rememberMFA=true` when that was offered and ticked, with no `action`; or `action=again` for
/// another text message, or `action=another-way`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/enter_code.html")]
pub struct EnterCode {
    pub frame: Frame,
    pub upn: String,
    /// The number that was texted, masked; `None` when a code app shows the code.
    pub sent_to: Option<String>,
    pub error: Option<String>,
    /// For how many days this device can be remembered, where the tenant allows it.
    pub remember_days: Option<u32>,
    /// Whether it was ticked before.
    pub ticked: bool,
    /// Whether there are other ways to verify.
    pub others: bool,
}

/// Shows the number to type in the authenticator app, and waits. With script the page asks `poll` about once a
/// second and goes on by itself.
///
/// Sends `action=poll`, with `rememberMFA=true` when that was offered and ticked; or `action=again` for another
/// request, or `action=another-way`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/approve_push.html")]
pub struct ApprovePush {
    pub frame: Frame,
    pub upn: String,
    pub number: String,
    /// How the request ended without approval. The page then shows no number and waits for nothing.
    pub complaint: Option<String>,
    pub remember_days: Option<u32>,
    /// Whether it was ticked before.
    pub ticked: bool,
    pub others: bool,
    /// The address that answers `{"ResultValue":"AuthenticationPending"}` until the wait is over.
    pub poll: String,
}

/// Says which number is being called, and waits as [`ApprovePush`] does.
///
/// Sends the same as [`ApprovePush`].
#[derive(Debug, Clone, Template)]
#[template(path = "signin/answer_call.html")]
pub struct AnswerCall {
    pub frame: Frame,
    pub upn: String,
    /// The number, masked.
    pub to: String,
    /// How the call ended without an answer. The page then waits for nothing.
    pub complaint: Option<String>,
    pub remember_days: Option<u32>,
    /// Whether it was ticked before.
    pub ticked: bool,
    pub others: bool,
    pub poll: String,
}

/// Asks for a passkey. This needs script, which begins by itself unless there is a complaint already.
///
/// Sends `credential`, the answer as JSON in the shape of WebAuthn Level 3's `AuthenticationResponseJSON`, with no
/// `action`; or what its [`WayOut`] sends.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/use_passkey.html")]
pub struct UsePasskey {
    pub frame: Frame,
    pub upn: String,
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: String,
    pub complaint: Option<String>,
    pub way_out: WayOut,
}

/// Where somebody without the passkey can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut {
    /// Nowhere: it is all there is.
    None,
    /// To the other ways to verify: sends `action=another-way`.
    AnotherWay,
    /// Back to the password: sends `action=back`.
    Back,
}

impl UsePasskey {
    fn others(&self) -> bool {
        self.way_out == WayOut::AnotherWay
    }

    fn back(&self) -> bool {
        self.way_out == WayOut::Back
    }
}

/// Asks for a temporary access pass.
///
/// Sends `accesspass` and no `action`, or `action=back`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/enter_access_pass.html")]
pub struct EnterAccessPass {
    pub frame: Frame,
    pub upn: String,
    pub error: Option<String>,
}
