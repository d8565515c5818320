//! Who is signing in, and with what password? The first pages of a sign-in.

use super::{Frame, initial};
use askama::Template;

/// Asks for the user name.
///
/// Sends `loginfmt` and no `action`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/username.html")]
pub struct AskUsername {
    pub frame: Frame,
    /// What the field holds to begin with: a hint, or the name that was just refused.
    pub value: String,
    pub error: Option<String>,
}

/// Asks for the password of a managed account.
///
/// Sends `passwd` (and `login`, the name shown, which only password managers need), with no `action`;
/// or `action=back` to give another name; or the action of an [`Instead`].
#[derive(Debug, Clone, Template)]
#[template(path = "signin/password.html")]
pub struct AskPassword {
    pub frame: Frame,
    pub upn: String,
    pub error: Option<String>,
    pub instead: Vec<Instead>,
}

/// What can be given in place of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// Sends `action=access-pass`.
    AccessPass,
    /// Sends `action=passkey`.
    Passkey,
}

impl Instead {
    fn id(self) -> &'static str {
        match self {
            Instead::AccessPass => "idA_PWD_SwitchToAccessPass",
            Instead::Passkey => "idA_PWD_SwitchToFido",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Instead::AccessPass => "access-pass",
            Instead::Passkey => "passkey",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Instead::AccessPass => "Use a temporary access pass instead",
            Instead::Passkey => "Use a passkey instead",
        }
    }
}

/// An account that this browser knows.
#[derive(Debug, Clone)]
pub struct Account {
    pub upn: String,
    /// The display name; may be the same as the user name.
    pub name: String,
    pub signed_in: bool,
}

impl Account {
    pub(super) fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// What the picked account is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    SignOut,
}

/// Lets the user choose among the accounts of this browser.
///
/// Sends `action=pick:{upn}`, or `action=other` for an account not listed (only when signing in).
#[derive(Debug, Clone, Template)]
#[template(path = "signin/pick_account.html")]
pub struct PickAccount {
    pub frame: Frame,
    pub purpose: Purpose,
    pub accounts: Vec<Account>,
}

impl PickAccount {
    fn signing_out(&self) -> bool {
        self.purpose == Purpose::SignOut
    }
}

/// Asks whether the session may outlive the browser.
///
/// Sends no `action` for yes, `action=no` for no.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/stay_signed_in.html")]
pub struct StaySignedIn {
    pub frame: Frame,
    pub upn: String,
}
