//! What time is it, in this world?
//!
//! The only place that asks the system. Everything else is given a [`Timestamp`].

mod clock;
mod span;
mod timestamp;

use std::time::{SystemTime, UNIX_EPOCH};

pub use clock::Clock;
pub use span::Span;
pub use timestamp::Timestamp;

/// The system's time: called once per request, at the edge.
#[allow(clippy::disallowed_methods)]
pub fn system() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
