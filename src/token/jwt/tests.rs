use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::keys::{KeyRing, KeySource, Owner};

fn key(owner: Owner<'_>) -> Arc<SigningKey> {
    KeyRing::new(KeySource::Development).current(owner).unwrap()
}

fn ours() -> Arc<SigningKey> {
    key(Owner::Entra)
}

fn verify_with(key: &SigningKey, token: &str) -> Result<Claims, JwtError> {
    verify(token, |_| vec![key.public().clone()])
}

/// A token with any header and claims, signed by the development key.
fn signed(header: &str, claims: &str) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = ours().try_sign(text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_signed_token_verifies_and_keeps_the_order_of_its_claims() {
    let claims = json!({ "zeta": 1, "aud": "a", "exp": 1, "nbf": "soon" });
    let token = sign(&ours(), Typ::Jwt, &claims).unwrap();
    // Expired and with an absurd time: both are for the reader to judge, who knows what time it is.
    assert_eq!(Value::Object(verify_with(&ours(), &token).unwrap()).to_string(), claims.to_string());
}

#[test]
fn headers_are_written_as_the_real_service_writes_them() {
    let kid = "uaAe-Dsc19zgzi8gx3i3jz_WaWc";
    for (typ, header) in [
        (Typ::JwtWithX5t, format!(r#"{{"typ":"JWT","alg":"RS256","x5t":"{kid}","kid":"{kid}"}}"#)),
        (Typ::Jwt, format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{kid}"}}"#)),
        (Typ::AtJwt, format!(r#"{{"typ":"at+jwt","alg":"RS256","kid":"{kid}"}}"#)),
    ] {
        let token = sign(&ours(), typ, &json!({})).unwrap();
        let encoded = token.split('.').next().unwrap();
        assert_eq!(String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap(), header);
    }
}

#[test]
fn a_token_is_written_into_one_allocation() {
    let token = sign(&ours(), Typ::JwtWithX5t, &json!({ "aud": "somebody" })).unwrap();
    assert_eq!(token.capacity(), token.len());
}

#[test]
fn jsonwebtoken_itself_accepts_what_is_signed_here() {
    let token = sign(&ours(), Typ::Jwt, &json!({ "sub": "alice", "exp": 4_000_000_000_u32 })).unwrap();
    let key = jsonwebtoken::DecodingKey::from_rsa_components(ours().n(), ours().e()).unwrap();
    let read = jsonwebtoken::decode::<Value>(&token, &key, &jsonwebtoken::Validation::new(Algorithm::RS256)).unwrap();
    assert_eq!((read.claims["sub"].as_str(), read.header.kid.as_deref()), (Some("alice"), Some(ours().kid())));
}

#[test]
fn another_providers_key_and_a_changed_token_are_told_apart_from_an_unknown_key() {
    let token = sign(&ours(), Typ::Jwt, &json!({ "sub": "alice" })).unwrap();
    let mut parts: Vec<&str> = token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode(r#"{"sub":"admin"}"#);
    parts[1] = &forged;
    assert_eq!(verify_with(&key(Owner::Provider("local")), &token), Err(JwtError::Signature));
    assert_eq!(verify_with(&ours(), &parts.join(".")), Err(JwtError::Signature));
    assert_eq!(verify(&token, |_| Vec::new()), Err(JwtError::UnknownKey));
}

#[test]
fn every_key_it_could_be_is_tried() {
    let token = sign(&ours(), Typ::Jwt, &json!({})).unwrap();
    let keys = vec![key(Owner::Provider("local")).public().clone(), ours().public().clone()];
    assert!(verify(&token, |_| keys).is_ok());
}

#[test]
fn the_reader_sees_header_and_claims_before_it_names_a_key() {
    let token = sign(&ours(), Typ::JwtWithX5t, &json!({ "iss": "someone" })).unwrap();
    let verified = verify(&token, |token| {
        assert_eq!((token.header("x5t"), token.claims["iss"].as_str()), (Some(ours().kid()), Some("someone")));
        vec![ours().public().clone()]
    });
    assert!(verified.is_ok());
}

#[test]
fn only_rs256_and_ps256_are_accepted() {
    for alg in [r#""none""#, r#""HS256""#, r#""RS384""#, r#""rs256""#, "null", "1"] {
        assert_eq!(
            verify_with(&ours(), &signed(&format!(r#"{{"alg":{alg}}}"#), "{}")),
            Err(JwtError::Algorithm),
            "{alg}"
        );
    }
    assert_eq!(verify_with(&ours(), &signed("{}", "{}")), Err(JwtError::Algorithm));
    // The signature is RS256, so under another name it does not verify.
    assert_eq!(verify_with(&ours(), &signed(r#"{"alg":"PS256"}"#, "{}")), Err(JwtError::Signature));
}

#[test]
fn ps256_verifies() {
    use aws_lc_rs::rsa::{KeyPair, PublicKeyComponents};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256};
    let pair = KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"PS256"}"#), URL_SAFE_NO_PAD.encode("{}"));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PSS_SHA256, &aws_lc_rs::rand::SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    let components = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = PublicKey::from_components(&encode(&components.n), &encode(&components.e)).unwrap();
    assert_eq!(verify(&token, |_| vec![Arc::new(public)]), Ok(Claims::new()));
}

#[test]
fn what_is_no_token_is_malformed() {
    let malformed = |token: &str| matches!(verify_with(&ours(), token), Err(JwtError::Malformed(_)));
    let long = signed(r#"{"alg":"RS256"}"#, &format!(r#"{{"a":"{}"}}"#, "a".repeat(LONGEST)));
    for token in ["", "a.b", "a.b.c", "a.b.c.d", "..", "é.é.é", long.as_str()] {
        assert!(malformed(token), "{token:.40}");
    }
    for (header, claims) in [
        (r#"{"alg":"RS256"}"#, r#"{"sub":"alice","sub":"admin"}"#),
        (r#"{"alg":"none","alg":"RS256"}"#, "{}"),
        (r#"{"alg":"RS256","crit":["b64"],"b64":false}"#, "{}"),
        (r#"{"alg":"RS256"}"#, "[]"),
        (r#"{"alg":"RS256"}"#, r#"{"a":1} trailing"#),
        ("RS256", "{}"),
    ] {
        assert!(malformed(&signed(header, claims)), "{header} {claims}");
    }
}

#[test]
fn a_half_hash_is_the_one_in_the_specifications_example() {
    // OpenID Connect Core 1.0, A.3 and A.4.
    assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    assert_eq!(half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"), "LDktKdoQak3Pk0cnXxCltA");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic_or_is_accepted(text in "\\PC{0,200}") {
        prop_assert!(verify_with(&ours(), &text).is_err());
    }

    #[test]
    fn no_changed_byte_goes_unnoticed(at in 0_usize..500, byte in "[A-Za-z0-9_.-]") {
        let token = sign(&ours(), Typ::Jwt, &json!({ "sub": "alice", "aud": "somebody", "iss": "us" })).unwrap();
        let at = at % token.len();
        let mut changed = token.clone();
        changed.replace_range(at..=at, &byte);
        prop_assert_eq!(verify_with(&ours(), &changed).is_ok(), changed == token);
    }
}
