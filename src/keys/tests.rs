use std::thread;

use serde_json::json;

use super::*;

fn development() -> KeyRing {
    KeyRing::new(KeySource::Development)
}

const WINGTIP: Owner<'static> = Owner::Provider("wingtip");

#[test]
fn the_development_keys_have_the_same_ids_everywhere() {
    let ring = development();
    assert_eq!(ring.current(Owner::Entra).unwrap().kid(), "uaAe-Dsc19zgzi8gx3i3jz_WaWc");
    assert_eq!(ring.current(WINGTIP).unwrap().kid(), "bVNZ1Ui613iKcORKQ-1J2YGCT3A");
    assert_eq!(ring.current(Owner::Provider("local")).unwrap().kid(), "6wPYYA1HmmfTArDHQ8v8YILYgOk");
}

#[test]
fn a_key_without_a_file_follows_from_its_owner_and_its_turn() {
    let of = |source: KeySource, turn| source.make(Owner::Provider("northwind"), turn).unwrap().kid().to_owned();
    let seeded = |world: &str| KeySource::Seeded { seed: 7, world: world.into() };
    assert_eq!(of(KeySource::Development, 0), "1lfl21GM1To65G3HdpypESs8DdQ");
    assert_eq!(of(seeded("w1"), 0), of(seeded("w1"), 0));
    assert_ne!(of(seeded("w1"), 0), of(seeded("w2"), 0));
}

#[test]
fn fresh_keys_are_nobody_elses() {
    let kid = || KeyRing::new(KeySource::Fresh).current(Owner::Entra).unwrap().kid().to_owned();
    assert_ne!(kid(), kid());
}

#[test]
fn two_requests_never_make_two_keys() {
    let ring = KeyRing::new(KeySource::Fresh);
    let kids: Vec<String> = thread::scope(|scope| {
        let ask = || scope.spawn(|| ring.current(WINGTIP).unwrap().kid().to_owned());
        let asked: Vec<_> = (0..4).map(|_| ask()).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(kids.iter().all(|kid| *kid == kids[0]), "{kids:?}");
}

#[test]
fn rotated_keys_stay_published_for_a_while_and_a_reset_takes_them_back() {
    let ring = KeyRing::new(KeySource::Fresh);
    let kids = |ring: &KeyRing| -> Vec<String> {
        ring.published(Owner::Entra).unwrap().iter().map(|key| key.kid().to_owned()).collect()
    };
    let first = ring.current(Owner::Entra).unwrap().kid().to_owned();
    let later: Vec<_> = (0..3).map(|_| ring.rotate(Owner::Entra).unwrap().kid().to_owned()).collect();
    assert_eq!(kids(&ring), [later[2].as_str(), &later[1], &later[0]]);
    assert_eq!(ring.current(Owner::Entra).unwrap().kid(), later[2]);
    assert!(ring.find(Owner::Entra, &first).unwrap().is_none());
    assert!(ring.find(Owner::Entra, &later[0]).unwrap().is_some());
    ring.reset();
    assert_eq!(kids(&ring), [first]);
}

#[test]
fn one_owners_rotation_leaves_the_others_alone() {
    let ring = KeyRing::new(KeySource::Fresh);
    let before = ring.current(WINGTIP).unwrap();
    ring.rotate(Owner::Entra).unwrap();
    assert_eq!(ring.current(WINGTIP).unwrap().kid(), before.kid());
    assert_ne!(ring.current(Owner::Entra).unwrap().kid(), before.kid());
}

#[test]
fn a_made_key_has_a_certificate_with_the_same_key_in_it() {
    let key = KeySource::Fresh.make(WINGTIP, 0).unwrap();
    let pem = format!("-----BEGIN CERTIFICATE-----\r\n{}\r\n-----END CERTIFICATE-----", key.x5c());
    let public = PublicKey::from_certificate_pem(&pem).unwrap();
    assert_eq!((public.n(), public.e(), public.x5t()), (key.n(), key.e(), Some(key.kid())));
    assert_eq!((public.e(), public.x5t_s256().map(str::len)), ("AQAB", Some(43)));
}

#[test]
fn neither_ring_nor_key_prints_what_it_hides() {
    let ring = development();
    let key = ring.current(Owner::Entra).unwrap();
    assert_eq!(format!("{key:?}"), r#"SigningKey { kid: "uaAe-Dsc19zgzi8gx3i3jz_WaWc", .. }"#);
    assert_eq!(format!("{ring:?}"), "KeyRing { source: Development, .. }");
}

#[test]
fn only_rsa_signature_keys_of_a_reasonable_size_are_taken_from_a_jwk_set() {
    let key = KeySource::Development.make(Owner::Entra, 0).unwrap();
    let set = json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" },
        { "kty": "RSA", "use": "enc", "n": key.n(), "e": key.e() },
        { "kty": "RSA", "n": "AQAB", "e": "AQAB" },
        { "kty": "RSA", "n": key.n(), "e": key.n() },
        { "kty": "RSA", "n": "no base64!", "e": "AQAB" },
        { "kty": "RSA", "kid": "theirs", "n": format!("{}=", key.n()), "e": "AQAB" },
    ] });
    let keys = PublicKey::from_jwks(&set);
    assert_eq!(keys.len(), 1);
    assert_eq!((keys[0].kid(), keys[0].n(), keys[0].x5t()), (Some("theirs"), key.n(), None));
    assert!(PublicKey::from_jwks(&json!([])).is_empty());
}

#[test]
fn what_is_no_certificate_is_refused() {
    for pem in ["", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        assert_eq!(PublicKey::from_certificate_pem(pem).err(), Some(KeyError::Unreadable), "{pem}");
    }
    assert_eq!(PublicKey::from_components("AQAB", "AQAB").err(), Some(KeyError::Size));
}
