//! What happened in this world? The journal, filtered, as pages.

use serde::Serialize;

use super::body::{self, number};
use super::error::Refused;
use super::watch::LONGEST_WAIT;
use crate::http::params::Params;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::store::StoreError;
use crate::worlds::Isolate;

/// How many entries a page has unless fewer or more are asked for.
const USUALLY: usize = 1_000;
/// How many entries a page has at most; the journal keeps no more.
const MOST: usize = 5_000;
/// How many entries are read at once.
const CHUNK: usize = 500;

/// Which entries are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The number of the last entry already known; 0 for none.
    pub after: u64,
    /// How many are wanted at most.
    pub limit: usize,
    /// How many seconds to wait for one.
    pub wait: u64,
    flow: Option<String>,
    kinds: Vec<Kind>,
    user: Option<Upn>,
}

/// An entry with its number.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Its number.
    pub seq: u64,
    #[serde(flatten)]
    entry: Entry,
}

/// Some entries, oldest first.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The entries.
    pub value: Vec<Event>,
    /// What to pass as `after` to go on from here.
    pub next: u64,
}

impl Filter {
    /// Reads the query. A browser that reconnects names the last entry it saw in a header instead.
    pub fn read(params: &Params, last_event_id: Option<&str>) -> Result<Self, Refused> {
        body::only(params, &["after", "limit", "wait", "flow", "kind", "user"])?;
        Ok(Self {
            after: match last_event_id.and_then(|id| id.parse().ok()) {
                Some(seen) => seen,
                None => number(params, "after", 0, u64::MAX)?,
            },
            limit: usize::try_from(number(params, "limit", USUALLY as u64, MOST as u64)?).unwrap_or(MOST).max(1),
            wait: number(params, "wait", 0, LONGEST_WAIT)?,
            flow: params.get("flow").map(str::to_owned),
            kinds: kinds(params.get("kind").unwrap_or_default())?,
            user: params.get("user").map(Upn::new),
        })
    }

    /// Reads the entries asked for, as far as they are there.
    pub async fn page(&self, isolate: &Isolate) -> Result<Page, StoreError> {
        let mut page = Page { value: Vec::new(), next: self.start(isolate).await? };
        loop {
            let chunk = isolate.entries(page.next, CHUNK).await?;
            if chunk.is_empty() {
                return Ok(page);
            }
            for (seq, entry) in chunk {
                page.next = seq;
                if self.wants(&entry) {
                    page.value.push(Event { seq, entry });
                }
                if page.value.len() == self.limit {
                    return Ok(page);
                }
            }
        }
    }

    /// After a reset numbers begin at 1 again: who knows an entry that is not there starts over. One who asks again only
    /// when the new journal has grown longer than that has to know of the reset.
    async fn start(&self, isolate: &Isolate) -> Result<u64, StoreError> {
        let from_it_on = isolate.entries(self.after.saturating_sub(1), 1).await?;
        Ok(if from_it_on.is_empty() { 0 } else { self.after })
    }

    fn wants(&self, entry: &Entry) -> bool {
        let flow = self.flow.is_none() || entry.flow == self.flow;
        let kind = self.kinds.is_empty() || self.kinds.contains(&entry.kind);
        let user = self.user.is_none() || entry.user.as_deref().map(Upn::new) == self.user;
        flow && kind && user
    }
}

/// `decision,error`: any of these.
fn kinds(text: &str) -> Result<Vec<Kind>, Refused> {
    let read = |name: &str| match name.trim() {
        "request" => Ok(Kind::Request),
        "decision" => Ok(Kind::Decision),
        "token" => Ok(Kind::Token),
        "message" => Ok(Kind::Message),
        "error" => Ok(Kind::Error),
        "control" => Ok(Kind::Control),
        _ => Err(Refused::unreadable_at("kind", "The kinds are request, decision, token, message, error and control.")),
    };
    text.split(',').filter(|name| !name.is_empty()).map(read).collect()
}

#[cfg(test)]
mod tests;
