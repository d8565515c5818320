//! Which uses of a credential are believed?

use super::*;

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
fn in_place_of_a_password_a_key_has_to_recognise_its_owner() {
    let mut key = bent(|_| {});
    let known = [registration(&key).unwrap()];
    let asked = request_options(&rp(), jane(), &CHALLENGE, &known, Recognition::Required);
    assert!(asked.options.contains(r#""userVerification":"required""#), "{}", asked.options);
    let verdict = |key: &Authenticator, recognition| {
        verify(&rp(), &asked.remembered, &key.get(&asked.options), &known, recognition).map(drop)
    };
    assert_eq!(verdict(&key, Recognition::Required), Err(PasskeyError::NotRecognised));
    assert_eq!(verdict(&key, Recognition::Preferred), Ok(()));
    key.flags |= VERIFIED;
    assert_eq!(verdict(&key, Recognition::Required), Ok(()));
}
