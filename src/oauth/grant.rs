//! What was granted to whom: the record behind codes, refresh tokens and device codes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pkce::Challenge;
use super::redirect::Platform;
use super::scope::Requested;
use super::subject::Subject;
use crate::directory::policy::ClientType;
use crate::directory::tenant::Tenant;
use crate::directory::{Account, AccountRef, Application, Directory};
use crate::id::{ObjectId, Upn};
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factors;
use crate::signin::state::{Authenticated, Presence};
use crate::store::Record;
use crate::time::Timestamp;

/// What somebody granted to an application. It keeps the evidence of its sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// The same for every token that comes of one sign-in at one application.
    pub id: String,
    /// The flow it came of.
    pub flow: String,
    /// Who.
    pub upn: Upn,
    /// The tenant or provider that owns the account.
    pub home: String,
    /// The tenant signed in to.
    pub tenant: String,
    /// The account's object there.
    pub object: ObjectId,
    /// To which application.
    pub app: String,
    /// What was asked for.
    pub requested: Requested,
    /// How and when it was proven.
    pub factors: Factors,
    /// The authentication contexts that were asked for and satisfied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// The session's name in tokens.
    pub sid: String,
    /// What the revocations were.
    pub epoch: String,
    /// With what kind of client: policies about it hold for whatever comes of the grant.
    #[serde(default)]
    pub client: ClientType,
    /// Was the person there?
    #[serde(default)]
    pub presence: Presence,
    /// The platform it was granted on.
    pub platform: Platform,
    /// The request's `nonce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Did the request name a `max_age`? Then id tokens must carry `auth_time`.
    #[serde(default)]
    pub wants_auth_time: bool,
    /// The word by which a second factor was asked for, where tokens say it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The request's `claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
}

impl Grant {
    /// A grant out of a finished sign-in.
    pub fn new(done: &Authenticated, app: &str, sid: &str, flow: &str, id: String, epoch: String) -> Self {
        Self {
            id,
            flow: flow.to_owned(),
            upn: done.upn.clone(),
            home: done.home.clone(),
            tenant: done.tenant.clone(),
            object: done.object,
            app: app.to_owned(),
            requested: Requested::default(),
            factors: done.factors.clone(),
            contexts: done.contexts.clone(),
            sid: sid.to_owned(),
            epoch,
            client: done.client,
            presence: done.presence,
            platform: Platform::Web,
            nonce: None,
            wants_auth_time: false,
            acr: None,
            claims: None,
        }
    }

    /// Whose it is.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// The people and things it names, as the world has them now.
    pub fn parties<'d>(&self, directory: &'d Directory) -> Result<Parties<'d>, Refusal> {
        let gone = |what: &str| Code::InvalidGrant.because(format!("The {what} of this grant no longer exists."));
        let home = directory.at(&self.home).ok_or_else(|| gone("home tenant"))?;
        let account = directory.account_at(home, &self.upn).ok_or_else(|| gone("account"))?;
        if !account.user.enabled {
            return Err(Code::AccountDisabled.because("The account is disabled."));
        }
        Ok(Parties {
            account,
            tenant: directory.at(&self.tenant).ok_or_else(|| gone("tenant"))?,
            app: directory.app_by_handle(&self.app).ok_or_else(|| gone("application"))?,
        })
    }
}

/// Whom a grant is about.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'d> {
    /// Who granted.
    pub account: Account<'d>,
    /// Where.
    pub tenant: Tenant<'d>,
    /// To whom.
    pub app: Application<'d>,
}

/// An authorization code's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeRecord {
    /// What it stands for.
    pub grant: Grant,
    /// The address it was sent to.
    pub redirect_uri: String,
    /// Was `redirect_uri` in the request? Then it has to be repeated.
    pub named_redirect: bool,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// The tenant's name in the address it was asked at.
    pub asked_at: crate::signin::state::Authority,
    /// Where the browser was.
    pub ip: String,
    /// When it ends. Kept longer, so that "expired" can be told from "unknown".
    pub expires: Timestamp,
}

impl Record for CodeRecord {
    const KIND: &'static str = "code";
}

/// A code that was redeemed: whoever shows it again is told so, and what came of it ends.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Redeemed {
    /// The grant it stood for.
    pub grant: String,
    /// Whom it was about.
    pub subject: Subject,
}

impl Record for Redeemed {
    const KIND: &'static str = "redeemed";
}

/// A grant that was revoked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revoked;

impl Record for Revoked {
    const KIND: &'static str = "revoked";
}

/// A grant that a provider's access tokens came of. Where it is forgotten, as after a reset, they are good for nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Issued;

impl Record for Issued {
    const KIND: &'static str = "issued";
}

/// A refresh token's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefreshRecord {
    /// What it stands for.
    pub grant: Grant,
    /// When it ends. Kept longer, so that "expired" can be told from "unknown".
    pub expires: Timestamp,
}

impl Record for RefreshRecord {
    const KIND: &'static str = "refresh";
}
