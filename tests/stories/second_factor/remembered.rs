//! "Don't ask again for N days": where the tenant allows it, in that browser, for that account.

use std::time::Duration;

use serde_json::json;

use super::{MIA, MIAS_SECRET, amr, another_way, app_code, past_the_password};
use crate::apps::ALICE;
use crate::client::{Call, patch_world, started};
use crate::visitor::{Cookie, Visitor};

#[actix_web::test]
async fn a_remembered_browser_is_not_asked_until_its_days_are_over_or_its_person_is_signed_out() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"remember_mfa_days": 14}}}));
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    assert!(page.has("name=\"rememberMFA\"") && page.has("14 days"), "{}", page.gist());
    let code = app_code(&standin, MIAS_SECRET);
    mia.submit(&page, &[("otc", &code), ("rememberMFA", "true")]).await.sent_back("code").unwrap();

    mia.restart();
    let done = past_the_password(&mut mia, MIA).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);
    mia.restart();
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let other = past_the_password(&mut mia, ALICE).await;
    assert!(other.has("id=\"idSubmit_ProofUp_Redirect\""), "another account is asked: {}", other.gist());
    mia.restart();
    standin.clock().advance(Duration::from_secs(15 * 86_400));
    let page = past_the_password(&mut mia, MIA).await;
    assert!(page.has("id=\"idRichContext_DisplaySign\""), "{}", page.gist());
}

#[actix_web::test]
async fn signing_somebody_out_everywhere_forgets_their_browsers() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"remember_mfa_days": 14}}}));
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let code = app_code(&standin, MIAS_SECRET);
    mia.submit(&page, &[("otc", &code), ("rememberMFA", "true")]).await.sent_back("code").unwrap();
    Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={MIA}")).send();
    let page = past_the_password(&mut mia, MIA).await;
    assert!(page.has("id=\"idRichContext_DisplaySign\""), "{}", page.gist());
}

#[actix_web::test]
async fn where_the_tenant_does_not_allow_it_nothing_is_remembered() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    assert!(!page.has("rememberMFA"), "{}", page.gist());
    let code = app_code(&standin, MIAS_SECRET);
    mia.submit(&page, &[("otc", &code), ("rememberMFA", "true")]).await.sent_back("code").unwrap();
    mia.restart();
    let page = past_the_password(&mut mia, MIA).await;
    assert!(page.has("id=\"idRichContext_DisplaySign\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_value_planted_before_is_worth_nothing_afterwards() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"remember_mfa_days": 14}}}));
    let planted =
        Cookie { name: "ESTSMFA".into(), value: "planted".into(), path: "/".into(), attributes: String::new() };
    let mut mia = Visitor::new(&standin);
    mia.remember(planted.clone());
    let push = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let code = app_code(&standin, MIAS_SECRET);
    mia.submit(&page, &[("otc", &code), ("rememberMFA", "true")]).await.sent_back("code").unwrap();
    assert_ne!(mia.cookie("ESTSMFA").unwrap().value, "planted");
    let mut thief = Visitor::new(&standin);
    thief.remember(planted);
    let page = past_the_password(&mut thief, MIA).await;
    assert!(page.has("id=\"idRichContext_DisplaySign\""), "{}", page.gist());
}
