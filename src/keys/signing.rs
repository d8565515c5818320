//! One key that signs: held ready, never parsed again (RFC 7517, RFC 7518 section 3.3).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::signature::{Error, Signer};

use super::{KeyError, PublicKey};
use crate::token::jwt::Headers;

/// An RSA key and its certificate, ready to sign RS256.
pub struct SigningKey {
    pair: KeyPair,
    public: Arc<PublicKey>,
    kid: String,
    x5c: String,
    headers: Headers,
}

impl SigningKey {
    pub(super) fn new(pair: KeyPair, certificate: &[u8]) -> Result<Self, KeyError> {
        let components = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let public = PublicKey::with_certificate(&components.n, &components.e, certificate)?;
        let kid = public.x5t().unwrap_or_default().to_owned();
        Ok(Self { headers: Headers::new(&kid), public: Arc::new(public), kid, x5c: STANDARD.encode(certificate), pair })
    }

    /// The key's id: the SHA-1 thumbprint of its certificate.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The same value under its other name.
    pub fn x5t(&self) -> &str {
        &self.kid
    }

    /// The certificate, DER in standard base64.
    pub fn x5c(&self) -> &str {
        &self.x5c
    }

    /// The modulus, base64url.
    pub fn n(&self) -> &str {
        self.public.n()
    }

    /// The exponent, base64url.
    pub fn e(&self) -> &str {
        self.public.e()
    }

    /// The half that verifies.
    pub fn public(&self) -> &Arc<PublicKey> {
        &self.public
    }

    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }
}

impl Signer<Vec<u8>> for SigningKey {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map_err(Error::from_source)?;
        Ok(signature)
    }
}

impl JwtSigner for SigningKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
