//! A tenant and a third-party provider as WS-Federation providers for applications.

use serde_json::json;
use standin::Standin;
use standin::federation::assertion::{Assertion, Version};
use standin::federation::{wsfed, xml};

use crate::answer::Answer;
use crate::apps::{ALICE, BOB, PASSWORD, WEB};
use crate::client::{Fields, address, patch_world, started};
use crate::second_factor::{MIAS_SECRET, app_code};
use crate::service_provider::{LOCAL, TENANT, claim, keys};
use crate::visitor::Visitor;

const AT: &str = "/example.test/wsfed";
const AT_LOCAL: &str = "/idp/local/adfs/ls/";
const REPLY: &str = "http://localhost:3000/wsfed";
const MFA: &str = "http://schemas.microsoft.com/claims/multipleauthn";
const PASSWORDS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";

fn asks(at: &str, more: Fields<'_>) -> String {
    let mut fields = vec![("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed"), ("wctx", "rm=0&id=passive&ru=%2f")];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    address(at, &fields)
}

/// What a form says, if its signature holds.
fn said(standin: &Standin, at: &str, form: &Answer) -> Assertion {
    assert_eq!(form.attribute_after("<form", "action").as_deref(), Some(REPLY), "{}", form.gist());
    assert_eq!(form.sent_back("wa").as_deref(), Some("wsignin1.0"));
    let text = form.sent_back("wresult").unwrap();
    let root = wsfed::document(&text).unwrap();
    let keys = keys(standin, if at == AT { TENANT } else { LOCAL });
    Assertion::read(xml::verify(wsfed::token(&root).unwrap(), &keys).unwrap()).unwrap()
}

async fn signs_in(visitor: &mut Visitor, page: Answer, user: &str) -> Answer {
    visitor.sign_in(page, user, PASSWORD).await
}

#[actix_web::test]
async fn alice_signs_in_to_a_ws_federation_application_of_her_tenant() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&asks(AT, &[])).await;
    let form = signs_in(&mut alice, page, ALICE).await;
    assert_eq!(form.sent_back("wctx").as_deref(), Some("rm=0&id=passive&ru=%2f"), "to the byte");
    let told = said(&standin, AT, &form);
    assert_eq!(told.version, Version::Saml20);
    assert_eq!(told.audiences, ["urn:example:wsfed"]);
    assert_eq!(told.issuer, "https://sts.windows.net/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/");
    assert_eq!(claim(&told, "name"), [ALICE]);
    assert!(told.subject.format.unwrap().ends_with(":persistent"));
    assert_eq!(told.methods, [PASSWORDS]);
    // One session for all protocols.
    let mut other = Visitor::new(&standin);
    WEB.code(&mut other, crate::apps::V2, &[], ALICE).await;
    said(&standin, AT, &other.get(&asks(AT, &[("wreply", REPLY)])).await);
}

#[actix_web::test]
async fn an_application_may_take_the_older_tokens() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"apps": {"example-wsfed": {"wsfed": {"saml": "1.1"}}, "local-wsfed": {"wsfed": {"saml": "2.0"}}}}),
    );
    for (at, user, version) in [(AT, ALICE, Version::Saml11), (AT_LOCAL, "alice@local.test", Version::Saml20)] {
        let mut alice = Visitor::new(&standin);
        let page = alice.get(&asks(at, &[])).await;
        let form = signs_in(&mut alice, page, user).await;
        let told = said(&standin, at, &form);
        assert_eq!(told.version, version);
        assert_eq!(claim(&told, "name").len(), 1);
    }
}

#[actix_web::test]
async fn r_06_wauth_asks_for_a_second_factor_and_refuses_what_nobody_has_here() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"users": {"nora@example.test": {"password": PASSWORD, "methods": {"totp": MIAS_SECRET}}}}),
    );
    let mut nora = Visitor::new(&standin);
    let page = nora.get(&asks(AT, &[("wauth", MFA)])).await;
    let page = signs_in(&mut nora, page, "nora@example.test").await;
    assert!(page.has("name=\"otc\""), "{}", page.gist());
    let form = nora.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let told = said(&standin, AT, &form);
    assert_eq!(told.authentication.context, MFA);
    assert_eq!(told.methods, [PASSWORDS, MFA]);
    let form = nora.get(&asks(AT, &[("wauth", PASSWORDS)])).await;
    assert_eq!(said(&standin, AT, &form).authentication.context, PASSWORDS);
    for at in [AT, AT_LOCAL] {
        let page = nora.get(&asks(at, &[("wauth", "urn:federation:authentication:windows")])).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{}", page.gist());
    }
}

#[actix_web::test]
async fn wfresh_counts_in_minutes_and_zero_asks_at_once() {
    let standin = started().await;
    for (at, user) in [(AT, ALICE), (AT_LOCAL, "alice@local.test")] {
        let mut alice = Visitor::new(&standin);
        let page = alice.get(&asks(at, &[])).await;
        signs_in(&mut alice, page, user).await;
        standin.clock().advance(std::time::Duration::from_secs(600));
        assert!(alice.get(&asks(at, &[("wfresh", "20")])).await.has("hiddenform"), "{at}");
        for wfresh in ["5", "0"] {
            let page = alice.get(&asks(at, &[("wfresh", wfresh)])).await;
            assert!(!page.has("hiddenform") && page.status == 200, "{at} {wfresh}: {}", page.gist());
        }
    }
}

#[actix_web::test]
async fn r_10_a_hint_leads_straight_to_the_provider_of_a_federated_domain() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-wsfed": {"multi_tenant": true}}}));
    for (name, value) in [
        ("whr", "wingtip.test"),
        ("domain_hint", "wingtip.test"),
        ("login_hint", "trent@wingtip.test"),
        ("username", "trent@wingtip.test"),
    ] {
        let away = Visitor::new(&standin).get(&asks("/common/wsfed", &[(name, value)])).await;
        assert!(away.location().contains("/idp/wingtip/adfs/ls/"), "{name}: {}", away.gist());
    }
    for managed in [("whr", "example.test"), ("domain_hint", "example.test"), ("domain_hint", "nowhere.test")] {
        let page = Visitor::new(&standin).get(&asks("/common/wsfed", &[managed])).await;
        assert!(page.has("name=\"loginfmt\""), "{managed:?}: {}", page.gist());
    }
    let page = Visitor::new(&standin).get(&asks(AT, &[("username", ALICE)])).await;
    assert!(page.has("name=\"passwd\"") && page.has(ALICE), "{}", page.gist());
}

#[actix_web::test]
async fn who_is_not_registered_gets_a_page_and_nothing_else() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&asks(AT, &[])).await;
    signs_in(&mut alice, page, ALICE).await;
    let table: &[(&[(&str, &str)], u32)] = &[
        (&[("wreply", "http://evil.test/")], 50011),
        (&[("wreply", "http://localhost:3000/wsfed/../evil")], 50011),
        (&[("wtrealm", "urn:nobody")], 700016),
        (&[("wtrealm", "")], 90014),
        (&[("wa", "wattr1.0")], 90013),
        (&[("wa", "")], 90013),
    ];
    for (more, code) in table {
        alice.get(&asks(AT, more)).await.on_page(*code);
    }
    alice.get(&asks("/nowhere.test/wsfed", &[])).await.on_page(90002);
    alice.get(&asks("/contoso.test/wsfed", &[])).await.on_page(700016);
}

#[actix_web::test]
async fn signing_out_ends_the_session_tells_applications_and_leads_back() {
    let standin = started().await;
    for (at, user) in [(AT, ALICE), (AT_LOCAL, "alice@local.test")] {
        for out in ["wsignout1.0", "wsignoutcleanup1.0"] {
            let mut alice = Visitor::new(&standin);
            let page = alice.get(&asks(at, &[])).await;
            signs_in(&mut alice, page, user).await;
            let page = alice.get(&address(at, &[("wa", out), ("wreply", REPLY)])).await;
            assert!(page.has(&format!("<iframe src=\"{REPLY}?wa=wsignoutcleanup1.0\"")), "{at} {out}: {}", page.gist());
            assert!(page.has(&format!("href=\"{REPLY}\"")), "{}", page.gist());
            let asked = alice.get(&asks(at, &[])).await;
            assert!(asked.status == 200 && !asked.has("hiddenform"), "{at} {out}: {}", asked.gist());
            let nobody = alice.get(&address(at, &[("wa", out), ("wreply", REPLY)])).await;
            assert_eq!(nobody.location(), REPLY);
            let evil = alice.get(&address(at, &[("wa", out), ("wreply", "http://evil.test/")])).await;
            assert!(evil.status == 200 && !evil.has("evil.test"), "{}", evil.gist());
        }
    }
}

#[actix_web::test]
async fn a_tenant_asks_which_of_several_accounts_is_to_be_signed_out() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    let page = browser.get(&asks(AT, &[])).await;
    signs_in(&mut browser, page, ALICE).await;
    let page = browser.get(&asks(AT, &[("wfresh", "0")])).await;
    signs_in(&mut browser, page, BOB).await;
    let page = browser.get(&address(AT, &[("wa", "wsignout1.0")])).await;
    assert!(page.has(&format!("data-test-id=\"{BOB}\"")), "{}", page.gist());
    let done = browser.submit(&page, &[("action", &format!("pick:{BOB}"))]).await;
    assert!(done.has("You signed out"), "{}", done.gist());
    let form = browser.get(&asks(AT, &[])).await;
    assert_eq!(claim(&said(&standin, AT, &form), "name"), [ALICE]);
}
