use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::federation::fixtures::{key, now};
use crate::keys::Owner;
use crate::token::jwt::{Typ, sign};

const ISSUER: &str = "https://acme.test";

fn good() -> Value {
    json!({
        "iss": ISSUER, "aud": "client", "iat": now().seconds(), "exp": now().seconds() + 600,
        "sub": "subject", "nonce": "nonce", "acr": "possessionorinherence", "amr": ["fido"],
    })
}

fn checked(token: &str, at: Timestamp) -> Result<Accepted, Wrong> {
    static KEYS: LazyLock<Vec<Arc<PublicKey>>> =
        LazyLock::new(|| vec![key(Owner::Provider("wingtip")).public().clone()]);
    let expected =
        Expected { issuer: ISSUER, client_id: "client", subject: "subject", nonce: "nonce", keys: &KEYS, now: at };
    check(token, &expected)
}

fn said(claims: &Value, at: Timestamp) -> Result<Accepted, Wrong> {
    checked(&sign(&key(Owner::Provider("wingtip")), Typ::Jwt, claims).unwrap(), at)
}

#[test]
fn a_good_answer_tells_how_somebody_was_verified() {
    let accepted = said(&good(), now()).unwrap();
    assert_eq!((accepted.acr.as_str(), accepted.amr.as_slice()), ("possessionorinherence", &["fido".to_owned()][..]));
    let signed = sign(&key(Owner::Entra), Typ::Jwt, &good()).unwrap();
    assert_eq!(checked(&signed, now()), Err(Wrong::Token(JwtError::UnknownKey)));
}

#[test]
fn only_words_that_were_asked_for_count() {
    let table = [
        (json!(["pwd", "sms"]), Ok(vec!["sms"])),
        (json!(["tel", "face", "mfa"]), Ok(vec!["tel", "face"])),
        (json!(["mfa"]), Err(Wrong::Methods("mfa".into()))),
        (json!(["OTP"]), Err(Wrong::Methods("OTP".into()))),
        (json!({"otp": true}), Err(Wrong::MethodsNoList)),
        (json!(["otp", 1]), Err(Wrong::MethodsNoList)),
    ];
    for (amr, expected) in table {
        let mut claims = good();
        claims["amr"] = amr.clone();
        let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(said(&claims, now()).map(|accepted| accepted.amr), expected, "{amr}");
    }
    for (acr, good_enough) in [("possession", true), ("inherence", true), ("knowledgeorpossession", false), ("", false)]
    {
        let mut claims = good();
        claims["acr"] = acr.into();
        assert_eq!(said(&claims, now()).is_ok(), good_enough, "{acr}");
    }
}

#[test]
fn clocks_may_disagree_by_five_minutes_and_not_more() {
    for (minutes, accepted) in [(-6, false), (-5, true), (0, true), (14, true), (15, false)] {
        let at = now().plus(Span::minutes(minutes));
        assert_eq!(said(&good(), at).is_ok(), accepted, "{minutes} minutes later");
    }
    let mut claims = good();
    claims["iat"] = json!("soon");
    assert_eq!(said(&claims, now()), Err(Wrong::Timeless("iat")));
}

proptest! {
    #[test]
    fn nothing_that_is_sent_makes_the_check_panic(token in "[a-zA-Z0-9_.-]{0,80}", acr in "\\PC{0,20}", exp in any::<f64>()) {
        let _ = checked(&token, now());
        let mut claims = good();
        claims["acr"] = acr.into();
        claims["exp"] = json!(exp);
        let _ = said(&claims, now());
    }
}
