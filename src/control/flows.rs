//! How did a sign-in go? Its story, told from the journal alone: who said what to whom, and why.
//!
//! A request is journalled when it has been answered, so what was decided meanwhile stands before it; here it
//! comes first again. Paths are in lower case when they get here, and flow ids are not: they match in any case. What became
//! of it is told in data: sentences hold strangers' words, and nothing is read out of them.

pub mod page;

mod mermaid;
mod svg;

use std::collections::HashMap;

use serde::Serialize;

pub use mermaid::to_mermaid;
pub use svg::{to_inline_svg, to_svg};

use crate::journal::{Because, By, Entry, Fact, Kind};
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::worlds::Isolate;

/// How many flows are listed, the newest first.
const LISTED: usize = 100;
/// How many entries are read at once.
const CHUNK: usize = 500;

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The browser, and the application behind it.
    Browser,
    /// The Entra tenant.
    Tenant,
    /// A third-party provider.
    Provider,
}

impl Party {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Party::Browser => "Browser or application",
            Party::Tenant => "Tenant",
            Party::Provider => "Provider",
        }
    }
}

/// Somebody said something, or thought it over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// When.
    pub time: Timestamp,
    /// Who.
    pub from: Party,
    /// To whom; to itself what was decided.
    pub to: Party,
    /// What.
    pub text: String,
    /// Why.
    pub because: Vec<Because>,
}

/// A sign-in from its first request to its last token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// As the journal has it.
    pub id: String,
    /// When it began.
    pub started: Timestamp,
    /// Who signed in, as far as is known.
    pub user: Option<String>,
    /// The application, by handle.
    pub app: Option<String>,
    /// In words: "tokens issued", "signed in", "refused with AADSTS50126", "waiting".
    pub outcome: String,
    /// What happened, oldest first.
    pub steps: Vec<Step>,
}

impl Flow {
    /// Who takes part in it, from left to right. A browser and somebody to sign in at always do.
    pub fn parties(&self) -> Vec<Party> {
        let takes_part = |party: &Party| self.steps.iter().any(|step| step.from == *party || step.to == *party);
        let mut parties: Vec<Party> = [Party::Tenant, Party::Provider].into_iter().filter(takes_part).collect();
        parties.insert(0, Party::Browser);
        parties
    }
}

/// The newest flows of a world, newest first.
pub async fn list(isolate: &Isolate) -> Result<Vec<Flow>, StoreError> {
    let mut order: Vec<String> = Vec::new();
    let mut by_id: HashMap<String, Vec<Entry>> = HashMap::new();
    for entry in journal(isolate, |_| true).await? {
        let Some(id) = entry.flow.clone() else { continue };
        if !by_id.contains_key(&id) {
            order.push(id.clone());
        }
        by_id.entry(id).or_default().push(entry);
    }
    let newest = order.iter().rev().take(LISTED);
    Ok(newest.filter_map(|id| tell(by_id.get(id)?)).collect())
}

/// The flow of this id, in any case.
pub async fn find(isolate: &Isolate, id: &str) -> Result<Option<Flow>, StoreError> {
    Ok(tell(&journal(isolate, |flow| flow.eq_ignore_ascii_case(id)).await?))
}

/// The journal's entries that belong to the flows wanted.
async fn journal(isolate: &Isolate, wanted: impl Fn(&str) -> bool) -> Result<Vec<Entry>, StoreError> {
    let (mut found, mut seen) = (Vec::new(), 0);
    loop {
        let chunk = isolate.entries(seen, CHUNK).await?;
        let Some((last, _)) = chunk.last() else { return Ok(found) };
        seen = *last;
        found.extend(
            chunk.into_iter().map(|(_, entry)| entry).filter(|entry| entry.flow.as_deref().is_some_and(&wanted)),
        );
    }
}

/// The story of one flow's entries, oldest first.
pub fn tell(entries: &[Entry]) -> Option<Flow> {
    let first = entries.first()?;
    let last = |name: fn(&Entry) -> &Option<String>| entries.iter().rev().find_map(|entry| name(entry).clone());
    Some(Flow {
        id: first.flow.clone()?,
        started: first.time,
        user: last(|entry| &entry.user),
        app: last(|entry| &entry.app),
        outcome: outcome(entries),
        steps: steps(entries),
    })
}

fn steps(entries: &[Entry]) -> Vec<Step> {
    let (mut steps, mut here) = (Vec::new(), Party::Tenant);
    let mut rest = entries;
    while !rest.is_empty() {
        let request = rest.iter().position(|entry| entry.kind == Kind::Request);
        let (meanwhile, after) = rest.split_at(request.unwrap_or(rest.len()));
        let asked = after.first().map(|entry| (entry, answered(entry)));
        if let Some((entry, answered)) = asked {
            here = answered.map_or(Party::Tenant, |(party, _)| party);
            steps.push(said(entry, Party::Browser, here, entry.summary.clone()));
        }
        steps
            .extend(meanwhile.iter().map(|entry| said(entry, here, heard_by(entry.kind, here), entry.summary.clone())));
        if let Some((entry, Some((_, status)))) = asked {
            let answer = Step { because: Vec::new(), ..said(entry, here, Party::Browser, format!("answers {status}")) };
            steps.push(answer);
        }
        rest = after.get(1..).unwrap_or_default();
    }
    steps
}

fn said(entry: &Entry, from: Party, to: Party, text: String) -> Step {
    Step { time: entry.time, from, to, text, because: entry.because.clone() }
}

/// Who answered a request, and with which status.
fn answered(entry: &Entry) -> Option<(Party, u16)> {
    match entry.fact? {
        Fact::Answered { by: By::Tenant, status } => Some((Party::Tenant, status)),
        Fact::Answered { by: By::Provider, status } => Some((Party::Provider, status)),
        Fact::Refused(_) | Fact::TokensIssued | Fact::SignedIn => None,
    }
}

fn heard_by(kind: Kind, here: Party) -> Party {
    match kind {
        Kind::Token | Kind::Message | Kind::Error => Party::Browser,
        Kind::Request | Kind::Decision | Kind::Control => here,
    }
}

/// What became of it: what was said last, unless that was a mistake that may be put right, such as a wrong password. It is
/// followed by a question. Whoever is signed in stays so, whatever is looked at or decided afterwards.
fn outcome(entries: &[Entry]) -> String {
    let told: Vec<Word> =
        entries.iter().filter(|entry| !matches!(entry.kind, Kind::Request | Kind::Control)).map(word).collect();
    if let Some(Word::No(why)) = told.last() {
        return why.clone();
    }
    let yes = told.iter().rev().find_map(|word| if let Word::Yes(how) = word { Some(*how) } else { None });
    yes.unwrap_or("waiting").to_owned()
}

/// What an entry means for the outcome.
enum Word {
    Yes(&'static str),
    No(String),
    GoesOn,
}

fn word(entry: &Entry) -> Word {
    match (entry.kind, entry.fact) {
        (Kind::Error | Kind::Decision, Some(Fact::Refused(code))) => Word::No(format!("refused with AADSTS{code}")),
        (Kind::Error, _) => Word::No("refused".to_owned()),
        (Kind::Token, Some(Fact::TokensIssued)) => Word::Yes("tokens issued"),
        // A provider's word to a tenant, protocols without tokens, and sites that keep a session of their own.
        (Kind::Token, _) | (Kind::Decision, Some(Fact::SignedIn)) => Word::Yes("signed in"),
        (Kind::Decision | Kind::Message | Kind::Request | Kind::Control, _) => Word::GoesOn,
    }
}

#[cfg(test)]
mod tests;
