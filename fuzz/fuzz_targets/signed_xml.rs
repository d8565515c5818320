//! Is there a document that breaks its reader, that reads in another way once it is written, or that is believed though
//! nobody signed it?
//!
//! Input that begins with `<` is a document, anything else a query.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use standin::federation::assertion::check::{Expected, Recipient, check};
use standin::federation::assertion::{Assertion, proof};
use standin::federation::xml::{Element, SignatureError, read, redirect, sign, verify, write};
use standin::keys::{KeyRing, KeySource, Owner, PublicKey, SigningKey};
use standin::time::Span;
use standin_fuzz::now;

static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| KeyRing::new(KeySource::Development).current(Owner::Entra).expect("the development key"));

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if !text.starts_with('<') {
        assert!(redirect::verify(text, &trusted()).is_err(), "nobody here has signed this");
        return;
    }
    let Ok(root) = read(text) else { return };
    let written = write(&root);
    let again = read(&written).expect("what is written here can be read here");
    assert_eq!(write(&again), written);
    assert!(verify(&root, &trusted()).is_err(), "nobody here has signed this");
    signed(&root);
});

fn trusted() -> [Arc<PublicKey>; 1] {
    [KEY.public().clone()]
}

fn signed(root: &Element<'_>) {
    let Ok(sealed) = sign(&KEY, root) else { return };
    let text = sealed.text();
    let root = read(text).expect("what is signed here can be read here");
    match verify(&root, &trusted()) {
        Ok(signed) => {
            if let Ok(assertion) = Assertion::read(signed) {
                understood(&assertion);
            }
        }
        Err(error) => assert!(!matches!(error, SignatureError::Key | SignatureError::Changed), "{error}: {text}"),
    }
}

fn understood(assertion: &Assertion) {
    let recipient = [assertion.recipient.as_deref().unwrap_or_default()];
    let expected = Expected {
        issuer: &assertion.issuer,
        audience: assertion.audiences.first().map_or("", String::as_str),
        recipient: Recipient::NamedOrNot(&recipient),
        in_response_to: assertion.in_response_to.as_deref(),
        now: now(),
        skew: Span::minutes(5),
    };
    if let Err(wrong) = check(assertion, &expected) {
        assert!(!wrong.to_string().is_empty());
    }
    assert!(!proof::of_mfa(assertion).because().text.is_empty());
}
