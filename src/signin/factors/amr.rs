//! How do tokens say what was proven, and what does it mean where one says it?

use serde::{Deserialize, Serialize};

use super::{Factor, Factors, First, Second};
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

impl Factors {
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
}

impl First {
    fn word(self) -> &'static str {
        match self {
            First::Password | First::AccessPass => "pwd",
            First::Passkey => "fido",
            First::Federated => "fed",
        }
    }
}

impl Factor {
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
}
