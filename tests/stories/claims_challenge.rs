//! A protected API sends its caller back for an authentication context, and takes the token that then satisfies it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::apps::{ALICE, PASSWORD, V2, WEB, text};
use crate::client::{Call, get, patch_world, started};
use crate::second_factor::{MIAS_SECRET, app_code};
use crate::visitor::Visitor;

const SCOPE: (&str, &str) = ("scope", "openid offline_access api://example-api/read");

#[actix_web::test]
async fn the_challenge_is_answered_by_signing_in_again_and_the_new_token_is_taken() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({
            "tenants": {"example": {"conditional_access": {
                "secrets": {"include": {"all": true}, "grant": ["mfa"], "auth_context": "c1"},
            }}},
            "users": {ALICE: {"methods": {"totp": MIAS_SECRET}}},
        }),
    );
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[SCOPE], ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    let token = text(&tokens, "access_token");
    assert_eq!(alice.get_as("/sample-api/me", token).await.json()["scp"], "read");
    let refused = alice.get_as("/sample-api/needs/c1", token).await;
    assert_eq!(refused.status, 401);
    let header = refused.header("www-authenticate").to_owned();
    assert!(
        header.contains("error=\"insufficient_claims\"") && header.contains("authorization_uri=\"http"),
        "{header}"
    );
    let claims = header.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    let claims = String::from_utf8(STANDARD.decode(claims).unwrap()).unwrap();

    let page = alice.get(&WEB.asks(V2, &[SCOPE, ("claims", &claims)])).await;
    let page = alice.sign_in(page, ALICE, PASSWORD).await;
    let done = alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    let told = alice.get_as("/sample-api/needs/c1", text(&tokens, "access_token")).await.json();
    assert_eq!(told["acrs"], json!(["c1"]));
    assert_eq!(alice.get_as("/sample-api/needs/c2", text(&tokens, "access_token")).await.status, 401);
}

#[actix_web::test]
async fn tokens_of_others_and_addresses_that_are_not_there_are_refused() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let visitor = Visitor::new(&standin);
    for token in ["", "x", text(&tokens, "access_token"), text(&tokens, "id_token")] {
        let refused = visitor.get_as("/sample-api/me", token).await;
        assert_eq!((refused.status, refused.header("www-authenticate").contains("invalid_token")), (401, true));
    }
    assert_eq!(get(&standin, "/sample-api/needs/c26").status, 404);
    assert_eq!(get(&standin, "/sample-api").status, 404);
    assert_eq!(Call::new(&standin, "POST", "/sample-api/me").send().status, 405);
}
