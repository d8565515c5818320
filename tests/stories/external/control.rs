//! A custom control: a policy sends people to another provider, and no token says that they were there.

use serde_json::json;
use standin::Standin;

use super::{acme, at_acme, post_back, with_acme};
use crate::apps::{ALICE, CLI, PASSWORD, V1, V2, WEB, text};
use crate::client::{Call, patch_world};
use crate::second_factor::{amr, journal, past_the_password};
use crate::visitor::Visitor;

/// Example demands that Acme is passed, and nothing else.
async fn demanded() -> Standin {
    let standin = with_acme().await;
    let policy = json!({"include": {"all": true}, "grant": ["custom_control:acme-control"]});
    let example = json!({
        "external_methods": null,
        "custom_controls": {"acme-control": acme()},
        "conditional_access": {"go-to-acme": policy},
    });
    patch_world(&standin, json!({"tenants": {"example": example}, "users": {ALICE: {"per_user_mfa": null}}}));
    standin
}

#[actix_web::test]
async fn the_browser_passes_it_and_the_token_says_nothing_of_mfa() {
    let standin = demanded().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert!(page.has("Continue to Acme MFA") && page.has("idBtn_Back"), "{}", page.gist());
    let answer = at_acme(&standin, &mut alice, &page).await;
    let done = post_back(&mut alice, &answer).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    // What comes of this sign-in has passed it, refresh tokens included.
    let refreshed = WEB.refresh(&standin, V1, text(&tokens, "refresh_token"), &[("resource", crate::apps::GRAPH)]);
    let refreshed = refreshed.granted();
    let said = crate::answer::claims(text(&refreshed, "access_token"));
    assert_eq!(said["amr"], json!(["pwd"]));
    assert!(journal(&standin, "decision").contains("alice@example.test passed the custom control acme-control"));
    // The next sign-in of the same session passes it anew.
    alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.told("interaction_required", 50_158);
    assert!(alice.get(&WEB.asks(V2, &[])).await.has("externalForm1"));
}

#[actix_web::test]
async fn where_nobody_can_be_asked_it_is_50158() {
    let standin = demanded().await;
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "openid")];
    let body = CLI.token(&standin, V2, &fields).refused(400, "interaction_required", 50_158);
    assert!(text(&body, "claims").contains("capolids"), "{body}");
    let explain = |body: serde_json::Value| {
        Call::new(&standin, "POST", "/_standin/explain").body("application/json", body.to_string()).send().json()
    };
    let told = explain(json!({"user": ALICE, "evidence": ["pwd"]}));
    assert_eq!(told["next"], "go_to_provider", "{told}");
    let told = explain(json!({"user": ALICE, "client": "password"}));
    assert_eq!((&told["next"], &told["code"]), (&json!("refuse"), &json!(50_158)), "{told}");
}

#[actix_web::test]
async fn it_is_no_second_factor_and_a_second_factor_is_not_it() {
    let standin = demanded().await;
    patch_world(
        &standin,
        json!({"users": {ALICE: {"per_user_mfa": "enforced", "methods": {"totp": "ALICEALICEALICEA"}}}}),
    );
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let code = crate::second_factor::app_code(&standin, "ALICEALICEALICEA");
    let page = alice.submit(&page, &[("otc", &code)]).await;
    assert!(page.has("externalForm1"), "the code passes no control: {}", page.gist());
    let answer = at_acme(&standin, &mut alice, &page).await;
    let done = post_back(&mut alice, &answer).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "otp", "mfa"]);
    // An answer that was got for the control is no second factor either, whoever asks next.
    patch_world(&standin, json!({"users": {ALICE: {"methods": null}}}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "{}", page.gist());
}

#[actix_web::test]
async fn somebody_may_turn_back_and_a_control_that_is_gone_meanwhile_is_not_passed() {
    let standin = demanded().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let name = alice.submit(&page, &[("action", "back")]).await;
    assert!(name.has("id=\"i0116\""), "{}", name.gist());
    let page = alice.sign_in(name, ALICE, PASSWORD).await;
    let answer = at_acme(&standin, &mut alice, &page).await;
    let example = json!({"custom_controls": null, "conditional_access": null});
    patch_world(&standin, json!({"tenants": {"example": example}}));
    post_back(&mut alice, &answer).await.on_page(900_491);
}
