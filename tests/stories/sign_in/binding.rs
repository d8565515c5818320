//! A sign-in belongs to the browser that began it, and ends once.

use std::time::Duration;

use super::asks_for_a_password;
use crate::apps::{ALICE, LOCAL, LOCAL_WEB, PASSWORD, V2, WEB};
use crate::client::{Call, get, started};
use crate::visitor::{Cookie, Visitor};

const LOGIN: &str = "/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/login";
const OVER: u32 = 165_000;

#[actix_web::test]
async fn a_form_without_its_flow_token_is_refused() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    assert_eq!(page.attribute_after("<form", "action").as_deref(), Some(LOGIN));
    let token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
    let forged: String = token.chars().rev().collect();
    let long = "A".repeat(5000);
    for bad in ["", "nonsense", "../..", forged.as_str(), long.as_str()] {
        alice.post(LOGIN, &[("flowToken", bad), ("passwd", PASSWORD)]).await.on_page(OVER);
    }
    alice.post(LOGIN, &[("passwd", PASSWORD)]).await.on_page(OVER);
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some(), "it is still under way");
}

#[actix_web::test]
async fn another_browsers_flow_token_is_refused() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let mut mallory = Visitor::new(&standin);
    mallory.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);
    mallory.get(&WEB.asks(V2, &[])).await;
    mallory.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);
    assert!(mallory.cookie("ESTSAUTH").is_none());
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_sign_in_that_is_over_does_not_begin_again() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    alice.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);

    let page = alice.get(&WEB.asks(V2, &[("prompt", "login"), ("login_hint", ALICE)])).await;
    standin.clock().advance(Duration::from_secs(3601));
    alice.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);
}

#[actix_web::test]
async fn r_82_a_form_that_comes_too_late_says_why_in_the_journal_and_ends_its_flow() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let malformed = alice.submit(&page, &[("action", "dance")]).await;
    malformed.on_page(9_002_313);
    assert!(malformed.has("/console/flows/"), "{}", malformed.body);
    standin.clock().advance(Duration::from_secs(3601));
    alice.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);
    let newest = &get(&standin, "/_standin/flows").json()["value"][0];
    assert_eq!(newest["outcome"], "refused with AADSTS165000", "{newest}");
    let told = get(&standin, "/_standin/events?kind=error").body;
    assert!(told.contains("a sign-in may take an hour, and this one took longer"), "{told}");

    let mut stranger = Visitor::new(&standin);
    stranger.get("/device").await;
    stranger.submit(&page, &[("passwd", PASSWORD)]).await.on_page(OVER);
    let told = get(&standin, "/_standin/events?kind=error").body;
    assert!(told.contains("no sign-in of this browser waits for this form"), "{told}");
}

#[actix_web::test]
async fn a_tenants_flow_token_means_nothing_at_a_provider_nor_the_other_way_round() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let tenants = visitor.get(&WEB.asks(V2, &[])).await.attribute_after("name=\"flowToken\"", "value").unwrap();
    let providers = visitor.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    let providers = providers.attribute_after("name=\"flowToken\"", "value").unwrap();
    let both = [("UserName", "alice@local.test"), ("Password", PASSWORD)];
    let crossed = visitor.post("/idp/local/login", &[&[("flowToken", tenants.as_str())], &both[..]].concat()).await;
    assert!(visitor.cookie("MSISAuth").is_none(), "{}", crossed.gist());
    visitor.post("/idp/wingtip/login", &[&[("flowToken", providers.as_str())], &both[..]].concat()).await;
    assert!(visitor.cookie("ESTSAUTH").is_none());
}

#[actix_web::test]
async fn forms_are_posted_and_say_something_the_page_asks() {
    let standin = started().await;
    let answer = get(&standin, LOGIN);
    assert_eq!((answer.status, answer.error_code()), (405, "AADSTS900561".into()));
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    alice.submit(&page, &[("action", "explode")]).await.on_page(9_002_313);
    alice.submit(&page, &[("passwd", &"x".repeat(2000))]).await.on_page(9_002_313);
    let twice = alice.submit(&page, &[("passwd", PASSWORD), ("passwd", "wrong")]).await;
    twice.on_page(9_002_313);
    let nothing = alice.submit(&page, &[]).await;
    assert!(asks_for_a_password(&nothing, ALICE) && nothing.has("passwordError"), "{}", nothing.gist());
    let json = Call::new(&standin, "POST", LOGIN).body("application/json", "{\"flowToken\":\"x\"}").send();
    assert_eq!(json.status, 400, "{}", json.gist());
}

#[actix_web::test]
async fn a_session_cookie_from_before_the_sign_in_is_worth_nothing_after_it() {
    let standin = started().await;
    let mut mallory = Visitor::new(&standin);
    mallory.get(&WEB.asks(V2, &[])).await;
    let planted =
        Cookie { name: "ESTSAUTH".into(), value: "planted".into(), path: "/".into(), attributes: String::new() };
    let mut alice = Visitor::new(&standin);
    alice.remember(planted.clone());
    WEB.code(&mut alice, V2, &[], ALICE).await;
    assert_ne!(alice.cookie("ESTSAUTH").unwrap().value, "planted");
    let before = alice.cookie("ESTSAUTH").unwrap().clone();
    let page = alice.get(&WEB.asks(V2, &[("prompt", "login"), ("login_hint", ALICE)])).await;
    alice.submit(&page, &[("passwd", PASSWORD)]).await;
    for old in [planted, before] {
        let mut mallory = Visitor::new(&standin);
        mallory.remember(old);
        mallory.get(&WEB.asks(V2, &[("prompt", "none")])).await.told("login_required", 50058);
    }
}
