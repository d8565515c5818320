//! Does whoever redeems a code know the secret of whoever asked for it (RFC 7636)?

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What an authorize request proves its redeemer by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    /// The verifier itself.
    Plain(String),
    /// Its SHA-256.
    S256(String),
}

impl Challenge {
    /// Reads a verifier that is its own challenge.
    pub fn plain(text: &str) -> Option<Self> {
        is_verifier(text).then(|| Challenge::Plain(text.to_owned()))
    }

    /// Reads what has the size and the letters of a SHA-256. Whether any verifier answers it is seen when one is shown.
    pub fn s256(text: &str) -> Option<Self> {
        let hash = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        hash.then(|| Challenge::S256(text.to_owned()))
    }

    /// Does this verifier answer it?
    pub fn is_answered_by(&self, verifier: &str) -> bool {
        let same =
            |a: &str, b: &str| aws_lc_rs::constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok();
        match self {
            Challenge::Plain(expected) => same(expected, verifier),
            Challenge::S256(expected) => {
                let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
                same(expected, &URL_SAFE_NO_PAD.encode(digest.as_ref()))
            }
        }
    }
}

/// Has it the size and the letters of a verifier (4.1)? A shorter one could be guessed from its challenge.
pub fn is_verifier(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        let of = |count| "a".repeat(count);
        for (text, fine) in [
            (VERIFIER.to_owned(), true),
            (format!("{}-._~Z9", of(40)), true),
            (of(128), true),
            (of(129), false),
            (of(42), false),
            (String::new(), false),
            (format!("{}=", of(43)), false),
            (format!("{}+", of(43)), false),
            (format!("{}/", of(43)), false),
            (format!("{} ", of(43)), false),
            (format!("{}\u{e9}", of(43)), false),
        ] {
            assert_eq!(is_verifier(&text), fine, "{text}");
            assert_eq!(Challenge::plain(&text).is_some(), fine, "{text}");
        }
    }

    #[test]
    fn a_hash_has_the_size_and_the_letters_of_one() {
        assert!(
            Challenge::s256(&"a".repeat(43)).is_some(),
            "that no verifier answers it is seen at the token endpoint"
        );
        let challenge = Challenge::s256(CHALLENGE).unwrap();
        assert!(challenge.is_answered_by(VERIFIER));
        assert!(!challenge.is_answered_by(CHALLENGE));
        let padded = format!("{CHALLENGE}=");
        let longer = format!("{CHALLENGE}AAAA");
        for wrong in [&CHALLENGE[..42], &padded, &longer, &CHALLENGE.replace('-', "+"), &CHALLENGE.replace('-', ".")] {
            assert_eq!(Challenge::s256(wrong), None, "{wrong}");
        }
    }
}
