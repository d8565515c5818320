//! A sign-in to order: through the pages and the second factor, without a browser.

use std::future::IntoFuture as _;

use serde_json::{Value, json};
use standin::Standin;

use crate::apps::{ALICE, LOCAL, LOCAL_WEB, V1, V2, WEB};
use crate::client::{Call, get, patch_world, standing_still, started};
use crate::portal::{CUSTOMERS, JOHN, OVERVIEW};
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

#[actix_web::test]
async fn what_the_host_header_says_is_no_address_of_ours() {
    let standin = started().await;
    let body = json!({"url": "http://localhost:9/authorize", "user": ALICE}).to_string();
    let call = Call::new(&standin, "POST", "/_standin/sign-in").body("application/json", body);
    let refused = call.header("Host", "localhost:9").send();
    assert_eq!(refused.status, 422, "{}", refused.gist());
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
