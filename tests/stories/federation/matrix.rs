//! Each way to trust a provider, with each way it relays, over each protocol: the expected page or token for every cell.

use serde_json::json;

use super::{amr, decisions, set, trent};
use crate::answer::Answer;
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

/// What came of it, in a word.
fn word(standin: &standin::Standin, page: &Answer) -> String {
    if page.status == 302 {
        return amr(standin, page).join(" ");
    }
    if page.has("id=\"idSubmit_ProofUp_Redirect\"") {
        return "register".into();
    }
    if page.has("id=\"idTxtBx_SAOTCC_OTC\"") {
        return "verify".into();
    }
    format!("{} {}", page.status, page.error_code())
}

#[actix_web::test]
async fn every_trust_meets_every_relay_over_every_protocol() {
    // After MFA at the provider, when the tenant demands it: WS-Federation, SAML, OpenID Connect.
    let proven = ["fed mfa"; 3];
    let asks_itself = ["register"; 3];
    let fails = ["400 AADSTS50079"; 3];
    let but_saml = |other: &'static str, saml: &'static str| [other, saml, other];
    let table = [
        ("acceptIfMfaDoneByFederatedIdp", "faithful", proven),
        ("acceptIfMfaDoneByFederatedIdp", "silent", asks_itself),
        ("acceptIfMfaDoneByFederatedIdp", "false_claim", proven),
        ("acceptIfMfaDoneByFederatedIdp", "wrong_value", asks_itself),
        ("acceptIfMfaDoneByFederatedIdp", "attribute_only", but_saml("fed mfa", "register")),
        ("enforceMfaByFederatedIdp", "faithful", proven),
        ("enforceMfaByFederatedIdp", "silent", fails),
        ("enforceMfaByFederatedIdp", "false_claim", proven),
        ("enforceMfaByFederatedIdp", "wrong_value", fails),
        ("enforceMfaByFederatedIdp", "attribute_only", but_saml("fed mfa", "400 AADSTS50079")),
        ("rejectMfaByFederatedIdp", "faithful", asks_itself),
        ("rejectMfaByFederatedIdp", "silent", asks_itself),
        ("rejectMfaByFederatedIdp", "false_claim", asks_itself),
        ("rejectMfaByFederatedIdp", "wrong_value", asks_itself),
        ("rejectMfaByFederatedIdp", "attribute_only", asks_itself),
    ];
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"wingtip": {"per_user_mfa": "enforced"}}}));
    for (behavior, relay, expected) in table {
        for (protocol, expected) in ["wsfed", "saml", "oidc"].into_iter().zip(expected) {
            set(
                &standin,
                json!({"protocol": protocol, "federated_idp_mfa_behavior": behavior}),
                json!({"relay": relay}),
            );
            let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
            assert_eq!(word(&standin, &page), expected, "{behavior}, {relay}, {protocol}: {}", page.gist());
        }
    }
}

#[actix_web::test]
async fn r_12_the_older_setting_decides_when_the_newer_is_unset() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"wingtip": {"per_user_mfa": "enforced"}}}));
    for (supports, behavior, expected) in [
        (json!(true), json!(null), "fed mfa"),
        (json!(false), json!(null), "register"),
        (json!(null), json!(null), "fed mfa"),
        (json!(false), json!("enforceMfaByFederatedIdp"), "fed mfa"),
        (json!(true), json!("rejectMfaByFederatedIdp"), "register"),
    ] {
        let trust = json!({"supports_mfa": supports, "federated_idp_mfa_behavior": behavior});
        set(&standin, trust.clone(), json!({}));
        let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
        assert_eq!(word(&standin, &page), expected, "{trust}");
    }
}

#[actix_web::test]
async fn r_16_the_double_prompt_explains_itself() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({
            "tenants": {"wingtip": {"per_user_mfa": "enforced"}},
            "users": {super::TRENT: {"methods": {"totp": "MIAMIAMIAMIAMIAMIAMIAMIAMIAMIAMI"}}},
        }),
    );
    set(&standin, json!({"federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"}), json!({"relay": "silent"}));
    let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
    assert_eq!(word(&standin, &page), "verify", "asked a second time");
    let told = decisions(&standin);
    assert!(told.contains("R-16") && told.contains("asked twice"), "{told}");
    assert!(told.contains("did MFA and is set up not to relay the claim"), "{told}");
}

#[actix_web::test]
async fn a_provider_that_never_proves_it_is_asked_once_more_and_then_no_more() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"wingtip": {"per_user_mfa": "enforced"}}}));
    set(&standin, json!({}), json!({"relay": "silent"}));
    let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
    page.on_page(50079);
    assert!(page.has("multipleauthn") && page.has("R-12"), "{}", page.gist());
    let told = decisions(&standin);
    assert_eq!(told.matches("the browser goes to the provider").count(), 2, "{told}");
}
