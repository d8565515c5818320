//! Which web applications of ours sign people in, where are they answered, and which tenant do they sign in to?
//!
//! Partner Center and the Exchange admin center sign in to the tenant that owns the account; the admin center of a
//! customer signs in to the customer's.

use serde::{Deserialize, Serialize};

use crate::directory::Directory;
use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::id::ObjectId;

/// One of our web applications, as far as signing in to it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Partner Center.
    PartnerCenter,
    /// The admin center of the tenant of this handle.
    Admin(String),
    /// The Exchange admin center.
    Exchange,
}

/// The handles of their applications, and below which path each lives.
const APPS: [(&str, &str); 3] =
    [("partner-center", "/portal"), ("admin-portal", "/admin"), ("exchange-portal", "/exchange")];

impl Site {
    /// The handle of its application.
    pub fn app(&self) -> &'static str {
        match self {
            Site::PartnerCenter => "partner-center",
            Site::Admin(_) => "admin-portal",
            Site::Exchange => "exchange-portal",
        }
    }

    /// The name shown to people.
    pub fn title(&self) -> &'static str {
        match self {
            Site::PartnerCenter => "Partner Center",
            Site::Admin(_) => "Admin center",
            Site::Exchange => "Exchange admin center",
        }
    }

    /// The path below which it lives, and its cookies.
    pub fn path(&self) -> &'static str {
        match self {
            Site::PartnerCenter => "/portal",
            Site::Admin(_) => "/admin",
            Site::Exchange => "/exchange",
        }
    }

    /// The path it is answered at.
    pub fn callback(&self) -> String {
        format!("{}/callback", self.path())
    }

    /// Does one of them live below a path that begins with this?
    pub fn lives_below(first: &str) -> bool {
        APPS.iter().any(|(_, path)| path.strip_prefix('/') == Some(first))
    }

    /// The tenant it signs in to, as addresses name it.
    pub fn authority(&self, directory: &Directory) -> String {
        match self {
            Site::PartnerCenter | Site::Exchange => "organizations".to_owned(),
            Site::Admin(handle) => {
                directory.tenant_by_handle(handle).map_or_else(|| handle.clone(), |tenant| tenant.id().to_string())
            }
        }
    }

    /// Is a sign-in to this tenant one to this site?
    pub fn takes(&self, tenant: Tenant<'_>) -> bool {
        match self {
            Site::PartnerCenter | Site::Exchange => true,
            Site::Admin(handle) => tenant.handle() == handle,
        }
    }

    /// The name of its session's cookie. Each customer's admin center has one of its own.
    pub fn cookie(&self) -> String {
        match self {
            Site::PartnerCenter => "PartnerCenterSession".to_owned(),
            // A handle may hold what a cookie's name may not.
            Site::Admin(handle) => format!("AdminSession-{}", ObjectId::derived(&["admin session", handle]).0.simple()),
            Site::Exchange => "ExchangeSession".to_owned(),
        }
    }
}

/// May the application of this handle be answered at this address? Where that is depends on where this server is
/// reached, so no address is registered for them.
pub fn is_own_address(app: &str, uri: &str, origin: &Origin) -> bool {
    APPS.iter().any(|(handle, path)| *handle == app && origin.url(&format!("{path}/callback")) == uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_site_is_answered_at_its_own_address_only() {
        let origin = Origin { scheme_host: "https://here.test".into(), base: "/w/a".into() };
        let own = |app: &str, uri: &str| is_own_address(app, uri, &origin);
        for site in [Site::PartnerCenter, Site::Admin("adatum".into()), Site::Exchange] {
            assert!(own(site.app(), &origin.url(&site.callback())));
            assert!(!own("example-web", &origin.url(&site.callback())));
        }
        assert!(!own("partner-center", "https://here.test/w/a/admin/callback"));
        assert!(!own("partner-center", "https://here.test/portal/callback"), "another world's");
        assert!(!own("partner-center", "https://here.test/w/a/portal/callback/"));
        assert!(!own("partner-center", "https://evil.test/w/a/portal/callback"));
    }
}
