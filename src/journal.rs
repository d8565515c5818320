//! What happened, and why: one entry for each request and each decision.
//!
//! Entries are bounded in number by the store and carry no secret: what goes in is built from names and
//! rules, never from bodies, and what strangers wrote where a name belongs is looked through once more (redact).

mod bytes;
mod fact;
mod redact;
mod shown;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use fact::{By, Fact};

/// How long a sentence can be: an entry is for reading, and a stranger's words in it are not.
const LONGEST: usize = 1_000;

/// What kind of thing an entry tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody called.
    Request,
    /// The engine decided.
    Decision,
    /// A token was issued.
    Token,
    /// Something for the virtual phone.
    Message,
    /// Somebody was told no.
    Error,
    /// The world was changed from outside.
    Control,
}

impl Kind {
    /// All of them, in the order above.
    const ALL: [Kind; 6] = [Kind::Request, Kind::Decision, Kind::Token, Kind::Message, Kind::Error, Kind::Control];
}

/// One reason: the rule or policy, and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The rule's number, or the policy's handle.
    pub rule: Cow<'static, str>,
    /// What it found, in words.
    pub text: String,
}

impl Because {
    /// A reason.
    pub fn new(rule: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { rule: rule.into(), text: cut(text.into()) }
    }
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub time: Timestamp,
    /// Which flow it belongs to.
    pub flow: Option<String>,
    /// What kind of thing.
    pub kind: Kind,
    /// Whom it is about.
    pub user: Option<String>,
    /// Which application it is about, by handle.
    pub app: Option<String>,
    /// One sentence; [`Entry::sentence`] is all of it.
    pub summary: String,
    /// Why.
    pub because: Vec<Because>,
    /// What of it programs here go by.
    pub fact: Option<Fact>,
}

impl Entry {
    /// An entry with its sentence; the rest is added by the methods below.
    pub fn new(time: Timestamp, kind: Kind, summary: impl Into<String>) -> Self {
        let summary = cut(summary.into());
        Self { time, flow: None, kind, user: None, app: None, summary, because: Vec::new(), fact: None }
    }

    /// Belonging to a flow.
    pub fn in_flow(mut self, flow: Option<&str>) -> Self {
        self.flow = flow.map(str::to_owned);
        self
    }

    /// About a person.
    pub fn about(mut self, user: Option<&str>) -> Self {
        self.user = user.map(str::to_owned);
        self
    }

    /// About an application.
    pub fn for_app(mut self, app: Option<&str>) -> Self {
        self.app = app.map(str::to_owned);
        self
    }

    /// The entry as a store holds it.
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes::write(self)
    }

    /// The entry that these bytes hold, if they hold one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes::read(bytes)
    }

    /// Telling this in data too.
    pub fn telling(mut self, fact: Fact) -> Self {
        self.fact = Some(fact);
        self
    }

    /// With its reasons.
    pub fn with(mut self, because: Vec<Because>) -> Self {
        self.because = because;
        self
    }
}

fn cut(mut sentence: String) -> String {
    // Counting letters is for those few that have so many bytes.
    if sentence.len() <= LONGEST {
        return sentence;
    }
    if let Some((end, _)) = sentence.char_indices().nth(LONGEST) {
        sentence.truncate(end);
        sentence.push('…');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_is_longer_than_anybody_reads() {
        let long = "ä".repeat(LONGEST + 1);
        let because = Because::new("R-10", long.as_str());
        let entry = Entry::new(Timestamp::default(), Kind::Error, long).with(vec![because]);
        let cut = "ä".repeat(LONGEST) + "…";
        assert_eq!((entry.summary.as_str(), entry.because[0].text.as_str()), (cut.as_str(), cut.as_str()));
        assert_eq!(Because::new("R-10", "short").text, "short");
    }
}
