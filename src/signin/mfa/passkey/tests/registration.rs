//! Which new credentials are taken?

use super::*;

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
