//! A device without a browser, and the person who signs it in.

use std::time::Duration;

use serde_json::Value;
use standin::{Config, Standin};

use crate::visitor::{Answer, Visitor, claims};

const CLI: &str = "6027b688-5422-45fd-a0ec-836caa2bf116";
const WEB: &str = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const ALICE: (&str, &str) = ("alice@example.test", "Password1!");

/// A form's fields.
type Fields<'f> = &'f [(&'f str, &'f str)];

async fn start() -> Standin {
    Standin::start(Config::default()).await.unwrap()
}

/// What the device is handed.
async fn ask(standin: &Standin, scope: &str) -> Value {
    let fields = [("client_id", CLI), ("scope", scope)];
    let answer = Visitor::new(standin).post("/example.test/oauth2/v2.0/devicecode", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn poll(standin: &Standin, handed: &Value) -> Answer {
    poll_as(standin, CLI, handed).await
}

async fn poll_as(standin: &Standin, client: &str, handed: &Value) -> Answer {
    let code = handed["device_code"].as_str().unwrap();
    let fields = [("client_id", client), ("grant_type", GRANT), ("device_code", code)];
    Visitor::new(standin).post("/example.test/oauth2/v2.0/token", &fields).await
}

fn told(answer: &Answer) -> (String, i64) {
    let body = answer.json();
    (body["error"].as_str().unwrap().to_owned(), body["error_codes"][0].as_i64().unwrap())
}

/// Enters the code and signs in, up to the last question.
async fn enter(person: &mut Visitor, handed: &Value, (user, password): (&str, &str)) -> Answer {
    let page = person.get("/device").await;
    let page = person.submit(&page, &[("otc", handed["user_code"].as_str().unwrap())]).await;
    person.sign_in(page, user, password).await
}

#[actix_web::test]
async fn a_person_signs_a_device_in() {
    let standin = start().await;
    let handed = ask(&standin, "openid profile offline_access User.Read").await;
    assert_eq!(handed["verification_uri"], standin.http("/device"));
    assert_eq!((&handed["expires_in"], &handed["interval"]), (&Value::from(900), &Value::from(5)));
    let code = handed["user_code"].as_str().unwrap();
    assert_eq!(code.len(), 9);
    assert!(handed["message"].as_str().unwrap().contains(code), "{handed}");

    assert_eq!(told(&poll(&standin, &handed).await), ("authorization_pending".into(), 70016));
    let mut alice = Visitor::new(&standin);
    let page = enter(&mut alice, &handed, ALICE).await;
    assert!(page.has("Example CLI") && page.has("alice@example.test"), "{}", page.body);
    assert_eq!(told(&poll(&standin, &handed).await), ("authorization_pending".into(), 70016));
    let page = alice.submit(&page, &[]).await;
    assert!(page.has("Example CLI"), "{}", page.body);

    let tokens = poll(&standin, &handed).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let tokens = tokens.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["preferred_username"], "alice@example.test");
    assert!(tokens["refresh_token"].is_string(), "{tokens}");
    assert_eq!(told(&poll(&standin, &handed).await), ("invalid_grant".into(), 54005));
}

#[actix_web::test]
async fn the_older_address_writes_numbers_as_strings() {
    let standin = start().await;
    let fields = [("client_id", CLI), ("resource", "https://graph.microsoft.com")];
    let answer = Visitor::new(&standin).post("/common/oauth2/devicecode?api-version=1.0", &fields).await;
    assert_eq!(told(&answer), ("invalid_request".into(), 50194), "{}", answer.body);
    let handed = Visitor::new(&standin).post("/example.test/oauth2/devicecode?api-version=1.0", &fields).await.json();
    assert_eq!(handed["verification_url"], standin.http("/device"));
    assert_eq!((&handed["expires_in"], &handed["interval"]), (&Value::from("900"), &Value::from("5")));
    assert!(handed.get("verification_uri").is_none(), "{handed}");
}

#[actix_web::test]
async fn a_request_that_is_wrong_is_refused_with_its_number() {
    let standin = start().await;
    let mut device = Visitor::new(&standin);
    let two = "User.Read api://example-api/read";
    let table: [(&str, Fields<'_>, i64); 6] = [
        ("/example.test", &[("scope", "openid")], 900_144),
        ("/example.test", &[("client_id", CLI)], 900_144),
        ("/example.test", &[("client_id", "nobody"), ("scope", "openid")], 700_038),
        ("/contoso.test", &[("client_id", CLI), ("scope", "openid")], 700_016),
        ("/nowhere.test", &[("client_id", CLI), ("scope", "openid")], 90_002),
        ("/example.test", &[("client_id", CLI), ("scope", two)], 700_022),
    ];
    for (tenant, fields, code) in table {
        let answer = device.post(&format!("{tenant}/oauth2/v2.0/devicecode"), fields).await;
        assert_eq!((answer.status, told(&answer).1), (400, code), "{tenant} {fields:?}");
    }
    assert_eq!(device.get("/example.test/oauth2/v2.0/devicecode").await.status, 405);
}

#[actix_web::test]
async fn a_wrong_code_is_asked_again_and_an_expired_one_is_said_to_have_expired() {
    let standin = start().await;
    let handed = ask(&standin, "openid").await;
    let mut person = Visitor::new(&standin);
    let page = person.get("/common/oauth2/deviceauth?otc=%22%3E%3Cscript%3E").await;
    assert!(!page.has("<script>"), "{}", page.body);
    let page = person.submit(&page, &[("otc", "BBBBBBBBB")]).await;
    let wrong = page.body.split("id=\"otcError\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    standin.clock().advance(Duration::from_secs(901));
    let page = person.submit(&page, &[("otc", handed["user_code"].as_str().unwrap())]).await;
    assert!(page.has("That code has expired") && !page.has(&wrong), "{}", page.body);
    assert_eq!(told(&poll(&standin, &handed).await), ("expired_token".into(), 70020));
    standin.clock().advance(Duration::from_secs(30 * 24 * 3600));
    assert_eq!(told(&poll(&standin, &handed).await), ("expired_token".into(), 70020), "and stays so");
}

#[actix_web::test]
async fn a_code_in_the_address_is_only_filled_in() {
    let standin = start().await;
    let handed = ask(&standin, "openid").await;
    let code = handed["user_code"].as_str().unwrap();
    let page = Visitor::new(&standin).get(&format!("/device?user_code={code}")).await;
    assert!(page.has(&format!("value=\"{code}\"")) && page.has("name=\"otc\""), "{}", page.body);
}

#[actix_web::test]
async fn whoever_cancels_declines_the_device() {
    let standin = start().await;
    let handed = ask(&standin, "openid").await;
    let mut alice = Visitor::new(&standin);
    let page = enter(&mut alice, &handed, ALICE).await;
    alice.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(told(&poll(&standin, &handed).await), ("authorization_declined".into(), 70017));
}

#[actix_web::test]
async fn whoever_declines_consent_declines_the_device() {
    let standin = start().await;
    let handed = ask(&standin, "openid api://example-api/write").await;
    let mut alice = Visitor::new(&standin);
    let page = enter(&mut alice, &handed, ALICE).await;
    assert!(page.has("api://example-api/write"), "{}", page.body);
    alice.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(told(&poll(&standin, &handed).await), ("authorization_declined".into(), 70017));
}

#[actix_web::test]
async fn of_two_people_who_enter_one_code_the_first_decides() {
    let standin = start().await;
    let handed = ask(&standin, "openid profile").await;
    let (mut alice, mut bob) = (Visitor::new(&standin), Visitor::new(&standin));
    let hers = enter(&mut alice, &handed, ALICE).await;
    let his = enter(&mut bob, &handed, ("bob@example.test", "Password1!")).await;
    alice.submit(&hers, &[]).await;
    assert_eq!(bob.submit(&his, &[]).await.error_code(), "AADSTS70020");
    let tokens = poll(&standin, &handed).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["preferred_username"], "alice@example.test");
    let page = bob.get("/device").await;
    let page = bob.submit(&page, &[("otc", handed["user_code"].as_str().unwrap())]).await;
    assert!(page.has("id=\"otcError\""), "a code is spent by its decision: {}", page.body);
}

#[actix_web::test]
async fn a_page_of_another_browser_is_refused() {
    let standin = start().await;
    let handed = ask(&standin, "openid").await;
    let (mut alice, mut mallory) = (Visitor::new(&standin), Visitor::new(&standin));
    mallory.get("/device").await;
    let page = enter(&mut alice, &handed, ALICE).await;
    assert_eq!(mallory.submit(&page, &[]).await.error_code(), "AADSTS165000");
    assert_eq!(told(&poll(&standin, &handed).await), ("authorization_pending".into(), 70016));
    alice.submit(&page, &[]).await;
    assert_eq!(poll(&standin, &handed).await.status, 200);
    let without = mallory.post("/device", &[("otc", handed["user_code"].as_str().unwrap())]).await;
    assert_eq!(without.error_code(), "AADSTS165000");
}

#[actix_web::test]
async fn another_applications_device_code_is_unknown() {
    let standin = start().await;
    let handed = ask(&standin, "openid").await;
    let code = handed["device_code"].as_str().unwrap();
    let fields =
        [("client_id", WEB), ("client_secret", "web-secret"), ("grant_type", "device_code"), ("device_code", code)];
    let answer = Visitor::new(&standin).post("/example.test/oauth2/v2.0/token", &fields).await;
    assert_eq!(told(&answer), ("bad_verification_code".into(), 70018));
    assert_eq!(told(&poll_as(&standin, WEB, &handed).await), ("invalid_client".into(), 7_000_218));
}

#[actix_web::test]
async fn where_somebody_is_signed_in_without_pages_the_code_is_enough() {
    let auto_sign_in = Some("bob@example.test".to_owned());
    let standin = Standin::start(Config { auto_sign_in, ..Config::default() }).await.unwrap();
    let handed = ask(&standin, "openid profile").await;
    let mut anybody = Visitor::new(&standin);
    let page = anybody.get("/device").await;
    anybody.submit(&page, &[("otc", handed["user_code"].as_str().unwrap())]).await;
    let tokens = poll(&standin, &handed).await.json();
    assert_eq!(claims(tokens["id_token"].as_str().unwrap())["preferred_username"], "bob@example.test");
}

#[actix_web::test]
async fn an_application_that_is_not_public_proves_itself_to_get_what_its_device_was_given() {
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    alice
        .patch_world(serde_json::json!({"apps": {"example-cli": {"public_client": false, "secrets": ["cli-secret"]}}}))
        .await;
    let handed = ask(&standin, "openid").await;
    let page = enter(&mut alice, &handed, ALICE).await;
    alice.submit(&page, &[]).await;
    let without = poll(&standin, &handed).await;
    assert_eq!((without.status, told(&without)), (401, ("invalid_client".into(), 7_000_218)));
    let code = handed["device_code"].as_str().unwrap();
    let fields = [("client_id", CLI), ("client_secret", "cli-secret"), ("grant_type", GRANT), ("device_code", code)];
    let tokens = Visitor::new(&standin).post("/example.test/oauth2/v2.0/token", &fields).await;
    assert_eq!(tokens.status, 200, "the code was not spent by who proved nothing: {}", tokens.body);
}

#[actix_web::test]
async fn a_device_gets_nothing_at_the_address_for_personal_accounts_and_everything_where_it_asked() {
    const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    let fields = [("client_id", AZURE_CLI), ("scope", "openid")];
    let handed = alice.post("/organizations/oauth2/v2.0/devicecode", &fields).await.json();
    let page = enter(&mut alice, &handed, ALICE).await;
    alice.submit(&page, &[]).await;
    let code = handed["device_code"].as_str().unwrap();
    let fields = [("client_id", AZURE_CLI), ("grant_type", GRANT), ("device_code", code)];
    let refused = alice.post("/consumers/oauth2/v2.0/token", &fields).await;
    assert_eq!((refused.status, told(&refused)), (400, ("invalid_request".into(), 90124)));
    let tokens = alice.post("/organizations/oauth2/v2.0/token", &fields).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
}

#[actix_web::test]
async fn an_older_library_asks_for_its_code_by_the_address_alone() {
    let standin = start().await;
    let mut device = Visitor::new(&standin);
    let query = format!("client_id={CLI}&resource=https%3A%2F%2Fgraph.microsoft.com");
    let handed = device.get(&format!("/example.test/oauth2/devicecode?{query}")).await;
    assert_eq!(handed.status, 200, "{}", handed.body);
    assert!(handed.json()["verification_url"].is_string(), "{}", handed.body);
    let newer = device.get(&format!("/example.test/oauth2/v2.0/devicecode?client_id={CLI}&scope=openid")).await;
    assert_eq!((newer.status, told(&newer).1), (405, 900_561), "{}", newer.body);
}
