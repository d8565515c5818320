//! What happens next in a sign-in, and what is it when it is done?

use serde::{Deserialize, Serialize};

use super::{ConsentAnswer, Permission, Presence};
use crate::directory::AccountRef;
use crate::directory::policy::{ClientType, PersistentBrowser, PolicyVerdict};
use crate::id::{ObjectId, Upn};
use crate::journal::{Because, Entry, Kind};
use crate::refusal::Refusal;
use crate::signin::factors::{Factors, First};
use crate::signin::federated::Journey;
use crate::signin::mfa::question::{ControlQuestion, RegisterQuestion, VerifyQuestion};
use crate::time::Timestamp;

/// What must happen before the sign-in can go on.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Ask who it is.
    AskUsername {
        /// What to fill in.
        suggestion: String,
    },
    /// Ask which of the signed-in accounts.
    PickAccount,
    /// Ask for the password.
    AskPassword {
        /// Whose.
        upn: Upn,
    },
    /// Ask for what is shown instead of a password.
    AskInstead {
        /// Whose.
        upn: Upn,
        /// Where the account lives, by place.
        home: String,
        /// What.
        with: First,
    },
    /// Ask for the password, because the proof there is has become too old.
    AskPasswordAgain {
        /// Whose.
        upn: Upn,
    },
    /// Send the browser to the provider that verifies this person.
    GoToProvider(Box<Journey>),
    /// Ask for a second factor.
    Verify(Box<VerifyQuestion>),
    /// Have one registered.
    Register(Box<RegisterQuestion>),
    /// Send the browser to the provider of a custom control.
    PassControl(Box<ControlQuestion>),
    /// Ask to accept terms.
    AskTerms {
        /// Who is asked.
        upn: Upn,
        /// Where the account lives, by place.
        home: String,
        /// The tenant whose terms they are, by handle.
        tenant: String,
        /// The policy that asks, by handle.
        policy: String,
        /// The claims challenge for a client that cannot ask.
        challenge: Option<String>,
    },
    /// Ask whether to stay signed in.
    AskStaySignedIn {
        /// Who.
        upn: Upn,
    },
    /// Ask for consent.
    AskConsent(ConsentQuestion),
    /// Say no.
    Refuse(Refusal),
}

/// What the consent page asks.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentQuestion {
    /// Who is asked.
    pub upn: Upn,
    /// The tenant it would hold in, by handle.
    pub tenant: String,
    /// What would be agreed to.
    pub permissions: Vec<Permission>,
    /// Whether this person may agree for everybody.
    pub may_speak_for_all: bool,
}

/// A finished sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authenticated {
    /// Who.
    pub upn: Upn,
    /// The tenant or provider that owns the account, by place.
    pub home: String,
    /// The tenant or provider signed in to, by place; the same as `home` for members.
    pub tenant: String,
    /// The object id in the tenant signed in to.
    pub object: ObjectId,
    /// How and when it was proven.
    pub factors: Factors,
    /// The authentication contexts that were asked for and are satisfied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// With what kind of client.
    #[serde(default)]
    pub client: ClientType,
    /// Was the person there?
    #[serde(default)]
    pub presence: Presence,
    /// Does the session outlive the browser?
    pub stays: bool,
    /// Whether it may, where a policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistent: Option<PersistentBrowser>,
    /// What conditional access said.
    #[serde(default)]
    pub policies: PolicyVerdict,
    /// What was newly agreed to.
    pub agreed: Option<(ConsentAnswer, Vec<Permission>)>,
    /// Why it went the way it did.
    pub because: Vec<Because>,
}

impl Authenticated {
    /// Whose sign-in it is.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }
}

/// What the decision was, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Done, or what must happen first.
    pub outcome: Result<Authenticated, Step>,
    /// Whom it is about, as far as it is known.
    pub about: Option<Upn>,
    /// What conditional access said, as far as it was asked.
    pub policies: PolicyVerdict,
    /// Why, a refusal's own reasons included.
    pub because: Vec<Because>,
}

/// What a step asks about somebody's factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FactorQuestion<'q> {
    /// For the password of this person.
    Password(&'q Upn),
    /// For this instead.
    Instead(AccountRef<'q>, First),
    /// For a second one.
    Verify(&'q VerifyQuestion),
    /// To register one.
    Register(&'q RegisterQuestion),
}

impl Step {
    /// What it asks about factors, if it does.
    pub fn factor_question(&self) -> Option<FactorQuestion<'_>> {
        match self {
            Step::AskPassword { upn } | Step::AskPasswordAgain { upn } => Some(FactorQuestion::Password(upn)),
            Step::AskInstead { upn, home, with } => Some(FactorQuestion::Instead(AccountRef { home, upn }, *with)),
            Step::Verify(question) => Some(FactorQuestion::Verify(question)),
            Step::Register(question) => Some(FactorQuestion::Register(question)),
            Step::AskUsername { .. }
            | Step::PickAccount
            | Step::GoToProvider(_)
            | Step::PassControl(_)
            | Step::AskTerms { .. }
            | Step::AskStaySignedIn { .. }
            | Step::AskConsent(_)
            | Step::Refuse(_) => None,
        }
    }

    /// What the journal says happens.
    pub fn entry(&self, now: Timestamp) -> Entry {
        let entry = Entry::new(now, Kind::Decision, self.summary());
        if let Step::Refuse(refusal) = self { entry.telling(refusal.fact()) } else { entry }
    }

    /// The same in one sentence.
    pub fn summary(&self) -> String {
        match self {
            Step::AskUsername { .. } => "ask for the user name".into(),
            Step::PickAccount => "ask which of the signed-in accounts".into(),
            Step::AskPassword { upn } => format!("ask {upn} for the password"),
            Step::AskInstead { upn, with: First::Passkey, .. } => format!("ask {upn} for a passkey"),
            Step::AskInstead { upn, with: First::AccessPass, .. } => format!("ask {upn} for a temporary access pass"),
            Step::GoToProvider(journey) => journey.summary(),
            Step::AskInstead { upn, with: First::Password | First::Federated, .. } => {
                format!("ask {upn} for the password")
            }
            Step::AskPasswordAgain { upn } => format!("ask {upn} for the password again"),
            Step::Verify(question) => question.summary(),
            Step::Register(question) => question.summary(),
            Step::PassControl(question) => question.summary(),
            Step::AskTerms { upn, policy, .. } => format!("ask {upn} to accept the terms of {policy}"),
            Step::AskStaySignedIn { upn } => format!("ask {upn} whether to stay signed in"),
            Step::AskConsent(question) => format!("ask {} for consent", question.upn),
            Step::Refuse(refusal) => format!("refuse with {refusal}"),
        }
    }

    /// Whom it asks, where that is settled.
    pub fn of(&self) -> Option<&Upn> {
        match self {
            Step::AskPassword { upn }
            | Step::AskPasswordAgain { upn }
            | Step::AskInstead { upn, .. }
            | Step::AskTerms { upn, .. }
            | Step::AskStaySignedIn { upn } => Some(upn),
            Step::GoToProvider(journey) => journey.upn.as_ref(),
            Step::Verify(question) => Some(&question.upn),
            Step::Register(question) => Some(&question.upn),
            Step::PassControl(question) => Some(&question.upn),
            Step::AskConsent(question) => Some(&question.upn),
            Step::AskUsername { .. } | Step::PickAccount | Step::Refuse(_) => None,
        }
    }

    /// The question it asks, when it asks one.
    pub fn asks(&self) -> Option<Asked> {
        match self {
            Step::AskUsername { .. } => Some(Asked::Username),
            Step::PickAccount => Some(Asked::Account),
            Step::AskPassword { .. } | Step::AskPasswordAgain { .. } | Step::AskInstead { .. } => Some(Asked::Password),
            Step::GoToProvider(_) => Some(Asked::Provider),
            Step::Verify(_) => Some(Asked::SecondFactor),
            Step::Register(_) => Some(Asked::Registration),
            Step::PassControl(_) => Some(Asked::Control),
            Step::AskTerms { .. } => Some(Asked::Terms),
            Step::AskStaySignedIn { .. } => Some(Asked::Stay),
            Step::AskConsent(_) => Some(Asked::Consent),
            Step::Refuse(_) => None,
        }
    }
}

/// The question a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Who it is.
    Username,
    /// Which account.
    Account,
    /// The password.
    Password,
    /// Nothing: the browser is at the provider that verifies this person.
    Provider,
    /// A second factor.
    SecondFactor,
    /// To register one.
    Registration,
    /// To pass a custom control.
    Control,
    /// To accept terms.
    Terms,
    /// Whether to stay signed in.
    Stay,
    /// Consent.
    Consent,
}

impl Asked {
    /// The word by which a form says which question it answers.
    pub fn word(self) -> &'static str {
        match self {
            Asked::Username => "username",
            Asked::Account => "account",
            Asked::Password => "password",
            Asked::Provider => "provider",
            Asked::SecondFactor => "second-factor",
            Asked::Registration => "registration",
            Asked::Control => "control",
            Asked::Terms => "terms",
            Asked::Stay => "stay-signed-in",
            Asked::Consent => "consent",
        }
    }
}
