//! How far verification or registration has come in one sign-in: which method, which message, what is being set up.
//!
//! It is kept with the sign-in and changed by what somebody does on a page; see `routes/second_factor.rs`.

use serde::{Deserialize, Serialize};

use crate::directory::policy::MethodKind;
use crate::directory::user::{Methods, Passkey, Secret};
use crate::signin::factors::Factor;
use crate::time::Timestamp;

/// What was said so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    /// Which second factor was picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Factor>,
    /// Another way was asked for.
    #[serde(default)]
    pub choosing: bool,
    /// What is waiting for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// What is being registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// What was registered in this sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<MethodKind>,
    /// Registration was put off.
    #[serde(default)]
    pub skipped: bool,
    /// The phone's owner said that this sign-in is not theirs.
    #[serde(default)]
    pub reported: bool,
    /// This browser is to be remembered.
    #[serde(default)]
    pub remember: bool,
}

/// Something that waits for an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// Which factor it is about.
    pub with: Factor,
    /// The message on the virtual phone, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What a passkey was asked to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceremony: Option<String>,
    /// Until when its answer is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// That it came to nothing is written down.
    #[serde(default)]
    pub failed: bool,
}

/// How far a registration has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Which method is open.
    Choosing,
    /// A method is being set up.
    SettingUp(Pending),
    /// It has to be tried before it counts.
    Confirming(Pending),
}

/// A method that is not registered yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pending {
    /// The authenticator app.
    Push,
    /// A code app with this secret.
    Totp(Secret),
    /// Text messages to this number; none was typed yet when it is empty.
    Sms(String),
    /// Calls to this number, likewise.
    Call(String),
    /// A passkey; it was not made yet when it is empty.
    Passkey(Box<Passkey>),
}

impl Pending {
    /// Which method it is.
    pub fn kind(&self) -> MethodKind {
        match self {
            Pending::Push => MethodKind::Push,
            Pending::Totp(_) => MethodKind::Totp,
            Pending::Sms(_) => MethodKind::Sms,
            Pending::Call(_) => MethodKind::Call,
            Pending::Passkey(_) => MethodKind::Passkey,
        }
    }

    /// Adds it to what is registered: the same kind is replaced, but there can be several passkeys.
    pub fn register(self, methods: &mut Methods) {
        match self {
            Pending::Push => methods.push = true,
            Pending::Totp(secret) => methods.totp = Some(secret),
            Pending::Sms(number) => methods.sms = Some(number),
            Pending::Call(number) => methods.call = Some(number),
            Pending::Passkey(passkey) => {
                let name =
                    (1..).map(|number| format!("passkey-{number}")).find(|name| !methods.passkeys.contains_key(name));
                methods.passkeys.insert(name.unwrap_or_default(), *passkey);
            }
        }
    }
}

impl Registration {
    /// Which method it is about, once one was picked.
    pub fn kind(&self) -> Option<MethodKind> {
        match self {
            Registration::Choosing => None,
            Registration::SettingUp(pending) | Registration::Confirming(pending) => Some(pending.kind()),
        }
    }
}

impl Talk {
    /// What is being tried, if a registration has come that far.
    pub fn confirming(&self) -> Option<&Pending> {
        match &self.registration {
            Some(Registration::Confirming(pending)) => Some(pending),
            Some(Registration::Choosing | Registration::SettingUp(_)) | None => None,
        }
    }

    /// What is registered is asked for: a wizard that is still open was overtaken, and what it was about to try with it.
    pub fn leave_wizard(&mut self) {
        if self.registration.take().is_some() {
            self.challenge = None;
        }
    }

    /// The message that waits for an answer.
    pub fn message(&self) -> Option<&str> {
        self.challenge.as_ref()?.message.as_deref()
    }

    /// The open challenge for this factor.
    pub fn challenge_for(&self, with: Factor) -> Option<&Challenge> {
        self.challenge.as_ref().filter(|challenge| challenge.with == with)
    }
}
