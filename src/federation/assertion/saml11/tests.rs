use proptest::prelude::*;

use super::*;
use crate::federation::assertion::Attribute;
use crate::federation::assertion::tests::{readable, said};
use crate::federation::fixtures::{TRENT, assertion};
use crate::federation::xml::{read as parse, write};

fn saml11() -> Assertion {
    assertion(Version::Saml11)
}

fn again(text: &str) -> Result<Assertion, Unreadable> {
    read(&parse(text).unwrap())
}

#[test]
fn an_assertion_is_written_as_ad_fs_writes_it() {
    insta::assert_snapshot!(readable(&write(&build(&saml11()))));
}

#[test]
fn only_an_attribute_says_which_account_it_is() {
    let mut said = saml11();
    assert_eq!(again(&write(&build(&said))).unwrap().source(), Some(TRENT));
    said.immutable_id = None;
    assert_eq!(again(&write(&build(&said))).unwrap().source(), None);
}

#[test]
fn a_claim_whose_name_is_no_address_keeps_it() {
    let mut said = saml11();
    said.attributes =
        ["plain", "/", "http://x/", "/x"].map(|name| Attribute { name: name.into(), values: vec!["v".into()] }).into();
    assert_eq!(again(&write(&build(&said))).unwrap(), said);
}

#[test]
fn what_cannot_be_understood_is_refused_by_name() {
    let subject = "<saml:Subject>";
    let table = [
        ("MinorVersion=\"1\"", "MinorVersion=\"0\"", Unreadable::Version),
        (" AssertionID=\"_a1\"", "", Unreadable::Missing("AssertionID")),
        (" Issuer=\"http://wingtip.test/adfs/services/trust\"", " Issuer=\"\"", Unreadable::Missing("Issuer")),
        ("IssueInstant=\"2026-11-20T10:00:00Z\"", "IssueInstant=\"yesterday\"", Unreadable::Time("IssueInstant")),
        ("NotBefore=\"2026-11-20T10:00:00Z\"", "NotBefore=\"2026-11-20T10:00:00\"", Unreadable::Time("NotBefore")),
        ("AuthenticationMethod=", "Method=", Unreadable::Missing("AuthenticationMethod")),
        ("saml:Conditions", "saml:Else", Unreadable::Missing("Conditions")),
        ("saml:AuthenticationStatement", "saml:Else", Unreadable::Missing("AuthenticationStatement")),
        ("cm:bearer", "cm:holder-of-key", Unreadable::NotBearer),
        ("saml:NameIdentifier", "saml:Else", Unreadable::Missing("NameIdentifier")),
        (subject, "<saml:Subject></saml:Subject><saml:Subject>", Unreadable::Several("Subject")),
        ("<saml:Audience>", "<saml:Audience> </saml:Audience><saml:Audience>", Unreadable::Missing("Audience")),
        (
            "<saml:AudienceRestrictionCondition>",
            "<saml:Only></saml:Only><saml:AudienceRestrictionCondition>",
            Unreadable::Condition,
        ),
        (
            "<saml:AudienceRestrictionCondition>",
            "<saml:AudienceRestrictionCondition/><saml:AudienceRestrictionCondition>",
            Unreadable::Several("AudienceRestrictionCondition"),
        ),
        (
            "<saml:AttributeValue>trent@wingtip.test",
            "<saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>b",
            Unreadable::Several("UPN"),
        ),
    ];
    for (from, to, expected) in table {
        let text = write(&build(&saml11()));
        assert!(text.contains(from), "{from}");
        assert_eq!(again(&text.replace(from, to)), Err(expected), "{from} -> {to}");
    }
    // One statement about Trent, one about somebody else.
    let other = write(&build(&saml11())).replacen(TRENT, "admin", 1);
    assert_eq!(again(&other), Err(Unreadable::SubjectsDiffer));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(said in said(Version::Saml11)) {
        prop_assert_eq!(again(&write(&build(&said))), Ok(said));
    }
}
