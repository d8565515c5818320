//! Worlds in one server never meet: the same sign-in in each has its own issuer, keys, cookies and records.

use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{claims, head};
use crate::apps::{ALICE, EXAMPLE, LOCAL, LOCAL_WEB, PASSWORD, SPA, V2, WEB, text};
use crate::client::{Call, get, patch, started};
use crate::visitor::Visitor;

const SILENT: (&str, &str) = ("prompt", "none");
const ONE: &str = "/w/one/example.test/oauth2/v2.0";
const TWO: &str = "/w/two/example.test/oauth2/v2.0";

/// A server with two worlds beside the root.
async fn with_worlds() -> Standin {
    let standin = started().await;
    for id in ["one", "two"] {
        let body = json!({ "id": id }).to_string();
        let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", body).send();
        assert_eq!(made.status, 201, "{}", made.gist());
    }
    standin
}

fn control(standin: &Standin, verb: &str, path: &str, body: Value) {
    let answer = Call::new(standin, verb, path).body("application/json", body.to_string()).send();
    assert!(answer.status < 300, "{}", answer.gist());
}

#[actix_web::test]
async fn the_same_sign_in_has_its_own_issuer_and_keys_in_each_world() {
    let standin = with_worlds().await;
    let mut kids = Vec::new();
    for at in [V2, ONE, TWO] {
        let base = at.strip_suffix(V2).unwrap();
        let tokens = WEB.tokens(&standin, at, &[], ALICE).await;
        let id = text(&tokens, "id_token");
        assert_eq!(text(&claims(id), "iss"), standin.http(&format!("{base}/{EXAMPLE}/v2.0")));
        let access = text(&tokens, "access_token");
        assert_eq!(claims(access)["iss"], format!("https://sts.windows.net/{EXAMPLE}/"), "the same literal in all");
        let keys = get(&standin, &format!("{base}/example.test/discovery/v2.0/keys")).granted();
        let kid = text(&head(id), "kid").to_owned();
        assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == kid), "{base} {keys}");
        kids.push(kid);
    }
    assert!(kids[0] != kids[1] && kids[1] != kids[2] && kids[0] != kids[2], "{kids:?}");
}

#[actix_web::test]
async fn every_address_a_world_names_is_its_own() {
    let standin = with_worlds().await;
    for path in ["/w/one/common/v2.0", "/w/one/example.test/v2.0", "/w/one/example.test", "/w/one/idp/local"] {
        let metadata = get(&standin, &format!("{path}/.well-known/openid-configuration")).granted();
        let addresses =
            metadata.as_object().unwrap().iter().filter(|(name, _)| {
                (name.ends_with("_endpoint") || *name == "jwks_uri") && *name != "kerberos_endpoint"
            });
        let mut seen = 0;
        for (name, value) in addresses {
            let address = value.as_str().unwrap();
            assert!(address.starts_with(&standin.http("/w/one/")), "{path} {name}: {address}");
            seen += 1;
        }
        assert!(seen >= 5, "{metadata}");
    }
    let page = Visitor::new(&standin).get(&WEB.asks(ONE, &[])).await;
    assert!(page.attribute_after("<form", "action").unwrap().starts_with("/w/one/"), "{}", page.gist());
}

#[actix_web::test]
async fn a_session_of_one_world_is_none_in_another() {
    let standin = with_worlds().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, ONE, &[], ALICE).await;
    let cookie = alice.cookie("ESTSAUTH").unwrap().clone();
    assert_eq!(cookie.path, "/w/one");
    assert!(alice.get(&SPA.asks(ONE, &[SILENT])).await.sent_back("code").is_some());
    alice.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
    alice.get(&WEB.asks(TWO, &[SILENT])).await.told("login_required", 50058);
    // Not even when somebody carries the cookie over.
    for path in ["/", "/w/two"] {
        let mut carrier = Visitor::new(&standin);
        carrier.remember(crate::visitor::Cookie { path: path.into(), ..cookie.clone() });
        carrier.get(&WEB.asks(TWO, &[SILENT])).await.told("login_required", 50058);
        carrier.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
    }
}

#[actix_web::test]
async fn the_root_worlds_session_does_not_stand_in_the_way_of_another() {
    let standin = with_worlds().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    // A browser sends the cookies of `/` to every world; they mean nothing there.
    alice.get(&WEB.asks(ONE, &[SILENT])).await.told("login_required", 50058);
    WEB.code(&mut alice, ONE, &[], "bob@example.test").await;
    let code = alice.get(&WEB.asks(ONE, &[SILENT])).await.sent_back("code").unwrap();
    let tokens = WEB.redeem(&standin, ONE, &code, &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], "bob@example.test");
    let code = alice.get(&WEB.asks(V2, &[SILENT])).await.sent_back("code").unwrap();
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], ALICE);
}

#[actix_web::test]
async fn what_one_world_gave_another_does_not_take() {
    let standin = with_worlds().await;
    let mut alice = Visitor::new(&standin);
    let tokens = WEB.tokens(&standin, ONE, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    for at in [V2, TWO] {
        WEB.refresh(&standin, at, refresh, &[]).refused(400, "invalid_grant", 70000);
        let code = WEB.code(&mut alice, ONE, &[], ALICE).await;
        WEB.redeem(&standin, at, &code, &[]).refused(400, "invalid_grant", 70000);
    }
    let userinfo = async |path| alice.get_as(path, text(&tokens, "access_token")).await.status;
    assert_eq!(userinfo("/w/one/oidc/userinfo").await, 200);
    assert_eq!((userinfo("/oidc/userinfo").await, userinfo("/w/two/oidc/userinfo").await), (401, 401));
    let local = LOCAL_WEB.tokens(&standin, &format!("/w/one{LOCAL}"), &[], "alice@local.test").await;
    LOCAL_WEB.refresh(&standin, LOCAL, text(&local, "refresh_token"), &[]).refused_plainly(400, "invalid_grant");
}

#[actix_web::test]
async fn a_form_of_one_world_is_not_taken_by_another() {
    let standin = with_worlds().await;
    let mut alice = Visitor::new(&standin);
    alice.get(&WEB.asks(V2, &[])).await;
    let page = alice.get(&WEB.asks(ONE, &[("login_hint", ALICE)])).await;
    let token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
    for at in ["/common/login", "/w/two/common/login"] {
        alice.post(at, &[("flowToken", &token), ("passwd", PASSWORD)]).await.on_page(165_000);
    }
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn clock_people_and_consent_change_in_one_world_alone() {
    let standin = with_worlds().await;
    let write = [("scope", "openid offline_access api://example-api/write")];
    WEB.code(&mut Visitor::new(&standin), ONE, &write, ALICE).await;
    let elsewhere = WEB.signs_in(&mut Visitor::new(&standin), TWO, &write, ALICE).await;
    assert!(elsewhere.has("Permissions requested"), "{}", elsewhere.gist());

    let tokens = [WEB.tokens(&standin, ONE, &[], ALICE).await, WEB.tokens(&standin, TWO, &[], ALICE).await];
    control(&standin, "PUT", "/w/one/_standin/clock", json!({"advance": "91d"}));
    WEB.refresh(&standin, ONE, text(&tokens[0], "refresh_token"), &[]).refused(400, "invalid_grant", 700_082);
    WEB.refresh(&standin, TWO, text(&tokens[1], "refresh_token"), &[]).granted();

    let change = json!({"users": {ALICE: {"enabled": false}}});
    control(&standin, "PATCH", "/w/two/_standin/world", change);
    WEB.refresh(&standin, TWO, text(&tokens[1], "refresh_token"), &[]).refused(400, "invalid_grant", 50057);
    WEB.tokens(&standin, V2, &[], ALICE).await;
    patch(standin.http_addresses()[0], json!({"users": {"root@example.test": {"password": PASSWORD}}}));
    let unknown = WEB.signs_in(&mut Visitor::new(&standin), ONE, &[], "root@example.test").await;
    assert!(unknown.has("usernameError"), "{}", unknown.gist());
}

#[actix_web::test]
async fn a_wrong_password_counts_in_its_own_world() {
    let standin = with_worlds().await;
    let mut visitor = Visitor::new(&standin);
    let mut page = visitor.get(&WEB.asks(ONE, &[("login_hint", ALICE)])).await;
    for _ in 0..10 {
        page = visitor.submit(&page, &[("passwd", "wrong")]).await;
    }
    let locked = visitor.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(locked.has("passwordError"), "{}", locked.gist());
    WEB.tokens(&standin, TWO, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(120));
    let still = visitor.submit(&locked, &[("passwd", PASSWORD)]).await;
    assert!(still.has("passwordError"), "the root world's clock is not this one's: {}", still.gist());
}

#[actix_web::test]
async fn a_world_that_is_gone_is_not_found() {
    let standin = with_worlds().await;
    let tokens = WEB.tokens(&standin, ONE, &[], ALICE).await;
    control(&standin, "DELETE", "/_standin/worlds/one", json!(null));
    let metadata = "/w/one/example.test/v2.0/.well-known/openid-configuration";
    for path in [metadata, "/w/one/", "/w/one", "/w/", "/w", "/w/never/common/oauth2/v2.0/authorize"] {
        let answer = get(&standin, path);
        assert_eq!((answer.status, answer.header("content-type")), (404, "application/json"), "{path}");
    }
    control(&standin, "POST", "/_standin/worlds", json!({"id": "one"}));
    let reborn = WEB.refresh(&standin, ONE, text(&tokens, "refresh_token"), &[]);
    reborn.refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn a_providers_metadata_is_also_where_rfc_8414_looks_for_it() {
    let standin = with_worlds().await;
    for base in ["", "/w/one"] {
        let provider = format!("{base}/idp/local");
        let metadata = get(&standin, &format!("{provider}/.well-known/openid-configuration")).granted();
        assert_eq!(text(&metadata, "issuer"), standin.http(&provider));
        let inserted = format!("/.well-known/oauth-authorization-server{provider}");
        for path in [inserted, format!("{provider}/.well-known/oauth-authorization-server")] {
            assert_eq!(get(&standin, &path).granted(), metadata, "{path}");
        }
    }
    for nowhere in ["/w/nowhere/idp/local", "/idp/nobody", "/w/one", ""] {
        let answer = get(&standin, &format!("/.well-known/oauth-authorization-server{nowhere}"));
        assert!(matches!(answer.status, 400 | 404), "{nowhere}: {}", answer.gist());
    }
}
