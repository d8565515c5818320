//! A tenant sends one of its people to another provider and waits for its word: as a second factor (an external
//! authentication method), or because a policy demands it (a custom control).
//!
//! "External authentication method provider reference" of Microsoft Entra: a browser posts an OpenID Connect request whose
//! `id_token_hint` tells whom it is about, and posts back an id token that tells how they were verified.
//!
//! Differs: a custom control is asked for in the same way, where the real service has an older one of its own.

pub mod answer;
pub mod play;
pub mod request;

use serde::{Deserialize, Serialize};

use crate::directory::external::External;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::directory::{AccountRef, Directory};
use crate::http::origin::Origin;
use crate::id::Upn;
use crate::store::Record;
use crate::time::Span;

/// How long a provider may take to answer.
pub const LIVES: Span = Span::minutes(10);

/// Where providers post their answer to.
pub fn reply_address(origin: &Origin) -> String {
    origin.url("/common/federation/externalauthprovider")
}

/// What a provider's word would be taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A second factor.
    Method,
    /// A custom control that was passed.
    Control,
}

impl Role {
    /// All that a tenant has in this role, by handle.
    pub fn all(self, tenant: &EntraTenant) -> impl Iterator<Item = (&str, &External)> {
        let all = match self {
            Role::Method => &tenant.external_methods,
            Role::Control => &tenant.custom_controls,
        };
        all.iter().map(|(handle, facts)| (handle.as_str(), facts))
    }
}

/// A question that waits for a provider's answer, kept under the state that travels with it. It is answered once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The flow token of the sign-in it belongs to.
    pub token: String,
    /// What the answer would be taken for.
    pub role: Role,
    /// The tenant that asks, by handle.
    pub tenant: String,
    /// The method or control, by handle.
    pub name: String,
    /// Whom it is about.
    pub upn: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// What the provider was told to call the person.
    pub subject: String,
    /// What has to come back in the answer.
    pub nonce: String,
}

impl Record for Errand {
    const KIND: &'static str = "errand";
}

impl Errand {
    /// Whom it is about.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// The method or control as it is set up now; it may be gone.
    pub fn facts<'d>(&self, directory: &'d Directory) -> Option<&'d External> {
        let Tenant::Entra { facts, .. } = directory.tenant_by_handle(&self.tenant)? else { return None };
        self.role.all(facts).find(|(handle, _)| *handle == self.name).map(|(_, facts)| facts)
    }
}
