//! How long does guessing wrong lock an account or a method?

use crate::time::{Span, Timestamp};

/// How many wrong guesses lock.
const PATIENCE: usize = 10;

/// So far apart requests can have come that are looked at in another order.
const APART: Span = Span::seconds(10);

/// Until when something is locked, given the wrong guesses since the last right one, oldest first.
///
/// The first lock lasts a minute; each wrong guess after it doubles the time, up to an hour.
pub fn locked_until(failures: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let last = failures.last()?;
    let beyond = failures.len().checked_sub(PATIENCE)?;
    let minutes = 1i64 << beyond.min(6);
    let until = last.plus(Span::minutes(minutes.min(60)));
    // A clock that was moved back must not lock anything for long. Of requests that come at once, one that is looked at
    // later may have come a little earlier: for it the clock was not moved.
    (now < until && *last <= now.plus(APART)).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_tenth_wrong_guess_locks_and_every_further_one_locks_longer() {
        let failures: Vec<_> = (1..=12).map(at).collect();
        assert_eq!(locked_until(&failures[..9], at(9)), None);
        assert_eq!(locked_until(&failures[..10], at(10)), Some(at(70)));
        assert_eq!(locked_until(&failures[..10], at(70)), None);
        assert_eq!(locked_until(&failures[..11], at(71)), Some(at(131)));
        assert_eq!(locked_until(&failures, at(12)), Some(at(252)));
    }

    #[test]
    fn a_clock_moved_back_unlocks_rather_than_locks_for_ever() {
        let failures = vec![at(1_000_000); 10];
        assert_eq!(locked_until(&failures, at(10)), None);
    }

    #[test]
    fn a_guess_that_came_a_little_before_the_last_wrong_one_and_is_looked_at_after_it_is_locked_too() {
        let failures = vec![at(100); 10];
        assert_eq!(locked_until(&failures, at(99)), Some(at(160)));
    }
}
