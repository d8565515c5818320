//! What a sign-in is about: what was demanded, what has been proven so far, what happens next.

use serde::{Deserialize, Serialize};

use super::session::Amr;
use crate::directory::Directory;
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
    /// Whose password was right, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<(Upn, Timestamp)>,
    /// Whether to stay signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<bool>,
    /// What was said to the consent page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentAnswer>,
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
    /// How it was proven.
    pub amr: Amr,
    /// When it was proven.
    pub auth_time: Timestamp,
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
            Step::AskStaySignedIn { upn } => format!("ask {upn} whether to stay signed in"),
            Step::AskConsent(question) => format!("ask {} for consent", question.upn),
            Step::Refuse(refusal) => format!("refuse with AADSTS{}: {}", refusal.code.number(), refusal.text),
        }
    }

    /// The question it asks, when it asks one.
    pub fn asks(&self) -> Option<Asked> {
        match self {
            Step::AskUsername { .. } => Some(Asked::Username),
            Step::PickAccount => Some(Asked::Account),
            Step::AskPassword { .. } => Some(Asked::Password),
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
    /// Whether to stay signed in.
    Stay,
    /// Consent.
    Consent,
}
