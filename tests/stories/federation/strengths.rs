//! A provider's second factor and what a policy demands by name, and what a refusal says is missing.

use serde_json::json;
use standin::Standin;

use super::{PARTNER_CENTER, TRENT, WINGTIP, amr, decisions, set, trent};
use crate::answer::Answer;
use crate::apps::{PARTNER, text};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;
use crate::wstrust::{AZURE_CLI, MESSAGE, assertion, hand_over};

const MISSING: &str = "is missing from its answer";
const PROTOCOLS: [&str; 3] = ["wsfed", "saml", "oidc"];

/// What Wingtip's own policy demands of everybody.
fn demand(standin: &Standin, grant: &str) {
    let policy = json!({"include": {"all": true}, "apps": ["all"], "grant": [grant]});
    patch_world(standin, json!({"tenants": {"wingtip": {"conditional_access": {"policy": policy}}}}));
}

async fn arrives(standin: &Standin) -> Answer {
    trent(standin, &mut Visitor::new(standin), &[]).await
}

#[actix_web::test]
async fn r_05_a_relayed_second_factor_is_the_built_in_strength_of_any() {
    let standin = started().await;
    demand(&standin, "strength:mfa");
    for protocol in PROTOCOLS {
        for behavior in ["enforceMfaByFederatedIdp", "acceptIfMfaDoneByFederatedIdp"] {
            set(&standin, json!({"protocol": protocol, "federated_idp_mfa_behavior": behavior}), json!({}));
            assert_eq!(amr(&standin, &arrives(&standin).await), ["fed", "mfa"], "{protocol} {behavior}");
        }
    }
    assert!(!decisions(&standin).contains("R-16"), "nobody is asked twice");
}

#[actix_web::test]
async fn r_05_a_stronger_one_is_the_tenants_to_ask_or_the_end_and_the_page_names_it() {
    let standin = started().await;
    demand(&standin, "strength:phishing_resistant");
    for protocol in PROTOCOLS {
        set(&standin, json!({"protocol": protocol}), json!({}));
        let page = arrives(&standin).await;
        page.on_page(50074);
        assert!(page.has("the authentication strength phishing_resistant") && !page.has(MISSING), "{}", page.gist());
        assert!(page.has("MFA is proven"), "{}", page.gist());
        set(&standin, json!({"federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"}), json!({}));
        let page = arrives(&standin).await;
        assert!(page.has("id=\"idSubmit_ProofUp_Redirect\""), "{protocol}: {}", page.gist());
        set(&standin, json!({"federated_idp_mfa_behavior": "enforceMfaByFederatedIdp"}), json!({}));
    }
    let told = decisions(&standin);
    assert!(!told.contains("R-16") && !told.contains("never had"), "{told}");
}

#[actix_web::test]
async fn r_13_a_refusal_names_what_the_protocol_would_have_carried() {
    let standin = started().await;
    demand(&standin, "mfa");
    let names = ["authenticationmethodsreferences", "the AuthnContextClassRef http", "the value mfa in the claim amr"];
    for (protocol, relay, missing) in [
        ("wsfed", "silent", names[0]),
        ("saml", "silent", names[1]),
        ("saml", "attribute_only", names[1]),
        ("oidc", "silent", names[2]),
    ] {
        set(&standin, json!({"protocol": protocol}), json!({"relay": relay}));
        let page = arrives(&standin).await;
        page.on_page(50079);
        let told: Vec<&str> = names.into_iter().filter(|name| page.has(name)).collect();
        assert_eq!(told, [missing], "{protocol} {relay}: {}", page.gist());
        assert!(page.has(MISSING), "{}", page.gist());
    }
}

#[actix_web::test]
async fn r_13_so_does_the_refusal_of_a_refresh_token() {
    let standin = started().await;
    set(&standin, json!({"protocol": "oidc"}), json!({"relay": "silent"}));
    let code = arrives(&standin).await.sent_back("code").unwrap();
    let tokens = PARTNER.redeem(&standin, WINGTIP, &code, &[("resource", PARTNER_CENTER)]).granted();
    demand(&standin, "mfa");
    let again = PARTNER.refresh(&standin, WINGTIP, text(&tokens, "refresh_token"), &[("resource", PARTNER_CENTER)]);
    let refused = again.refused(400, "interaction_required", 50079);
    let told = text(&refused, "error_description");
    assert!(told.contains(TRENT) && told.contains("the value mfa in the claim amr"), "{told}");
}

#[actix_web::test]
async fn r_53_an_assertion_for_a_password_is_refused_at_a_customer_whatever_it_claims() {
    let standin = started().await;
    for (behavior, code) in [("enforceMfaByFederatedIdp", 50079), ("acceptIfMfaDoneByFederatedIdp", 50079)] {
        let provider = json!({"mfa": "on_request", "relay": "false_claim"});
        set(&standin, json!({"federated_idp_mfa_behavior": behavior}), provider);
        let said = assertion(&MESSAGE.send(&standin));
        let refused = hand_over(&standin, AZURE_CLI, "/adatum.test/oauth2", &said, &[]);
        let refused = refused.refused(400, "interaction_required", code);
        let told = text(&refused, "error_description");
        assert!(!told.contains("authenticationmethodsreferences"), "{behavior}: {told}");
    }
    let told = decisions(&standin);
    assert!(told.contains("R-53") && told.contains("MFA is proven"), "{told}");
    assert!(!told.contains("R-16") && !told.contains("authenticationmethodsreferences ="), "{told}");
}
