//! Codes: from an app and from a text message.

use std::time::Duration;

use serde_json::json;

use super::{MIA, MIAS_SECRET, amr, another_way, app_code, journal, message, past_the_password, past_the_password_of};
use crate::apps::{V1, text};
use crate::client::{get, patch_world, standing_still, started};
use crate::visitor::Visitor;

const V1_CODE: &[(&str, &str)] = &[("scope", ""), ("resource", "https://graph.microsoft.com")];

#[actix_web::test]
async fn the_code_of_an_app_lets_in_and_the_token_says_so() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password_of(&mut mia, V1, V1_CODE, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    assert!(page.has("id=\"idTxtBx_SAOTCC_OTC\"") && page.has("id=\"idSubmit_SAOTCC_Continue\""), "{}", page.gist());
    let done = mia.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "otp", "mfa"]);
}

#[actix_web::test]
async fn a_wrong_code_is_told_so_on_the_page_and_proves_nothing() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    for wrong in
        ["000000", "", "1", "123456789012345678901234567890", "abcdef", "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}"]
    {
        let again = mia.submit(&page, &[("otc", wrong)]).await;
        assert!(again.has("id=\"idSpan_SAOTCC_Error_OTC\""), "{wrong}: {}", again.gist());
    }
    assert!(journal(&standin, "decision").contains("got a wrong code"));
    assert!(!journal(&standin, "decision").contains("000000"), "what was typed is nobody's business");
}

#[actix_web::test]
async fn a_code_counts_once_and_in_its_time_only() {
    let standin = standing_still().await;
    let code = app_code(&standin, MIAS_SECRET);
    let mut first = Visitor::new(&standin);
    let push = past_the_password(&mut first, MIA).await;
    let page = another_way(&mut first, &push, "PhoneAppOTP").await;
    first.submit(&page, &[("otc", &code)]).await.sent_back("code").unwrap();

    let mut second = Visitor::new(&standin);
    let push = past_the_password(&mut second, MIA).await;
    let page = another_way(&mut second, &push, "PhoneAppOTP").await;
    let again = second.submit(&page, &[("otc", &code)]).await;
    assert!(again.has("was used already"), "{}", again.gist());
    // What decides about an account is found by its name.
    let told = get(&standin, &format!("/_standin/events?kind=decision&user={MIA}")).body;
    for what in ["for the password", "proved a second factor", "got a code that was used already"] {
        assert!(told.contains(what), "{what}: {told}");
    }
    standin.clock().advance(Duration::from_secs(90));
    let again = second.submit(&page, &[("otc", &code)]).await;
    assert!(again.has("id=\"idSpan_SAOTCC_Error_OTC\"") && !again.has("was used already"), "{}", again.gist());
    second.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn of_two_tabs_racing_with_one_code_one_gets_in() {
    let standin = standing_still().await;
    let code = app_code(&standin, MIAS_SECRET);
    let mut pages = Vec::new();
    for _ in 0..4 {
        let mut tab = Visitor::new(&standin);
        let push = past_the_password(&mut tab, MIA).await;
        let page = another_way(&mut tab, &push, "PhoneAppOTP").await;
        pages.push((tab, page));
    }
    let mut answers = Vec::new();
    for (mut tab, page) in pages {
        answers.push(tab.submit(&page, &[("otc", &code)]).await.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == 302).count(), 1, "{answers:?}");
}

#[actix_web::test]
async fn the_code_of_a_text_message_lets_in_once_and_until_it_expires() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password_of(&mut mia, V1, V1_CODE, MIA).await;
    let page = another_way(&mut mia, &push, "OneWaySMS").await;
    assert!(page.has("XXXXXXXX03") && !page.has("555"), "{}", page.gist());
    let sent = message(&standin, MIA);
    assert_eq!((text(&sent, "kind"), text(&sent, "to"), text(&sent, "state")), ("sms", "+1 555 0103", "waiting"));
    let done = mia.submit(&page, &[("otc", text(&sent, "code"))]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "sms", "mfa"]);

    let mut late = Visitor::new(&standin);
    let push = past_the_password(&mut late, MIA).await;
    let page = another_way(&mut late, &push, "OneWaySMS").await;
    let another = message(&standin, MIA);
    let again = late.submit(&page, &[("otc", text(&sent, "code"))]).await;
    assert!(again.has("id=\"idSpan_SAOTCC_Error_OTC\""), "another sign-in's code: {}", again.gist());
    standin.clock().advance(Duration::from_secs(301));
    let again = late.submit(&page, &[("otc", text(&another, "code"))]).await;
    assert!(again.has("has expired"), "{}", again.gist());
    let fresh = late.submit(&again, &[("action", "again"), ("otc", "")]).await;
    let newest = message(&standin, MIA);
    late.submit(&fresh, &[("otc", text(&newest, "code"))]).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn a_method_removed_while_it_is_asked_for_is_asked_for_no_more() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let code = app_code(&standin, MIAS_SECRET);
    patch_world(&standin, json!({"users": {MIA: {"methods": {"totp": null, "sms": null, "call": null}}}}));
    let push = mia.submit(&page, &[("otc", &code)]).await;
    assert!(push.has("id=\"idRichContext_DisplaySign\""), "the push that is left: {}", push.gist());
    patch_world(&standin, json!({"users": {MIA: {"methods": {"push": false}}}}));
    let register = mia.submit(&push, &[("action", "poll")]).await;
    assert!(register.has("id=\"idSubmit_ProofUp_Redirect\""), "{}", register.gist());
}

#[actix_web::test]
async fn r_24_a_message_to_a_number_that_was_replaced_proves_nothing() {
    for (tile, kind) in [("OneWaySMS", "sms"), ("TwoWayVoiceMobile", "call")] {
        let standin = started().await;
        let mut mia = Visitor::new(&standin);
        let push = past_the_password(&mut mia, MIA).await;
        let page = another_way(&mut mia, &push, tile).await;
        let sent = message(&standin, MIA);
        assert_eq!((text(&sent, "kind"), text(&sent, "to")), (kind, "+1 555 0103"));
        let answered = |sent: &serde_json::Value| match kind {
            "sms" => ("otc", text(sent, "code").to_owned()),
            _ => {
                super::reply(&standin, sent, json!({"answer": "approve"})).json();
                ("action", "poll".to_owned())
            }
        };
        let (field, value) = answered(&sent);
        patch_world(&standin, json!({"users": {MIA: {"methods": {kind: "+1 555 0166"}}}}));
        let again = mia.submit(&page, &[(field, &value)]).await;
        assert!(again.has("has been changed meanwhile"), "{kind}: {}", again.gist());
        assert!(journal(&standin, "decision").contains("number that has been replaced since"));
        // The new number's owner gets in.
        let fresh = mia.submit(&again, &[("action", "again"), ("otc", "")]).await;
        let newest = message(&standin, MIA);
        assert_eq!(text(&newest, "to"), "+1 555 0166", "{}", fresh.gist());
        let (field, value) = answered(&newest);
        mia.submit(&fresh, &[(field, &value)]).await.sent_back("code").unwrap();
    }
}
