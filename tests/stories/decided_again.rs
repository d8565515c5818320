//! What policies demand holds for tokens that come without a browser too: codes, refresh tokens, devices, services.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use standin::{Config, Standin};

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, API, App, CLI, GRAPH, PASSWORD, SPA, V1, V2, WEB, text};
use crate::client::{Call, Fields, get, patch_world, post, started, started_with};
use crate::second_factor::{MIA, MIAS_SECRET, another_way, app_code, past_the_password, words};
use crate::visitor::Visitor;

const READ: (&str, &str) = ("scope", "openid offline_access api://example-api/read");
const ASKS_C1: (&str, &str) = ("claims", r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#);
const CAPABLE: (&str, &str) = ("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);

fn under(standin: &Standin, policy: Value) {
    patch_world(standin, json!({"tenants": {"example": {"conditional_access": {"p": policy}}}}));
}

fn with_a_code_app(standin: &Standin, user: &str) {
    patch_world(standin, json!({"users": {user: {"methods": {"totp": MIAS_SECRET}}}}));
}

fn pass_on(standin: &Standin, assertion: &str) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("resource", GRAPH),
        ("assertion", assertion),
    ];
    API.token(standin, V1, &fields)
}

/// The code of a sign-in in which somebody typed a code of their app.
async fn with_code(standin: &Standin, visitor: &mut Visitor, app: App, more: Fields<'_>, user: &str) -> String {
    let page = app.signs_in(visitor, V2, more, user).await;
    let page = match page.has("name=\"otc\"") {
        true => page,
        false => another_way(visitor, &page, "PhoneAppOTP").await,
    };
    let page = visitor.submit(&page, &[("otc", &app_code(standin, MIAS_SECRET))]).await;
    let answer = visitor.agree(page).await;
    answer.sent_back("code").unwrap_or_else(|| panic!("a code, not: {}", answer.gist()))
}

#[actix_web::test]
async fn a_code_redeemed_for_another_resource_is_under_that_resources_policies() {
    for (grant, code) in [("mfa", 50079), ("block", 53003)] {
        let standin = started().await;
        under(&standin, json!({"include": {"all": true}, "apps": ["example-api"], "grant": [grant]}));
        let own = WEB.code(&mut Visitor::new(&standin), V2, &[("scope", "openid")], ALICE).await;
        WEB.redeem(&standin, V2, &own, &[READ]).refused(400, "invalid_grant", code);
        let own = WEB.code(&mut Visitor::new(&standin), V2, &[("scope", "openid")], ALICE).await;
        WEB.redeem(&standin, V2, &own, &[("scope", "openid profile")]).granted();
    }
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "apps": ["example-api"], "grant": ["mfa"]}));
    with_a_code_app(&standin, ALICE);
    let own = WEB.code(&mut Visitor::new(&standin), V2, &[("scope", "openid")], ALICE).await;
    WEB.redeem(&standin, V2, &own, &[READ]).refused(400, "invalid_grant", 50076);
    let asked = with_code(&standin, &mut Visitor::new(&standin), WEB, &[READ], ALICE).await;
    WEB.redeem(&standin, V2, &asked, &[READ]).granted();
}

#[actix_web::test]
async fn what_changed_since_the_sign_in_holds_when_its_code_is_redeemed() {
    let standin = started().await;
    // R-05: a policy that was not there yet.
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    under(&standin, json!({"include": {"all": true}, "apps": ["all"], "grant": ["block"]}));
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 53003);
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": null}}}));
    // R-04: the account's own state.
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 50079);
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "disabled"}}}));
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[]).granted();
}

#[actix_web::test]
async fn where_the_browser_was_counts_for_a_code_and_not_the_applications_server() {
    let standin = started_with(Config { trust_proxy: true, ..Config::default() }).await;
    let everywhere_but = json!({"include": ["all"], "exclude": ["office"]});
    let policy = json!({"include": {"all": true}, "apps": ["all"], "locations": everywhere_but, "grant": ["mfa"]});
    let office = json!({"ranges": ["127.0.0.0/8", "::1/128"]});
    let example = json!({"named_locations": {"office": office}, "conditional_access": {"p": policy}});
    patch_world(&standin, json!({"tenants": {"example": example}}));
    let from_elsewhere =
        |fields: Fields<'_>| WEB.call(&standin, V2, fields).header("X-Forwarded-For", "198.51.100.1").send();
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[READ], ALICE).await;
    let tokens = from_elsewhere(&WEB.redemption(&code, &[])).granted();
    let again = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    from_elsewhere(&again).refused(400, "invalid_grant", 50079);
}

#[actix_web::test]
async fn what_a_code_is_redeemed_with_can_ask_for_more_than_the_sign_in_proved() {
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "auth_context": "c1", "grant": ["mfa"]}));
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[READ], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[ASKS_C1]).refused(400, "invalid_grant", 50079);
    let code = with_code(&standin, &mut Visitor::new(&standin), WEB, &[READ, ASKS_C1], MIA).await;
    let token = WEB.redeem(&standin, V2, &code, &[ASKS_C1]).granted();
    assert_eq!(claims(text(&token, "access_token"))["acrs"], json!(["c1"]));
}

#[actix_web::test]
async fn signing_somebody_out_ends_what_services_do_on_their_behalf() {
    let standin = started().await;
    let code = with_code(&standin, &mut Visitor::new(&standin), SPA, &[READ], MIA).await;
    let token = SPA.redeem(&standin, V2, &code, &[]).granted();
    let token = text(&token, "access_token");
    let passed = pass_on(&standin, token).granted();
    assert_eq!(words(&claims(text(&passed, "access_token"))["amr"]), ["pwd", "otp", "mfa"]);
    Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={MIA}")).send();
    pass_on(&standin, token).refused(400, "invalid_grant", 50173);
}

#[actix_web::test]
async fn a_code_that_was_shown_twice_ends_what_services_do_too() {
    let standin = started().await;
    let code = SPA.code(&mut Visitor::new(&standin), V2, &[READ], ALICE).await;
    let token = SPA.redeem(&standin, V2, &code, &[]).granted();
    SPA.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 54005);
    pass_on(&standin, text(&token, "access_token")).refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn a_service_passes_on_what_was_proven_and_not_something_stronger() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"remember_mfa_days": 14}}}));
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    mia.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET)), ("rememberMFA", "true")]).await;
    mia.restart();
    let code = SPA.code(&mut mia, V2, &[READ], MIA).await;
    let token = SPA.redeem(&standin, V2, &code, &[]).granted();
    let token = text(&token, "access_token");
    pass_on(&standin, token).granted();
    // "pwd mfa" in words is what a push is too, but a remembered browser is no push.
    patch_world(
        &standin,
        json!({"tenants": {"example": {
            "authentication_strengths": {"by-push": ["push"]},
            "conditional_access": {"p": {"include": {"all": true}, "apps": ["graph"], "grant": ["strength:by-push"]}},
        }}}),
    );
    pass_on(&standin, token).refused(400, "interaction_required", 50074);
}

#[actix_web::test]
async fn a_context_that_was_satisfied_lasts_through_requests_for_something_else() {
    for asked in [ASKS_C1, ("acr_values", "c1")] {
        let standin = started().await;
        under(&standin, json!({"include": {"all": true}, "grant": ["mfa"], "auth_context": "c1"}));
        with_a_code_app(&standin, ALICE);
        let code = with_code(&standin, &mut Visitor::new(&standin), WEB, &[READ, asked], ALICE).await;
        let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
        let next = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[CAPABLE]).granted();
        assert_eq!(claims(text(&next, "access_token"))["xms_cc"], json!(["CP1"]));
        let again = WEB.refresh(&standin, V2, text(&next, "refresh_token"), &[ASKS_C1]).granted();
        assert_eq!(words(&claims(text(&again, "access_token"))["acrs"]), ["c1"], "{asked:?}");
        // Once it is not satisfied any more, tokens do not say it, and whoever asks for it is sent back.
        under(&standin, json!({"grant": ["strength:phishing-resistant"]}));
        let plain = WEB.refresh(&standin, V2, text(&next, "refresh_token"), &[CAPABLE]).granted();
        assert_eq!(claims(text(&plain, "access_token")).get("acrs"), None);
        assert_eq!(WEB.refresh(&standin, V2, text(&next, "refresh_token"), &[ASKS_C1]).status, 400);
    }
}

/// Signs a device in, up to the last page.
async fn approve(visitor: &mut Visitor, handed: &Value, code: Option<&str>) {
    let page = visitor.get("/device").await;
    let page = visitor.submit(&page, &[("otc", text(handed, "user_code"))]).await;
    let mut page = visitor.sign_in(page, ALICE, PASSWORD).await;
    if let Some(code) = code {
        assert!(page.has("id=\"idSubmit_SAOTCC_Continue\""), "a code is asked for: {}", page.gist());
        page = visitor.submit(&page, &[("otc", code)]).await;
    }
    visitor.submit(&page, &[]).await;
}

fn poll(standin: &Standin, handed: &Value) -> Answer {
    CLI.token(standin, V2, &[("grant_type", "device_code"), ("device_code", text(handed, "device_code"))])
}

#[actix_web::test]
async fn a_device_answers_the_challenge_of_an_api() {
    let standin = started().await;
    under(&standin, json!({"include": {"all": true}, "grant": ["mfa"], "auth_context": "c1"}));
    with_a_code_app(&standin, ALICE);
    let ask = |more: Fields<'_>| {
        let fields = [&[("client_id", CLI.id), READ][..], more].concat();
        post(&standin, &format!("{V2}/devicecode"), &fields).granted()
    };
    let handed = ask(&[]);
    let mut alice = Visitor::new(&standin);
    approve(&mut alice, &handed, None).await;
    let tokens = poll(&standin, &handed).granted();
    let refused = alice.get_as("/sample-api/needs/c1", text(&tokens, "access_token")).await;
    assert_eq!(refused.status, 401);
    let header = refused.header("www-authenticate").to_owned();
    let challenge = header.split("claims=\"").nth(1).unwrap().split('"').next().unwrap();
    let challenge = String::from_utf8(STANDARD.decode(challenge).unwrap()).unwrap();

    let handed = ask(&[("claims", &challenge)]);
    approve(&mut Visitor::new(&standin), &handed, Some(&app_code(&standin, MIAS_SECRET))).await;
    let tokens = poll(&standin, &handed).granted();
    let told = alice.get_as("/sample-api/needs/c1", text(&tokens, "access_token")).await;
    assert_eq!(told.json()["acrs"], json!(["c1"]));
    let wrong = [("client_id", CLI.id), READ, ("claims", "{")];
    assert_eq!(post(&standin, &format!("{V2}/devicecode"), &wrong).status, 400);
}

#[actix_web::test]
async fn a_device_is_under_the_policies_there_are_when_it_takes_its_tokens() {
    let standin = started().await;
    let asked = [("client_id", CLI.id), ("scope", "openid offline_access")];
    let handed = post(&standin, &format!("{V2}/devicecode"), &asked).granted();
    approve(&mut Visitor::new(&standin), &handed, None).await;
    under(&standin, json!({"include": {"all": true}, "grant": ["block"]}));
    poll(&standin, &handed).refused(400, "invalid_grant", 53003);
}

#[actix_web::test]
async fn the_journal_says_why_tokens_were_granted() {
    let standin = started().await;
    let tokens = SPA.tokens(&standin, V2, &[READ], ALICE).await;
    under(&standin, json!({"state": "report_only", "include": {"all": true}, "grant": ["block"]}));
    let told = || {
        let entries = get(&standin, "/_standin/events?kind=token").json();
        entries["value"].as_array().unwrap().last().unwrap()["because"].to_string()
    };
    SPA.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    assert!(told().contains("report-only: the policy p would block"), "{}", told());
    pass_on(&standin, text(&tokens, "access_token")).granted();
    assert!(told().contains("report-only") && told().contains("comes of a sign-in at"), "{}", told());
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "openid")];
    CLI.token(&standin, V2, &fields).granted();
    assert!(told().contains("report-only"), "{}", told());
    let asked = [("client_id", CLI.id), ("scope", "openid")];
    let handed = post(&standin, &format!("{V2}/devicecode"), &asked).granted();
    approve(&mut Visitor::new(&standin), &handed, None).await;
    poll(&standin, &handed).granted();
    assert!(told().contains("report-only"), "{}", told());
}

#[actix_web::test]
async fn what_comes_of_a_grant_is_under_the_policies_about_the_client_it_was_made_with() {
    let standin = started().await;
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), READ];
    let handed_over = WEB.token(&standin, V2, &fields).granted();
    let browser = SPA.tokens(&standin, V2, &[READ], ALICE).await;
    let passed_on = pass_on(&standin, text(&browser, "access_token")).granted();
    let refresh = |app: App, tokens: &Value| app.refresh(&standin, V2, text(tokens, "refresh_token"), &[]);
    let of_mobile_clients = [(WEB, &handed_over), (API, &passed_on)];
    under(&standin, json!({"include": {"all": true}, "client_types": ["browser"], "grant": ["block"]}));
    for (app, tokens) in of_mobile_clients {
        refresh(app, tokens).granted();
    }
    refresh(SPA, &browser).refused(400, "invalid_grant", 53003);
    under(&standin, json!({"client_types": ["mobile"]}));
    for (app, tokens) in of_mobile_clients {
        refresh(app, tokens).refused(400, "invalid_grant", 53003);
    }
    refresh(SPA, &browser).granted();
}
