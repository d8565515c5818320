//! What comes of a request: something to show, or a changed world.

use serde_json::Value;

use super::error::Refused;
use crate::directory::Directory;
use crate::directory::check::Problem;

/// What comes of a request.
#[derive(Debug)]
pub enum Outcome {
    /// There is something to show.
    Shown(Value),
    /// The world changes.
    Changed(Change),
}

/// A change of the world.
#[derive(Debug)]
pub struct Change {
    /// The world afterwards.
    pub directory: Box<Directory>,
    /// What the caller is told of it.
    pub told: Told,
    /// What was done, for the journal: the end of a sentence that begins with the caller's name.
    pub did: String,
}

/// What a caller is told of a change.
#[derive(Debug)]
pub enum Told {
    /// That it was done.
    Done,
    /// What was made, and its address.
    Created(String, Value),
    /// What it is like now.
    Now(Value),
}

/// A changed world as an outcome, when it is one that can be.
pub(super) fn made(
    directory: Result<Directory, Vec<Problem>>,
    told: Told,
    did: impl Into<String>,
) -> Result<Outcome, Refused> {
    Ok(Outcome::Changed(Change { directory: Box::new(directory?), told, did: did.into() }))
}
