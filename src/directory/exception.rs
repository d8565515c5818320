//! Is a partner excused from proving a second factor? Its requests for a technical exception, and what became of them.
//!
//! Follows Microsoft's article on the partner security requirements, "technical exceptions", in its dated form: who
//! asks, for which reasons, with which evidence, and that an answer takes up to three working days.

mod integration;
mod reason;
mod working_days;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Upn;
use crate::time::Timestamp;

pub use integration::Integration;
pub use reason::Reason;
pub use working_days::after_working_days;

/// How many working days a review takes at most.
const REVIEW: u32 = 3;

/// A request to be excused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Exception {
    /// The partner tenant's handle.
    pub tenant: String,
    /// What was last said to it; what it amounts to by now is another question.
    pub state: ExceptionState,
    /// The product that cannot do what is asked.
    pub product: String,
    /// How that product is joined to the tenant.
    pub integration: Integration,
    /// Why it is asked for.
    pub reason: Reason,
    /// What was handed in with it, by name.
    pub evidence: Evidence,
    /// Who asked.
    pub filed_by: Option<Upn>,
    /// When it was asked. One that was never dated waits until somebody decides it.
    pub submitted: Option<Timestamp>,
    /// By when it is answered; three working days after it was asked, when left out.
    pub due: Option<Timestamp>,
    /// Until when it is granted; for good, when left out.
    pub until: Option<Timestamp>,
}

/// Where in its life a request is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExceptionState {
    /// Waiting for an answer.
    #[default]
    Submitted,
    /// Granted.
    Approved,
    /// Not granted.
    Denied,
    /// Taken back, by either side.
    Withdrawn,
    /// Granted once, and over.
    Expired,
}

/// What is handed in with a request, by name: the documents themselves stay with whoever has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// How MFA is configured.
    pub configuration: String,
    /// What the requirements test says.
    pub test_result: String,
    /// That the product was bought.
    pub purchase_order: String,
}

impl Evidence {
    /// Is all of it there?
    pub fn is_complete(&self) -> bool {
        let Self { configuration, test_result, purchase_order } = self;
        [configuration, test_result, purchase_order].iter().all(|name| !name.trim().is_empty())
    }
}

impl Exception {
    /// How a reason calls it: by its handle, and by the product where one is named.
    pub fn called(&self, handle: &str) -> String {
        match self.product.trim() {
            "" => format!("the technical exception {handle}"),
            product => format!("the technical exception {handle} for {product}"),
        }
    }

    /// By when it is answered, as far as anybody can know.
    pub fn due(&self) -> Option<Timestamp> {
        self.due.or_else(|| self.submitted.map(|submitted| after_working_days(submitted, REVIEW)))
    }

    /// What it amounts to now. Time alone moves it on: a grant ends, and a request that nobody decided is answered
    /// when its review is over, by the known answers.
    pub fn state_at(&self, now: Timestamp) -> ExceptionState {
        let granted = match self.until {
            Some(until) if until <= now => ExceptionState::Expired,
            Some(_) | None => ExceptionState::Approved,
        };
        match self.state {
            ExceptionState::Submitted if self.due().is_some_and(|due| due <= now) => match self.deserves_it() {
                true => granted,
                false => ExceptionState::Denied,
            },
            ExceptionState::Approved => granted,
            ExceptionState::Submitted
            | ExceptionState::Denied
            | ExceptionState::Withdrawn
            | ExceptionState::Expired => self.state,
        }
    }

    /// Would a reviewer who goes by the known answers grant it?
    pub fn deserves_it(&self) -> bool {
        self.reason.may_be_granted() && self.evidence.is_complete()
    }
}

impl ExceptionState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            ExceptionState::Submitted => "submitted",
            ExceptionState::Approved => "approved",
            ExceptionState::Denied => "denied",
            ExceptionState::Withdrawn => "withdrawn",
            ExceptionState::Expired => "expired",
        }
    }
}

#[cfg(test)]
mod tests;
