//! What stands around every page of a phone: the world, its time, and how much of it is left.

use time::macros::format_description;

use crate::time::Timestamp;

/// What every page of a phone needs to know around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Fresh for each response, as in the header that `http/page.rs` sends.
    pub nonce: String,
    /// The prefix of the world, `""` or `/w/{world}`.
    pub base: String,
    /// The program's version.
    pub version: &'static str,
    /// The last entry of the journal: what comes after it is news.
    pub seen: u64,
    /// Does the world's clock stand still?
    pub stands_still: bool,
    /// The world's time.
    pub now: Timestamp,
}

impl Surroundings {
    /// Seconds until then, at least one; nothing while time does not pass.
    pub(super) fn seconds_until(&self, then: Timestamp) -> Option<i64> {
        let left = then.since(self.now).millis();
        (!self.stands_still).then(|| left.saturating_add(999).div_euclid(1_000).max(1))
    }

    /// A moment as a phone shows it: the day only when it is another.
    pub(super) fn moment(&self, moment: Timestamp) -> Moment {
        let (here, today) = (moment.date_time(), self.now.date_time());
        let time = here.format(format_description!("[hour]:[minute]:[second]")).unwrap_or_default();
        let day = here.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
        let shown = if here.date() == today.date() { time } else { format!("{day} {time}") };
        Moment { exact: moment.to_string(), shown }
    }
}

/// A moment for machines and for people.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    pub exact: String,
    pub shown: String,
}
