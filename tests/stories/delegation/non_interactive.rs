//! Where nobody can be asked: a password handed over is never enough at a customer, a refresh token is what its
//! sign-in was.

use serde_json::json;

use super::{ARM, AT_ADATUM, HANA, JANE, JOHN, janes_tokens};
use crate::answer::{Answer, claims};
use crate::apps::{PARTNER, PASSWORD, text};
use crate::client::{Fields, patch_world, started};
use crate::federation::TRENT;
use crate::second_factor::words;
use crate::visitor::Visitor;

const SCANNER: &str = "scanner@fabrikam.test";

fn hand_over(standin: &standin::Standin, at: &str, user: &str, more: Fields<'_>) -> Answer {
    let mut fields = vec![("grant_type", "password"), ("username", user), ("password", PASSWORD)];
    match at.ends_with("/v2.0") {
        true => fields.push(("scope", "https://management.azure.com/.default")),
        false => fields.push(("resource", ARM)),
    }
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    PARTNER.token(standin, at, &fields)
}

#[actix_web::test]
async fn a_password_alone_is_refused_at_a_customer_and_the_refusal_says_what_is_missing() {
    let standin = started().await;
    for (user, code) in [(JANE, 50076), (HANA, 50076), (JOHN, 50079), (TRENT, 50079)] {
        for customer in ["adatum.test", "tailspin.test", super::ADATUM] {
            let told = hand_over(&standin, &format!("/{customer}/oauth2/v2.0"), user, &[]);
            assert_eq!(told.refused(400, "invalid_grant", code)["suberror"], "basic_action", "{user}");
            let told = hand_over(&standin, &format!("/{customer}/oauth2"), user, &[]);
            assert_eq!(told.refused(400, "interaction_required", code)["suberror"], "basic_action", "{user}");
        }
    }
    hand_over(&standin, AT_ADATUM, JANE, &[("password", "wrong")]).refused(400, "invalid_grant", 50126);
    hand_over(&standin, AT_ADATUM, "nobody@contoso.test", &[]).refused(400, "invalid_grant", 50034);
}

#[actix_web::test]
async fn an_account_without_delegated_privileges_keeps_its_password_flow_at_home_only() {
    let standin = started().await;
    hand_over(&standin, "/fabrikam.test/oauth2", SCANNER, &[]).granted();
    hand_over(&standin, AT_ADATUM, SCANNER, &[]).refused(400, "invalid_grant", 50020);
    hand_over(&standin, "/fabrikam.test/oauth2", JOHN, &[]).granted();
}

#[actix_web::test]
async fn a_refresh_token_of_a_sign_in_without_mfa_is_good_at_home_and_not_at_a_customer() {
    let standin = started().await;
    let tokens = hand_over(&standin, "/fabrikam.test/oauth2", JOHN, &[]).granted();
    let refresh = text(&tokens, "refresh_token");
    let v1 = PARTNER.refresh(&standin, AT_ADATUM, refresh, &[("resource", ARM)]);
    assert_eq!(v1.refused(400, "interaction_required", 50079)["suberror"], "basic_action");
    patch_world(&standin, json!({"users": {JOHN: {"methods": {"push": true}}}}));
    let scope: Fields<'_> = &[("scope", "https://management.azure.com/.default")];
    let v2 = PARTNER.refresh(&standin, "/adatum.test/oauth2/v2.0", refresh, scope);
    assert_eq!(v2.refused(400, "invalid_grant", 50076)["suberror"], "basic_action");
    PARTNER.refresh(&standin, "/fabrikam.test/oauth2", refresh, &[("resource", ARM)]).granted();
}

#[actix_web::test]
async fn one_of_a_sign_in_with_mfa_is_good_for_every_customer() {
    let standin = started().await;
    let tokens = janes_tokens(&standin, "/contoso.test/oauth2").await;
    let mut refresh = text(&tokens, "refresh_token").to_owned();
    for at in [AT_ADATUM, super::AT_TAILSPIN, "/contoso.test/oauth2"] {
        let next = PARTNER.refresh(&standin, at, &refresh, &[("resource", "https://graph.microsoft.com")]).granted();
        let token = claims(text(&next, "access_token"));
        assert_eq!(words(&token["amr"]), ["pwd", "otp", "mfa"], "{at}");
        assert_eq!(token.get("xms_idrel").is_some(), !at.starts_with("/contoso"), "{at}");
        refresh = text(&next, "refresh_token").to_owned();
    }
}

#[actix_web::test]
async fn nobody_is_signed_in_silently_who_would_have_to_be_asked() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    super::arrives(&mut visitor, "/fabrikam.test/oauth2", JOHN).await;
    let ask = PARTNER.asks(AT_ADATUM, &[("scope", ""), ("resource", ARM), ("prompt", "none"), ("login_hint", JOHN)]);
    let answer = visitor.get(&ask).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("interaction_required"), "{}", answer.gist());
}

#[actix_web::test]
async fn a_technical_exception_lifts_it_while_it_lasts_and_nothing_else() {
    let standin = started().await;
    let john = || hand_over(&standin, AT_ADATUM, JOHN, &[]);
    john().refused(400, "interaction_required", 50079);
    let exception = |state: &str| {
        json!({"exceptions": {"third-party": {
            "tenant": "fabrikam", "product": "Acme MFA", "integration": "federation", "reason": "third_party_mfa",
            "state": state, "until": "2027-01-01T00:00:00Z",
        }}})
    };
    patch_world(&standin, exception("submitted"));
    john().refused(400, "interaction_required", 50079);
    patch_world(&standin, exception("approved"));
    let token = claims(text(&john().granted(), "access_token"));
    assert_eq!((words(&token["amr"]), text(&token, "tid")), (vec!["pwd".to_owned()], super::ADATUM));
    assert!(super::get(&standin, "/_standin/events?kind=token").body.contains("R-07"));
    // It is about Fabrikam's agents, and about the rule for partners alone: Tailspin's own policy holds.
    hand_over(&standin, AT_ADATUM, JANE, &[]).refused(400, "interaction_required", 50076);
    hand_over(&standin, "/tailspin.test/oauth2", JOHN, &[]).refused(400, "interaction_required", 50079);
    hand_over(&standin, AT_ADATUM, SCANNER, &[]).refused(400, "invalid_grant", 50020);
    standin.clock().advance(std::time::Duration::from_secs(400 * 86_400));
    john().refused(400, "interaction_required", 50079);
}
