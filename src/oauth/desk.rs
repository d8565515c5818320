//! What the token and authorize endpoints work with: a world and a moment, without HTTP.

use std::fmt;

use crate::chance::Chance;
use crate::directory::Directory;
use crate::http::origin::Origin;
use crate::keys::{KeyError, KeyRing};
use crate::refusal::Refusal;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;
use crate::token::jwt::SignError;

/// A world and a moment.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The facts.
    pub directory: &'a Directory,
    /// The records.
    pub store: &'a dyn Store,
    /// The keys.
    pub keys: &'a KeyRing,
    /// The chance.
    pub chance: &'a Chance,
    /// What our addresses begin with.
    pub origin: &'a Origin,
    /// Now.
    pub now: Timestamp,
    /// Where the request came from.
    pub ip: &'a str,
}

/// Why there is nothing to hand out: somebody was told no, or we broke.
#[derive(Debug)]
pub enum Denied {
    /// No.
    Refused(Box<Refusal>),
    /// We broke.
    Broken(String),
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Denied::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Denied::Broken(error.to_string())
    }
}

impl From<KeyError> for Denied {
    fn from(error: KeyError) -> Self {
        Denied::Broken(error.to_string())
    }
}

impl From<SignError> for Denied {
    fn from(error: SignError) -> Self {
        Denied::Broken(error.to_string())
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denied::Refused(refusal) => refusal.fmt(f),
            Denied::Broken(error) => f.write_str(error),
        }
    }
}
