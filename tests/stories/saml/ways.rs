//! How somebody has to sign in: again, without being asked, by a second factor.

use serde_json::json;
use standin::Standin;

use super::ALICE_AT_LOCAL;
use crate::answer::Answer;
use crate::apps::{ALICE, PASSWORD};
use crate::client::{patch_world, started};
use crate::control::flows::newest_outcome;
use crate::second_factor::{MIA, MIAS_SECRET, another_way, app_code};
use crate::service_provider::{LOCAL, TENANT, asks, context, request, said, signs_in, status};
use crate::visitor::Visitor;

const MFA: &str = "http://schemas.microsoft.com/claims/multipleauthn";
const REFEDS: &str = "https://refeds.org/profile/mfa";
const PPT: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";

/// Mia's code app proves the second factor that the page asks for.
async fn prove(standin: &Standin, visitor: &mut Visitor, page: &Answer) -> Answer {
    let page = another_way(visitor, page, "PhoneAppOTP").await;
    visitor.submit(&page, &[("otc", &app_code(standin, MIAS_SECRET))]).await
}

/// Somebody with a code app whom nothing but the application asks for a second factor.
fn newcomer(standin: &Standin) -> &'static str {
    let facts = json!({"password": PASSWORD, "methods": {"totp": MIAS_SECRET}});
    patch_world(standin, json!({"users": {"nora@example.test": facts}}));
    "nora@example.test"
}

#[actix_web::test]
async fn r_06_a_requested_context_asks_for_a_second_factor_and_is_told_that_it_was_done() {
    let standin = started().await;
    let nora = newcomer(&standin);
    for asked in [MFA, REFEDS] {
        standin.clock().advance(std::time::Duration::from_secs(60));
        let mut browser = Visitor::new(&standin);
        let page = signs_in(&mut browser, TENANT, &request("", &context("exact", &[asked])), nora).await;
        assert!(page.has("name=\"otc\""), "{}", page.gist());
        let form = browser.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
        let told = said(&standin, TENANT, &form);
        assert_eq!(told.authentication.context, asked);
        assert!(told.methods.iter().any(|method| method == MFA), "{:?}", told.methods);
        // Nobody is asked twice (R-08), and who asks for a password is told of the password.
        let form = browser.get(&asks(TENANT, &request("", &context("exact", &[PPT])))).await;
        let told = said(&standin, TENANT, &form);
        assert_eq!(told.authentication.context, PPT);
        assert!(told.methods.iter().any(|method| method == MFA), "{:?}", told.methods);
    }
    let mut alone = Visitor::new(&standin);
    let form = signs_in(&mut alone, TENANT, &request("", &context("exact", &[PPT])), nora).await;
    assert!(!said(&standin, TENANT, &form).methods.iter().any(|method| method == MFA));
}

#[actix_web::test]
async fn a_context_that_nobody_has_here_is_refused() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&asks(TENANT, &request("", &context("exact", &[X509])))).await;
    page.on_page(75011);
    let told = alice.get(&asks(LOCAL, &request("", &context("exact", &[X509])))).await;
    assert_eq!(status(&standin, LOCAL, &told), ("Responder".into(), "NoAuthnContext".into()));
    let better = alice.get(&asks(TENANT, &request("", &context("better", &[MFA])))).await;
    better.on_page(75011);
    let nonsense = alice.get(&asks(TENANT, &request("", &context("sharper", &[PPT])))).await;
    nonsense.on_page(75005);
    let form = signs_in(&mut alice, TENANT, &request("", &context("exact", &[X509, PPT])), ALICE).await;
    assert_eq!(said(&standin, TENANT, &form).authentication.context, PPT, "one of several is enough");
}

#[actix_web::test]
async fn r_05_policies_of_the_tenant_hold_for_its_saml_applications() {
    let standin = started().await;
    let nora = newcomer(&standin);
    let policy = |grant: &str| {
        let policy = json!({"include": {"all": true}, "apps": ["example-saml"], "grant": [grant]});
        patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"saml": policy}}}}));
    };
    policy("mfa");
    let mut browser = Visitor::new(&standin);
    let page = signs_in(&mut browser, TENANT, &request("", ""), nora).await;
    assert!(page.has("name=\"otc\""), "{}", page.gist());
    let form = browser.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let told = said(&standin, TENANT, &form);
    assert!(told.methods.iter().any(|method| method == MFA));
    assert_eq!(told.authentication.context, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
    policy("block");
    signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), nora).await.on_page(53003);
}

#[actix_web::test]
async fn r_04_who_always_has_to_prove_a_second_factor_does_so_here_too() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = signs_in(&mut mia, TENANT, &request("", ""), MIA).await;
    let form = prove(&standin, &mut mia, &page).await;
    assert!(said(&standin, TENANT, &form).methods.iter().any(|method| method == MFA));
    let passive = mia.get(&asks(TENANT, &request(r#"IsPassive="true""#, &context("exact", &[MFA])))).await;
    assert_eq!(said(&standin, TENANT, &passive).authentication.context, MFA);
}

#[actix_web::test]
async fn force_authn_asks_again_and_is_passive_never_asks() {
    let standin = started().await;
    for (at, user) in [(TENANT, ALICE), (LOCAL, ALICE_AT_LOCAL)] {
        let mut alice = Visitor::new(&standin);
        let first = said(&standin, at, &signs_in(&mut alice, at, &request("", ""), user).await);
        standin.clock().advance(std::time::Duration::from_secs(600));
        let silent = said(&standin, at, &alice.get(&asks(at, &request("", ""))).await);
        assert_eq!(silent.authentication.instant, first.authentication.instant, "{at}");
        let page = alice.get(&asks(at, &request(r#"ForceAuthn="true""#, ""))).await;
        assert!(
            page.has("name=\"loginfmt\"") || page.has("name=\"passwd\"") || page.has("name=\"UserName\""),
            "{}",
            page.gist()
        );
        let again = alice.sign_in(page, user, PASSWORD).await;
        let again = said(&standin, at, &again);
        assert!(again.authentication.instant > first.authentication.instant, "{at}");
        let both = alice.get(&asks(at, &request(r#"ForceAuthn="true" IsPassive="true""#, ""))).await;
        assert_eq!(status(&standin, at, &both), ("Responder".into(), "NoPassive".into()), "{at}");
    }
    let nora = newcomer(&standin);
    let mut browser = Visitor::new(&standin);
    signs_in(&mut browser, TENANT, &request("", ""), nora).await;
    let passive = browser.get(&asks(TENANT, &request(r#"IsPassive="1""#, &context("exact", &[MFA])))).await;
    assert_eq!(status(&standin, TENANT, &passive), ("Responder".into(), "NoPassive".into()));
}

#[actix_web::test]
async fn r_14_a_provider_that_never_does_mfa_says_so_to_who_asks_for_it() {
    let standin = started().await;
    patch_world(&standin, json!({"providers": {"local": {"mfa": "never"}}}));
    let asked = request("", &context("exact", &[MFA]));
    let told = signs_in(&mut Visitor::new(&standin), LOCAL, &asked, ALICE_AT_LOCAL).await;
    assert_eq!(status(&standin, LOCAL, &told), ("Responder".into(), "NoAuthnContext".into()));
    assert_eq!(newest_outcome(&standin), "refused with AADSTS75011", "and the journal says so too (R-82)");
}

#[actix_web::test]
async fn a_hint_fills_in_the_name_and_leads_a_federated_person_to_their_provider() {
    let standin = started().await;
    let subject = format!("<saml:Subject><saml:NameID>{ALICE}</saml:NameID></saml:Subject>");
    let page = Visitor::new(&standin).get(&asks(TENANT, &request("", &subject))).await;
    assert!(page.has("name=\"passwd\"") && page.has(ALICE), "{}", page.gist());
    patch_world(&standin, json!({"tenants": {"wingtip": {}}, "apps": {"example-saml": {"multi_tenant": true}}}));
    let at = format!("{}&whr=wingtip.test", asks("/wingtip.test/saml2", &request("", "")));
    let away = Visitor::new(&standin).get(&at).await;
    assert!(away.location().contains("/idp/wingtip/adfs/ls/"), "{}", away.gist());
}
