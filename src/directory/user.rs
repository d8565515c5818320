//! Who can sign in, with what.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy::PerUserMfa;
use super::role::Role;
use crate::id::ObjectId;

/// A word that proves something. It prints as `…`, wherever it ends up.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for comparing and for the pages that exist to show it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not tell how much was right.
    pub fn matches(&self, candidate: &str) -> bool {
        // Digests have one length, so the comparison cannot tell the secret's either.
        let digest = |text: &str| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let (ours, theirs) = (digest(&self.0), digest(candidate));
        aws_lc_rs::constant_time::verify_slices_are_equal(ours.as_ref(), theirs.as_ref()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An account, as a world file describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// The object id; made from the user name when left out.
    pub id: ObjectId,
    /// The display name; made from the user name when left out.
    pub name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Mail address; none when left out.
    pub mail: Option<String>,
    /// The password. An account without one cannot use a password at all (50056).
    pub password: Option<Secret>,
    /// The password must be changed before it can be used again (50055).
    pub password_expired: bool,
    /// Roles in the home tenant, a partner's agent groups included.
    pub roles: Vec<Role>,
    /// Registered second factors.
    pub methods: Methods,
    /// The account's own per-user MFA state; the tenant's when left out.
    pub per_user_mfa: Option<PerUserMfa>,
    /// May it sign in at all (50057)?
    pub enabled: bool,
    /// Groups of the home tenant, by handle.
    pub groups: Vec<String>,
    /// Roles of applications it was given: application handle to role values.
    pub app_roles: BTreeMap<String, Vec<String>>,
    /// Claims added to, or replaced in, every token about this account.
    pub claims: BTreeMap<String, Value>,
    /// `onPremisesImmutableId`: how a federated provider names the account.
    pub immutable_id: String,
    /// A sentence for the front page; accounts that have one are shown at start-up.
    pub story: String,
}

impl Default for User {
    fn default() -> Self {
        Self {
            id: ObjectId::default(),
            name: String::new(),
            given_name: None,
            family_name: None,
            mail: None,
            password: None,
            password_expired: false,
            roles: Vec::new(),
            methods: Methods::default(),
            per_user_mfa: None,
            enabled: true,
            groups: Vec::new(),
            app_roles: BTreeMap::new(),
            claims: BTreeMap::new(),
            immutable_id: String::new(),
            story: String::new(),
        }
    }
}

/// The second factors an account has registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Methods {
    /// The authenticator app, asked by push with number matching.
    pub push: bool,
    /// A code app's secret, base32.
    pub totp: Option<Secret>,
    /// The number text messages go to.
    pub sms: Option<String>,
    /// The number that is called.
    pub call: Option<String>,
}

impl Methods {
    /// Is anything registered?
    pub fn any(&self) -> bool {
        self.push || self.totp.is_some() || self.sms.is_some() || self.call.is_some()
    }
}
