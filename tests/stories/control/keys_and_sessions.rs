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

#[actix_web::test]
async fn nobody_is_signed_out_by_a_slip_of_the_keys() {
    let standin = started().await;
    delete(&standin, "/_standin/sessions?user=alise%40example.test").refused(404, "not_found");
    assert_eq!(delete(&standin, "/_standin/sessions?usr=alice").refused(400, "bad_request")["target"], "usr");
    delete(&standin, "/_standin/sessions/alice").refused(404, "not_found");
    assert!(control_entries(&standin).is_empty());
}
