//! Is an assertion for us, from whom we trust, in answer to what we asked, and still good? SAML 2.0 profiles section
//! 4.1.4.3; SAML 1.1 core section 2.3.2.1.
//!
//! That it is rightly signed comes before this; whether it was used before, and whose account it means, after it.

use std::fmt;

use super::Assertion;
use crate::federation::brief;
use crate::time::{Span, Timestamp};

/// What an assertion has to say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// Who has to say so.
    pub issuer: &'e str,
    /// For whom it has to be meant.
    pub audience: &'e str,
    /// Where it has to be delivered.
    pub recipient: Recipient<'e>,
    /// The request it has to answer; if there was none, it must not answer any.
    pub in_response_to: Option<&'e str>,
    /// The time.
    pub now: Timestamp,
    /// How much clocks may disagree.
    pub skew: Span,
}

/// Where an assertion has to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient<'e> {
    /// It has to say so, and until when: this address (the SAML 2.0 profiles, 4.1.4.2).
    Named(&'e str),
    /// It need not say, but if it does, then one of these addresses (WS-Federation, and RFC 7522 as AD FS follows it).
    NamedOrNot(&'e [&'e str]),
}

/// What is wrong with an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Somebody else says so.
    Issuer {
        /// Who.
        found: String,
        /// Who should.
        expected: String,
    },
    /// It is meant for somebody else.
    Audience {
        /// For whom.
        found: Vec<String>,
        /// For whom it should be.
        expected: String,
    },
    /// It is to be delivered elsewhere.
    Recipient {
        /// Where.
        found: String,
        /// Where it should be.
        expected: String,
    },
    /// It does not say where it is to be delivered.
    NoRecipient,
    /// It answers another request.
    InResponseTo {
        /// Which.
        found: String,
        /// Which it should.
        expected: String,
    },
    /// It answers no request, and there was one.
    Unsolicited,
    /// It answers a request that was never made.
    NeverAsked {
        /// Which.
        found: String,
    },
    /// It holds only later.
    NotYetValid {
        /// From when on.
        begins: Timestamp,
        /// The time.
        now: Timestamp,
    },
    /// It no longer holds.
    Expired {
        /// Since when.
        ended: Timestamp,
        /// The time.
        now: Timestamp,
    },
    /// It would hold forever.
    NoEnd,
    /// Whoever bears it would count as its subject forever.
    BorneForever,
    /// The session that it tells of is over.
    SessionOver {
        /// Since when.
        ended: Timestamp,
        /// The time.
        now: Timestamp,
    },
}

/// The first thing that is wrong with an assertion, if anything is.
pub fn check(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    issuer(assertion, expected)?;
    audience(assertion, expected)?;
    recipient(assertion, expected)?;
    in_response_to(assertion, expected)?;
    lifetime(assertion, expected)?;
    session(assertion, expected)
}

fn issuer(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    if assertion.issuer == expected.issuer {
        return Ok(());
    }
    Err(Wrong::Issuer { found: assertion.issuer.clone(), expected: expected.issuer.to_owned() })
}

fn audience(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    if assertion.audiences.iter().any(|audience| audience == expected.audience) {
        return Ok(());
    }
    Err(Wrong::Audience { found: assertion.audiences.clone(), expected: expected.audience.to_owned() })
}

fn recipient(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    let (addresses, named) = match (&expected.recipient, assertion.recipient.as_deref()) {
        (Recipient::Named(_), None) => return Err(Wrong::NoRecipient),
        (Recipient::Named(_), Some(_)) if assertion.borne_until.is_none() => return Err(Wrong::BorneForever),
        (Recipient::NamedOrNot(_), None) => return Ok(()),
        (Recipient::Named(address), Some(named)) => (std::slice::from_ref(address), named),
        (Recipient::NamedOrNot(addresses), Some(named)) => (*addresses, named),
    };
    if addresses.contains(&named) {
        return Ok(());
    }
    let expected = addresses.first().copied().unwrap_or_default();
    Err(Wrong::Recipient { found: named.to_owned(), expected: expected.to_owned() })
}

fn in_response_to(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    match (expected.in_response_to, assertion.in_response_to.as_deref()) {
        (None, None) => Ok(()),
        (Some(asked), Some(answered)) if asked == answered => Ok(()),
        (Some(asked), Some(answered)) => {
            Err(Wrong::InResponseTo { found: answered.to_owned(), expected: asked.to_owned() })
        }
        (Some(_), None) => Err(Wrong::Unsolicited),
        (None, Some(answered)) => Err(Wrong::NeverAsked { found: answered.to_owned() }),
    }
}

fn lifetime(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    let now = expected.now;
    let ended = assertion.not_on_or_after.ok_or(Wrong::NoEnd)?;
    if let Some(begins) = assertion.not_before.filter(|begins| now.plus(expected.skew) < *begins) {
        return Err(Wrong::NotYetValid { begins, now });
    }
    if ended.plus(expected.skew) <= now { Err(Wrong::Expired { ended, now }) } else { Ok(()) }
}

/// A session can end before the assertion about it (core, 2.7.2).
fn session(assertion: &Assertion, expected: &Expected<'_>) -> Result<(), Wrong> {
    let now = expected.now;
    match assertion.authentication.session_ends.filter(|ended| ended.plus(expected.skew) <= now) {
        Some(ended) => Err(Wrong::SessionOver { ended, now }),
        None => Ok(()),
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Issuer { found, expected } => {
                write!(f, "the assertion is issued by '{}' instead of '{expected}'", brief(found))
            }
            Wrong::Audience { found, expected } if found.is_empty() => {
                write!(f, "the assertion does not say for whom it is, and has to be for '{expected}'")
            }
            Wrong::Audience { found, expected } => {
                write!(f, "the assertion is for '{}' instead of '{expected}'", brief(&found.join("', '")))
            }
            Wrong::Recipient { found, expected } => {
                write!(f, "the assertion is to be delivered to '{}' instead of '{expected}'", brief(found))
            }
            Wrong::NoRecipient => f.write_str("the assertion does not say where it is to be delivered"),
            Wrong::InResponseTo { found, expected } => {
                write!(f, "the assertion answers the request '{}' instead of '{expected}'", brief(found))
            }
            Wrong::Unsolicited => f.write_str("the assertion does not say which request it answers"),
            Wrong::NeverAsked { found } => {
                write!(f, "the assertion answers the request '{}', which was not made here", brief(found))
            }
            Wrong::NotYetValid { begins, now } => {
                write!(f, "the assertion is valid only from {begins}, and it is {now} here")
            }
            Wrong::Expired { ended, now } => write!(f, "the assertion ended at {ended}, and it is {now} here"),
            Wrong::NoEnd => f.write_str("the assertion does not say when it ends"),
            Wrong::BorneForever => {
                f.write_str("the assertion's SubjectConfirmationData has no NotOnOrAfter: it could be borne forever")
            }
            Wrong::SessionOver { ended, now } => {
                write!(f, "the session that the assertion tells of ended at {ended}, and it is {now} here")
            }
        }
    }
}

impl std::error::Error for Wrong {}

#[cfg(test)]
mod tests;
