//! Who is who in a federation: the names and addresses that both sides of a trust know.
//!
//! As AD FS and Microsoft Entra ID have them; see "AD FS and the relying party trust for Microsoft 365".

use crate::http::origin::Origin;

/// What every tenant is called as a relying party.
pub const MICROSOFT_ONLINE: &str = "urn:federation:MicrosoftOnline";
/// The handle of the application that stands for it, among the platform's.
pub const MICROSOFT_ONLINE_APP: &str = "microsoft-online";

/// Where providers send their answers back to.
pub fn login_address(origin: &Origin) -> String {
    origin.url("/login.srf")
}

/// What a provider calls itself.
pub fn issuer(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}/adfs/services/trust"))
}

/// Where a browser goes to sign in by WS-Federation.
pub fn passive_address(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}/adfs/ls/"))
}

/// Where a browser goes to sign in by SAML 2.0.
pub fn sso_address(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}/saml/sso"))
}
