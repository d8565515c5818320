//! A resource that is switched off: nobody gets tokens for it.

use serde_json::json;

use crate::apps::{ALICE, API, CLI, DAEMON, PASSWORD, SPA, V1, V2, WEB, text};
use crate::client::{Fields, get, patch_world, post, started};
use crate::visitor::Visitor;

const TO_API: (&str, &str) = ("scope", "openid offline_access api://example-api/read");
const BY_NAME: (&str, &str) = ("resource", "api://example-api");

#[actix_web::test]
async fn no_token_is_given_for_a_resource_that_is_switched_off() {
    let standin = started().await;
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[TO_API], ALICE).await;
    let tokens = WEB.tokens(&standin, V2, &[TO_API], ALICE).await;
    patch_world(&standin, json!({"apps": {"example-api": {"disabled": true}}}));
    get(&standin, &WEB.asks(V2, &[TO_API])).told("invalid_resource", 500_014);
    get(&standin, &WEB.asks(V1, &[("scope", ""), BY_NAME])).told("invalid_resource", 50001);
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_resource", 500_014);
    let refresh = |at, more| WEB.refresh(&standin, at, text(&tokens, "refresh_token"), more);
    refresh(V2, &[]).refused(400, "invalid_resource", 500_014);
    refresh(V1, &[BY_NAME]).refused(400, "invalid_resource", 50001);
    refresh(V2, &[("scope", "https://graph.microsoft.com/User.Read")]).granted();
    let grants: [(crate::apps::App, Fields<'_>, &str); 2] = [
        (DAEMON, &[("grant_type", "client_credentials")], "api://example-api/.default"),
        (CLI, &[("grant_type", "password"), ("username", ALICE), ("password", PASSWORD)], "api://example-api/read"),
    ];
    for (app, grant, scope) in grants {
        let v2 = [grant, &[("scope", scope)]].concat();
        app.token(&standin, V2, &v2).refused(400, "invalid_resource", 500_014);
        app.token(&standin, V1, &[grant, &[BY_NAME]].concat()).refused(400, "invalid_resource", 50001);
    }
    let device = [("client_id", CLI.id), TO_API];
    post(&standin, &format!("{V2}/devicecode"), &device).refused(400, "invalid_resource", 500_014);
}

#[actix_web::test]
async fn nobody_is_passed_on_to_one_either() {
    let standin = started().await;
    let first = text(&SPA.tokens(&standin, V2, &[TO_API], ALICE).await, "access_token").to_owned();
    patch_world(&standin, json!({"apps": {"example-web": {"disabled": true, "identifier_uris": ["api://web"]}}}));
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("assertion", first.as_str()),
        ("scope", "api://web/.default"),
    ];
    API.token(&standin, V2, &fields).refused(400, "invalid_resource", 500_014);
}
