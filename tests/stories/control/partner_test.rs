//! The requirements test: what a partner runs before it asks for an exception, or believes that it needs none.

use super::*;

fn test(standin: &Standin, body: Value) -> Answer {
    post(standin, "/_standin/partner-test", body)
}

#[actix_web::test]
async fn an_account_that_proves_a_second_factor_passes_whoever_asks_for_it() {
    let standin = started().await;
    for (user, evidence) in
        [("jane@contoso.test", json!(["pwd", "otp", "mfa"])), ("trent@wingtip.test", json!(["fed", "mfa"]))]
    {
        let found = test(&standin, json!({"user": user})).succeeded();
        assert_eq!((&found["result"], &found["evidence"]), (&json!("pass"), &evidence), "{found}");
        assert_eq!(found["claims"]["aud"], "https://api.partnercenter.microsoft.com");
        assert!(found.get("missing").is_none(), "{found}");
    }
    let told = control_entries(&standin);
    assert!(told.last().unwrap().contains("pass"), "{told:?}");
}

#[actix_web::test]
async fn an_account_that_only_has_a_password_fails_and_the_missing_claim_is_named() {
    let standin = started().await;
    let found = test(&standin, json!({"user": "john@fabrikam.test"})).succeeded();
    assert_eq!((&found["result"], &found["evidence"]), (&json!("fail"), &json!(["pwd"])), "{found}");
    assert_eq!(found["missing"], json!({"claim": "amr", "value": "mfa"}));
    patch(&standin, "/_standin/world", json!({"providers": {"wingtip": {"relay": "silent"}}})).succeeded();
    let found = test(&standin, json!({"user": "trent@wingtip.test"})).succeeded();
    assert_eq!((&found["result"], &found["evidence"]), (&json!("fail"), &json!(["fed"])), "{found}");
    assert_eq!(found["missing"]["from_provider"], "authenticationmethodsreferences = multipleauthn");
}

#[actix_web::test]
async fn a_token_is_tested_as_it_is() {
    let standin = started().await;
    let forged = |amr: Value| {
        let claims = json!({"amr": amr, "scp": "user_impersonation"});
        let part = |value: &Value| {
            use base64::Engine as _;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
        };
        format!("Bearer {}.{}.c2ln", part(&json!({"alg": "RS256"})), part(&claims))
    };
    assert_eq!(test(&standin, json!({"token": forged(json!(["pwd", "mfa"]))})).succeeded()["result"], "pass");
    assert_eq!(test(&standin, json!({"token": forged(json!(["pwd"]))})).succeeded()["result"], "fail");
    test(&standin, json!({"token": "nonsense"})).refused(422, "invalid");
    test(&standin, json!({})).refused(422, "invalid");
    call(&standin, "GET", "/_standin/partner-test").send().refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn who_cannot_be_signed_in_cannot_be_tested() {
    let standin = started().await;
    test(&standin, json!({"user": "jane@contoso.test", "password": "wrong"})).refused(409, "conflict");
    test(&standin, json!({"user": "jane@contoso.test", "mfa": "wrong"})).refused(409, "conflict");
    test(&standin, json!({"user": "nobody@contoso.test"})).refused(409, "conflict");
    post(&standin, "/_standin/worlds", json!({"id": "one"})).succeeded();
    let found = post(&standin, "/w/one/_standin/partner-test", json!({"user": "jane@contoso.test"})).succeeded();
    assert_eq!(found["result"], "pass");
}

#[actix_web::test]
async fn who_is_in_no_partner_is_told_that_the_requirements_are_not_about_them() {
    let standin = started().await;
    for user in ["ada@adatum.test", "alice@example.test"] {
        let found = test(&standin, json!({"user": user})).succeeded();
        let reasons = found["reasons"].to_string();
        assert!(found["result"] == "fail" && reasons.contains("no partner"), "{found}");
        assert!(!reasons.contains("the partner's own tenant"), "{found}");
    }
    let found = test(&standin, json!({"user": "john@fabrikam.test"})).succeeded();
    assert!(found["reasons"].to_string().contains("the partner's own tenant"), "{found}");
}
