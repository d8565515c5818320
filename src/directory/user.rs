//! Who can sign in, with what.

use std::fmt;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy::{MethodKind, PerUserMfa};
use super::role::Role;
use crate::directory::table::Table;
use crate::id::ObjectId;
use crate::time::{Span, Timestamp};

/// A word that proves something. It prints as `…`, wherever it ends up.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
    /// The country it uses services in, in two letters; `US` when left out.
    pub usage_location: Option<String>,
    /// The password. An account without one cannot use a password at all (50056).
    pub password: Option<Secret>,
    /// The password must be changed before it can be used again (50055).
    pub password_expired: bool,
    /// Roles in the home tenant, a partner's agent groups included.
    pub roles: Vec<Role>,
    /// Registered second factors.
    pub methods: Methods,
    /// Passwords for clients that know no second factor, by id.
    pub app_passwords: Table<String, AppPassword>,
    /// The account's own per-user MFA state; the tenant's when left out.
    pub per_user_mfa: Option<PerUserMfa>,
    /// May it sign in at all (50057)?
    pub enabled: bool,
    /// Groups of the home tenant, by handle.
    pub groups: Vec<String>,
    /// Roles of applications it was given: application handle to role values.
    pub app_roles: Table<String, Vec<String>>,
    /// Claims added to, or replaced in, every token about this account.
    pub claims: Table<String, Value>,
    /// `onPremisesImmutableId`: how a federated provider names the account.
    pub immutable_id: String,
    /// Since when it has been asked to register: days of grace count from here.
    pub registration_asked: Option<Timestamp>,
    /// Terms it has accepted: tenant handle to the handles of the policies that ask for them.
    pub accepted_terms: Table<String, Vec<String>>,
    /// A sentence for the front page; accounts that have one are shown at start-up.
    pub story: String,
}

impl User {
    /// The country it uses services in.
    pub fn country(&self) -> &str {
        self.usage_location.as_deref().unwrap_or("US")
    }
}

impl Default for User {
    fn default() -> Self {
        Self {
            id: ObjectId::default(),
            name: String::new(),
            given_name: None,
            family_name: None,
            mail: None,
            usage_location: None,
            password: None,
            password_expired: false,
            roles: Vec::new(),
            methods: Methods::default(),
            app_passwords: Table::new(),
            per_user_mfa: None,
            enabled: true,
            groups: Vec::new(),
            app_roles: Table::new(),
            claims: Table::new(),
            immutable_id: String::new(),
            registration_asked: None,
            accepted_terms: Table::new(),
            story: String::new(),
        }
    }
}

/// The second factors an account has registered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
    /// Security keys and passkeys, by a name of their own.
    pub passkeys: Table<String, Passkey>,
    /// A code an administrator gave out, good for a while: it counts as both factors.
    pub access_pass: Option<AccessPass>,
    /// Which method is asked first; when left out, the strongest that needs no typing.
    pub default: Option<MethodKind>,
}

/// A registered security key or passkey (W3C Web Authentication, 4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Passkey {
    /// The credential's id, base64url.
    pub credential_id: String,
    /// The credential's public key and what else verifying it takes, as registration left it.
    pub public_key: String,
    /// The last signature counter it showed.
    pub sign_count: u32,
    /// Since when.
    pub created: Option<Timestamp>,
}

/// A temporary access pass, as Microsoft Graph has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AccessPass {
    /// The code.
    pub code: Secret,
    /// From when it is good; at once when left out.
    pub starts: Option<Timestamp>,
    /// How long it is good, counted from its start; for ever without a start when left out.
    pub lives: Option<Span>,
    /// Is it good for one sign-in only?
    pub once: bool,
}

/// An app password: what it is cannot be read here, only whether something is it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AppPassword {
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of it, base64url.
    pub hash: String,
    /// Since when.
    pub created: Option<Timestamp>,
}

impl AccessPass {
    /// Is it good now?
    pub fn is_good(&self, now: Timestamp) -> bool {
        let starts = self.starts.unwrap_or_default();
        let ends = self.lives.map(|lives| starts.plus(lives)).filter(|_| self.starts.is_some());
        starts <= now && ends.is_none_or(|ends| now < ends)
    }
}

impl Methods {
    /// Is anything registered?
    pub fn any(&self) -> bool {
        self.kinds().next().is_some()
    }

    /// What is registered, the one that asks least of people first.
    pub fn kinds(&self) -> impl Iterator<Item = MethodKind> + '_ {
        MethodKind::FACTORS.into_iter().filter(|kind| self.has(*kind))
    }

    /// Is this kind registered?
    pub fn has(&self, kind: MethodKind) -> bool {
        match kind {
            MethodKind::Push => self.push,
            MethodKind::Totp => self.totp.is_some(),
            MethodKind::Sms => self.sms.is_some(),
            MethodKind::Call => self.call.is_some(),
            MethodKind::Passkey => !self.passkeys.is_empty(),
            // No second factor: legacy clients alone know what to do with one.
            MethodKind::AppPassword => false,
        }
    }
}
