//! How does a phone show a message: its title, its picture, what became of it?

use super::{Moment, Surroundings};
use crate::signin::mfa::phone::{Kind, Message, State};

/// A message as its phone shows it.
#[derive(Clone, Debug)]
pub(super) struct Notification {
    pub id: String,
    pub kind: Kind,
    /// The application it is about.
    pub app: String,
    pub to: String,
    pub code: Option<String>,
    pub state: State,
    pub came: Moment,
    pub ends: Moment,
    /// In how many seconds its time is over.
    pub left: Option<i64>,
}

impl Notification {
    pub fn of(message: &Message, around: &Surroundings) -> Self {
        let state = message.state_at(around.now);
        let left = if state == State::Waiting { around.seconds_until(message.expires) } else { None };
        Self {
            id: message.id.clone(),
            kind: message.kind,
            app: message.app.clone(),
            to: message.to.clone(),
            code: message.code.clone(),
            state,
            came: around.moment(message.time),
            ends: around.moment(message.expires),
            left,
        }
    }

    pub fn waits(&self) -> bool {
        self.state == State::Waiting
    }

    pub fn title(&self) -> &'static str {
        match (self.kind, self.waits()) {
            (Kind::Sms, _) => "Text message",
            (Kind::Call, true) => "Incoming call",
            (Kind::Call, false) => "Call",
            (Kind::Push, true) => "Approve sign-in?",
            (Kind::Push, false) => "Sign-in request",
        }
    }

    /// The state as scripts know it.
    pub fn state(&self) -> &'static str {
        match self.state {
            State::Waiting => "waiting",
            State::Approved => "approved",
            State::Denied => "denied",
            State::Reported => "reported",
            State::Expired => "expired",
        }
    }

    /// The state in words.
    pub fn became(&self) -> &'static str {
        match (self.state, self.kind) {
            (State::Waiting, Kind::Sms) => "New",
            (State::Waiting, Kind::Call) => "Ringing",
            (State::Waiting, Kind::Push) => "Waiting",
            (State::Approved, Kind::Sms) => "Used",
            (State::Approved, Kind::Call | Kind::Push) => "Approved",
            (State::Denied, _) => "Denied",
            (State::Reported, _) => "Reported",
            (State::Expired, Kind::Call) => "Missed",
            (State::Expired, Kind::Sms | Kind::Push) => "Expired",
        }
    }

    /// The picture beside it: a path to stroke in a square of 24.
    pub fn outline(&self) -> &'static str {
        match self.kind {
            Kind::Push => "M12 3l7 2.5v5.5c0 4.5-2.8 8-7 10-4.2-2-7-5.5-7-10V5.5zM9 11.8l2.1 2.1 3.9-4.2",
            Kind::Sms => {
                "M4.5 4h15A1.5 1.5 0 0 1 21 5.5v10a1.5 1.5 0 0 1-1.5 1.5H12l-5 4v-4H4.5A1.5 1.5 0 0 1 3 15.5v-10A1.5 1.5 0 0 1 4.5 4zM7.5 8.5h9M7.5 12.5h5"
            }
            Kind::Call => {
                "M5 3h3l2 5-2.5 2a12 12 0 0 0 6.5 6.5l2-2.5 5 2v3a2 2 0 0 1-2.2 2A17.5 17.5 0 0 1 3 5.2 2 2 0 0 1 5 3z"
            }
        }
    }
}
