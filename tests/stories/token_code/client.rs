//! How an application proves itself at the token address, and what it is told when it does not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::answer::Answer;
use crate::apps::{ALICE, App, CLI, DAEMON, V1, V2, WEB};
use crate::client::{Call, Fields, patch_world, post, started};
use crate::visitor::Visitor;

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[actix_web::test]
async fn a_confidential_application_must_prove_itself() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    for (secret, code) in [("", 7_000_218), ("wrong", 7_000_215), ("web-secret ", 7_000_215)] {
        let given = WEB.code(&mut alice, V2, &[], ALICE).await;
        App { secret, ..WEB }.redeem(&standin, V2, &given, &[]).refused(401, "invalid_client", code);
    }
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[("client_secret", "wrong")]).refused(401, "invalid_client", 7_000_215);
    WEB.redeem(&standin, V2, &code, &[]).granted();
}

#[actix_web::test]
async fn a_secret_may_come_in_the_basic_header() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-web": {"secrets": ["web-secret", "a:b c+d%/é"]}}}));
    let mut alice = Visitor::new(&standin);
    let redeem = async |alice: &mut Visitor, header: &str, more: Fields<'_>| {
        let code = WEB.code(alice, V2, &[], ALICE).await;
        let fields = WEB.redemption(&code, more);
        let call = Call::new(&standin, "POST", &format!("{V2}/token")).form(&fields);
        call.header("Authorization", header).send()
    };
    redeem(&mut alice, &basic(WEB.id, "web-secret"), &[]).await.granted();
    redeem(&mut alice, &basic(WEB.id, "web-secret"), &[("client_id", WEB.id)]).await.granted();
    // Name and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
    redeem(&mut alice, &basic(WEB.id, "a%3Ab+c%2Bd%25%2F%C3%A9"), &[]).await.granted();
    redeem(&mut alice, &basic(WEB.id, "wrong"), &[]).await.refused(401, "invalid_client", 7_000_215);
    let two = redeem(&mut alice, &basic(DAEMON.id, "daemon-secret"), &[("client_id", WEB.id)]).await;
    two.refused(400, "invalid_request", 9_002_313);
    for broken in ["Basic", "Basic ", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer x"] {
        redeem(&mut alice, broken, &[]).await.refused(400, "invalid_request", 900_144);
    }
}

#[actix_web::test]
async fn a_secret_that_has_ended_is_told_apart_from_a_wrong_one() {
    let standin = started().await;
    let secrets = json!([{"value": "old", "expires": "2020-01-01T00:00:00Z"}, {"value": "new", "expires": "2090-01-01T00:00:00Z"}]);
    patch_world(&standin, json!({"apps": {"example-web": {"secrets": secrets}}}));
    let token = |secret| {
        let fields = [
            ("client_id", WEB.id),
            ("client_secret", secret),
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        post(&standin, &format!("{V2}/token"), &fields)
    };
    token("old").refused(401, "invalid_client", 7_000_222);
    token("web-secret").refused(401, "invalid_client", 7_000_215);
    token("new").granted();
}

#[actix_web::test]
async fn a_public_application_proves_nothing_and_must_not_try() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = CLI.code(&mut alice, V2, &[], ALICE).await;
    CLI.redeem(&standin, V2, &code, &[]).granted();
    let code = CLI.code(&mut alice, V2, &[], ALICE).await;
    CLI.redeem(&standin, V2, &code, &[("client_secret", "x")]).refused(401, "invalid_client", 700_025);
}

#[actix_web::test]
async fn a_request_says_who_it_is_from_and_what_it_wants() {
    let standin = started().await;
    let token = |at: &str, fields: Fields<'_>| -> Answer { post(&standin, &format!("{at}/token"), fields) };
    for at in [V2, V1] {
        token(at, &[]).refused(400, "invalid_request", 900_144);
        token(at, &[("client_id", WEB.id)]).refused(400, "invalid_request", 900_144);
        token(at, &[("grant_type", "authorization_code")]).refused(400, "invalid_request", 900_144);
        token(at, &[("grant_type", "magic"), ("client_id", WEB.id)]).refused(400, "unsupported_grant_type", 70003);
        token(at, &[("grant_type", "implicit"), ("client_id", WEB.id)]).refused(400, "unsupported_grant_type", 70003);
        let nobody = [("grant_type", "authorization_code"), ("client_id", "7d3b6f0e-1111-4222-8333-444455556666")];
        token(at, &nobody).refused(400, "unauthorized_client", 700_016);
        token(at, &[("grant_type", "authorization_code"), ("client_id", "me")]).refused(
            400,
            "unauthorized_client",
            700_038,
        );
    }
    patch_world(&standin, json!({"apps": {"example-web": {"disabled": true}}}));
    let disabled = WEB.token(&standin, V2, &[("grant_type", "client_credentials"), ("scope", "x/.default")]);
    disabled.refused(400, "unauthorized_client", 7_000_112);
    let elsewhere = App { secret: "", ..crate::apps::LOCAL_WEB };
    elsewhere.token(&standin, V2, &[("grant_type", "authorization_code")]).refused(400, "unauthorized_client", 700_038);
}
