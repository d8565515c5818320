//! Things that are far too long, too many, or nested too deeply.

use serde_json::{Value, json};

use super::stands;
use crate::apps::{ALICE, CLI, DAEMON, LOCAL, LOCAL_WEB, PASSWORD, V2, WEB};
use crate::client::{Call, get, post, started};
use crate::visitor::Visitor;

const LONG: usize = 200_000;

#[actix_web::test]
async fn a_claims_parameter_nested_deeply_is_refused_before_anybody_signs_in() {
    let standin = started().await;
    for depth in [33, 125, 126, 127, 128, 4_000] {
        let claims = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let answer = get(&standin, &WEB.asks(V2, &[("claims", &claims)]));
        answer.told("invalid_request", 90013);
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(32), "}".repeat(32));
    let mut visitor = Visitor::new(&standin);
    let code = WEB.code(&mut visitor, V2, &[("claims", &deep)], ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    WEB.refresh(&standin, V2, tokens["refresh_token"].as_str().unwrap(), &[]).granted();
}

#[actix_web::test]
async fn a_world_nested_deeply_is_refused_and_nothing_changes() {
    let standin = started().await;
    let before = get(&standin, "/_standin/world").body;
    for depth in [127, 128, 20_000] {
        for body in [
            format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)),
            format!(
                "{{\"users\":{{\"{ALICE}\":{{\"claims\":{{\"x\":{}{}}}}}}}}}",
                "[".repeat(depth),
                "]".repeat(depth)
            ),
        ] {
            for verb in ["PUT", "PATCH"] {
                let answer =
                    Call::new(&standin, verb, "/_standin/world").body("application/json", body.as_str()).send();
                assert!(matches!(answer.status, 400 | 422), "{verb} {depth} {}", answer.status);
            }
        }
    }
    assert_eq!(get(&standin, "/_standin/world").body, before);
    stands(&standin);
}

#[actix_web::test]
async fn a_name_that_is_far_too_long_is_refused_and_does_not_fill_the_journal() {
    let standin = started().await;
    let long = format!("{}@example.test", "a".repeat(LONG));
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[])).await;
    visitor.submit(&page, &[("loginfmt", &long)]).await.on_page(9_002_313);
    let page = visitor.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    visitor.submit(&page, &[("UserName", &long), ("Password", PASSWORD)]).await.on_providers_page("invalid_request");
    let typed = [("grant_type", "password"), ("scope", "openid"), ("username", &long), ("password", PASSWORD)];
    CLI.token(&standin, V2, &typed).refused(400, "invalid_grant", 50126);
    let hinted = get(&standin, &WEB.asks(V2, &[("login_hint", &long[LONG - 20_000..])]));
    assert_eq!(hinted.status, 200);
    Call::new(&standin, &"X".repeat(5_000), "/").send();
    let journal: Value = get(&standin, "/_standin/events?limit=5000").json();
    for entry in journal["value"].as_array().unwrap() {
        assert!(entry.to_string().len() < 3_000, "{entry:.200}");
    }
}

#[actix_web::test]
async fn a_form_of_a_thousand_parameters_is_refused() {
    let standin = started().await;
    let names: Vec<String> = (0..1_000).map(|n| format!("p{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    post(&standin, &format!("{V2}/token"), &fields).refused(400, "invalid_request", 9_002_313);
    stands(&standin);
}

#[actix_web::test]
async fn strange_letters_are_nobodys_name() {
    let standin = started().await;
    for name in
        ["ali\u{441}e@example.test", "\u{202e}alice@example.test", "alice\u{200b}@example.test", "alice@example.test."]
    {
        let typed = [("grant_type", "password"), ("scope", "openid"), ("username", name), ("password", PASSWORD)];
        CLI.token(&standin, V2, &typed).refused(400, "invalid_grant", 50034);
    }
    let scope = json!(["a\\b", "a\"b", "é"]);
    for scope in scope.as_array().unwrap() {
        let asked = [("grant_type", "client_credentials"), ("scope", scope.as_str().unwrap())];
        let answer = DAEMON.token(&standin, V2, &asked);
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    stands(&standin);
}
