//! Is this the code that a code app shows now (RFC 6238)? And what does an app need to show it?

use std::fmt::Write as _;

use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Builder, Secret as Bytes, Totp};

use crate::chance::Chance;
use crate::directory::user::Secret;
use crate::signin::mfa::named;
use crate::time::Timestamp;

/// How many bytes a fresh secret has (RFC 4226, 4).
const SECRET: usize = 20;
/// How large the QR code is drawn, in pixels.
const DRAWN: u32 = 200;

/// A fresh secret, as apps take it: base32.
pub fn fresh(chance: &Chance) -> Secret {
    Secret::new(Bytes::from(chance.bytes::<SECRET>().to_vec()).to_base32())
}

/// The code of a secret at a moment, and the moment until which it is shown. A secret that is no base32 has none.
pub fn code(secret: &Secret, now: Timestamp) -> Option<(String, Timestamp)> {
    let app = app(secret)?;
    let until = i64::try_from(app.next_step(seconds(now))).ok()?;
    Some((app.generate(seconds(now)).to_string(), Timestamp::from_seconds(until)))
}

/// The time step in which a secret shows this code, if it is the present one or one of those beside it.
pub fn accepted(secret: &Secret, typed: &str, now: Timestamp) -> Option<u64> {
    // People type what they see, in groups.
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    app(secret)?.check(&digits, seconds(now))
}

/// A name for the code of one time step, by which it is used up. It is bound to the secret: another app's first code
/// is another one.
pub fn use_of(secret: &Secret, step: u64) -> String {
    format!("code of step {step} of {}", named(secret.reveal()))
}

fn seconds(now: Timestamp) -> u64 {
    now.seconds().unsigned_abs()
}

/// A short secret is weak, and for a test double good enough.
fn app(secret: &Secret) -> Option<Totp> {
    let letters = secret.reveal().trim_end_matches('=');
    // So many letters make no whole bytes (RFC 4648, 6), and none make none.
    if letters.is_empty() || matches!(letters.len() % 8, 1 | 3 | 6) {
        return None;
    }
    let bytes = Bytes::try_from_base32(letters).ok()?;
    Some(Builder::new().with_secret(bytes).with_skew(1).build_noncompliant())
}

/// What the QR code says: the key URI format that code apps read.
pub fn uri(secret: &Secret, organization: &str, upn: &str) -> String {
    let (issuer, account) = (escaped(organization), escaped(upn));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.reveal())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => escaped.push(char::from(byte)),
            // Writing to a string cannot fail.
            other => drop(write!(escaped, "%{other:02X}")),
        }
    }
    escaped
}

/// A text as a QR code, drawn in SVG for a page. A text too long for one is not drawn.
pub fn drawn(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let (dark, light) = (svg::Color("#000"), svg::Color("#fff"));
    let drawing = code.render().min_dimensions(DRAWN, DRAWN).dark_color(dark).light_color(light).build();
    // The declaration before it is for files.
    drawing.find("<svg").map_or_else(String::new, |start| drawing[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> Secret {
        Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn codes_are_those_of_rfc_6238_cut_to_six_digits() {
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(&secret(), at(seconds)).unwrap().0, expected, "{seconds}");
        }
        assert_eq!(code(&secret(), at(59)).unwrap().1, at(60));
        for wrong in ["not base32!", "", "===", "A", "ABC", "ABCDEF", "GEZDGNBVG"] {
            assert_eq!(code(&Secret::new(wrong), at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_counts_in_its_own_step_and_the_ones_beside_it() {
        let (code, _) = code(&secret(), at(90)).unwrap();
        for (seconds, counts) in [(59, false), (60, true), (90, true), (119, true), (149, true), (150, false)] {
            assert_eq!(accepted(&secret(), &code, at(seconds)), counts.then_some(3), "{seconds}");
        }
        assert_eq!(accepted(&secret(), &format!("{} {}", &code[..3], &code[3..]), at(90)), Some(3));
    }

    #[test]
    fn the_qr_code_says_what_apps_read() {
        let uri = uri(&secret(), "Adatum & Co", "ada@adatum.test");
        let parsed = url::Url::parse(&uri).unwrap();
        assert_eq!((parsed.scheme(), parsed.path()), ("otpauth", "/Adatum%20%26%20Co:ada@adatum.test"));
        let pairs: Vec<_> = parsed.query_pairs().into_owned().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs, [pair("secret", secret().reveal()), pair("issuer", "Adatum & Co")]);
        let drawing = drawn(&uri);
        assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>"), "{drawing:.60}");
        assert_eq!(drawn(&"x".repeat(5_000)), "");
    }

    #[test]
    fn a_fresh_secret_is_one_that_shows_codes() {
        let fresh = fresh(&Chance::new(Some(1), ""));
        assert_eq!(fresh.reveal().len(), 32);
        assert!(code(&fresh, at(0)).is_some());
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_the_check_panic(typed in "\\PC{0,40}", seconds in 0i64..10_000_000_000) {
            let _ = accepted(&secret(), &typed, at(seconds));
        }
    }
}
