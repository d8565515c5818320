//! What does the form for a technical exception ask, and what is said to one that was filled in wrongly?

use askama::Template;

use crate::directory::exception::{Integration, Reason};
use crate::partner::exceptions::form::{DOCUMENTS, KINDS, LARGEST, Mistake, PROBLEM, PROGRAM, TOPIC, Typed};
use crate::partner::notice::Shell;

/// The form.
#[derive(Template)]
#[template(path = "partner/new_request.html")]
pub struct NewRequest {
    pub shell: Shell,
    flow_token: String,
    typed: Typed,
    choices: [Choice; 5],
    documents: [(&'static str, &'static str); 3],
    mistakes: Vec<Mistake>,
    largest: usize,
    kinds: String,
    accept: String,
}

struct Choice {
    field: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: String,
}

impl NewRequest {
    /// The form as it is first shown, or again with what was wrong with it.
    pub fn new(shell: Shell, flow_token: String, typed: Typed, mistakes: Vec<Mistake>) -> Self {
        let choice = |field, label, options: Vec<(&'static str, &'static str)>, chosen: &str| Choice {
            field,
            label,
            options: [("", "Choose\u{2026}")].into_iter().chain(options).collect(),
            chosen: chosen.to_owned(),
        };
        let integrations = Integration::ALL.map(|one| (one.word(), one.title())).to_vec();
        let reasons = Reason::ALL.map(|one| (one.word(), one.title())).to_vec();
        // Whoever comes back to mend something finds these made: they lead here and nowhere else.
        let again = |word: &'static str| if mistakes.is_empty() { "" } else { word };
        Self {
            shell,
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
