//! A moment, and the forms in which it is written.

use std::fmt;

#[cfg(test)]
use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::Span;

/// Milliseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Far enough for any test, near enough that formatting cannot fail: the last moment of the year 9999.
const LAST: i64 = 253_402_300_799_999;

/// The last moment a clock shows: what is made then still has a year before time ends for it.
pub(super) const LAST_SHOWN: Timestamp = Timestamp(LAST - Span::days(365).millis());

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
        let second = OffsetDateTime::from_unix_timestamp(self.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        second + time::Duration::milliseconds(self.0.rem_euclid(1000))
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
        from.deserialize_str(Text)
    }
}

/// A time is read where it stands.
struct Text;

impl Visitor<'_> for Text {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        Timestamp::parse(text).ok_or_else(|| E::custom("not an RFC 3339 time"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_reads_back_as_the_same_moment() {
        for millis in [0, 1, 20, 300, 999, 1_000, 1_763_000_000_000, 1_763_000_000_310, 1_763_000_000_007, LAST] {
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
