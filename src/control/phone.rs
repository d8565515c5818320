//! What does somebody see on a virtual phone? What was sent to it, newest first, and what its code app shows.
//!
//! The number of a push is not among it: it is on the page that asked, and the phone's owner types it.

mod list;

use askama::Template;
use time::macros::format_description;
use url::form_urlencoded::byte_serialize;

pub use list::PhonesPage;

use super::accounts;
use crate::config::nearest;
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::signin::mfa::phone::{Kind, Message, State};
use crate::time::Timestamp;

/// How many seconds a code app shows a code (RFC 6238, 4.1).
const STEP: i64 = 30;

/// Where a phone is, without the world's prefix.
pub fn address(upn: &Upn) -> String {
    let name: String = byte_serialize(upn.as_str().as_bytes()).collect();
    // A form writes a space as `+`, which in a path means itself.
    format!("/console/phone/{}", name.replace('+', "%20"))
}

/// What every page of a phone needs to know around it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Fresh for each response, as in the header that `http/page.rs` sends.
    pub nonce: String,
    /// The prefix of the world, `""` or `/w/{world}`.
    pub base: String,
    /// The program's version.
    pub version: &'static str,
    /// The last entry of the journal: what comes after it is news.
    pub seen: u64,
    /// Does the world's clock stand still?
    pub stands_still: bool,
    /// The world's time.
    pub now: Timestamp,
}

impl Surroundings {
    /// Seconds until then, at least one; nothing while time does not pass.
    fn seconds_until(&self, then: Timestamp) -> Option<i64> {
        let left = then.since(self.now).millis();
        (!self.stands_still).then(|| left.saturating_add(999).div_euclid(1_000).max(1))
    }

    fn moment(&self, moment: Timestamp) -> Moment {
        let (here, today) = (moment.date_time(), self.now.date_time());
        let time = here.format(format_description!("[hour]:[minute]:[second]")).unwrap_or_default();
        let day = here.format(format_description!("[year]-[month]-[day]")).unwrap_or_default();
        let shown = if here.date() == today.date() { time } else { format!("{day} {time}") };
        Moment { exact: moment.to_string(), shown }
    }
}

/// A moment for machines and for people.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    exact: String,
    shown: String,
}

/// One phone.
#[derive(Clone, Template)]
#[template(path = "control/phone.html")]
pub struct PhonePage {
    around: Surroundings,
    upn: Upn,
    name: String,
    told: Option<Told>,
    codes: Vec<Code>,
    messages: Vec<Notification>,
    /// In how many seconds it looks different all by itself.
    again: Option<i64>,
}

/// What a code app shows.
#[derive(Clone, Debug)]
struct Code {
    /// Whose organization's account it is.
    at: String,
    code: String,
    until: Moment,
    left: Option<i64>,
}

/// A message as its phone shows it.
#[derive(Clone, Debug)]
struct Notification {
    id: String,
    kind: Kind,
    /// The application it is about.
    app: String,
    to: String,
    code: Option<String>,
    state: State,
    came: Moment,
    ends: Moment,
    /// In how many seconds its time is over.
    left: Option<i64>,
}

/// What the page says about the button that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The number was wrong.
    WrongNumber,
    /// There was none.
    NumberMissing,
    /// It was answered before.
    Answered,
    /// It came too late.
    Expired,
    /// It is a text.
    NotAnswerable,
    /// There is no such message.
    Gone,
}

impl Told {
    const ALL: [Told; 6] =
        [Told::WrongNumber, Told::NumberMissing, Told::Answered, Told::Expired, Told::NotAnswerable, Told::Gone];

    /// The word for it in an address.
    pub fn word(self) -> &'static str {
        match self {
            Told::WrongNumber => "wrong-number",
            Told::NumberMissing => "number-missing",
            Told::Answered => "answered",
            Told::Expired => "expired",
            Told::NotAnswerable => "not-answerable",
            Told::Gone => "gone",
        }
    }

    /// Which word it is.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|told| told.word() == word)
    }

    fn sentence(self) -> &'static str {
        match self {
            Told::WrongNumber => {
                "That is not the number on the sign-in page, so the request is denied. Have another one sent there."
            }
            Told::NumberMissing => "To approve, type the number that the sign-in page shows.",
            Told::Answered => "That had been answered already.",
            Told::Expired => "That came too late: the request had expired.",
            Told::NotAnswerable => "A text is answered by typing its code on the sign-in page.",
            Told::Gone => "There is no such message on this phone any more.",
        }
    }
}

impl PhonePage {
    /// The phone of a person, who may have accounts at several places.
    pub fn new(around: Surroundings, accounts: &[Account<'_>], messages: &[Message], told: Option<Told>) -> Self {
        let codes: Vec<Code> = accounts.iter().filter_map(|account| Code::of(account, &around)).collect();
        let messages: Vec<Notification> =
            messages.iter().rev().map(|message| Notification::of(message, &around)).collect();
        let first = accounts.first();
        let mut page = Self {
            upn: first.map(|account| account.upn.clone()).unwrap_or_default(),
            name: first.map(Account::title).unwrap_or_default(),
            again: None,
            around,
            told,
            codes,
            messages,
        };
        page.again = page.next_change();
        page
    }

    fn next_change(&self) -> Option<i64> {
        let codes = self.codes.iter().filter_map(|code| code.left);
        self.messages.iter().filter_map(|message| message.left).chain(codes).min()
    }
}

impl Code {
    fn of(account: &Account<'_>, around: &Surroundings) -> Option<Self> {
        let shown = accounts::shown(account, around.now)?;
        Some(Self {
            at: account.home.name().to_owned(),
            code: shown.code,
            until: around.moment(shown.valid_until),
            left: around.seconds_until(shown.valid_until),
        })
    }
}

impl Notification {
    fn of(message: &Message, around: &Surroundings) -> Self {
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

    fn waits(&self) -> bool {
        self.state == State::Waiting
    }

    fn title(&self) -> &'static str {
        match (self.kind, self.waits()) {
            (Kind::Sms, _) => "Text message",
            (Kind::Call, true) => "Incoming call",
            (Kind::Call, false) => "Call",
            (Kind::Push, true) => "Approve sign-in?",
            (Kind::Push, false) => "Sign-in request",
        }
    }

    /// The state as scripts know it.
    fn state(&self) -> &'static str {
        match self.state {
            State::Waiting => "waiting",
            State::Approved => "approved",
            State::Denied => "denied",
            State::Reported => "reported",
            State::Expired => "expired",
        }
    }

    /// The state in words.
    fn became(&self) -> &'static str {
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
    fn outline(&self) -> &'static str {
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

/// Nobody's phone.
#[derive(Clone, Template)]
#[template(path = "control/no_phone.html")]
pub struct NoPhone {
    around: Surroundings,
    upn: Upn,
    nearest: Option<Upn>,
}

impl NoPhone {
    /// There is no account of this name; perhaps of that.
    pub fn new(around: Surroundings, directory: &Directory, upn: &Upn) -> Self {
        let nearest = nearest(upn.as_str(), accounts::names(directory)).map(Upn::new);
        Self { around, upn: upn.clone(), nearest }
    }
}

#[cfg(test)]
mod tests;
