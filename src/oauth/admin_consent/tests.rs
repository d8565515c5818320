//! What is asked for, who may be told what, and where?

use std::sync::Arc;

use super::*;
use crate::chance::Chance;
use crate::directory::{Directory, world};
use crate::http::origin::Origin;
use crate::id::ClientId;
use crate::keys::{KeyRing, KeySource};
use crate::store::Memory;
use crate::time::Timestamp;

const WEB: &str = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
const CALLBACK: &str = "http://localhost:3000/auth/callback";

fn directory() -> Directory {
    Directory::new(world::partner().unwrap()).unwrap()
}

fn ask(asked: Asked, authority: Authority, pairs: &[(&str, &str)]) -> Result<(AdminConsent, Demand), Refusal> {
    let params = Params::from_pairs(pairs.iter().map(|(name, value)| (*name, *value)));
    let directory = directory();
    let desk = Desk {
        directory: &directory,
        store: &Memory::new(Arc::new(directory.clone())),
        keys: &KeyRing::new(KeySource::Development),
        chance: &Chance::new(Some(1), ""),
        origin: &Origin { scheme_host: "https://localhost".into(), base: String::new() },
        now: Timestamp::default(),
        ip: "",
    };
    read(&desk, authority, asked, &params)
}

fn example() -> Authority {
    Authority::Tenant("example".into())
}

#[test]
fn the_v2_address_asks_for_the_scopes_it_names() {
    let scope = "api://example-api/write";
    let pairs = [("client_id", WEB), ("redirect_uri", CALLBACK), ("scope", scope), ("state", "s")];
    let (request, demand) = ask(Asked::Scopes, example(), &pairs).unwrap();
    assert!(demand.for_everyone);
    let scopes: Vec<&str> = demand.permissions.iter().map(|one| one.scope.as_str()).collect();
    assert_eq!(scopes, ["write"]);
    assert_eq!((request.scope.as_deref(), request.state.as_deref()), (Some(scope), Some("s")));
}

#[test]
fn the_v1_address_asks_for_everything_registered() {
    let directory = directory();
    let app = directory.entra_app(&ClientId::new(WEB)).unwrap();
    let registered: Vec<_> = app.permissions.keys().map(|resource| (Some(resource.as_str()), ".default")).collect();
    let (request, demand) = ask(Asked::Registered, example(), &[("client_id", WEB)]).unwrap();
    let asked: Vec<_> = demand.permissions.iter().map(|one| (one.resource.as_deref(), one.scope.as_str())).collect();
    assert_eq!(asked, registered);
    assert_eq!((request.redirect_uri.as_str(), request.scope), (CALLBACK, None));
}

#[test]
fn what_is_wrong_with_a_request_is_said_by_number() {
    let contoso = Authority::Tenant("contoso".into());
    let fine = [("client_id", WEB), ("redirect_uri", CALLBACK), ("scope", "openid")];
    let table = [
        (example(), vec![("client_id", WEB), ("redirect_uri", CALLBACK)], Code::BodyParameterMissing),
        (example(), vec![("scope", "openid")], Code::BodyParameterMissing),
        (example(), vec![("client_id", "nobody"), ("scope", "openid")], Code::ClientIdMalformed),
        (
            example(),
            vec![("client_id", WEB), ("redirect_uri", "https://evil.test"), ("scope", "openid")],
            Code::RedirectNotRegistered,
        ),
        (contoso, fine.to_vec(), Code::AppNotFound),
        (Authority::Consumers, fine.to_vec(), Code::NotOnThisAuthority),
        (Authority::Organizations, fine.to_vec(), Code::SingleTenantApp),
    ];
    for (authority, pairs, code) in table {
        assert_eq!(ask(Asked::Scopes, authority, &pairs).unwrap_err().code, code, "{pairs:?}");
    }
}

#[test]
fn the_application_is_told_what_it_may_know() {
    let directory = directory();
    let request = AdminConsent {
        authority: example(),
        app: "example-web".into(),
        redirect_uri: format!("{CALLBACK}?x=1"),
        state: Some("a b".into()),
        scope: None,
    };
    let tenant = directory.tenant_by_handle("example").unwrap();
    assert_eq!(
        success(&request, tenant),
        format!("{CALLBACK}?x=1&admin_consent=True&tenant={}&state=a%20b", tenant.id())
    );
    let declined = failure(&request, &Code::ConsentDeclined.because("no"), "AADSTS65004: no").unwrap();
    assert!(
        declined.contains("error=access_denied&error_subcode=cancel&error_description=AADSTS65004%3A%20no&state=a%20b"),
        "{declined}"
    );
    let not_admin = failure(&request, &Code::AdminConsentRequired.because("no"), "d").unwrap();
    assert!(not_admin.contains("error=permission_denied&error_description=d"), "{not_admin}");
    assert_eq!(failure(&request, &Code::AccountDisabled.because("no"), "d"), None);
}
