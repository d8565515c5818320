//! Registration at a sign-in: the wizard, what it stores and when, and the day after.

use serde_json::json;

use super::{MIAS_SECRET, TESS, app_code, message, past_the_password_of, reply, words};
use crate::answer::{Answer, claims};
use crate::apps::{ALICE, PARTNER, PASSWORD, V2, WEB, text};
use crate::client::{Fields, get, patch_world, started};
use crate::visitor::Visitor;

/// Somebody who must prove a second factor and has registered none, past the password.
async fn must_register(visitor: &mut Visitor, standin: &standin::Standin) -> Answer {
    patch_world(standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let page = past_the_password_of(visitor, V2, &[], ALICE).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\"") && !page.has("id=\"btnAskLater\""), "{}", page.gist());
    page
}

async fn picks(visitor: &mut Visitor, page: &Answer, method: &str) -> Answer {
    let list = visitor.submit(page, &[]).await;
    assert!(list.has(&format!("data-value=\"{method}\"")), "{}", list.gist());
    visitor.submit(&list, &[("action", &format!("method:{method}"))]).await
}

fn secret(page: &Answer) -> String {
    let shown = page.body.split("data-testid=\"totp-secret\"").nth(1).unwrap_or_else(|| panic!("{}", page.gist()));
    shown.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned()
}

fn methods(standin: &standin::Standin, user: &str) -> serde_json::Value {
    get(standin, "/_standin/world").json()["users"][user]["methods"].clone()
}

#[actix_web::test]
async fn a_code_app_is_stored_when_its_first_code_was_right_and_not_before() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    let set_up = picks(&mut alice, &page, "PhoneAppOTP").await;
    assert!(set_up.has("<svg") && set_up.has("otpauth://totp/Example:alice@example.test"), "{}", set_up.gist());
    let secret = secret(&set_up);
    let code_page = alice.submit(&set_up, &[]).await;
    assert!(code_page.has("id=\"idTxtBx_SAOTCC_OTC\""), "{}", code_page.gist());
    let wrong = alice.submit(&code_page, &[("otc", "000000")]).await;
    assert!(wrong.has("id=\"idSpan_SAOTCC_Error_OTC\""));
    assert!(methods(&standin, ALICE).get("totp").is_none(), "{}", methods(&standin, ALICE));
    let done = alice.submit(&wrong, &[("otc", &app_code(&standin, &secret))]).await;
    let tokens = WEB.redeem(&standin, V2, &done.sent_back("code").unwrap(), &[]).granted();
    assert_eq!(words(&claims(text(&tokens, "access_token"))["amr"]), ["pwd", "otp", "mfa"]);
    assert_eq!(methods(&standin, ALICE)["totp"], json!(secret));
}

#[actix_web::test]
async fn a_browser_may_be_remembered_when_the_new_method_is_tried_where_the_tenant_allows_it() {
    for days in [0, 14] {
        let standin = started().await;
        patch_world(&standin, json!({"tenants": {"example": {"remember_mfa_days": days}}}));
        let mut alice = Visitor::new(&standin);
        let page = must_register(&mut alice, &standin).await;
        let set_up = picks(&mut alice, &page, "PhoneAppOTP").await;
        let code_page = alice.submit(&set_up, &[]).await;
        assert_eq!(code_page.has("name=\"rememberMFA\""), days > 0, "{}", code_page.gist());
        let fields = [("otc", &*app_code(&standin, &secret(&set_up))), ("rememberMFA", "true")];
        alice.submit(&code_page, &fields).await.sent_back("code").unwrap();
        alice.restart();
        let next = past_the_password_of(&mut alice, V2, &[], ALICE).await;
        assert_eq!(next.status, if days > 0 { 302 } else { 200 }, "{}", next.gist());
    }
}

#[actix_web::test]
async fn texts_and_calls_go_to_the_number_that_was_typed() {
    for (method, kind, key) in [("OneWaySMS", "sms", "sms"), ("TwoWayVoiceMobile", "call", "call")] {
        let standin = started().await;
        let mut alice = Visitor::new(&standin);
        let page = must_register(&mut alice, &standin).await;
        let set_up = picks(&mut alice, &page, method).await;
        for wrong in ["", "call me", "<script>", "12", "123", "2065556555"] {
            let again = alice.submit(&set_up, &[("phone", wrong)]).await;
            assert!(again.has("id=\"registrationError\""), "{wrong}: {}", again.gist());
        }
        let verify = alice.submit(&set_up, &[("phone", "+1 555 0177")]).await;
        let sent = message(&standin, ALICE);
        assert_eq!((text(&sent, "kind"), text(&sent, "to")), (kind, "+1 555 0177"), "{}", verify.gist());
        let fields: Vec<(&str, &str)> = match kind {
            "sms" => vec![("otc", text(&sent, "code"))],
            _ => {
                reply(&standin, &sent, json!({"answer": "approve"})).json();
                vec![("action", "poll")]
            }
        };
        alice.submit(&verify, &fields).await.sent_back("code").unwrap();
        assert_eq!(methods(&standin, ALICE)[key], "+1 555 0177");
    }
}

#[actix_web::test]
async fn the_authenticator_app_is_registered_by_its_first_approval() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    let set_up = picks(&mut alice, &page, "PhoneAppNotification").await;
    let push = alice.submit(&set_up, &[]).await;
    let number = push.body.split("idRichContext_DisplaySign\"").nth(1).unwrap();
    let number = number.split_once('>').unwrap().1.split('<').next().unwrap().trim();
    reply(&standin, &message(&standin, ALICE), json!({"answer": "approve", "number": number})).json();
    alice.submit(&push, &[("action", "poll")]).await.sent_back("code").unwrap();
    assert_eq!(methods(&standin, ALICE)["push"], true);
}

#[actix_web::test]
async fn somebody_may_go_back_and_take_another_method() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    let set_up = picks(&mut alice, &page, "OneWaySMS").await;
    let list = alice.submit(&set_up, &[("action", "back"), ("phone", "")]).await;
    assert!(list.has("data-value=\"PhoneAppOTP\""), "{}", list.gist());
    let set_up = alice.submit(&list, &[("action", "method:PhoneAppOTP")]).await;
    let code_page = alice.submit(&set_up, &[]).await;
    let done = alice.submit(&code_page, &[("otc", &app_code(&standin, &secret(&set_up)))]).await;
    done.sent_back("code").unwrap();
    assert!(methods(&standin, ALICE).get("sms").is_none());
}

#[actix_web::test]
async fn only_what_the_tenant_allows_can_be_picked() {
    let standin = started().await;
    let mut tess = Visitor::new(&standin);
    let page = tess.get(&PARTNER.asks("/tailspin.test/oauth2/v2.0", &[("scope", "openid")])).await;
    let page = tess.sign_in(page, TESS, PASSWORD).await;
    let list = tess.submit(&page, &[]).await;
    assert!(list.has("data-value=\"PhoneAppNotification\"") && list.has("data-value=\"PhoneAppOTP\""));
    assert!(!list.has("data-value=\"OneWaySMS\""), "security defaults know no texts");
    let forced = tess.submit(&list, &[("action", "method:OneWaySMS")]).await;
    assert!(forced.has("data-value=\"PhoneAppOTP\""), "a forged choice leads back: {}", forced.gist());
}

#[actix_web::test]
async fn r_20_the_next_sign_in_of_somebody_who_only_had_to_register_asks_for_a_password_only() {
    let standin = started().await;
    let asks: Fields<'_> = &[("scope", "openid"), ("acr_values", "urn:microsoft:policies:mfa")];
    let mut alice = Visitor::new(&standin);
    let page = past_the_password_of(&mut alice, V2, asks, ALICE).await;
    let set_up = picks(&mut alice, &page, "PhoneAppOTP").await;
    let code_page = alice.submit(&set_up, &[]).await;
    alice.submit(&code_page, &[("otc", &app_code(&standin, &secret(&set_up)))]).await.sent_back("code").unwrap();

    let mut next_day = Visitor::new(&standin);
    past_the_password_of(&mut next_day, V2, &[], ALICE).await.sent_back("code").unwrap();
    let verify = next_day.get(&WEB.asks(V2, asks)).await;
    assert!(verify.has("id=\"idTxtBx_SAOTCC_OTC\""), "verification only, no registration: {}", verify.gist());
}

#[actix_web::test]
async fn r_04_enabled_becomes_enforced_when_somebody_verifies_for_the_first_time() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enabled"}}}));
    let state = || get(&standin, "/_standin/world").json()["users"][ALICE]["per_user_mfa"].clone();
    let mut alice = Visitor::new(&standin);
    let page = past_the_password_of(&mut alice, V2, &[], ALICE).await;
    let set_up = picks(&mut alice, &page, "PhoneAppOTP").await;
    let code_page = alice.submit(&set_up, &[]).await;
    assert_eq!(state(), "enabled");
    alice.submit(&code_page, &[("otc", &app_code(&standin, &secret(&set_up)))]).await.sent_back("code").unwrap();
    assert_eq!(state(), "enforced");
}

#[actix_web::test]
async fn r_02_registration_can_be_put_off_while_there_is_grace() {
    let standin = started().await;
    let grace = json!({"tenants": {"example": {"security_defaults": true, "registration_grace_days": 14}}});
    patch_world(&standin, grace);
    let mut alice = Visitor::new(&standin);
    let page = past_the_password_of(&mut alice, V2, &[], ALICE).await;
    assert!(page.has("id=\"btnAskLater\"") && page.has("14 days"), "{}", page.gist());
    alice.submit(&page, &[("action", "later")]).await.sent_back("code").unwrap();
    standin.clock().advance(std::time::Duration::from_secs(14 * 86_400));
    let page = past_the_password_of(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\"") && !page.has("id=\"btnAskLater\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_wizard_left_open_ends_when_another_browser_registers_first() {
    let standin = started().await;
    let (mut thief, mut alice) = (Visitor::new(&standin), Visitor::new(&standin));
    let page = must_register(&mut thief, &standin).await;
    let set_up = picks(&mut thief, &page, "OneWaySMS").await;
    let parked = thief.submit(&set_up, &[("phone", "+1 555 0199")]).await;
    let planted = message(&standin, ALICE);

    let page = must_register(&mut alice, &standin).await;
    let set_up = picks(&mut alice, &page, "OneWaySMS").await;
    let code_page = alice.submit(&set_up, &[("phone", "+1 555 0177")]).await;
    let sent = message(&standin, ALICE);
    alice.submit(&code_page, &[("otc", text(&sent, "code"))]).await.sent_back("code").unwrap();

    let verify = thief.submit(&parked, &[("otc", text(&planted, "code"))]).await;
    assert!(verify.has("XXXXXXXX77"), "a text to the number that is registered: {}", verify.gist());
    let newest = message(&standin, ALICE);
    assert_eq!(text(&newest, "to"), "+1 555 0177");
    let again = thief.submit(&verify, &[("otc", text(&planted, "code"))]).await;
    assert!(again.has("id=\"idSpan_SAOTCC_Error_OTC\""), "{}", again.gist());
    assert_eq!(methods(&standin, ALICE)["sms"], "+1 555 0177");
}

#[actix_web::test]
async fn a_sign_in_ends_an_hour_after_it_began_however_often_a_page_is_shown() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let mut page = must_register(&mut alice, &standin).await;
    for _ in 0..3 {
        standin.clock().advance(std::time::Duration::from_secs(19 * 60));
        page = alice.submit(&page, &[]).await;
        assert!(page.has("data-value=\"PhoneAppOTP\""), "{}", page.gist());
        page = alice.submit(&page, &[("action", "back")]).await;
    }
    standin.clock().advance(std::time::Duration::from_secs(4 * 60));
    alice.submit(&page, &[]).await.on_page(165_000);
}

#[actix_web::test]
async fn a_new_app_shows_its_first_code_in_the_very_half_minute_of_the_old_ones_last() {
    let standin = started().await;
    standin.clock().freeze();
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced", "methods": {"totp": MIAS_SECRET}}}}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password_of(&mut alice, V2, &[], ALICE).await;
    alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await.sent_back("code").unwrap();
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": null}}}}));
    let mut anew = Visitor::new(&standin);
    let page = past_the_password_of(&mut anew, V2, &[], ALICE).await;
    let set_up = picks(&mut anew, &page, "PhoneAppOTP").await;
    let code_page = anew.submit(&set_up, &[]).await;
    anew.submit(&code_page, &[("otc", &app_code(&standin, &secret(&set_up)))]).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn later_is_no_answer_where_there_is_no_grace() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    alice.submit(&page, &[("action", "later")]).await;
    assert!(!super::journal(&standin, "decision").contains("put off"));
    let user = get(&standin, "/_standin/world").json()["users"][ALICE].clone();
    assert!(user.get("registration_asked").is_none_or(serde_json::Value::is_null), "no days are counted: {user}");
}

#[actix_web::test]
async fn a_forged_step_of_the_wizard_skips_nothing() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    let forged: [Fields<'_>; 6] = [
        &[("action", "later")],
        &[("otc", "000000")],
        &[("phone", "+1 555 0177")],
        &[("accesspass", "x")],
        &[("credential", "{}")],
        &[("action", "passkey")],
    ];
    for fields in forged {
        let answer = alice.submit(&page, fields).await;
        assert!(answer.has("id=\"idSubmit_ProofUp_Redirect\""), "{fields:?}: {}", answer.gist());
    }
}

/// The tenant allows code apps only, from now on.
fn only_code_apps(standin: &standin::Standin) {
    patch_world(standin, json!({"tenants": {"example": {"allowed_methods": ["totp"]}}}));
}

/// The list of methods, which says what is not on it any more.
#[track_caller]
fn chooses_again(page: &Answer, standin: &standin::Standin) {
    assert!(page.has("data-value=\"PhoneAppOTP\"") && page.has("id=\"registrationError\""), "{}", page.gist());
    assert!(!page.has("data-value=\"OneWaySMS\"") && page.has("Choose a different method"), "{}", page.gist());
    assert!(methods(standin, ALICE).as_object().is_none_or(serde_json::Map::is_empty), "{}", methods(standin, ALICE));
    assert!(super::journal(standin, "decision").contains("may not be registered any more"));
}

#[actix_web::test]
async fn r_22_what_is_switched_off_while_it_is_set_up_is_not_registered() {
    for method in ["OneWaySMS", "TwoWayVoiceMobile", "PhoneAppNotification"] {
        let standin = started().await;
        let mut alice = Visitor::new(&standin);
        let page = must_register(&mut alice, &standin).await;
        let set_up = picks(&mut alice, &page, method).await;
        let fields: Fields<'_> = if set_up.has("name=\"phone\"") { &[("phone", "+1 555 0177")] } else { &[] };
        let verify = alice.submit(&set_up, fields).await;
        let sent = message(&standin, ALICE);
        let answer = match text(&sent, "kind") {
            "sms" => ("otc", text(&sent, "code").to_owned()),
            "call" => {
                reply(&standin, &sent, json!({"answer": "approve"})).json();
                ("action", "poll".to_owned())
            }
            _ => {
                let number = verify.body.split("idRichContext_DisplaySign\"").nth(1).unwrap();
                let number = number.split_once('>').unwrap().1.split('<').next().unwrap().trim();
                reply(&standin, &sent, json!({"answer": "approve", "number": number})).json();
                ("action", "poll".to_owned())
            }
        };
        only_code_apps(&standin);
        let list = alice.submit(&verify, &[(answer.0, answer.1.as_str())]).await;
        chooses_again(&list, &standin);
        let set_up = alice.submit(&list, &[("action", "method:PhoneAppOTP")]).await;
        let code_page = alice.submit(&set_up, &[]).await;
        let code = app_code(&standin, &secret(&set_up));
        alice.submit(&code_page, &[("otc", &code)]).await.sent_back("code").unwrap();
    }
}

#[actix_web::test]
async fn r_22_what_is_switched_off_before_it_is_set_up_is_not_tried() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = must_register(&mut alice, &standin).await;
    let set_up = picks(&mut alice, &page, "OneWaySMS").await;
    only_code_apps(&standin);
    let list = alice.submit(&set_up, &[("phone", "+1 555 0177")]).await;
    chooses_again(&list, &standin);
    assert_eq!(get(&standin, "/_standin/inbox").json()["value"], json!([]), "nothing is sent");
    let forged = alice.submit(&list, &[("action", "method:OneWaySMS")]).await;
    assert!(forged.has("id=\"registrationError\"") && forged.has("data-value=\"PhoneAppOTP\""), "{}", forged.gist());
    patch_world(&standin, json!({"tenants": {"example": {"allowed_methods": ["push"]}}}));
    let set_up = alice.submit(&list, &[("action", "method:PhoneAppOTP")]).await;
    assert!(set_up.has("data-value=\"PhoneAppNotification\""), "{}", set_up.gist());
}

#[actix_web::test]
async fn where_the_home_tenant_allows_no_method_a_page_says_so_and_no_application() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"tenants": {"example": {"allowed_methods": []}}, "users": {ALICE: {"per_user_mfa": "enforced"}}}),
    );
    let page = past_the_password_of(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    page.on_page(50_074);
    assert!(page.has("Example does not allow any method to be registered"), "{}", page.gist());
    patch_world(&standin, json!({"tenants": {"example": {"allowed_methods": ["totp"]}}}));
    let page = past_the_password_of(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    assert!(page.has("id=\"idSubmit_ProofUp_Redirect\""), "{}", page.gist());
}
