//! When are so many working days over? Saturdays and Sundays, in UTC, are none; holidays are not known.

use time::Weekday;

use crate::time::{Span, Timestamp};

/// The same time of day, so many working days later. What comes in at a weekend is begun on Monday.
pub fn after_working_days(from: Timestamp, days: u32) -> Timestamp {
    let mut weekday = from.date_time().weekday();
    let (mut passed, mut left) = (0, days);
    while left > 0 {
        weekday = weekday.next();
        passed += 1;
        left -= u32::from(!matches!(weekday, Weekday::Saturday | Weekday::Sunday));
    }
    from.plus(Span::days(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_71_three_working_days_skip_the_weekend() {
        for (from, until) in [
            ("2026-11-23T10:00:00Z", "2026-11-26T10:00:00Z"),
            ("2026-11-24T10:00:00Z", "2026-11-27T10:00:00Z"),
            ("2026-11-25T10:00:00Z", "2026-11-30T10:00:00Z"),
            ("2026-11-26T23:59:59Z", "2026-12-01T23:59:59Z"),
            ("2026-11-27T10:00:00Z", "2026-12-02T10:00:00Z"),
            ("2026-11-28T10:00:00Z", "2026-12-02T10:00:00Z"),
            ("2026-11-29T00:00:00Z", "2026-12-02T00:00:00Z"),
        ] {
            let (from, until) = (Timestamp::parse(from).unwrap(), Timestamp::parse(until).unwrap());
            assert_eq!(after_working_days(from, 3), until, "{from}");
        }
    }

    #[test]
    fn no_days_are_no_time_and_the_end_of_time_is_not_passed() {
        let saturday = Timestamp::parse("2026-11-28T10:00:00Z").unwrap();
        assert_eq!(after_working_days(saturday, 0), saturday);
        assert_eq!(after_working_days(saturday, 1), saturday.plus(Span::days(2)));
        let last = Timestamp::from_millis(i64::MAX);
        assert_eq!(after_working_days(last, 3), last);
    }
}
