//! Who is believed, and who is not. The shapes of wrapped signatures are in `wrapping`, other programs in `judges`.

mod judges;
mod wrapping;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::federation::assertion::{Assertion, Version};
use crate::federation::fixtures::*;
use crate::federation::xml::signature_error::SignatureError as Error;
use crate::federation::xml::{read, sign, write};
use crate::keys::Owner;

/// Whose assertion is believed, or why none is.
fn believed(text: &str) -> Result<String, Error> {
    let root = read(text).unwrap();
    let signed = verify(&root, &trusted())?;
    Ok(Assertion::read(signed).unwrap().subject.name)
}

#[test]
fn what_a_trusted_key_signed_is_believed() {
    for text in [assertion_signed(), response_signed(), both_signed(), wsfed_signed()] {
        assert_eq!(believed(&text).as_deref(), Ok(TRENT), "{text}");
    }
}

#[test]
fn a_document_without_an_assertion_is_believed_too() {
    let key = wingtip();
    for element in [request(), metadata()] {
        let text = sign(&key, &element).unwrap().into_text();
        let root = read(&text).unwrap();
        let signed = verify(&root, &trusted()).unwrap();
        assert!(std::ptr::eq(signed.element(), &root));
        assert!(signed.assertion().is_none());
    }
}

#[test]
fn only_what_is_signed_is_handed_out() {
    let text = assertion_signed();
    let root = read(&text).unwrap();
    let signed = verify(&root, &trusted()).unwrap();
    assert_eq!(signed.element().value("ID"), Some("_a1"));
    // Whatever is said outside it does not matter.
    assert_eq!(believed(&text.replace("status:Success", "status:Whatever")).as_deref(), Ok(TRENT));
    assert_eq!(believed(&response_signed().replace("status:Success", "status:Whatever")), Err(Error::Changed));
}

#[test]
fn nobody_else_can_sign() {
    let text = assertion_signed();
    let root = read(&text).unwrap();
    let key = |owner| key(owner).public().clone();
    let local = key(Owner::Provider("local"));
    assert_eq!(verify(&root, &[]).map(drop), Err(Error::NoKey));
    // The certificate in the document is the right one for its signature, and is not asked.
    assert_eq!(verify(&root, std::slice::from_ref(&local)).map(drop), Err(Error::Key));
    assert!(verify(&root, &[local, key(Owner::Provider("wingtip"))]).is_ok());
}

#[test]
fn what_was_changed_or_taken_apart_is_refused() {
    let (both, one) = (both_signed(), assertion_signed());
    let signature_of = |text: &str| {
        let start = text.find("<ds:Signature ").unwrap();
        let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        text[start..end].to_owned()
    };
    let outer = signature_of(&both);
    let inner = signature_of(&both.replace(&outer, ""));
    let value = one.split("SignatureValue>").nth(1).unwrap();
    let table = [
        (one.replace("trent@", "admin@"), Error::Changed),
        (one.replace("multipleauthn", "multipleauthn "), Error::Changed),
        (one.replace("<saml:Subject>", "<saml:Subject> "), Error::Changed),
        (one.replace(&signature_of(&one), ""), Error::Unsigned),
        (one.replace(&signature_of(&one), &signature_of(&one).repeat(2)), Error::SeveralSignatures),
        (one.replace(value, &value.replace(['A', 'B'], "C")), Error::Key),
        (one.replace("#rsa-sha256", "#rsa-sha512"), Error::Key),
        (one.replace("xmlenc#sha256", "xmlenc#sha512"), Error::Key),
        (one.replace("<ds:DigestValue>", "<ds:DigestValue> "), Error::Key),
        (one.replace(value, "AAAA</ds:"), Error::Key),
        // Taking one of two signatures away changes what the other signed, unless it is the outer one.
        (both.replace(&inner, ""), Error::Changed),
        (both.replace(&inner, &outer), Error::Reference("#_p1".into())),
    ];
    for (text, expected) in table {
        assert_eq!(believed(&text), Err(expected), "{text}");
    }
    assert_eq!(believed(&both.replace(&outer, "")).as_deref(), Ok(TRENT));
}

#[test]
fn a_name_with_a_comment_in_it_is_nobodys() {
    // Signatures do not see comments, so this one still holds; the reader refuses it.
    let text = assertion_signed().replace(TRENT, &TRENT.replace('+', "<!-- -->+"));
    assert_eq!(read(&text).map(drop), Err(crate::federation::xml::XmlError::CommentInText));
    // Between elements a comment changes nothing for anybody.
    let text = assertion_signed().replace("<saml:Subject>", "<!-- --><saml:Subject>");
    assert_eq!(believed(&text).as_deref(), Ok(TRENT));
}

#[test]
fn names_that_are_written_in_another_way_are_the_same_document() {
    let text = assertion_signed()
        .replace("trent@", "<![CDATA[trent]]>&#64;")
        .replace("></saml:SubjectConfirmationData>", " />");
    assert_eq!(believed(&text).as_deref(), Ok(TRENT));
}

/// Documents that pass the reader, and want to keep the verifier busy.
fn busy() -> Vec<(&'static str, String)> {
    let signed = assertion_signed();
    let room = 60 * 1024 - signed.len();
    let stuffed = |each: &str| {
        signed.replace("<saml:Conditions ", &format!("{}<saml:Conditions ", each.repeat(room / each.len())))
    };
    let list =
        r#"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="a b c d e f g h"/>"#;
    let end = r#"xml-exc-c14n#"></ds:Transform>"#;
    let inclusive = |text: String| text.replace(end, &end.replace("></", &format!(">{list}</")));
    let ids: String = (0..3000).map(|at| format!("<e ID=\"i{at}\"/>")).collect();
    vec![
        ("elements", stuffed("<e/>")),
        ("namespaces", stuffed("<p:e xmlns:p='u'/>")),
        ("attributes", stuffed("<e a='' b='' c='' d='' e='' f='' g='' h=''/>")),
        ("inclusive namespaces", inclusive(stuffed("<e xmlns:a='u' xmlns:b='u'/>"))),
        ("signatures", stuffed("<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>")),
        ("ids", signed.replace("<saml:Conditions ", &format!("{ids}<saml:Conditions "))),
        ("escapes", stuffed("&lt;")),
    ]
}

#[test]
fn whatever_is_sent_is_answered_at_once() {
    for (what, text) in busy() {
        let trusted = trusted();
        let taken = fastest(|| assert!(verify(&read(&text).unwrap(), &trusted).is_err(), "{what}"));
        assert!(taken < AT_ONCE, "{what} took {taken:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever one byte of a document becomes: it is refused, or what is believed is what was signed.
    #[test]
    fn no_changed_byte_changes_what_is_believed(at in 0_usize..10_000, byte in "[ -~]") {
        static TEXT: LazyLock<String> = LazyLock::new(assertion_signed);
        let at = at % TEXT.len();
        let mut changed = TEXT.clone();
        changed.replace_range(at..=at, &byte);
        let believed = read(&changed).ok().and_then(|root| verify(&root, &trusted()).ok().map(Assertion::read));
        if let Some(believed) = believed {
            prop_assert_eq!(believed, Ok(assertion(Version::Saml20)));
        }
    }

    /// Whatever a provider says of somebody: it is signed, sent, believed and understood.
    #[test]
    fn what_is_said_arrives(name in "\\PC{1,40}", value in "(?s).{0,40}", version in versions()) {
        let key = wingtip();
        let mut said = assertion(version);
        said.subject.name = name;
        said.attributes[0].values = vec![value];
        let text = sign(&key, &said.build()).unwrap().into_text();
        let root = read(&text).unwrap();
        prop_assert!(verify(&root, &trusted()).is_ok(), "{}", text);
    }
}

fn versions() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::Saml11), Just(Version::Saml20)]
}
