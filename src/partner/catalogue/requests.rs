//! What has a customer asked for? One request a month, of the two last months: the older one is settled.

use super::calendar::Month;
use super::number;
use crate::partner::customers::Customer;
use crate::time::{Span, Timestamp};

/// What customers ask for.
const TITLES: [&str; 6] = [
    "Mail to a partner organisation is returned",
    "A licence was assigned and does not appear",
    "Cannot share a calendar outside the organisation",
    "A phone was lost: remove its access",
    "Sign-in asks for a second factor twice",
    "Need an invoice with the purchase order number",
];

/// A customer's request for support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRequest {
    /// Its number.
    pub id: String,
    /// What it is about.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub status: Status,
    /// Since when.
    pub created: Timestamp,
    /// When somebody last wrote to it.
    pub modified: Timestamp,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Somebody is bothered.
    Minimal,
    /// Some cannot work.
    Moderate,
    /// Nobody can.
    Critical,
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody has settled it.
    Open,
    /// Somebody has.
    Closed,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Minimal => "minimal",
            Severity::Moderate => "moderate",
            Severity::Critical => "critical",
        }
    }
}

impl Status {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Closed => "closed",
        }
    }
}

/// The requests of a customer, the latest first.
pub fn service_requests(customer: &Customer<'_>, now: Timestamp) -> Vec<ServiceRequest> {
    let month = Month::of(now);
    let asked = [(month, Status::Open), (month.earlier(1), Status::Closed), (month.earlier(2), Status::Closed)];
    asked
        .into_iter()
        .map(|(month, status)| request(customer, month, status))
        .filter(|one| one.created <= now)
        .take(2)
        .collect()
}

fn request(customer: &Customer<'_>, month: Month, status: Status) -> ServiceRequest {
    let (id, digits) = (customer.facts.id.to_string(), month.digits());
    let pick = |what: &str, end| number(&[what, &id, &digits], end);
    let created = month.starts().plus(Span::hours(8 + pick("hour", 400) as i64));
    ServiceRequest {
        id: format!("6{digits}{:08}", pick("request", 100_000_000)),
        title: TITLES.get(pick("title", TITLES.len())).copied().unwrap_or_default(),
        severity: [Severity::Minimal, Severity::Minimal, Severity::Moderate, Severity::Critical]
            .get(pick("severity", 4))
            .copied()
            .unwrap_or(Severity::Minimal),
        status,
        created,
        modified: created.plus(Span::hours(1 + pick("answer", 30) as i64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, world};
    use crate::partner::customers;

    #[test]
    fn a_request_stays_what_it_was_and_is_settled_in_the_end() {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let of = |now| service_requests(&customers::of(&directory, "contoso", now)[0], now);
        let november = of(at("2026-11-29T00:00:00Z"));
        assert_eq!((november.len(), november[0].status, november[1].status), (2, Status::Open, Status::Closed));
        let december = of(at("2026-12-29T00:00:00Z"));
        assert_eq!((&december[1].id, december[1].status), (&november[0].id, Status::Closed));
        let early = of(at("2026-11-01T00:00:00Z"));
        assert!(early.iter().all(|one| one.created <= at("2026-11-01T00:00:00Z")));
        assert!(november.iter().all(|one| one.id.len() == 15 && one.created < one.modified), "{november:?}");
    }
}
