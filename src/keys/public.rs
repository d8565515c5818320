//! One key that verifies: ours, an application's certificate, or another issuer's JWK (RFC 7517).

use std::fmt;

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::{Algorithm as Jwa, DecodingKey};
use serde_json::Value;

use super::KeyError;
use super::certificate::Certificate;

/// An RSA key that verifies, with whatever names it goes by.
pub struct PublicKey {
    n: String,
    e: String,
    kid: Option<String>,
    thumbprints: Option<Thumbprints>,
    decoding: DecodingKey,
}

/// The hash under an RSA signature of the older kind (RFC 8017, 8.2: RSASSA-PKCS1-v1_5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

struct Thumbprints {
    sha1: String,
    sha256: String,
}

/// Sizes in bytes that verification takes.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// Exponents longer than this are nobody's, and slow.
const LONGEST_EXPONENT: usize = 5;

/// PEM is read as people have it in files: with or without padding.
const PEM: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl PublicKey {
    /// From the modulus and exponent of a JWK, base64url.
    pub fn from_components(n: &str, e: &str) -> Result<Self, KeyError> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| KeyError::Unreadable);
        Self::new(&decode(n)?, &decode(e)?)
    }

    /// From a JWK; `None` for keys of other kinds and keys that are not for signatures.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("kty") != Some("RSA") || !matches!(text("use"), None | Some("sig")) {
            return None;
        }
        let mut key = Self::from_components(text("n")?, text("e")?).ok()?;
        key.kid = text("kid").map(str::to_owned);
        Some(key)
    }

    /// The usable keys of a JWK set.
    pub fn from_jwks(set: &Value) -> Vec<Self> {
        let keys = set.get("keys").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Self::from_jwk).collect()
    }

    /// From the first certificate in a PEM text.
    pub fn from_certificate_pem(pem: &str) -> Result<Self, KeyError> {
        Self::from_certificate(&pem_block(pem, "CERTIFICATE").ok_or(KeyError::Unreadable)?)
    }

    /// From a certificate in DER form. Neither its dates nor who signed it are looked at.
    pub fn from_certificate(der: &[u8]) -> Result<Self, KeyError> {
        let certificate = Certificate::read(der).map_err(|_| KeyError::Unreadable)?;
        let key = certificate.rsa().ok_or(KeyError::Unreadable)?;
        Self::with_certificate(key.modulus.as_bytes(), key.public_exponent.as_bytes(), der)
    }

    pub(super) fn with_certificate(n: &[u8], e: &[u8], der: &[u8]) -> Result<Self, KeyError> {
        let mut key = Self::new(n, e)?;
        let thumbprints =
            Thumbprints { sha1: thumbprint(&SHA1_FOR_LEGACY_USE_ONLY, der), sha256: thumbprint(&SHA256, der) };
        key.kid = Some(thumbprints.sha1.clone());
        key.thumbprints = Some(thumbprints);
        Ok(key)
    }

    fn new(n: &[u8], e: &[u8]) -> Result<Self, KeyError> {
        let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
        if !MODULUS.contains(&n.len()) || e.is_empty() || e.len() > LONGEST_EXPONENT {
            return Err(KeyError::Size);
        }
        Ok(Self {
            decoding: DecodingKey::from_rsa_raw_components(n, e),
            n: URL_SAFE_NO_PAD.encode(n),
            e: URL_SAFE_NO_PAD.encode(e),
            kid: None,
            thumbprints: None,
        })
    }

    /// The modulus, base64url.
    pub fn n(&self) -> &str {
        &self.n
    }

    /// The exponent, base64url.
    pub fn e(&self) -> &str {
        &self.e
    }

    /// What its owner calls it; of a certificate, the SHA-1 thumbprint.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The SHA-1 thumbprint of its certificate, base64url.
    pub fn x5t(&self) -> Option<&str> {
        self.thumbprints.as_ref().map(|prints| prints.sha1.as_str())
    }

    /// The SHA-256 thumbprint of its certificate, base64url.
    pub fn x5t_s256(&self) -> Option<&str> {
        self.thumbprints.as_ref().map(|prints| prints.sha256.as_str())
    }

    /// Did this key sign these bytes?
    pub fn signed(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        let algorithm = match hash {
            Hash::Sha256 => Jwa::RS256,
            Hash::Sha384 => Jwa::RS384,
            Hash::Sha512 => Jwa::RS512,
        };
        let signature = URL_SAFE_NO_PAD.encode(signature);
        jsonwebtoken::crypto::verify(&signature, message, &self.decoding, algorithm).unwrap_or(false)
    }

    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// DER puts a zero before a high first bit, and some JWKs keep it.
fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.split_at(zeros).1
}

fn thumbprint(algorithm: &'static Algorithm, der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(algorithm, der))
}

/// The content of the first block of a kind in a PEM text (RFC 7468), however its lines are broken.
pub(super) fn pem_block(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.split_whitespace().collect();
    PEM.decode(body).ok()
}
