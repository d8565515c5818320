//! What does a client have to know before it can ask for anything? Metadata, keys, instances.
//!
//! OpenID Connect Discovery 1.0 and RFC 8414, with the members and the order of the real service's documents,
//! because client libraries read more from them than the standards promise.

mod entra;
mod generic;
mod instance;
mod key_sets;

pub use entra::{entra_v1, entra_v2};
pub use generic::{Served, contexts, generic};
pub use instance::instance;
pub use key_sets::{jwks_generic, jwks_v1, jwks_v2};

use std::fmt;

use crate::directory::{CONSUMERS, Directory};
use crate::id::TenantId;
use crate::oauth::dialect::Dialect;
use crate::signin::state::Authority;
use crate::token::issuer::Issuing;

/// The name of the cloud all Entra tenants of a world live in.
pub const CLOUD_INSTANCE: &str = "microsoftonline.com";

/// A document that is written once and then kept: what it is, and all it depends on but the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// The metadata of an authority.
    Metadata(Dialect, AuthorityName),
    /// The metadata of a provider, by what the world lets it serve.
    ProviderMetadata(String, Served),
    /// A key set, by the ids of its keys: a rotation changes it.
    Keys(Dialect, Vec<String>),
    /// What somebody publishes for SAML and WS-Federation: by place, kind, and the ids of the keys.
    Federation(String, &'static str, Vec<String>),
}

impl Document {
    /// Whose rules of the wire its answer follows.
    pub fn dialect(&self) -> Dialect {
        match self {
            Document::Metadata(dialect, _) | Document::Keys(dialect, _) => *dialect,
            Document::ProviderMetadata(..) | Document::Federation(..) => Dialect::Generic,
        }
    }
}

/// Whom an Entra address is for: its first path segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorityName {
    /// One tenant. Its documents have the id, also when they were asked for by domain.
    Tenant(TenantId),
    /// Any account.
    Common,
    /// Any account of any tenant.
    Organizations,
    /// Personal accounts.
    Consumers,
}

impl AuthorityName {
    /// The authority a path segment names, when there is one.
    pub fn find(name: &str, directory: &Directory) -> Option<Self> {
        let authority = Authority::find(name, directory)?;
        Some(match authority {
            Authority::Tenant(_) | Authority::Provider(_) => AuthorityName::Tenant(authority.tenant(directory)?.id()),
            Authority::Common => AuthorityName::Common,
            Authority::Organizations => AuthorityName::Organizations,
            Authority::Consumers => AuthorityName::Consumers,
        })
    }
}

impl From<AuthorityName> for Issuing {
    fn from(authority: AuthorityName) -> Self {
        match authority {
            AuthorityName::Tenant(id) => Issuing::Tenant(id),
            AuthorityName::Common | AuthorityName::Organizations => Issuing::Any,
            AuthorityName::Consumers => Issuing::Tenant(CONSUMERS),
        }
    }
}

impl fmt::Display for AuthorityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuthorityName::Tenant(id) => id.fmt(f),
            AuthorityName::Common => f.write_str("common"),
            AuthorityName::Organizations => f.write_str("organizations"),
            AuthorityName::Consumers => f.write_str("consumers"),
        }
    }
}

#[cfg(test)]
mod tests;
