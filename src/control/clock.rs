//! What time is it in this world, and how is it changed?

use serde::Serialize;
use serde_json::Value;

use super::body::Members;
use super::error::Refused;
use crate::time::{Clock, Span, Timestamp};

/// The face of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Face {
    /// The world's time.
    pub now: Timestamp,
    /// Does it stand still?
    pub frozen: bool,
}

impl Face {
    /// What a clock shows when the system's time is this.
    pub fn of(clock: Clock, system: Timestamp) -> Self {
        Self { now: clock.now(system), frozen: clock.is_frozen() }
    }
}

/// What is to happen to a clock: it is set, then moved, then stopped or let run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    at: Option<Timestamp>,
    advance: Option<Span>,
    freeze: Option<bool>,
}

impl Turn {
    /// Reads `{"at"?, "advance"?, "freeze"?}`, of which at least one has to be there.
    pub fn read(body: Value) -> Result<Self, Refused> {
        let mut members = Members::of(Some(body), &["at", "advance", "freeze"]);
        let turn = Self {
            at: members.read("at", "a time such as 2026-11-20T10:00:00Z, after 1970", |value| moment(value.as_str()?)),
            advance: members
                .read("advance", "a length of time such as 15m, 1h30m or -5m", |value| Span::parse(value.as_str()?)),
            freeze: members.read("freeze", "true or false", Value::as_bool),
        };
        let turn = members.finish(turn)?;
        if turn == Self::default() {
            return Err(Refused::invalid("", "Nothing is asked of the clock: send 'at', 'advance' or 'freeze'."));
        }
        Ok(turn)
    }

    /// The clock afterwards.
    pub fn apply(self, clock: Clock, system: Timestamp) -> Clock {
        let clock = self.at.map_or(clock, |moment| clock.set(moment, system));
        let clock = self.advance.map_or(clock, |span| clock.advanced(span));
        match self.freeze {
            Some(true) => clock.frozen(system),
            Some(false) => clock.running(system),
            None => clock,
        }
    }
}

/// What lies before 1970 would be read as its first moment, which nobody meant.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).filter(|moment| moment.millis() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SYSTEM: i64 = 1_800_000_000;

    fn after(clock: Clock, body: Value) -> Face {
        let system = Timestamp::from_seconds(SYSTEM);
        Face::of(Turn::read(body).unwrap().apply(clock, system), system)
    }

    fn face(seconds: i64, frozen: bool) -> Face {
        Face { now: Timestamp::from_seconds(seconds), frozen }
    }

    #[test]
    fn a_clock_is_set_then_moved_then_stopped() {
        let all = json!({"freeze": true, "advance": "1h", "at": "2001-09-09T01:46:40Z"});
        assert_eq!(after(Clock::Real, all), face(1_000_003_600, true));
        assert_eq!(after(Clock::Real, json!({"advance": "-5m"})), face(SYSTEM - 300, false));
        assert_eq!(after(Clock::Real, json!({"freeze": true})), face(SYSTEM, true));
    }

    #[test]
    fn a_frozen_clock_stays_frozen_until_it_is_let_run() {
        let frozen = Clock::Frozen(Timestamp::from_seconds(1_000));
        assert_eq!(after(frozen, json!({"advance": "90s"})), face(1_090, true));
        assert_eq!(after(frozen, json!({"at": "1970-01-01T01:00:00+00:00"})), face(3_600, true));
        assert_eq!(after(frozen, json!({"freeze": false, "advance": null})), face(1_000, false));
    }

    #[test]
    fn what_makes_no_sense_is_refused_member_by_member() {
        let body = json!({"at": "tomorrow", "advance": "5", "freeze": "yes"});
        let Err(Refused::Invalid(mistakes)) = Turn::read(body) else { panic!("it was taken") };
        assert_eq!(mistakes.len(), 3);
        for body in
            [json!({}), json!({"at": null}), json!([]), json!({"at": "1969-12-31T00:00:00Z"}), json!({"advance": 5})]
        {
            assert!(Turn::read(body.clone()).is_err(), "{body}");
        }
    }
}
