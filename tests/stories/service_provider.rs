//! A SAML service provider, as far as stories need one: it writes requests, and believes only what verifies with the
//! certificates of the metadata.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use standin::Standin;
use standin::federation::assertion::Assertion;
use standin::federation::xml::names::{METADATA, SAMLP};
use standin::federation::xml::{self, Element};
use standin::keys::PublicKey;

use crate::answer::Answer;
use crate::client::{address, get};
use crate::visitor::Visitor;

pub const ENTITY: &str = "urn:example:saml";
pub const ACS: &str = "http://localhost:3000/saml/acs";
pub const SLO: &str = "http://localhost:3000/saml/slo";
/// Where a tenant and two providers are asked.
pub const TENANT: &str = "/example.test/saml2";
pub const LOCAL: &str = "/idp/local/saml/sso";

/// A request to sign in: these attributes, and these elements after the issuer.
pub fn request(attributes: &str, elements: &str) -> String {
    request_of(ENTITY, attributes, elements)
}

pub fn request_of(entity: &str, attributes: &str, elements: &str) -> String {
    format!(
        r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-11-26T10:00:00Z" {attributes}><saml:Issuer>{entity}</saml:Issuer>{elements}</samlp:AuthnRequest>"#
    )
}

/// As the Redirect binding carries it.
pub fn deflated(message: &str) -> String {
    STANDARD.encode(compress_to_vec(message.as_bytes(), 6))
}

/// As the POST binding carries it.
pub fn packed(message: &str) -> String {
    STANDARD.encode(message)
}

/// The address a browser is sent to.
pub fn asks(at: &str, message: &str) -> String {
    address(at, &[("SAMLRequest", &deflated(message)), ("RelayState", "where & what")])
}

/// A request for a class of contexts.
pub fn context(comparison: &str, classes: &[&str]) -> String {
    let classes: String =
        classes.iter().map(|class| format!("<saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>")).collect();
    format!(r#"<samlp:RequestedAuthnContext Comparison="{comparison}">{classes}</samlp:RequestedAuthnContext>"#)
}

/// A request for a format of names.
pub fn policy(format: &str) -> String {
    format!(r#"<samlp:NameIDPolicy Format="{format}" AllowCreate="true"/>"#)
}

/// The certificates that a metadata document publishes.
pub fn certificates(document: &str) -> Vec<Arc<PublicKey>> {
    let texts = document.split("<ds:X509Certificate>").skip(1).filter_map(|rest| rest.split('<').next());
    let keys = texts.map(|text| Arc::new(PublicKey::from_certificate(&STANDARD.decode(text).unwrap()).unwrap()));
    keys.collect()
}

/// The keys behind an address that is asked, by its metadata: the signature of that too has to hold.
pub fn keys(standin: &Standin, at: &str) -> Vec<Arc<PublicKey>> {
    let metadata = match at.strip_suffix("/saml/sso") {
        Some(provider) => format!("{provider}/federationmetadata/2007-06/federationmetadata.xml"),
        None => "/example.test/federationmetadata/2007-06/federationmetadata.xml".to_owned(),
    };
    let document = get(standin, &metadata);
    assert_eq!(document.status, 200, "{}", document.gist());
    let idp = document.body.split("<md:IDPSSODescriptor").nth(1).unwrap();
    let keys = certificates(idp);
    let root = xml::read(&document.body).unwrap();
    assert!(root.is(METADATA, "EntityDescriptor"));
    xml::verify(&root, &keys).unwrap();
    keys
}

/// The message a form carries.
pub fn message(page: &Answer) -> String {
    let packed = page.sent_back("SAMLResponse").unwrap_or_else(|| panic!("a SAML response, not {}", page.gist()));
    String::from_utf8(STANDARD.decode(packed).unwrap()).unwrap()
}

/// What a form that goes to the service provider says, if its signature holds.
pub fn said(standin: &Standin, at: &str, page: &Answer) -> Assertion {
    assert_eq!(page.attribute_after("<form", "action").as_deref(), Some(ACS), "{}", page.gist());
    let text = message(page);
    let root = xml::read(&text).unwrap();
    assert!(root.is(SAMLP, "Response"), "{text}");
    assert_eq!(root.value("InResponseTo"), Some("_r1"));
    assert_eq!(root.value("Destination"), Some(ACS));
    Assertion::read(xml::verify(&root, &keys(standin, at)).unwrap_or_else(|why| panic!("{why}: {text}"))).unwrap()
}

/// The two codes of a signed answer that is no.
pub fn status(standin: &Standin, at: &str, page: &Answer) -> (String, String) {
    let text = message(page);
    let root = xml::read(&text).unwrap();
    xml::verify(&root, &keys(standin, at)).unwrap();
    let code = root.only(SAMLP, "Status").and_then(|status| status.only(SAMLP, "StatusCode")).unwrap();
    let inner = code.only(SAMLP, "StatusCode").and_then(|inner| inner.value("Value")).unwrap_or_default();
    (word(code.value("Value").unwrap()), word(inner))
}

fn word(status: &str) -> String {
    status.rsplit(':').next().unwrap().to_owned()
}

/// The values of a claim, by the end of its name.
pub fn claim<'a>(said: &'a Assertion, name: &str) -> Vec<&'a str> {
    let found = said.attributes.iter().find(|one| one.name.ends_with(&format!("/{name}")));
    found.map(|one| one.values.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// Somebody signs in for this message. Answers the form that goes to the service provider, or whatever stands in its way.
pub async fn signs_in(visitor: &mut Visitor, at: &str, message: &str, user: &str) -> Answer {
    let page = visitor.get(&asks(at, message)).await;
    visitor.sign_in(page, user, crate::apps::PASSWORD).await
}

/// A request to sign out by this name.
pub fn logout(entity: &str, name: &str, more: &str) -> String {
    format!(
        r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="2026-11-26T10:00:00Z"><saml:Issuer>{entity}</saml:Issuer><saml:NameID>{name}</saml:NameID>{more}</samlp:LogoutRequest>"#
    )
}

/// The status of a document.
pub fn succeeded(root: &Element<'_>) -> bool {
    let code = root.only(SAMLP, "Status").and_then(|status| status.only(SAMLP, "StatusCode"));
    code.and_then(|code| code.value("Value")).is_some_and(|value| value.ends_with(":Success"))
}
