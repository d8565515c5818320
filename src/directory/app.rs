//! Which applications there are, how they prove themselves, where they may be answered, what they expose.

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user::Secret;
use crate::id::{ClientId, ObjectId};
use crate::time::{Span, Timestamp};

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
    pub certificates: BTreeMap<String, Certificate>,
    /// Other issuers whose tokens prove it, by handle.
    pub federated_credentials: BTreeMap<String, FederatedCredential>,
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
    pub scopes: BTreeMap<String, Scope>,
    /// Roles it exposes, for people and for applications.
    pub roles: BTreeMap<String, AppRole>,
    /// Must people be given one of its roles before they can sign in (50105)?
    pub assignment_required: bool,
    /// Delegated permissions it was registered with: resource handle to scopes.
    pub permissions: BTreeMap<String, Vec<String>>,
    /// Roles it was given as an application: resource handle to roles.
    pub app_permissions: BTreeMap<String, Vec<String>>,
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

/// A secret, with or without an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
pub enum ClientSecret {
    /// The secret alone.
    Forever(Secret),
    /// A secret that ends (7000222).
    Until(ExpiringSecret),
}

/// A secret that ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiringSecret {
    /// The secret.
    pub value: Secret,
    /// When it ends.
    pub expires: Timestamp,
}

/// A certificate in PEM form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Certificate {
    /// `-----BEGIN CERTIFICATE-----` and so on.
    pub pem: String,
}

/// A token of another issuer that stands for this application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FederatedCredential {
    /// The token's `iss`; its keys are found through its discovery document.
    pub issuer: String,
    /// The token's `sub`.
    pub subject: String,
    /// The token's `aud`; Entra's usual one when left out.
    pub audience: Option<String>,
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

/// The shape of an access token (`ver`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum TokenVersion {
    /// The older: `appid`, `upn`, `amr`.
    #[default]
    #[serde(rename = "1.0")]
    V1,
    /// The newer: `azp`, no `amr`.
    #[serde(rename = "2.0")]
    V2,
}

/// A delegated permission.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// What the consent page says.
    pub title: String,
    /// The sentence below it.
    pub description: String,
    /// Who has to agree.
    pub consent: ConsentKind,
}

/// Who has to agree before an application may use a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentKind {
    /// The person, each for themselves.
    #[default]
    User,
    /// An administrator (90094).
    Admin,
    /// Nobody: it is consented for everyone.
    Nobody,
}

/// A role an application exposes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AppRole {
    /// Its id; made from application and value when left out.
    pub id: ObjectId,
    /// What it is called.
    pub title: String,
}

/// Claims an application asks for beyond the usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OptionalClaims {
    /// In its id tokens.
    pub id_token: Vec<String>,
    /// In access tokens it takes as a resource.
    pub access_token: Vec<String>,
}

/// Which groups an application's tokens name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GroupClaims {
    /// None.
    #[default]
    None,
    /// Security groups.
    Security,
    /// Directory roles (`wids`).
    DirectoryRole,
    /// Both.
    All,
}

impl GroupClaims {
    /// Are security groups named?
    pub fn names_groups(self) -> bool {
        matches!(self, GroupClaims::Security | GroupClaims::All)
    }

    /// Are directory roles named?
    pub fn names_roles(self) -> bool {
        matches!(self, GroupClaims::DirectoryRole | GroupClaims::All)
    }
}

/// An application as a SAML service provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SamlApp {
    /// Its entity id.
    pub entity_id: String,
    /// Where it may be answered.
    pub reply_urls: Vec<String>,
    /// Where it is told that somebody signed out, and where its own requests to sign out are answered.
    pub logout_url: Option<String>,
    /// The certificate its requests are signed with, PEM.
    pub certificate: Option<String>,
    /// Has it to sign its requests (76021)?
    pub require_signed_requests: bool,
    /// What is signed of the answers to it.
    pub signs: Signs,
}

/// What is signed of a SAML answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signs {
    /// The assertion.
    #[default]
    Assertion,
    /// The response around it.
    Response,
    /// Each of them.
    Both,
}

/// The version of SAML in the tokens of WS-Federation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum SamlVersion {
    /// SAML 1.1.
    #[serde(rename = "1.1")]
    V11,
    /// SAML 2.0.
    #[serde(rename = "2.0")]
    V20,
}

/// An application as a WS-Federation relying party.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WsFedApp {
    /// Its realm (`wtrealm`).
    pub realm: String,
    /// Where it may be answered.
    pub reply_urls: Vec<String>,
    /// Where it is told that somebody signed out; its first reply address when left out.
    pub logout_url: Option<String>,
    /// The version of SAML it takes; left out, 2.0 from tenants and 1.1 from providers.
    pub saml: Option<SamlVersion>,
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
