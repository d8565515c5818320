//! What every answer looks like: headers, refusals, and what strangers send.

use serde_json::{Value, json};

use super::{daemon_with_all, made, refused};
use crate::apps::{ALL, CLI, DAEMON, PASSWORD, V2, text};
use crate::client::{Call, get, started};

const METHODS: &str = "v1.0/users/mia@example.test/authentication/methods";

#[actix_web::test]
async fn an_answer_has_the_headers_of_the_real_service() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let mine = "0a0b0c0d-0000-4000-8000-000000000001";
    let call = graph.call("GET", METHODS).header("client-request-id", mine);
    let answer = call.send();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    assert_eq!((answer.header("content-type"), answer.header("odata-version")), (json, "4.0"));
    assert_eq!(answer.header("client-request-id"), mine);
    assert_eq!(answer.header("request-id").len(), 36);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let again = graph.get(METHODS);
    assert_ne!(again.header("request-id"), answer.header("request-id"));
    let context = standin.http(&format!("/graph/v1.0/$metadata#users('{}')/authentication/methods", super::MIAS_ID));
    assert_eq!(text(&answer.json(), "@odata.context"), context);
    let head = graph.call("HEAD", METHODS).send();
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[actix_web::test]
async fn by_the_name_that_programs_know_it_by_it_is_where_they_expect_it() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let by = |host: &str| graph.at(&format!("/{METHODS}")).header("Host", host).send();
    let answer = by("graph.microsoft.com").granted();
    let context =
        format!("http://graph.microsoft.com/v1.0/$metadata#users('{}')/authentication/methods", super::MIAS_ID);
    assert_eq!(text(&answer, "@odata.context"), context);
    let nothing = Call::new(&standin, "GET", "/v1.0/me").header("Host", "graph.microsoft.com").send();
    refused(&nothing, 401, "InvalidAuthenticationToken");
    assert_eq!(by("graph.example").status, 404, "elsewhere it is below /graph");
}

#[actix_web::test]
async fn a_token_has_to_be_there_and_good_and_for_this_resource() {
    let standin = started().await;
    let ask = |token: &str| {
        let call = Call::new(&standin, "GET", &format!("/graph/{METHODS}"));
        call.header("Authorization", &format!("Bearer {token}")).send()
    };
    let nothing = get(&standin, &format!("/graph/{METHODS}"));
    assert_eq!(refused(&nothing, 401, "InvalidAuthenticationToken"), "Access token is empty.");
    let challenge = format!(
        r#"Bearer realm="", authorization_uri="{}", client_id="00000003-0000-0000-c000-000000000000""#,
        standin.http("/common/oauth2/authorize")
    );
    assert_eq!(nothing.header("www-authenticate"), challenge);
    let fields = |scope| {
        [("grant_type", "password"), ("username", "alice@example.test"), ("password", PASSWORD), ("scope", scope)]
    };
    let graph = CLI.token(&standin, V2, &fields(ALL)).granted();
    let api = CLI.token(&standin, V2, &fields("openid api://example-api/read")).granted();
    let good = text(&graph, "access_token");
    let cut = format!("{}AAAAAAAA", &good[..good.len() - 8]);
    let wrong = ["", "nonsense", "a.b.c", text(&graph, "id_token"), text(&api, "access_token"), &cut];
    for token in wrong {
        refused(&ask(token), 401, "InvalidAuthenticationToken");
    }
    refused(&ask(good), 403, "Authorization_RequestDenied");
    standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
    refused(&ask(good), 401, "InvalidAuthenticationToken");
}

#[actix_web::test]
async fn every_world_has_its_own_facts_and_addresses() {
    let standin = started().await;
    let world = Call::new(&standin, "POST", "/_standin/worlds").send().json();
    let base = format!("/w/{}", text(&world, "id"));
    let roles = json!({ "apps": { "example-daemon": { "app_permissions": { "graph": ["Policy.ReadWrite.SecurityDefaults"] } } } });
    let patch = Call::new(&standin, "PATCH", &format!("{base}/_standin/world"));
    assert_eq!(patch.body("application/json", roles.to_string()).send().status, 200);
    let fields = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
    let tokens = DAEMON.token(&standin, &format!("{base}{V2}"), &fields).granted();
    let path = "v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
    let there = |verb: &str| {
        let call = Call::new(&standin, verb, &format!("{base}/graph/{path}"));
        call.header("Authorization", &format!("Bearer {}", text(&tokens, "access_token")))
    };
    let on = there("PATCH").body("application/json", "{\"isEnabled\":true}").send();
    assert_eq!(on.status, 204, "{}", on.body);
    let shown = there("GET").send().granted();
    assert_eq!(shown["isEnabled"], true);
    assert!(text(&shown, "@odata.context").starts_with(&standin.http(&format!("{base}/graph/v1.0/$metadata#"))));
    assert_eq!(daemon_with_all(&standin).get(path).granted()["isEnabled"], false);
}

#[actix_web::test]
async fn what_is_not_there_is_said_in_json() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    for path in [
        "",
        "v1.0",
        "v1.0/me/messages",
        "v3.0/me/authentication/methods",
        "login",
        "v1.0/policies/nothing",
        "v1.0/users/a/authentication/wandMethods",
    ] {
        assert!(
            refused(&graph.get(path), 404, "ResourceNotFound").starts_with("Resource not found for the segment"),
            "{path}"
        );
        refused(&get(&standin, &format!("/graph/{path}")), 404, "ResourceNotFound");
    }
    let put = graph.call("PUT", METHODS).send();
    refused(&put, 405, "Request_BadRequest");
    assert_eq!(put.header("allow"), "GET, HEAD, OPTIONS");
    refused(&graph.delete("v1.0/identity/conditionalAccess/policies"), 405, "Request_BadRequest");
    let gone = "v1.0/identity/conditionalAccess/policies/5f3bd583-9a25-46c9-9fd0-c4f6c3fa8d13";
    refused(&graph.get(gone), 404, "Request_ResourceNotFound");
    refused(&graph.get("v1.0/identity/conditionalAccess/policies/x"), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn a_web_page_of_another_origin_may_ask() {
    let standin = started().await;
    let call = Call::new(&standin, "OPTIONS", &format!("/graph/{METHODS}"));
    let answer = call
        .header("Origin", "http://localhost:3000")
        .header("Access-Control-Request-Headers", "authorization,sdkversion")
        .send();
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,sdkversion");
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_a_bad_request() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = "v1.0/identity/conditionalAccess/namedLocations";
    let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let long = format!("{{\"displayName\":\"{}\"}}", "x".repeat(200_000));
    for body in ["", "{", "[]", "null", "\"x\"", "{\"displayName\":1}", "\u{0}", &deep, &long] {
        let answer = graph.call("POST", path).body("application/json", body).send();
        refused(&answer, 400, "BadRequest");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        refused(&graph.call("POST", path).body(kind, "{}").send(), 400, "BadRequest");
    }
    let large =
        graph.call("POST", path).header("Content-Type", "application/json").header("Content-Length", "999999999");
    refused(&large.send(), 413, "BadRequest");
}

#[actix_web::test]
async fn nothing_a_stranger_sends_breaks_it() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let names =
        ["%00", "..%2f..", "%27%20or%201=1", "%F0%9F%92%A9", "a%0d%0ab", "'", "%25", &"a".repeat(4_000), "users('x')"];
    for name in names {
        for path in [
            format!("v1.0/users/{name}/authentication/methods"),
            format!("v1.0/users/{name}/authentication/phoneMethods/{name}"),
            format!("beta/users/{name}/authentication/requirements"),
            format!("v1.0/identity/conditionalAccess/policies/{name}"),
            format!("v1.0/reports/authenticationMethods/userRegistrationDetails/{name}"),
        ] {
            for verb in ["GET", "POST", "PATCH", "DELETE", "TRACE"] {
                let call = graph.call(verb, &path);
                let body = if verb == "GET" { call } else { call.body("application/json", "{\"x\":[{}]}") };
                let answer = body.send();
                assert!((400..500).contains(&answer.status), "{verb} {path}: {}", answer.status);
                assert!(answer.json()["error"]["code"].is_string(), "{}", answer.body);
            }
        }
    }
    let path = "v1.0/reports/authenticationMethods/userRegistrationDetails";
    for query in [
        "$top=0",
        "$top=-1",
        "$top=99999999999999999999",
        "$skiptoken=x",
        "$filter=x",
        "$filter=%27",
        "$expand=a",
        "$search=a",
        "$top=1&$top=2",
        "$filter=id%00",
        "$orderby=id",
        "$apply=x",
        "%24top=0",
    ] {
        refused(&graph.get(&format!("{path}?{query}")), 400, "BadRequest");
    }
    assert_eq!(get(&standin, "/_standin/health").status, 200);
}

#[actix_web::test]
async fn the_journal_tells_who_changed_what() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let body = json!({ "phoneNumber": "+1 5550100", "phoneType": "mobile" });
    made(&graph.post("v1.0/users/alice@example.test/authentication/phoneMethods", body));
    let told = |kind: &str| get(&standin, &format!("/_standin/events?kind={kind}")).json();
    let entries: Value = told("control");
    let last = entries["value"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["summary"], "example-daemon added a phone for alice@example.test through Microsoft Graph");
    refused(&graph.get("v1.0/users/nobody@example.test/authentication/methods"), 404, "Request_ResourceNotFound");
    let errors = told("error").to_string();
    assert!(errors.contains("nobody@example.test") && errors.contains("does not exist"), "{errors}");
}
