//! Pushes and calls: answered on the virtual phone, by whoever answers first, in time.

use std::time::Duration;

use serde_json::json;

use super::{MIA, amr, another_way, journal, message, past_the_password, past_the_password_of, reply};
use crate::answer::Answer;
use crate::apps::{V1, text};
use crate::client::{Fields, started};
use crate::visitor::Visitor;

const V1_CODE: &[(&str, &str)] = &[("scope", ""), ("resource", "https://graph.microsoft.com")];

/// The number that the page shows.
fn number(page: &Answer) -> String {
    let shown = page.body.split("id=\"idRichContext_DisplaySign\"").nth(1).unwrap_or_else(|| panic!("{}", page.gist()));
    shown.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned()
}

#[actix_web::test]
async fn a_push_approved_with_the_number_on_the_page_lets_in() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = past_the_password_of(&mut mia, V1, V1_CODE, MIA).await;
    let push = message(&standin, MIA);
    assert_eq!((text(&push, "kind"), text(&push, "state")), ("push", "waiting"));
    assert!(!push.to_string().contains(&format!("\"{}\"", number(&page))), "the phone does not show it: {push}");
    let still = mia.submit(&page, &[("action", "poll")]).await;
    assert_eq!(number(&still), number(&page), "asking early changes nothing");
    reply(&standin, &push, json!({"answer": "approve", "number": number(&page)})).json();
    let done = mia.submit(&page, &[("action", "poll")]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);
}

#[actix_web::test]
async fn the_page_learns_by_script_that_the_phone_has_answered() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    let poll = page.attribute_after("id=\"waiting\"", "data-poll").unwrap();
    assert_eq!(mia.get(&poll).await.json()["ResultValue"], "AuthenticationPending");
    let stranger = Visitor::new(&standin).get(&poll).await.json();
    assert_eq!(stranger["ResultValue"], "SASValidationFailed", "another browser learns nothing");
    reply(&standin, &message(&standin, MIA), json!({"answer": "deny"})).json();
    assert_eq!(mia.get(&poll).await.json()["ResultValue"], "PhoneAppDenied");
}

#[actix_web::test]
async fn codes_typed_where_none_is_asked_for_are_no_guesses_and_lock_nothing() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    for _ in 0..12 {
        let same = mia.submit(&page, &[("otc", "000000")]).await;
        assert_eq!(number(&same), number(&page), "{}", same.gist());
    }
    let elsewhere = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(!number(&elsewhere).is_empty() && !elsewhere.has("too many wrong answers"), "{}", elsewhere.gist());
}

#[actix_web::test]
async fn a_wrong_number_denies_the_push() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    let push = message(&standin, MIA);
    let wrong = if number(&page) == "11" { "12" } else { "11" };
    assert_eq!(reply(&standin, &push, json!({"answer": "approve", "number": wrong})).status, 422);
    let right = reply(&standin, &push, json!({"answer": "approve", "number": number(&page)}));
    assert_eq!(right.status, 409, "there is no second guess");
    let denied = mia.submit(&page, &[("action", "poll")]).await;
    assert!(denied.has("was denied") && denied.status == 200, "{}", denied.gist());
}

#[actix_web::test]
async fn a_report_ends_the_sign_in() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    reply(&standin, &message(&standin, MIA), json!({"answer": "report"})).json();
    mia.submit(&page, &[("action", "poll")]).await.on_page(500_121);
    mia.submit(&page, &[("action", "again")]).await.on_page(165_000);
    assert!(journal(&standin, "decision").contains("was reported"));
}

#[actix_web::test]
async fn a_report_ends_the_sign_in_whatever_is_pressed_next() {
    let standin = started().await;
    let pressed: [Fields<'_>; 6] = [
        &[("action", "again")],
        &[("action", "another-way")],
        &[("action", "method:PhoneAppOTP")],
        &[("otc", "000000")],
        &[("action", "other")],
        &[("loginfmt", MIA)],
    ];
    for fields in pressed {
        let mut mia = Visitor::new(&standin);
        let page = past_the_password(&mut mia, MIA).await;
        reply(&standin, &message(&standin, MIA), json!({"answer": "report"})).json();
        let poll = page.attribute_after("id=\"waiting\"", "data-poll").unwrap();
        assert_eq!(mia.get(&poll).await.json()["ResultValue"], "PhoneAppFraud");
        mia.submit(&page, fields).await.on_page(500_121);
        mia.submit(&page, &[("action", "poll")]).await.on_page(165_000);
    }
}

#[actix_web::test]
async fn an_approval_has_to_be_taken_within_a_minute_and_counts_from_when_it_was_given() {
    let standin = started().await;
    standin.clock().freeze();
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    reply(&standin, &message(&standin, MIA), json!({"answer": "approve", "number": number(&page)})).json();
    standin.clock().advance(Duration::from_secs(61));
    let late = mia.submit(&page, &[("action", "poll")]).await;
    assert!(late.has("was not used in time") && late.has("id=\"idBtn_Again\""), "{}", late.gist());
    assert!(!late.has("setTimeout(ask"), "nothing is waited for: {}", late.gist());
    let sent = message(&standin, MIA);
    let again = mia.submit(&late, &[("action", "again")]).await;
    assert_ne!(message(&standin, MIA)["id"], sent["id"]);
    reply(&standin, &message(&standin, MIA), json!({"answer": "approve", "number": number(&again)})).json();
    let approved = standin.clock().now().to_string();
    standin.clock().advance(Duration::from_secs(30));
    mia.submit(&again, &[("action", "poll")]).await.sent_back("code").unwrap();
    assert!(journal(&standin, "decision").contains(&format!("a second factor was proven at {approved}")));
}

#[actix_web::test]
async fn a_denied_and_an_unanswered_push_let_nobody_in_and_another_can_be_sent() {
    let standin = started().await;
    for (answer, said) in [("deny", "was denied"), ("", "hear from you")] {
        let mut mia = Visitor::new(&standin);
        let page = past_the_password(&mut mia, MIA).await;
        let push = message(&standin, MIA);
        match answer {
            "" => standin.clock().advance(Duration::from_secs(61)),
            answer => {
                reply(&standin, &push, json!({"answer": answer})).json();
            }
        }
        let late = reply(&standin, &push, json!({"answer": "approve", "number": number(&page)}));
        assert_eq!(late.status, 409, "{answer}: {}", late.gist());
        let refused = mia.submit(&page, &[("action", "poll")]).await;
        assert!(refused.has(said), "{answer}: {}", refused.gist());
        let again = mia.submit(&refused, &[("action", "again")]).await;
        let newest = message(&standin, MIA);
        assert_ne!(newest["id"], push["id"]);
        reply(&standin, &newest, json!({"answer": "approve", "number": number(&again)})).json();
        mia.submit(&again, &[("action", "poll")]).await.sent_back("code").unwrap();
    }
    assert!(journal(&standin, "decision").contains("was not approved"));
}

#[actix_web::test]
async fn a_call_is_answered_without_a_number() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password_of(&mut mia, V1, V1_CODE, MIA).await;
    let page = another_way(&mut mia, &push, "TwoWayVoiceMobile").await;
    assert!(page.has("XXXXXXXX03"), "{}", page.gist());
    let call = message(&standin, MIA);
    assert_eq!((text(&call, "kind"), text(&call, "to")), ("call", "+1 555 0103"));
    reply(&standin, &call, json!({"answer": "approve"})).json();
    let done = mia.submit(&page, &[("action", "poll")]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "tel", "mfa"]);
}

#[actix_web::test]
async fn an_approval_is_good_for_the_sign_in_it_was_asked_by() {
    let standin = started().await;
    let (mut here, mut there) = (Visitor::new(&standin), Visitor::new(&standin));
    let page = past_the_password(&mut here, MIA).await;
    let push = message(&standin, MIA);
    let other = past_the_password(&mut there, MIA).await;
    reply(&standin, &push, json!({"answer": "approve", "number": number(&page)})).json();
    let still = there.submit(&other, &[("action", "poll")]).await;
    assert!(still.has("id=\"idRichContext_DisplaySign\""), "{}", still.gist());
    here.submit(&page, &[("action", "poll")]).await.sent_back("code").unwrap();
}
