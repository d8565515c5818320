//! Who verifies the person behind this user name? Asked before anybody signed in, by libraries and by pages.
//!
//! The documents are not published; their members follow recorded answers. What they say of a domain is no
//! secret. Where the provider of a federated domain is, is found out before; if it cannot be, its addresses are left out.
//! Only [`credential_type`] speaks of a single account, and keeps quiet where the tenant wants that.

mod credential_type;
mod federated;
mod realm_info;

pub use credential_type::{CredentialTypeRequest, credential_type};
pub use realm_info::realm_info;

use federated::sign_in_url;
use serde::Serialize;

use super::discovery::CLOUD_INSTANCE;
use crate::directory::Directory;
use crate::directory::domain::{Federation, FederationProtocol, Realm};
use crate::directory::tenant::Tenant;
use crate::federation::parties::MICROSOFT_ONLINE;
use crate::federation::provider::Addresses;
use crate::id::Upn;

/// What a domain is.
enum Domain<'d> {
    Managed(Tenant<'d>),
    Federated(Tenant<'d>, &'d Federation),
    Unknown,
}

/// The trust behind a user name's domain, and the tenant that put it there.
pub fn federation_of<'d>(directory: &'d Directory, login: &Upn) -> Option<(Tenant<'d>, &'d Federation)> {
    match domain_of(directory, login) {
        Domain::Federated(tenant, federation) => Some((tenant, federation)),
        Domain::Managed(_) | Domain::Unknown => None,
    }
}

/// Where a browser goes to sign in with this name, when that is elsewhere.
pub fn sign_in_elsewhere(directory: &Directory, provider: Option<&Addresses>, login: &str) -> Option<String> {
    let login = Upn::new(login);
    domain_of(directory, &login).sign_in_url(provider, &login)
}

fn domain_of<'d>(directory: &'d Directory, login: &Upn) -> Domain<'d> {
    let Some(tenant) = directory.tenant_by_domain(login.domain()) else { return Domain::Unknown };
    match directory.realm(tenant, login.domain()) {
        Realm::Managed => Domain::Managed(tenant),
        Realm::Federated(federation) => Domain::Federated(tenant, federation),
    }
}

impl Domain<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Domain::Managed(_) => "Managed",
            Domain::Federated(..) => "Federated",
            Domain::Unknown => "Unknown",
        }
    }

    fn tenant_name(&self) -> Option<String> {
        match self {
            Domain::Managed(tenant) | Domain::Federated(tenant, _) => Some(tenant.name().to_owned()),
            Domain::Unknown => None,
        }
    }

    fn federation(&self) -> Option<&Federation> {
        match self {
            Domain::Federated(_, federation) => Some(federation),
            Domain::Managed(_) | Domain::Unknown => None,
        }
    }

    fn sign_in_url(&self, provider: Option<&Addresses>, login: &Upn) -> Option<String> {
        Some(sign_in_url(self.federation()?, provider?, login))
    }

    /// The domain's name, where it is one of ours.
    fn name(&self, login: &Upn) -> Option<String> {
        match self {
            Domain::Managed(_) | Domain::Federated(..) => Some(login.domain().to_owned()),
            Domain::Unknown => None,
        }
    }
}

#[derive(Serialize)]
struct RealmV1 {
    ver: &'static str,
    account_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_protocol: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_metadata_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_active_auth_url: Option<String>,
    cloud_instance_name: &'static str,
    cloud_audience_urn: &'static str,
}

/// `userrealm` with `api-version=1.0`: what libraries ask before the password grant.
pub fn realm_v1(directory: &Directory, provider: Option<&Addresses>, login: &str) -> impl Serialize + use<> {
    let login = Upn::new(login);
    let domain = domain_of(directory, &login);
    let active = provider.and_then(|provider| provider.active.as_ref());
    RealmV1 {
        ver: "1.0",
        account_type: domain.kind(),
        domain_name: domain.name(&login),
        federation_protocol: domain.federation().map(|federation| match federation.protocol {
            FederationProtocol::Wsfed => "WSTrust",
            FederationProtocol::Saml => "SAML20",
            FederationProtocol::Oidc => "OpenIDConnect",
        }),
        federation_metadata_url: active.map(|active| active.description.clone()),
        federation_active_auth_url: active.map(|active| active.password.clone()),
        cloud_instance_name: CLOUD_INSTANCE,
        cloud_audience_urn: MICROSOFT_ONLINE,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RealmV2 {
    name_space_type: &'static str,
    #[serde(rename = "federation_protocol", skip_serializing_if = "Option::is_none")]
    federation_protocol: Option<&'static str>,
    login: String,
    #[serde(rename = "AuthURL", skip_serializing_if = "Option::is_none")]
    auth_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_brand_name: Option<String>,
    /// Nobody here has colours of their own.
    tenant_branding_info: Option<()>,
    #[serde(rename = "cloud_instance_name")]
    cloud_instance_name: &'static str,
}

/// `userrealm` with `api-version=2.0` or `2.1`: what sign-in pages and tools ask.
pub fn realm_v2(directory: &Directory, provider: Option<&Addresses>, login: &str) -> impl Serialize + use<> {
    let name = Upn::new(login);
    let domain = domain_of(directory, &name);
    RealmV2 {
        name_space_type: domain.kind(),
        federation_protocol: domain.federation().map(|federation| match federation.protocol {
            FederationProtocol::Wsfed => "WsTrust",
            FederationProtocol::Saml => "SAMLP",
            FederationProtocol::Oidc => "OpenIDConnect",
        }),
        login: login.to_owned(),
        auth_url: domain.sign_in_url(provider, &name),
        domain_name: domain.name(&name),
        federation_brand_name: domain.tenant_name(),
        tenant_branding_info: None,
        cloud_instance_name: CLOUD_INSTANCE,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RealmSrf {
    state: u8,
    user_state: u8,
    login: String,
    name_space_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_global_version: Option<i8>,
    #[serde(rename = "AuthURL", skip_serializing_if = "Option::is_none")]
    auth_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_brand_name: Option<String>,
    cloud_instance_name: &'static str,
    cloud_instance_issuer_uri: &'static str,
}

/// `GetUserRealm.srf`: the oldest form, still asked by Office and by administrators' tools.
pub fn realm_srf(directory: &Directory, provider: Option<&Addresses>, login: &str) -> impl Serialize + use<> {
    let name = Upn::new(login);
    let domain = domain_of(directory, &name);
    let (state, user_state) = match domain {
        Domain::Federated(..) => (3, 2),
        Domain::Managed(_) | Domain::Unknown => (4, 1),
    };
    RealmSrf {
        state,
        user_state,
        login: login.to_owned(),
        name_space_type: domain.kind(),
        domain_name: domain.name(&name),
        federation_global_version: domain.federation().map(|_| -1),
        auth_url: domain.sign_in_url(provider, &name),
        federation_brand_name: domain.tenant_name(),
        cloud_instance_name: CLOUD_INSTANCE,
        cloud_instance_issuer_uri: MICROSOFT_ONLINE,
    }
}

#[cfg(test)]
mod tests;
