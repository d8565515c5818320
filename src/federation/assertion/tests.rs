//! What may be said, for the tests of both versions.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::federation::fixtures::{assertion, now, trusted, wingtip};
use crate::federation::xml::{read, sign, verify};
use crate::time::Span;

/// A document with each element on a line of its own.
pub(super) fn readable(text: &str) -> String {
    text.replace("><", ">\n<")
}

/// Text without white space around it, which readers take away, and with some inside.
fn words() -> impl Strategy<Value = String> {
    "[!-~\u{e0}-\u{ff}]{1,8}([ \t\n][!-~]{1,8})?"
}

/// A moment, to the millisecond.
fn moment() -> impl Strategy<Value = Timestamp> {
    (-90_000_000_i64..90_000_000).prop_map(|millis| now().plus(Span::from_millis(millis)))
}

/// Any assertion of a version.
pub(super) fn said(version: Version) -> impl Strategy<Value = Assertion> {
    let names = ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "urn:oid:1.2.3", "plain", "a/b/c"];
    let attributes = proptest::sample::subsequence(names.to_vec(), 0..=names.len());
    let subject = (words(), of(words()));
    let texts = (words(), words(), words(), vec(words(), 0..3), vec(words(), 0..3), words());
    let times = (moment(), moment(), of(moment()), of(moment()), of(moment()));
    let options = (of(words()), of(words()), of(words()), of(words()), of(words()));
    (subject, texts, times, options, attributes).prop_map(move |(subject, texts, times, options, names)| {
        let only_20 = |value: Option<String>| value.filter(|_| version == Version::Saml20);
        Assertion {
            version,
            id: texts.0,
            issuer: texts.1,
            issued: times.0,
            not_before: times.2,
            not_on_or_after: times.3,
            audiences: texts.3,
            subject: Subject { name: subject.0, format: subject.1 },
            authentication: Authentication {
                instant: times.1,
                context: texts.2,
                session_index: only_20(options.0),
                session_ends: times.4.filter(|_| version == Version::Saml20),
            },
            borne_until: times.3.filter(|_| version == Version::Saml20),
            recipient: only_20(options.1),
            in_response_to: only_20(options.2),
            immutable_id: options.3,
            upn: options.4,
            methods: texts.4,
            attributes: names
                .into_iter()
                .map(|name| Attribute { name: name.into(), values: vec![texts.5.clone(), String::new()] })
                .collect(),
        }
    })
}

#[test]
fn an_assertion_is_read_from_what_is_signed_whichever_version_it_is() {
    for version in [Version::Saml11, Version::Saml20] {
        let (key, said) = (wingtip(), assertion(version));
        let text = sign(&key, &said.build()).unwrap().into_text();
        let root = read(&text).unwrap();
        assert_eq!(Assertion::read(verify(&root, &trusted()).unwrap()), Ok(said));
    }
}

#[test]
fn a_signed_message_without_an_assertion_says_nothing_about_anybody() {
    let key = wingtip();
    let text = sign(&key, &crate::federation::fixtures::request()).unwrap().into_text();
    let root = read(&text).unwrap();
    assert_eq!(Assertion::read(verify(&root, &trusted()).unwrap()), Err(Unreadable::NoAssertion));
}
