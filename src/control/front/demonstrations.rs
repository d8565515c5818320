//! What can be tried here in a browser: each page that protects something, as far as this world has who could open it.

use super::super::pages::{Demonstration, Door};
use super::named;
use crate::directory::Directory;
use crate::directory::tenant::{EntraTenant, TenantKind};
use crate::http::origin::Origin;

/// All that this world has.
pub(super) fn all(facts: &Directory, origin: &Origin) -> Vec<Demonstration> {
    let mut all = Vec::new();
    if has(facts, TenantKind::Partner) {
        all.extend(for_partners(facts, origin));
    }
    if !facts.world().tenants.is_empty() {
        all.extend(for_everybody(origin));
    }
    all
}

fn has(facts: &Directory, kind: TenantKind) -> bool {
    facts.world().tenants.values().any(|tenant| tenant.kind == kind)
}

fn for_partners(facts: &Directory, origin: &Origin) -> Vec<Demonstration> {
    let customers = |path: fn(&str) -> String| {
        let is_customer = |(_, tenant): &(&String, &EntraTenant)| tenant.kind == TenantKind::Customer;
        let opened = |(handle, tenant): (&String, &EntraTenant)| {
            let domain = tenant.domains.first().cloned().unwrap_or_else(|| tenant.id.to_string());
            door(origin, &named(&tenant.name, handle), &path(&domain))
        };
        facts.world().tenants.iter().filter(is_customer).map(opened).collect::<Vec<_>>()
    };
    let portal = vec![door(origin, "Open", "/portal/overview")];
    [
        ("Partner Center", "Where partners do business. Some of its pages ask for a second factor.", portal),
        (
            "Admin center of a customer",
            "Signs in to the customer's tenant, where partners always prove a second factor.",
            customers(|domain| format!("/admin/{domain}")),
        ),
        (
            "Exchange admin center",
            "Signs in to the partner's own tenant only, and asks for what that tenant asks for.",
            customers(|domain| format!("/exchange/{domain}")),
        ),
        (
            "Old PowerShell module",
            "Basic authentication that acts for a customer, as the module without MFA did.",
            customers(|domain| format!("/legacy/powershell?DelegatedOrg={domain}")),
        ),
    ]
    .into_iter()
    .filter(|(_, _, doors)| !doors.is_empty())
    .map(|(name, what, doors)| Demonstration { name, what, doors })
    .collect()
}

fn for_everybody(origin: &Origin) -> Vec<Demonstration> {
    [
        ("Security info", "Where an account manages its methods and app passwords.", "/security-info"),
        ("Device sign-in", "Where the code is typed that a device shows.", "/device"),
        ("Legacy mail", "Basic authentication: it takes a password alone, or an app password.", "/legacy/mail"),
        ("Sample API", "For programs: it sends back whoever has not proven what it needs.", "/sample-api/me"),
    ]
    .map(|(name, what, path)| Demonstration { name, what, doors: vec![door(origin, "Open", path)] })
    .into()
}

fn door(origin: &Origin, label: &str, path: &str) -> Door {
    Door { href: origin.path(path), label: label.to_owned() }
}
