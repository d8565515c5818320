//! Sessions that are ended, and passwords that are changed, while somebody signs in.

use serde_json::json;
use standin::Standin;

use crate::answer::Answer;
use crate::apps::{ALICE, BOB, PASSWORD, V2, WEB};
use crate::client::{Call, get, patch_world, started};
use crate::visitor::Visitor;

const ENDED: &str = "Your sign-in was ended while it was under way.";

const ANOTHER: &str = "Another1!";

/// What ends the sessions that somebody has.
#[derive(Clone, Copy)]
enum Ends<'u> {
    /// They are ended.
    Of(&'u str),
    /// Everybody's are.
    Everybodys,
    /// The password is changed.
    Password(&'u str),
}

fn end(standin: &Standin, ends: Ends<'_>) {
    let of = match ends {
        Ends::Of(user) => format!("?user={user}"),
        Ends::Everybodys => String::new(),
        Ends::Password(user) => return patch_world(standin, json!({"users": {user: {"password": ANOTHER}}})),
    };
    assert_eq!(Call::new(standin, "DELETE", &format!("/_standin/sessions{of}")).send().status, 204);
}

/// Alice, past the password, where one more thing is asked.
async fn past_the_password(standin: &Standin) -> (Visitor, Answer) {
    patch_world(standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(standin);
    let page = WEB.signs_in(&mut alice, V2, &[], ALICE).await;
    assert!(page.has("Stay signed in?"), "{}", page.gist());
    (alice, page)
}

#[actix_web::test]
async fn what_was_proven_before_the_sessions_were_ended_is_asked_again() {
    for (ends, password) in
        [(Ends::Of(ALICE), PASSWORD), (Ends::Everybodys, PASSWORD), (Ends::Password(ALICE), ANOTHER)]
    {
        let standin = started().await;
        let (mut alice, page) = past_the_password(&standin).await;
        end(&standin, ends);
        let page = alice.submit(&page, &[]).await;
        assert!(page.has("name=\"passwd\"") && page.has(ENDED), "{}", page.gist());
        assert!(alice.cookie("ESTSAUTH").is_none() && alice.cookie("ESTSAUTHPERSISTENT").is_none());
        assert!(get(&standin, "/_standin/events?kind=decision").body.contains("has proven counts no more"));
        let page = alice.sign_in(page, ALICE, password).await;
        assert!(page.has("Stay signed in?") && !page.has(ENDED), "{}", page.gist());
        let code = alice.submit(&page, &[]).await.sent_back("code").unwrap();
        WEB.redeem(&standin, V2, &code, &[]).granted();
        assert!(alice.get(&WEB.asks(V2, &[("prompt", "none")])).await.sent_back("code").is_some());
    }
}

#[actix_web::test]
async fn who_is_not_concerned_goes_on() {
    let standin = started().await;
    let (mut alice, page) = past_the_password(&standin).await;
    end(&standin, Ends::Of(BOB));
    end(&standin, Ends::Password(BOB));
    assert!(alice.submit(&page, &[]).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn nobody_registers_a_method_with_a_password_that_was_changed() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let mut mallory = Visitor::new(&standin);
    let page = WEB.signs_in(&mut mallory, V2, &[], ALICE).await;
    let list = mallory.submit(&page, &[]).await;
    let number = mallory.submit(&list, &[("action", "method:OneWaySMS")]).await;
    end(&standin, Ends::Password(ALICE));
    let page = mallory.submit(&number, &[("phone", "+12065556555")]).await;
    assert!(page.has("name=\"passwd\"") && page.has(ENDED), "{}", page.gist());
    let inbox = get(&standin, &format!("/_standin/inbox?user={ALICE}")).json();
    assert_eq!(inbox["value"], json!([]), "nothing was sent");
}
