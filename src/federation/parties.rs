//! Who is who in a federation: the names and addresses that both sides of a trust know.
//!
//! As AD FS and Microsoft Entra ID have them; see "AD FS and the relying party trust for Microsoft 365".

use crate::directory::Directory;
use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::signin::state::Authority;
use crate::token::issuer::{Issuing, issuer_v1};

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

/// The provider of this world that calls itself this, at whichever of our origins it was asked.
///
/// Differs: the real service compares the whole name. Here a provider is called by the origin that was asked, and
/// libraries ask it at another than the tenant's: MSAL for Python looks the provider up on port 443, always.
pub fn provider_called<'i>(origin: &Origin, issuer: &'i str) -> Option<&'i str> {
    let host_and_path = issuer.strip_prefix("https://").or_else(|| issuer.strip_prefix("http://"))?;
    let path = host_and_path.split_at_checked(host_and_path.find('/')?)?.1;
    let name = path.strip_prefix(&origin.path("/idp/"))?.strip_suffix("/adfs/services/trust")?;
    (!name.contains('/')).then_some(name)
}

/// Where a browser goes to sign in by WS-Federation.
pub fn passive_address(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}/adfs/ls/"))
}

/// Where a browser goes to sign in by SAML 2.0.
pub fn sso_address(origin: &Origin, provider: &str) -> String {
    origin.url(&format!("/idp/{provider}/saml/sso"))
}

/// What a tenant or provider calls itself in SAML and WS-Federation: a tenant by the real literal, whatever the origin.
pub fn entity(origin: &Origin, tenant: Tenant<'_>) -> String {
    match tenant {
        Tenant::Entra { .. } => issuer_v1(tenant),
        Tenant::Provider { handle, .. } => issuer(origin, handle),
    }
}

/// The same for whoever is asked at an address: where any tenant may answer, the literal of all of them.
pub fn entity_at(origin: &Origin, directory: &Directory, authority: &Authority) -> String {
    authority.tenant(directory).map_or_else(|| issuer_v1(Issuing::Any), |tenant| entity(origin, tenant))
}

/// An address with this query, whether or not it has one already.
pub fn carrying(address: &str, query: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_by_its_name_at_every_origin_of_its_own_world() {
        let origin = |base: &str| Origin { scheme_host: "https://localhost:8443".into(), base: base.into() };
        for base in ["", "/w/a"] {
            let own = issuer(&origin(base), "wingtip");
            assert_eq!(provider_called(&origin(base), &own), Some("wingtip"), "{own}");
        }
        let called = |base, issuer| provider_called(&origin(base), issuer);
        assert_eq!(called("", "http://127.0.0.1/idp/wingtip/adfs/services/trust"), Some("wingtip"));
        for (base, other) in [
            ("", "https://localhost:8443/w/a/idp/wingtip/adfs/services/trust"),
            ("/w/a", "https://localhost:8443/idp/wingtip/adfs/services/trust"),
            ("/w/a", "https://localhost:8443/w/ab/idp/wingtip/adfs/services/trust"),
            ("", "https://localhost:8443/idp/a/b/adfs/services/trust"),
            ("", "https://localhost:8443/idp/wingtip/adfs/services/trust/mex"),
            ("", "ftp://localhost/idp/wingtip/adfs/services/trust"),
            ("", "https://localhost"),
            ("", "urn:idp"),
            ("", ""),
        ] {
            assert_eq!(called(base, other), None, "{other}");
        }
    }
}
