use proptest::prelude::*;

use super::*;
use crate::federation::assertion::tests::{readable, said};
use crate::federation::fixtures::{TRENT, assertion, now};
use crate::federation::xml::{read as parse, write};
use crate::time::Span;

fn saml20() -> Assertion {
    assertion(Version::Saml20)
}

fn again(text: &str) -> Result<Assertion, Unreadable> {
    read(&parse(text).unwrap())
}

#[test]
fn an_assertion_is_written_as_the_web_browser_profile_has_it() {
    insta::assert_snapshot!(readable(&write(&build(&saml20()))));
}

#[test]
fn the_name_is_the_source_unless_there_is_an_attribute_for_it() {
    let mut said = saml20();
    assert_eq!(said.source(), Some(TRENT));
    said.immutable_id = Some("other".into());
    assert_eq!(again(&write(&build(&said))).unwrap().source(), Some("other"));
}

#[test]
fn of_two_times_the_narrower_one_holds() {
    let text = write(&build(&saml20()));
    let ends = "NotOnOrAfter=\"2026-11-20T11:00:00Z\"";
    let half_past = "NotOnOrAfter=\"2026-11-20T10:30:00.0000000Z\"";
    let end = |text: &str| again(text).unwrap().not_on_or_after;
    assert_eq!(end(&text.replacen(ends, half_past, 1)), Some(now().plus(Span::minutes(30))));
    let conditions = text
        .replace(&format!("Conditions NotBefore=\"2026-11-20T10:00:00Z\" {ends}"), &format!("Conditions {half_past}"));
    assert_eq!(end(&conditions), Some(now().plus(Span::minutes(30))));
    let late = text.replace(
        "<saml:SubjectConfirmationData ",
        "<saml:SubjectConfirmationData NotBefore=\"2026-11-20T12:10:00+02:00\" ",
    );
    assert_eq!(again(&late).unwrap().not_before, Some(now().plus(Span::minutes(10))));
}

#[test]
fn one_way_to_confirm_the_subject_is_enough() {
    let text = write(&build(&saml20()));
    let other = r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>"#;
    let both = text.replace("<saml:SubjectConfirmation ", &format!("{other}<saml:SubjectConfirmation "));
    assert_eq!(again(&both), Ok(saml20()));
}

#[test]
fn what_cannot_be_understood_is_refused_by_name() {
    let bearer = r#"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">"#;
    let twice = format!("{bearer}<saml:SubjectConfirmationData/></saml:SubjectConfirmation>{bearer}");
    let table = [
        ("Version=\"2.0\"", "Version=\"3.0\"", Unreadable::Version),
        (" ID=\"_a1\"", "", Unreadable::Missing("ID")),
        ("<saml:Issuer>", "<saml:Issuer>me</saml:Issuer><saml:Issuer>", Unreadable::Several("Issuer")),
        ("saml:Issuer>", "saml:Else>", Unreadable::Missing("Issuer")),
        ("saml:Subject>", "saml:Else>", Unreadable::Missing("Subject")),
        ("saml:NameID", "saml:EncryptedID", Unreadable::Missing("NameID")),
        (TRENT, " ", Unreadable::Missing("NameID")),
        (TRENT, "<b/>", Unreadable::Missing("NameID")),
        ("cm:bearer", "cm:holder-of-key", Unreadable::NotBearer),
        (bearer, &twice, Unreadable::Several("SubjectConfirmation")),
        ("saml:SubjectConfirmationData", "saml:Else", Unreadable::Missing("SubjectConfirmationData")),
        ("saml:Conditions", "saml:Else", Unreadable::Missing("Conditions")),
        ("<saml:AudienceRestriction>", "<saml:Only/><saml:AudienceRestriction>", Unreadable::Condition),
        (
            "<saml:AudienceRestriction>",
            "<saml:AudienceRestriction/><saml:AudienceRestriction>",
            Unreadable::Several("AudienceRestriction"),
        ),
        ("saml:AuthnStatement", "saml:Else", Unreadable::Missing("AuthnStatement")),
        ("saml:AuthnContextClassRef", "saml:AuthnContextDeclRef", Unreadable::Missing("AuthnContextClassRef")),
        ("AuthnInstant=\"2026-11-20T09:59:00Z\"", "AuthnInstant=\"2026-11-20\"", Unreadable::Time("AuthnInstant")),
        ("<saml:Attribute Name=\"IDPEmail\">", "<saml:Attribute>", Unreadable::Missing("Name")),
        (
            "trent@wingtip.test</saml:AttributeValue>",
            "a</saml:AttributeValue><saml:AttributeValue>b</saml:AttributeValue>",
            Unreadable::Several("UPN"),
        ),
    ];
    for (from, to, expected) in table {
        let text = write(&build(&saml20()));
        assert!(text.contains(from), "{from}");
        assert_eq!(again(&text.replace(from, to)), Err(expected), "{from} -> {to}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(said in said(Version::Saml20)) {
        prop_assert_eq!(again(&write(&build(&said))), Ok(said));
    }
}
