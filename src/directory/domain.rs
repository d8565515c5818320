//! Is a domain managed, or does another provider sign its people in?
//!
//! Field names follow Microsoft Graph's `internalDomainFederation`.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The trust a tenant puts in the provider of one of its domains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Federation {
    /// The provider's handle in this world.
    pub provider: Option<String>,
    /// The metadata address of a provider outside this world.
    pub metadata: Option<String>,
    /// Which protocol carries the sign-in.
    pub protocol: FederationProtocol,
    /// What the provider calls the tenant, when they speak OpenID Connect; `urn:federation:MicrosoftOnline` if nothing
    /// else is said.
    pub client_id: Option<String>,
    /// Whose MFA counts.
    pub federated_idp_mfa_behavior: Option<FederatedIdpMfaBehavior>,
    /// The older form of the same question; ignored when the newer is set.
    pub supports_mfa: Option<bool>,
    /// How `prompt=login` reaches the provider.
    pub prompt_login_behavior: PromptLoginBehavior,
}

/// Whose second factor counts, whichever of the two settings says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdpMfa {
    /// The provider's, when its assertion proves it; else the tenant asks.
    Accept,
    /// The provider's only: it is asked for it, and has to prove it.
    Enforce,
    /// The tenant's only, whatever the provider proves.
    Reject,
}

impl Federation {
    /// Whose second factor counts. The newer setting wins; without either, the provider's proof is accepted.
    pub fn idp_mfa(&self) -> IdpMfa {
        match (self.federated_idp_mfa_behavior, self.supports_mfa) {
            (Some(FederatedIdpMfaBehavior::AcceptIfMfaDoneByFederatedIdp), _) | (None, None) => IdpMfa::Accept,
            (Some(FederatedIdpMfaBehavior::EnforceMfaByFederatedIdp), _) | (None, Some(true)) => IdpMfa::Enforce,
            (Some(FederatedIdpMfaBehavior::RejectMfaByFederatedIdp), _) | (None, Some(false)) => IdpMfa::Reject,
        }
    }
}

/// Which protocol carries a federated sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FederationProtocol {
    /// WS-Federation, as AD FS speaks it.
    #[default]
    Wsfed,
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    Oidc,
}

/// Whose MFA counts for a federated domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum FederatedIdpMfaBehavior {
    /// The provider's, when its assertion proves it; else the tenant asks.
    AcceptIfMfaDoneByFederatedIdp,
    /// The provider's only.
    EnforceMfaByFederatedIdp,
    /// The tenant's only.
    RejectMfaByFederatedIdp,
}

/// How `prompt=login` reaches a federated provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum PromptLoginBehavior {
    /// As a request for a fresh password.
    #[default]
    TranslateToFreshPasswordAuthentication,
    /// As it is.
    NativeSupport,
    /// Not at all.
    Disabled,
}

/// Who verifies the people of a domain.
#[derive(Clone, Copy, Debug)]
pub enum Realm<'d> {
    /// The tenant itself.
    Managed,
    /// Another provider.
    Federated(&'d Federation),
}
