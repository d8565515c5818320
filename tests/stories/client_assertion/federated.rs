//! Another issuer's token stands for an application: its keys are fetched from where its name leads.

use serde_json::json;
use standin::Standin;

use super::ask;
use crate::answer::claims;
use crate::apps::{API, DAEMON, EXAMPLE, LOCAL, LOCAL_WEB, V2, text};
use crate::client::{Call, Fields, patch_world, started};

const EXCHANGE: &str = "api://AzureADTokenExchange";
const ALONE: (&str, &str) = ("grant_type", "client_credentials");

/// Example Daemon trusts this subject of this issuer.
fn trust(standin: &Standin, credential: serde_json::Value) {
    patch_world(standin, json!({"apps": {"example-daemon": {"federated_credentials": {"other": credential}}}}));
}

/// A token of the provider on the same server, which calls its client `local-web` by name.
fn from_provider(standin: &Standin, more: Fields<'_>) -> String {
    let mut fields = vec![ALONE, ("resource", EXCHANGE)];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    text(&LOCAL_WEB.token(standin, LOCAL, &fields).granted(), "access_token").to_owned()
}

#[actix_web::test]
async fn a_providers_token_stands_for_an_application_that_trusts_it() {
    let standin = started().await;
    trust(&standin, json!({"issuer": standin.http("/idp/local"), "subject": "local-web"}));
    let tokens = ask(&standin, &from_provider(&standin, &[]), &[("client_id", DAEMON.id)]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "appid"), text(&token, "appidacr")), (DAEMON.id, "2"));
}

#[actix_web::test]
async fn issuer_audience_and_subject_must_be_those_that_are_trusted() {
    let standin = started().await;
    let issuer = standin.http("/idp/local");
    let token = from_provider(&standin, &[]);
    let refused = |code| drop(ask(&standin, &token, &[]).refused(401, "invalid_client", code));
    refused(700_211);
    trust(&standin, json!({"issuer": standin.http("/idp/wingtip"), "subject": "local-web"}));
    refused(700_211);
    trust(&standin, json!({"issuer": format!("{issuer}/"), "subject": "local-web"}));
    refused(700_211);
    trust(&standin, json!({"issuer": issuer, "subject": "local-web", "audience": "api://other"}));
    refused(700_212);
    trust(&standin, json!({"issuer": issuer, "subject": "LOCAL-WEB", "audience": EXCHANGE}));
    refused(700_213);
    trust(&standin, json!({"issuer": issuer, "subject": "local-web", "audience": EXCHANGE}));
    ask(&standin, &token, &[]).granted();
    let elsewhere = from_provider(&standin, &[("resource", "api://elsewhere")]);
    ask(&standin, &elsewhere, &[]).refused(401, "invalid_client", 700_212);
    let (signed, _) = token.rsplit_once('.').unwrap();
    ask(&standin, &format!("{signed}.AAAA"), &[]).refused(401, "invalid_client", 700_027);
    standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
    ask(&standin, &token, &[]).refused(401, "invalid_client", 700_024);
}

#[actix_web::test]
async fn another_worlds_tenant_is_another_issuer_like_any_other() {
    let standin = started().await;
    let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", r#"{"id":"other"}"#).send();
    assert_eq!(made.status, 201, "{}", made.gist());
    let at = format!("/w/other{V2}");
    let theirs = DAEMON.token(&standin, &at, &[ALONE, ("scope", "api://example-api/.default")]).granted();
    let token = text(&theirs, "access_token");
    let subject = text(&claims(token), "sub").to_owned();
    let issuer = standin.http(&format!("/w/other/{EXAMPLE}/v2.0"));
    trust(&standin, json!({"issuer": issuer, "subject": subject, "audience": API.id}));
    ask(&standin, token, &[("client_id", DAEMON.id)]).granted();
    // The same subject of our own tenant is not the one that is trusted.
    let ours = DAEMON.token(&standin, V2, &[ALONE, ("scope", "api://example-api/.default")]).granted();
    ask(&standin, text(&ours, "access_token"), &[]).refused(401, "invalid_client", 700_211);
}

#[actix_web::test]
async fn an_issuer_that_cannot_be_asked_proves_nothing() {
    let standin = started().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = format!("http://{closed}");
    let token = from_provider(&standin, &[]);
    let mut parts = token.split('.');
    let (head, signature) = (parts.next().unwrap(), token.rsplit('.').next().unwrap());
    for issuer in [dead, standin.http("/nowhere"), standin.http("/idp/none")] {
        trust(&standin, json!({"issuer": issuer, "subject": "local-web"}));
        let body = json!({"iss": issuer, "sub": "local-web", "aud": EXCHANGE, "exp": 4_000_000_000_i64});
        use base64::Engine as _;
        let body = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(body.to_string());
        let forged = format!("{head}.{body}.{signature}");
        ask(&standin, &forged, &[]).refused(401, "invalid_client", 700_027);
    }
}
