//! Conditional access as a browser and a refresh token meet it.

use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;

use super::{MIAS_SECRET, app_code, journal, past_the_password, past_the_password_of, words};
use crate::answer::claims;
use crate::apps::{ALICE, V2, WEB, text};
use crate::client::{Fields, patch_world, started};
use crate::visitor::Visitor;

fn under(standin: &Standin, policy: Value) {
    patch_world(standin, json!({"tenants": {"example": {"conditional_access": {"p": policy}}}}));
}

#[actix_web::test]
async fn a_policy_that_blocks_shows_a_page_and_a_hidden_frame_is_told() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    past_the_password(&mut alice, ALICE).await.sent_back("code").unwrap();
    under(&standin, json!({"include": {"all": true}, "grant": ["block"]}));
    let page = alice.get(&WEB.asks(V2, &[])).await;
    page.on_page(53003);
    assert!(page.has("R-05") && page.has("p applies"), "{}", page.body);
    alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.told("interaction_required", 53003);
}

#[actix_web::test]
async fn a_policy_on_graph_holds_for_a_token_that_is_for_graph_because_nothing_else_was_named() {
    let standin = started().await;
    let only_to_be_known: Fields<'_> = &[("scope", "openid offline_access")];
    let signs_in = || async { past_the_password_of(&mut Visitor::new(&standin), V2, only_to_be_known, ALICE).await };
    let tokens = WEB.redeem(&standin, V2, &signs_in().await.sent_back("code").unwrap(), only_to_be_known).granted();
    under(&standin, json!({"include": {"all": true}, "apps": ["example-api"], "grant": ["block"]}));
    signs_in().await.sent_back("code").unwrap();
    under(&standin, json!({"include": {"all": true}, "apps": ["graph"], "grant": ["block"]}));
    signs_in().await.on_page(53003);
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), only_to_be_known).refused(400, "invalid_grant", 53003);
}

#[actix_web::test]
async fn report_only_lets_in_and_says_what_it_would_have_done() {
    let standin = started().await;
    under(&standin, json!({"state": "report_only", "include": {"all": true}, "grant": ["block"]}));
    past_the_password(&mut Visitor::new(&standin), ALICE).await.sent_back("code").unwrap();
    assert!(journal(&standin, "decision").contains("report-only: the policy p would block"));
}

#[actix_web::test]
async fn a_refresh_token_older_than_the_sign_in_frequency_is_over() {
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "session": {"sign_in_frequency": "4h"}}));
    let mut alice = Visitor::new(&standin);
    let done = past_the_password(&mut alice, ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    standin.clock().advance(Duration::from_secs(3 * 3600));
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    standin.clock().advance(Duration::from_secs(2 * 3600));
    let refused = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 70043);
    assert_eq!(refused["suberror"], "token_expired");
    let page = alice.get(&WEB.asks(V2, &[])).await;
    assert!(page.has("id=\"i0118\""), "the password again: {}", page.gist());
    alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.told("login_required", 70044);
}

#[actix_web::test]
async fn an_authentication_context_is_asked_for_proven_and_said() {
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "grant": ["mfa"], "auth_context": "c1"}));
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}));
    let mut alice = Visitor::new(&standin);
    let done = past_the_password(&mut alice, ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    let challenge = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let asks: Fields<'_> = &[("claims", challenge)];
    let refused = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), asks).refused(400, "invalid_grant", 50076);
    let told: Value = serde_json::from_str(refused["claims"].as_str().unwrap()).unwrap();
    assert_eq!(told["access_token"]["acrs"]["value"], "c1");

    let page = past_the_password_of(&mut alice, V2, asks, ALICE).await;
    let done = alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    assert_eq!(words(&claims(text(&tokens, "access_token"))["acrs"]), ["c1"]);
    let again = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), asks).granted();
    assert_eq!(words(&claims(text(&again, "access_token"))["acrs"]), ["c1"]);
    let plain = WEB.tokens(&standin, V2, &[], "bob@example.test").await;
    assert_eq!(claims(text(&plain, "access_token")).get("acrs"), None);
}

#[actix_web::test]
async fn a_policy_that_never_keeps_a_browser_signed_in_takes_back_an_earlier_yes() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(&standin);
    let stay = past_the_password(&mut alice, ALICE).await;
    alice.submit(&stay, &[]).await.sent_back("code").unwrap();
    under(&standin, json!({"include": {"all": true}, "session": {"persistent_browser": "never"}}));
    alice.get(&WEB.asks(V2, &[])).await.sent_back("code").unwrap();
    alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.sent_back("code").unwrap();
    alice.restart();
    let page = alice.get(&WEB.asks(V2, &[])).await;
    assert!(page.has("name=\"loginfmt\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_stronger_factor_is_registered_by_who_has_proven_the_one_there_is() {
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "grant": ["strength:phishing-resistant"]}));
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert!(page.has("id=\"idTxtBx_SAOTCC_OTC\""), "a password registers nothing: {}", page.gist());
    let page = alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\""), "{}", page.gist());
}
