//! Which web pages may read an answer: documents everybody's, tokens only an application's own.

use serde_json::json;

use crate::answer::Answer;
use crate::apps::{ALICE, App, CLI, LOCAL, LOCAL_WEB, SPA, V1, V2, WEB, text};
use crate::client::{Call, get, patch_world, started};
use crate::visitor::Visitor;

const OURS: &str = "http://localhost:3000";
const THEIRS: &str = "https://evil.test";

fn readable_by(answer: &Answer) -> &str {
    answer.header("access-control-allow-origin")
}

fn from(standin: &standin::Standin, verb: &str, path: &str, origin: &str) -> Answer {
    Call::new(standin, verb, path).header("Origin", origin).send()
}

#[actix_web::test]
async fn documents_are_for_everybody() {
    let standin = started().await;
    let documents = [
        "/common/v2.0/.well-known/openid-configuration",
        "/example.test/.well-known/openid-configuration",
        "/common/discovery/v2.0/keys",
        "/example.test/discovery/keys",
        "/common/userrealm/alice@example.test?api-version=1.0",
        "/idp/local/.well-known/openid-configuration",
        "/idp/local/jwks",
        "/nowhere.test/v2.0/.well-known/openid-configuration",
    ];
    for path in documents {
        let answer = from(&standin, "GET", path, THEIRS);
        assert_eq!(readable_by(&answer), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        let provider = path.starts_with("/idp/");
        for name in ["p3p", "x-ms-ests-server"] {
            assert_eq!(answer.header(name).is_empty(), provider, "{name} {path}");
        }
        let preflight = from(&standin, "OPTIONS", path, THEIRS);
        assert_eq!((preflight.status, readable_by(&preflight), preflight.body.as_str()), (204, "*", ""), "{path}");
    }
}

#[actix_web::test]
async fn tokens_are_for_the_pages_of_an_application() {
    let standin = started().await;
    let code = SPA.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let answer = SPA.redeem(&standin, V2, &code, &[]);
    answer.granted();
    assert_eq!((readable_by(&answer), answer.header("vary")), (OURS, "Origin"));
    let refused = SPA.redeem(&standin, V2, &code, &[]);
    refused.refused(400, "invalid_grant", 54005);
    assert_eq!(readable_by(&refused), OURS, "a page must see why not");
}

#[actix_web::test]
async fn other_pages_may_not_ask_nor_read() {
    let standin = started().await;
    let revoke = format!("{LOCAL}/revoke");
    for path in [V2, V1, "/common/oauth2/v2.0", LOCAL].map(|at| format!("{at}/token")).into_iter().chain([revoke]) {
        let ours = Call::new(&standin, "OPTIONS", &path)
            .header("Origin", OURS)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,client-request-id")
            .send();
        assert_eq!((ours.status, readable_by(&ours)), (204, OURS), "{path}");
        assert!(ours.header("access-control-allow-methods").contains("POST"));
        assert_eq!(ours.header("access-control-allow-headers"), "content-type,client-request-id");
        for stranger in [THEIRS, "null", "http://localhost:3001", "http://localhost:3000.evil.test", ""] {
            assert_eq!(readable_by(&from(&standin, "OPTIONS", &path, stranger)), "", "{stranger}");
            let call = Call::new(&standin, "POST", &path).form(&[("client_id", CLI.id), ("grant_type", "password")]);
            assert_eq!(readable_by(&call.header("Origin", stranger).send()), "", "{stranger}");
        }
    }
}

#[actix_web::test]
async fn a_page_ends_its_tokens_at_a_provider_and_nobody_introspects_from_one() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"apps": {"page": {"home": "local", "client_id": "page", "redirect_uris": {"spa": [OURS]}}}}),
    );
    let page = App { id: "page", secret: "", redirect: OURS, origin: OURS };
    let tokens = page.tokens(&standin, LOCAL, &[("scope", "openid offline_access")], "alice@local.test").await;
    let refresh = text(&tokens, "refresh_token");
    let revoke = |token: &str| {
        let call = Call::new(&standin, "POST", "/idp/local/revoke").header("Origin", OURS);
        call.form(&[("client_id", "page"), ("token", token)]).send()
    };
    let ended = revoke(refresh);
    assert_eq!((ended.status, readable_by(&ended)), (200, OURS), "{}", ended.gist());
    let refused = Call::new(&standin, "POST", "/idp/local/revoke").header("Origin", OURS).form(&[]).send();
    assert_eq!((refused.status, readable_by(&refused)), (401, OURS), "a page must see why not: {}", refused.gist());
    let introspect = from(&standin, "OPTIONS", "/idp/local/introspect", OURS);
    assert_eq!((introspect.status, readable_by(&introspect)), (405, ""));
}

#[actix_web::test]
async fn an_address_of_another_kind_makes_no_origin_known() {
    let standin = started().await;
    let uri = "https://app.test/back";
    patch_world(&standin, json!({"apps": {"example-web": {"redirect_uris": {"web": [uri]}}}}));
    assert_eq!(readable_by(&from(&standin, "OPTIONS", &format!("{V2}/token"), "https://app.test")), "");
    patch_world(&standin, json!({"apps": {"example-spa": {"redirect_uris": {"spa": [uri]}}}}));
    assert_eq!(readable_by(&from(&standin, "OPTIONS", &format!("{V2}/token"), "https://app.test")), "https://app.test");
}

#[actix_web::test]
async fn pages_and_forms_are_read_by_no_other_page() {
    let standin = started().await;
    for (verb, path) in
        [("GET", WEB.asks(V2, &[])), ("GET", LOCAL_WEB.asks(LOCAL, &[])), ("POST", "/common/login".into())]
    {
        let answer = from(&standin, verb, &path, OURS);
        assert_eq!(readable_by(&answer), "", "{path}");
    }
    let page = get(&standin, &WEB.asks(V2, &[]));
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
}
