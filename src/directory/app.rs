//! Which applications there are, where they may be answered, and what they may have.

mod claims;
mod credentials;
mod federated;
mod resource;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::table::Table;
use crate::id::{ClientId, ObjectId};
use crate::time::Span;

pub use claims::{GroupClaims, OptionalClaims};
pub use credentials::{Certificate, ClientSecret, ExpiringSecret, FederatedCredential};
pub use federated::{SamlApp, SamlVersion, Signs, WsFedApp};
pub use resource::{AppRole, ConsentKind, Scope, TokenVersion};

/// An application, as a world file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct App {
    /// The client id; made from the handle when left out.
    pub client_id: ClientId,
    /// The tenant or provider it is registered at, by handle; at both where they share one. May be left out where
    /// there is one tenant only.
    pub home: String,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// May accounts of other tenants use it?
    pub multi_tenant: bool,
    /// Is it switched off (7000112)?
    pub disabled: bool,
    /// May it use flows in which it cannot prove itself: device code, password?
    pub public_client: bool,
    /// Secrets it may prove itself with.
    pub secrets: Vec<ClientSecret>,
    /// Certificates it may prove itself with, by handle.
    pub certificates: Table<String, Certificate>,
    /// Other issuers whose tokens prove it, by handle.
    pub federated_credentials: Table<String, FederatedCredential>,
    /// Where it may be answered.
    pub redirect_uris: RedirectUris,
    /// Where its hidden frame is called at sign-out.
    pub front_channel_logout_uri: Option<String>,
    /// Which tokens it may take straight from the authorize endpoint.
    pub implicit: Implicit,
    /// The URIs resources are named by, such as `api://example-api`.
    pub identifier_uris: Vec<String>,
    /// The shape of the access tokens it takes as a resource.
    pub token_version: TokenVersion,
    /// Delegated permissions it exposes.
    pub scopes: Table<String, Scope>,
    /// Roles it exposes, for people and for applications.
    pub roles: Table<String, AppRole>,
    /// Must people be given one of its roles before they can sign in (50105)?
    pub assignment_required: bool,
    /// Delegated permissions it was registered with: resource handle to scopes.
    pub permissions: Table<String, Vec<String>>,
    /// Roles it was given as an application: resource handle to roles.
    pub app_permissions: Table<String, Vec<String>>,
    /// Tenants where an administrator has consented to its permissions, by handle.
    pub consented: Vec<String>,
    /// Is it Microsoft's own? Then nobody is asked for consent.
    pub first_party: bool,
    /// Claims it asks for beyond the usual.
    pub optional_claims: OptionalClaims,
    /// Which groups its tokens name.
    pub group_claims: GroupClaims,
    /// How long access and id tokens for it live, where that differs from the tenant's.
    pub token_lifetime: Option<Span>,
    /// Its place as a SAML service provider.
    pub saml: Option<SamlApp>,
    /// Its place as a WS-Federation relying party.
    pub wsfed: Option<WsFedApp>,
}

/// Where an application may be answered, by the kind of its platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RedirectUris {
    /// Server-side applications.
    pub web: Vec<String>,
    /// Single-page applications.
    pub spa: Vec<String>,
    /// Desktop and mobile applications.
    pub native: Vec<String>,
}

/// Which tokens an application may take straight from the authorize endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Implicit {
    /// Access tokens.
    pub access_tokens: bool,
    /// Id tokens.
    pub id_tokens: bool,
}

impl App {
    /// Did the file leave out anything that [`App::complete`] fills in?
    pub(super) fn needs_completing(&self) -> bool {
        self.client_id == ClientId::default() || self.roles.values().any(|role| role.id == ObjectId::default())
    }

    /// Fills in what a file may leave out.
    pub(super) fn complete(&mut self, handle: &str) {
        if self.client_id == ClientId::default() {
            self.client_id = ClientId::new(&ObjectId::derived(&["app", handle]).to_string());
        }
        for (value, role) in &mut self.roles {
            if role.id == ObjectId::default() {
                role.id = ObjectId::derived(&["app role", handle, value]);
            }
        }
    }

    /// Every address it may be answered at.
    pub fn every_redirect_uri(&self) -> impl Iterator<Item = &str> {
        let uris = &self.redirect_uris;
        uris.web.iter().chain(&uris.spa).chain(&uris.native).map(String::as_str)
    }

    /// Has it any way of proving itself?
    pub fn is_confidential(&self) -> bool {
        !self.secrets.is_empty() || !self.certificates.is_empty() || !self.federated_credentials.is_empty()
    }
}
