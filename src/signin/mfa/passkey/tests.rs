//! Is a security key believed when it is right, and told no, for the reason that it is, when it is wrong?

mod authenticator;
mod properties;
mod registration;
mod verification;

use coset::cbor::{Value as Cbor, cbor};
use serde_json::{Value, json};

use super::*;
use crate::id::Upn;
use authenticator::{Authenticator, BACKED_UP, CREDENTIAL, EXTENSIONS, Pair, VERIFIED, bytes, encode};

const CHALLENGE: [u8; 32] = [1; 32];
const OTHER_CHALLENGE: [u8; 32] = [2; 32];

fn rp() -> Rp {
    Rp::at("http://localhost:8080", "Example").unwrap()
}

fn jane() -> ObjectId {
    ObjectId::derived(&["jane"])
}

fn creation(challenge: &[u8; 32], known: &[Registered]) -> Asked {
    let upn = Upn::new("jane@contoso.test");
    creation_options(&rp(), &User { object: jane(), upn: &upn, display_name: "Jane" }, challenge, known)
}

fn request(challenge: &[u8; 32], known: &[Registered]) -> Asked {
    request_options(&rp(), jane(), challenge, known, Recognition::Preferred)
}

/// What comes of registering this key.
fn registration(key: &Authenticator) -> Result<Registered, PasskeyError> {
    let asked = creation(&CHALLENGE, &[]);
    register(&rp(), &asked.remembered, &key.create(&asked.options))
}

/// What comes of using this key, of an account that has `known`.
fn verification(key: &Authenticator, known: &[Registered]) -> Result<Verified, PasskeyError> {
    let asked = request(&CHALLENGE, known);
    verify(&rp(), &asked.remembered, &key.get(&asked.options), known, Recognition::Preferred)
}

fn bent(bend: impl FnOnce(&mut Authenticator)) -> Authenticator {
    let mut key = Authenticator::new(Pair::es256());
    bend(&mut key);
    key
}

#[test]
fn every_kind_of_key_on_offer_registers_and_then_verifies() {
    for pair in [Pair::es256, Pair::ed25519, Pair::rs256] {
        for format in ["none", "packed"] {
            let mut key = Authenticator { format, sign_count: 1, ..Authenticator::new(pair()) };
            let known = registration(&key).unwrap();
            assert_eq!((known.credential_id.as_str(), known.sign_count), (&*encode(&key.id), 1));
            key.sign_count = 2;
            key.response = json!({ "userHandle": encode(jane().0.as_bytes()) });
            let verified = verification(&key, std::slice::from_ref(&known)).unwrap();
            assert_eq!(verified, Verified { credential_id: known.credential_id, sign_count: 2 });
        }
    }
}

#[test]
fn a_page_gets_options_in_the_standard_form() {
    let known = [registration(&bent(|_| {})).unwrap()];
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let asked = creation(&CHALLENGE, &known);
    insta::assert_json_snapshot!("creation", [read(&asked.options), read(&asked.remembered)]);
    let asked = request(&CHALLENGE, &known);
    insta::assert_json_snapshot!("request", [read(&asked.options), read(&asked.remembered)]);
}

#[test]
fn there_is_a_relying_party_where_browsers_know_one() {
    let table = [
        ("https://localhost:8443", Some(("localhost", "https://localhost:8443"))),
        ("https://localhost", Some(("localhost", "https://localhost"))),
        ("http://localhost:8080", Some(("localhost", "http://localhost:8080"))),
        ("http://login.localhost:8080", Some(("login.localhost", "http://login.localhost:8080"))),
        ("https://login.example.test", Some(("login.example.test", "https://login.example.test"))),
        ("http://login.example.test", None),
        ("https://127.0.0.1:8443", None),
        ("http://[::1]:8080", None),
        ("ftp://localhost", None),
        ("localhost", None),
        ("", None),
    ];
    for (origin, expected) in table {
        let rp = Rp::at(origin, "Example");
        let found = rp.as_ref().map(|rp| (rp.id.as_str(), rp.origin.as_str()));
        assert_eq!(found, expected, "{origin}");
    }
}

#[test]
fn what_a_browser_would_not_say_is_refused_in_both_ceremonies() {
    let known = registration(&bent(|_| {})).unwrap();
    let ours = || "http://localhost:8080".to_owned();
    type Bend = fn(&mut Authenticator);
    let table: [(Bend, PasskeyError); 13] = [
        (|key| key.client_data = json!({ "type": "payment.get" }), PasskeyError::WrongType),
        (|key| key.client_data = json!({ "challenge": encode(&OTHER_CHALLENGE) }), PasskeyError::WrongChallenge),
        (|key| key.client_data = json!({ "challenge": "" }), PasskeyError::WrongChallenge),
        (|key| key.origin = "http://localhost:8081".into(), PasskeyError::WrongOrigin(ours())),
        (|key| key.origin = "https://localhost:8080".into(), PasskeyError::WrongOrigin(ours())),
        (|key| key.client_data = json!({ "crossOrigin": true }), PasskeyError::Framed),
        (|key| key.rp_id = "localhost.test".into(), PasskeyError::WrongRp("localhost".into())),
        (|key| key.flags = 0, PasskeyError::NobodyPresent),
        (|key| key.flags |= BACKED_UP, PasskeyError::Unreadable("the authenticator data")),
        (|key| key.flags |= EXTENSIONS, PasskeyError::Unreadable("the authenticator data")),
        (|key| key.extensions = vec![0xa0], PasskeyError::Unreadable("the authenticator data")),
        (|key| key.client_data = json!({ "origin": 5 }), PasskeyError::Unreadable("clientDataJSON")),
        (|key| key.response = json!({ "clientDataJSON": "=" }), PasskeyError::Unreadable("its JSON")),
    ];
    for (bend, reason) in table {
        let mut key = bent(bend);
        assert_eq!(registration(&key).unwrap_err(), reason);
        key.id = vec![7; 32];
        assert_eq!(verification(&key, std::slice::from_ref(&known)).unwrap_err(), reason);
    }
}

#[test]
fn an_answer_belongs_to_the_question_that_is_remembered() {
    let key = bent(|_| {});
    let known = [registration(&key).unwrap()];
    let (create, get) = (creation(&CHALLENGE, &[]), request(&CHALLENGE, &known));
    let (created, got) = (key.create(&create.options), key.get(&get.options));

    assert_eq!(register(&rp(), &get.remembered, &created).unwrap_err(), PasskeyError::NotAsked);
    assert_eq!(
        verify(&rp(), &create.remembered, &got, &known, Recognition::Preferred).unwrap_err(),
        PasskeyError::NotAsked
    );
    assert_eq!(register(&rp(), "", &created).unwrap_err(), PasskeyError::NotAsked);

    let later = request(&OTHER_CHALLENGE, &known);
    assert_eq!(
        verify(&rp(), &later.remembered, &got, &known, Recognition::Preferred).unwrap_err(),
        PasskeyError::WrongChallenge
    );
    let later = creation(&OTHER_CHALLENGE, &[]);
    assert_eq!(register(&rp(), &later.remembered, &created).unwrap_err(), PasskeyError::WrongChallenge);

    // One ceremony's client data in the other's place.
    let used = bent(|key| key.client_data = json!({ "type": "webauthn.get" }));
    assert_eq!(registration(&used).unwrap_err(), PasskeyError::WrongType);
    let made = Authenticator { client_data: json!({ "type": "webauthn.create" }), ..key };
    assert_eq!(verification(&made, &known).unwrap_err(), PasskeyError::WrongType);
}

#[test]
fn an_answer_of_any_other_shape_is_unreadable() {
    let asked = creation(&CHALLENGE, &[]);
    let good = bent(|_| {}).create(&asked.options);
    let answer = |text: &str| register(&rp(), &asked.remembered, text).map(drop);
    assert_eq!(answer(&good), Ok(()));
    let padded = format!("{good}{}", " ".repeat(64 * 1024));
    assert_eq!(answer(&padded), Err(PasskeyError::TooLong));
    for text in ["", "null", "{}", "[]", &good[1..], &good.replace("rawId", "rawid")] {
        assert_eq!(answer(text), Err(PasskeyError::Unreadable("its JSON")), "{text}");
    }
    let other = good.replace("public-key", "password");
    assert_eq!(answer(&other), Err(PasskeyError::Unreadable("the credential's name")));
    for object in
        [vec![], bytes(&cbor!({}).unwrap()), bytes(&cbor!([]).unwrap()), vec![0x9f; 32_000], vec![0xc0; 32_000]]
    {
        let key = bent(|key| key.response = json!({ "attestationObject": encode(&object) }));
        assert_eq!(registration(&key).unwrap_err(), PasskeyError::Unreadable("the attestation object"));
    }
}

#[test]
fn a_refusal_repeats_nothing_that_the_answer_said() {
    let key = bent(|key| key.origin = "https://evil.test".into());
    let sentence = registration(&key).unwrap_err().to_string();
    assert_eq!(sentence, "The security key answered a page of another origin than http://localhost:8080.");
}
