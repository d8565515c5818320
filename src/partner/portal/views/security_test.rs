//! Does the token of this very session meet the requirements, and if not, which claim is missing?

use askama::Template;
use serde_json::{Map, Value};

use crate::partner::notice::Shell;
use crate::partner::requirements::{Findings, Subject, examine};
use crate::partner::sign_in::records::SiteSession;

/// What the test found.
#[derive(Template)]
#[template(path = "partner/security_test.html")]
pub struct SecurityTest {
    pub shell: Shell,
    upn: String,
    findings: Findings,
}

impl SecurityTest {
    /// The test of a session.
    pub fn new(shell: Shell, session: &SiteSession) -> Self {
        let claims: Map<String, Value> = [("amr".to_owned(), Value::from(session.amr.clone()))].into_iter().collect();
        Self { shell, upn: session.upn.to_string(), findings: examine(&claims, Subject::Partner) }
    }
}
