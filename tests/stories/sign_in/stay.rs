//! "Stay signed in?", and what a browser is asked to remember.

use std::time::Duration;

use serde_json::json;
use standin::Config;

use crate::apps::{ALICE, PASSWORD, V2, WEB};
use crate::client::{Call, patch_world, started, started_with};
use crate::visitor::Visitor;

const SILENT: (&str, &str) = ("prompt", "none");

#[actix_web::test]
async fn a_session_ends_with_the_browser_where_nobody_asks_to_keep_it() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    let cookie = alice.cookie("ESTSAUTH").unwrap();
    assert!(cookie.attributes.contains("HttpOnly") && cookie.attributes.contains("SameSite=Lax"));
    assert!(!cookie.attributes.contains("Max-Age") && !cookie.attributes.contains("Secure"));
    alice.restart();
    alice.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
}

#[actix_web::test]
async fn a_tenant_may_offer_to_keep_the_session() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[], ALICE).await;
    assert!(page.has("Stay signed in?") && page.has("id=\"idSIButton9\"") && page.has("id=\"idBtn_Back\""));
    assert!(alice.cookie("ESTSAUTH").is_none(), "not before the answer");
    assert!(alice.submit(&page, &[]).await.sent_back("code").is_some());
    let cookie = alice.cookie("ESTSAUTHPERSISTENT").unwrap();
    assert!(cookie.attributes.contains("Max-Age=7776000"), "{}", cookie.attributes);
    assert!(alice.cookie("ESTSAUTH").is_none());
    alice.restart();
    standin.clock().advance(Duration::from_secs(30 * 86400));
    assert!(alice.get(&WEB.asks(V2, &[SILENT])).await.sent_back("code").is_some());
    standin.clock().advance(Duration::from_secs(61 * 86400));
    alice.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
}

#[actix_web::test]
async fn an_answer_to_a_page_that_was_gone_back_to_is_none_to_the_page_that_is_asked_now() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(&standin);
    let write = [("scope", "openid api://example-api/write")];
    let stay = WEB.signs_in(&mut alice, V2, &write, ALICE).await;
    assert!(stay.has("Stay signed in?"), "{}", stay.gist());
    assert!(alice.submit(&stay, &[]).await.has("Permissions requested"));
    // By the browser's back button: neither a yes nor a no to it is one to what is asked of the application's wishes.
    for pressed in [&[][..], &[("action", "no")]] {
        let again = alice.submit(&stay, pressed).await;
        assert!(again.has("Permissions requested") && alice.cookie("ESTSAUTHPERSISTENT").is_none(), "{}", again.gist());
    }
    let consent = alice.submit(&stay, &[]).await;
    assert!(alice.submit(&consent, &[]).await.sent_back("code").is_some());

    // A script that names no question answers what is asked.
    let mut script = Visitor::new(&standin);
    let stay = WEB.signs_in(&mut script, V2, &[], "bob@example.test").await;
    let token = stay.attribute_after("name=\"flowToken\"", "value").unwrap();
    assert!(script.post("/common/login", &[("flowToken", &token)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn the_offer_may_be_declined() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[], ALICE).await;
    assert!(alice.submit(&page, &[("action", "no")]).await.sent_back("code").is_some());
    assert!(alice.cookie("ESTSAUTHPERSISTENT").is_none());
    assert!(alice.get(&WEB.asks(V2, &[])).await.sent_back("code").is_some(), "nobody is asked twice");
    alice.restart();
    let page = WEB.signs_in(&mut alice, V2, &[], ALICE).await;
    assert!(page.has("Stay signed in?"), "{}", page.gist());
}

#[actix_web::test]
async fn over_tls_cookies_travel_with_posts_from_other_sites() {
    let standin = started_with(Config { trust_proxy: true, ..Config::default() }).await;
    let ask = Call::new(&standin, "GET", &WEB.asks(V2, &[])).header("X-Forwarded-Proto", "https").send();
    let cookie = ask.header("set-cookie");
    assert!(cookie.starts_with("buid=") && cookie.contains("SameSite=None; Secure"), "{cookie}");
}

#[actix_web::test]
async fn an_account_kept_in_the_session_of_a_provider_is_none_at_the_tenants() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    WEB.code(&mut visitor, V2, &[], ALICE).await;
    let mut moved = visitor.cookie("ESTSAUTH").unwrap().clone();
    moved.name = "MSISAuth".into();
    moved.path = "/idp/local".into();
    visitor.remember(moved);
    let local = crate::apps::LOCAL_WEB.asks("/idp/local", &[SILENT]);
    assert_eq!(visitor.get(&local).await.sent_back("error").as_deref(), Some("login_required"));
    let page = visitor.get(&crate::apps::LOCAL_WEB.asks("/idp/local", &[])).await;
    let page = visitor.sign_in(page, "alice@local.test", PASSWORD).await;
    assert!(visitor.agree(page).await.sent_back("code").is_some());
}
