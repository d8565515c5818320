//! A sign-in to order: through the pages and the second factor, without a browser.

use std::future::IntoFuture as _;

use serde_json::{Value, json};
use standin::{Config, Standin};

use crate::apps::{ALICE, LOCAL, LOCAL_WEB, V1, V2, WEB};
use crate::client::{Call, get, patch_world, standing_still, started, started_with};
use crate::portal::{CUSTOMERS, JANE, JOHN, OVERVIEW, TRENT};
use crate::second_factor::{MIA, MIAS_SECRET, TESS, amr};

fn ordered(standin: &Standin, at: &str, more: Value) -> crate::answer::Answer {
    ordered_at(standin, &standin.http(&WEB.asks(at, &[("scope", "openid")])), more)
}

fn ordered_at(standin: &Standin, url: &str, more: Value) -> crate::answer::Answer {
    let mut body = json!({"url": url});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Call::new(standin, "POST", "/_standin/sign-in").body("application/json", body.to_string()).send()
}

fn code(answer: &Value) -> String {
    let location = url::Url::parse(answer["location"].as_str().unwrap_or_else(|| panic!("{answer}"))).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code");
    code.unwrap_or_else(|| panic!("{answer}")).1.into_owned()
}

#[actix_web::test]
async fn it_ends_at_the_application_and_tells_its_steps() {
    let standin = started().await;
    let done = ordered(&standin, V2, json!({"user": ALICE})).json();
    assert!(!code(&done).is_empty());
    assert!(done["steps"].as_array().unwrap().contains(&json!("gave the password")), "{done}");
}

#[actix_web::test]
async fn a_second_factor_is_proven_by_each_method_and_again_within_the_same_minute() {
    let standin = standing_still().await;
    for _ in 0..3 {
        ordered(&standin, V2, json!({"user": MIA})).json();
    }
    for (methods, expected) in [
        (json!({"totp": MIAS_SECRET, "push": null, "sms": null, "call": null}), vec!["pwd", "otp", "mfa"]),
        (json!({"totp": null, "sms": "+1 555 0103"}), vec!["pwd", "sms", "mfa"]),
        (json!({"sms": null, "call": "+1 555 0103"}), vec!["pwd", "tel", "mfa"]),
        // A pass is asked for first, whatever else there is.
        (json!({"access_pass": {"code": "TAP-12345678", "once": true}}), vec!["pwd", "mfa"]),
    ] {
        standin.clock().advance(std::time::Duration::from_secs(120));
        patch_world(&standin, json!({"users": {MIA: {"methods": methods}}}));
        let asks = standin.http(&WEB.asks(V1, &[("scope", ""), ("resource", "https://graph.microsoft.com")]));
        let done = ordered_at(&standin, &asks, json!({"user": MIA})).json();
        assert_eq!(amr(&standin, &code(&done)), expected);
    }
}

#[actix_web::test]
async fn whoever_has_to_register_does() {
    for method in ["auto", "totp", "push", "sms", "call", "passkey"] {
        let standin = started().await;
        patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
        let done = ordered(&standin, V2, json!({"user": ALICE, "register": method})).json();
        assert!(!code(&done).is_empty(), "{method}: {done}");
        // What was registered is there the next time too.
        standin.clock().advance(std::time::Duration::from_secs(120));
        let again = ordered(&standin, V2, json!({"user": ALICE})).json();
        assert!(!code(&again).is_empty(), "{method}: {again}");
        let denied = ordered(&standin, V2, json!({"user": ALICE, "mfa": "deny"}));
        assert_eq!(denied.status, 409, "{method}: {}", denied.body);
    }
    let standin = started().await;
    // Browsers know no passkeys at an address in figures, and whoever orders one there is told so.
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let in_figures = format!("http://{}{}", standin.http_addresses()[0], WEB.asks(V2, &[]));
    let refused = ordered_at(&standin, &in_figures, json!({"user": ALICE, "register": "passkey"}));
    assert!(refused.status == 409 && refused.body.contains("http://localhost"), "{}", refused.body);
    ordered_at(&standin, &in_figures, json!({"user": ALICE, "register": "totp"})).json();
    let asks = standin.http(&crate::apps::PARTNER.asks("/tailspin.test/oauth2/v2.0", &[("scope", "openid")]));
    let refused = ordered_at(&standin, &asks, json!({"user": TESS, "register": "sms"}));
    assert_eq!(refused.status, 409, "security defaults know no texts: {}", refused.gist());
    ordered_at(&standin, &asks, json!({"user": TESS})).json();
}

#[actix_web::test]
async fn a_second_factor_can_be_denied_left_alone_or_wrong() {
    let standin = started().await;
    for (mfa, says) in [("deny", "denied"), ("timeout", "nobody"), ("wrong", "denied")] {
        let refused = ordered(&standin, V2, json!({"user": MIA, "mfa": mfa, "register": "push"}));
        assert_eq!(refused.status, 409, "{mfa}");
        assert!(refused.body.contains(says), "{mfa}: {}", refused.body);
    }
    patch_world(&standin, json!({"users": {MIA: {"methods": {"access_pass": {"code": "TAP-12345678"}}}}}));
    for (mfa, says) in [("deny", "nobody gave"), ("timeout", "nobody gave"), ("wrong", "That is not")] {
        let refused = ordered(&standin, V2, json!({"user": MIA, "mfa": mfa}));
        assert!(refused.status == 409 && refused.body.contains(says), "{mfa}: {}", refused.body);
    }
}

#[actix_web::test]
async fn it_works_at_a_provider_and_refuses_what_is_not_ours() {
    let standin = started().await;
    let asks = standin.http(&LOCAL_WEB.asks(LOCAL, &[]));
    let done = ordered_at(&standin, &asks, json!({"user": "mia@local.test"})).json();
    assert!(!code(&done).is_empty());
    let elsewhere = ordered_at(&standin, "http://127.0.0.1:9/authorize", json!({"user": ALICE}));
    assert_eq!(elsewhere.status, 422, "{}", elsewhere.gist());
    let unknown =
        ordered_at(&standin, &standin.http("/example.test/oauth2/v2.0/authorize?client_id=x"), json!({"user": ALICE}));
    assert!(unknown.body.contains("AADSTS700038: x is not a valid"), "{}", unknown.body);
    let wrong = ordered(&standin, V2, json!({"user": ALICE, "password": "wrong"}));
    assert_eq!(wrong.status, 409);
    assert!(!wrong.body.contains("Password1!"), "{}", wrong.body);
}

#[actix_web::test]
async fn somebody_of_a_federated_domain_signs_in_at_the_provider_and_comes_back() {
    let standin = started().await;
    let asks = standin.http(&crate::apps::PARTNER.asks("/wingtip.test/oauth2/v2.0", &[("scope", "openid")]));
    for protocol in ["wsfed", "saml", "oidc"] {
        standin.clock().advance(std::time::Duration::from_secs(120));
        crate::federation::set(&standin, json!({"protocol": protocol}), json!({}));
        let done = ordered_at(&standin, &asks, json!({"user": crate::federation::TRENT})).json();
        assert!(!code(&done).is_empty(), "{protocol}: {done}");
    }
    let wrong = ordered_at(&standin, &asks, json!({"user": crate::federation::TRENT, "password": "Password1!"}));
    assert_eq!(wrong.status, 409, "the tenant's own password is not the provider's: {}", wrong.gist());
}

/// Orders a sign-in at an address, coming with these headers.
fn ordered_with(standin: &Standin, headers: &[(&str, &str)], url: &str, user: &str) -> crate::answer::Answer {
    let body = json!({"url": url, "user": user}).to_string();
    let call = Call::new(standin, "POST", "/_standin/sign-in").body("application/json", body);
    headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
}

#[actix_web::test]
async fn the_name_by_which_the_order_came_is_an_address_of_ours_and_no_other_is() {
    let standin = started().await;
    let asks = WEB.asks(V2, &[("scope", "openid")]);
    // As behind a mapped port: nobody listens there, and only this server is asked.
    let order = |host: &str, at: &str| ordered_with(&standin, &[("Host", host)], &format!("http://{at}{asks}"), ALICE);
    assert!(!code(&order("localhost:9", "localhost:9").json()).is_empty());
    for (host, at, status) in [
        ("localhost:9", "localhost:10", 422),
        ("localhost:9", "elsewhere.test", 422),
        ("elsewhere.test", "elsewhere.test", 403),
    ] {
        assert_eq!(order(host, at).status, status, "{host} {at}");
    }
    let headers = [("X-Forwarded-Host", "sso.example"), ("X-Forwarded-Proto", "https")];
    let proxied = format!("https://sso.example{asks}");
    assert_eq!(ordered_with(&standin, &headers, &proxied, ALICE).status, 422, "no proxy is trusted");
    let trusting = started_with(Config { trust_proxy: true, ..Config::default() }).await;
    assert!(!code(&ordered_with(&trusting, &headers, &proxied, ALICE).json()).is_empty());
}

#[actix_web::test]
async fn a_public_address_is_driven_from_either_end_through_a_provider_and_by_the_library() {
    let public_url = Some(url::Url::parse("https://idp.example.test").unwrap());
    let standin = started_with(Config { public_url, ..Config::default() }).await;
    let asks = crate::apps::PARTNER.asks("/wingtip.test/oauth2/v2.0", &[("scope", "openid")]);
    for at in [format!("https://idp.example.test{asks}"), standin.http(&asks)] {
        let done = ordered_at(&standin, &at, json!({"user": TRENT})).json();
        assert!(!code(&done).is_empty(), "{at}: {done}");
        standin.clock().advance(std::time::Duration::from_secs(120));
        assert!(standin.sign_in(&at).user(TRENT).await.unwrap().parameter("code").is_some(), "{at}");
        standin.clock().advance(std::time::Duration::from_secs(120));
    }
    let elsewhere = format!("https://idp.example.test:8443{asks}");
    assert_eq!(ordered_at(&standin, &elsewhere, json!({"user": TRENT})).status, 422);
    let other = started().await;
    for url in [elsewhere, other.http(&asks)] {
        let refused = standin.sign_in(&url).user(TRENT).await.unwrap_err().to_string();
        assert!(refused.contains("is not an address of this server"), "{refused}");
    }
}

#[actix_web::test]
async fn the_requirements_are_tested_under_a_public_address_too() {
    let public_url = Some(url::Url::parse("https://idp.example.test").unwrap());
    let standin = started_with(Config { public_url, ..Config::default() }).await;
    let test = |user: &str| {
        let body = json!({"user": user}).to_string();
        Call::new(&standin, "POST", "/_standin/partner-test").body("application/json", body).send()
    };
    assert_eq!(test(JANE).json()["claims"]["upn"], JANE);
    assert_eq!(test("nobody@contoso.test").status, 409);
}

#[actix_web::test]
async fn a_world_signs_in_at_home_only() {
    let standin = started().await;
    for id in ["a", "b"] {
        let body = json!({ "id": id }).to_string();
        let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", body).send();
        assert_eq!(made.status, 201, "{}", made.gist());
    }
    let order = |from: &str, at: &str| {
        let url = standin.http(&WEB.asks(&format!("{at}{V2}"), &[("scope", "openid")]));
        let body = json!({"url": url, "user": ALICE}).to_string();
        Call::new(&standin, "POST", &format!("{from}/_standin/sign-in")).body("application/json", body).send().status
    };
    assert_eq!((order("", ""), order("/w/a", "/w/a")), (200, 200));
    assert_eq!((order("/w/a", ""), order("/w/a", "/w/b"), order("", "/w/a")), (422, 422, 422));
}

#[actix_web::test]
async fn two_sign_ins_of_one_person_at_once_do_not_answer_for_each_other() {
    for methods in [
        json!({"totp": null, "sms": null, "call": null, "push": true}),
        json!({"totp": null, "sms": "+1 555 0103", "call": null, "push": null}),
        json!({"totp": null, "sms": null, "call": "+1 555 0103", "push": null}),
    ] {
        let standin = started().await;
        patch_world(&standin, json!({"users": {MIA: {"methods": methods}}}));
        let url = standin.http(&WEB.asks(V2, &[("scope", "openid")]));
        let one = || standin.sign_in(&url).user(MIA).into_future();
        let done = futures_util::future::join_all((0..4).map(|_| one())).await;
        for ended in done {
            assert!(ended.unwrap().parameter("code").is_some(), "{methods}");
        }
    }
}

#[actix_web::test]
async fn it_ends_at_the_application_also_where_this_server_plays_it() {
    let standin = started().await;
    let asks = get(&standin, CUSTOMERS).header("location").to_owned();
    let done = ordered_at(&standin, &asks, json!({"user": JOHN})).json();
    let location = url::Url::parse(done["location"].as_str().unwrap_or_else(|| panic!("{done}"))).unwrap();
    assert_eq!((location.path(), code(&done).is_empty()), ("/portal/callback", false));
    let refused = ordered_at(&standin, &asks, json!({"user": JOHN, "password": "wrong"}));
    assert_eq!(refused.status, 409, "{}", refused.gist());
    // Where nobody may be asked, the application hears that too.
    let silent = ordered_at(&standin, &format!("{asks}&prompt=none"), json!({"user": JOHN})).json();
    assert!(silent["location"].as_str().unwrap().contains("/portal/callback?error=login_required"), "{silent}");
}

#[actix_web::test]
async fn a_page_of_an_application_ends_it_and_gets_no_form_posted() {
    let standin = started().await;
    for page in [CUSTOMERS, OVERVIEW, "/"] {
        let at = standin.http(page);
        let done = ordered_at(&standin, &at, json!({"user": JOHN})).json();
        assert_eq!(done["location"], *at, "{done}");
        standin.clock().advance(std::time::Duration::from_secs(120));
    }
    let refused = ordered_at(&standin, &standin.http("/portal/nowhere"), json!({"user": JOHN}));
    assert_eq!(refused.status, 409, "{}", refused.gist());
    assert!(refused.body.contains("refused with not_found: The address may be"), "{}", refused.body);
}

#[actix_web::test]
async fn each_code_of_a_moment_is_given_once_then_the_wait_is_told_and_nothing_locks() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(standin::time::Timestamp::parse("2026-11-20T10:00:10Z").unwrap());
    for (user, tenant) in [(JANE, "contoso.test"), (TRENT, "wingtip.test")] {
        let asks = standin.http(&crate::apps::PARTNER.asks(&format!("/{tenant}/oauth2/v2.0"), &[("scope", "openid")]));
        let signed_in = || code(&ordered_at(&standin, &asks, json!({"user": user})).json());
        for _ in 0..3 {
            signed_in();
        }
        for _ in 0..12 {
            let spent = ordered_at(&standin, &asks, json!({"user": user}));
            assert_eq!(spent.status, 409, "{user}");
            assert!(spent.body.contains("used already; the next one counts in 20 s"), "{user}: {}", spent.body);
        }
        standin.clock().advance(std::time::Duration::from_secs(20));
        signed_in();
        standin.clock().advance(std::time::Duration::from_secs(10));
    }
}
