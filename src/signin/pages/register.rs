//! How does somebody set up a way to verify? The wizard's pages; the method's own page in `verify.rs` follows.

use super::{Frame, Tile};
use askama::Template;

/// Says that the sign-in cannot go on before a method is set up.
///
/// Sends no `action` to begin, `action=later` where there is grace, `action=other` for another account.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/more_information.html")]
pub struct MoreInformation {
    pub frame: Frame,
    pub upn: String,
    /// Who wants it: the tenant's or provider's name.
    pub organization: String,
    /// How long it can be put off, where it can.
    pub days_left: Option<i64>,
    /// Why it has come to this, where something else was expected.
    pub problem: Option<String>,
}

impl MoreInformation {
    fn grace(&self) -> Option<String> {
        Some(match self.days_left? {
            ..=0 => "last day".to_owned(),
            1 => "1 day left".to_owned(),
            days => format!("{days} days left"),
        })
    }
}

/// Lets the user choose which method to set up.
///
/// Sends `action=method:{word}`, or `action=back`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/choose_method.html")]
pub struct ChooseMethod {
    pub frame: Frame,
    pub upn: String,
    pub tiles: Vec<Tile>,
    pub problem: Option<String>,
}

/// Hands the secret to a code app, RFC 6238.
///
/// Sends no `action` to go on, `action=back` for another method.
#[derive(Clone, Template)]
#[template(path = "signin/set_up_code_app.html")]
pub struct SetUpCodeApp {
    pub frame: Frame,
    pub upn: String,
    /// `uri` as an SVG element, which goes into the page as it is.
    pub qr: String,
    /// In base32, as it is to be typed.
    pub secret: String,
    /// The `otpauth:` address.
    pub uri: String,
}

/// Binds the authenticator app of the virtual phone.
///
/// Sends no `action` to go on, `action=back` for another method.
#[derive(Clone, Template)]
#[template(path = "signin/set_up_push.html")]
pub struct SetUpPush {
    pub frame: Frame,
    pub upn: String,
    /// An SVG element, which goes into the page as it is.
    pub qr: String,
}

/// What a telephone is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneUse {
    Text,
    Call,
}

/// Asks for a telephone number.
///
/// Sends `phone` and no `action`, or `action=back` for another method.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/set_up_phone.html")]
pub struct SetUpPhone {
    pub frame: Frame,
    pub upn: String,
    pub phone_use: PhoneUse,
    /// What the field holds to begin with: the number that was just refused.
    pub value: String,
    pub problem: Option<String>,
}

impl SetUpPhone {
    fn for_calls(&self) -> bool {
        self.phone_use == PhoneUse::Call
    }
}

/// Has a passkey made. This needs script, which begins when the main button is pressed.
///
/// Sends `credential`, the answer as JSON in the shape of WebAuthn Level 3's `RegistrationResponseJSON`, with no
/// `action`; or `action=back` for another method.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/set_up_passkey.html")]
pub struct SetUpPasskey {
    pub frame: Frame,
    pub upn: String,
    /// `PublicKeyCredentialCreationOptionsJSON`.
    pub options: String,
    pub problem: Option<String>,
}
