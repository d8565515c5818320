//! The keys tokens are verified with: JWK sets, RFC 7517 section 5.

use std::sync::Arc;

use serde::Serialize;

use super::CLOUD_INSTANCE;
use crate::http::origin::Origin;
use crate::keys::SigningKey;
use crate::token::issuer::{Issuing, issuer_v2};

#[derive(Serialize)]
struct KeySet<'k> {
    keys: Vec<Jwk<'k>>,
}

#[derive(Serialize)]
struct Jwk<'k> {
    kty: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<&'static str>,
    kid: &'k str,
    x5t: &'k str,
    n: &'k str,
    e: &'k str,
    x5c: [&'k str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_instance_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
}

impl<'k> Jwk<'k> {
    fn of(key: &'k SigningKey) -> Self {
        Self {
            kty: "RSA",
            purpose: "sig",
            alg: None,
            kid: key.kid(),
            x5t: key.x5t(),
            n: key.n(),
            e: key.e(),
            x5c: [key.x5c()],
            cloud_instance_name: None,
            issuer: None,
        }
    }
}

/// Entra's v2 key set. Every tenant signs with these keys, so each is tied to the issuer of any of them.
pub fn jwks_v2(origin: &Origin, keys: &[Arc<SigningKey>]) -> impl Serialize {
    let issuer = issuer_v2(origin, Issuing::Any);
    let tied = |key| Jwk { cloud_instance_name: Some(CLOUD_INSTANCE), issuer: Some(issuer.clone()), ..Jwk::of(key) };
    KeySet { keys: keys.iter().map(|key| tied(key)).collect() }
}

/// Entra's v1 key set.
pub fn jwks_v1(keys: &[Arc<SigningKey>]) -> impl Serialize {
    KeySet { keys: keys.iter().map(|key| Jwk::of(key)).collect() }
}

/// A third-party provider's key set.
pub fn jwks_generic(keys: &[Arc<SigningKey>]) -> impl Serialize {
    KeySet { keys: keys.iter().map(|key| Jwk { alg: Some("RS256"), ..Jwk::of(key) }).collect() }
}
