//! Names and passwords, as the sign-in pages take them.

mod binding;
mod ended;
mod lock;
mod prompts;
mod single_sign_on;
mod stay;

use serde_json::json;

use crate::answer::Answer;
use crate::apps::{ALICE, BOB, LOCAL, LOCAL_WEB, PASSWORD, V2, WEB};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

/// Gives a wrong password so many times.
async fn fail(visitor: &mut Visitor, mut page: Answer, times: usize) -> Answer {
    for _ in 0..times {
        page = visitor.submit(&page, &[("passwd", "wrong")]).await;
    }
    page
}

/// The text of a field's own error.
fn complaint(page: &Answer, id: &str) -> String {
    let rest = page.body.split(&format!("id=\"{id}\" role=\"alert\">")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("#{id}, not {}", page.gist()));
    rest.split('<').next().unwrap().to_owned()
}

fn asks_for_a_name(page: &Answer) -> bool {
    page.has("name=\"loginfmt\" id=\"i0116\"") && page.has("id=\"idSIButton9\"")
}

fn asks_for_a_password(page: &Answer, upn: &str) -> bool {
    page.has("name=\"passwd\" id=\"i0118\"")
        && page.has("id=\"idSIButton9\"")
        && page.has("id=\"idBtn_Back\"")
        && page.has(upn)
}

#[actix_web::test]
async fn a_name_and_then_a_password_lead_to_the_application() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[])).await;
    assert!(asks_for_a_name(&page) && page.has("Example Web"), "{}", page.gist());
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let page = alice.submit(&page, &[("loginfmt", "Alice@Example.TEST ")]).await;
    assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
    let answer = alice.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(answer.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_name_nobody_has_is_the_name_fields_own_error() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let mut page = visitor.get(&WEB.asks(V2, &[])).await;
    for name in ["nobody@example.test", "nobody@nowhere.test", "alice", "", "alice@local.test"] {
        page = visitor.submit(&page, &[("loginfmt", name)]).await;
        assert!(asks_for_a_name(&page) && !complaint(&page, "usernameError").is_empty(), "{}", page.gist());
        assert!(page.has(&format!("value=\"{name}\"")), "what was typed is still there: {}", page.gist());
    }
    let page = visitor.submit(&page, &[("loginfmt", ALICE)]).await;
    assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
}

#[actix_web::test]
async fn a_wrong_password_is_the_password_fields_own_error() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let mut page = visitor.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    for password in ["password1!", "", "Password1! "] {
        page = visitor.submit(&page, &[("passwd", password)]).await;
        assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
        assert!(!complaint(&page, "passwordError").is_empty());
        assert!(password.is_empty() || !page.has(password), "a password is never repeated");
    }
    assert!(visitor.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn the_way_back_from_the_password_leads_to_another_name() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[])).await;
    let page = visitor.submit(&page, &[("loginfmt", ALICE)]).await;
    let page = visitor.submit(&page, &[("passwd", ""), ("action", "back")]).await;
    assert!(asks_for_a_name(&page) && !page.has("usernameError"), "{}", page.gist());
    let page = visitor.submit(&page, &[("loginfmt", BOB)]).await;
    assert!(asks_for_a_password(&page, BOB), "{}", page.gist());
    assert!(visitor.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_password_counts_for_the_name_it_was_given_with_only() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {BOB: {"password": "Bobs own 1!"}}}));
    let mut visitor = Visitor::new(&standin);
    let first = visitor.get(&WEB.asks(V2, &[])).await;
    visitor.submit(&first, &[("loginfmt", ALICE)]).await;
    // The browser's own way back, and another name in the page it shows.
    let page = visitor.submit(&first, &[("loginfmt", BOB)]).await;
    let page = visitor.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(asks_for_a_password(&page, BOB) && page.has("passwordError"), "{}", page.gist());
}

#[actix_web::test]
async fn an_account_that_may_not_sign_in_is_told_so_only_with_the_right_password() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"users": {ALICE: {"enabled": false}, BOB: {"password_expired": true}, "mia@example.test": {"password": null}}}),
    );
    let table = [(ALICE, PASSWORD, "disabled"), (BOB, PASSWORD, "expired"), ("mia@example.test", "any", "no password")];
    for (user, password, word) in table {
        let mut visitor = Visitor::new(&standin);
        let page = visitor.get(&WEB.asks(V2, &[("login_hint", user)])).await;
        if user != "mia@example.test" {
            let wrong = visitor.submit(&page, &[("passwd", "wrong")]).await;
            assert!(!complaint(&wrong, "passwordError").contains(word), "{}", wrong.gist());
        }
        let page = visitor.submit(&page, &[("passwd", password)]).await;
        assert!(complaint(&page, "passwordError").contains(word), "{}", page.gist());
    }
}

#[actix_web::test]
async fn a_tenant_may_hide_which_names_it_knows() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"hide_unknown_users": true}}}));
    let mut seen = Vec::new();
    for user in [ALICE, "nobody@example.test"] {
        let mut visitor = Visitor::new(&standin);
        let page = visitor.get(&WEB.asks(V2, &[])).await;
        let page = visitor.submit(&page, &[("loginfmt", user)]).await;
        assert!(asks_for_a_password(&page, user), "{}", page.gist());
        let page = visitor.submit(&page, &[("passwd", "wrong")]).await;
        seen.push(complaint(&page, "passwordError"));
        let locked = fail(&mut visitor, page, 10).await;
        seen.push(complaint(&locked, "passwordError"));
    }
    assert_eq!(seen[..2], seen[2..]);
}

#[actix_web::test]
async fn a_provider_asks_for_both_at_once_and_never_says_which_was_wrong() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    assert!(page.has("id=\"userNameInput\"") && page.has("id=\"passwordInput\"") && page.has("id=\"submitButton\""));
    let mut seen = Vec::new();
    for user in ["alice@local.test", "nobody@local.test", ALICE] {
        let page = visitor.submit(&page, &[("UserName", user), ("Password", "wrong")]).await;
        let error = page.body.split("id=\"errorText\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(page.has(&format!("value=\"{user}\"")), "{}", page.gist());
        seen.push(error);
    }
    assert!(seen.iter().all(|error| *error == seen[0]), "{seen:?}");
}
