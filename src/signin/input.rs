//! What can somebody do on a page?

mod form;

use super::factors::{Factor, First};
use super::state::ConsentAnswer;
use crate::directory::user::Secret;
use crate::id::Upn;

pub use form::read;

/// What somebody did. What proves something prints as `…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Typed a user name.
    Username(Upn),
    /// Typed a password for the name chosen before.
    Password(Secret),
    /// Typed both, as a third-party provider asks.
    Both(Upn, Secret),
    /// Picked a signed-in account.
    Pick(Upn),
    /// Wants another account than those on offer, or took a name back.
    Another,
    /// Wants to prove themselves with this instead of the password, or with the password after all.
    Instead(First),
    /// Typed a temporary access pass.
    AccessPass(Secret),
    /// Showed a passkey, or made one: what the browser says of it.
    Credential(Secret),
    /// Did something about a second factor.
    SecondFactor(Act),
    /// Answered whether the terms are accepted.
    Terms(Answer),
    /// Answered whether to stay signed in.
    Stay(Answer),
    /// Answered the consent page.
    Consent(ConsentAnswer),
    /// Answered a question that is not asked any more: nothing is said by that.
    Outdated,
}

/// What is pressed on a page that asks yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Something done on the pages of verification and registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Picked a method from a list.
    Method(Factor),
    /// Wants to see the list.
    AnotherWay,
    /// Wants the message sent again.
    Again(Remember),
    /// Goes on where there is nothing to type.
    Next,
    /// Asks whether the phone has answered.
    Poll(Remember),
    /// Typed a code.
    Code(Secret, Remember),
    /// Typed a telephone number.
    Phone(String),
    /// Puts registration off.
    Later,
    /// Goes back.
    Back,
}

/// Whether this browser is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// The words by which scripts know the methods, as the real pages have them.
pub const METHODS: [(Factor, &str); 7] = [
    (Factor::Push, "PhoneAppNotification"),
    (Factor::Totp, "PhoneAppOTP"),
    (Factor::Sms, "OneWaySMS"),
    (Factor::Call, "TwoWayVoiceMobile"),
    (Factor::Passkey, "FidoKey"),
    (Factor::AccessPass, "AccessPass"),
    (Factor::External, "ExternalAuth"),
];
