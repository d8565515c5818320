//! What does whoever issues tokens call itself (OpenID Connect Core 1.0, 2: `iss`)? By the literals that Entra has.

use std::fmt;

use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::id::TenantId;

/// A tenant, as an issuer names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuing {
    /// This one.
    Tenant(TenantId),
    /// That of whoever signs in: what documents say that are for any of them.
    Any,
}

impl From<TenantId> for Issuing {
    fn from(tenant: TenantId) -> Self {
        Issuing::Tenant(tenant)
    }
}

impl From<Tenant<'_>> for Issuing {
    fn from(tenant: Tenant<'_>) -> Self {
        Issuing::Tenant(tenant.id())
    }
}

impl fmt::Display for Issuing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Issuing::Tenant(id) => id.fmt(f),
            Issuing::Any => f.write_str("{tenantid}"),
        }
    }
}

/// The issuer of a tenant's v1 tokens: the real literal, the same in every world, whatever the origin.
pub fn issuer_v1(tenant: impl Into<Issuing>) -> String {
    format!("https://sts.windows.net/{}/", tenant.into())
}

/// The issuer of a tenant's v2 tokens: on the origin that was asked.
pub fn issuer_v2(origin: &Origin, tenant: impl Into<Issuing>) -> String {
    origin.url(&format!("/{}/v2.0", tenant.into()))
}

/// The issuer of a third-party provider's tokens, by the provider's handle.
pub fn issuer_generic(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}"))
}
