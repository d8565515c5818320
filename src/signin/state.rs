//! What a sign-in is about: what was demanded, what has been proven so far, what happens next.

mod demand;
mod evidence;
mod step;

use std::net::IpAddr;

use crate::directory::Directory;
use crate::signin::session::Session;
use crate::time::Timestamp;

pub use demand::{Asks, Authority, Demand, Permission, Presence, Prompt};
pub use evidence::{ConsentAnswer, Evidence, FirstProof, Remembered};
pub use step::{Asked, Authenticated, ConsentQuestion, Decision, FactorQuestion, Step};

/// Everything the decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// What is wanted.
    pub demand: &'a Demand,
    /// What this sign-in has proven.
    pub evidence: &'a Evidence,
    /// What this browser has proven before.
    pub session: &'a Session,
    /// The world's time.
    pub now: Timestamp,
    /// Where the request came from, as far as that is known.
    pub ip: Option<IpAddr>,
    /// Whose second factor this browser is remembered for, and since when.
    pub remembered: &'a [Remembered],
}
