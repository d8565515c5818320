use super::*;
use crate::federation::assertion::Version;
use crate::federation::fixtures::{assertion, metadata, request, response, trusted, wingtip};
use crate::federation::xml::names::SAML20;
use crate::federation::xml::{Namespace, SignatureError, read, verify};

/// The names of the elements directly in an element, without namespaces.
fn order<'e>(element: &'e Element<'e>) -> Vec<&'e str> {
    element.elements().map(|child| child.name.local).collect()
}

#[test]
fn a_signature_stands_where_each_schema_wants_it() {
    let (key, old, new) = (wingtip(), assertion(Version::Saml11), assertion(Version::Saml20));
    let table = [
        (old.build(), vec!["Conditions", "AttributeStatement", "AuthenticationStatement", "Signature"]),
        (new.build(), vec!["Issuer", "Signature", "Subject", "Conditions", "AuthnStatement", "AttributeStatement"]),
        (response(new.build()), vec!["Issuer", "Signature", "Status", "Assertion"]),
        (request(), vec!["Issuer", "Signature"]),
        (metadata(), vec!["Signature", "IDPSSODescriptor"]),
    ];
    for (element, expected) in table {
        let sealed = sign(&key, &element).unwrap();
        assert_eq!(order(&read(sealed.text()).unwrap()), expected);
    }
}

#[test]
fn the_same_document_signed_twice_is_the_same_document() {
    let (key, said) = (wingtip(), assertion(Version::Saml20));
    let signed = || sign(&key, &said.build()).unwrap().into_text();
    assert_eq!(signed(), signed());
}

#[test]
fn namespaces_that_only_values_use_are_signed_too() {
    let key = wingtip();
    let default = Namespace::new("", "urn:default");
    let text = sign(&key, &metadata().declare(default)).unwrap().into_text();
    assert!(text.contains(r##"PrefixList="fed #default""##), "{text}");
    assert!(verify(&read(&text).unwrap(), &trusted()).is_ok());
    let other = text.replace("wsfed/federation/200706", "wsfed/federation/200707");
    assert_eq!(verify(&read(&other).unwrap(), &trusted()).map(drop), Err(SignatureError::Changed));
}

#[test]
fn what_carries_no_signature_or_has_no_id_is_not_signed() {
    let key = wingtip();
    for element in
        [SAML20.element("Issuer"), SAML20.element("Assertion"), SAML20.element("Assertion").attribute("ID", "")]
    {
        assert_eq!(sign(&key, &element), Err(SignError::Unsignable));
    }
}
