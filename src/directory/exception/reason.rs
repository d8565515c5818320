//! Why is an exception asked for, and what is the known answer?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
