//! An application's page learns in a hidden frame that somebody signed out (OpenID Connect Session Management 1.0).

use serde_json::{Value, json};

use crate::apps::{ALICE, EXAMPLE, SPA, V1, V2, WEB};
use crate::client::{Call, address, get, started};
use crate::visitor::Visitor;

const FRAME: &str = "/example.test/oauth2/checksession";

async fn told(visitor: &mut Visitor, client_id: &str, session_state: &str) -> Value {
    let asked = [("client_id", client_id), ("session_state", session_state)];
    let answer = visitor.get(&address(FRAME, &asked)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "{}", answer.gist());
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()["state"].clone()
}

#[actix_web::test]
async fn the_frame_that_the_metadata_names_is_there_and_other_sites_may_show_it() {
    let standin = started().await;
    for name in ["example.test", "common"] {
        let metadata = get(&standin, &format!("/{name}/.well-known/openid-configuration")).granted();
        let at = metadata["check_session_iframe"].as_str().unwrap().strip_prefix(&standin.http("")).unwrap().to_owned();
        let page = get(&standin, &at);
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"), "{at}");
        let policy = page.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors http: https:"), "{policy}");
        let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(page.has(&format!("<script nonce=\"{nonce}\">")) && page.has("postMessage(told, event.origin)"));
        let guards = "if (event.source !== parent || parent === window || event.origin === \"null\") return;";
        assert!(page.has(guards), "whoever is not the page around it is told nothing");
    }
    let wrong = Call::new(&standin, "POST", FRAME).send();
    wrong.refused(405, "invalid_request", 900_561);
    get(&standin, "/nowhere.test/oauth2/checksession").refused(400, "invalid_request", 90002);
    // Pages with something to press are nobody's to show.
    let page = get(&standin, &WEB.asks(V2, &[]));
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"));
}

#[actix_web::test]
async fn the_frame_is_told_whether_the_session_that_the_application_knows_is_still_there() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let answer = WEB.signs_in(&mut alice, V1, &[("scope", "")], ALICE).await;
    let session = answer.sent_back("session_state").unwrap();
    assert_eq!(told(&mut alice, WEB.id, &session).await, json!("unchanged"));
    // Another session, another application, another browser: not what was told.
    assert_eq!(told(&mut alice, WEB.id, EXAMPLE).await, json!("changed"));
    assert_eq!(told(&mut alice, SPA.id, &session).await, json!("changed"));
    assert_eq!(told(&mut Visitor::new(&standin), WEB.id, &session).await, json!("changed"));
    for (client, state) in [("nobody", session.as_str()), ("", &session), (WEB.id, "")] {
        assert_eq!(told(&mut alice, client, state).await, json!("error"), "{client} {state}");
    }
    let asked = get(&standin, "/_standin/events?kind=request").body;
    assert!(!asked.contains("checksession"), "what is asked every few seconds is no news");

    alice.get(&format!("{V1}/logout")).await;
    assert_eq!(told(&mut alice, WEB.id, &session).await, json!("changed"));
}

#[actix_web::test]
async fn a_session_that_was_revoked_has_changed_too() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let session = WEB.signs_in(&mut alice, V2, &[], ALICE).await.sent_back("session_state").unwrap();
    assert_eq!(told(&mut alice, WEB.id, &session).await, json!("unchanged"));
    let gone = Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={ALICE}")).send();
    assert_eq!(gone.status, 204);
    assert_eq!(told(&mut alice, WEB.id, &session).await, json!("changed"));
}
