//! The virtual phone: where text messages, calls and pushes go instead of leaving the process.
//!
//! A message is a record. What it gives to its sign-in is another, taken once: the code of a text when it is typed,
//! the approval of a push or call when the sign-in goes on. Who answers first takes the ticket; everybody else comes
//! too late.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{code, push};
use crate::chance::Chance;
use crate::directory::user::Secret;
use crate::id::Upn;
use crate::signin::factors::Factor;
use crate::signin::guesses::Guessed;
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

/// The list of messages, oldest first.
const INBOX: &str = "inbox";
/// How many messages are remembered.
const KEPT: usize = 1_000;
/// How long a message can be looked at.
const LOOKED_AT: Span = Span::days(1);

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A text with a code.
    Sms,
    /// A call to be answered.
    Call,
    /// A request to the authenticator app.
    Push,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing yet.
    Waiting,
    /// It was approved, or its code was used.
    Approved,
    /// It was denied, or answered with the wrong number.
    Denied,
    /// Its owner did not ask for it and said so.
    Reported,
    /// Nobody answered in time.
    Expired,
}

/// A message on the virtual phone.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// What kind it is.
    pub kind: Kind,
    /// Whose phone.
    pub user: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// The number, or the app.
    pub to: String,
    /// The code of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The number on the page that asked: the phone does not show it, its owner types it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Secret>,
    /// The application it is about.
    pub app: String,
    /// The sign-in that asked for it, as the journal calls it.
    #[serde(default)]
    pub flow: String,
    /// What became of it, as far as somebody did something.
    pub state: State,
    /// When it came.
    pub time: Timestamp,
    /// Until when it can be answered.
    pub expires: Timestamp,
}

/// The code is a secret.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { id, kind, user, home, to, app, state, time, expires, .. } = self;
        let mut told = f.debug_struct("Message");
        told.field("id", id).field("kind", kind).field("user", user).field("home", home).field("to", to);
        told.field("app", app).field("state", state).field("time", time).field("expires", expires);
        told.finish_non_exhaustive()
    }
}

impl Record for Message {
    const KIND: &'static str = "message";
}

/// The right to answer a message: whoever takes it has.
#[derive(Serialize, Deserialize)]
struct Ticket;

impl Record for Ticket {
    const KIND: &'static str = "message-ticket";
}

/// An approval that its sign-in has not taken yet.
#[derive(Serialize, Deserialize)]
struct Approval {
    /// When the phone's owner gave it: the proof counts from then.
    at: Timestamp,
}

/// How long an approval waits to be taken: whoever asked for it is in front of the page.
const APPROVAL_LIVES: Span = Span::minutes(1);

impl Record for Approval {
    const KIND: &'static str = "message-approval";
}

/// A message to be sent.
pub struct Draft<'a> {
    /// What kind it is.
    pub kind: Kind,
    /// Whose phone.
    pub user: &'a Upn,
    /// Where the account lives, by place.
    pub home: &'a str,
    /// The number, or the app.
    pub to: &'a str,
    /// The application it is about.
    pub app: &'a str,
    /// The sign-in that asks for it, as the journal calls it.
    pub flow: &'a str,
}

/// What is answered to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Yes; to a push with the number on the page.
    Approve(Option<String>),
    /// No.
    Deny,
    /// No, and it was not me.
    Report,
}

/// Why an answer does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// There is no such message.
    Unknown,
    /// It has been answered.
    Answered,
    /// Its time is over.
    Expired,
    /// A text is answered by typing its code where it is asked for.
    NotAnswerable,
    /// It was answered with the wrong number, and is denied by that.
    WrongNumber,
}

impl Message {
    /// What became of it by now.
    pub fn state_at(&self, now: Timestamp) -> State {
        match self.state {
            State::Waiting if now >= self.expires => State::Expired,
            known => known,
        }
    }
}

/// Sends a message.
pub async fn send(store: &dyn Store, chance: &Chance, draft: Draft<'_>, now: Timestamp) -> Result<Message, StoreError> {
    let lives = match draft.kind {
        Kind::Sms => code::TEXT_LIVES,
        Kind::Call => code::CALL_LIVES,
        Kind::Push => push::LIVES,
    };
    let message = Message {
        id: chance.short(),
        kind: draft.kind,
        user: draft.user.clone(),
        home: draft.home.to_owned(),
        to: draft.to.to_owned(),
        code: (draft.kind == Kind::Sms).then(|| code::fresh(chance)),
        number: (draft.kind == Kind::Push).then(|| Secret::new(push::number(chance))),
        app: draft.app.to_owned(),
        flow: draft.flow.to_owned(),
        state: State::Waiting,
        time: now,
        expires: now.plus(lives),
    };
    store.keep(&message.id, &message, now, LOOKED_AT).await?;
    store.keep(&message.id, &Ticket, now, lives).await?;
    store.append(INBOX, message.id.clone().into_bytes(), KEPT).await?;
    Ok(message)
}

/// A message by its id.
pub async fn find(store: &dyn Store, id: &str, now: Timestamp) -> Result<Option<Message>, StoreError> {
    store.find::<Message>(id, now).await
}

/// The messages on one phone, or on all, oldest first.
pub async fn inbox(store: &dyn Store, user: Option<&Upn>, now: Timestamp) -> Result<Vec<Message>, StoreError> {
    let mut messages = Vec::new();
    for (_, id) in store.read(INBOX, 0, KEPT).await? {
        let id = String::from_utf8(id).unwrap_or_default();
        let found = find(store, &id, now).await?;
        messages.extend(found.filter(|message| user.is_none_or(|user| message.user == *user)));
    }
    Ok(messages)
}

/// Answers a push or a call.
pub async fn answer(
    store: &dyn Store,
    id: &str,
    reply: Reply,
    now: Timestamp,
) -> Result<Result<Message, TooLate>, StoreError> {
    let Some(message) = find(store, id, now).await? else { return Ok(Err(TooLate::Unknown)) };
    if message.kind == Kind::Sms {
        return Ok(Err(TooLate::NotAnswerable));
    }
    if message.state_at(now) == State::Expired {
        return Ok(Err(TooLate::Expired));
    }
    if store.redeem::<Ticket>(id, now).await?.is_none() {
        return Ok(Err(TooLate::Answered));
    }
    let right = |typed: &Option<String>| match &message.number {
        Some(shown) => typed.as_deref().is_some_and(|typed| push::matches(shown.reveal(), typed)),
        None => true,
    };
    let (state, verdict) = match &reply {
        Reply::Approve(typed) if right(typed) => (State::Approved, Ok(())),
        Reply::Approve(_) => (State::Denied, Err(TooLate::WrongNumber)),
        Reply::Deny => (State::Denied, Ok(())),
        Reply::Report => (State::Reported, Ok(())),
    };
    if verdict.is_err() {
        // A number guessed wrong is a guess like any other.
        Guessed::factor(&message.home, &message.user, Factor::Push).count(store, now).await?;
    }
    let message = settle(store, message, state, now).await?;
    if state == State::Approved {
        store.keep(id, &Approval { at: now }, now, APPROVAL_LIVES).await?;
    }
    Ok(verdict.map(|()| message))
}

/// Takes the approval of a push or call, once, and soon after it was given: answers when that was.
pub async fn take_approval(store: &dyn Store, id: &str, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    Ok(store.redeem::<Approval>(id, now).await?.map(|approval| approval.at))
}

/// Is this the code of a text that still counts? It is used up by being right.
pub async fn take_code(store: &dyn Store, id: &str, typed: &str, now: Timestamp) -> Result<bool, StoreError> {
    let Some(message) = find(store, id, now).await? else { return Ok(false) };
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let right = message.code.as_ref().is_some_and(|code| Secret::new(code.as_str()).matches(&digits));
    if !right || message.state_at(now) != State::Waiting || store.redeem::<Ticket>(id, now).await?.is_none() {
        return Ok(false);
    }
    settle(store, message, State::Approved, now).await?;
    Ok(true)
}

async fn settle(store: &dyn Store, message: Message, state: State, now: Timestamp) -> Result<Message, StoreError> {
    let message = Message { state, ..message };
    store.keep(&message.id, &message, now, LOOKED_AT).await?;
    Ok(message)
}
