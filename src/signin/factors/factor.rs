//! With what does somebody prove who they are?

use serde::{Deserialize, Serialize};

use crate::directory::policy::MethodKind;

/// What a sign-in begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    /// A password.
    Password,
    /// A passkey, which needs nothing beside it.
    Passkey,
    /// A temporary access pass, which needs nothing beside it either.
    AccessPass,
    /// What another provider says.
    Federated,
}

impl First {
    /// The second factor it is at the same time, if it is one.
    pub fn factor(self) -> Option<Factor> {
        match self {
            First::Password | First::Federated => None,
            First::Passkey => Some(Factor::Passkey),
            First::AccessPass => Some(Factor::AccessPass),
        }
    }
}

/// What was proven beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// The authenticator app approved.
    Push,
    /// A code app's code.
    Totp,
    /// The code of a text message.
    Sms,
    /// A call was answered.
    Call,
    /// A security key or passkey.
    Passkey,
    /// A temporary access pass.
    AccessPass,
    /// An external authentication method of the home tenant.
    External,
    /// Another provider did it, and its assertion proves so.
    Provider,
    /// This browser was remembered.
    Remembered,
    /// The server was started to sign this account in without any page.
    Unattended,
}

impl Factor {
    /// Every one, in the order their words have in tokens.
    pub const ALL: [Factor; 10] = [
        Factor::Push,
        Factor::Totp,
        Factor::Sms,
        Factor::Call,
        Factor::Passkey,
        Factor::AccessPass,
        Factor::External,
        Factor::Provider,
        Factor::Remembered,
        Factor::Unattended,
    ];

    /// The registered method it is proven with; nothing where there is none to register.
    pub fn method(self) -> Option<MethodKind> {
        match self {
            Factor::Push => Some(MethodKind::Push),
            Factor::Totp => Some(MethodKind::Totp),
            Factor::Sms => Some(MethodKind::Sms),
            Factor::Call => Some(MethodKind::Call),
            Factor::Passkey => Some(MethodKind::Passkey),
            Factor::AccessPass | Factor::External | Factor::Provider | Factor::Remembered | Factor::Unattended => None,
        }
    }

    /// What a registered method proves; an app password proves nothing beside itself.
    pub fn of(method: MethodKind) -> Option<Self> {
        Factor::ALL.into_iter().find(|factor| factor.method() == Some(method))
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Factor::AccessPass => "temporary access pass",
            Factor::External => "external authentication method",
            Factor::Provider => "second factor of the federated provider",
            Factor::Remembered => "remembered device",
            Factor::Unattended => "unattended sign-in",
            Factor::Push | Factor::Totp | Factor::Sms | Factor::Call | Factor::Passkey => {
                self.method().map_or("", MethodKind::title)
            }
        }
    }
}
