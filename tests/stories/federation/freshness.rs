//! A sign-in at a provider that has become too old: the provider asks for everything again, and nobody takes an old second
//! factor for a new one (R-08, R-12).

use std::time::Duration;

use super::*;
use crate::client::started;

const PROTOCOLS: [&str; 3] = ["wsfed", "saml", "oidc"];
const TWO_HOURS: Duration = Duration::from_secs(2 * 3600);

/// A second factor of the last hour is demanded of everybody at Wingtip.
pub(super) fn every_hour(standin: &Standin) {
    let policy = json!({"state": "enabled", "include": {"all": true}, "apps": ["all"], "grant": ["mfa"], "session": {"sign_in_frequency": "1h"}});
    patch_world(standin, json!({"tenants": {"wingtip": {"conditional_access": {"p": policy}}}}));
}

/// Goes on like [`through_the_provider`], and tells what the provider asked and how it was asked.
async fn asked(standin: &Standin, visitor: &mut Visitor, mut page: Answer) -> (Answer, Vec<&'static str>) {
    let mut asked = Vec::new();
    for _ in 0..20 {
        page = if page.status == 302 && is_ours(&page) {
            visitor.get(page.header("location")).await
        } else if page.has("name=\"UserName\"") {
            asked.push("password");
            visitor.submit(&page, &[("UserName", TRENT), ("Password", PASSWORD)]).await
        } else if page.has("name=\"VerificationCode\"") {
            asked.push("code");
            standin.clock().advance(Duration::from_secs(60));
            visitor.submit(&page, &[("VerificationCode", &app_code(standin, SECRET))]).await
        } else if page.has("name=\"hiddenform\"") && page.body.contains("/login.srf") {
            post_back(visitor, &page).await
        } else {
            return (page, asked);
        };
    }
    panic!("in circles: {asked:?} {}", page.gist())
}

#[actix_web::test]
async fn r_08_r_12_what_was_proven_too_long_ago_is_proven_again_at_the_provider_with_both_factors() {
    let standin = started().await;
    every_hour(&standin);
    for protocol in PROTOCOLS {
        for mfa in ["always", "on_request"] {
            set(&standin, json!({"protocol": protocol}), json!({"mfa": mfa}));
            let mut visitor = Visitor::new(&standin);
            let page = visitor.get(&asks(&[("login_hint", TRENT)])).await;
            let (done, first) = asked(&standin, &mut visitor, page).await;
            assert_eq!(first, ["password", "code"], "{protocol} {mfa}");
            assert_eq!(amr(&standin, &done), ["fed", "mfa"], "{protocol} {mfa}");
            let page = visitor.get(&asks(&[])).await;
            let (_, again) = asked(&standin, &mut visitor, page).await;
            assert!(again.is_empty(), "within the hour nobody is asked twice: {protocol} {mfa} {again:?}");
            standin.clock().advance(TWO_HOURS);
            let page = visitor.get(&asks(&[])).await;
            let (done, again) = asked(&standin, &mut visitor, page).await;
            assert_eq!(again, ["password", "code"], "{protocol} {mfa}");
            assert_eq!(amr(&standin, &done), ["fed", "mfa"], "{protocol} {mfa}");
        }
    }
}

#[actix_web::test]
async fn r_12_a_stale_sign_in_is_sent_for_mfa_and_for_a_fresh_sign_in_at_once() {
    let standin = started().await;
    every_hour(&standin);
    let mut visitor = Visitor::new(&standin);
    trent(&standin, &mut visitor, &[("login_hint", TRENT)]).await.sent_back("code").unwrap();
    standin.clock().advance(TWO_HOURS);
    let sent = visitor.get(&asks(&[])).await;
    let to = sent.at.join(sent.header("location")).unwrap();
    let value = |name: &str| to.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    assert_eq!(value("wfresh").as_deref(), Some("0"));
    assert_eq!(value("wauth").as_deref(), Some("http://schemas.microsoft.com/claims/multipleauthn"));
    visitor.get(&asks(&[("prompt", "none")])).await.told("login_required", 70044);
}

#[actix_web::test]
async fn a_provider_asked_for_a_fresh_password_alone_tells_of_no_older_second_factor() {
    let standin = started().await;
    set(&standin, json!({}), json!({"mfa": "on_request"}));
    let mut visitor = Visitor::new(&standin);
    let mfa = r#"{"access_token":{"amr":{"essential":true,"values":["mfa"]}}}"#;
    let done = trent(&standin, &mut visitor, &[("login_hint", TRENT), ("claims", mfa)]).await;
    assert_eq!(amr(&standin, &done), ["fed", "mfa"]);
    // Of another browser's tenant, the provider's session alone is left.
    let page = visitor.get("/wingtip.test/oauth2/logout").await;
    assert_eq!(page.status, 200, "{}", page.gist());
    let page = visitor.get(&asks(&[("login_hint", TRENT), ("prompt", "login")])).await;
    let (done, again) = asked(&standin, &mut visitor, page).await;
    assert_eq!(again, ["password"]);
    assert_eq!(amr(&standin, &done), ["fed"], "no second factor was proven in this sign-in");
}

#[actix_web::test]
async fn a_provider_that_never_tells_of_a_second_factor_is_not_asked_for_ever() {
    let standin = started().await;
    every_hour(&standin);
    set(&standin, json!({}), json!({"mfa": "always", "relay": "silent"}));
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&asks(&[("login_hint", TRENT)])).await;
    let (page, _) = asked(&standin, &mut visitor, page).await;
    page.on_page(50079);
}

#[actix_web::test]
async fn r_28_a_refresh_token_of_a_federated_account_older_than_the_sign_in_frequency_is_over() {
    let standin = started().await;
    every_hour(&standin);
    let done = trent(&standin, &mut Visitor::new(&standin), &[("login_hint", TRENT)]).await;
    let code = done.sent_back("code").unwrap();
    let resource: Fields<'_> = &[("resource", PARTNER_CENTER)];
    let tokens = PARTNER.redeem(&standin, WINGTIP, &code, resource).granted();
    let token = text(&tokens, "refresh_token");
    PARTNER.refresh(&standin, WINGTIP, token, resource).granted();
    standin.clock().advance(TWO_HOURS);
    let refused = PARTNER.refresh(&standin, WINGTIP, token, resource).refused(400, "invalid_grant", 70043);
    assert_eq!(refused["suberror"], "token_expired");
    let v2: Fields<'_> = &[("scope", "https://api.partnercenter.microsoft.com/.default")];
    let refused =
        PARTNER.refresh(&standin, "/wingtip.test/oauth2/v2.0", token, v2).refused(400, "invalid_grant", 70043);
    assert_eq!(refused["suberror"], "token_expired");
}

#[actix_web::test]
async fn r_12_where_a_trust_no_longer_counts_the_providers_factor_renewed_tokens_do_not_say_it() {
    let standin = started().await;
    let done = trent(&standin, &mut Visitor::new(&standin), &[("login_hint", TRENT)]).await;
    let code = done.sent_back("code").unwrap();
    let resource: Fields<'_> = &[("resource", PARTNER_CENTER)];
    let tokens = PARTNER.redeem(&standin, WINGTIP, &code, resource).granted();
    let token = text(&tokens, "refresh_token");
    let renewed = || {
        let renewed = PARTNER.refresh(&standin, WINGTIP, token, resource).granted();
        claims(text(&renewed, "access_token"))["amr"].clone()
    };
    assert_eq!(renewed(), json!(["fed", "mfa"]));
    set(&standin, json!({"federated_idp_mfa_behavior": "rejectMfaByFederatedIdp"}), json!({}));
    assert_eq!(renewed(), json!(["fed"]));
    set(&standin, json!({"federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"}), json!({}));
    assert_eq!(renewed(), json!(["fed", "mfa"]), "what was proven is not forgotten (R-28)");
}

#[actix_web::test]
async fn r_12_prompt_login_that_is_not_translated_asks_for_this_moment_and_nothing_of_how() {
    let standin = started().await;
    set(
        &standin,
        json!({"prompt_login_behavior": "disabled", "federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"}),
        json!({}),
    );
    let sent = Visitor::new(&standin).get(&asks(&[("login_hint", TRENT), ("prompt", "login")])).await;
    let to = sent.header("location");
    assert!(to.contains("wfresh=0") && !to.contains("wauth=") && !to.contains("prompt="), "{to}");
    let sent = Visitor::new(&standin).get(&asks(&[("login_hint", TRENT)])).await;
    assert!(!sent.header("location").contains("wfresh="), "{}", sent.header("location"));
}

#[actix_web::test]
async fn an_age_that_is_asked_for_holds_although_prompt_login_is_not_passed_on() {
    let standin = started().await;
    for protocol in PROTOCOLS {
        set(&standin, json!({"protocol": protocol, "prompt_login_behavior": "disabled"}), json!({}));
        let mut visitor = Visitor::new(&standin);
        trent(&standin, &mut visitor, &[("login_hint", TRENT)]).await.sent_back("code").unwrap();
        let page = visitor.get(&asks(&[("max_age", "3600")])).await;
        let (done, again) = asked(&standin, &mut visitor, page).await;
        assert!(again.is_empty() && done.sent_back("code").is_some(), "{protocol} {again:?}");
        standin.clock().advance(TWO_HOURS);
        let before = standin.clock().now().seconds();
        let page = visitor.get(&asks(&[("max_age", "3600")])).await;
        let (done, again) = asked(&standin, &mut visitor, page).await;
        assert_eq!(again.first(), Some(&"password"), "{protocol}");
        let code = done.sent_back("code").unwrap();
        let tokens = PARTNER.redeem(&standin, WINGTIP, &code, &[("resource", PARTNER_CENTER)]).granted();
        let at = claims(text(&tokens, "id_token"))["auth_time"].as_i64();
        assert!(at.is_some_and(|at| at >= before), "{protocol}: {at:?}, and it was {before}");
    }
}
