//! What does a tenant or provider publish about itself for SAML and WS-Federation?
//!
//! Metadata for the OASIS SAML 2.0, section 2.4, and WS-Federation 1.2, section 3.1; the roles and their order as
//! Entra ("Federation metadata") and AD FS have them.

mod relying;
mod roles;

use std::sync::Arc;

use super::saml::Binding;
use super::xml::names::{METADATA, SAMLP};
use super::xml::sign::key_info;
use super::xml::{Element, Namespace};
use super::{name_id, parties};
use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::id::ObjectId;
use crate::keys::SigningKey;
use crate::token::issuer::{Issuing, issuer_v1};
pub use relying::relying;
pub use roles::FED;
use roles::{CLAIMS_OF_PROVIDERS, CLAIMS_OF_TENANTS};

/// Somebody who signs people in for applications.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    /// What it calls itself.
    pub entity: String,
    /// The keys it signs with, the current one first.
    pub keys: &'a [Arc<SigningKey>],
    /// Where SAML requests to sign in go.
    sign_on: String,
    /// Where SAML requests to sign out go.
    sign_out: String,
    /// Where WS-Federation requests go.
    passive: String,
    /// Where WS-Trust requests go.
    active: String,
    claims: &'static [(&'static str, &'static str)],
    formats: &'static [&'static str],
}

impl<'a> Described<'a> {
    /// A tenant, or with none whichever tenant somebody belongs to; `name` is how its addresses name it.
    pub fn tenant(origin: &Origin, name: &str, tenant: Option<Tenant<'_>>, keys: &'a [Arc<SigningKey>]) -> Self {
        let saml = origin.url(&format!("/{name}/saml2"));
        let passive = origin.url(&format!("/{name}/wsfed"));
        Self {
            entity: tenant.map_or_else(|| issuer_v1(Issuing::Any), |tenant| parties::entity(origin, tenant)),
            keys,
            sign_on: saml.clone(),
            sign_out: saml,
            active: passive.clone(),
            passive,
            claims: CLAIMS_OF_TENANTS,
            // Entra names none, and libraries would ask for the first.
            formats: &[],
        }
    }

    /// A third-party provider.
    pub fn provider(origin: &Origin, handle: &str, keys: &'a [Arc<SigningKey>]) -> Self {
        Self {
            entity: parties::issuer(origin, handle),
            keys,
            sign_on: parties::sso_address(origin, handle),
            sign_out: origin.url(&format!("/idp/{handle}/saml/slo")),
            passive: parties::passive_address(origin, handle),
            active: origin.url(&format!("/idp/{handle}/adfs/services/trust/13/usernamemixed")),
            claims: CLAIMS_OF_PROVIDERS,
            formats: &name_id::FORMATS,
        }
    }

    /// What it publishes for both protocols, not signed yet.
    pub fn federation(&self) -> Element<'_> {
        let head = self.head("federation").declare(roles::FED);
        head.child(roles::token_service(self)).child(roles::application(self)).child(self.saml_role())
    }

    /// What it publishes for SAML alone, not signed yet.
    pub fn saml(&self) -> Element<'_> {
        self.head("saml").child(self.saml_role())
    }

    fn head(&self, kind: &str) -> Element<'_> {
        METADATA.element("EntityDescriptor").attribute("ID", self.id(kind)).attribute("entityID", &self.entity)
    }

    fn id(&self, kind: &str) -> String {
        id(&[kind, &self.entity, &self.sign_on], self.keys)
    }

    fn saml_role(&self) -> Element<'_> {
        let formats = self.formats.iter().map(|format| METADATA.element("NameIDFormat").text(*format));
        let services = |name: &'static str, at: &'_ str| {
            [Binding::Redirect, Binding::Post].map(|binding| {
                METADATA.element(name).attribute("Binding", binding.uri()).attribute("Location", at.to_owned())
            })
        };
        METADATA
            .element("IDPSSODescriptor")
            .attribute("protocolSupportEnumeration", SAMLP.uri)
            .children(self.key_descriptors())
            .children(services("SingleLogoutService", &self.sign_out))
            .children(formats)
            .children(services("SingleSignOnService", &self.sign_on))
    }

    fn key_descriptors(&self) -> impl Iterator<Item = Element<'_>> {
        key_descriptors(self.keys)
    }
}

/// The same as long as the content is: the document is written once.
fn id(content: &[&str], keys: &[Arc<SigningKey>]) -> String {
    let words: Vec<&str> = content.iter().copied().chain(keys.iter().map(|key| key.kid())).collect();
    format!("_{}", ObjectId::derived(&words))
}

fn key_descriptors(keys: &[Arc<SigningKey>]) -> impl Iterator<Item = Element<'_>> {
    keys.iter().map(|key| METADATA.element("KeyDescriptor").attribute("use", "signing").child(key_info(key)))
}

/// XML Schema instances: `xsi:type`.
pub const XSI: Namespace = Namespace::new("xsi", "http://www.w3.org/2001/XMLSchema-instance");

#[cfg(test)]
mod tests;
