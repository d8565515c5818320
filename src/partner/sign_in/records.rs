//! What a relying party remembers: sign-ins that somebody left for, and sessions that came of them.

use serde::{Deserialize, Serialize};

use crate::id::{ObjectId, TenantId, Upn};
use crate::partner::site::Site;
use crate::store::Record;
use crate::time::Span;

/// How long somebody may take to sign in.
pub const PATIENCE: Span = Span::hours(1);
/// How long a session lasts, also in a browser that is never closed.
pub const WORKDAY: Span = Span::hours(8);

/// What is demanded of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demanded {
    /// That somebody signs in.
    Anything,
    /// That they prove a second factor.
    SecondFactor,
}

/// A sign-in that somebody left for. It lies under its `state`, and is taken once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// For which site.
    pub site: Site,
    /// The browser that left.
    pub browser: String,
    /// PKCE's verifier.
    pub verifier: String,
    /// What the id token must repeat.
    pub nonce: String,
    /// The page of ours to return to: a path that we wrote, without the world's prefix.
    pub return_to: String,
    /// What it was for.
    pub demanded: Demanded,
}

impl Record for Pending {
    const KIND: &'static str = "partner-sign-in";
}

/// Somebody signed in at one of our sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteSession {
    /// At which.
    pub site: Site,
    /// Who, by name.
    pub upn: Upn,
    /// Who, by the object in the tenant signed in to.
    pub object: ObjectId,
    /// The tenant signed in to.
    pub tenant: TenantId,
    /// How they proved it, as the id token says.
    pub amr: Vec<String>,
    /// What the revocations were.
    pub epoch: String,
    /// The flow it came of, for the diagram.
    pub flow: Option<String>,
}

impl Record for SiteSession {
    const KIND: &'static str = "partner-session";
}

/// Whether somebody has proven a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// They have.
    Mfa,
    /// They have not.
    NoMfa,
}

impl SiteSession {
    /// Has a second factor been proven? The claim says, and nothing else does.
    pub fn evidence(&self) -> Evidence {
        if self.amr.iter().any(|word| word == "mfa") { Evidence::Mfa } else { Evidence::NoMfa }
    }
}
