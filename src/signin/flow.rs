//! A sign-in under way: what was demanded, what is proven, whose browser it is, and where it returns to.

use serde::{Deserialize, Serialize};

use super::state::{Asked, Demand, Evidence};
use crate::federation::external::play;
use crate::federation::routes::{PassiveSignIn, SsoSignIn};
use crate::oauth::admin_consent::AdminConsent;
use crate::oauth::authorize::Authorization;
use crate::oauth::device::DeviceSignIn;
use crate::store::Record;
use crate::time::{Span, Timestamp};

/// How long somebody may take to sign in.
pub const LIVES: Span = Span::hours(1);

/// How much longer one is remembered that took too long, so that this can be told from what was never there.
const REMEMBERED: Span = Span::days(1);

/// A sign-in under way, kept under its flow token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    /// What the journal calls it.
    pub flow: String,
    /// The browser it belongs to.
    pub browser: String,
    /// What is wanted.
    pub demand: Demand,
    /// Who wants it, and where the answer goes.
    pub resume: Resume,
    /// What is proven.
    pub evidence: Evidence,
    /// What the page on the screen asks.
    pub asked: Asked,
    /// When it began.
    pub started: Timestamp,
}

impl SignIn {
    /// How much of its time is left: being worked on does not make it longer.
    pub fn left(&self, now: Timestamp) -> Span {
        // A clock that was moved back must not let it live longer than it was meant to.
        self.started.plus(LIVES).since(now).min(LIVES)
    }

    /// How long it is kept, and what leads back to it.
    pub fn kept(&self, now: Timestamp) -> Span {
        Span::from_millis(self.left(now).millis().saturating_add(REMEMBERED.millis()))
    }

    /// Has it taken too long?
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.left(now) <= Span::default()
    }
}

impl Record for SignIn {
    const KIND: &'static str = "sign-in";
}

/// Who began a sign-in: each protocol takes up its own thread when it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// The authorize endpoint.
    Authorize(Box<Authorization>),
    /// The device code page.
    Device(DeviceSignIn),
    /// The admin consent endpoint.
    AdminConsent(Box<AdminConsent>),
    /// A provider's WS-Federation address.
    Passive(Box<PassiveSignIn>),
    /// A provider's SAML address.
    Sso(Box<SsoSignIn>),
    /// A provider's authorize address, asked as an external provider.
    External(Box<play::Asked>),
    /// The page of one's own methods.
    SecurityInfo,
}
