//! SAML and WS-Federation applications of a federated tenant, of an isolated world, and signed in to without a browser.

use serde_json::json;
use standin::Standin;
use standin::federation::assertion::Assertion;
use standin::federation::xml;

use super::ALICE_AT_LOCAL;
use crate::answer::Answer;
use crate::apps::{ALICE, PASSWORD};
use crate::client::{Call, address, patch_world, started};
use crate::federation::{TRENT, set, through_the_provider};
use crate::second_factor::journal;
use crate::service_provider::{LOCAL, TENANT, asks, claim, context, keys, message, request, said, signs_in};
use crate::visitor::Visitor;

const AT_WINGTIP: &str = "/wingtip.test/saml2";
const MFA: &str = "http://schemas.microsoft.com/claims/multipleauthn";

/// An application of all tenants, so that Wingtip's people can use it.
async fn started_for_all() -> Standin {
    let standin = started().await;
    let all = json!({"multi_tenant": true, "consented": ["example", "wingtip"]});
    patch_world(&standin, json!({"apps": {"example-saml": all, "example-wsfed": all}}));
    standin
}

async fn trent(standin: &Standin, browser: &mut Visitor, at: &str) -> Answer {
    let page = browser.get(at).await;
    through_the_provider(standin, browser, page).await
}

#[actix_web::test]
async fn r_12_a_federated_person_proves_at_the_provider_what_the_application_asks_for() {
    let standin = started_for_all().await;
    patch_world(&standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
    let mut browser = Visitor::new(&standin);
    let form = trent(&standin, &mut browser, &asks(AT_WINGTIP, &request("", &context("exact", &[MFA])))).await;
    let told = said(&standin, TENANT, &form);
    assert_eq!(told.authentication.context, MFA);
    assert_eq!(claim(&told, "name"), [TRENT]);
    assert_eq!(told.issuer, "https://sts.windows.net/b04058b2-fc8b-4fbf-bd41-37e1cc2ac001/");
    let passive = [("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed"), ("wauth", MFA)];
    let form = browser.get(&address("/wingtip.test/wsfed", &passive)).await;
    assert!(form.sent_back("wresult").unwrap().contains(MFA), "nobody is asked twice: {}", form.gist());
}

#[actix_web::test]
async fn a_provider_that_does_not_relay_what_it_did_leads_to_a_clear_page_and_no_loop() {
    let standin = started_for_all().await;
    set(&standin, json!({"federated_idp_mfa_behavior": "enforceMfaByFederatedIdp"}), json!({"relay": "silent"}));
    let mut browser = Visitor::new(&standin);
    let page = trent(&standin, &mut browser, &asks(AT_WINGTIP, &request("", &context("exact", &[MFA])))).await;
    page.on_page(50079);
    assert!(journal(&standin, "decision").contains("multipleauthn"), "the journal names what was missing");
}

#[actix_web::test]
async fn r_14_a_provider_says_to_others_too_what_it_is_set_up_to_say() {
    let standin = started().await;
    let table = [("silent", false), ("false_claim", true), ("wrong_value", false)];
    for (relay, claimed) in table {
        patch_world(&standin, json!({"providers": {"local": {"relay": relay}}}));
        let form = signs_in(&mut Visitor::new(&standin), LOCAL, &request("", ""), ALICE_AT_LOCAL).await;
        let told = said(&standin, LOCAL, &form);
        assert_eq!(told.methods.iter().any(|method| method == MFA), claimed, "{relay}");
        assert_eq!(told.authentication.context == MFA, claimed, "{relay}");
    }
    patch_world(&standin, json!({"providers": {"local": {"relay": "faithful", "answer": "expired"}}}));
    let form = signs_in(&mut Visitor::new(&standin), LOCAL, &request("", ""), ALICE_AT_LOCAL).await;
    assert!(said(&standin, LOCAL, &form).not_on_or_after.unwrap() < standin.clock().now());
    patch_world(&standin, json!({"providers": {"local": {"answer": "down"}}}));
    let down = Visitor::new(&standin).get(&asks(LOCAL, &request("", ""))).await;
    assert_eq!(down.status, 503, "{}", down.gist());
}

#[actix_web::test]
async fn an_isolated_world_answers_by_its_own_keys_and_knows_nothing_of_other_sessions() {
    let standin = started().await;
    let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", r#"{"id":"mine"}"#).send();
    assert_eq!(made.status, 201, "{}", made.gist());
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    let page = alice.get(&asks("/w/mine/example.test/saml2", &request("", ""))).await;
    assert!(page.has("name=\"loginfmt\""), "another world, another session: {}", page.gist());
    let form = alice.sign_in(page, ALICE, PASSWORD).await;
    let text = message(&form);
    let root = xml::read(&text).unwrap();
    assert!(xml::verify(&root, &keys(&standin, TENANT)).is_err(), "the root world's keys verify nothing here");
    let document = alice.get("/w/mine/example.test/federationmetadata/2007-06/federationmetadata.xml").await;
    let own = crate::service_provider::certificates(&document.body);
    let told = Assertion::read(xml::verify(&root, &own).unwrap()).unwrap();
    assert_eq!(told.issuer, "https://sts.windows.net/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/");
    assert!(document.has(&standin.http("/w/mine/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/saml2")), "{}", document.body);
}

#[actix_web::test]
async fn somebody_is_signed_in_to_order_too() {
    let standin = started().await;
    let url = standin.http(&asks(TENANT, &request("", &context("exact", &[MFA]))));
    let order = json!({"url": url, "user": "mia@example.test"});
    let done =
        Call::new(&standin, "POST", "/_standin/sign-in").body("application/json", order.to_string()).send().granted();
    assert_eq!(done["form"]["action"], "http://localhost:3000/saml/acs", "{done}");
    assert_eq!(done["form"]["fields"][0][0], "SAMLResponse", "{done}");
}

#[actix_web::test]
async fn the_journal_tells_what_was_said_and_no_secret() {
    let standin = started().await;
    let form = signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), ALICE).await;
    let told = journal(&standin, "token");
    assert!(told.contains("Example says to urn:example:saml that it is alice@example.test"), "{told}");
    let everything = journal(&standin, "request,decision,token,error");
    let packed = form.sent_back("SAMLResponse").unwrap();
    assert!(!everything.contains(&packed[..60]) && !everything.contains(PASSWORD), "{everything}");
}
