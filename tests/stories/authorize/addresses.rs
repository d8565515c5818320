//! Where an answer may go: only to an address that the application registered.

use serde_json::json;

use crate::apps::{ALICE, App, BOB, CLI, DAEMON, PASSWORD, SPA, V2, WEB};
use crate::client::{Fields, get, patch_world, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn an_address_is_answered_if_it_was_registered_to_the_letter() {
    let standin = started().await;
    let web = ["http://localhost:3000/auth/callback"].as_slice();
    let not_web = [
        "http://localhost:3000/auth/callback/",
        "http://localhost:3000/auth/Callback",
        "http://localhost:3001/auth/callback",
        "https://localhost:3000/auth/callback",
        "http://127.0.0.1:3000/auth/callback",
        "http://localhost:3000/auth/callback?x=1",
        "http://localhost:3000/auth/callback#x",
        "http://localhost:3000/auth/../auth/callback",
        "http://localhost:3000/auth/callback%00",
        "http://localhost:3000@evil.test/auth/callback",
        "http://evil.test/auth/callback",
        "//localhost:3000/auth/callback",
        "javascript:alert(1)",
        "not an address",
    ]
    .as_slice();
    let spa = ["http://localhost:3000", "http://localhost:3000/", "https://localhost:3000"].as_slice();
    let not_spa = ["http://localhost:3001", "http://localhost:3000/x", "http://localhost"].as_slice();
    // A native application takes whatever port is free (RFC 8252, 7.3).
    let cli =
        ["http://localhost", "http://localhost:1", "http://localhost:51234/", "http://localhost:65535"].as_slice();
    let not_cli = [
        "https://localhost:51234",
        "http://localhost:51234/x",
        "http://localhost.evil.test",
        "http://localhost:5@evil.test/",
        "http://user@localhost:51234",
        "http://127.0.0.1:51234",
        "http://localhost:51234/?x=1",
    ]
    .as_slice();
    for (app, good, bad) in [(WEB, web, not_web), (SPA, spa, not_spa), (CLI, cli, not_cli)] {
        for uri in good {
            let answer = Visitor::new(&standin).get(&app.asks(V2, &[("redirect_uri", uri), ("prompt", "none")])).await;
            answer.told("login_required", 50058);
            assert!(answer.location().starts_with(&format!("{uri}?")), "{}", answer.location());
        }
        for uri in bad {
            // Whatever else is wrong, nothing goes to an address that is not the application's.
            let more = [("redirect_uri", *uri), ("prompt", "none"), ("response_type", "nonsense")];
            Visitor::new(&standin).get(&app.asks(V2, &more)).await.on_page(50011);
        }
    }
}

#[actix_web::test]
async fn the_address_may_be_left_out_where_there_is_only_one() {
    let standin = started().await;
    let unnamed = [("redirect_uri", "")];
    let mut visitor = Visitor::new(&standin);
    let answer = WEB.signs_in(&mut visitor, V2, &unnamed, ALICE).await;
    assert!(answer.location().starts_with(WEB.redirect));
    let code = answer.sent_back("code").unwrap();
    assert!(WEB.redeem(&standin, V2, &code, &unnamed).granted()["access_token"].is_string());

    visitor.get(&SPA.asks(V2, &unnamed)).await.on_page(900_971);
    let nowhere = App { redirect: "", ..DAEMON };
    visitor.get(&nowhere.asks(V2, &[])).await.on_page(900_971);
}

#[actix_web::test]
async fn the_answer_joins_the_query_an_address_already_has() {
    let standin = started().await;
    let uri = "https://app.test/back?of=us";
    patch_world(&standin, json!({"apps": {"example-web": {"redirect_uris": {"web": [uri]}}}}));
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[("redirect_uri", uri)])).await;
    let answer = visitor.sign_in(page, ALICE, PASSWORD).await;
    assert!(answer.location().starts_with("https://app.test/back?of=us&code="), "{}", answer.location());
}

#[actix_web::test]
async fn an_address_of_a_scheme_of_its_own_belongs_to_one_application() {
    let standin = started().await;
    let uri = "myapp://auth";
    patch_world(&standin, json!({"apps": {"example-cli": {"redirect_uris": {"native": [uri, "http://127.0.0.1"]}}}}));
    let ask = async |uri| Visitor::new(&standin).get(&CLI.asks(V2, &[("redirect_uri", uri), ("prompt", "none")])).await;
    assert!(ask(uri).await.location().starts_with("myapp://auth?error="));
    assert!(ask("http://127.0.0.1:40000").await.location().starts_with("http://127.0.0.1:40000?error="));
    ask("myapp://auth/other").await.on_page(50011);
    ask("myapp://AUTH").await.on_page(50011);
}

#[actix_web::test]
async fn r_83_an_address_that_was_taken_from_its_application_meanwhile_gets_no_answer() {
    let standin = started().await;
    let begin = async |visitor: &mut Visitor, more: Fields<'_>| visitor.get(&WEB.asks(V2, more)).await;
    let write = [("scope", "openid api://example-api/write")];
    let (mut alice, mut bob) = (Visitor::new(&standin), Visitor::new(&standin));
    let (page, declines) = (begin(&mut alice, &[]).await, begin(&mut bob, &write).await);
    let declines = bob.sign_in(declines, BOB, PASSWORD).await;
    patch_world(&standin, json!({"apps": {"example-web": {"redirect_uris": {"web": ["https://else.test/"]}}}}));
    let gone = alice.sign_in(page, ALICE, PASSWORD).await;
    gone.on_page(50011);
    let flows = get(&standin, "/_standin/flows").json();
    let ended = |flow: &serde_json::Value| flow["user"] == ALICE && flow["outcome"] == "refused with AADSTS50011";
    assert!(flows["value"].as_array().unwrap().iter().any(ended), "{flows}");
    let declined = bob.submit(&declines, &[("action", "cancel")]).await;
    assert_eq!(
        (declined.header("location"), declined.error_code().as_str()),
        ("", "AADSTS65004"),
        "{}",
        declined.gist()
    );
    patch_world(&standin, json!({"apps": {"example-web": {"redirect_uris": {"web": [WEB.redirect]}}}}));
    let page = begin(&mut alice, &[]).await;
    assert!(page.sent_back("code").is_some(), "{}", page.gist());
}
