//! Wrong passwords lock an account for a while.

use std::time::Duration;

use super::{complaint, fail};
use crate::apps::{ALICE, BOB, CLI, GRAPH, PASSWORD, V1, V2, WEB};
use crate::client::{get, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn ten_wrong_passwords_lock_an_account_everywhere_for_a_while() {
    let standin = started().await;
    let ropc = || {
        let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "openid")];
        CLI.token(&standin, V2, &fields)
    };
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let page = fail(&mut visitor, page, 9).await;
    ropc().granted();
    // The right one started the count again.
    let page = fail(&mut visitor, page, 10).await;
    assert!(!page.has("locked"), "the tenth is told what the ninth was: {}", page.gist());
    let page = visitor.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(complaint(&page, "passwordError").contains("locked"), "{}", page.gist());
    assert!(get(&standin, "/_standin/events?kind=decision").has("AADSTS50053"));
    ropc().refused(400, "invalid_grant", 50053);
    let v1 = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("resource", GRAPH)];
    CLI.token(&standin, V1, &v1).refused(400, "unauthorized_client", 50053);
    let other = WEB.signs_in(&mut Visitor::new(&standin), V2, &[], BOB).await;
    assert!(other.sent_back("code").is_some(), "nobody else is locked");

    standin.clock().advance(Duration::from_secs(61));
    assert!(visitor.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    ropc().granted();
}

#[actix_web::test]
async fn each_wrong_password_after_a_lock_locks_for_longer() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let page = fail(&mut visitor, page, 10).await;
    standin.clock().advance(Duration::from_secs(61));
    let page = fail(&mut visitor, page, 1).await;
    standin.clock().advance(Duration::from_secs(61));
    let page = visitor.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(complaint(&page, "passwordError").contains("locked"), "{}", page.gist());
    standin.clock().advance(Duration::from_secs(60));
    assert!(visitor.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn r_82_the_journal_tells_why_a_password_was_not_taken() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let page = fail(&mut visitor, page, 1).await;
    visitor.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").unwrap();
    let events = get(&standin, &format!("/_standin/events?kind=decision&user={ALICE}")).json();
    let about = |what: &str| {
        let found =
            events["value"].as_array().unwrap().iter().find(|one| one["summary"].as_str().unwrap().contains(what));
        found.unwrap_or_else(|| panic!("{what}: {events}"))["because"].to_string()
    };
    let (wrong, right) = (about("AADSTS50126"), about("the password is right"));
    assert!(wrong.contains("R-10") && wrong.contains("this is not the one of alice"), "{wrong}");
    assert!(right.contains("R-10") && right.contains("this is the one of alice"), "{right}");
}
