//! Documents, tokens and refusals to the letter, under one seed and a clock that stands still.

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{Answer, claims, head};
use crate::apps::{ALICE, ALL, App, DAEMON, GRAPH, LOCAL, LOCAL_WEB, V1, V2, WEB, text};
use crate::client::{Call, get, patch_world, post, standing_still};

macro_rules! kept {
    ($name:literal, $value:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!($name, $value)
        })
    };
}

#[actix_web::test]
async fn metadata_of_every_kind_of_authority() {
    let standin = standing_still().await;
    let metadata = |path: &str| get(&standin, &format!("{path}/.well-known/openid-configuration")).granted();
    kept!("metadata-v2-tenant", metadata("/example.test/v2.0"));
    kept!("metadata-v2-common", metadata("/common/v2.0"));
    kept!("metadata-v1-tenant", metadata("/example.test"));
    kept!("metadata-v1-common", metadata("/common"));
    kept!("metadata-provider", metadata("/idp/local"));
}

#[actix_web::test]
async fn keys_and_what_discovery_asks() {
    let standin = standing_still().await;
    kept!("keys-v2", get(&standin, "/example.test/discovery/v2.0/keys").granted());
    kept!("keys-v1", get(&standin, "/common/discovery/keys").granted());
    kept!("keys-provider", get(&standin, "/idp/local/jwks").granted());
    let authority = "authorization_endpoint=https://login.standin.test/common/oauth2/v2.0/authorize";
    let instance = |version| get(&standin, &format!("/common/discovery/instance?api-version={version}&{authority}"));
    kept!("instance-1.0", instance("1.0").granted());
    kept!("instance-1.1", instance("1.1").granted());
    for user in ["alice@example.test", "trent@wingtip.test", "nobody@nowhere.test"] {
        let realms: Vec<Value> = ["1.0", "2.0", "2.1"]
            .iter()
            .map(|version| get(&standin, &format!("/common/userrealm/{user}?api-version={version}")).granted())
            .collect();
        match user {
            "alice@example.test" => kept!("realm-managed", realms),
            "trent@wingtip.test" => kept!("realm-federated", realms),
            _ => kept!("realm-unknown", realms),
        }
    }
}

/// What a token says, head and body.
fn both(answer: &Value, which: &str) -> Value {
    let token = text(answer, which);
    json!({ "head": head(token), "claims": claims(token) })
}

/// An answer with its tokens cut out: what they say is kept elsewhere.
fn without_tokens(mut answer: Value) -> Value {
    for name in ["access_token", "id_token", "refresh_token"] {
        if let Some(token) = answer.get_mut(name) {
            *token = json!("…");
        }
    }
    answer
}

#[actix_web::test]
async fn the_newer_tokens_about_a_person() {
    let standin = standing_still().await;
    let more =
        [("scope", "openid profile email offline_access api://example-api/read"), ("nonce", "n"), ("max_age", "60")];
    let answer = WEB.tokens(&standin, V2, &more, ALICE).await;
    kept!("token-v2-id", both(&answer, "id_token"));
    kept!("token-v2-access", both(&answer, "access_token"));
    kept!("answer-v2-code", without_tokens(answer));
}

#[actix_web::test]
async fn the_older_tokens_about_a_person() {
    let standin = standing_still().await;
    let answer = WEB.tokens(&standin, V1, &[("scope", ""), ("resource", GRAPH), ("nonce", "n")], ALICE).await;
    kept!("token-v1-id", both(&answer, "id_token"));
    kept!("token-v1-access", both(&answer, "access_token"));
    kept!("answer-v1-code", without_tokens(answer));
}

#[actix_web::test]
async fn the_tokens_about_a_guest() {
    let standin = standing_still().await;
    patch_world(&standin, json!({"tenants": {"example": {"guests": {"john@fabrikam.test": {}}}}}));
    let more = [("scope", &*format!("{ALL} User.Read"))];
    let answer = WEB.tokens(&standin, V2, &more, "john@fabrikam.test").await;
    kept!("token-guest-id", both(&answer, "id_token"));
    kept!("token-guest-access", both(&answer, "access_token"));
}

#[actix_web::test]
async fn the_tokens_of_an_application_itself() {
    let standin = standing_still().await;
    let alone = ("grant_type", "client_credentials");
    let to_api = DAEMON.token(&standin, V2, &[alone, ("scope", "api://example-api/.default")]).granted();
    kept!("token-v2-app-only", both(&to_api, "access_token"));
    kept!("answer-v2-app-only", without_tokens(to_api));
    let to_graph = DAEMON.token(&standin, V1, &[alone, ("resource", GRAPH)]).granted();
    kept!("token-v1-app-only", both(&to_graph, "access_token"));
    kept!("answer-v1-app-only", without_tokens(to_graph));
    let provider = LOCAL_WEB.token(&standin, LOCAL, &[alone, ("scope", "tasks.read")]).granted();
    kept!("token-provider-app-only", both(&provider, "access_token"));
    kept!("answer-provider-app-only", without_tokens(provider));
}

#[actix_web::test]
async fn a_providers_tokens_about_a_person() {
    let standin = standing_still().await;
    let answer = LOCAL_WEB.tokens(&standin, LOCAL, &[("nonce", "n")], "alice@local.test").await;
    kept!("token-provider-id", both(&answer, "id_token"));
    kept!("token-provider-access", both(&answer, "access_token"));
    kept!("answer-provider-code", without_tokens(answer));
}

fn refused(answer: &Answer) -> Value {
    json!({ "status": answer.status, "body": answer.json() })
}

fn with_wrong_secret(standin: &Standin, at: &str, app: App) -> Answer {
    App { secret: "wrong", ..app }.token(standin, at, &[("grant_type", "client_credentials"), ("resource", GRAPH)])
}

#[actix_web::test]
async fn refusals_at_the_token_address() {
    let standin = standing_still().await;
    let typed = [
        ("grant_type", "password"),
        ("client_id", crate::apps::CLI.id),
        ("username", ALICE),
        ("password", crate::apps::PASSWORD),
        ("scope", "openid api://example-api/write"),
    ];
    kept!("refusal-v2-consent", refused(&post(&standin, &format!("{V2}/token"), &typed)));
    kept!("refusal-v2-secret", refused(&with_wrong_secret(&standin, V2, WEB)));
    kept!("refusal-v1-secret", refused(&with_wrong_secret(&standin, V1, WEB)));
    kept!("refusal-provider-secret", refused(&with_wrong_secret(&standin, LOCAL, LOCAL_WEB)));
    kept!("refusal-v2-grant", refused(&WEB.token(&standin, V2, &[("grant_type", "magic")])));
    kept!("refusal-provider-grant", refused(&LOCAL_WEB.token(&standin, LOCAL, &[("grant_type", "magic")])));
    kept!(
        "refusal-v2-client-id",
        refused(&post(&standin, &format!("{V2}/token"), &[("client_id", "me"), ("grant_type", "x")]))
    );
    patch_world(&standin, json!({"users": {ALICE: {"password_expired": true}}}));
    let older = [&typed[..4], &[("resource", GRAPH)]].concat();
    kept!("refusal-v1-password-expired", refused(&post(&standin, &format!("{V1}/token"), &older)));
}

#[actix_web::test]
async fn refusals_elsewhere() {
    let standin = standing_still().await;
    kept!("refusal-metadata", refused(&get(&standin, "/nowhere.test/v2.0/.well-known/openid-configuration")));
    kept!(
        "refusal-instance",
        refused(&get(&standin, "/common/discovery/instance?authorization_endpoint=https://else.test/x"))
    );
    kept!("refusal-verb", refused(&Call::new(&standin, "GET", &format!("{V2}/token")).send()));
    kept!("refusal-address", refused(&get(&standin, "/nothing")));
    let sent = get(&standin, &WEB.asks(V2, &[("prompt", "none")])).sent();
    kept!("refusal-v2-authorize", sent);
    let sent = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("prompt", "none")])).sent();
    kept!("refusal-provider-authorize", sent);
}
