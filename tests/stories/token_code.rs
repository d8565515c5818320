//! A code becomes tokens: once, in time, for whom it was given.

mod client;
mod provider;

use std::time::Duration;

use crate::answer::claims;
use crate::apps::{ALICE, ALL, App, CHALLENGE, EXAMPLE, SPA, V1, V2, VERIFIER, WEB, text};
use crate::client::{Call, get, post, started};
use crate::visitor::Visitor;

fn members(body: &serde_json::Value) -> Vec<&str> {
    body.as_object().unwrap().keys().map(String::as_str).collect()
}

#[actix_web::test]
async fn a_code_becomes_the_tokens_that_were_asked_for() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let all = ["token_type", "scope", "expires_in", "ext_expires_in", "access_token", "refresh_token", "id_token"];
    assert_eq!(members(&tokens), all);
    assert_eq!((text(&tokens, "token_type"), &tokens["expires_in"]), ("Bearer", &3600.into()));
    assert_eq!(text(&tokens, "scope"), "https://graph.microsoft.com/User.Read openid profile email");

    let tokens = WEB.tokens(&standin, V2, &[("scope", "openid User.Read")], ALICE).await;
    assert!(tokens["id_token"].is_string() && tokens.get("refresh_token").is_none(), "{tokens}");
    let tokens = WEB.tokens(&standin, V2, &[("scope", "api://example-api/read offline_access")], ALICE).await;
    assert!(tokens["refresh_token"].is_string() && tokens.get("id_token").is_none(), "{tokens}");
    assert_eq!(text(&tokens, "scope"), "api://example-api/read");
}

#[actix_web::test]
async fn scopes_come_back_as_they_were_asked_for() {
    let standin = started().await;
    let api = "6b5de23f-fa8f-4088-b32e-11cf49fd03c9";
    let asked_and_given = [
        ("openid User.Read", "User.Read openid".to_owned()),
        ("https://graph.microsoft.com//User.Read", "https://graph.microsoft.com//User.Read".to_owned()),
        ("api://example-api/read", "api://example-api/read".to_owned()),
        ("api://example-api//read", "api://example-api//read".to_owned()),
        (&format!("{api}/read"), format!("{api}/read")),
        (".default", "User.Read .default".to_owned()),
    ];
    for (asked, given) in asked_and_given {
        let tokens = WEB.tokens(&standin, V2, &[("scope", &format!("{asked} offline_access"))], ALICE).await;
        assert_eq!(text(&tokens, "scope"), given);
        let again = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
        assert_eq!(text(&again, "scope"), given, "as in the sign-in, where the refresh names none");
    }
}

#[actix_web::test]
async fn the_older_address_writes_every_number_as_a_string() {
    let standin = started().await;
    let more = [("scope", ""), ("resource", "https://graph.microsoft.com")];
    let tokens = WEB.tokens(&standin, V1, &more, ALICE).await;
    let all = ["token_type", "scope", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource"];
    assert_eq!(members(&tokens), [&all[..], &["access_token", "refresh_token", "id_token"]].concat());
    for number in ["expires_in", "ext_expires_in", "expires_on", "not_before"] {
        assert!(text(&tokens, number).parse::<i64>().is_ok(), "{number}: {tokens}");
    }
    assert_eq!((text(&tokens, "token_type"), text(&tokens, "resource")), ("Bearer", "https://graph.microsoft.com"));
    assert!(text(&tokens, "scope").split(' ').any(|scope| scope == "User.Read"), "{tokens}");
}

#[actix_web::test]
async fn an_answer_with_tokens_is_kept_by_nobody() {
    let standin = started().await;
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let id = "0b4c2a1e-5d6f-4a7b-8c9d-000000000001";
    let fields = WEB.redemption(&code, &[]);
    let call =
        WEB.call(&standin, V2, &fields).header("client-request-id", id).header("return-client-request-id", "true");
    let answer = call.send();
    answer.granted();
    assert_eq!(answer.header("cache-control"), "no-store, no-cache");
    assert_eq!((answer.header("pragma"), answer.header("expires")), ("no-cache", "-1"));
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(uuid::Uuid::try_parse(answer.header("x-ms-request-id")).is_ok());
    assert_eq!(answer.header("x-ms-clitelem"), "1,0,0,,");
    assert!(answer.header("p3p").starts_with("CP=\"DSP ") && answer.header("x-ms-ests-server").starts_with("standin "));
    let again = WEB.call(&standin, V2, &fields).send();
    assert_eq!(again.header("x-ms-clitelem"), "1,54005,0,,");
    assert_eq!(answer.header("client-request-id"), id);
}

#[actix_web::test]
async fn a_code_is_good_once_and_its_second_use_ends_what_came_of_the_first() {
    let standin = started().await;
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 54005);
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn whoever_forgets_something_still_has_the_code_and_whoever_says_something_wrong_has_not() {
    let standin = started().await;
    let ids = [("client_id", WEB.id), ("grant_type", "authorization_code"), ("redirect_uri", WEB.redirect)];
    let secret = ("client_secret", WEB.secret);
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let verifier = ("code_verifier", VERIFIER);
    let bad_claims = ("claims", "{");
    let forgotten: [(&str, Vec<(&str, &str)>); 7] = [
        (V2, [&ids[..], &[verifier]].concat()),
        (V2, [&ids[..], &[verifier, ("client_secret", "wrong")]].concat()),
        (V2, [&ids[..2], &[secret, verifier]].concat()),
        (V2, [&ids[..], &[secret]].concat()),
        (V2, [&ids[..], &[secret, verifier, ("scope", "api://example-api/delete")]].concat()),
        (V2, [&ids[..], &[secret, verifier, bad_claims]].concat()),
        ("/organizations/oauth2/v2.0", [&ids[..], &[secret, verifier]].concat()),
    ];
    let redeem = |at: &str, code: &str, fields: &[(&str, &str)]| {
        post(&standin, &format!("{at}/token"), &[fields, &[("code", code)]].concat())
    };
    let right = [&ids[..], &[secret, verifier]].concat();
    for (at, fields) in forgotten {
        let code = WEB.code(&mut Visitor::new(&standin), V2, &pkce, ALICE).await;
        let refused = redeem(at, &code, &fields);
        assert!(matches!(refused.status, 400 | 401), "{fields:?}: {}", refused.gist());
        redeem(V2, &code, &right).granted();
    }
    let wrong = "w".repeat(43);
    for (name, value) in [("code_verifier", wrong.as_str()), ("redirect_uri", "http://localhost:3000/other")] {
        let code = WEB.code(&mut Visitor::new(&standin), V2, &pkce, ALICE).await;
        let fields: Vec<_> = right.iter().map(|field| if field.0 == name { (name, value) } else { *field }).collect();
        assert_eq!(redeem(V2, &code, &fields).status, 400, "{name}");
        redeem(V2, &code, &right).refused(400, "invalid_grant", 54005);
    }
}

#[actix_web::test]
async fn who_a_code_was_about_that_is_shown_again_is_in_the_journal_and_in_the_log() {
    let standin = started().await;
    let told = || {
        let errors = get(&standin, "/_standin/events?kind=error").json();
        let last = errors["value"].as_array().unwrap().last().unwrap().clone();
        assert!(!last.to_string().contains("eyJ"), "{last}");
        (
            last["user"].clone(),
            last["app"].clone(),
            last["flow"].clone(),
            last["summary"].as_str().unwrap()[..11].to_owned(),
        )
    };
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let tokens = get(&standin, "/_standin/events?kind=decision").json();
    let flow = tokens["value"].as_array().unwrap().last().unwrap()["flow"].clone();
    WEB.redeem(&standin, V2, &code, &[]).granted();
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 54005);
    assert_eq!(told(), (ALICE.into(), "example-web".into(), flow, "AADSTS54005".to_owned()));
    // One that never was is about nobody.
    WEB.redeem(&standin, V2, "never", &[]).refused(400, "invalid_grant", 70000);
    let nobody = told();
    assert_eq!((nobody.0, nobody.1), (serde_json::Value::Null, "example-web".into()));
}

#[actix_web::test]
async fn a_code_is_good_for_ten_minutes() {
    let standin = started().await;
    standin.clock().freeze();
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(599));
    WEB.redeem(&standin, V2, &code, &[]).granted();
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(600));
    for _ in 0..2 {
        WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 70008);
    }
}

#[actix_web::test]
async fn a_code_that_was_never_given_is_refused() {
    let standin = started().await;
    for code in ["nonsense", "0.AAAA", "../../etc/passwd", "é", &"x".repeat(10_000)] {
        WEB.redeem(&standin, V2, code, &[]).refused(400, "invalid_grant", 70000);
    }
    WEB.redeem(&standin, V2, "x", &[("code", "")]).refused(400, "invalid_request", 900_144);
}

#[actix_web::test]
async fn a_code_belongs_to_its_application_address_and_tenant() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let other = App { redirect: WEB.redirect, ..crate::apps::API };
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    other.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 70000);

    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    let elsewhere = [("redirect_uri", "http://localhost:3000/")];
    WEB.redeem(&standin, V2, &code, &elsewhere).refused(400, "invalid_grant", 500_112);
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[("redirect_uri", "")]).refused(400, "invalid_request", 900_144);

    let partner = crate::apps::PARTNER;
    let code = partner.code(&mut alice, "/common/oauth2/v2.0", &[], "amy@adatum.test").await;
    partner.redeem(&standin, "/contoso.test/oauth2/v2.0", &code, &[]).refused(400, "invalid_grant", 700_005);
    let code = partner.code(&mut alice, "/common/oauth2/v2.0", &[("login_hint", "amy@adatum.test")], "").await;
    partner.redeem(&standin, "/common/oauth2/v2.0", &code, &[]).granted();
    for at in [format!("/{EXAMPLE}/oauth2/v2.0"), "/EXAMPLE.test/oauth2/v2.0".into(), V1.into()] {
        let code = WEB.code(&mut alice, V2, &[("login_hint", ALICE)], ALICE).await;
        WEB.redeem(&standin, &at, &code, &[]).granted();
    }
}

#[actix_web::test]
async fn a_code_for_pages_is_redeemed_by_pages_of_the_application_and_no_other_code_is() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let redeem = |app: &App, code: &str, origin: &str| {
        let fields = app.redemption(code, &[]);
        let call = Call::new(&standin, "POST", &format!("{V2}/token")).form(&app.proving(&fields));
        if origin.is_empty() { call.send() } else { call.header("Origin", origin).send() }
    };
    for (origin, code) in [("", 9_002_327), ("https://evil.test", 9_002_326), ("null", 9_002_326)] {
        let spa = SPA.code(&mut alice, V2, &[], ALICE).await;
        redeem(&SPA, &spa, origin).refused(400, "invalid_request", code);
    }
    for origin in ["http://localhost:3000", "https://localhost:3000"] {
        let spa = SPA.code(&mut alice, V2, &[], ALICE).await;
        redeem(&SPA, &spa, origin).granted();
    }
    let web = WEB.code(&mut alice, V2, &[], ALICE).await;
    redeem(&WEB, &web, "http://localhost:3000").refused(400, "invalid_request", 9_002_326);
}

#[actix_web::test]
async fn the_token_request_may_name_other_scopes_that_were_agreed_to() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[("scope", "api://example-api/read")]).granted();
    assert_eq!(claims(text(&tokens, "access_token"))["scp"], "read");
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    let refused = WEB.redeem(&standin, V2, &code, &[("scope", "api://example-api/write")]);
    assert_eq!(refused.refused(400, "invalid_grant", 65001)["suberror"], "consent_required");
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    let two = WEB.redeem(&standin, V2, &code, &[("scope", "User.Read api://example-api/read")]);
    two.refused(400, "invalid_request", 700_022);
}

#[actix_web::test]
async fn a_sign_in_for_two_resources_redeems_for_the_first() {
    let standin = started().await;
    let more = [("scope", "openid offline_access api://example-api/read User.Read")];
    let tokens = WEB.tokens(&standin, V2, &more, ALICE).await;
    assert_eq!(text(&tokens, "scope"), "api://example-api/read openid");
    let graph = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[("scope", "User.Read")]).granted();
    assert_eq!(claims(text(&graph, "access_token"))["aud"], "https://graph.microsoft.com");
}

#[actix_web::test]
async fn client_libraries_are_told_whose_account_it_is() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    for (wanted, told) in [("1", true), ("2", true), ("", false), ("0", false)] {
        let code = WEB.code(&mut alice, V2, &[("scope", ALL)], ALICE).await;
        let tokens = WEB.redeem(&standin, V2, &code, &[("client_info", wanted)]).granted();
        assert_eq!(tokens.get("client_info").is_some(), told, "{wanted}");
    }
}
