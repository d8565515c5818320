//! An application's certificate, and what it signs with it. The key is one of the public development keys.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use standin::Standin;

use crate::apps::DAEMON;

const KEY: &str = include_str!("../../keys/wingtip.pem");
pub const CERTIFICATE: &str = include_str!("../../keys/wingtip.crt.pem");
/// Another one, that nobody registered.
const OTHER_KEY: &str = include_str!("../../keys/local.pem");

/// By which name the assertion's head calls the certificate.
#[derive(Clone, Copy, PartialEq)]
pub enum Named {
    Sha1,
    Sha256,
    Wrongly,
    NotAtAll,
}

fn der(pem: &str) -> Vec<u8> {
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(lines).unwrap()
}

/// The SHA-1 of the certificate.
pub fn thumbprint() -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, &der(CERTIFICATE)).as_ref().to_vec()
}

fn header(algorithm: Algorithm, named: Named) -> Header {
    let mut header = Header::new(algorithm);
    match named {
        Named::Sha1 => header.x5t = Some(URL_SAFE_NO_PAD.encode(thumbprint())),
        Named::Sha256 => header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, &der(CERTIFICATE)))),
        Named::Wrongly => header.x5t = Some(URL_SAFE_NO_PAD.encode([7; 20])),
        Named::NotAtAll => {}
    }
    header
}

/// An assertion that Example Daemon might send, with some claims replaced.
pub fn assertion(standin: &Standin, algorithm: Algorithm, named: Named, changed: Value) -> String {
    sign(header(algorithm, named), KEY, &claims(standin, changed))
}

/// The same, with a head of one's own.
pub fn assertion_headed(standin: &Standin, header: Header) -> String {
    sign(header, KEY, &claims(standin, json!({})))
}

/// The same, signed by somebody else who knows the certificate.
pub fn forged(standin: &Standin) -> String {
    sign(header(Algorithm::RS256, Named::Sha1), OTHER_KEY, &claims(standin, json!({})))
}

fn claims(standin: &Standin, changed: Value) -> Value {
    let now = standin.clock().now().seconds();
    let mut claims = json!({
        "aud": standin.http("/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/v2.0/token"),
        "iss": DAEMON.id, "sub": DAEMON.id, "jti": "a1", "nbf": now, "iat": now, "exp": now + 600,
    });
    for (name, value) in changed.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

fn sign(header: Header, key: &str, claims: &Value) -> String {
    // What PKCS#8 wraps a key of 2048 bits in is 26 bytes long.
    encode(&header, claims, &EncodingKey::from_rsa_der(&der(key)[26..])).unwrap()
}
