//! What does a world's clock show: the system's time, or another?

use serde::{Deserialize, Serialize};

use super::timestamp::LAST_SHOWN;
use super::{Span, Timestamp};

/// How a world's time relates to the system's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The system's own time.
    #[default]
    Real,
    /// So much ahead of it (or behind).
    Offset(Span),
    /// Standing still.
    Frozen(Timestamp),
}

impl Clock {
    /// The world's time, given the system's.
    pub fn now(self, system: Timestamp) -> Timestamp {
        let moment = match self {
            Clock::Real => system,
            Clock::Offset(span) => system.plus(span),
            Clock::Frozen(moment) => moment,
        };
        moment.min(LAST_SHOWN)
    }

    /// The same clock, so much later (or earlier).
    pub fn advanced(self, by: Span) -> Self {
        match self {
            Clock::Real => Clock::Offset(by),
            Clock::Offset(span) => Clock::Offset(Span::from_millis(span.millis().saturating_add(by.millis()))),
            Clock::Frozen(moment) => Clock::Frozen(moment.plus(by)),
        }
    }

    /// The same clock, set to `moment`; it stands still afterwards only if it did before.
    pub fn set(self, moment: Timestamp, system: Timestamp) -> Self {
        match self {
            Clock::Real | Clock::Offset(_) => Clock::Offset(moment.since(system)),
            Clock::Frozen(_) => Clock::Frozen(moment),
        }
    }

    /// The same time, standing still.
    pub fn frozen(self, system: Timestamp) -> Self {
        Clock::Frozen(self.now(system))
    }

    /// The same time, running.
    pub fn running(self, system: Timestamp) -> Self {
        match self {
            Clock::Frozen(moment) => Clock::Offset(moment.since(system)),
            Clock::Real | Clock::Offset(_) => self,
        }
    }

    /// Does it stand still?
    pub fn is_frozen(self) -> bool {
        matches!(self, Clock::Frozen(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_shows_a_moment_at_which_everything_has_expired() {
        let system = Timestamp::from_seconds(1_000);
        for clock in [
            Clock::Real.advanced(Span::from_millis(i64::MAX)),
            Clock::Frozen(Timestamp::from_millis(i64::MAX)),
            Clock::Offset(Span::days(3_000_000)),
        ] {
            assert!(clock.now(system) < clock.now(system).plus(Span::days(90)), "{clock:?}");
        }
    }

    #[test]
    fn a_frozen_clock_stands_still_until_it_is_moved() {
        let system = Timestamp::from_seconds(1_000);
        let frozen = Clock::Real.frozen(system);
        let later = Timestamp::from_seconds(5_000);
        assert_eq!(frozen.now(later), system);
        assert_eq!(frozen.advanced(Span::minutes(1)).now(later), Timestamp::from_seconds(1_060));
        assert_eq!(frozen.running(later).now(later), system);
        assert_eq!(Clock::Real.set(system, later).now(later), system);
    }
}
