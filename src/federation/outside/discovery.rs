//! What does a provider's discovery document say to a tenant (OpenID Connect Discovery 1.0, section 3)?

use std::sync::Arc;

use serde_json::Value;

use crate::federation::provider::{Addresses, Answers, Home, Provider, Requests};
use crate::federation::saml::Binding;
use crate::keys::PublicKey;

/// The provider, from its discovery document and its set of keys. That the document is its own was seen when it came.
pub(super) fn read(document: &str, keys: &str) -> Result<Provider, String> {
    let document: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let keys: Value = serde_json::from_str(keys).map_err(|error| error.to_string())?;
    let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let sign_in = text("authorization_endpoint").and_then(super::web);
    let keys: Vec<_> = PublicKey::from_jwks(&keys).into_iter().map(Arc::new).collect();
    if keys.is_empty() {
        return Err("none of its keys is an RSA key that signs".into());
    }
    Ok(Provider {
        issuer: text("issuer").ok_or("it does not say what the provider calls itself")?.to_owned(),
        addresses: Addresses {
            sign_in: sign_in.ok_or("it names no authorization_endpoint")?,
            binding: Binding::Redirect,
            sign_out: text("end_session_endpoint").and_then(super::web),
            active: None,
        },
        requests: Requests::Plain,
        answers: match document.get("authorization_response_iss_parameter_supported") {
            Some(Value::Bool(true)) => Answers::Named,
            Some(_) | None => Answers::Plain,
        },
        keys,
        home: Home::Elsewhere,
    })
}
