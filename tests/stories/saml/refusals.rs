//! What strangers send: each is told on a page what was wrong, and nobody is sent anywhere that is not registered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;

use super::ALICE_AT_LOCAL;
use crate::answer::Answer;
use crate::apps::ALICE;
use crate::client::{Call, get, started};
use crate::second_factor::journal;
use crate::service_provider::{LOCAL, TENANT, asks, packed, request, request_of, signs_in};
use crate::visitor::Visitor;

fn led_nowhere(page: &Answer, what: &str) {
    assert!((400..500).contains(&page.status), "{what}: {}", page.gist());
    assert_eq!(page.header("location"), "", "{what}");
    assert!(page.has("data-testid=\"error-code\"") && !page.has("hiddenform"), "{what}: {}", page.gist());
    assert!(!page.has("<script>alert") && !page.has("action=\"http://evil"), "{what}: {}", page.gist());
}

#[actix_web::test]
async fn what_is_no_request_is_refused_over_both_bindings() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    let bomb = STANDARD.encode(compress_to_vec(&vec![b' '; 20_000_000], 6));
    let deep = format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
    let doctype = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", request("", ""));
    let texts = [
        String::new(),
        "<a/>".into(),
        doctype,
        deep,
        request("", "").replace("ID=\"_r1\"", ""),
        request("", "").replace("ID=\"_r1\"", "ID=\"1&quot;&gt;\""),
        request("", "").replace("Version=\"2.0\"", "Version=\"1.1\""),
        request("", "").replace("AuthnRequest", "AttributeQuery"),
        request("", "").replace("urn:example:saml", ""),
        request("", "").replace("urn:example:saml", "<b>x</b>"),
    ];
    for at in [TENANT, LOCAL, "/idp/local/saml/slo"] {
        for text in &texts {
            led_nowhere(&browser.get(&asks(at, text)).await, text);
            led_nowhere(&browser.post(at, &[("SAMLRequest", &packed(text))]).await, text);
        }
        for message in ["%%%", "AAAA", "PGEvPg==", bomb.as_str()] {
            let shown = &message[..message.len().min(40)];
            let address = crate::client::address(at, &[("SAMLRequest", message)]);
            led_nowhere(&browser.get(&address).await, shown);
            led_nowhere(&browser.post(at, &[("SAMLRequest", message)]).await, shown);
        }
        led_nowhere(&browser.get(at).await, "nothing at all");
        led_nowhere(&browser.get(&format!("{at}?SAMLRequest=a&SAMLResponse=b")).await, "two messages");
        led_nowhere(&browser.get(&format!("{at}?SAMLRequest=a&SAMLRequest=b")).await, "one message twice");
        let put = Call::new(&standin, "PUT", at).send();
        assert_eq!(put.status, 405, "{}", put.gist());
        let json = Call::new(&standin, "POST", at).body("application/json", "{}").send();
        led_nowhere(&json, "no form");
    }
    browser.get(TENANT).await.on_page(750054);
}

#[actix_web::test]
async fn a_huge_message_is_refused_by_its_size() {
    let standin = started().await;
    let huge = "A".repeat(3_000_000);
    for at in [TENANT, LOCAL] {
        let page = Visitor::new(&standin).post(at, &[("SAMLRequest", &huge)]).await;
        assert_eq!(page.status, 413, "{at}: {}", page.gist());
    }
    let state = "s".repeat(5000);
    let fields = [("SAMLRequest", packed(&request("", ""))), ("RelayState", state)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Visitor::new(&standin).post(TENANT, &fields).await.on_page(90013);
}

#[actix_web::test]
async fn nobody_is_answered_at_an_address_that_is_not_registered() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    signs_in(&mut alice, LOCAL, &request("", ""), ALICE_AT_LOCAL).await;
    for at in [TENANT, LOCAL] {
        for acs in [
            "http://evil.test/acs",
            "http://localhost:3000/saml/acs/../../evil",
            "http://localhost:3000/saml/acs?x",
            "//evil.test",
            "javascript:alert(1)",
            "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            let asked = request(&format!(r#"AssertionConsumerServiceURL="{acs}""#), "");
            led_nowhere(&alice.get(&asks(at, &asked)).await, acs);
        }
    }
    let unknown = alice.get(&asks(TENANT, &request_of("urn:nobody", "", ""))).await;
    unknown.on_page(700016);
    alice.get(&asks("/contoso.test/saml2", &request("", ""))).await.on_page(700016);
    alice.get(&asks("/common/saml2", &request("", ""))).await.on_page(50194);
    alice.get(&asks("/nowhere.test/saml2", &request("", ""))).await.on_page(90002);
    let elsewhere = request(r#"Destination="https://login.other.test/another/saml2""#, "");
    alice.get(&asks(TENANT, &elsewhere)).await.on_page(75008);
    let artifact = request(r#"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact""#, "");
    alice.get(&asks(TENANT, &artifact)).await.on_page(75003);
    assert!(journal(&standin, "error").contains("AADSTS75008"), "{}", journal(&standin, "error"));
}

#[actix_web::test]
async fn a_request_may_name_its_own_address_in_other_words() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    for destination in [
        standin.http(TENANT),
        standin.https("/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/saml2"),
        "https://login.microsoftonline.com/Example.test/saml2".to_owned(),
    ] {
        let form = alice.get(&asks(TENANT, &request(&format!(r#"Destination="{destination}""#), ""))).await;
        assert!(form.has("hiddenform"), "{destination}: {}", form.gist());
    }
}

#[actix_web::test]
async fn what_goes_back_is_never_script() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    let state = "\"><script>alert(1)</script>";
    let fields = [("SAMLRequest", packed(&request("", ""))), ("RelayState", state.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let form = alice.post(TENANT, &fields).await;
    assert_eq!(form.sent_back("RelayState").as_deref(), Some(state));
    assert!(!form.has("<script>alert"), "{}", form.body);
}

#[actix_web::test]
async fn documents_are_read_and_nothing_else() {
    let standin = started().await;
    for path in [
        "/example.test/federationmetadata/2007-06/federationmetadata.xml",
        "/common/FederationMetadata/2007-06/FederationMetadata.xml",
        "/federationmetadata/saml20/federationmetadata.xml",
        "/idp/local/FederationMetadata/2007-06/FederationMetadata.xml",
        "/idp/local/saml/metadata",
    ] {
        let document = get(&standin, path);
        assert_eq!(document.status, 200, "{path}: {}", document.gist());
        assert!(document.header("content-type").contains("xml"), "{path}");
        assert_eq!(Call::new(&standin, "POST", path).send().status, 405, "{path}");
    }
    assert_eq!(get(&standin, "/nowhere.test/federationmetadata/2007-06/federationmetadata.xml").status, 400);
    assert_eq!(get(&standin, "/idp/nobody/saml/metadata").status, 404);
}
