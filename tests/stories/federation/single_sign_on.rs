//! Hints, fresh sign-ins, and applications that use a provider alone.

use serde_json::json;

use super::{asks, set, through_the_provider, trent};
use crate::client::{address, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn r_10_a_hint_of_a_federated_domain_leads_straight_to_its_provider() {
    let standin = started().await;
    for hint in [("domain_hint", "wingtip.test"), ("whr", "wingtip.test"), ("login_hint", super::TRENT)] {
        let mut browser = Visitor::new(&standin);
        let away = browser.get(&asks(&[hint])).await;
        assert!(away.location().contains("/idp/wingtip/adfs/ls/"), "{hint:?}: {}", away.gist());
        through_the_provider(&standin, &mut browser, away).await.sent_back("code").unwrap();
    }
    let name = Visitor::new(&standin).get(&asks(&[("domain_hint", "contoso.test")])).await;
    assert!(name.has("id=\"i0116\""), "a managed domain has no provider: {}", name.gist());
    let passive = Visitor::new(&standin).get(&asks(&[("domain_hint", "wingtip.test"), ("prompt", "none")])).await;
    passive.told("login_required", 50058);
}

#[actix_web::test]
async fn the_provider_is_told_what_the_sign_in_is_called() {
    let standin = started().await;
    let sent = "5ce66de5-eea9-486f-a11c-c852aa3d1502";
    let hint = ("login_hint", super::TRENT);
    for (asked, called) in [(vec![hint, ("client-request-id", sent)], sent), (vec![hint], "")] {
        let away = Visitor::new(&standin).get(&asks(&asked)).await;
        let (_, rest) = away.location().split_once("/adfs/ls/?client-request-id=").unwrap();
        let (id, _) = rest.split_once("&wa=wsignin1.0&wtrealm=").unwrap();
        assert!(id.len() == sent.len() && id.starts_with(called), "{}", away.location());
    }
}

#[actix_web::test]
async fn a_fresh_sign_in_reaches_the_provider_as_the_trust_says() {
    let standin = started().await;
    let to = async |behavior: &str| {
        set(&standin, json!({"prompt_login_behavior": behavior}), json!({}));
        let away = Visitor::new(&standin).get(&asks(&[("login_hint", super::TRENT), ("prompt", "login")])).await;
        away.location().to_owned()
    };
    let translated = to("translateToFreshPasswordAuthentication").await;
    assert!(translated.contains("wfresh=0") && translated.contains("wauth="), "{translated}");
    let native = to("nativeSupport").await;
    assert!(native.contains("prompt=login") && !native.contains("wfresh"), "{native}");
    let disabled = to("disabled").await;
    assert!(disabled.contains("wfresh=0") && !disabled.contains("prompt="), "{disabled}");
}

#[actix_web::test]
async fn the_session_at_the_provider_serves_the_next_application() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    trent(&standin, &mut browser, &[]).await.sent_back("code").unwrap();
    let realm = [("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed"), ("wctx", "keep=me&this")];
    let form = browser.get(&address("/idp/wingtip/adfs/ls/", &realm)).await;
    assert_eq!(
        form.attribute_after("<form", "action").as_deref(),
        Some("http://localhost:3000/wsfed"),
        "{}",
        form.gist()
    );
    let sent = form.sent();
    let field = |name: &str| sent.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(field("wctx"), "keep=me&this", "to the byte");
    assert!(field("wresult").contains("trent@wingtip.test"));
    let out = browser.get("/idp/wingtip/adfs/ls/?wa=wsignout1.0").await;
    assert_eq!(out.status, 200, "{}", out.gist());
    let asked = browser.get(&address("/idp/wingtip/adfs/ls/", &realm)).await;
    assert!(asked.has("name=\"UserName\""), "{}", asked.gist());
}

#[actix_web::test]
async fn silently_nobody_is_signed_in_at_a_customers_either_before_anybody_asks_for_a_second_factor() {
    let standin = started().await;
    let silent = |at: &str| {
        let more =
            [("scope", ""), ("resource", super::PARTNER_CENTER), ("prompt", "none"), ("login_hint", super::TRENT)];
        super::PARTNER.asks(at, &more)
    };
    for at in [super::WINGTIP, "/adatum.test/oauth2"] {
        Visitor::new(&standin).get(&silent(at)).await.told("login_required", 50058);
    }
    // Whoever is signed in, and has not proven the factor, is told that.
    set(&standin, json!({}), json!({"mfa": "never"}));
    let mut browser = Visitor::new(&standin);
    trent(&standin, &mut browser, &[]).await.sent_back("code").unwrap();
    browser.get(&silent("/adatum.test/oauth2")).await.told("interaction_required", 50079);
}
