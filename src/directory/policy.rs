//! The house rules a tenant can set: per-user MFA, named locations, conditional access.
//!
//! Shapes follow Microsoft Graph's `conditionalAccessPolicy`, with handles for ids.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::id::{ObjectId, Upn};
use crate::time::Span;

/// The per-user MFA state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PerUserMfa {
    /// Not asked for.
    #[default]
    Disabled,
    /// Asked for; becomes enforced at the first success.
    Enabled,
    /// Asked for, and legacy clients need an app password.
    Enforced,
}

/// A kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// Authenticator app, push with number matching.
    Push,
    /// Any RFC 6238 code app.
    Totp,
    /// Text message.
    Sms,
    /// Phone call.
    Call,
    /// Security key or passkey.
    Passkey,
    /// App passwords for legacy clients.
    AppPassword,
}

/// An authentication strength that every tenant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Any second factor.
    Mfa,
    /// Without a code that could be passed on.
    Passwordless,
    /// Bound to the page that asks.
    PhishingResistant,
}

impl Strength {
    /// The names they are written by.
    pub const NAMES: [&str; 3] = ["mfa", "passwordless", "phishing_resistant"];

    /// The strength of this name: also with hyphens, or with "mfa" behind it as Microsoft's pages have it.
    pub fn named(name: &str) -> Option<Self> {
        let plain = name.to_ascii_lowercase().replace(['-', ' '], "_");
        match plain.strip_suffix("_mfa").unwrap_or(&plain) {
            "mfa" | "multifactor_authentication" => Some(Strength::Mfa),
            "passwordless" => Some(Strength::Passwordless),
            "phishing_resistant" => Some(Strength::PhishingResistant),
            _ => None,
        }
    }

    /// The methods it takes.
    pub fn methods(self) -> &'static [MethodKind] {
        match self {
            Strength::Mfa => &MethodKind::FACTORS,
            Strength::Passwordless => &[MethodKind::Push, MethodKind::Passkey],
            Strength::PhishingResistant => &[MethodKind::Passkey],
        }
    }
}

impl MethodKind {
    /// Every kind that is a second factor, in the order in which they are offered.
    pub const FACTORS: [MethodKind; 5] =
        [MethodKind::Push, MethodKind::Totp, MethodKind::Sms, MethodKind::Call, MethodKind::Passkey];

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            MethodKind::Push => "authenticator app",
            MethodKind::Totp => "code app",
            MethodKind::Sms => "text message",
            MethodKind::Call => "phone call",
            MethodKind::Passkey => "passkey",
            MethodKind::AppPassword => "app password",
        }
    }
}

/// A place, by network address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NamedLocation {
    /// The location's id, as Microsoft Graph has it; made from the handle when left out.
    pub id: ObjectId,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// Address ranges in CIDR form.
    pub ranges: Vec<String>,
    /// Whether policies may call it trusted.
    pub trusted: bool,
}

/// What a demand for an authentication strength begins with.
pub const STRENGTH: &str = "strength:";
/// What a demand for a custom control begins with.
pub const CUSTOM_CONTROL: &str = "custom_control:";

/// A conditional access policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ConditionalAccess {
    /// The policy's id, as claims challenges name it; made from the handle when left out.
    pub id: ObjectId,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// In force, off, or only recorded.
    pub state: PolicyState,
    /// Whom it is about.
    pub include: Audience,
    /// Whom it is not about.
    pub exclude: Audience,
    /// Applications by handle or client id, or `all`.
    pub apps: Vec<String>,
    /// Applications it is not about.
    pub exclude_apps: Vec<String>,
    /// User actions it is about.
    pub user_actions: Vec<UserAction>,
    /// Kinds of client it is about; all when empty.
    pub client_types: Vec<ClientType>,
    /// Places it is about.
    pub locations: Locations,
    /// What it demands: `mfa`, `block`, `terms`, `strength:NAME`, or `custom_control:NAME`.
    pub grant: Vec<String>,
    /// Whether one of them is enough.
    pub operator: Operator,
    /// What it demands of the session.
    pub session: SessionControls,
    /// The authentication context it is about (`c1` to `c25`).
    pub auth_context: Option<String>,
}

impl ConditionalAccess {
    /// Does it let nobody through?
    pub fn blocks(&self) -> bool {
        self.grant.iter().any(|grant| grant == "block")
    }
}

impl PolicyState {
    /// Is it evaluated at all?
    pub fn is_looked_at(self) -> bool {
        match self {
            PolicyState::Enabled | PolicyState::ReportOnly => true,
            PolicyState::Disabled => false,
        }
    }
}

/// Whether a policy is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PolicyState {
    /// In force.
    #[default]
    Enabled,
    /// Off.
    Disabled,
    /// Evaluated and recorded, not enforced.
    ReportOnly,
}

/// A set of people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Audience {
    /// Everybody.
    pub all: bool,
    /// Accounts by user name.
    pub users: Vec<Upn>,
    /// Groups by handle.
    pub groups: Vec<String>,
    /// Directory roles.
    pub roles: Vec<Role>,
    /// Guests and external users.
    pub guests: bool,
    /// Accounts of a service provider: delegated administrators.
    pub service_providers: bool,
}

/// Something done in the directory rather than in an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserAction {
    /// Registering security information.
    RegisterSecurityInfo,
    /// Registering or joining devices.
    RegisterDevice,
}

/// A kind of client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClientType {
    /// A browser.
    #[default]
    Browser,
    /// A mobile or desktop application.
    Mobile,
    /// A protocol that knows no second factor.
    Legacy,
}

/// A condition on places.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Locations {
    /// Named locations by handle, `all`, or `trusted`.
    pub include: Vec<String>,
    /// The same, left out.
    pub exclude: Vec<String>,
}

/// How several demands combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Every one.
    #[default]
    And,
    /// Any one.
    Or,
}

/// What a policy demands of the session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SessionControls {
    /// How old the sign-in may be.
    pub sign_in_frequency: Option<Span>,
    /// Whether the browser may stay signed in.
    pub persistent_browser: Option<PersistentBrowser>,
}

/// Whether a browser may stay signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersistentBrowser {
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Is this an authentication context, `c1` to `c25`?
pub fn is_context(word: &str) -> bool {
    let number = word.strip_prefix('c').filter(|digits| !digits.starts_with(['0', '+']));
    number.and_then(|digits| digits.parse::<u8>().ok()).is_some_and(|number| (1..=25).contains(&number))
}
