//! What tokens and refusals say: `amr`, `acrs`, `auth_time`, and the codes that client libraries understand.

use std::time::Duration;

use serde_json::json;

use super::{MIA, MIAS_SECRET, another_way, app_code, journal, past_the_password, past_the_password_of, words};
use crate::answer::claims;
use crate::apps::{ALICE, GRAPH, V1, V2, WEB, text};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

/// Mia, signed in with her code app, and her code for Example Web.
async fn mia_in(standin: &standin::Standin) -> (Visitor, String) {
    let mut mia = Visitor::new(standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let done = mia.submit(&page, &[("otc", &app_code(standin, MIAS_SECRET))]).await;
    let code = done.sent_back("code").unwrap();
    (mia, code)
}

#[actix_web::test]
async fn r_27_amr_is_in_older_tokens_and_not_in_newer_id_tokens_unless_asked_for() {
    let standin = started().await;
    let (_, code) = mia_in(&standin).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token")).get("amr"), None);
    assert_eq!(words(&claims(text(&tokens, "access_token"))["amr"]), ["pwd", "otp", "mfa"], "Graph's are older ones");
    let optional = json!({"apps": {"example-web": {"optional_claims": {"id_token": ["amr"]}}}});
    patch_world(&standin, optional);
    let asked = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    assert_eq!(words(&claims(text(&asked, "id_token"))["amr"]), ["pwd", "otp", "mfa"]);
    let older = WEB.refresh(&standin, V1, text(&tokens, "refresh_token"), &[("resource", GRAPH)]).granted();
    assert_eq!(words(&claims(text(&older, "id_token"))["amr"]), ["pwd", "otp", "mfa"]);
}

#[actix_web::test]
async fn r_28_refresh_keeps_the_evidence_and_never_gains_any() {
    let standin = started().await;
    let (_, code) = mia_in(&standin).await;
    let with = WEB.redeem(&standin, V2, &code, &[]).granted();
    let without = WEB.tokens(&standin, V2, &[], ALICE).await;
    let refreshed = |tokens: &serde_json::Value| {
        let next = WEB.refresh(&standin, V2, text(tokens, "refresh_token"), &[]).granted();
        words(&claims(text(&next, "access_token"))["amr"])
    };
    assert_eq!(refreshed(&with), ["pwd", "otp", "mfa"]);
    assert_eq!(refreshed(&without), ["pwd"]);
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let refused = WEB.refresh(&standin, V2, text(&without, "refresh_token"), &[]).refused(400, "invalid_grant", 50079);
    assert_eq!(refused["suberror"], "basic_action");
    let refused = WEB.refresh(&standin, V1, text(&without, "refresh_token"), &[("resource", GRAPH)]);
    refused.refused(400, "interaction_required", 50079);
    let registered = json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}});
    patch_world(&standin, registered);
    WEB.refresh(&standin, V2, text(&without, "refresh_token"), &[]).refused(400, "invalid_grant", 50076);
}

#[actix_web::test]
async fn where_nobody_can_be_asked_the_application_is_told_interaction_required() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    past_the_password(&mut alice, ALICE).await.sent_back("code").unwrap();
    let passive = WEB.asks(V2, &[("prompt", "none")]);
    alice.get(&passive).await.sent_back("code").unwrap();
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    alice.get(&passive).await.told("interaction_required", 50079);
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}));
    let refused = alice.get(&passive).await;
    refused.told("interaction_required", 50076);
    assert_eq!(refused.sent_back("suberror").as_deref(), Some("basic_action"));
}

#[actix_web::test]
async fn r_08_one_proof_serves_every_application_of_the_session_and_no_other_browser() {
    let standin = started().await;
    let (mut mia, _) = mia_in(&standin).await;
    let again = mia.get(&WEB.asks(V2, &[("prompt", "none")])).await;
    assert!(again.sent_back("code").is_some(), "{}", again.gist());
    let fresh_password = past_the_password_of(&mut mia, V2, &[("prompt", "login")], MIA).await;
    assert!(fresh_password.sent_back("code").is_some(), "what is proven is proven: {}", fresh_password.gist());
    let elsewhere = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(elsewhere.has("id=\"idRichContext_DisplaySign\""), "{}", elsewhere.gist());
}

#[actix_web::test]
async fn the_time_of_the_sign_in_is_that_of_its_first_factor() {
    let standin = started().await;
    let (mut mia, code) = mia_in(&standin).await;
    WEB.redeem(&standin, V2, &code, &[]).granted();
    standin.clock().advance(Duration::from_secs(600));
    let answer = mia.get(&WEB.asks(V2, &[("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#)])).await;
    let tokens = WEB.redeem(&standin, V2, &answer.sent_back("code").unwrap(), &[]).granted();
    let told = claims(text(&tokens, "id_token"));
    let age = told["iat"].as_i64().unwrap() - told["auth_time"].as_i64().unwrap();
    assert!((600..660).contains(&age), "{told}");
}

#[actix_web::test]
async fn every_token_that_says_mfa_has_its_evidence_in_the_journal_of_its_sign_in() {
    let standin = started().await;
    let (_, code) = mia_in(&standin).await;
    WEB.redeem(&standin, V2, &code, &[]).granted();
    let events = get(&standin, "/_standin/events?kind=token").json();
    let issued = events["value"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .find(|event| event["summary"].as_str().unwrap().contains("mfa"));
    let flow = text(issued.expect("a token that says mfa"), "flow");
    let decisions = get(&standin, &format!("/_standin/events?kind=decision&flow={flow}")).body;
    assert!(decisions.contains("proved a second factor") && decisions.contains("R-08"), "{decisions}");
    for secret in [app_code(&standin, MIAS_SECRET).as_str(), MIAS_SECRET] {
        assert!(!journal(&standin, "").contains(secret), "no secret in the journal");
    }
}
