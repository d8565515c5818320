//! What is a message on the virtual phone, what can be answered to it, and what becomes of it?

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::directory::user::Secret;
use crate::id::Upn;
use crate::store::Record;
use crate::time::Timestamp;

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
    /// Nobody answered in time, or nobody waits for the answer any more.
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

impl Message {
    /// What became of it by now.
    pub fn state_at(&self, now: Timestamp) -> State {
        match self.state {
            State::Waiting if now >= self.expires => State::Expired,
            known => known,
        }
    }
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
