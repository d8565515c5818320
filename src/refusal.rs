//! Every "no": what was wrong, the sentence that explains it, and where it goes.

mod code;
mod word;

use std::borrow::Cow;
use std::fmt;

use crate::directory::policy::PolicyVerdict;
use crate::journal::{Because, Entry, Fact, Kind};
use crate::time::Timestamp;

pub use code::{Code, Shown};
pub use word::Word;

/// A "no", with the sentence that explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What was wrong.
    pub code: Code,
    /// The sentence for the person who reads logs.
    pub text: Cow<'static, str>,
    /// A claims challenge, when a policy caused it.
    pub claims: Option<String>,
    /// What conditional access said of what is refused, for whatever reason it is.
    pub policies: PolicyVerdict,
    /// What client libraries tell from it, when not what its code says.
    pub suberror: Option<&'static str>,
    /// Where it goes, when not where its code usually does.
    pub shown: Option<Shown>,
    /// The person pressed "cancel".
    pub cancelled: bool,
    /// The verbs an address takes, when it was asked with another (RFC 9110, 15.5.6).
    pub allowed: Option<&'static str>,
    /// Which rules led to it.
    pub because: Vec<Because>,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            text: text.into(),
            claims: None,
            policies: PolicyVerdict::default(),
            suberror: None,
            shown: None,
            cancelled: false,
            allowed: None,
            because: Vec::new(),
        }
    }

    /// The refusal of a wrong verb at an address that takes these.
    pub fn wrong_verb(allowed: &'static str, received: impl fmt::Display) -> Self {
        let text = format!("The endpoint only accepts {allowed} requests. Received a {received} request.");
        Self { allowed: Some(allowed), ..Self::new(Code::WrongVerb, text) }
    }

    /// The refusal of a request that lacks a parameter: Entra speaks of a body also where it reads a query.
    pub fn missing(name: &str) -> Self {
        Code::BodyParameterMissing.because(format!("The request body must contain the following parameter: '{name}'."))
    }

    /// The refusal of v1's way to name a resource, at v2.
    pub fn resource_at_v2() -> Self {
        Code::ResourceAtV2.because("The parameter 'resource' is not supported here; name the resource in 'scope'.")
    }

    /// What client libraries tell from it.
    pub fn suberror(&self) -> Option<&'static str> {
        self.suberror.or(self.code.suberror())
    }

    /// Where it goes when met at the authorize endpoint.
    pub fn shown(&self) -> Shown {
        self.shown.unwrap_or(self.code.shown())
    }

    /// What of it the journal tells in data.
    pub fn fact(&self) -> Fact {
        Fact::Refused(self.code.number())
    }

    /// What the journal says of it, its reasons included.
    pub fn entry(&self, now: Timestamp, kind: Kind) -> Entry {
        Entry::new(now, kind, self.to_string()).with(self.because.clone()).telling(self.fact())
    }

    /// The same refusal, with the rule that led to it.
    pub fn because(mut self, rule: &'static str, text: impl Into<String>) -> Self {
        self.because.push(Because::new(rule, text));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AADSTS{}: {}", self.code.number(), self.text)
    }
}

impl Code {
    /// A refusal for this reason.
    pub fn because(self, text: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(self, text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_number_stands_for_two_things() {
        let numbers: HashSet<_> = Code::ALL.iter().map(|code| code.number()).collect();
        assert_eq!(numbers.len(), Code::ALL.len());
    }

    #[test]
    fn a_client_that_failed_to_prove_itself_is_401_and_everything_else_is_not() {
        for code in Code::ALL {
            assert_eq!(
                code.status() == 401,
                code.error_v2() == Word::InvalidClient && *code != Code::ScopeNotOnResource,
                "{code:?}"
            );
        }
    }

    #[test]
    fn mfa_refusals_are_what_client_libraries_call_interaction_required() {
        for code in [Code::MfaRequired, Code::MfaRegistrationRequired] {
            assert_eq!(code.error_v1(), Word::InteractionRequired);
            assert_eq!((code.error_v2(), code.suberror()), (Word::InvalidGrant, Some("basic_action")));
        }
    }
}
