//! Is a partner excused from proving a second factor? Its requests for a technical exception, and what became of them.
//!
//! Follows Microsoft's article on the partner security requirements, "technical exceptions", in its dated form: who
//! asks, for which reasons, with which evidence, and that an answer takes up to three working days.

mod working_days;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::Upn;
use crate::time::Timestamp;

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

/// How a third party's product is joined to a tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// It signs the domain's people in.
    #[default]
    Federation,
    /// It is a custom control of conditional access.
    CustomControl,
}

/// Why an exception is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Another party verifies the second factor, and cannot say so in the claim that is looked for.
    #[default]
    ThirdPartyMfa,
    /// A PowerShell module cannot ask for a second factor.
    Powershell,
    /// More time is needed.
    MoreTime,
    /// The users have no delegated privileges.
    NoDelegatedPrivileges,
    /// They are service accounts.
    ServiceAccounts,
    /// Nobody may have a phone at work.
    CleanDesk,
    /// A protocol cannot ask for a second factor.
    LegacyProtocols,
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

impl Integration {
    /// Every kind there is.
    pub const ALL: [Integration; 2] = [Integration::Federation, Integration::CustomControl];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Integration::Federation => "federation",
            Integration::CustomControl => "custom_control",
        }
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Integration::Federation => "Identity federation",
            Integration::CustomControl => "Custom control",
        }
    }
}

impl Reason {
    /// Every reason there is, those that are heard first.
    pub const ALL: [Reason; 7] = [
        Reason::ThirdPartyMfa,
        Reason::Powershell,
        Reason::MoreTime,
        Reason::NoDelegatedPrivileges,
        Reason::ServiceAccounts,
        Reason::CleanDesk,
        Reason::LegacyProtocols,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Reason::ThirdPartyMfa => "third_party_mfa",
            Reason::Powershell => "powershell",
            Reason::MoreTime => "more_time",
            Reason::NoDelegatedPrivileges => "no_delegated_privileges",
            Reason::ServiceAccounts => "service_accounts",
            Reason::CleanDesk => "clean_desk",
            Reason::LegacyProtocols => "legacy_protocols",
        }
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Reason::ThirdPartyMfa => "Our MFA product cannot relay the claim",
            Reason::Powershell => "A PowerShell module cannot do MFA",
            Reason::MoreTime => "We need more time",
            Reason::NoDelegatedPrivileges => "Our users have no delegated privileges",
            Reason::ServiceAccounts => "We use service accounts",
            Reason::CleanDesk => "No phones are allowed at our desks",
            Reason::LegacyProtocols => "We use protocols that cannot do MFA",
        }
    }

    /// Is it one of those for which an exception may be granted at all?
    pub fn may_be_granted(self) -> bool {
        match self {
            Reason::ThirdPartyMfa | Reason::Powershell => true,
            Reason::MoreTime
            | Reason::NoDelegatedPrivileges
            | Reason::ServiceAccounts
            | Reason::CleanDesk
            | Reason::LegacyProtocols => false,
        }
    }

    /// The known answer.
    pub fn guidance(self) -> &'static str {
        match self {
            Reason::ThirdPartyMfa => {
                "May be granted: the product verifies a second factor and cannot relay it as \
                 authenticationmethodsreferences=multipleauthn. The MFA configuration, the result of the requirements \
                 test and the purchase order have to show it."
            }
            Reason::Powershell => {
                "May be granted: a PowerShell module that cannot ask for a second factor. Move to a module with modern \
                 authentication as soon as there is one."
            }
            Reason::MoreTime => {
                "No: more time is no reason. Turn multi-factor authentication on for every account; push, code apps, \
                 texts, calls and security keys are there to choose from."
            }
            Reason::NoDelegatedPrivileges => {
                "No, and none is needed: accounts that do not use delegated privileges are never asked for it."
            }
            Reason::ServiceAccounts => {
                "No, and none is needed: an account that works in its own tenant only is not affected. For delegated \
                 access, use the secure application model."
            }
            Reason::CleanDesk => {
                "No: there are methods without a phone, such as security keys and hardware code tokens."
            }
            Reason::LegacyProtocols => "No: clients that know no second factor can use app passwords.",
        }
    }
}

#[cfg(test)]
mod tests;
