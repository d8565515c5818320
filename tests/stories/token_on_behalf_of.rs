//! A service passes its caller on to the next service.

mod saml;

use std::time::Duration;

use serde_json::json;
use standin::Standin;
use standin::directory::app::TokenVersion;
use standin::token::forge::Order;

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, API, App, BOB, DAEMON, EXAMPLE, GRAPH, SPA, V1, V2, WEB, text};
use crate::client::{Call, Fields, patch_world, started};
use crate::partner_api::forged;

const TO_API: Fields<'_> = &[("scope", "openid offline_access api://example-api/read")];

/// The token with which alice calls Example API.
async fn incoming(standin: &Standin) -> String {
    text(&SPA.tokens(standin, V2, TO_API, ALICE).await, "access_token").to_owned()
}

fn pass_on(standin: &Standin, app: App, assertion: &str, more: Fields<'_>) -> Answer {
    let mut fields = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("assertion", assertion),
    ];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    app.token(standin, V2, &fields)
}

#[actix_web::test]
async fn the_next_token_is_about_the_same_person_and_says_how_they_signed_in() {
    let standin = started().await;
    let first = incoming(&standin).await;
    assert_eq!(claims(&first).get("amr"), None, "the first does not show it");
    let tokens = pass_on(&standin, API, &first, &[]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "aud"), text(&token, "appid"), text(&token, "appidacr")), (GRAPH, API.id, "1"));
    assert_eq!((text(&token, "upn"), text(&token, "scp"), &token["amr"]), (ALICE, "User.Read", &json!(["pwd"])));
    assert_eq!((&token["oid"], &token["tid"]), (&claims(&first)["oid"], &claims(&first)["tid"]));
    assert_eq!((tokens.get("refresh_token"), tokens.get("id_token")), (None, None));
}

#[actix_web::test]
async fn a_service_may_keep_acting_if_it_asks_to() {
    let standin = started().await;
    let first = incoming(&standin).await;
    let more = [("scope", "https://graph.microsoft.com/User.Read offline_access openid profile"), ("client_info", "1")];
    let tokens = pass_on(&standin, API, &first, &more).granted();
    assert!(tokens["client_info"].is_string() && tokens["id_token"].is_string(), "{tokens}");
    standin.clock().advance(Duration::from_secs(5 * 3600));
    let later = API.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    assert_eq!(claims(text(&later, "access_token"))["upn"], ALICE);
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn the_older_address_names_a_resource() {
    let standin = started().await;
    let first = incoming(&standin).await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("assertion", first.as_str()),
    ];
    let tokens = API.token(&standin, V1, &[&fields[..], &[("resource", GRAPH)]].concat()).granted();
    assert_eq!((text(&tokens, "resource"), text(&tokens, "expires_in")), (GRAPH, "3600"));
    let told = API.token(&standin, V1, &fields).refused(400, "invalid_request", 900_144);
    assert!(text(&told, "error_description").contains("'resource'"), "{told}");
}

#[actix_web::test]
async fn only_a_token_that_was_for_the_service_is_passed_on() {
    let standin = started().await;
    let api = incoming(&standin).await;
    let graph = WEB.tokens(&standin, V2, &[], ALICE).await;
    pass_on(&standin, API, text(&graph, "access_token"), &[]).refused(400, "invalid_grant", 50013);
    pass_on(&standin, API, text(&graph, "id_token"), &[]).refused(400, "invalid_grant", 50013);
    pass_on(&standin, WEB, &api, &[]).refused(400, "invalid_grant", 50013);
    let (signed, signature) = api.rsplit_once('.').unwrap();
    let reversed: String = signature.chars().rev().collect();
    for bad in ["nonsense", "a.b.c", &format!("{signed}.{reversed}"), &format!("{signed}.")] {
        pass_on(&standin, API, bad, &[]).refused(400, "invalid_grant", 50013);
    }
    standin.clock().advance(Duration::from_secs(3600));
    pass_on(&standin, API, &api, &[]).refused(400, "invalid_grant", 500_133);
}

/// A token to order for alice, as Example API takes it; its issuer may be another.
fn ordered(standin: &Standin, version: TokenVersion, issuer: Option<&str>) -> String {
    let issuer = issuer.map(|issuer| ("iss".to_owned(), issuer.into()));
    let order = Order {
        user: Some(ALICE.into()),
        resource: Some("api://example-api".into()),
        scopes: vec!["read".into()],
        version: Some(version),
        claims: issuer.into_iter().collect(),
        ..Order::of("example-spa")
    };
    forged(standin, &order)
}

#[actix_web::test]
async fn only_a_token_of_the_tenant_that_it_names_is_passed_on() {
    let standin = started().await;
    for version in [TokenVersion::V1, TokenVersion::V2] {
        pass_on(&standin, API, &ordered(&standin, version, None), &[]).granted();
    }
    let port = standin.http_addresses()[0].port();
    let at = |origin: &str, tenant: &str| format!("{origin}/{tenant}/v2.0");
    let own = standin.http("");
    let own = own.trim_end_matches('/');
    let contoso = "3deee153-d142-49b5-9dd8-16b246dfa0ce";
    for issuer in [
        "https://evil.test/x".to_owned(),
        at("https://evil.test", EXAMPLE),
        at(own, contoso),
        format!("https://sts.windows.net/{contoso}/"),
        at(&format!("{own}/w/other"), EXAMPLE),
        at(&format!("https://localhost.evil.test:{port}"), EXAMPLE),
        at(&format!("https://localhost:{port}@evil.test"), EXAMPLE),
        String::new(),
    ] {
        let token = ordered(&standin, TokenVersion::V2, Some(&issuer));
        pass_on(&standin, API, &token, &[]).refused(400, "invalid_grant", 50013);
    }
    // The doors of one server: what was got at one is shown at another.
    let elsewhere = at("https://localhost:8443", EXAMPLE);
    pass_on(&standin, API, &ordered(&standin, TokenVersion::V2, Some(&elsewhere)), &[]).granted();
}

#[actix_web::test]
async fn an_id_token_is_no_leave_to_act_for_somebody() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let told = pass_on(&standin, WEB, text(&tokens, "id_token"), &[]).refused(400, "invalid_request", 240_002);
    assert!(text(&told, "error_description").contains("id_token"), "{told}");
}

#[actix_web::test]
async fn an_application_has_nobody_to_be_passed_on() {
    let standin = started().await;
    let fields = [("grant_type", "client_credentials"), ("scope", "api://example-api/.default")];
    let tokens = DAEMON.token(&standin, V2, &fields).granted();
    pass_on(&standin, API, text(&tokens, "access_token"), &[]).refused(400, "unauthorized_client", 7_000_114);
}

#[actix_web::test]
async fn a_service_of_one_tenant_is_not_served_at_a_shared_address() {
    let standin = started().await;
    let first = incoming(&standin).await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("assertion", first.as_str()),
    ];
    for shared in ["/common/oauth2/v2.0", "/organizations/oauth2/v2.0"] {
        API.token(&standin, shared, &fields).refused(400, "invalid_request", 50194);
    }
    API.token(&standin, V2, &fields).granted();
}

#[actix_web::test]
async fn the_service_proves_itself_and_says_what_it_wants() {
    let standin = started().await;
    let first = incoming(&standin).await;
    let refused =
        |more: Fields<'_>, status, error, code| drop(pass_on(&standin, API, &first, more).refused(status, error, code));
    pass_on(&standin, App { secret: "", ..API }, &first, &[]).refused(401, "invalid_client", 7_000_218);
    pass_on(&standin, App { secret: "x", ..API }, &first, &[]).refused(401, "invalid_client", 7_000_215);
    refused(&[("requested_token_use", "")], 400, "invalid_request", 900_144);
    refused(&[("requested_token_use", "impersonation")], 400, "invalid_request", 90013);
    refused(&[("assertion", "")], 400, "invalid_request", 900_144);
    refused(&[("scope", "")], 400, "invalid_request", 900_144);
    refused(&[("scope", "api://nowhere/x")], 400, "invalid_resource", 500_011);
    let told = pass_on(&standin, API, &first, &[("scope", "https://graph.microsoft.com/Mail.Read")]);
    assert_eq!(told.refused(400, "invalid_grant", 65001)["suberror"], "consent_required");
}

#[actix_web::test]
async fn the_directory_has_the_last_word() {
    let standin = started().await;
    let first = incoming(&standin).await;
    patch_world(&standin, json!({"users": {ALICE: {"enabled": false}}}));
    pass_on(&standin, API, &first, &[]).refused(400, "invalid_grant", 50057);
    patch_world(&standin, json!({"users": {ALICE: null}}));
    pass_on(&standin, API, &first, &[]).refused(400, "invalid_grant", 50013);
}

#[actix_web::test]
async fn another_worlds_token_is_not_ours() {
    let standin = started().await;
    let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", r#"{"id":"other"}"#).send();
    assert_eq!(made.status, 201, "{}", made.gist());
    let at = format!("/w/other{V2}");
    let theirs = SPA.tokens(&standin, &at, TO_API, BOB).await;
    pass_on(&standin, API, text(&theirs, "access_token"), &[]).refused(400, "invalid_grant", 50013);
}

#[actix_web::test]
async fn a_providers_clients_cannot() {
    let standin = started().await;
    let first = incoming(&standin).await;
    let fields = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", first.as_str())];
    crate::apps::LOCAL_WEB.token(&standin, "/idp/local", &fields).refused_plainly(400, "unsupported_grant_type");
}
