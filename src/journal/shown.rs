//! How is an entry shown? The members that programs find in the control API's events, null where there is nothing to say, and
//! the sentence in full.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::{Because, Entry, Fact, Kind};
use crate::time::Timestamp;

#[derive(Serialize)]
struct Shown<'a> {
    time: Timestamp,
    flow: Option<&'a str>,
    kind: Kind,
    user: Option<&'a str>,
    app: Option<&'a str>,
    summary: Cow<'a, str>,
    because: &'a [Because],
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shown {
            time: self.time,
            flow: self.flow.as_deref(),
            kind: self.kind,
            user: self.user.as_deref(),
            app: self.app.as_deref(),
            summary: self.sentence(),
            because: &self.because,
        }
        .serialize(serializer)
    }
}

impl Entry {
    /// Its sentence in full: of a request also how it was answered.
    pub fn sentence(&self) -> Cow<'_, str> {
        match self.fact {
            Some(Fact::Answered { status, .. }) => Cow::Owned(format!("{} → {status}", self.summary)),
            Some(Fact::Refused(_) | Fact::TokensIssued | Fact::SignedIn) | None => Cow::Borrowed(&self.summary),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journal::By;

    #[test]
    fn what_is_told_in_data_is_in_the_sentence_and_adds_no_member() {
        let facts = [
            (Some(Fact::Answered { by: By::Provider, status: 404 }), "GET /idp/x → 404"),
            (Some(Fact::Refused(50126)), "GET /idp/x"),
            (None, "GET /idp/x"),
        ];
        for (fact, summary) in facts {
            let entry = Entry { fact, ..Entry::new(Timestamp::default(), Kind::Request, "GET /idp/x") };
            let time = json!(Timestamp::default());
            let shown = json!({ "time": time, "flow": null, "kind": "request", "user": null, "app": null, "summary": summary, "because": [] });
            assert_eq!(json!(entry), shown);
            let whole = entry.in_flow(Some("f")).about(Some("u")).for_app(Some("a"));
            let names: Vec<_> = json!(whole).as_object().unwrap().keys().cloned().collect();
            assert_eq!(names, ["time", "flow", "kind", "user", "app", "summary", "because"]);
        }
    }
}
