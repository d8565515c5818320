//! The virtual phone: where text messages, calls and pushes go instead of leaving the process.
//!
//! A message is a record. What it gives to its sign-in is another, taken once: the code of a text when it is typed,
//! the approval of a push or call when the sign-in goes on. Who answers first takes the ticket; everybody else comes
//! too late.

mod message;

use serde::{Deserialize, Serialize};

use super::{code, push};
use crate::chance::Chance;
use crate::directory::AccountRef;
use crate::directory::user::Secret;
use crate::id::Upn;
use crate::signin::factors::Factor;
use crate::signin::guesses::Guessed;
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

pub use message::{Draft, Kind, Message, Reply, State, TooLate};

/// The list of messages, oldest first.
const INBOX: &str = "inbox";

/// How many messages are remembered.
const KEPT: usize = 1_000;

/// How long a message can be looked at.
const LOOKED_AT: Span = Span::days(1);

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
    if !store.spend::<Ticket>(id, now).await? {
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
        Guessed::factor(AccountRef { home: &message.home, upn: &message.user }, Factor::Push).count(store, now).await?;
    }
    let message = settle(store, message, state, now).await?;
    if state == State::Approved {
        store.keep(id, &Approval { at: now }, now, APPROVAL_LIVES).await?;
    }
    Ok(verdict.map(|()| message))
}

/// Nobody waits for the code of a text any more: another was sent, or another way was taken. A push or a call that is on
/// the phone stays there, and can still be denied or reported.
pub async fn supersede(store: &dyn Store, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let Some(message) = find(store, id, now).await? else { return Ok(()) };
    // Who answers first takes the ticket: what is answered stays so.
    let waits = message.kind == Kind::Sms && message.state_at(now) == State::Waiting;
    if waits && store.spend::<Ticket>(id, now).await? {
        settle(store, message, State::Expired, now).await?;
    }
    Ok(())
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
    if !right || message.state_at(now) != State::Waiting || !store.spend::<Ticket>(id, now).await? {
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
