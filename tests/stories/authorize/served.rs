//! What a provider's metadata promises is served, and nothing else is.

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::Answer;
use crate::apps::{LOCAL, LOCAL_WEB};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const ALICE: &str = "alice@local.test";
const EVERY: [&str; 7] =
    ["code", "id_token", "code id_token", "token", "code token", "id_token token", "code id_token token"];

fn promised(standin: &Standin, name: &str) -> Vec<String> {
    let document = get(standin, "/idp/local/.well-known/openid-configuration").granted();
    serde_json::from_value(document[name].clone()).unwrap_or_default()
}

/// Everything that an answer of this type holds, and nothing that it does not.
fn holds(answer: &Answer, kind: &str) -> bool {
    [("code", "code"), ("id_token", "id_token"), ("token", "access_token")]
        .iter()
        .all(|(word, field)| kind.split(' ').any(|asked| asked == *word) == answer.sent_back(field).is_some())
}

#[actix_web::test]
async fn response_types_follow_what_clients_may_have() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
    for (id_tokens, access_tokens, served) in [(false, false, 1), (true, false, 3), (false, true, 3), (true, true, 7)] {
        let implicit = json!({"id_tokens": id_tokens, "access_tokens": access_tokens});
        patch_world(&standin, json!({"apps": {"local-web": {"implicit": implicit}}}));
        let types = promised(&standin, "response_types_supported");
        assert_eq!(types.len(), served, "{types:?}");
        let implicit = promised(&standin, "grant_types_supported").contains(&"implicit".to_owned());
        assert_eq!(implicit, id_tokens || access_tokens);
        for kind in EVERY {
            let more = [("response_type", kind), ("nonce", "n"), ("prompt", "none")];
            let answer = alice.get(&LOCAL_WEB.asks(LOCAL, &more)).await;
            if kind.contains("token") && !kind.contains("code") {
                // Nothing that could be used offline comes of it.
                assert!(!answer.location().contains("offline_access"), "{kind}");
            }
            match types.iter().any(|known| known == kind) {
                true => assert!(holds(&answer, kind), "{kind}: {}", answer.location()),
                false => {
                    assert_eq!(answer.sent_back("error").as_deref(), Some("unsupported_response_type"), "{kind}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn response_modes_and_methods_of_challenges_are_as_promised() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
    for mode in promised(&standin, "response_modes_supported") {
        let answer = alice.get(&LOCAL_WEB.asks(LOCAL, &[("response_mode", &mode), ("prompt", "none")])).await;
        assert!(answer.sent_back("code").is_some(), "{mode}: {}", answer.gist());
    }
    let answer = alice.get(&LOCAL_WEB.asks(LOCAL, &[("response_mode", "jwt")])).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("invalid_request"));
    assert_eq!(promised(&standin, "code_challenge_methods_supported"), ["S256"]);
}

#[actix_web::test]
async fn an_id_token_is_given_to_openid_connect_only() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"local-web": {"implicit": {"id_tokens": true}}}}));
    let ask = |scope| {
        let more = [("response_type", "code id_token"), ("nonce", "n"), ("prompt", "none"), ("scope", scope)];
        get(&standin, &LOCAL_WEB.asks(LOCAL, &more)).sent_back("error")
    };
    assert_eq!(ask("profile").as_deref(), Some("invalid_request"));
    assert_eq!(ask("openid").as_deref(), Some("login_required"));
    // A word that is there twice names no type.
    let twice = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("response_type", "code code")])).sent_back("error");
    assert_eq!(twice.as_deref(), Some("unsupported_response_type"));
    // A request for nothing has an invalid scope (RFC 6749, 3.3).
    assert_eq!(ask("").as_deref(), Some("invalid_scope"));
}

#[actix_web::test]
async fn a_provider_that_knows_no_second_factor_names_no_word_for_one_and_reaches_none() {
    let standin = started().await;
    let claims = json!({"id_token": {"acr": {"essential": true, "value": "mfa"}}}).to_string();
    let ask = || {
        get(&standin, &LOCAL_WEB.asks(LOCAL, &[("prompt", "none"), ("claims", &claims)])).sent_back("error").unwrap()
    };
    assert_eq!(ask(), "login_required");
    assert!(promised(&standin, "acr_values_supported").contains(&"https://refeds.org/profile/mfa".to_owned()));
    patch_world(&standin, json!({"providers": {"local": {"mfa": "never"}}}));
    let document = get(&standin, "/idp/local/.well-known/openid-configuration").granted();
    assert_eq!(document.get("acr_values_supported"), None);
    assert!(!document["claims_supported"].as_array().unwrap().contains(&Value::from("acr")));
    assert_eq!(ask(), "unmet_authentication_requirements");
}
