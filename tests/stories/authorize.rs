//! The authorize address: what an application may ask for, and how it is answered.

mod addresses;
mod pkce;
mod provider;
mod provider_addresses;
mod refusals;
mod served;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::answer::claims;
use crate::apps::{ALICE, CLI, PASSWORD, SPA, V1, V2, WEB, text};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

/// The left half of a value's hash, as id tokens carry it (OpenID Connect Core, 3.3.2.11).
fn half_hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, value.as_bytes()).as_ref()[..16])
}

#[actix_web::test]
async fn a_code_comes_back_with_the_applications_own_state_and_the_sessions_name() {
    let standin = started().await;
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    assert!(answer.location().starts_with(&format!("{}?code=", WEB.redirect)), "{}", answer.location());
    let names: Vec<_> = answer.sent().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["code", "state", "session_state"]);
    assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"));
    assert!(uuid::Uuid::try_parse(&answer.sent_back("session_state").unwrap()).is_ok());
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn an_answer_tells_of_account_and_cloud_to_those_who_ask() {
    let standin = started().await;
    let more = [("clidata", "1"), ("client_info", "1")];
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
    let port = standin.http_addresses()[0].port();
    assert_eq!(answer.sent_back("clientdata"), Some(format!("e|||localhost:{port}|")));
    assert!(answer.sent_back("client_info").is_some());
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &[("clidata", "0")], ALICE).await;
    assert_eq!((answer.sent_back("clientdata"), answer.sent_back("client_info")), (None, None));
}

#[actix_web::test]
async fn a_request_without_state_gets_none_back() {
    let standin = started().await;
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &[("state", "")], ALICE).await;
    assert_eq!(answer.sent_back("state"), None);
}

#[actix_web::test]
async fn a_request_may_be_posted_too() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let query = WEB.asks(V2, &[]);
    let params: Vec<_> = url::form_urlencoded::parse(query.split_once('?').unwrap().1.as_bytes()).collect();
    let fields: Vec<_> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = visitor.post(&format!("{V2}/authorize"), &fields).await;
    let answer = visitor.sign_in(page, ALICE, PASSWORD).await;
    assert!(answer.sent_back("code").is_some());
}

#[actix_web::test]
async fn each_response_travels_by_its_own_way_unless_another_is_asked_for() {
    let standin = started().await;
    let table = [
        ("code", "", "?"),
        ("code", "query", "?"),
        ("code", "fragment", "#"),
        ("code", "form_post", "form"),
        ("id_token", "", "#"),
        ("id_token", "fragment", "#"),
        ("id_token", "form_post", "form"),
        ("code id_token", "", "#"),
        ("id_token code", "", "#"),
        ("code id_token", "form_post", "form"),
    ];
    let mut visitor = Visitor::new(&standin);
    for (kind, mode, way) in table {
        let more = [("response_type", kind), ("response_mode", mode), ("nonce", "n")];
        let answer = WEB.signs_in(&mut visitor, V2, &more, ALICE).await;
        match way {
            "form" => {
                let action = format!("action=\"{}\"", WEB.redirect);
                assert!(answer.has("method=\"post\"") && answer.has(&action), "{kind} {mode}: {}", answer.gist());
            }
            joint => {
                let start = format!("{}{joint}", WEB.redirect);
                assert!(answer.location().starts_with(&start), "{kind} {mode}: {}", answer.location());
            }
        }
        assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"), "{kind} {mode}");
        assert_eq!(answer.sent_back("code").is_some(), kind.contains("code"), "{kind} {mode}");
        assert_eq!(answer.sent_back("id_token").is_some(), kind.contains("id_token"), "{kind} {mode}");
    }
}

#[actix_web::test]
async fn tokens_never_travel_in_a_query() {
    let standin = started().await;
    for kind in ["id_token", "code id_token"] {
        let more = [("response_type", kind), ("response_mode", "query"), ("nonce", "n")];
        let answer = Visitor::new(&standin).get(&WEB.asks(V2, &more)).await;
        answer.told("invalid_request", 70007);
        assert!(answer.location().starts_with(&format!("{}#", WEB.redirect)), "{}", answer.location());
    }
    Visitor::new(&standin).get(&WEB.asks(V2, &[("response_mode", "cookie")])).await.told("invalid_request", 70007);
}

#[actix_web::test]
async fn a_hybrid_answer_binds_its_code_to_the_id_token() {
    let standin = started().await;
    let more = [("response_type", "code id_token"), ("nonce", "n-0S6_WzA2Mj")];
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
    let (code, token) = (answer.sent_back("code").unwrap(), claims(&answer.sent_back("id_token").unwrap()));
    assert_eq!((text(&token, "c_hash"), text(&token, "nonce")), (half_hash(&code).as_str(), "n-0S6_WzA2Mj"));
    assert_eq!(token.get("at_hash"), None);
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token"))["nonce"], "n-0S6_WzA2Mj");
}

#[actix_web::test]
async fn an_id_token_from_here_must_carry_a_nonce() {
    let standin = started().await;
    for kind in ["id_token", "code id_token"] {
        let answer = Visitor::new(&standin).get(&WEB.asks(V2, &[("response_type", kind)])).await;
        answer.told("invalid_request", 90014);
    }
}

#[actix_web::test]
async fn an_application_gets_only_the_tokens_it_may_take_from_here() {
    let standin = started().await;
    let ask = async |app: &crate::apps::App, kind| {
        Visitor::new(&standin).get(&app.asks(V2, &[("response_type", kind), ("nonce", "n")])).await
    };
    ask(&WEB, "token").await.told("unsupported_response_type", 700_051);
    ask(&WEB, "id_token token").await.told("unsupported_response_type", 700_051);
    ask(&SPA, "id_token").await.told("unsupported_response_type", 700_054);
    ask(&CLI, "code id_token").await.told("unsupported_response_type", 700_054);
    patch_world(&standin, json!({"apps": {"example-spa": {"implicit": {"access_tokens": true, "id_tokens": true}}}}));

    let more = [("response_type", "id_token token"), ("nonce", "n"), ("scope", "openid User.Read")];
    let answer = SPA.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
    let sent = |name| answer.sent_back(name).unwrap();
    assert!(answer.location().starts_with("http://localhost:3000#"), "{}", answer.location());
    assert_eq!(claims(&sent("id_token"))["at_hash"], half_hash(&sent("access_token")));
    assert_eq!((sent("token_type"), sent("expires_in")), ("Bearer".into(), "3600".into()));
    assert_eq!(sent("scope"), "User.Read openid");
    assert_eq!(claims(&sent("access_token"))["aud"], "https://graph.microsoft.com");
    assert_eq!((answer.sent_back("code"), answer.sent_back("refresh_token")), (None, None));
}

#[actix_web::test]
async fn who_the_account_is_at_home_is_told_when_asked() {
    let standin = started().await;
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &[("client_info", "1")], ALICE).await;
    let info = URL_SAFE_NO_PAD.decode(answer.sent_back("client_info").unwrap()).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(
        info,
        json!({"uid": "364526c4-eb11-4985-917d-37d04d230685", "utid": "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1"})
    );
}

#[actix_web::test]
async fn what_clients_say_about_themselves_is_tolerated() {
    let standin = started().await;
    let more = [
        ("x-client-SKU", "msal.js.browser"),
        ("x-client-Ver", "5.29.0"),
        ("client-request-id", "0b4c2a1e-0000-4000-8000-000000000001"),
        ("X-AnchorMailbox", "UPN:alice@example.test"),
        ("mkt", "nl-NL"),
        ("lc", "1043"),
        ("msafed", "0"),
        ("instance_aware", "true"),
        ("nopa", "2"),
        ("haschrome", "1"),
        ("acr_values", "urn:x"),
        ("ui_locales", "nl"),
    ];
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
    assert!(answer.sent_back("code").is_some());
}

#[actix_web::test]
async fn the_older_address_names_a_resource_and_needs_no_scope() {
    let standin = started().await;
    let more = [("scope", ""), ("resource", "https://graph.microsoft.com")];
    let tokens = WEB.tokens(&standin, V1, &more, ALICE).await;
    assert_eq!(claims(text(&tokens, "access_token"))["aud"], "https://graph.microsoft.com");
    let answer = Visitor::new(&standin).get(&WEB.asks(V1, &[("resource", "https://nowhere.test")])).await;
    answer.told("invalid_resource", 500_011);
    let answer = Visitor::new(&standin).get(&WEB.asks(V2, &[("resource", "https://graph.microsoft.com")])).await;
    answer.told("invalid_request", 901_002);
}
