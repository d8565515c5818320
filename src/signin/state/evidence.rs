//! What has been proven in this sign-in, and before it in this browser?

use serde::{Deserialize, Serialize};

use crate::federation::upstream::KnownBy;
use crate::id::Upn;
use crate::signin::factors::{First, Passed, Second};
use crate::signin::federated::Said;
use crate::signin::mfa::talk::Talk;
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
    /// What the provider that verifies this person has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// By what that provider knows them, for when they sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<KnownBy>,
    /// How often it was asked for MFA.
    #[serde(default)]
    pub asked_for_mfa: u8,
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
