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
use crate::http::origin::Origin;
use crate::id::TenantId;
use crate::oauth::dialect::Dialect;

/// The name of the cloud all Entra tenants of a world live in.
pub const CLOUD_INSTANCE: &str = "microsoftonline.com";

/// What stands in an issuer where the tenant id of whoever signs in will be.
const ANY_TENANT: &str = "{tenantid}";

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
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        match TenantId::parse(name) {
            Some(CONSUMERS) => Some(AuthorityName::Consumers),
            Some(id) => directory.tenant_by_id(id).map(|_| AuthorityName::Tenant(id)),
            None if is("common") => Some(AuthorityName::Common),
            None if is("organizations") => Some(AuthorityName::Organizations),
            None if is("consumers") => Some(AuthorityName::Consumers),
            None => directory.tenant_by_domain(name).map(|tenant| AuthorityName::Tenant(tenant.id())),
        }
    }

    /// The tenant id as issuers have it: a placeholder where any tenant may answer.
    fn issuing_tenant(self) -> String {
        match self {
            AuthorityName::Tenant(id) => id.to_string(),
            AuthorityName::Common | AuthorityName::Organizations => ANY_TENANT.to_owned(),
            AuthorityName::Consumers => CONSUMERS.to_string(),
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

/// The issuer of a tenant's v2 tokens.
pub fn issuer_v2(origin: &Origin, tenant: TenantId) -> String {
    issuer_v2_of(origin, &tenant.to_string())
}

fn issuer_v2_of(origin: &Origin, tenant: &str) -> String {
    origin.url(&format!("/{tenant}/v2.0"))
}

/// The issuer of a tenant's v1 tokens: the real one, whatever the origin.
pub fn issuer_v1(tenant: TenantId) -> String {
    issuer_v1_of(&tenant.to_string())
}

fn issuer_v1_of(tenant: &str) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

/// The issuer of a third-party provider's tokens.
pub fn issuer_generic(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}"))
}

#[cfg(test)]
mod tests;
