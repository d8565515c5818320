//! What has been proven in this sign-in, and before it in this browser? And when is it void?

use serde::{Deserialize, Serialize};

use crate::directory::AccountRef;
use crate::id::Upn;
use crate::signin::factors::{First, Passed, Second};
use crate::signin::federated::{Said, SessionThere};
use crate::signin::mfa::talk::Talk;
use crate::signin::session::Session;
use crate::time::Timestamp;

/// What this sign-in has proven or been told so far, in this browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who it is, as typed or picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Upn>,
    /// Somebody asked for another account than those on offer.
    #[serde(default)]
    pub another: bool,
    /// Who proved who they are, how, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstProof>,
    /// What the revocations were when something was first proven; see [`epoch`](crate::signin::session::epoch).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// What the provider that verifies this person has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Their session at that provider, for when they sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub there: Option<SessionThere>,
    /// How often it was asked for MFA.
    #[serde(default)]
    pub asked_for_mfa: u8,
    /// How often it was asked for a sign-in that is not too old.
    #[serde(default)]
    pub asked_anew: u8,
    /// What is to be shown instead of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<First>,
    /// Whose `second`, `passed`, `talk` and `terms` are: they count for nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Upn>,
    /// What was proven beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second: Vec<Second>,
    /// The custom controls that were passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Passed>,
    /// How far verification or registration has come.
    #[serde(default)]
    pub talk: Talk,
    /// The terms that were accepted, by the policy that asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// They were not accepted.
    #[serde(default)]
    pub terms_declined: bool,
    /// Nobody is there: the server was started to sign this account in without pages.
    #[serde(default)]
    pub unattended: bool,
    /// Whether to stay signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<bool>,
    /// What was said to the consent page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentAnswer>,
}

impl Evidence {
    /// A name was typed or picked: whatever was proven or said before concerned somebody else.
    pub fn choose(&mut self, upn: Upn) {
        if self.chosen.as_ref() != Some(&upn) {
            *self = Evidence { chosen: Some(upn), ..Evidence::default() };
        }
    }

    /// The provider that verifies this person has answered: it says who it is, whatever name was typed before.
    pub fn answered(&mut self, first: FirstProof, said: Said) {
        self.choose(first.upn.clone());
        self.first = Some(first);
        self.said = Some(said);
    }

    /// This person is asked: what comes next is theirs, and what anybody else said or proved beside a password is void.
    pub fn concern(&mut self, upn: &Upn) {
        if self.of.as_ref() != Some(upn) {
            self.of = Some(upn.clone());
            self.second.clear();
            self.passed.clear();
            self.talk = Talk::default();
            self.terms.clear();
            self.terms_declined = false;
        }
        self.chosen = Some(upn.clone());
    }

    /// Whoever this concerns proved one more thing.
    pub fn prove(&mut self, second: Second) {
        self.second.retain(|known| known.with != second.with);
        self.second.push(second);
    }

    /// Who has proven something in this sign-in?
    pub fn proven_by(&self) -> Option<&Upn> {
        let beside = self.of.as_ref().filter(|_| !self.second.is_empty() || !self.passed.is_empty());
        self.first.as_ref().map(|shown| &shown.upn).or(beside)
    }

    /// Has this person proven anything in this sign-in?
    pub fn proves(&self, upn: &Upn) -> bool {
        let first = self.first.as_ref().is_some_and(|shown| shown.upn == *upn);
        first || (self.of.as_ref() == Some(upn) && !self.second.is_empty())
    }

    /// One step back: from what is shown instead of the password to the password, else to another account.
    pub fn back(&mut self) {
        if self.first.is_some() || self.instead.take().is_none() {
            self.start_over();
        }
    }

    /// Another account is wanted.
    pub fn start_over(&mut self) {
        *self = Evidence { another: true, ..Evidence::default() };
    }

    /// An account of the session was picked. Was it one?
    pub fn pick(&mut self, upn: &Upn, session: &Session) -> bool {
        let known = session.accounts.iter().any(|account| account.upn == *upn);
        if known {
            self.choose(upn.clone());
        }
        known
    }
}

/// A first factor that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstProof {
    /// Whose.
    pub upn: Upn,
    /// Which.
    pub with: First,
    /// When.
    pub at: Timestamp,
}

/// What was said to the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAnswer {
    /// Yes, for me.
    ForMe,
    /// Yes, for everybody.
    ForEveryone,
    /// No.
    Declined,
}

/// A browser that need not be asked for a second factor again for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Whose.
    pub upn: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// When it was last asked.
    pub at: Timestamp,
}

impl Remembered {
    /// Whose second factor it was.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signin::factors::Factor;

    #[test]
    fn what_one_person_proved_is_void_for_the_next() {
        let (alice, bob) = (Upn::new("alice@example.test"), Upn::new("bob@example.test"));
        let mut evidence = Evidence::default();
        evidence.concern(&alice);
        evidence.second.push(Second { with: Factor::Totp, at: Timestamp::from_seconds(0) });
        evidence.concern(&alice);
        assert!(evidence.proves(&alice) && !evidence.proves(&bob));
        evidence.concern(&bob);
        assert!(!evidence.proves(&alice) && !evidence.proves(&bob));
    }
}
