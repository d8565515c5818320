//! The tenant's side: an assertion for tokens, as far as nothing more has to be asked.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::{Value, json};
use standin::Standin;

use super::{
    ARM, AZURE_CLI, MESSAGE, Message, SAML11, SAML20, TRENT, WINGTIP, asks_on_request, assertion, faulted, hand_over,
    told,
};
use crate::answer::{Answer, claims};
use crate::apps::{App, PARTNER, text};
use crate::client::{Call, patch_world, started};
use crate::federation::{set, through_the_provider};
use crate::second_factor::words;
use crate::visitor::Visitor;

const V2: &str = "/wingtip.test/oauth2/v2.0";
const ARM_SCOPE: &str = "https://management.core.windows.net/.default openid profile offline_access";
const SAML20_TYPE: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Trent's assertion, as the provider gives it for his password.
fn said(standin: &Standin) -> String {
    assertion(&MESSAGE.send(standin))
}

fn signs_in(standin: &Standin, at: &str, more: &[(&str, &str)]) -> Answer {
    hand_over(standin, AZURE_CLI, at, &said(standin), more)
}

fn amr(tokens: &Value) -> Vec<String> {
    words(&claims(text(tokens, "access_token"))["amr"])
}

#[actix_web::test]
async fn an_assertion_brings_tokens_at_both_versions_and_every_authority() {
    let standin = started().await;
    asks_on_request(&standin);
    for at in [WINGTIP, "/common/oauth2", "/organizations/oauth2", "/b04058b2-fc8b-4fbf-bd41-37e1cc2ac001/oauth2"] {
        let tokens = signs_in(&standin, at, &[]).granted();
        let token = claims(text(&tokens, "access_token"));
        assert_eq!((text(&token, "upn"), text(&token, "aud"), text(&token, "appidacr")), (TRENT, ARM, "0"), "{at}");
        assert_eq!(amr(&tokens), ["fed"], "{at}");
        assert!(tokens["id_token"].is_string() && tokens["expires_in"].is_string(), "{tokens}");
    }
    let v2 = [("resource", ""), ("scope", ARM_SCOPE), ("client_info", "1")];
    let tokens = signs_in(&standin, V2, &v2).granted();
    assert!(tokens["client_info"].is_string() && tokens["expires_in"].is_number(), "{tokens}");
    assert!(told(&standin).contains("the provider has said who it is"));
}

#[actix_web::test]
async fn r_28_refreshing_keeps_what_the_provider_said() {
    let standin = started().await;
    asks_on_request(&standin);
    let tokens = signs_in(&standin, WINGTIP, &[]).granted();
    let again = AZURE_CLI.refresh(&standin, WINGTIP, text(&tokens, "refresh_token"), &[("resource", ARM)]).granted();
    assert_eq!(amr(&again), ["fed"]);
    set(&standin, json!({}), json!({"relay": "false_claim"}));
    let tokens = signs_in(&standin, WINGTIP, &[]).granted();
    assert_eq!(amr(&tokens), ["fed", "mfa"], "the provider claims it");
    let again = AZURE_CLI.refresh(&standin, WINGTIP, text(&tokens, "refresh_token"), &[("resource", ARM)]).granted();
    assert_eq!(amr(&again), ["fed", "mfa"]);
}

#[actix_web::test]
async fn r_53_what_a_password_handed_over_at_home_brought_is_nothing_at_a_customer() {
    let standin = started().await;
    set(&standin, json!({}), json!({"mfa": "never", "relay": "false_claim"}));
    let fields = [("client_id", PARTNER.id), ("client_secret", PARTNER.secret)];
    let tokens = hand_over(&standin, PARTNER, WINGTIP, &said(&standin), &fields).granted();
    assert_eq!(amr(&tokens), ["fed", "mfa"], "the provider claims it");
    let refresh = |at| PARTNER.refresh(&standin, at, text(&tokens, "refresh_token"), &[("resource", ARM)]);
    let refused = refresh("/adatum.test/oauth2").refused(400, "interaction_required", 50079);
    assert_eq!(refused["suberror"], "basic_action");
    assert!(told(&standin).contains("R-53"));
    refresh(WINGTIP).granted();
}

#[actix_web::test]
async fn r_53_whoever_was_not_there_is_not_there_either_when_a_service_passes_them_on() {
    let standin = started().await;
    set(&standin, json!({}), json!({"mfa": "on_request", "relay": "faithful"}));
    // The application is a service to itself: it passes on what it was given of its own.
    let own = ("resource", PARTNER.id);
    let pass_on = |token: &str| {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("requested_token_use", "on_behalf_of"),
            ("assertion", token),
            ("resource", ARM),
        ];
        PARTNER.token(&standin, WINGTIP, &fields).granted()
    };
    let refresh = |tokens: &Value| {
        let refresh = |at| PARTNER.refresh(&standin, at, text(tokens, "refresh_token"), &[("resource", ARM)]);
        refresh(WINGTIP).granted();
        refresh("/adatum.test/oauth2")
    };
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&PARTNER.asks(WINGTIP, &[("scope", ""), own, ("acr_values", "mfa")])).await;
    let code = through_the_provider(&standin, &mut visitor, page).await.sent_back("code").unwrap();
    let there = PARTNER.redeem(&standin, WINGTIP, &code, &[own]).granted();
    let passed_on = pass_on(text(&there, "access_token"));
    assert_eq!(amr(&passed_on), ["fed", "mfa"]);
    refresh(&passed_on).granted();

    set(&standin, json!({}), json!({"relay": "false_claim"}));
    let absent = hand_over(&standin, PARTNER, WINGTIP, &said(&standin), &[own]).granted();
    // Passed on twice: it is not forgotten on the way.
    let once =
        PARTNER.refresh(&standin, WINGTIP, text(&pass_on(text(&absent, "access_token")), "refresh_token"), &[own]);
    let passed_on = pass_on(text(&once.granted(), "access_token"));
    assert_eq!(amr(&passed_on), ["fed", "mfa"], "the provider claims it");
    refresh(&passed_on).refused(400, "interaction_required", 50079);
    assert!(told(&standin).contains("R-53"));
}

#[actix_web::test]
async fn either_version_of_saml_is_taken_by_its_own_grant_in_any_base64() {
    let standin = started().await;
    asks_on_request(&standin);
    let newer = || assertion(&Message { token_type: SAML20_TYPE, ..MESSAGE }.send(&standin));
    hand_over(&standin, AZURE_CLI, WINGTIP, &newer(), &[("grant_type", SAML20)]).granted();
    hand_over(&standin, AZURE_CLI, WINGTIP, &newer(), &[("grant_type", SAML11)]).refused(400, "invalid_grant", 50008);
    signs_in(&standin, WINGTIP, &[("grant_type", SAML20)]).refused(400, "invalid_grant", 50008);
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE] {
        signs_in(&standin, WINGTIP, &[("assertion", &engine.encode(said(&standin)))]).granted();
    }
    signs_in(&standin, WINGTIP, &[("assertion", "%%%")]).refused(400, "invalid_grant", 50008);
    signs_in(&standin, WINGTIP, &[("assertion", "")]).refused(400, "invalid_request", 900_144);
    signs_in(&standin, WINGTIP, &[("resource", "")]).refused(400, "invalid_request", 900_144);
}

#[actix_web::test]
async fn the_application_is_public_or_proves_itself() {
    let standin = started().await;
    asks_on_request(&standin);
    let partner_center = [("resource", "https://api.partnercenter.microsoft.com")];
    hand_over(&standin, PARTNER, WINGTIP, &said(&standin), &partner_center).granted();
    let unproven = App { secret: "", ..PARTNER };
    hand_over(&standin, unproven, WINGTIP, &said(&standin), &partner_center).refused(401, "invalid_client", 7_000_218);
    let wrong = App { secret: "wrong", ..PARTNER };
    hand_over(&standin, wrong, WINGTIP, &said(&standin), &partner_center).refused(401, "invalid_client", 7_000_215);
    hand_over(&standin, crate::apps::CLI, WINGTIP, &said(&standin), &[]).refused(400, "unauthorized_client", 700_016);
}

#[actix_web::test]
async fn nobody_can_be_asked_for_consent() {
    let standin = started().await;
    asks_on_request(&standin);
    patch_world(&standin, json!({"apps": {"partner-app": {"consented": []}}}));
    let wanted = [("resource", "https://api.partnercenter.microsoft.com")];
    hand_over(&standin, PARTNER, WINGTIP, &said(&standin), &wanted).refused(400, "invalid_grant", 65001);
}

/// The code, and the word of v1 and v2, where a second factor is demanded that nobody proved.
fn refused(standin: &Standin, code: u32) -> Value {
    let v1 = signs_in(standin, WINGTIP, &[]).refused(400, "interaction_required", code);
    let v2 = signs_in(standin, V2, &[("resource", ""), ("scope", ARM_SCOPE)]).refused(400, "invalid_grant", code);
    for told in [&v1, &v2] {
        assert_eq!(told["suberror"], "basic_action", "{told}");
    }
    v1
}

#[actix_web::test]
async fn r_12_where_more_is_demanded_the_trust_decides_what_is_missing() {
    let standin = started().await;
    asks_on_request(&standin);
    patch_world(&standin, json!({"tenants": {"wingtip": {"per_user_mfa": "enforced"}}}));
    let behave = |behavior: &str, relay: &str| {
        set(&standin, json!({"federated_idp_mfa_behavior": behavior}), json!({"relay": relay}));
    };
    behave("enforceMfaByFederatedIdp", "faithful");
    let missing = refused(&standin, 50079);
    assert!(text(&missing, "error_description").contains("authenticationmethodsreferences"), "{missing}");
    behave("enforceMfaByFederatedIdp", "wrong_value");
    refused(&standin, 50079);
    behave("enforceMfaByFederatedIdp", "false_claim");
    assert_eq!(amr(&signs_in(&standin, WINGTIP, &[]).granted()), ["fed", "mfa"]);
    for behavior in ["acceptIfMfaDoneByFederatedIdp", "rejectMfaByFederatedIdp"] {
        behave(behavior, "faithful");
        refused(&standin, 50079);
        let registered = |totp: Value| json!({"users": {TRENT: {"methods": {"totp": totp}}}});
        patch_world(&standin, registered(json!("TRENTTRENTTRENTTRENTTRENTTRENTTR")));
        refused(&standin, 50076);
        patch_world(&standin, registered(Value::Null));
    }
    behave("acceptIfMfaDoneByFederatedIdp", "false_claim");
    assert_eq!(amr(&signs_in(&standin, WINGTIP, &[]).granted()), ["fed", "mfa"]);
    behave("rejectMfaByFederatedIdp", "false_claim");
    refused(&standin, 50079);
}

#[actix_web::test]
async fn r_05_a_policy_that_asks_for_more_sends_its_challenge_along() {
    let standin = started().await;
    asks_on_request(&standin);
    let policy = json!({"state": "enabled", "include": {"users": [TRENT]}, "grant": ["mfa"]});
    let with = |policy: Value| json!({"tenants": {"wingtip": {"conditional_access": {"p": policy}}}});
    patch_world(&standin, with(policy));
    let told = refused(&standin, 50079);
    assert!(told["claims"].as_str().is_some_and(|claims| claims.contains("capolids")), "{told}");
    patch_world(&standin, with(json!({"grant": ["block"]})));
    let told = signs_in(&standin, WINGTIP, &[]).refused(400, "interaction_required", 53003);
    assert_eq!(told["suberror"], "message_only");
}

#[actix_web::test]
async fn an_account_must_exist_be_enabled_and_have_a_place_in_the_tenant() {
    let standin = started().await;
    asks_on_request(&standin);
    signs_in(&standin, "/example.test/oauth2", &[]).refused(400, "invalid_grant", 50020);
    patch_world(&standin, json!({"users": {TRENT: {"enabled": false}}}));
    signs_in(&standin, WINGTIP, &[]).refused(400, "invalid_grant", 50057);
    patch_world(&standin, json!({"users": {TRENT: {"enabled": true, "immutable_id": "bm9ib2R5"}}}));
    signs_in(&standin, WINGTIP, &[]).refused(400, "invalid_grant", 51004);
    let unnamed = json!({"users": {TRENT: {"immutable_id": ""}}});
    patch_world(&standin, json!({"providers": {"wingtip": unnamed}}));
    signs_in(&standin, WINGTIP, &[]).refused(400, "invalid_grant", 90020);
}

#[actix_web::test]
async fn r_53_at_a_customer_a_password_is_never_enough_whatever_the_provider_says() {
    let standin = started().await;
    for relay in ["faithful", "false_claim"] {
        set(&standin, json!({}), json!({"mfa": "on_request", "relay": relay}));
        for customer in ["/adatum.test/oauth2", "/tailspin.test/oauth2"] {
            let told = signs_in(&standin, customer, &[]).refused(400, "interaction_required", 50079);
            assert_eq!(told["suberror"], "basic_action", "{told}");
        }
        signs_in(&standin, WINGTIP, &[]).granted();
    }
    let refused_by = told(&standin);
    assert!(refused_by.contains("R-53") && refused_by.contains("R-01"), "{refused_by}");
    let accept = json!({"federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"});
    set(&standin, accept, json!({"relay": "faithful"}));
    patch_world(&standin, json!({"users": {TRENT: {"methods": {"totp": "TRENTTRENTTRENTTRENTTRENTTRENTTR"}}}}));
    signs_in(&standin, "/adatum.test/oauth2", &[]).refused(400, "interaction_required", 50076);
}

#[actix_web::test]
async fn a_domain_that_is_no_longer_federated_by_it_takes_nothing_from_a_provider() {
    let standin = started().await;
    asks_on_request(&standin);
    let kept = said(&standin);
    set(&standin, json!({"protocol": "oidc"}), json!({}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &kept, &[]).refused(400, "invalid_request", 50107);
    set(&standin, json!({"protocol": "wsfed", "provider": "local"}), json!({}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &kept, &[]).refused(400, "invalid_request", 50107);
    set(&standin, json!({"provider": "wingtip"}), json!({}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &kept, &[]).granted();
}

#[actix_web::test]
async fn the_provider_may_be_asked_at_another_origin_than_the_tenant() {
    let standin = started().await;
    asks_on_request(&standin);
    let asked = Call::new(&standin, "POST", &MESSAGE.address()).header("Host", "localhost");
    let said = assertion(&asked.body("application/soap+xml", MESSAGE.text(&standin)).send());
    assert!(said.contains("Issuer=\"http://localhost/idp/wingtip/adfs/services/trust\""), "{said}");
    hand_over(&standin, AZURE_CLI, WINGTIP, &said, &[]).granted();
}

#[actix_web::test]
async fn a_provider_alone_keeps_no_such_grant() {
    let standin = started().await;
    let answer = crate::apps::LOCAL_WEB.token(&standin, crate::apps::LOCAL, &[("grant_type", SAML11)]);
    answer.refused_plainly(400, "unsupported_grant_type");
}

#[actix_web::test]
async fn trent_whose_provider_always_asks_for_more_never_gets_that_far() {
    let standin = started().await;
    faulted(&MESSAGE.send(&standin), 500, "a:FailedAuthentication");
    asks_on_request(&standin);
    signs_in(&standin, WINGTIP, &[]).granted();
}
