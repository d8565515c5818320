//! What does a new credential come with (Web Authentication, 6.5 and 8)?
//!
//! Nothing is asked to be attested, so there is at most what the key says about itself.

use aws_lc_rs::digest::Digest;
use coset::cbor::Value;

use super::key::PublicKey;
use super::{PasskeyError, cbor};

/// An attestation object.
#[derive(Debug)]
pub struct Attestation {
    format: String,
    statement: Vec<(Value, Value)>,
    pub authenticator_data: Vec<u8>,
}

impl Attestation {
    pub fn read(bytes: &[u8]) -> Result<Self, PasskeyError> {
        Self::parse(bytes).ok_or(PasskeyError::Unreadable("the attestation object"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let object = cbor::only(bytes)?.into_map().ok()?;
        Some(Self {
            format: cbor::field(&object, "fmt")?.as_text()?.to_owned(),
            statement: cbor::field(&object, "attStmt")?.as_map()?.clone(),
            authenticator_data: cbor::field(&object, "authData")?.as_bytes()?.clone(),
        })
    }

    /// Does the statement hold? None does, and so does the new key's own signature (8.2, self attestation).
    pub fn check(&self, key: &PublicKey, client_data: &Digest) -> Result<(), PasskeyError> {
        match self.format.as_str() {
            "none" if self.statement.is_empty() => Ok(()),
            "packed" if cbor::field(&self.statement, "x5c").is_none() => self.check_own_signature(key, client_data),
            // A browser takes everything else out of an answer when nothing is asked to be attested.
            _ => Err(PasskeyError::Attested),
        }
    }

    fn check_own_signature(&self, key: &PublicKey, client_data: &Digest) -> Result<(), PasskeyError> {
        let algorithm = cbor::field(&self.statement, "alg").and_then(Value::as_integer);
        let signature = cbor::field(&self.statement, "sig").and_then(Value::as_bytes);
        let signed = [&self.authenticator_data, client_data.as_ref()].concat();
        let holds = algorithm == Some(key.algorithm().into()) && signature.is_some_and(|it| key.signed(&signed, it));
        if holds { Ok(()) } else { Err(PasskeyError::WrongSignature) }
    }
}
