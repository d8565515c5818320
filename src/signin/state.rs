//! What a sign-in is about: what was demanded, what has been proven so far, what happens next.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::factors::{Factors, First, Passed, Second};
use super::federated::{Journey, Said};
use super::mfa::question::{ControlQuestion, RegisterQuestion, VerifyQuestion};
use super::mfa::talk::Talk;
use crate::directory::Directory;
use crate::directory::policy::{ClientType, PersistentBrowser, UserAction};
use crate::directory::tenant::Tenant;
use crate::id::{ObjectId, Upn};
use crate::journal::Because;
use crate::refusal::Refusal;
use crate::signin::session::Session;
use crate::time::{Span, Timestamp};

/// Where a sign-in was begun: a tenant's own address, one of the shared ones, or a third-party provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// One tenant, by handle.
    Tenant(String),
    /// Any tenant, and personal accounts.
    Common,
    /// Any tenant.
    Organizations,
    /// Personal accounts only.
    Consumers,
    /// A third-party provider, by handle.
    Provider(String),
}

impl Authority {
    /// The tenant or provider it names, when it names one.
    pub fn tenant<'d>(&self, directory: &'d Directory) -> Option<Tenant<'d>> {
        match self {
            Authority::Tenant(handle) => directory.tenant_by_handle(handle),
            Authority::Provider(handle) => directory.provider(handle),
            Authority::Common | Authority::Organizations | Authority::Consumers => None,
        }
    }
}

/// A permission by name: a scope of a resource, or, without a resource, one of OpenID Connect's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// The resource, by handle.
    pub resource: Option<String>,
    /// The scope.
    pub scope: String,
}

/// What `prompt` asks for (OpenID Connect Core, 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Whatever is needed.
    #[default]
    AsNeeded,
    /// Nothing may be asked.
    None,
    /// The password again.
    Login,
    /// Consent again.
    Consent,
    /// Which account.
    SelectAccount,
}

/// What somebody wants from a sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// Where it was begun.
    pub authority: Authority,
    /// For which application, by handle.
    pub app: String,
    /// What has to be consented.
    pub permissions: Vec<Permission>,
    /// What may, must, or must not be asked.
    pub prompt: Prompt,
    /// Who it probably is.
    pub login_hint: Option<String>,
    /// Whose domain it probably is.
    pub domain_hint: Option<String>,
    /// The session that is meant.
    pub sid: Option<String>,
    /// How old the sign-in may be.
    pub max_age: Option<Span>,
    /// Consent is asked for everybody in the tenant, by an administrator.
    pub for_everyone: bool,
    /// What the application asks of the second factor.
    #[serde(default)]
    pub asks: Asks,
    /// What kind of client it is.
    #[serde(default)]
    pub client: ClientType,
    /// Whether anybody is there.
    #[serde(default)]
    pub presence: Presence,
    /// What is to be done in the directory, when it is not an application that is signed in to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<UserAction>,
}

impl Demand {
    /// A demand without any wish.
    pub fn new(authority: Authority, app: impl Into<String>) -> Self {
        Self {
            authority,
            app: app.into(),
            permissions: Vec::new(),
            prompt: Prompt::AsNeeded,
            login_hint: None,
            domain_hint: None,
            sid: None,
            max_age: None,
            for_everyone: false,
            asks: Asks::default(),
            client: ClientType::default(),
            presence: Presence::default(),
            action: None,
        }
    }
}

/// Is the person there, who is signed in?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// They are, or were when the sign-in began that this one continues.
    #[default]
    There,
    /// A program hands over their password (the password grant, WS-Trust, legacy protocols).
    PasswordOnly,
    /// A program that knows no second factor hands over a password made for it.
    AppPassword,
}

/// What an application asks of the second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// The words it asked for one with: `acr_values`, `amr_values`, a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa: Option<String>,
    /// Authentication contexts, `c1` to `c25`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// It asks for one only of those who have one: what guards the page of one's own methods.
    #[serde(default)]
    pub if_registered: bool,
}

/// What this sign-in has proven or been told so far, in this browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who it is, as typed or picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Upn>,
    /// Somebody asked for another account than those on offer.
    #[serde(default)]
    pub another: bool,
    /// Who proved who they are, how, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstProof>,
    /// What the provider that verifies this person has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// How often it was asked for MFA.
    #[serde(default)]
    pub asked_for_mfa: u8,
    /// What is to be shown instead of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<First>,
    /// Whose `second`, `passed`, `talk` and `terms` are: they count for nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Upn>,
    /// What was proven beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second: Vec<Second>,
    /// The custom controls that were passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Passed>,
    /// How far verification or registration has come.
    #[serde(default)]
    pub talk: Talk,
    /// The terms that were accepted, by the policy that asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// They were not accepted.
    #[serde(default)]
    pub terms_declined: bool,
    /// Nobody is there: the server was started to sign this account in without pages.
    #[serde(default)]
    pub unattended: bool,
    /// Whether to stay signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<bool>,
    /// What was said to the consent page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentAnswer>,
}

/// A first factor that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstProof {
    /// Whose.
    pub upn: Upn,
    /// Which.
    pub with: First,
    /// When.
    pub at: Timestamp,
}

/// What was said to the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAnswer {
    /// Yes, for me.
    ForMe,
    /// Yes, for everybody.
    ForEveryone,
    /// No.
    Declined,
}

/// Everything the decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// What is wanted.
    pub demand: &'a Demand,
    /// What this sign-in has proven.
    pub evidence: &'a Evidence,
    /// What this browser has proven before.
    pub session: &'a Session,
    /// The world's time.
    pub now: Timestamp,
    /// Where the request came from, as far as that is known.
    pub ip: Option<IpAddr>,
    /// Whose second factor this browser is remembered for, and since when.
    pub remembered: &'a [Remembered],
}

/// A browser that need not be asked for a second factor again for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Whose.
    pub upn: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// When it was last asked.
    pub at: Timestamp,
}

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
    /// The tenant or provider that owns the account, by handle.
    pub home: String,
    /// The tenant signed in to, by handle; the same as `home` for members.
    pub tenant: String,
    /// The object id in the tenant signed in to.
    pub object: ObjectId,
    /// How and when it was proven.
    pub factors: Factors,
    /// The authentication contexts that were asked for and are satisfied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// Does the session outlive the browser?
    pub stays: bool,
    /// Whether it may, where a policy says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistent: Option<PersistentBrowser>,
    /// What was newly agreed to.
    pub agreed: Option<(ConsentAnswer, Vec<Permission>)>,
    /// Why it went the way it did.
    pub because: Vec<Because>,
}

/// What the decision was, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Done, or what must happen first.
    pub outcome: Result<Authenticated, Step>,
    /// Why.
    pub because: Vec<Because>,
}

impl Step {
    /// What happens, in one sentence for the journal.
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
            Step::Refuse(refusal) => format!("refuse with AADSTS{}: {}", refusal.code.number(), refusal.text),
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
