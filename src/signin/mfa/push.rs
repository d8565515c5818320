//! An authenticator app is asked to approve: which number must its owner type (number matching), and what became of it?

use super::phone::{Message, State};
use crate::chance::Chance;
use crate::time::{Span, Timestamp};

/// How long a request waits on the phone.
pub const LIVES: Span = Span::seconds(60);

/// The two digits that the page shows and the phone's owner types.
pub fn number(chance: &Chance) -> String {
    let [byte] = chance.bytes::<1>();
    (10 + u32::from(byte) % 90).to_string()
}

/// Is this the number on the page?
pub fn matches(shown: &str, typed: &str) -> bool {
    shown == typed.trim()
}

/// What the page says of a request that will not be approved any more.
pub fn complaint(message: Option<&Message>, now: Timestamp) -> Option<&'static str> {
    match message.map(|message| message.state_at(now)) {
        Some(State::Waiting | State::Approved) => None,
        Some(State::Denied) => Some("The request was denied. Send another one, or use a different way to verify."),
        // A report ends the sign-in; nothing is left to say on this page.
        Some(State::Reported) => None,
        Some(State::Expired) | None => {
            Some("We didn't hear from you in time. Send another request, or use a different way to verify.")
        }
    }
}
