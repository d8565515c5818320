//! One sign-in is enough for all applications of a world, until it ends.

use std::time::Duration;

use serde_json::json;

use crate::answer::claims;
use crate::apps::{ALICE, BOB, LOCAL, LOCAL_WEB, PASSWORD, SPA, V2, WEB, text};
use crate::client::{Call, patch_world, started};
use crate::visitor::Visitor;

const SILENT: (&str, &str) = ("prompt", "none");

/// Signs both accounts in to one browser.
async fn both(visitor: &mut Visitor) {
    WEB.code(visitor, V2, &[], ALICE).await;
    let page = visitor.get(&WEB.asks(V2, &[("prompt", "select_account")])).await;
    assert!(visitor.sign_in(page, BOB, PASSWORD).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn another_application_does_not_ask_again() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    for at in [V2, "/common/oauth2/v2.0"] {
        let multi_tenant = json!({"apps": {"example-spa": {"multi_tenant": true}}});
        patch_world(&standin, multi_tenant);
        let answer = alice.get(&SPA.asks(at, &[])).await;
        let code = answer.sent_back("code").unwrap_or_else(|| panic!("{}", answer.gist()));
        let tokens = SPA.redeem(&standin, at, &code, &[]).granted();
        assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], ALICE);
    }
    let stranger = Visitor::new(&standin).get(&SPA.asks(V2, &[])).await;
    assert!(stranger.has("name=\"loginfmt\""), "another browser is asked");
}

#[actix_web::test]
async fn nothing_may_be_asked_so_nobody_signed_in_is_an_error() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    alice.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    assert!(alice.get(&WEB.asks(V2, &[SILENT])).await.sent_back("code").is_some());
    alice.get(&WEB.asks(V2, &[SILENT, ("login_hint", BOB)])).await.told("login_required", 50058);
    alice.get(&WEB.asks(V2, &[SILENT, ("sid", "another")])).await.told("login_required", 50058);
    alice.get(&WEB.asks(V2, &[SILENT, ("max_age", "0")])).await.told("login_required", 50058);
}

#[actix_web::test]
async fn nothing_may_be_asked_so_two_signed_in_are_an_error_unless_one_is_named() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    both(&mut visitor).await;
    visitor.get(&WEB.asks(V2, &[SILENT])).await.told("interaction_required", 16000);
    for user in [ALICE, BOB] {
        let code = visitor.get(&WEB.asks(V2, &[SILENT, ("login_hint", user)])).await.sent_back("code").unwrap();
        let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
        assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], user);
    }
}

#[actix_web::test]
async fn a_session_is_named_by_its_id_and_an_account_by_its_opaque_hint() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    both(&mut visitor).await;
    let wanted = ("claims", r#"{"id_token":{"login_hint":null,"sid":null}}"#);
    let code = visitor.get(&WEB.asks(V2, &[SILENT, wanted, ("login_hint", BOB)])).await.sent_back("code").unwrap();
    let token = claims(text(&WEB.redeem(&standin, V2, &code, &[]).granted(), "id_token"));
    for hint in [("sid", text(&token, "sid")), ("login_hint", text(&token, "login_hint"))] {
        let answer = visitor.get(&WEB.asks(V2, &[SILENT, hint])).await;
        let code = answer.sent_back("code").unwrap_or_else(|| panic!("{hint:?} {}", answer.gist()));
        let again = claims(text(&WEB.redeem(&standin, V2, &code, &[]).granted(), "id_token"));
        assert_eq!(again["oid"], token["oid"], "{hint:?}");
    }
    assert!(!text(&token, "login_hint").contains("bob"), "opaque");
}

#[actix_web::test]
async fn a_domain_hint_leaves_accounts_of_other_domains_out() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    WEB.code(&mut visitor, V2, &[], ALICE).await;
    for (hint, silently) in
        [("example.test", true), ("EXAMPLE.test", true), ("organizations", true), ("contoso.test", false)]
    {
        let answer = visitor.get(&WEB.asks(V2, &[("domain_hint", hint)])).await;
        assert_eq!(answer.status == 302, silently, "{hint}: {}", answer.gist());
    }
    // A third-party provider has no domains, and sends nobody on to another provider.
    let mut visitor = Visitor::new(&standin);
    let asks = LOCAL_WEB.asks(LOCAL, &[("domain_hint", "wingtip.test")]);
    assert_eq!(visitor.get(&asks).await.status, 200);
    LOCAL_WEB.code(&mut visitor, LOCAL, &[], "alice@local.test").await;
    assert!(visitor.get(&asks).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_session_ends_with_its_time_or_when_it_is_ended() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let silently = WEB.asks(V2, &[SILENT]);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(23 * 3600));
    assert!(alice.get(&silently).await.sent_back("code").is_some());
    standin.clock().advance(Duration::from_secs(2 * 3600));
    alice.get(&silently).await.told("login_required", 50058);

    WEB.code(&mut alice, V2, &[], ALICE).await;
    let mut bob = Visitor::new(&standin);
    WEB.code(&mut bob, V2, &[], BOB).await;
    let end = Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={ALICE}")).send();
    assert!(matches!(end.status, 200 | 204), "{}", end.gist());
    alice.get(&silently).await.told("login_required", 50058);
    assert!(bob.get(&silently).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn an_account_that_is_gone_or_disabled_is_signed_in_no_more() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    patch_world(&standin, json!({"users": {ALICE: {"enabled": false}}}));
    let refused = alice.get(&WEB.asks(V2, &[])).await;
    refused.on_page(50057);
    patch_world(&standin, json!({"users": {ALICE: null}}));
    alice.get(&WEB.asks(V2, &[SILENT])).await.told("login_required", 50058);
}

#[actix_web::test]
async fn a_form_post_answer_works_inside_a_silent_frame() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    let answer = alice.get(&WEB.asks(V2, &[SILENT])).await;
    assert_eq!((answer.status, answer.header("x-frame-options")), (302, ""));
    let form = alice.get(&WEB.asks(V2, &[SILENT, ("response_mode", "form_post")])).await;
    assert!(form.sent_back("code").is_some());
    assert_eq!(form.header("x-frame-options"), "");
}
