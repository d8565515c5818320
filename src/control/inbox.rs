//! What is on the virtual phones, and what do their owners say to it?
//!
//! The number that a push must be answered with is on the page that asked, never here: whoever answers has seen it.

use serde::Serialize;
use serde_json::Value;

use super::accounts;
use super::body::{self, Members};
use super::error::Refused;
use super::watch::LONGEST_WAIT;
use crate::directory::Directory;
use crate::http::params::Params;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::signin::mfa::phone::{self, Message, Reply, State, TooLate};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Which messages are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Whose; everybody's when left out.
    pub user: Option<Upn>,
    /// How many seconds to wait for one that waits for an answer.
    pub wait: u64,
}

impl Wanted {
    /// Reads the query. Who waits on a misspelt name would wait in vain.
    pub fn read(params: &Params, directory: &Directory) -> Result<Self, Refused> {
        body::only(params, &["user", "wait"])?;
        let user = params.get("user").map(Upn::new);
        if let Some(upn) = &user {
            accounts::named(directory, upn)?;
        }
        Ok(Self { user, wait: body::number(params, "wait", 0, LONGEST_WAIT)? })
    }
}

/// A message as the API shows it.
#[derive(Debug, Serialize)]
pub struct Shown<'m> {
    id: &'m str,
    kind: phone::Kind,
    user: &'m Upn,
    to: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'m str>,
    state: State,
    time: Timestamp,
}

impl<'m> Shown<'m> {
    /// This message, as it stands now.
    pub fn of(message: &'m Message, now: Timestamp) -> Self {
        Self {
            id: &message.id,
            kind: message.kind,
            user: &message.user,
            to: &message.to,
            code: message.code.as_deref(),
            state: message.state_at(now),
            time: message.time,
        }
    }
}

/// The message of this id, in any case: paths are in lower case when they get here, and ids are not.
pub async fn find(store: &dyn Store, id: &str, now: Timestamp) -> Result<Option<Message>, StoreError> {
    let messages = phone::inbox(store, None, now).await?;
    Ok(messages.into_iter().find(|message| message.id.eq_ignore_ascii_case(id)))
}

const ANSWERS: &str = "approve, deny or report";
const NUMBER: &str = "the number on the sign-in page, in digits";

/// What a body says to a message of this kind.
pub fn reply(body: Value, kind: phone::Kind) -> Result<Reply, Refused> {
    let mut members = Members::of(Some(body), &["answer", "number"]);
    let unnumbered = members.lacks("number");
    let number = members.read("number", NUMBER, |value| match value {
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::String(text) => digits(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let word = |value: &Value| value.as_str().and_then(|word| read(word, number.clone()));
    let reply = members.needed("answer", ANSWERS, word);
    // A number left out is a slip, not a guess: the message must not be denied by it.
    if unnumbered && kind == phone::Kind::Push && matches!(reply, Some(Reply::Approve(_))) {
        members.mistake("number", format!("A push is approved with a number: {NUMBER}."));
    }
    let reply = members.finish(reply)?;
    reply.ok_or_else(|| Refused::invalid("answer", format!("This is needed: {ANSWERS}.")))
}

/// An answer in one word, with the number that was typed.
pub fn read(word: &str, number: Option<String>) -> Option<Reply> {
    match word {
        "approve" => Some(Reply::Approve(number)),
        "deny" => Some(Reply::Deny),
        "report" => Some(Reply::Report),
        _ => None,
    }
}

/// A number as somebody typed it.
pub fn digits(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let fine = !typed.is_empty() && typed.len() <= 20 && typed.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| typed.to_owned())
}

/// Why an answer does not count, for whoever gave it.
pub fn refused(why: TooLate) -> Refused {
    match why {
        TooLate::Unknown => missing(),
        TooLate::Answered => Refused::Conflict("This message has been answered already.".to_owned()),
        TooLate::Expired => Refused::Conflict("This message was not answered in time.".to_owned()),
        TooLate::NotAnswerable => {
            Refused::Conflict("A text is answered by typing its code on the sign-in page.".to_owned())
        }
        TooLate::WrongNumber => {
            Refused::invalid("number", "That is not the number on the sign-in page; the request is denied by that.")
        }
    }
}

/// There is no such message.
pub fn missing() -> Refused {
    Refused::NotFound("There is no message of that id; they are kept for a day.".to_owned())
}

/// The journal's entry for an answer, whatever became of it.
pub fn entry(message: &Message, reply: &Reply, outcome: Result<(), TooLate>, now: Timestamp) -> Entry {
    let what = match message.kind {
        phone::Kind::Sms => "the text message",
        phone::Kind::Call => "the call",
        phone::Kind::Push => "the request in the authenticator app",
    };
    let (kind, became, because) = match (outcome, reply) {
        (Ok(()), Reply::Approve(_)) if message.kind == phone::Kind::Push => {
            (Kind::Message, "was approved", "the number typed on the phone is the one on the page")
        }
        (Ok(()), Reply::Approve(_)) => (Kind::Message, "was answered and approved", "the phone's owner pressed #"),
        (Ok(()), Reply::Deny) => (Kind::Message, "was denied", "nothing is proven by this"),
        (Ok(()), Reply::Report) => (Kind::Message, "was reported as not asked for", "nothing is proven by this"),
        (Err(TooLate::WrongNumber), _) => (
            Kind::Message,
            "was answered with a wrong number, and is denied by that",
            "number matching rejects a wrong number",
        ),
        (Err(TooLate::Expired), _) => {
            (Kind::Error, "was answered too late", "nobody answered it in time, so it proves nothing")
        }
        (Err(TooLate::NotAnswerable), _) => {
            (Kind::Error, "was to be answered on the phone", "a text is answered by typing its code on the page")
        }
        (Err(TooLate::Answered | TooLate::Unknown), _) => {
            (Kind::Error, "was answered once more", "a message is answered once")
        }
    };
    let because = vec![
        Because::new("R-24", because),
        Because::new("R-25", "it is on the virtual phone, and answered through the control API or the console"),
    ];
    Entry::new(now, kind, format!("{what} {became}")).about(Some(message.user.as_str())).with(because)
}

#[cfg(test)]
mod tests;
