//! What has somebody proven, with what, and when?

mod amr;
mod factor;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use amr::Amr;
pub use factor::{Factor, First};

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
    fn what_is_proven_again_counts_from_then() {
        let again = with(First::Password, &[Factor::Totp]).and([Second { with: Factor::Totp, at: at(9) }]);
        assert_eq!((again.mfa_at(), again.second.len()), (Some(at(9)), 1));
        assert_eq!(with(First::Password, &[Factor::Sms]).last(&[Factor::Totp]), None);
        assert_eq!(with(First::Passkey, &[]).mfa_at(), Some(at(1)));
    }
}
