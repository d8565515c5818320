//! What can a conditional access policy say?
//!
//! Shapes follow Microsoft Graph's `conditionalAccessPolicy`, with handles for ids.

use std::fmt;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::role::Role;
use crate::id::{ObjectId, Upn};
use crate::time::Span;

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
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub grant: Vec<GrantControl>,
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
        self.grant.contains(&GrantControl::Block)
    }
}

/// What a policy demands before it lets somebody through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum GrantControl {
    /// A second factor.
    Mfa,
    /// What cannot be shown: nobody gets through.
    Block,
    /// That the terms are accepted.
    Terms,
    /// What this authentication strength takes.
    Strength(String),
    /// That this custom control is passed.
    Custom(String),
    /// A word that means nothing: no world that passed its check has one.
    Unknown(String),
}

/// What a demand for an authentication strength begins with.
const STRENGTH: &str = "strength:";
/// What a demand for a custom control begins with.
const CUSTOM: &str = "custom_control:";

impl GrantControl {
    /// How each of them is written.
    pub const WORDS: [&str; 5] = ["mfa", "block", "terms", "strength:NAME", "custom_control:NAME"];
}

impl From<String> for GrantControl {
    fn from(word: String) -> Self {
        match word.as_str() {
            "mfa" => GrantControl::Mfa,
            "block" => GrantControl::Block,
            "terms" => GrantControl::Terms,
            text => match (text.strip_prefix(STRENGTH), text.strip_prefix(CUSTOM)) {
                (Some(name), _) => GrantControl::Strength(name.to_owned()),
                (None, Some(name)) => GrantControl::Custom(name.to_owned()),
                (None, None) => GrantControl::Unknown(word),
            },
        }
    }
}

impl From<GrantControl> for String {
    fn from(control: GrantControl) -> Self {
        control.to_string()
    }
}

impl fmt::Display for GrantControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GrantControl::Mfa => f.write_str("mfa"),
            GrantControl::Block => f.write_str("block"),
            GrantControl::Terms => f.write_str("terms"),
            GrantControl::Strength(name) => write!(f, "{STRENGTH}{name}"),
            GrantControl::Custom(name) => write!(f, "{CUSTOM}{name}"),
            GrantControl::Unknown(word) => f.write_str(word),
        }
    }
}

/// What the policies in force said of an attempt to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyVerdict {
    /// Nothing: none is about it, or it did not come so far.
    #[default]
    NotApplied,
    /// What they demand was shown.
    Satisfied,
    /// Something that one of them demands was not shown, or one of them blocks.
    NotSatisfied,
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

impl PolicyState {
    /// Is it evaluated at all?
    pub fn is_looked_at(self) -> bool {
        match self {
            PolicyState::Enabled | PolicyState::ReportOnly => true,
            PolicyState::Disabled => false,
        }
    }
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
