//! How does the `openidconnect` crate verify a signature here (RFC 7515, 5.2)? By a key that verifies with the library that
//! verifies everything else; the crate's own keys bring three more, and kinds of keys that no issuer here has.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use openidconnect::core::{CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyId, SignatureVerificationError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::keys::{Hash, PublicKey};

/// A key of an issuer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct IssuerKey {
    id: Option<JsonWebKeyId>,
    /// None of a shared secret, which verifies nothing: who issues here signs.
    public: Option<Arc<PublicKey>>,
}

impl From<PublicKey> for IssuerKey {
    fn from(key: PublicKey) -> Self {
        Self { id: key.kid().map(|id| JsonWebKeyId::new(id.to_owned())), public: Some(Arc::new(key)) }
    }
}

impl TryFrom<Value> for IssuerKey {
    type Error = &'static str;

    fn try_from(jwk: Value) -> Result<Self, Self::Error> {
        PublicKey::from_jwk(&jwk).map(Self::from).ok_or("not an RSA key that signs")
    }
}

impl From<IssuerKey> for Value {
    fn from(key: IssuerKey) -> Self {
        match key.public {
            Some(public) => json!({"kty": "RSA", "kid": key.id, "n": public.n(), "e": public.e()}),
            None => json!({"kty": "oct"}),
        }
    }
}

impl JsonWebKey for IssuerKey {
    type KeyUse = CoreJsonWebKeyUse;
    type SigningAlgorithm = CoreJwsSigningAlgorithm;

    fn key_id(&self) -> Option<&JsonWebKeyId> {
        self.id.as_ref()
    }

    fn key_type(&self) -> &CoreJsonWebKeyType {
        match self.public {
            Some(_) => &CoreJsonWebKeyType::RSA,
            None => &CoreJsonWebKeyType::Symmetric,
        }
    }

    fn key_use(&self) -> Option<&CoreJsonWebKeyUse> {
        None
    }

    fn signing_alg(&self) -> JsonWebKeyAlgorithm<&CoreJwsSigningAlgorithm> {
        JsonWebKeyAlgorithm::Unspecified
    }

    fn new_symmetric(_secret: Vec<u8>) -> Self {
        Self { id: None, public: None }
    }

    fn verify_signature(
        &self,
        algorithm: &CoreJwsSigningAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        let hash = hash_of(algorithm).map_err(SignatureVerificationError::UnsupportedAlg)?;
        let signed = self.public.as_ref().is_some_and(|key| key.signed(hash, message, signature));
        signed.then_some(()).ok_or_else(|| SignatureVerificationError::CryptoError("another key made it".into()))
    }

    fn hash_bytes(&self, bytes: &[u8], algorithm: &CoreJwsSigningAlgorithm) -> Result<Vec<u8>, String> {
        hash_of(algorithm).map(|_| digest(&SHA256, bytes).as_ref().to_vec())
    }
}

/// The one algorithm that Entra signs with.
fn hash_of(algorithm: &CoreJwsSigningAlgorithm) -> Result<Hash, String> {
    match algorithm {
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256 => Ok(Hash::Sha256),
        other => Err(format!("{other:?} is no algorithm of this issuer")),
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::signature::Signer as _;

    use super::*;
    use crate::keys::{KeyRing, KeySource, Owner};

    #[test]
    fn only_what_the_key_signed_in_the_issuers_own_algorithm_is_believed() {
        let ours = KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap();
        let key = IssuerKey::try_from(json!({"kty": "RSA", "kid": "k", "n": ours.n(), "e": ours.e()})).unwrap();
        let signature = ours.try_sign(b"message").unwrap();
        let rs256 = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        assert_eq!(key.verify_signature(&rs256, b"message", &signature), Ok(()));
        assert!(key.verify_signature(&rs256, b"another", &signature).is_err());
        for algorithm in [
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            CoreJwsSigningAlgorithm::HmacSha256,
            CoreJwsSigningAlgorithm::None,
        ] {
            assert!(key.verify_signature(&algorithm, b"message", &signature).is_err(), "{algorithm:?}");
        }
        let shared = IssuerKey::new_symmetric(b"secret".to_vec());
        assert!(shared.verify_signature(&rs256, b"message", &signature).is_err());
        assert!(shared.verify_signature(&CoreJwsSigningAlgorithm::HmacSha256, b"message", &signature).is_err());
    }

    #[test]
    fn a_key_is_read_and_written_as_a_jwk_and_one_of_another_kind_is_none() {
        let ours = KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap();
        let jwk = json!({"kty": "RSA", "kid": "k", "n": ours.n(), "e": ours.e()});
        assert_eq!(Value::from(IssuerKey::try_from(jwk.clone()).unwrap()), jwk);
        assert!(IssuerKey::try_from(json!({"kty": "oct", "k": "c2VjcmV0"})).is_err());
    }
}
