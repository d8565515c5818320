//! Keys rotated, sessions ended.

use super::*;

#[actix_web::test]
async fn a_rotation_answers_with_the_next_key() {
    let standin = started().await;
    let one = call(&standin, "POST", "/_standin/keys/rotate").send().succeeded();
    let two = post(&standin, "/_standin/keys/rotate", json!({})).succeeded();
    assert_ne!(one["kid"], two["kid"]);
    assert_eq!(one["provider"], json!(null));
    let wingtip = post(&standin, "/_standin/keys/rotate", json!({"provider": "wingtip"})).succeeded();
    assert_eq!(wingtip["provider"], "wingtip");
    assert_ne!(wingtip["kid"], two["kid"]);
    assert_eq!(control_entries(&standin)[2], "The signing key of wingtip was rotated.");
}

/// The ids of the keys that an address publishes.
fn published(standin: &Standin, path: &str) -> Vec<Value> {
    get(standin, path).json()["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
}

#[actix_web::test]
async fn the_next_key_is_published_beside_the_one_before_and_a_reset_takes_it_back() {
    let standin = started().await;
    let (entra, wingtip) = ("/example.test/discovery/v2.0/keys", "/idp/wingtip/jwks");
    let (before, wingtips) = (published(&standin, entra), published(&standin, wingtip));
    let next = call(&standin, "POST", "/_standin/keys/rotate").send().succeeded()["kid"].clone();
    assert_eq!(published(&standin, entra), [next, before[0].clone()]);
    assert_eq!(published(&standin, wingtip), wingtips, "a provider has keys of its own");
    call(&standin, "POST", "/_standin/reset").send().done();
    assert_eq!(published(&standin, entra), before);
}

#[actix_web::test]
async fn a_key_of_nobody_is_not_rotated() {
    let standin = started().await;
    let error = post(&standin, "/_standin/keys/rotate", json!({"provider": "nobody"})).refused(422, "invalid");
    assert_eq!(error["target"], "provider");
    post(&standin, "/_standin/keys/rotate", json!({"tenant": "example"})).refused(422, "invalid");
    call(&standin, "GET", "/_standin/keys/rotate").send().refused(405, "method_not_allowed");
    assert!(control_entries(&standin).is_empty());
}

#[actix_web::test]
async fn one_person_or_everybody_is_signed_out() {
    let standin = started().await;
    delete(&standin, "/_standin/sessions?user=alice%40example.test").done();
    delete(&standin, "/_standin/sessions?user=alice%40local.test").done();
    delete(&standin, "/_standin/sessions").done();
    assert_eq!(
        control_entries(&standin),
        ["One person was signed out.", "One person was signed out.", "Everybody was signed out."]
    );
}

fn token(standin: &Standin, form: &str) -> Answer {
    let cli = "client_id=6027b688-5422-45fd-a0ec-836caa2bf116&scope=openid+offline_access";
    let call = call(standin, "POST", "/example.test/oauth2/v2.0/token");
    call.text("application/x-www-form-urlencoded", &format!("{cli}&{form}")).send()
}

#[actix_web::test]
async fn who_is_signed_out_has_to_sign_in_again_and_nobody_else_has() {
    let standin = started().await;
    let refresh_token = |upn: &str| {
        let answer = token(&standin, &format!("grant_type=password&username={upn}&password=Password1!"));
        answer.json()["refresh_token"].as_str().unwrap().to_owned()
    };
    let (alice, bob) = (refresh_token("alice@example.test"), refresh_token("bob@example.test"));
    let refreshed = |token_of: &str| token(&standin, &format!("grant_type=refresh_token&refresh_token={token_of}"));
    delete(&standin, "/_standin/sessions?user=alice@example.test").done();
    let refused = refreshed(&alice);
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_grant")), "{}", refused.body);
    assert_eq!(refreshed(&bob).status, 200);
    delete(&standin, "/_standin/sessions").done();
    assert_eq!(refreshed(&bob).status, 400);
    assert_eq!(refreshed(&refresh_token("alice@example.test")).status, 200);
}

#[actix_web::test]
async fn nobody_is_signed_out_by_a_slip_of_the_keys() {
    let standin = started().await;
    delete(&standin, "/_standin/sessions?user=alise%40example.test").refused(404, "not_found");
    assert_eq!(delete(&standin, "/_standin/sessions?usr=alice").refused(400, "bad_request")["target"], "usr");
    delete(&standin, "/_standin/sessions/alice").refused(404, "not_found");
    assert_eq!(delete(&standin, "/_standin/sessions?user=").refused(400, "bad_request")["target"], "user");
    for filter in ["inbox?user=", "events?flow=", "events?kind=", "events?user="] {
        get(&standin, &format!("/_standin/{filter}")).refused(400, "bad_request");
    }
    assert!(control_entries(&standin).is_empty());
}
