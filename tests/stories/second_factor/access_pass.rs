//! A temporary access pass: in place of the password or after it, for its time, once if it says so.

use std::time::Duration;

use serde_json::{Value, json};

use super::{amr, journal, past_the_password};
use crate::apps::{ALICE, V1, V2, WEB};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const V1_CODE: &[(&str, &str)] = &[("scope", ""), ("resource", "https://graph.microsoft.com")];

fn given(standin: &standin::Standin, pass: Value) {
    patch_world(standin, json!({"users": {ALICE: {"per_user_mfa": "enforced", "methods": {"access_pass": pass}}}}));
}

#[actix_web::test]
async fn a_pass_stands_for_both_factors() {
    let standin = started().await;
    given(&standin, json!({"code": "TAP-12345678"}));
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V1, V1_CODE)).await;
    let password = alice.submit(&page, &[("loginfmt", ALICE)]).await;
    let page = alice.submit(&password, &[("action", "access-pass"), ("passwd", "")]).await;
    let wrong = alice.submit(&page, &[("accesspass", "TAP-0")]).await;
    assert!(wrong.has("id=\"accessPassError\""), "{}", wrong.gist());
    let done = alice.submit(&wrong, &[("accesspass", "TAP-12345678")]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);
    let after = past_the_password(&mut Visitor::new(&standin), ALICE).await;
    assert!(after.has("name=\"accesspass\""), "after a password it is asked for first: {}", after.gist());
}

#[actix_web::test]
async fn a_pass_ends_with_its_time_and_one_for_one_use_with_its_use() {
    let standin = started().await;
    given(&standin, json!({"code": "TAP-12345678", "once": true}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    alice.submit(&page, &[("accesspass", "TAP-12345678")]).await.sent_back("code").unwrap();
    assert!(get(&standin, "/_standin/world").json()["users"][ALICE]["methods"].get("access_pass").is_none());
    let page = past_the_password(&mut Visitor::new(&standin), ALICE).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\""), "nothing is left: {}", page.gist());

    let starts = standin.clock().now().to_string();
    given(&standin, json!({"code": "TAP-2", "starts": starts, "lives": "10m", "once": false}));
    let mut late = Visitor::new(&standin);
    let page = past_the_password(&mut late, ALICE).await;
    assert!(page.has("name=\"accesspass\""), "{}", page.gist());
    standin.clock().advance(Duration::from_secs(601));
    let page = late.submit(&page, &[("accesspass", "TAP-2")]).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_pass_for_one_use_is_used_up_however_it_was_typed() {
    let standin = started().await;
    given(&standin, json!({"code": "TAP-12345678", "once": true}));
    let mut pages = Vec::new();
    for typed in ["TAP-12345678", " TAP-12345678", "TAP-12345678 "] {
        let mut alice = Visitor::new(&standin);
        let page = past_the_password(&mut alice, ALICE).await;
        pages.push((alice, page, typed));
    }
    let mut answers = Vec::new();
    for (mut alice, page, typed) in pages {
        answers.push(alice.submit(&page, &[("accesspass", typed)]).await.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == 302).count(), 1, "{answers:?}");
}

#[actix_web::test]
async fn r_04_a_pass_in_place_of_the_password_makes_enabled_enforced() {
    let standin = started().await;
    let user = json!({"per_user_mfa": "enabled", "methods": {"access_pass": {"code": "TAP-12345678"}}});
    patch_world(&standin, json!({"users": {ALICE: user}}));
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[])).await;
    let password = alice.submit(&page, &[("loginfmt", ALICE)]).await;
    let page = alice.submit(&password, &[("action", "access-pass"), ("passwd", "")]).await;
    alice.submit(&page, &[("accesspass", "TAP-12345678")]).await.sent_back("code").unwrap();
    assert_eq!(get(&standin, "/_standin/world").json()["users"][ALICE]["per_user_mfa"], "enforced");
    assert!(journal(&standin, "decision").contains("proved a second factor: temporary access pass"));
}

#[actix_web::test]
async fn back_from_what_is_shown_instead_of_the_password_leads_to_it_and_keeps_the_name() {
    let standin = started().await;
    given(&standin, json!({"code": "TAP-12345678"}));
    let passkeys = json!({"passkey-1": {"credential_id": "AQ", "public_key": "AQ"}});
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"passkeys": passkeys}}}}));
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[])).await;
    let password = alice.submit(&page, &[("loginfmt", ALICE)]).await;
    for (action, field) in [("access-pass", "accesspass"), ("passkey", "credential")] {
        let page = alice.submit(&password, &[("action", action), ("passwd", "")]).await;
        assert!(page.has(&format!("name=\"{field}\"")) && page.has("id=\"idBtn_Back\""), "{}", page.gist());
        let back = alice.submit(&page, &[("action", "back"), (field, "")]).await;
        assert!(back.has("id=\"i0118\"") && back.has(ALICE), "{}", back.gist());
    }
}

/// Somebody on the page that asks for a pass instead of the password.
async fn shows_a_pass(visitor: &mut Visitor) -> crate::answer::Answer {
    let page = visitor.get(&WEB.asks(V2, &[])).await;
    let password = visitor.submit(&page, &[("loginfmt", ALICE)]).await;
    let page = visitor.submit(&password, &[("action", "access-pass"), ("passwd", "")]).await;
    assert!(page.has("name=\"accesspass\""), "{}", page.gist());
    page
}

#[actix_web::test]
async fn a_pass_that_ends_while_its_page_is_open_is_said_to_have_ended() {
    let standin = started().await;
    let starts = standin.clock().now().to_string();
    given(&standin, json!({"code": "TAP-2", "starts": starts, "lives": "10m", "once": false}));
    let (mut before, mut after) = (Visitor::new(&standin), Visitor::new(&standin));
    let instead = shows_a_pass(&mut before).await;
    let second = past_the_password(&mut after, ALICE).await;
    standin.clock().advance(Duration::from_secs(601));
    let password = before.submit(&instead, &[("accesspass", "TAP-2")]).await;
    assert!(password.has("id=\"passwordError\"") && password.has("pass has expired"), "{}", password.gist());
    let wizard = after.submit(&second, &[("accesspass", "TAP-2")]).await;
    assert!(wizard.has("id=\"registrationError\"") && wizard.has("pass has expired"), "{}", wizard.gist());
    assert!(journal(&standin, "decision").contains("temporary access pass was typed after it had expired"));
    assert!(!journal(&standin, "decision").contains("TAP-2"));
}

#[actix_web::test]
async fn who_comes_second_with_a_pass_for_one_use_is_told_that_it_was_used() {
    let standin = started().await;
    given(&standin, json!({"code": "TAP-12345678", "once": true}));
    let (mut first, mut second) = (Visitor::new(&standin), Visitor::new(&standin));
    let (one, other) = (shows_a_pass(&mut first).await, shows_a_pass(&mut second).await);
    first.submit(&one, &[("accesspass", "TAP-12345678")]).await.sent_back("code").unwrap();
    let password = second.submit(&other, &[("accesspass", "TAP-12345678")]).await;
    assert!(password.has("id=\"passwordError\"") && password.has("was used already"), "{}", password.gist());
    assert!(journal(&standin, "decision").contains("after it was used or taken back"));
}
