//! Is a security key believed when it is right, and told no, for the reason that it is, when it is wrong?

mod authenticator;

use coset::cbor::{Value as Cbor, cbor};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::id::Upn;
use authenticator::{Authenticator, BACKED_UP, CREDENTIAL, EXTENSIONS, Pair, bytes, encode};

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
    request_options(&rp(), jane(), challenge, known)
}

/// What comes of registering this key.
fn registration(key: &Authenticator) -> Result<Registered, PasskeyError> {
    let asked = creation(&CHALLENGE, &[]);
    register(&rp(), &asked.remembered, &key.create(&asked.options))
}

/// What comes of using this key, of an account that has `known`.
fn verification(key: &Authenticator, known: &[Registered]) -> Result<Verified, PasskeyError> {
    let asked = request(&CHALLENGE, known);
    verify(&rp(), &asked.remembered, &key.get(&asked.options), known)
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
fn a_credential_that_cannot_be_used_is_not_registered() {
    type Bend = fn(&mut Authenticator);
    let without = |label: i64| move |key: &mut Authenticator| key.cose = edited(&key.cose, label, None);
    let with =
        |label: i64, value: Cbor| move |key: &mut Authenticator| key.cose = edited(&key.cose, label, Some(value));
    let keys: Vec<(Authenticator, PasskeyError)> = vec![
        (bent(without(1)), PasskeyError::Unreadable("the public key")),
        (bent(without(3)), PasskeyError::UnknownKind),
        (bent(with(3, (-35).into())), PasskeyError::UnknownKind),
        (bent(with(3, (-8).into())), PasskeyError::UnusableKey),
        (bent(with(3, (-257).into())), PasskeyError::UnusableKey),
        (bent(with(-1, 2.into())), PasskeyError::UnusableKey),
        (bent(with(-2, Cbor::Bytes(vec![1; 32]))), PasskeyError::UnusableKey),
        (bent(with(-2, Cbor::Bytes(vec![]))), PasskeyError::UnusableKey),
        (bent(with(-3, true.into())), PasskeyError::UnusableKey),
        (bent(without(-3)), PasskeyError::UnusableKey),
    ];
    for (key, reason) in keys {
        assert_eq!(registration(&key).unwrap_err(), reason, "{:?}", key.cose);
    }
    let data = || PasskeyError::Unreadable("the authenticator data");
    let table: [(Bend, PasskeyError); 8] = [
        (|key| key.cose = 5.into(), PasskeyError::Unreadable("the public key")),
        (|key| key.id = vec![], data()),
        (|key| key.id = vec![7; 1024], data()),
        (|key| key.format = "fido-u2f", PasskeyError::Attested),
        (|key| key.statement = Some(cbor!({ "x" => 1 }).unwrap()), PasskeyError::Attested),
        (|key| packed(key, cbor!({ "x5c" => [] }).unwrap()), PasskeyError::Attested),
        (|key| packed(key, cbor!({ "alg" => -7 }).unwrap()), PasskeyError::WrongSignature),
        (
            |key| packed(key, cbor!({ "alg" => -7, "sig" => Cbor::Bytes(vec![1; 70]) }).unwrap()),
            PasskeyError::WrongSignature,
        ),
    ];
    for (bend, reason) in table {
        assert_eq!(registration(&bent(bend)).unwrap_err(), reason);
    }
    // The credential's name is said twice, and must be the same one.
    let asked = creation(&CHALLENGE, &[]);
    let answer = bent(|_| {}).create(&asked.options).replace(&encode(&[7; 32]), &encode(&[8; 32]));
    let refused = register(&rp(), &asked.remembered, &answer).unwrap_err();
    assert_eq!(refused, PasskeyError::Unreadable("the credential's name"));
}

fn packed(key: &mut Authenticator, statement: Cbor) {
    (key.format, key.statement) = ("packed", Some(statement));
}

/// A map with one value replaced or taken out.
fn edited(map: &Cbor, label: i64, value: Option<Cbor>) -> Cbor {
    let mut entries = map.as_map().unwrap().clone();
    entries.retain(|(key, _)| *key != Cbor::from(label));
    entries.extend(value.map(|value| (label.into(), value)));
    Cbor::Map(entries)
}

#[test]
fn an_rsa_key_shorter_than_2048_bits_is_not_taken() {
    for n in [vec![0xff; 128], vec![0; 256], vec![]] {
        let mut key = bent(|key| key.pair = Pair::rs256());
        key.cose = edited(&key.pair.cose(), -1, Some(Cbor::Bytes(n)));
        assert_eq!(registration(&key).unwrap_err(), PasskeyError::UnusableKey);
    }
}

#[test]
fn an_account_registers_a_credential_once() {
    let key = bent(|_| {});
    let known = registration(&key).unwrap();
    let asked = creation(&CHALLENGE, &[known]);
    let refused = register(&rp(), &asked.remembered, &key.create(&asked.options)).unwrap_err();
    assert_eq!(refused, PasskeyError::AlreadyRegistered);
}

#[test]
fn a_registration_without_a_credential_is_unreadable() {
    let asked = creation(&CHALLENGE, &[]);
    let key = bent(|_| {});
    let data: Value = serde_json::from_str(&key.get(&asked.options)).unwrap();
    let data = URL_SAFE_NO_PAD.decode(data["response"]["authenticatorData"].as_str().unwrap()).unwrap();
    let object = cbor!({ "fmt" => "none", "attStmt" => {}, "authData" => Cbor::Bytes(data) }).unwrap();
    let key = bent(|key| key.response = json!({ "attestationObject": encode(&bytes(&object)) }));
    assert_eq!(registration(&key).unwrap_err(), PasskeyError::Unreadable("the new credential"));
}

#[test]
fn only_the_accounts_own_credentials_verify() {
    let key = bent(|_| {});
    let known = registration(&key).unwrap();
    assert_eq!(verification(&key, &[]).unwrap_err(), PasskeyError::NotRegistered);

    let other = bent(|key| key.id = vec![8; 32]);
    assert_eq!(verification(&other, std::slice::from_ref(&known)).unwrap_err(), PasskeyError::NotRegistered);
    let both = [known.clone(), registration(&other).unwrap()];
    assert_eq!(verification(&other, &both).unwrap().credential_id, both[1].credential_id);

    // A stranger's key that goes by the name of a known one.
    let impostor = bent(|_| {});
    assert_eq!(verification(&impostor, std::slice::from_ref(&known)).unwrap_err(), PasskeyError::WrongSignature);

    let somebody = bent(|key| key.response = json!({ "userHandle": encode(b"somebody") }));
    assert_eq!(verification(&somebody, &[known]).unwrap_err(), PasskeyError::OtherUser);
}

#[test]
fn a_signature_covers_everything_that_was_said() {
    let key = bent(|key| key.sign_count = 5);
    let known = registration(&key).unwrap();
    let asked = request(&CHALLENGE, &[]);
    let answer: Value = serde_json::from_str(&bent(|key| key.sign_count = 6).get(&asked.options)).unwrap();
    // Another key's data with this key's signature, and the reverse.
    for part in ["authenticatorData", "signature"] {
        let key = Authenticator { response: json!({ part: answer["response"][part] }), ..bent(|_| {}) };
        assert_eq!(verification(&key, std::slice::from_ref(&known)).unwrap_err(), PasskeyError::WrongSignature);
    }
    let unsigned = Authenticator { response: json!({ "signature": "" }), sign_count: 6, ..key };
    assert_eq!(verification(&unsigned, &[known]).unwrap_err(), PasskeyError::WrongSignature);
}

#[test]
fn a_counter_that_does_not_go_up_betrays_a_copy_unless_it_does_not_count() {
    let table = [
        (0, 0, true),
        (0, 1, true),
        (1, 2, true),
        (1, u32::MAX, true),
        (1, 1, false),
        (2, 1, false),
        (1, 0, false),
        (u32::MAX, u32::MAX, false),
    ];
    for (before, now, accepted) in table {
        let mut key = bent(|key| key.sign_count = before);
        let known = registration(&key).unwrap();
        key.sign_count = now;
        let verdict = verification(&key, &[known]).map(|verified| verified.sign_count);
        assert_eq!(verdict, if accepted { Ok(now) } else { Err(PasskeyError::Copied) }, "{before} then {now}");
    }
}

#[test]
fn extensions_and_an_attested_credential_may_come_along() {
    let with_extensions = |key: &mut Authenticator| {
        key.flags |= EXTENSIONS;
        key.extensions = bytes(&cbor!({ "credProtect" => 2 }).unwrap());
    };
    let mut key = bent(with_extensions);
    let known = registration(&key).unwrap();
    key.flags |= CREDENTIAL;
    assert!(verification(&key, &[known]).is_ok());
}

#[test]
fn an_answer_belongs_to_the_question_that_is_remembered() {
    let key = bent(|_| {});
    let known = [registration(&key).unwrap()];
    let (create, get) = (creation(&CHALLENGE, &[]), request(&CHALLENGE, &known));
    let (created, got) = (key.create(&create.options), key.get(&get.options));

    assert_eq!(register(&rp(), &get.remembered, &created).unwrap_err(), PasskeyError::NotAsked);
    assert_eq!(verify(&rp(), &create.remembered, &got, &known).unwrap_err(), PasskeyError::NotAsked);
    assert_eq!(register(&rp(), "", &created).unwrap_err(), PasskeyError::NotAsked);

    let later = request(&OTHER_CHALLENGE, &known);
    assert_eq!(verify(&rp(), &later.remembered, &got, &known).unwrap_err(), PasskeyError::WrongChallenge);
    let later = creation(&OTHER_CHALLENGE, &[]);
    assert_eq!(register(&rp(), &later.remembered, &created).unwrap_err(), PasskeyError::WrongChallenge);

    // One ceremony's client data in the other's place.
    let bent = bent(|key| key.client_data = json!({ "type": "webauthn.get" }));
    assert_eq!(registration(&bent).unwrap_err(), PasskeyError::WrongType);
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

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(text in ".*", part in "[A-Za-z0-9_-]*", raw in prop::collection::vec(any::<u8>(), 0..300)) {
        let (create, get) = (creation(&CHALLENGE, &[]), request(&CHALLENGE, &[]));
        let known = [Registered { credential_id: encode(&[7; 32]), public_key: part.clone(), sign_count: 0 }];
        prop_assert!(register(&rp(), &create.remembered, &text).is_err());
        prop_assert!(verify(&rp(), &get.remembered, &text, &known).is_err());
        prop_assert!(register(&rp(), &text, &text).is_err());
        for bytes in [part, encode(&raw)] {
            let key = bent(|key| key.response = json!({ "attestationObject": bytes, "authenticatorData": bytes }));
            prop_assert!(registration(&key).is_err());
            prop_assert!(verification(&key, &known).is_err());
        }
    }

    #[test]
    fn no_single_changed_byte_of_what_is_signed_goes_unnoticed(at in 0..37usize, bit in 0..8u8) {
        let mut key = bent(|key| key.sign_count = 1);
        let known = registration(&key).unwrap();
        key.sign_count = 2;
        let asked = request(&CHALLENGE, &[]);
        let mut answer: Value = serde_json::from_str(&key.get(&asked.options)).unwrap();
        let said = &mut answer["response"]["authenticatorData"];
        let mut data = URL_SAFE_NO_PAD.decode(said.as_str().unwrap()).unwrap();
        data[at] ^= 1 << bit;
        *said = json!(encode(&data));
        prop_assert!(verify(&rp(), &asked.remembered, &answer.to_string(), &[known]).is_err());
    }

    #[test]
    fn no_authenticator_data_makes_its_reader_panic(
        flags in any::<u8>(),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut data = vec![0; 32];
        data.push(flags);
        data.extend([0; 4]);
        let _ = AuthenticatorData::read(&data);
        data.extend(&rest);
        let _ = AuthenticatorData::read(&data);
        let _ = PublicKey::read(&rest);
        let _ = Attestation::read(&rest);
    }

    #[test]
    fn no_changed_byte_of_an_attestation_makes_its_readers_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let asked = creation(&CHALLENGE, &[]);
        let mut answer: Value = serde_json::from_str(&bent(|_| {}).create(&asked.options)).unwrap();
        let said = &mut answer["response"]["attestationObject"];
        let mut object = URL_SAFE_NO_PAD.decode(said.as_str().unwrap()).unwrap();
        *at.get_mut(&mut object) = byte;
        *said = json!(encode(&object));
        let _ = register(&rp(), &asked.remembered, &answer.to_string());
    }
}
