//! What has somebody proven, with what, and when? And how do tokens say it?

use serde::{Deserialize, Serialize};

use crate::directory::policy::MethodKind;
use crate::time::Timestamp;

/// How somebody proved who they are, in the words of RFC 8176 and of Entra.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amr(Vec<String>);

impl Amr {
    /// From the words themselves.
    pub fn from_words(words: impl IntoIterator<Item = String>) -> Self {
        Self(words.into_iter().collect())
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

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

/// One more thing proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Second {
    /// With what.
    pub with: Factor,
    /// When.
    pub at: Timestamp,
}

/// A custom control that was passed. It is no factor: it satisfies the policies that demand it and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// The tenant whose control it is, by handle.
    pub tenant: String,
    /// The control, by handle.
    pub control: String,
    /// When.
    pub at: Timestamp,
}

/// All that somebody has proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// What it began with.
    pub first: First,
    /// When that was: tokens call it `auth_time`.
    pub at: Timestamp,
    /// What was proven beside it, in the order it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second: Vec<Second>,
    /// The custom controls that were passed besides, which no token tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Passed>,
}

impl Factors {
    /// A password alone.
    pub fn password(at: Timestamp) -> Self {
        Self { first: First::Password, at, second: Vec::new(), passed: Vec::new() }
    }

    /// The same, and one more thing; what was proven before in the same way is now proven later.
    pub fn and(mut self, more: impl IntoIterator<Item = Second>) -> Self {
        for one in more {
            self.second.retain(|known| known.with != one.with);
            self.second.push(one);
        }
        self
    }

    /// The same, with one more custom control passed.
    pub fn passing(mut self, more: impl IntoIterator<Item = Passed>) -> Self {
        for one in more {
            self.passed.retain(|known| known.tenant != one.tenant || known.control != one.control);
            self.passed.push(one);
        }
        self
    }

    /// What a session keeps: what stood in for a factor has to be found again each time, and a custom control is
    /// passed in each sign-in.
    pub fn lasting(&self) -> Self {
        let mut lasting = self.clone();
        lasting.second.retain(|second| !matches!(second.with, Factor::Remembered | Factor::Unattended));
        lasting.passed.clear();
        lasting
    }

    /// When one of these was last proven.
    pub fn last(&self, with: &[Factor]) -> Option<Timestamp> {
        let first = self.first.factor().filter(|factor| with.contains(factor)).map(|_| self.at);
        let second = self.second.iter().filter(|second| with.contains(&second.with)).map(|second| second.at);
        second.chain(first).max()
    }

    /// When a second factor, whichever, was last proven.
    pub fn mfa_at(&self) -> Option<Timestamp> {
        self.last(&Factor::ALL)
    }

    /// What these words mean, for whoever has them only: each proven at that moment.
    pub fn from_words<'w>(words: impl IntoIterator<Item = &'w str>, at: Timestamp, mfa_at: Timestamp) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let has = |word: &str| words.contains(&word);
        let first = match () {
            () if has("fed") => First::Federated,
            () if has("fido") && !has("pwd") => First::Passkey,
            () => First::Password,
        };
        let named = Factor::ALL.into_iter().filter(|factor| factor.word().is_some_and(has));
        let mut second: Vec<Second> = named.map(|with| Second { with, at: mfa_at }).collect();
        if has("mfa") && second.is_empty() {
            let with = if first == First::Federated { Factor::Provider } else { Factor::Push };
            second.push(Second { with, at: mfa_at });
        }
        Self { first, at, second: if has("mfa") { second } else { Vec::new() }, passed: Vec::new() }
    }

    /// The words tokens say it in: first what it began with, last that it was enough for "mfa".
    pub fn amr(&self) -> Amr {
        let mut words = vec![self.first.word()];
        for factor in Factor::ALL {
            if self.second.iter().any(|second| second.with == factor) {
                words.extend(factor.word());
            }
        }
        if self.mfa_at().is_some() {
            words.push("mfa");
        }
        let mut said: Vec<String> = Vec::with_capacity(words.len());
        for word in words {
            if !said.iter().any(|known| known == word) {
                said.push(word.to_owned());
            }
        }
        Amr::from_words(said)
    }
}

impl First {
    fn word(self) -> &'static str {
        match self {
            First::Password | First::AccessPass => "pwd",
            First::Passkey => "fido",
            First::Federated => "fed",
        }
    }

    /// The second factor it is at the same time, if it is one.
    pub fn factor(self) -> Option<Factor> {
        match self {
            First::Password | First::Federated => None,
            First::Passkey => Some(Factor::Passkey),
            First::AccessPass => Some(Factor::AccessPass),
        }
    }
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

    /// A push has no word of its own beside `mfa`.
    fn word(self) -> Option<&'static str> {
        match self {
            Factor::Totp => Some("otp"),
            Factor::Sms => Some("sms"),
            Factor::Call => Some("tel"),
            Factor::Passkey => Some("fido"),
            Factor::Push
            | Factor::AccessPass
            | Factor::External
            | Factor::Provider
            | Factor::Remembered
            | Factor::Unattended => None,
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn with(first: First, second: &[Factor]) -> Factors {
        let second = second.iter().map(|factor| Second { with: *factor, at: at(2) }).collect();
        Factors { first, at: at(1), second, passed: Vec::new() }
    }

    #[test]
    fn r_27_the_words_say_what_was_done_and_mfa_only_when_something_was() {
        let table: &[(First, &[Factor], &[&str])] = &[
            (First::Password, &[], &["pwd"]),
            (First::Password, &[Factor::Push], &["pwd", "mfa"]),
            (First::Password, &[Factor::Totp], &["pwd", "otp", "mfa"]),
            (First::Password, &[Factor::Sms], &["pwd", "sms", "mfa"]),
            (First::Password, &[Factor::Call], &["pwd", "tel", "mfa"]),
            (First::Password, &[Factor::Passkey], &["pwd", "fido", "mfa"]),
            (First::Password, &[Factor::Sms, Factor::Totp], &["pwd", "otp", "sms", "mfa"]),
            (First::Password, &[Factor::Remembered], &["pwd", "mfa"]),
            (First::Passkey, &[], &["fido", "mfa"]),
            (First::Passkey, &[Factor::Passkey], &["fido", "mfa"]),
            (First::Passkey, &[Factor::Totp, Factor::Passkey], &["fido", "otp", "mfa"]),
            (First::AccessPass, &[], &["pwd", "mfa"]),
            (First::Federated, &[], &["fed"]),
            (First::Federated, &[Factor::Provider], &["fed", "mfa"]),
            (First::Federated, &[Factor::Totp], &["fed", "otp", "mfa"]),
        ];
        for (first, second, words) in table {
            assert_eq!(with(*first, second).amr().words(), *words, "{first:?} {second:?}");
        }
    }

    #[test]
    fn what_is_proven_again_counts_from_then() {
        let again = with(First::Password, &[Factor::Totp]).and([Second { with: Factor::Totp, at: at(9) }]);
        assert_eq!((again.mfa_at(), again.second.len()), (Some(at(9)), 1));
        assert_eq!(with(First::Password, &[Factor::Sms]).last(&[Factor::Totp]), None);
        assert_eq!(with(First::Passkey, &[]).mfa_at(), Some(at(1)));
    }
}
