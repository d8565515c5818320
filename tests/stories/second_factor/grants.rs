//! Grants without a browser, for accounts that must prove a second factor: refused in the words libraries know.

use serde_json::json;

use super::{MIA, MIAS_SECRET};
use crate::apps::{ALICE, App, CLI, GRAPH, PASSWORD, V1, V2};
use crate::client::{Fields, patch_world, started};

fn hand_over(standin: &standin::Standin, app: App, at: &str, user: &str, more: Fields<'_>) -> crate::answer::Answer {
    let mut fields = vec![("grant_type", "password"), ("username", user), ("password", PASSWORD)];
    fields.extend_from_slice(more);
    app.token(standin, at, &fields)
}

#[actix_web::test]
async fn a_password_alone_is_not_enough_for_somebody_who_must_prove_more() {
    let standin = started().await;
    let scope: Fields<'_> = &[("scope", "openid User.Read")];
    let resource: Fields<'_> = &[("resource", GRAPH)];
    let refused = hand_over(&standin, CLI, V2, MIA, scope).refused(400, "invalid_grant", 50076);
    assert_eq!(refused["suberror"], "basic_action");
    assert_eq!(refused.get("claims"), None, "no policy, no challenge");
    hand_over(&standin, CLI, V1, MIA, resource).refused(400, "interaction_required", 50076);

    hand_over(&standin, CLI, V2, ALICE, scope).granted();
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    hand_over(&standin, CLI, V2, ALICE, scope).refused(400, "invalid_grant", 50079);
    hand_over(&standin, CLI, V1, ALICE, resource).refused(400, "interaction_required", 50079);
}

#[actix_web::test]
async fn a_wrong_password_is_told_before_anything_else() {
    let standin = started().await;
    let fields = [("grant_type", "password"), ("username", MIA), ("password", "wrong"), ("scope", "openid")];
    CLI.token(&standin, V2, &fields).refused(400, "invalid_grant", 50126);
}

#[actix_web::test]
async fn a_policy_that_refuses_sends_its_challenge_along() {
    let standin = started().await;
    let policy = |grant: &str| json!({"tenants": {"example": {"conditional_access": {"p": {"include": {"all": true}, "grant": [grant]}}}}});
    patch_world(&standin, policy("mfa"));
    let refused = hand_over(&standin, CLI, V2, ALICE, &[("scope", "openid")]).refused(400, "invalid_grant", 50079);
    let challenge: serde_json::Value = serde_json::from_str(refused["claims"].as_str().unwrap()).unwrap();
    assert!(challenge["access_token"]["capolids"]["values"][0].is_string(), "{challenge}");
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}));
    hand_over(&standin, CLI, V2, ALICE, &[("scope", "openid")]).refused(400, "invalid_grant", 50076);
    patch_world(&standin, policy("block"));
    let refused = hand_over(&standin, CLI, V2, ALICE, &[("scope", "openid")]).refused(400, "invalid_grant", 53003);
    assert_eq!(refused["suberror"], "message_only");
    hand_over(&standin, CLI, V1, ALICE, &[("resource", GRAPH)]).refused(400, "interaction_required", 53003);
    patch_world(&standin, policy("terms"));
    let refused =
        hand_over(&standin, CLI, V2, ALICE, &[("scope", "openid")]).refused(400, "interaction_required", 50158);
    assert!(refused["claims"].as_str().unwrap().contains("capolids"), "a policy is the cause: {refused}");
}
