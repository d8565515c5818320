//! What did a provider's answer say about MFA, and what had to stand in it to be proof?
//!
//! Where each protocol carries the proof is in Microsoft's "Satisfy Microsoft Entra ID multifactor authentication (MFA)
//! controls with MFA claims from a federated IdP". What is missing is named here alone, for every page, refusal and reason.

use serde::{Deserialize, Serialize};

use crate::directory::domain::FederationProtocol;
use crate::journal::Because;

/// What the provider's assertion said, as far as it matters afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Does it prove that MFA was done?
    pub mfa: Proved,
    /// What it said it in.
    #[serde(default)]
    pub carrier: Carrier,
    /// What it said about that, in words.
    pub because: Because,
}

/// Whether an assertion proves that MFA was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proved {
    /// It does.
    Mfa,
    /// It proves the first factor only.
    FirstFactor,
}

/// What carries a provider's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// An assertion of SAML 1.1.
    #[default]
    Saml11,
    /// An assertion of SAML 2.0.
    Saml20,
    /// An id token.
    IdToken,
}

impl Carrier {
    /// What a browser brings back over this protocol.
    pub fn over(protocol: FederationProtocol) -> Self {
        match protocol {
            FederationProtocol::Wsfed => Carrier::Saml11,
            FederationProtocol::Saml => Carrier::Saml20,
            FederationProtocol::Oidc => Carrier::IdToken,
        }
    }

    /// What has to stand in it for MFA to be proven.
    pub fn proof(self) -> &'static str {
        match self {
            Carrier::Saml11 => {
                "the claim authenticationmethodsreferences = multipleauthn (as the attribute or as the AuthenticationMethod)"
            }
            Carrier::Saml20 => "the AuthnContextClassRef http://schemas.microsoft.com/claims/multipleauthn",
            Carrier::IdToken => "the value mfa in the claim amr",
        }
    }
}
