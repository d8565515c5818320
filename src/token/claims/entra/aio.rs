//! What does `aio` keep of the sign-in behind a token?

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::signin::factors::Factors;
use crate::signin::state::Presence;
use crate::token::claims::Person;

/// What `aio` keeps of the sign-in behind a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How and when it was proven.
    pub factors: Factors,
    /// The session's name.
    pub sid: String,
    /// Was the person there?
    #[serde(default, skip_serializing_if = "Presence::is_there")]
    pub presence: Presence,
    /// The grant it came of; a token made to order comes of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Source>,
}

/// A grant, as far as whoever has only its tokens must be able to tell whether it was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// What the revocations were.
    pub epoch: String,
}

/// `aio` is Entra's own business. Ours keeps the evidence of the sign-in, so that a service acting on behalf
/// of its caller passes on what was proven, and that nobody was there, also from tokens that do not show it.
pub(super) fn evidence(person: &Person<'_>) -> String {
    let mfa_time = person.mfa_time.unwrap_or(person.auth_time);
    let words = || Factors::from_words(person.amr.words().iter().map(String::as_str), person.auth_time, mfa_time);
    let evidence = Evidence {
        factors: person.sign_in.map_or_else(words, |behind| behind.factors.clone()),
        sid: person.sid.to_owned(),
        presence: person.sign_in.map(|behind| behind.presence).unwrap_or_default(),
        grant: person.sign_in.map(|behind| Source { id: behind.grant.to_owned(), epoch: behind.epoch.to_owned() }),
    };
    // Plain words and numbers: there is nothing in it that could fail to be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&evidence).unwrap_or_default())
}

/// Reads the evidence back out of `aio`.
pub fn read_evidence(aio: &str) -> Option<Evidence> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(aio).ok()?).ok()
}
