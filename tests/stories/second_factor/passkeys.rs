//! Passkeys in place of a password: what a page says when none answers, or when it answers too late.

use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;
use standin::browser::security_key::{self, PrivateHalf};
use url::Url;

use super::journal;
use crate::answer::Answer;
use crate::apps::{ALICE, V2, WEB};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

/// What the page asks the browser for.
fn options(page: &Answer, name: &str) -> String {
    let attribute = page.attribute_after("id=\"passkeyForm\"", name).unwrap_or_else(|| panic!("{}", page.gist()));
    assert!(attribute.starts_with('{'), "{attribute}");
    attribute
}

fn at(standin: &Standin) -> Url {
    Url::parse(&standin.http("/")).unwrap()
}

/// Alice makes a passkey in the wizard and tries it.
async fn has_one(standin: &Standin) -> (String, PrivateHalf) {
    patch_world(standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let mut alice = Visitor::new(standin);
    let page = super::past_the_password(&mut alice, ALICE).await;
    let list = alice.submit(&page, &[]).await;
    let page = alice.submit(&list, &[("action", "method:FidoKey")]).await;
    let made = security_key::create(&at(standin), &options(&page, "data-create"), [7; 16]).unwrap();
    let trial = alice.submit(&page, &[("credential", &made.credential)]).await;
    let shown = security_key::get(&at(standin), &options(&trial, "data-get"), &made.id, made.private.clone()).unwrap();
    alice.submit(&trial, &[("credential", &shown.credential)]).await.sent_back("code").unwrap();
    (made.id, made.private)
}

/// Somebody in front of the page that asks for a passkey instead of the password.
async fn asked(visitor: &mut Visitor) -> Answer {
    let page = visitor.get(&WEB.asks(V2, &[])).await;
    let password = visitor.submit(&page, &[("loginfmt", ALICE)]).await;
    visitor.submit(&password, &[("action", "passkey"), ("passwd", "")]).await
}

fn shown(standin: &Standin, page: &Answer, (id, private): &(String, PrivateHalf)) -> String {
    security_key::get(&at(standin), &options(page, "data-get"), id, private.clone()).unwrap().credential
}

#[actix_web::test]
async fn an_answer_counts_for_as_long_as_the_page_says_and_then_it_asks_anew() {
    let standin = started().await;
    let key = has_one(&standin).await;
    let mut alice = Visitor::new(&standin);
    let page = asked(&mut alice).await;
    let told: Value = serde_json::from_str(&options(&page, "data-get")).unwrap();
    assert_eq!(told["timeout"], 300_000);
    standin.clock().advance(Duration::from_secs(301));
    let late = alice.submit(&page, &[("credential", &shown(&standin, &page, &key))]).await;
    assert!(late.has("id=\"passkeyError\"") && late.has("has expired"), "{}", late.gist());
    assert!(journal(&standin, "decision").contains("the question has expired"));
    standin.clock().advance(Duration::from_secs(299));
    let done = alice.submit(&late, &[("credential", &shown(&standin, &late, &key))]).await;
    done.sent_back("code").unwrap();
}

#[actix_web::test]
async fn a_browser_without_scripts_is_told_that_it_needs_them() {
    let standin = started().await;
    has_one(&standin).await;
    let (mut first, mut second) = (Visitor::new(&standin), Visitor::new(&standin));
    let pages = [asked(&mut first).await, super::past_the_password(&mut second, ALICE).await];
    for (visitor, page) in [&mut first, &mut second].into_iter().zip(pages) {
        let again = visitor.submit(&page, &[("credential", "")]).await;
        assert!(again.has("id=\"passkeyError\"") && again.has("runs no scripts"), "{}", again.gist());
        assert!(!again.has("password is wrong"), "{}", again.gist());
    }
}

#[actix_web::test]
async fn a_passkey_that_is_removed_or_switched_off_between_page_and_answer_is_said_to_be_gone() {
    let gone = [
        json!({"users": {ALICE: {"methods": {"passkeys": null}}}}),
        json!({"tenants": {"example": {"allowed_methods": ["totp"]}}}),
    ];
    for change in gone {
        let standin = started().await;
        let key = has_one(&standin).await;
        let (mut first, mut second) = (Visitor::new(&standin), Visitor::new(&standin));
        let pages = [asked(&mut first).await, super::past_the_password(&mut second, ALICE).await];
        patch_world(&standin, change);
        for ((visitor, page), error) in
            [&mut first, &mut second].into_iter().zip(pages).zip(["passwordError", "registrationError"])
        {
            let next = visitor.submit(&page, &[("credential", &shown(&standin, &page, &key))]).await;
            assert!(next.has(&format!("id=\"{error}\"")) && next.has("counts no more"), "{}", next.gist());
        }
        assert!(journal(&standin, "decision").contains("was removed or switched off since it was asked for"));
    }
}
