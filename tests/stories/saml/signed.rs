//! Signed requests, where a certificate is registered, and what of the answers is signed.

use std::sync::Arc;

use serde_json::json;
use standin::Standin;
use standin::federation::xml;
use standin::federation::xml::redirect::{self, Direction};
use standin::keys::{KeyRing, KeySource, Owner, SigningKey};

use crate::apps::ALICE;
use crate::certificates::CERTIFICATE;
use crate::client::{Call, patch_world, started};
use crate::service_provider::{ENTITY, TENANT, asks, deflated, keys, message, packed, request, said, signs_in};
use crate::visitor::Visitor;

/// The development key whose certificate is registered, or another one.
fn key(owner: &str) -> Arc<SigningKey> {
    KeyRing::new(KeySource::Development).current(Owner::Provider(owner)).unwrap()
}

fn register(standin: &Standin, required: bool) {
    let saml = json!({"certificate": CERTIFICATE, "require_signed_requests": required});
    patch_world(standin, json!({"apps": {"example-saml": {"saml": saml}}}));
}

fn now(standin: &Standin) -> String {
    request("", "").replace("2026-11-26T10:00:00Z", &standin.clock().now().to_string())
}

fn redirected(message: &str, owner: &str) -> String {
    let query = redirect::sign(&key(owner), Direction::Request, &deflated(message), Some("kept")).unwrap();
    format!("{TENANT}?{query}")
}

fn posted(message: &str, owner: &str) -> String {
    let key = key(owner);
    xml::sign(&key, &xml::read(message).unwrap()).unwrap().into_text()
}

#[actix_web::test]
async fn a_signed_request_is_answered_over_both_bindings_and_a_wrong_signature_refused() {
    let standin = started().await;
    register(&standin, true);
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&redirected(&now(&standin), "wingtip")).await;
    let form = alice.sign_in(page, ALICE, crate::apps::PASSWORD).await;
    assert_eq!(form.sent_back("RelayState").as_deref(), Some("kept"));
    said(&standin, TENANT, &form);
    let form = alice.post(TENANT, &[("SAMLRequest", &packed(&posted(&now(&standin), "wingtip")))]).await;
    said(&standin, TENANT, &form);

    alice.get(&redirected(&now(&standin), "local")).await.on_page(75005);
    alice.post(TENANT, &[("SAMLRequest", &packed(&posted(&now(&standin), "local")))]).await.on_page(75005);
    let changed = redirected(&now(&standin), "wingtip").replace("RelayState=kept", "RelayState=changed");
    alice.get(&changed).await.on_page(75005);
    let other = posted(&now(&standin), "wingtip").replace(" Version=", " ForceAuthn=\"true\" Version=");
    alice.post(TENANT, &[("SAMLRequest", &packed(&other))]).await.on_page(75005);
}

#[actix_web::test]
async fn where_signed_requests_are_required_an_unsigned_or_an_old_one_is_refused() {
    let standin = started().await;
    register(&standin, true);
    let mut alice = Visitor::new(&standin);
    alice.get(&asks(TENANT, &now(&standin))).await.on_page(76021);
    alice.post(TENANT, &[("SAMLRequest", &packed(&now(&standin)))]).await.on_page(76021);
    // The signature has to stand where the binding has it.
    let in_document = asks(TENANT, &posted(&now(&standin), "wingtip"));
    alice.get(&in_document).await.on_page(76021);
    let stolen = redirected(&now(&standin), "wingtip");
    standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
    alice.get(&stolen).await.on_page(76026);
    let early = now(&standin).replace("2026-", "2126-");
    alice.get(&redirected(&early, "wingtip")).await.on_page(76026);
}

#[actix_web::test]
async fn where_they_are_not_required_an_unsigned_request_will_do_but_no_wrong_one() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    // Nobody's certificate is registered: the signature says nothing.
    said(&standin, TENANT, &alice.get(&redirected(&request("", ""), "local")).await);
    register(&standin, false);
    said(&standin, TENANT, &alice.get(&asks(TENANT, &request("", ""))).await);
    said(&standin, TENANT, &alice.get(&redirected(&request("", ""), "wingtip")).await);
    alice.get(&redirected(&request("", ""), "local")).await.on_page(75005);
}

#[actix_web::test]
async fn the_application_decides_what_of_an_answer_is_signed() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    for (signs, signatures, outermost) in
        [("assertion", 1, "Assertion"), ("response", 1, "Response"), ("both", 2, "Response")]
    {
        patch_world(&standin, json!({"apps": {"example-saml": {"saml": {"signs": signs}}}}));
        let form = alice.get(&asks(TENANT, &request("", ""))).await;
        said(&standin, TENANT, &form);
        let text = message(&form);
        assert_eq!(
            text.matches("<ds:Signature>").count() + text.matches("<ds:Signature ").count(),
            signatures,
            "{text}"
        );
        let root = xml::read(&text).unwrap();
        let signed = xml::verify(&root, &keys(&standin, TENANT)).unwrap();
        assert_eq!(signed.element().name.local, outermost, "{signs}");
    }
}

#[actix_web::test]
async fn metadata_names_every_key_that_still_counts() {
    let standin = started().await;
    for (at, whose) in [(TENANT, json!({})), ("/idp/wingtip/saml/sso", json!({"provider": "wingtip"}))] {
        let before = keys(&standin, at).len();
        let rotate = Call::new(&standin, "POST", "/_standin/keys/rotate");
        assert_eq!(rotate.body("application/json", whose.to_string()).send().status, 200, "{at}");
        let after = keys(&standin, at);
        assert_eq!(after.len(), before + 1, "{at}");
    }
}

fn said_done(entity: &str, status: &str) -> String {
    format!(
        r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x" Version="2.0" IssueInstant="2026-11-26T10:00:00Z"><saml:Issuer>{entity}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status></samlp:LogoutResponse>"#
    )
}

#[actix_web::test]
async fn what_an_application_answers_to_a_sign_out_is_believed_by_its_signature_and_journalled() {
    let standin = started().await;
    register(&standin, false);
    let mut alice = Visitor::new(&standin);
    let response = |owner| {
        let message = deflated(&said_done(ENTITY, "Success"));
        format!("{TENANT}?{}", redirect::sign(&key(owner), Direction::Response, &message, None).unwrap())
    };
    let posted = |owner| packed(&posted(&said_done(ENTITY, "Success"), owner));
    let told = |kind: &str| {
        let events = crate::client::get(&standin, &format!("/_standin/events?kind={kind}")).json();
        events["value"].as_array().unwrap().last().map(|entry| entry["summary"].as_str().unwrap().to_owned())
    };
    assert_eq!(alice.get(&response("wingtip")).await.status, 200);
    assert_eq!(alice.post(TENANT, &[("SAMLResponse", &posted("wingtip"))]).await.status, 200);
    assert_eq!(told("decision").as_deref(), Some("urn:example:saml says that it signed somebody out"));
    alice.post(TENANT, &[("SAMLResponse", &packed(&said_done(ENTITY, "Responder")))]).await;
    assert!(told("decision").unwrap().contains("signed nobody out"), "{:?}", told("decision"));

    alice.get(&response("local")).await.on_page(75005);
    assert!(told("error").unwrap().contains("The signature of the message is not accepted"), "{:?}", told("error"));
    alice.post(TENANT, &[("SAMLResponse", &posted("local"))]).await.on_page(75005);
    let stranger = packed(&said_done("urn:nobody", "Success"));
    alice.post(TENANT, &[("SAMLResponse", &stranger)]).await.on_page(700016);
    // Where messages have to be signed, this one has to be as well.
    register(&standin, true);
    alice.post(TENANT, &[("SAMLResponse", &packed(&said_done(ENTITY, "Success")))]).await.on_page(76021);
    assert_eq!(alice.post(TENANT, &[("SAMLResponse", &posted("wingtip"))]).await.status, 200);
}
