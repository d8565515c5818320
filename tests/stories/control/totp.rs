//! What somebody's code app shows.

use super::*;

fn code(standin: &Standin, base: &str, upn: &str) -> Value {
    get(standin, &format!("{base}/_standin/users/{upn}/totp")).succeeded()
}

#[actix_web::test]
async fn a_code_lets_its_owner_in_once() {
    let standin = started().await;
    put(&standin, "/_standin/clock", json!({"at": "2030-01-01T00:00:07Z", "freeze": true})).succeeded();
    let mut mia = Asked::by_push(&standin).await.another_way("PhoneAppOTP").await;
    let shown = code(&standin, "", MIA);
    assert_eq!(shown["valid_until"], "2030-01-01T00:00:30Z");
    let code = shown["code"].as_str().unwrap();
    assert!(mia.types(code).await.sent_back("code").is_some());
    let mut again = Asked::by_push(&standin).await.another_way("PhoneAppOTP").await;
    let page = again.types(code).await;
    assert!(page.has("This code was used already"), "{}", page.gist());
}

#[actix_web::test]
async fn a_code_follows_the_worlds_clock() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "late"})).succeeded();
    for (base, at) in [("", "2030-01-01T00:00:00Z"), ("/w/late", "2040-01-01T00:00:00Z")] {
        put(&standin, &format!("{base}/_standin/clock"), json!({"at": at, "freeze": true})).succeeded();
    }
    let early = code(&standin, "", "Jane@Contoso.test");
    assert_ne!(early["code"], code(&standin, "/w/late", "jane@contoso.test")["code"]);
    put(&standin, "/_standin/clock", json!({"advance": "29s"})).succeeded();
    assert_eq!(code(&standin, "", "jane@contoso.test"), early);
    put(&standin, "/_standin/clock", json!({"advance": "1s"})).succeeded();
    assert_eq!(code(&standin, "", "jane@contoso.test")["valid_until"], "2030-01-01T00:01:00Z");
}

#[actix_web::test]
async fn a_federated_account_shows_the_code_of_its_provider_and_a_providers_account_its_own() {
    let standin = started().await;
    for upn in ["trent%40wingtip.test", "mia@local.test"] {
        assert_eq!(code(&standin, "", upn)["code"].as_str().unwrap().len(), 6, "{upn}");
    }
}

#[actix_web::test]
async fn who_has_no_code_app_or_is_nobody_is_told_so() {
    let standin = started().await;
    let told = |upn: &str| {
        let error = get(&standin, &format!("/_standin/users/{upn}/totp")).refused(404, "not_found");
        error["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(told("alice@example.test"), "alice@example.test has no code app registered.");
    assert_eq!(
        told("alise@example.test"),
        "There is no account 'alise@example.test'; did you mean 'alice@example.test'?"
    );
    post(&standin, "/_standin/users/mia@example.test/totp", json!({})).refused(405, "method_not_allowed");
    call(&standin, "GET", "/_standin/users/mia@example.test/totp")
        .header("Origin", "http://evil.test")
        .send()
        .refused(403, "forbidden");
}
