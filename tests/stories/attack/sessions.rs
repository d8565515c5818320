//! Cookies planted, forms replayed, worlds confused (RFC 6265, 8; OpenID Connect Core, 16).

use serde_json::json;

use super::stands;
use crate::apps::{ALICE, PASSWORD, V2, WEB, text};
use crate::client::{Call, get, started};
use crate::visitor::{Cookie, Visitor};

fn planted(name: &str, value: &str, path: &str) -> Cookie {
    Cookie { name: name.into(), value: value.into(), path: path.into(), attributes: String::new() }
}

#[actix_web::test]
async fn a_session_planted_before_a_sign_in_is_worth_nothing_after_it() {
    let standin = started().await;
    let (mut victim, mut thief) = (Visitor::new(&standin), Visitor::new(&standin));
    for browser in [&mut victim, &mut thief] {
        browser.remember(planted("ESTSAUTH", "planted", "/"));
    }
    WEB.code(&mut victim, V2, &[], ALICE).await;
    assert_ne!(victim.cookie("ESTSAUTH").unwrap().value, "planted");
    thief.get(&WEB.asks(V2, &[("prompt", "none")])).await.told("login_required", 50058);
    victim.get(&WEB.asks(V2, &[("prompt", "none")])).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn a_form_counts_in_its_own_browser_and_once() {
    let standin = started().await;
    let (mut owner, mut thief) = (Visitor::new(&standin), Visitor::new(&standin));
    thief.get(&WEB.asks(V2, &[])).await;
    let page = owner.get(&WEB.asks(V2, &[("scope", "openid")])).await;
    thief.submit(&page, &[("loginfmt", ALICE)]).await.on_page(165_000);
    let page = owner.submit(&page, &[("loginfmt", ALICE)]).await;
    thief.submit(&page, &[("passwd", PASSWORD)]).await.on_page(165_000);
    assert!(owner.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    owner.submit(&page, &[("passwd", PASSWORD)]).await.on_page(165_000);
}

#[actix_web::test]
async fn nothing_of_one_world_counts_in_another() {
    let standin = started().await;
    let world = json!({ "id": "a" }).to_string();
    assert_eq!(Call::new(&standin, "POST", "/_standin/worlds").body("application/json", world).send().status, 201);
    let mut visitor = Visitor::new(&standin);
    let code = WEB.code(&mut visitor, V2, &[], ALICE).await;
    let there = format!("/w/a{V2}");
    visitor.get(&WEB.asks(&there, &[("prompt", "none")])).await.told("login_required", 50058);
    let session = visitor.cookie("ESTSAUTH").unwrap().value.clone();
    visitor.remember(planted("ESTSAUTH", &session, "/w/a"));
    visitor.get(&WEB.asks(&there, &[("prompt", "none")])).await.told("login_required", 50058);
    WEB.redeem(&standin, &there, &code, &[]).refused(400, "invalid_grant", 70000);
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    WEB.refresh(&standin, &there, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
    let token = text(&tokens, "access_token");
    assert_eq!(visitor.get_as("/w/a/oidc/userinfo", token).await.status, 401);
    assert_eq!(visitor.get_as("/oidc/userinfo", token).await.status, 200);
}

#[actix_web::test]
async fn absurd_cookies_are_no_cookies() {
    let standin = started().await;
    let long = format!("ESTSAUTH={}", "a".repeat(300));
    let many = "buid=a; ".repeat(1000);
    for line in [long.as_str(), &many, "=;=;", "ESTSAUTH", "ESTSAUTH=\"a;b\"", "ESTSAUTH=é"] {
        let call = Call::new(&standin, "GET", &WEB.asks(V2, &[("prompt", "none")])).header("Cookie", line);
        call.send().told("login_required", 50058);
    }
    stands(&standin);
    assert_eq!(get(&standin, &WEB.asks(V2, &[])).status, 200);
}
