//! Requests that are not carried out: told to the application when it can be trusted, else on a page.

use serde_json::json;

use crate::apps::{ALICE, API, App, SPA, V1, V2, WEB};
use crate::client::{Call, Fields, get, patch_world, started};
use crate::control::flows::newest_outcome;
use crate::resources::bearer;
use crate::visitor::Visitor;

#[actix_web::test]
async fn whoever_cannot_be_trusted_with_an_answer_sees_a_page() {
    let standin = started().await;
    let ask = |app: &App, at: &str, more: Fields<'_>| get(&standin, &app.asks(at, more));
    let nobody = App { id: "7d3b6f0e-1111-4222-8333-444455556666", ..WEB };
    for at in [V2, V1] {
        ask(&WEB, at, &[("client_id", "")]).on_page(900_144);
        ask(&WEB, at, &[("client_id", "not-a-guid")]).on_page(700_038);
        ask(&nobody, at, &[]).on_page(700_016);
        ask(&WEB, at, &[("redirect_uri", "https://evil.test")]).on_page(50011);
    }
    ask(&WEB, "/contoso.test/oauth2/v2.0", &[]).on_page(700_016);
    ask(&WEB, "/nowhere.test/oauth2/v2.0", &[]).on_page(90002);
    ask(&WEB, "/7d3b6f0e-1111-4222-8333-444455556666/oauth2/v2.0", &[]).on_page(90002);
    ask(&WEB, "/no%20name/oauth2/v2.0", &[]).on_page(900_023);
    patch_world(&standin, json!({"apps": {"example-web": {"disabled": true}}}));
    ask(&WEB, V2, &[]).on_page(7_000_112);
}

#[actix_web::test]
async fn everything_else_is_told_to_the_application() {
    let standin = started().await;
    let table: [(Fields<'_>, &str, u32); 16] = [
        (&[("response_type", "")], "invalid_request", 90014),
        (&[("response_type", "password")], "unsupported_response_type", 70005),
        (&[("response_type", "code none")], "unsupported_response_type", 70005),
        (&[("response_mode", "web_message")], "invalid_request", 70007),
        (&[("scope", "")], "invalid_request", 90014),
        (&[("scope", "openid \"quoted\"")], "invalid_scope", 70011),
        (&[("scope", "api://nowhere/read")], "invalid_resource", 500_011),
        (&[("scope", "api://example-api/delete")], "invalid_client", 650_053),
        (&[("prompt", "sometimes")], "invalid_request", 90013),
        (&[("prompt", "none login")], "invalid_request", 90013),
        (&[("prompt", "admin_consent")], "invalid_request", 90013),
        (&[("max_age", "soon")], "invalid_request", 90013),
        (&[("max_age", "-1")], "invalid_request", 90013),
        (&[("claims", "{")], "invalid_request", 90013),
        (&[("claims", "[]")], "invalid_request", 90013),
        (&[("prompt", "none")], "login_required", 50058),
    ];
    for (more, error, code) in table {
        let answer = get(&standin, &WEB.asks(V2, more));
        answer.told(error, code);
        assert!(answer.location().starts_with(&format!("{}?error=", WEB.redirect)), "{}", answer.location());
        assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"), "{more:?}");
        assert_eq!(answer.sent_back("code"), None, "{more:?}");
    }
}

#[actix_web::test]
async fn r_82_a_refusal_after_everybody_agreed_is_the_last_word_of_the_journal_and_of_the_sign_in_log() {
    let standin = started().await;
    // Microsoft's own need nobody's consent, and are trusted with one scope. Where a resource does not offer it, no token
    // comes of it: that shows only when one is to be made.
    let trusted =
        json!({"implicit": {"access_tokens": true}, "first_party": true, "permissions": {"example-api": null}});
    patch_world(&standin, json!({"apps": {"example-spa": trusted}}));
    let token = [("response_type", "token"), ("scope", "api://example-api/.default")];
    let mut alice = Visitor::new(&standin);
    SPA.signs_in(&mut alice, V2, &token, ALICE).await.told("consent_required", 65001);
    assert_eq!(newest_outcome(&standin), "refused with AADSTS65001");
    let silent = [&token[..], &[("prompt", "none")]].concat();
    alice.get(&SPA.asks(V2, &silent)).await.told("consent_required", 65001);
    let auditor = bearer(&standin, ("/graph/v1.0", "graph"), ALICE, "example", &["AuditLog.Read.All"]);
    patch_world(&standin, json!({"users": {ALICE: {"roles": ["global_admin"]}}}));
    let codes = |entries: Vec<serde_json::Value>| -> Vec<i64> {
        entries.iter().map(|one| one["status"]["errorCode"].as_i64().unwrap()).collect()
    };
    assert_eq!(codes(auditor.list("auditLogs/signIns")), [65001, 65001], "nobody is said to have come in");
    WEB.code(&mut alice, V2, &[], ALICE).await;
    assert_eq!(codes(auditor.list("auditLogs/signIns")), [0, 65001, 65001]);
}

#[actix_web::test]
async fn a_refusal_travels_the_way_the_answer_would_have() {
    let standin = started().await;
    let ask = |more: Fields<'_>| get(&standin, &WEB.asks(V2, &[&[("prompt", "none"), ("nonce", "n")], more].concat()));
    assert!(ask(&[]).location().starts_with("http://localhost:3000/auth/callback?error=login_required"));
    let fragment = ask(&[("response_mode", "fragment")]);
    assert!(fragment.location().starts_with("http://localhost:3000/auth/callback#error=login_required"));
    let hybrid = ask(&[("response_type", "code id_token")]);
    assert!(hybrid.location().starts_with("http://localhost:3000/auth/callback#error=login_required"));
    let form = ask(&[("response_mode", "form_post")]);
    assert_eq!((form.status, form.sent_back("error").as_deref()), (200, Some("login_required")));
    let policy = form.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors http: https:"), "applications ask in a hidden frame: {policy}");
    assert_eq!(form.sent_back("state").as_deref(), Some("s t&a=te"));
}

#[actix_web::test]
async fn a_description_says_when_and_under_which_ids() {
    let standin = started().await;
    let id = "0b4c2a1e-5d6f-4a7b-8c9d-000000000001";
    let answer = get(&standin, &WEB.asks(V2, &[("prompt", "none"), ("client-request-id", id)]));
    let description = answer.sent_back("error_description").unwrap();
    assert!(description.contains(&format!(" Correlation ID: {id} Timestamp: ")), "{description}");
    assert!(description.contains(" Trace ID: "), "{description}");
    // An id that is none could be anything, so it is not repeated.
    let answer = get(&standin, &WEB.asks(V2, &[("prompt", "none"), ("client-request-id", "<b>me</b>")]));
    assert!(!answer.sent_back("error_description").unwrap().contains("<b>"));
}

#[actix_web::test]
async fn a_state_that_is_absurdly_long_is_refused() {
    let standin = started().await;
    let state = "x".repeat(9000);
    let answer = get(&standin, &WEB.asks(V2, &[("state", &state)]));
    answer.told("invalid_request", 90013);
    let state = "x".repeat(8000);
    assert_eq!(get(&standin, &WEB.asks(V2, &[("state", &state)])).status, 200);
}

#[actix_web::test]
async fn only_get_and_post_ask() {
    let standin = started().await;
    for verb in ["PUT", "DELETE", "PATCH"] {
        let answer = Call::new(&standin, verb, &WEB.asks(V2, &[])).send();
        answer.refused(405, "invalid_request", 900_561);
        assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    }
    let json = Call::new(&standin, "POST", &format!("{V2}/authorize")).body("application/json", "{}").send();
    json.on_page(9_002_313);
}

#[actix_web::test]
async fn an_account_no_role_was_given_to_is_told_to_the_application_that_demands_one() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-web": {"assignment_required": true}}}));
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &[], crate::apps::ALICE).await;
    answer.told("interaction_required", 50105);
}

#[actix_web::test]
async fn names_match_in_any_case_but_values_do_not() {
    let standin = started().await;
    let upper = WEB.id.to_uppercase();
    let path = WEB.asks("/EXAMPLE.test/OAuth2/V2.0", &[("client_id", &upper)]);
    assert_eq!(get(&standin, &path.replace("/authorize", "/Authorize")).status, 200);
    get(&standin, &WEB.asks(V2, &[("response_type", "CODE")])).told("unsupported_response_type", 70005);
    for app in [SPA, API] {
        get(&standin, &App { redirect: "HTTP://LOCALHOST:3000", ..app }.asks(V2, &[])).on_page(50011);
    }
}
