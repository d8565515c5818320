//! What time is it, in this world?
//!
//! The only place that asks the system. Everything else is given a [`Timestamp`].

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Far enough for any test, near enough that formatting cannot fail: the last moment of the year 9999.
const LAST: i64 = 253_402_300_799_999;

/// The last moment a clock shows: what is made then still has a year before time ends for it.
const LAST_SHOWN: Timestamp = Timestamp(LAST - Span::days(365).millis());

impl Timestamp {
    /// From milliseconds; what lies outside the years 1970 to 9999 is moved to their edge.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(0, LAST))
    }

    /// From whole seconds, as JWTs count.
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by so much (earlier for a negative span).
    pub fn plus(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_add(span.millis()))
    }

    /// How long after `earlier` this is; negative when it is before.
    pub fn since(self, earlier: Timestamp) -> Span {
        Span::from_millis(self.0 - earlier.0)
    }

    /// Reads RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self::from_millis)
    }

    /// The moment as the `time` crate has it.
    pub fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The form of Entra's error bodies: `2026-11-20 10:00:00Z`.
    pub fn entra(self) -> String {
        let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z");
        self.date_time().format(&form).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 32];
        let mut rest = text.as_mut_slice();
        // What is left of the room tells how much was written; the count that is returned leaves some of it out.
        let left = self.date_time().format_into(&mut rest, &Rfc3339).map_or(32, |_| rest.len());
        f.write_str(std::str::from_utf8(&text[..32 - left]).unwrap_or_default())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

#[cfg(test)]
impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A length of time as people write it: `90s`, `15m`, `1h`, `14d`; negative with a leading `-`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Span {
    /// From milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * 1000)
    }

    /// From minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// From hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// From days.
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    /// In milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// In whole seconds.
    pub const fn whole_seconds(self) -> i64 {
        self.0 / 1000
    }

    /// Reads `1h30m`, `-5m`, `90s`, `250ms`.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, mut rest) = match text.trim().strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.trim()),
        };
        let mut total: i64 = 0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = rest.split_at(digits);
            let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let (unit, tail) = tail.split_at(letters);
            let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
            total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*factor)?)?;
            rest = tail;
        }
        Some(Self(sign * total))
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0.unsigned_abs();
        if left == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (unit, millis) in UNITS {
            let count = left / millis.unsigned_abs();
            left %= millis.unsigned_abs();
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a length of time such as 1h or 15m"))
    }
}

#[cfg(test)]
impl JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^-?([0-9]+(d|h|m|s|ms))+$" })
    }
}

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
            Clock::Offset(span) => Clock::Offset(Span(span.0.saturating_add(by.0))),
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

/// The system's time: called once per request, at the edge.
#[allow(clippy::disallowed_methods)]
pub fn system() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        for (text, millis) in
            [("1h", 3_600_000), ("-5m", -300_000), ("1h30m", 5_400_000), ("14d", 1_209_600_000), ("250ms", 250)]
        {
            assert_eq!(Span::parse(text), Some(Span(millis)), "{text}");
            assert_eq!(Span(millis).to_string(), text);
        }
        for text in ["", "-", "5", "h", "5x", "1h-5m", "99999999999999999999d", "9999999999999999d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn no_clock_shows_a_moment_at_which_everything_has_expired() {
        let system = Timestamp::from_seconds(1_000);
        for clock in [Clock::Real.advanced(Span(i64::MAX)), Clock::Frozen(Timestamp(LAST)), Clock::Offset(Span(LAST))] {
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

    #[test]
    fn what_is_written_can_be_read_again() {
        for millis in [0, 1, 20, 300, 999, 1000, 1_795_230_620_243, LAST] {
            let moment = Timestamp::from_millis(millis);
            assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment), "{moment}");
        }
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_moment() {
        for millis in [0, 1, 999, 1_000, 1_763_000_000_000, 1_763_000_000_310, 1_763_000_000_007, LAST] {
            let text = Timestamp::from_millis(millis).to_string();
            assert_eq!(Timestamp::parse(&text), Some(Timestamp::from_millis(millis)), "{text}");
            assert!(text.ends_with('Z'), "{text}");
        }
    }

    #[test]
    fn no_time_is_too_absurd_to_print() {
        for millis in [i64::MIN, -1, 0, i64::MAX] {
            let moment = Timestamp::from_millis(millis);
            assert!(!moment.to_string().is_empty());
            assert!(!moment.entra().is_empty());
        }
        assert_eq!(Timestamp::from_seconds(1_763_000_000).entra(), "2025-11-13 02:13:20Z");
    }
}
