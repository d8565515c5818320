//! Which month is it? Business is billed by them.

use time::{Date, Month as Name, Time};

use crate::time::Timestamp;

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Months since the year 0.
    number: i32,
}

impl Month {
    /// The month of a moment.
    pub fn of(moment: Timestamp) -> Self {
        let date = moment.date_time().date();
        Self { number: date.year() * 12 + i32::from(u8::from(date.month())) - 1 }
    }

    /// So many months earlier.
    pub fn earlier(self, months: i32) -> Self {
        Self { number: self.number.saturating_sub(months) }
    }

    /// So many months later.
    pub fn later(self, months: i32) -> Self {
        Self { number: self.number.saturating_add(months) }
    }

    /// Its first moment.
    pub fn starts(self) -> Timestamp {
        let (year, month) = (self.number.div_euclid(12), self.number.rem_euclid(12));
        let name = u8::try_from(month + 1).ok().and_then(|month| Name::try_from(month).ok());
        let day = name.and_then(|name| Date::from_calendar_date(year, name, 1).ok());
        // What lies outside the years that can be written ends at their edge.
        let edge = if year < 1970 { 0 } else { i64::MAX };
        let seconds = day.map_or(edge, |day| day.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp());
        Timestamp::from_seconds(seconds)
    }

    /// As invoices name it: `202611`.
    pub fn digits(self) -> String {
        format!("{}{:02}", self.number.div_euclid(12), self.number.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_counted_across_years_and_to_the_edge_of_time() {
        let month = Month::of(Timestamp::parse("2026-01-31T23:59:59Z").unwrap());
        assert_eq!((month.digits(), month.starts().to_string()), ("202601".into(), "2026-01-01T00:00:00Z".into()));
        assert_eq!(month.earlier(2).starts().to_string(), "2025-11-01T00:00:00Z");
        assert_eq!(month.later(12).starts().to_string(), "2027-01-01T00:00:00Z");
        let first = Month::of(Timestamp::default());
        assert_eq!(first.earlier(5).starts(), Timestamp::default());
        assert!(
            Month::of(Timestamp::from_millis(i64::MAX)).later(2_000).starts()
                >= Timestamp::from_seconds(250_000_000_000)
        );
    }
}
