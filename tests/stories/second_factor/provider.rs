//! A third-party provider asks for a second factor of its own, with its own pages (R-14).

use serde_json::json;

use super::{MIAS_SECRET, another_way, app_code, journal, message, words};
use crate::answer::{Answer, claims};
use crate::apps::{LOCAL, LOCAL_WEB, PASSWORD, text};
use crate::client::{Fields, patch_world, started};
use crate::visitor::Visitor;

const MIA: &str = "mia@local.test";
const ALICE: &str = "alice@local.test";
const TRENTS_SECRET: &str = "TRENTTRENTTRENTTRENTTRENTTRENTTR";

#[actix_web::test]
async fn a_code_is_asked_for_with_the_names_of_ad_fs_and_the_id_token_says_so() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = mia.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    let page = mia.sign_in(page, MIA, PASSWORD).await;
    assert!(page.has("id=\"verificationCodeInput\"") && page.has("id=\"signInButton\""), "{}", page.gist());
    let wrong = mia.submit(&page, &[("VerificationCode", "000000")]).await;
    assert!(wrong.has("id=\"errorText\""), "{}", wrong.gist());
    let page = mia.submit(&wrong, &[("VerificationCode", &app_code(&standin, MIAS_SECRET))]).await;
    let done = mia.agree(page).await;
    let tokens = LOCAL_WEB.redeem(&standin, LOCAL, &done.sent_back("code").unwrap(), &[]).granted();
    assert_eq!(words(&claims(text(&tokens, "id_token"))["amr"]), ["pwd", "otp", "mfa"]);
}

#[actix_web::test]
async fn what_an_account_has_is_judged_where_it_signs_in_and_not_by_its_namesake_at_the_tenant() {
    let standin = started().await;
    let trent = "trent@wingtip.test";
    let pass = json!({"code": "TAP-12345678", "once": false});
    let methods = json!({"users": {trent: {"methods": {"access_pass": pass}}}});
    patch_world(&standin, json!({"providers": {"wingtip": methods}}));
    let complains = async |page: Answer, visitor: &mut Visitor| {
        let again = visitor.submit(&page, &[("accesspass", "TAP-12345678")]).await;
        assert!(again.has("name=\"Password\""), "{}", again.gist());
        again.has("was used already")
    };
    let hint = [("login_hint", trent)];
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&LOCAL_WEB.asks("/idp/wingtip", &hint)).await;
    assert!(!complains(page, &mut visitor).await, "the provider's has one; the tenant's is another account");
    assert!(!journal(&standin, "decision").contains("after it was used"), "and nothing of the kind is written down");
    patch_world(&standin, json!({"providers": {"wingtip": {"users": {trent: {"methods": {"access_pass": null}}}}}}));
    let page = visitor.get(&LOCAL_WEB.asks("/idp/wingtip", &hint)).await;
    assert!(complains(page, &mut visitor).await);
}

#[actix_web::test]
async fn the_word_that_asked_for_it_is_said_back_once_it_was_proven() {
    let standin = started().await;
    let refeds = "https://refeds.org/profile/mfa";
    let id_token = |answer: &Answer| {
        let tokens = LOCAL_WEB.redeem(&standin, LOCAL, &answer.sent_back("code").unwrap(), &[]).granted();
        claims(text(&tokens, "id_token"))
    };
    let mut mia = Visitor::new(&standin);
    let page = mia.get(&LOCAL_WEB.asks(LOCAL, &[("acr_values", "gold https://refeds.org/profile/mfa mfa")])).await;
    let page = mia.sign_in(page, MIA, PASSWORD).await;
    let page = mia.submit(&page, &[("VerificationCode", &app_code(&standin, MIAS_SECRET))]).await;
    assert_eq!(id_token(&mia.agree(page).await)["acr"], refeds);
    let wish = format!(r#"{{"id_token":{{"acr":{{"values":["{refeds}"]}}}}}}"#);
    let silent = mia.get(&LOCAL_WEB.asks(LOCAL, &[("claims", &wish), ("prompt", "none")])).await;
    assert_eq!(id_token(&silent)["acr"], refeds);
    // Who asked for nothing is told nothing, and what was not done is not said.
    for more in [&[][..], &[("acr_values", "gold")]] {
        let silent = mia.get(&LOCAL_WEB.asks(LOCAL, &[more, &[("prompt", "none")]].concat())).await;
        assert_eq!(id_token(&silent).get("acr"), None, "{more:?}");
    }
    let mut alice = Visitor::new(&standin);
    let page = LOCAL_WEB.signs_in(&mut alice, LOCAL, &[("claims", &wish)], ALICE).await;
    assert_eq!(id_token(&alice.agree(page).await).get("acr"), None);
    // Neither is it by a provider that keeps to itself what it did (R-14).
    patch_world(&standin, json!({"providers": {"local": {"relay": "silent"}}}));
    let silent = mia.get(&LOCAL_WEB.asks(LOCAL, &[("acr_values", refeds), ("prompt", "none")])).await;
    assert_eq!(id_token(&silent).get("acr"), None);
}

#[actix_web::test]
async fn at_wingtip_everybody_is_asked_and_a_text_goes_to_the_providers_own_number() {
    let standin = started().await;
    let at = "/idp/wingtip";
    let mut trent = Visitor::new(&standin);
    let page = trent.get(&LOCAL_WEB.asks(at, &[])).await;
    let page = trent.sign_in(page, "trent@wingtip.test", "Wingtip1!").await;
    let page = trent.submit(&page, &[("VerificationCode", &app_code(&standin, TRENTS_SECRET))]).await;
    let done = trent.agree(page).await;
    done.sent_back("code").unwrap();

    let mut wendy = Visitor::new(&standin);
    let page = wendy.get(&LOCAL_WEB.asks(at, &[])).await;
    let page = wendy.sign_in(page, "wendy@wingtip.test", "Wingtip1!").await;
    let sent = message(&standin, "wendy@wingtip.test");
    assert_eq!(text(&sent, "to"), "+1 555 0102");
    let page = wendy.submit(&page, &[("VerificationCode", text(&sent, "code"))]).await;
    let done = wendy.agree(page).await;
    done.sent_back("code").unwrap();
}

#[actix_web::test]
async fn on_request_means_when_somebody_asks_and_never_means_never() {
    let standin = started().await;
    let asks: Fields<'_> = &[("acr_values", "mfa")];
    patch_world(&standin, json!({"providers": {"local": {"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}}}));
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    let page = alice.sign_in(page, ALICE, PASSWORD).await;
    alice.agree(page).await.sent_back("code").unwrap();
    let page = alice.get(&LOCAL_WEB.asks(LOCAL, asks)).await;
    assert!(page.has("id=\"verificationCodeInput\""), "{}", page.gist());
    let passive = LOCAL_WEB.asks(LOCAL, &[("acr_values", "mfa"), ("prompt", "none")]);
    assert_eq!(alice.get(&passive).await.sent_back("error").as_deref(), Some("interaction_required"));
    patch_world(&standin, json!({"providers": {"local": {"mfa": "never"}}}));
    alice.get(&LOCAL_WEB.asks(LOCAL, asks)).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn the_other_methods_have_the_providers_face_too() {
    let standin = started().await;
    let methods = json!({"totp": MIAS_SECRET, "push": true});
    patch_world(&standin, json!({"providers": {"local": {"users": {MIA: {"methods": methods}}}}}));
    let mut mia = Visitor::new(&standin);
    let page = mia.get(&LOCAL_WEB.asks(LOCAL, &[])).await;
    let push = mia.sign_in(page, MIA, PASSWORD).await;
    assert!(push.has("id=\"idRichContext_DisplaySign\"") && push.has("class=\"provider\""), "{}", push.gist());
    let code = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let page = mia.submit(&code, &[("VerificationCode", &app_code(&standin, MIAS_SECRET))]).await;
    let done = mia.agree(page).await;
    done.sent_back("code").unwrap();
}
