//! An application acts for itself.

use serde_json::json;

use crate::answer::{claims, head};
use crate::apps::{API, App, CLI, DAEMON, EXAMPLE, GRAPH, LOCAL, LOCAL_WEB, PARTNER, SPA, V1, V2, text};
use crate::client::{Fields, patch_world, started};

const ALONE: (&str, &str) = ("grant_type", "client_credentials");
const TO_GRAPH: (&str, &str) = ("scope", "https://graph.microsoft.com/.default");
const TO_API: (&str, &str) = ("scope", "api://example-api/.default");
const ADATUM: &str = "6054110b-58f7-4fe8-b31b-aa33c9c7d173";

fn members(body: &serde_json::Value) -> Vec<&str> {
    body.as_object().unwrap().keys().map(String::as_str).collect()
}

#[actix_web::test]
async fn a_daemon_gets_a_token_about_itself_and_nothing_else() {
    let standin = started().await;
    let tokens = DAEMON.token(&standin, V2, &[ALONE, TO_API]).granted();
    assert_eq!(members(&tokens), ["token_type", "expires_in", "ext_expires_in", "access_token"]);
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "aud"), text(&token, "azp"), text(&token, "azpacr")), (API.id, DAEMON.id, "1"));
    assert_eq!((&token["roles"], text(&token, "ver")), (&json!(["Tasks.Read.All"]), "2.0"));
    assert_eq!(token["oid"], token["sub"]);
    for about_people in ["scp", "upn", "name", "preferred_username", "amr"] {
        assert_eq!(token.get(about_people), None);
    }
    let again = DAEMON.token(&standin, V2, &[ALONE, TO_API]).granted();
    let again = claims(text(&again, "access_token"));
    assert_eq!(again["oid"], token["oid"]);
    assert_ne!(again["uti"], token["uti"]);
}

#[actix_web::test]
async fn the_tokens_shape_is_its_resources_whatever_the_address() {
    let standin = started().await;
    let graph = DAEMON.token(&standin, V2, &[ALONE, TO_GRAPH]).granted();
    let token = claims(text(&graph, "access_token"));
    assert_eq!((text(&token, "ver"), text(&token, "aud"), text(&token, "appid")), ("1.0", GRAPH, DAEMON.id));
    assert_eq!(text(&token, "iss"), format!("https://sts.windows.net/{EXAMPLE}/"));
    assert_eq!((token["idp"].clone(), text(&token, "idtyp")), (token["iss"].clone(), "app"));
    assert_eq!((token.get("roles"), &token["wids"]), (None, &json!(["0997a1d0-0d1d-4acb-b408-d5ca73121e90"])));
    assert!(head(text(&graph, "access_token"))["x5t"].is_string());

    let v1 = DAEMON.token(&standin, V1, &[ALONE, ("resource", "api://example-api")]).granted();
    let all = ["token_type", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource", "access_token"];
    assert_eq!(members(&v1), all);
    assert_eq!((text(&v1, "expires_in"), text(&v1, "resource")), ("3600", "api://example-api"));
    let token = claims(text(&v1, "access_token"));
    assert_eq!((text(&token, "ver"), text(&token, "iss")), ("2.0", standin.http(&format!("/{EXAMPLE}/v2.0")).as_str()));
    assert_eq!(head(text(&v1, "access_token")).get("x5t"), None);
}

#[actix_web::test]
async fn a_resource_may_be_named_by_its_id_or_its_address() {
    let standin = started().await;
    let by_id = format!("{}/.default", API.id);
    for scope in [by_id.as_str(), "api://example-api/.default"] {
        let tokens = DAEMON.token(&standin, V2, &[ALONE, ("scope", scope)]).granted();
        assert_eq!(claims(text(&tokens, "access_token"))["aud"], API.id, "{scope}");
    }
    for name in [API.id, "api://example-api"] {
        DAEMON.token(&standin, V1, &[ALONE, ("resource", name)]).granted();
    }
}

#[actix_web::test]
async fn one_resource_and_all_of_it_must_be_asked_for() {
    let standin = started().await;
    let ask = |scope: &str| DAEMON.token(&standin, V2, &[ALONE, ("scope", scope)]);
    ask("").refused(400, "invalid_request", 900_144);
    for scope in ["openid", "User.Read", "api://example-api/read", "api://example-api", ".default"] {
        ask(scope).refused(400, "invalid_scope", 1_002_012);
    }
    ask("api://example-api/.default api://example-api/read").refused(400, "invalid_scope", 1_002_012);
    // MSAL for Go and Java send these along with everything.
    ask("api://example-api/.default openid offline_access profile").granted();
    ask("api://example-api/.default https://graph.microsoft.com/.default").refused(400, "invalid_request", 700_022);
    ask("api://nowhere/.default").refused(400, "invalid_resource", 500_011);
    let both = [ALONE, ("scope", "api://example-api/.default"), ("resource", "api://example-api")];
    DAEMON.token(&standin, V2, &both).refused(400, "invalid_request", 901_002);
    DAEMON.token(&standin, V1, &[ALONE]).refused(400, "invalid_request", 900_144);
    DAEMON.token(&standin, V1, &[ALONE, ("resource", "https://nowhere.test")]).refused(
        400,
        "invalid_resource",
        500_011,
    );
}

#[actix_web::test]
async fn it_takes_a_tenant() {
    let standin = started().await;
    for at in ["/common/oauth2/v2.0", "/organizations/oauth2/v2.0", "/consumers/oauth2/v2.0", "/common/oauth2"] {
        let more: Fields<'_> = if at.ends_with("v2.0") { &[ALONE, TO_GRAPH] } else { &[ALONE, ("resource", GRAPH)] };
        DAEMON.token(&standin, at, more).refused(400, "invalid_request", 50059);
        PARTNER.token(&standin, at, more).refused(400, "invalid_request", 50059);
    }
}

#[actix_web::test]
async fn an_application_must_prove_itself() {
    let standin = started().await;
    let table = [("", 7_000_218), ("wrong", 7_000_215), ("DAEMON-SECRET", 7_000_215)];
    for (secret, code) in table {
        let answer = App { secret, ..DAEMON }.token(&standin, V2, &[ALONE, TO_GRAPH]);
        answer.refused(401, "invalid_client", code);
    }
    CLI.token(&standin, V2, &[ALONE, TO_GRAPH]).refused(401, "invalid_client", 7_000_218);
    App { origin: "", ..SPA }.token(&standin, V2, &[ALONE, TO_GRAPH]).refused(401, "invalid_client", 7_000_218);
    App { secret: "any", ..CLI }.token(&standin, V2, &[ALONE, TO_GRAPH]).refused(401, "invalid_client", 700_025);
}

#[actix_web::test]
async fn another_tenant_serves_it_once_somebody_there_has_agreed() {
    let standin = started().await;
    let tokens = PARTNER.token(&standin, "/adatum.test/oauth2/v2.0", &[ALONE, TO_GRAPH]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!(text(&token, "tid"), ADATUM);
    let home = PARTNER.token(&standin, "/contoso.test/oauth2/v2.0", &[ALONE, TO_GRAPH]).granted();
    assert_ne!(claims(text(&home, "access_token"))["oid"], token["oid"], "an object of its own in each tenant");
    PARTNER.token(&standin, V2, &[ALONE, TO_GRAPH]).refused(400, "unauthorized_client", 700_016);
    DAEMON.token(&standin, "/contoso.test/oauth2/v2.0", &[ALONE, TO_GRAPH]).refused(
        400,
        "unauthorized_client",
        700_016,
    );
}

#[actix_web::test]
async fn a_resource_may_demand_a_role() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-api": {"assignment_required": true}}}));
    DAEMON.token(&standin, V2, &[ALONE, TO_API]).granted();
    API.token(&standin, V2, &[ALONE, TO_API]).refused(400, "invalid_grant", 501_051);
}

#[actix_web::test]
async fn a_resource_may_have_tokens_live_shorter() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-api": {"token_lifetime": "5m"}}}));
    let tokens = DAEMON.token(&standin, V2, &[ALONE, TO_API]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 300);
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(DAEMON.token(&standin, V2, &[ALONE, TO_GRAPH]).granted()["expires_in"], 3600);
}

#[actix_web::test]
async fn a_provider_serves_its_own_clients() {
    let standin = started().await;
    let tokens = LOCAL_WEB.token(&standin, LOCAL, &[ALONE]).granted();
    assert_eq!(members(&tokens), ["access_token", "token_type", "expires_in"]);
    assert_eq!(head(text(&tokens, "access_token"))["typ"], "at+jwt");
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "sub"), text(&token, "client_id")), ("local-web", "local-web"));
    assert_eq!(text(&token, "iss"), standin.http("/idp/local"));
    let more = [ALONE, ("scope", "tasks.read openid"), ("resource", "https://tasks.test")];
    let tokens = LOCAL_WEB.token(&standin, LOCAL, &more).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "aud"), text(&token, "scope")), ("https://tasks.test", "tasks.read"));
    assert_eq!((text(&tokens, "scope"), tokens.get("id_token")), ("tasks.read", None));
    // Nothing that tells of a person can be given, and an answer cannot say that it gives nothing.
    for scope in ["openid", "openid profile", "offline_access"] {
        LOCAL_WEB.token(&standin, LOCAL, &[ALONE, ("scope", scope)]).refused_plainly(400, "invalid_scope");
    }

    App { secret: "", ..LOCAL_WEB }.token(&standin, LOCAL, &[ALONE]).refused_plainly(401, "invalid_client");
    App { secret: "wrong", ..LOCAL_WEB }.token(&standin, LOCAL, &[ALONE]).refused_plainly(401, "invalid_client");
    DAEMON.token(&standin, LOCAL, &[ALONE]).refused_plainly(401, "invalid_client");
    LOCAL_WEB.token(&standin, LOCAL, &[ALONE, ("scope", "quo\"te")]).refused_plainly(400, "invalid_scope");
}
