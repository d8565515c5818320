//! What an application may demand of the pages: `prompt`, `login_hint`, `max_age`.

use std::time::Duration;

use super::{asks_for_a_name, asks_for_a_password};
use crate::answer::{Answer, claims};
use crate::apps::{ALICE, BOB, LOCAL, LOCAL_WEB, PASSWORD, V2, WEB, text};
use crate::client::{get, standing_still, started};
use crate::control::flows::newest_outcome;
use crate::visitor::Visitor;

#[actix_web::test]
async fn prompt_login_asks_for_the_password_again() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    let page = alice.get(&WEB.asks(V2, &[("prompt", "login")])).await;
    assert!(asks_for_a_name(&page), "{}", page.gist());
    let page = alice.get(&WEB.asks(V2, &[("prompt", "login"), ("login_hint", ALICE)])).await;
    assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
    let wrong = alice.submit(&page, &[("passwd", "wrong")]).await;
    assert!(asks_for_a_password(&wrong, ALICE), "{}", wrong.gist());
    assert!(alice.submit(&wrong, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    // It is one account in one session still.
    assert!(alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn prompt_select_account_shows_who_is_signed_in() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let choose = WEB.asks(V2, &[("prompt", "select_account")]);
    assert!(asks_for_a_name(&visitor.get(&choose).await), "with nobody to pick, a name is asked");
    WEB.code(&mut visitor, V2, &[], ALICE).await;

    let page = visitor.get(&choose).await;
    assert!(page.has("data-test-id=\"alice@example.test\"") && page.has("id=\"otherTile\""), "{}", page.gist());
    assert!(page.has("Alice Marchetti") && !page.has(BOB), "{}", page.gist());
    let answer = visitor.submit(&page, &[("action", "pick:alice@example.test")]).await;
    assert!(answer.sent_back("code").is_some());

    let page = visitor.get(&choose).await;
    let page = visitor.submit(&page, &[("action", "other")]).await;
    assert!(asks_for_a_name(&page), "{}", page.gist());
    assert!(visitor.sign_in(page, BOB, PASSWORD).await.sent_back("code").is_some());
    let page = visitor.get(&choose).await;
    assert!(page.has("data-test-id=\"alice@example.test\"") && page.has("data-test-id=\"bob@example.test\""));
}

#[actix_web::test]
async fn a_tile_that_was_not_on_offer_signs_nobody_in() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    WEB.code(&mut visitor, V2, &[], ALICE).await;
    let page = visitor.get(&WEB.asks(V2, &[("prompt", "select_account")])).await;
    let page = visitor.submit(&page, &[("action", "pick:bob@example.test")]).await;
    assert!(asks_for_a_name(&page), "{}", page.gist());
}

#[actix_web::test]
async fn a_login_hint_skips_the_page_that_asks_for_the_name() {
    let standin = started().await;
    let ask = async |hint| Visitor::new(&standin).get(&WEB.asks(V2, &[("login_hint", hint)])).await;
    assert!(asks_for_a_password(&ask(ALICE).await, ALICE));
    assert!(asks_for_a_password(&ask("ALICE@example.test").await, ALICE));
    let unknown = ask("alcie@example.test").await;
    assert!(asks_for_a_name(&unknown) && unknown.has("value=\"alcie@example.test\""), "{}", unknown.gist());
    let hostile = ask("\"><script>alert(1)</script>").await;
    assert!(asks_for_a_name(&hostile) && !hostile.has("<script>alert"), "{}", hostile.gist());
}

/// When the id token of a silent or interactive answer says the sign-in was.
async fn auth_time(visitor: &mut Visitor, standin: &standin::Standin, max_age: &str) -> Option<i64> {
    let answer = visitor.get(&WEB.asks(V2, &[("max_age", max_age), ("prompt", "none")])).await;
    let code = answer.sent_back("code")?;
    let tokens = WEB.redeem(standin, V2, &code, &[]).granted();
    Some(claims(text(&tokens, "id_token"))["auth_time"].as_i64().expect("max_age makes auth_time appear"))
}

#[actix_web::test]
async fn a_sign_in_older_than_max_age_is_asked_again_and_the_token_says_when_it_was() {
    let standin = standing_still().await;
    let begun = standin.clock().now().seconds();
    let mut alice = Visitor::new(&standin);
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    assert_eq!(claims(text(&tokens, "id_token")).get("auth_time"), None, "nobody asked");

    WEB.code(&mut alice, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(3600));
    assert_eq!(auth_time(&mut alice, &standin, "3600").await, Some(begun));
    assert_eq!(auth_time(&mut alice, &standin, "3599").await, None);
    let why = get(&standin, "/_standin/events?kind=decision").body;
    assert!(why.contains("is older than the 3599 seconds that are allowed"), "{why}");

    let page = alice.get(&WEB.asks(V2, &[("max_age", "3599")])).await;
    assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    assert_eq!(auth_time(&mut alice, &standin, "3599").await, Some(begun + 3600));
}

#[actix_web::test]
async fn max_age_zero_always_asks_even_when_time_stands_still() {
    let standin = standing_still().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[], ALICE).await;
    alice.get(&WEB.asks(V2, &[("max_age", "0"), ("prompt", "none")])).await.told("login_required", 50058);
    let page = alice.get(&WEB.asks(V2, &[("max_age", "0")])).await;
    assert!(asks_for_a_password(&page, ALICE), "{}", page.gist());
    let answer = alice.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(answer.sent_back("code").is_some(), "{}", answer.gist());
}

#[actix_web::test]
async fn nobody_is_answered_for_but_whom_the_id_token_hint_names() {
    let standin = started().await;
    let id_token =
        |visitor: Answer| LOCAL_WEB.redeem(&standin, LOCAL, &visitor.sent_back("code").unwrap(), &[]).granted();
    let (mut alice, mut bob) = (Visitor::new(&standin), Visitor::new(&standin));
    let mut hints = Vec::new();
    for (visitor, user) in [(&mut alice, "alice@local.test"), (&mut bob, "bob@local.test")] {
        let page = visitor.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
        let mut done = visitor.sign_in(page, user, PASSWORD).await;
        if done.status == 200 {
            done = visitor.submit(&done, &[]).await;
        }
        hints.push(text(&id_token(done), "id_token").to_owned());
    }
    let silently = |hint: &str| LOCAL_WEB.asks(LOCAL, &[("prompt", "none"), ("id_token_hint", hint)]);
    assert!(alice.get(&silently(&hints[0])).await.sent_back("code").is_some());
    assert_eq!(alice.get(&silently(&hints[1])).await.sent_back("error").as_deref(), Some("login_required"));
    let page = alice.get(&LOCAL_WEB.asks(LOCAL, &[("id_token_hint", &hints[1])])).await;
    assert_eq!(page.status, 200, "Bob has to sign in: {}", page.gist());
    // Whoever signs in instead is not answered for either (OpenID Connect Core, 3.1.2.1).
    let mut anybody = Visitor::new(&standin);
    for (hint, expected) in [(&hints[1], Some("login_required")), (&hints[0], None)] {
        let page = anybody.get(&LOCAL_WEB.asks(LOCAL, &[("id_token_hint", hint)])).await;
        let answer = anybody.sign_in(page, "alice@local.test", PASSWORD).await;
        assert_eq!(answer.sent_back("error").as_deref(), expected, "{}", answer.gist());
        assert_eq!(answer.sent_back("code").is_some(), expected.is_none(), "{}", answer.gist());
        let outcome = expected.map_or("signed in", |_| "refused with AADSTS50058");
        assert_eq!(newest_outcome(&standin), outcome, "the journal's last word is what came of it (R-82)");
    }
    // What is not this provider's names nobody, and might have named somebody else.
    let (signed, _) = hints[0].rsplit_once('.').unwrap();
    for hint in ["nonsense", "a.b.c", &format!("{signed}.AAAA")] {
        assert_eq!(alice.get(&silently(hint)).await.sent_back("error").as_deref(), Some("invalid_request"));
    }
}
