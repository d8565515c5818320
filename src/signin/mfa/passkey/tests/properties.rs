//! What holds for every text: no reader panics, and nothing that was signed can be changed.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(text in ".*", part in "[A-Za-z0-9_-]*", raw in prop::collection::vec(any::<u8>(), 0..300)) {
        let (create, get) = (creation(&CHALLENGE, &[]), request(&CHALLENGE, &[]));
        let known = [Registered { credential_id: encode(&[7; 32]), public_key: part.clone(), sign_count: 0 }];
        prop_assert!(register(&rp(), &create.remembered, &text).is_err());
        prop_assert!(verify(&rp(), &get.remembered, &text, &known, Recognition::Preferred).is_err());
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
        prop_assert!(verify(&rp(), &asked.remembered, &answer.to_string(), &[known], Recognition::Preferred).is_err());
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
