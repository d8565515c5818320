//! What does a reviewer see? The requests that wait, those in force, and those that are over.

use askama::Template;
use time::macros::format_description;

use crate::directory::Directory;
use crate::directory::exception::{Exception, ExceptionState};
use crate::time::Timestamp;

/// What the page needs to know around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Fresh for each response.
    pub nonce: String,
    /// The prefix of the world.
    pub base: String,
    /// The program's version.
    pub version: &'static str,
}

/// The page.
#[derive(Clone, Template)]
#[template(path = "control/exceptions.html")]
pub struct ExceptionsPage {
    around: Surroundings,
    told: Option<String>,
    groups: Vec<Group>,
}

/// Requests in like states.
#[derive(Clone, Debug)]
struct Group {
    id: &'static str,
    title: &'static str,
    requests: Vec<Request>,
}

/// A request as the page shows it.
#[derive(Clone, Debug)]
struct Request {
    id: String,
    tenant: String,
    reason: &'static str,
    state: &'static str,
    became: &'static str,
    product: String,
    integration: String,
    evidence: [(&'static str, String); 3],
    moments: Vec<(&'static str, Moment)>,
    filed_by: Option<String>,
    guidance: &'static str,
    waits: bool,
    holds: bool,
}

/// A moment for machines and for people.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    exact: String,
    shown: String,
}

const GROUPS: [(&str, &str, &[ExceptionState]); 3] = [
    ("waiting", "Waiting for an answer", &[ExceptionState::Submitted]),
    ("granted", "In force", &[ExceptionState::Approved]),
    ("over", "Over", &[ExceptionState::Denied, ExceptionState::Withdrawn, ExceptionState::Expired]),
];

impl ExceptionsPage {
    /// The page of a world at a moment.
    pub fn new(around: Surroundings, directory: &Directory, now: Timestamp, told: Option<String>) -> Self {
        let all = &directory.world().exceptions;
        let group = |(id, title, states): (&'static str, &'static str, &[ExceptionState])| {
            let mut of: Vec<_> = all.iter().filter(|(_, one)| states.contains(&one.state_at(now))).collect();
            of.sort_by_key(|(_, one)| one.submitted);
            let requests = of.into_iter().map(|(id, one)| Request::of(id, one, directory, now)).collect();
            Group { id, title, requests }
        };
        let groups = GROUPS.into_iter().map(group).filter(|group: &Group| !group.requests.is_empty()).collect();
        Self { around, told, groups }
    }
}

impl Request {
    fn of(id: &str, request: &Exception, directory: &Directory, now: Timestamp) -> Self {
        let state = request.state_at(now);
        let tenant = directory.tenant_by_handle(&request.tenant);
        let moments = [("Submitted", request.submitted), ("Answered by", request.due()), ("Ends", request.until)];
        let evidence = &request.evidence;
        Self {
            id: id.to_owned(),
            tenant: tenant.map_or_else(|| request.tenant.clone(), |tenant| tenant.name().to_owned()),
            reason: request.reason.title(),
            state: state.word(),
            became: became(state),
            product: request.product.clone(),
            integration: request.integration.title().to_lowercase(),
            evidence: [
                ("MFA configuration", evidence.configuration.clone()),
                ("Test result", evidence.test_result.clone()),
                ("Purchase order", evidence.purchase_order.clone()),
            ],
            moments: moments.into_iter().filter_map(|(what, when)| Some((what, moment(when?)))).collect(),
            filed_by: request.filed_by.as_ref().map(ToString::to_string),
            guidance: request.reason.guidance(),
            waits: state == ExceptionState::Submitted,
            holds: state == ExceptionState::Approved,
        }
    }
}

fn became(state: ExceptionState) -> &'static str {
    match state {
        ExceptionState::Submitted => "Under review",
        ExceptionState::Approved => "Approved",
        ExceptionState::Denied => "Denied",
        ExceptionState::Withdrawn => "Withdrawn",
        ExceptionState::Expired => "Expired",
    }
}

fn moment(at: Timestamp) -> Moment {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    Moment { exact: at.to_string(), shown: at.date_time().format(form).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::exception::{Integration, Reason};
    use crate::directory::world;

    fn page(state: ExceptionState) -> String {
        let mut world = world::partner().unwrap();
        let request = Exception {
            tenant: "wingtip".into(),
            state,
            product: "<b>Sentry</b>".into(),
            integration: Integration::CustomControl,
            reason: Reason::ThirdPartyMfa,
            submitted: Timestamp::parse("2026-11-23T10:00:00Z"),
            ..Exception::default()
        };
        world.exceptions.insert("one".into(), request);
        let directory = Directory::new(world).unwrap();
        let around = Surroundings { nonce: "n".into(), base: "/w/a".into(), version: "0" };
        let now = Timestamp::parse("2026-11-24T10:00:00Z").unwrap();
        ExceptionsPage::new(around, &directory, now, None).render().unwrap()
    }

    #[test]
    fn what_waits_can_be_decided_and_what_is_granted_taken_back() {
        let waiting = page(ExceptionState::Submitted);
        assert!(waiting.contains("data-testid=\"approve\"") && waiting.contains("data-testid=\"deny\""));
        assert!(waiting.contains("Wingtip: Our MFA product") && waiting.contains("2026-11-26 10:00 UTC"), "{waiting}");
        assert!(waiting.contains("action=\"/w/a/console/exceptions\"") && waiting.contains("<em>missing</em>"));
        let granted = page(ExceptionState::Approved);
        assert!(granted.contains("data-testid=\"withdraw\"") && !granted.contains("data-testid=\"approve\""));
        for over in [ExceptionState::Denied, ExceptionState::Withdrawn, ExceptionState::Expired] {
            assert!(!page(over).contains("<form"), "{over:?}");
        }
        assert!(!waiting.contains("<b>Sentry"), "{waiting}");
    }
}
