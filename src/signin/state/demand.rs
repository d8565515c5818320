//! What does somebody want from a sign-in, and where was it begun?

use serde::{Deserialize, Serialize};

use crate::directory::policy::{ClientType, UserAction};
use crate::directory::tenant::Tenant;
use crate::directory::{CONSUMERS, Directory};
use crate::id::TenantId;
use crate::time::Span;

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
    /// Whom the first segment of an Entra address names, in any case.
    pub fn find(name: &str, directory: &Directory) -> Option<Self> {
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        match TenantId::parse(name) {
            Some(CONSUMERS) => Some(Authority::Consumers),
            None if is("common") => Some(Authority::Common),
            None if is("organizations") => Some(Authority::Organizations),
            None if is("consumers") => Some(Authority::Consumers),
            Some(_) | None => directory.tenant(name).map(|tenant| Authority::Tenant(tenant.handle().to_owned())),
        }
    }

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
    /// The password and consent again.
    LoginAndConsent,
    /// Which account, and consent again.
    SelectAccountAndConsent,
}

impl Prompt {
    /// Has the person to prove again who they are?
    pub fn asks_to_sign_in(self) -> bool {
        match self {
            Prompt::Login | Prompt::LoginAndConsent => true,
            Prompt::AsNeeded
            | Prompt::None
            | Prompt::Consent
            | Prompt::SelectAccount
            | Prompt::SelectAccountAndConsent => false,
        }
    }

    /// Have they to agree again?
    pub fn asks_for_consent(self) -> bool {
        match self {
            Prompt::Consent | Prompt::LoginAndConsent | Prompt::SelectAccountAndConsent => true,
            Prompt::AsNeeded | Prompt::None | Prompt::Login | Prompt::SelectAccount => false,
        }
    }
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
    /// The resource whose token is issued although none is named, by handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unnamed: Option<String>,
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
            unnamed: None,
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

impl Presence {
    /// Are they, or were they?
    pub fn is_there(&self) -> bool {
        match self {
            Presence::There => true,
            Presence::PasswordOnly | Presence::AppPassword => false,
        }
    }
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
