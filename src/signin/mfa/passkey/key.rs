//! Is a signature this key's? The three kinds of key that authenticators make (RFC 9053, RFC 8230; Web
//! Authentication, 5.8.5).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use coset::cbor::Value;
use coset::iana::{Algorithm, Ec2KeyParameter, EllipticCurve, EnumI64, KeyType, OkpKeyParameter, RsaKeyParameter};
use coset::{AsCborValue, CoseKey, Label, RegisteredLabel, RegisteredLabelWithPrivate};

use super::{PasskeyError, cbor};

/// What is on offer, best first: ES256, EdDSA, RS256.
pub const ALGORITHMS: [i64; 3] = [Algorithm::ES256 as i64, Algorithm::EdDSA as i64, Algorithm::RS256 as i64];

/// A credential's public key.
#[derive(Debug)]
pub struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// Reads a `COSE_Key`.
    pub fn read(bytes: &[u8]) -> Result<Self, PasskeyError> {
        let key = cbor::only(bytes).and_then(|item| CoseKey::from_cbor_value(item).ok());
        let key = key.ok_or(PasskeyError::Unreadable("the public key"))?;
        let (algorithm, parsed) = match key.alg {
            Some(RegisteredLabelWithPrivate::Assigned(Algorithm::ES256)) => (Algorithm::ES256, es256(&key)),
            Some(RegisteredLabelWithPrivate::Assigned(Algorithm::EdDSA)) => (Algorithm::EdDSA, ed25519(&key)),
            Some(RegisteredLabelWithPrivate::Assigned(Algorithm::RS256)) => (Algorithm::RS256, rs256(&key)),
            _ => return Err(PasskeyError::UnknownKind),
        };
        Ok(Self { algorithm, key: parsed.ok_or(PasskeyError::UnusableKey)? })
    }

    /// Its algorithm's number in the registry.
    pub fn algorithm(&self) -> i64 {
        self.algorithm.to_i64()
    }

    /// Did this key sign that?
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

fn es256(key: &CoseKey) -> Option<ParsedPublicKey> {
    is_on(key, Ec2KeyParameter::Crv, EllipticCurve::P_256).then_some(())?;
    // 65 bytes: both coordinates in full, as the standard demands.
    let point = key.to_sec1_octet_string().ok().filter(|point| point.len() == 65)?;
    ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).ok()
}

fn ed25519(key: &CoseKey) -> Option<ParsedPublicKey> {
    is_a(key, KeyType::OKP).then_some(())?;
    is_on(key, OkpKeyParameter::Crv, EllipticCurve::Ed25519).then_some(())?;
    ParsedPublicKey::new(&ED25519, bytes(key, OkpKeyParameter::X).filter(|x| x.len() == 32)?).ok()
}

fn rs256(key: &CoseKey) -> Option<ParsedPublicKey> {
    is_a(key, KeyType::RSA).then_some(())?;
    let n = bytes(key, RsaKeyParameter::N).filter(|n| (256..=1024).contains(&n.len()))?;
    let e = bytes(key, RsaKeyParameter::E)?;
    RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()
}

fn is_a(key: &CoseKey, kind: KeyType) -> bool {
    key.kty == RegisteredLabel::Assigned(kind)
}

fn is_on(key: &CoseKey, parameter: impl EnumI64, curve: EllipticCurve) -> bool {
    value(key, parameter).and_then(Value::as_integer) == Some(curve.to_i64().into())
}

fn bytes(key: &CoseKey, parameter: impl EnumI64) -> Option<&[u8]> {
    value(key, parameter)?.as_bytes().map(Vec::as_slice)
}

fn value(key: &CoseKey, parameter: impl EnumI64) -> Option<&Value> {
    let label = Label::Int(parameter.to_i64());
    key.params.iter().find(|(name, _)| *name == label).map(|(_, value)| value)
}
