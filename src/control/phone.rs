//! What does somebody see on a virtual phone? What was sent to it, newest first, and what its code app shows.
//!
//! The number of a push is not among it: it is on the page that asked, and the phone's owner types it.

mod list;
mod notification;
mod surroundings;
mod told;

use askama::Template;
use url::form_urlencoded::byte_serialize;

use super::accounts;
use crate::config::nearest;
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::signin::mfa::phone::{Kind, Message};
use notification::Notification;
use surroundings::Moment;

pub use list::PhonesPage;
pub use surroundings::Surroundings;
pub use told::Told;

/// How many seconds a code app shows a code (RFC 6238, 4.1).
const STEP: i64 = 30;

/// Where a phone is, without the world's prefix.
pub fn address(upn: &Upn) -> String {
    let name: String = byte_serialize(upn.as_str().as_bytes()).collect();
    // A form writes a space as `+`, which in a path means itself.
    format!("/console/phone/{}", name.replace('+', "%20"))
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
