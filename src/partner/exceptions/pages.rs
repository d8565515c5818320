//! What does a partner see of its support requests: the list, the form for a new one, and the test to run before it?
//!
//! Each is the inside of a page of the portal, which puts its own frame around it.

use askama::Template;

use super::form::{DOCUMENTS, KINDS, LARGEST, Mistake, PROBLEM, PROGRAM, TOPIC, Typed};
use super::may_file;
use crate::directory::exception::{Exception, ExceptionState, Integration, Reason};
use crate::directory::{Account, Directory};
use crate::partner::requirements::Findings;
use crate::time::Timestamp;

/// The requests of a partner.
#[derive(Clone, Debug, Template)]
#[template(path = "partner/requests/list.html")]
pub struct RequestList {
    base: String,
    organization: String,
    told: Option<String>,
    may_file: bool,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    id: String,
    reason: &'static str,
    product: String,
    submitted: String,
    due: String,
    state: &'static str,
    became: &'static str,
    note: String,
}

impl RequestList {
    /// What an account sees of the requests of its own tenant, the newest first.
    pub fn new(base: &str, directory: &Directory, account: &Account<'_>, now: Timestamp, told: Option<&str>) -> Self {
        let own = |one: &Exception| one.tenant == account.home.handle();
        let mut own: Vec<_> = directory.world().exceptions.iter().filter(|(_, one)| own(one)).collect();
        own.sort_by_key(|(_, one)| std::cmp::Reverse(one.submitted));
        Self {
            base: base.to_owned(),
            organization: account.home.name().to_owned(),
            told: told.map(str::to_owned),
            may_file: may_file(account),
            rows: own.into_iter().map(|(id, one)| Row::of(id, one, now)).collect(),
        }
    }
}

impl Row {
    fn of(id: &str, request: &Exception, now: Timestamp) -> Self {
        let state = request.state_at(now);
        let (became, note) = match state {
            ExceptionState::Submitted => ("Under review", String::new()),
            ExceptionState::Approved => {
                ("Approved", request.until.map_or_else(String::new, |end| format!("until {}", day(end))))
            }
            ExceptionState::Denied => ("Denied", request.reason.guidance().to_owned()),
            ExceptionState::Withdrawn => ("Withdrawn", String::new()),
            ExceptionState::Expired => {
                ("Expired", request.until.map_or_else(String::new, |end| format!("on {}", day(end))))
            }
        };
        Self {
            id: id.to_owned(),
            reason: request.reason.title(),
            product: request.product.clone(),
            submitted: request.submitted.map(day).unwrap_or_default(),
            due: request.due().map(day).unwrap_or_default(),
            state: state.word(),
            became,
            note,
        }
    }
}

fn day(at: Timestamp) -> String {
    at.date_time().date().to_string()
}

/// The form for a new request.
#[derive(Clone, Debug, Template)]
#[template(path = "partner/requests/new.html")]
pub struct RequestForm {
    base: String,
    organization: String,
    flow_token: String,
    typed: Typed,
    choices: [Choice; 5],
    documents: [(&'static str, &'static str); 3],
    mistakes: Vec<Mistake>,
    largest: usize,
    kinds: String,
    accept: String,
}

#[derive(Clone, Debug)]
struct Choice {
    field: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: String,
}

impl RequestForm {
    /// The form as it is first shown, or again with what was wrong with it.
    pub fn new(base: &str, account: &Account<'_>, flow_token: String, typed: Typed, mistakes: Vec<Mistake>) -> Self {
        let choice = |field, label, options: Vec<(&'static str, &'static str)>, chosen: &str| Choice {
            field,
            label,
            options: [("", "Choose\u{2026}")].into_iter().chain(options).collect(),
            chosen: chosen.to_owned(),
        };
        let integrations = Integration::ALL.map(|one| (one.word(), one.title())).to_vec();
        let reasons = Reason::ALL.map(|one| (one.word(), one.title())).to_vec();
        // Who comes back to mend something has made these choices; they lead here and nowhere else.
        let again = |word: &'static str| if mistakes.is_empty() { "" } else { word };
        Self {
            base: base.to_owned(),
            organization: account.home.name().to_owned(),
            flow_token,
            choices: [
                choice("program", "Program", vec![PROGRAM], again(PROGRAM.0)),
                choice("topic", "Topic", vec![TOPIC], again(TOPIC.0)),
                choice("problem", "Problem type", vec![PROBLEM], again(PROBLEM.0)),
                choice("integration", "Kind of integration", integrations, &typed.integration),
                choice("reason", "Why you ask", reasons, &typed.reason),
            ],
            typed,
            documents: DOCUMENTS,
            mistakes,
            largest: LARGEST / 1024,
            kinds: KINDS.join(", "),
            accept: KINDS.map(|kind| format!(".{kind}")).join(","),
        }
    }

    fn mistake(&self, field: &str) -> Option<&str> {
        self.mistakes.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.text.as_str())
    }
}

/// The requirements test, run on the token of this very session.
#[derive(Clone, Debug, Template)]
#[template(path = "partner/requests/test.html")]
pub struct SecurityTest {
    /// Who is signed in.
    pub upn: String,
    /// What was found.
    pub findings: Findings,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;
    use crate::id::Upn;
    use crate::partner::requirements::examine;

    fn directory() -> Directory {
        let mut world = world::partner().unwrap();
        for (id, tenant, reason) in [
            ("one", "contoso", Reason::Powershell),
            ("two", "contoso", Reason::MoreTime),
            ("three", "wingtip", Reason::Powershell),
        ] {
            let submitted = Timestamp::parse("2026-11-23T10:00:00Z");
            let product = "<b>Sentry</b>".to_owned();
            let request = Exception { tenant: tenant.into(), reason, product, submitted, ..Exception::default() };
            world.exceptions.insert(id.into(), request);
        }
        Directory::new(world).unwrap()
    }

    #[test]
    fn r_70_a_partner_sees_its_own_requests_and_only_some_may_make_one() {
        let directory = directory();
        let list = |upn: &str, now: &str| {
            let account = directory.account(&Upn::new(upn)).unwrap();
            RequestList::new("/w/a", &directory, &account, Timestamp::parse(now).unwrap(), None).render().unwrap()
        };
        let janes = list("jane@contoso.test", "2026-11-24T10:00:00Z");
        assert_eq!(janes.matches("data-state=\"submitted\"").count(), 2, "{janes}");
        assert!(janes.contains("href=\"/w/a/portal/support/partner-requests/new\"") && janes.contains("2026-11-26"));
        assert!(!janes.contains("<b>Sentry") && !janes.contains("data-id=\"three\""));
        let sams = list("sam@contoso.test", "2026-12-24T10:00:00Z");
        assert!(!sams.contains("data-testid=\"new-request\"") && sams.contains("Only a global administrator"));
        assert!(sams.contains("more time is no reason"), "a denial says why: {sams}");
        assert!(list("john@fabrikam.test", "2026-11-24T10:00:00Z").contains("No request has been made yet"));
    }

    #[test]
    fn r_70_a_form_that_was_wrong_keeps_what_was_typed_and_says_what_is_missing() {
        let directory = directory();
        let account = directory.account(&Upn::new("jane@contoso.test")).unwrap();
        let fresh = RequestForm::new("", &account, "t".into(), Typed::default(), vec![]).render().unwrap();
        assert!(!fresh.contains("aria-invalid") && fresh.contains("MFA - Request for exception"), "{fresh}");
        assert_eq!(fresh.matches("type=\"file\"").count(), 3);
        let typed =
            Typed { product: "\"><script>".into(), integration: "custom_control".into(), reason: "clean_desk".into() };
        let mistakes = vec![Mistake { field: "test_result", text: "Attach this document.".into() }];
        let again = RequestForm::new("", &account, "t".into(), typed, mistakes).render().unwrap();
        assert!(again.contains("id=\"test_result-problem\">Attach this document.<"), "{again}");
        assert!(again.contains("value=\"custom_control\" selected") && again.contains("value=\"csp\" selected"));
        assert!(!again.contains("<script>"));
    }

    #[test]
    fn r_73_the_test_names_the_missing_claim() {
        let claims = serde_json::json!({"amr": ["fed"]});
        let findings = examine(claims.as_object().unwrap());
        let page = SecurityTest { upn: "trent@wingtip.test".into(), findings }.render().unwrap();
        assert!(
            page.contains("data-result=\"fail\"") && page.contains("amr: mfa, which the provider says as"),
            "{page}"
        );
    }
}
