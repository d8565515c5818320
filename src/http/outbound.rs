//! Asking other servers what they publish: the keys of an issuer that an application trusts, the metadata of a provider
//! that a domain is federated with.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use awc::{Client, Connector};
use serde_json::Value;

use crate::directory::external::DISCOVERY;
use crate::http::trust::Trust;
use crate::keys::PublicKey;

/// The most a metadata document or key set may hold.
const LIMIT: usize = 512 * 1024;
/// How long another server may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client for other servers, made when it is first needed. One per worker thread.
#[derive(Clone)]
pub struct Outbound {
    trust: Arc<Trust>,
    client: Rc<RefCell<Option<Client>>>,
}

impl Outbound {
    /// A client that believes whom this says.
    pub fn new(trust: Arc<Trust>) -> Self {
        Self { trust, client: Rc::default() }
    }

    /// The client itself.
    pub fn client(&self) -> Result<Client, String> {
        if let Some(known) = self.client.borrow().as_ref() {
            return Ok(known.clone());
        }
        let connector = Connector::new().rustls_0_23(self.trust.config()?);
        let made = Client::builder().connector(connector).timeout(PATIENCE).disable_redirects().finish();
        *self.client.borrow_mut() = Some(made.clone());
        Ok(made)
    }

    /// Where a browser is sent to, as the discovery document at this address says.
    pub async fn authorize_address(&self, discovery: &str) -> Result<String, String> {
        let metadata = self.discovered(discovery).await?;
        let address = metadata.get("authorization_endpoint").and_then(Value::as_str);
        let leads = |address: &&str| address.starts_with("https://") || address.starts_with("http://");
        let address = address.filter(leads).ok_or("its discovery document names no authorization_endpoint")?;
        Ok(address.to_owned())
    }

    /// The issuer whose discovery document this is, and those of its keys that come with a certificate.
    pub async fn certified_keys(&self, discovery: &str) -> Result<(String, Vec<Arc<PublicKey>>), String> {
        let (metadata, set) = self.discovered_with_keys(discovery).await?;
        let keys = certified(&set);
        match keys.is_empty() {
            false => Ok((named_issuer(&metadata).to_owned(), keys)),
            true => Err("none of its keys is an RSA key with a certificate (x5c)".into()),
        }
    }

    async fn discovered(&self, discovery: &str) -> Result<Value, String> {
        discovered(async |address: &str| self.json(address).await, discovery).await
    }

    /// A provider's discovery document, and the set of keys it names.
    pub async fn discovered_with_keys(&self, discovery: &str) -> Result<(Value, Value), String> {
        discovered_with_keys(async |address: &str| self.json(address).await, discovery).await
    }

    /// The signing keys of an issuer, found through its discovery document.
    pub async fn keys_of(&self, issuer: &str) -> Result<Vec<Arc<PublicKey>>, String> {
        let discovery = format!("{}{DISCOVERY}", issuer.trim_end_matches('/'));
        let (_, set) = self.discovered_with_keys(&discovery).await?;
        Ok(PublicKey::from_jwks(&set).into_iter().map(Arc::new).collect())
    }

    async fn json(&self, address: &str) -> Result<Value, String> {
        serde_json::from_slice(&self.body(address).await?).map_err(|error| format!("{address}: {error}"))
    }

    /// A document that is text.
    pub async fn text(&self, address: &str) -> Result<String, String> {
        let body = self.body(address).await?;
        String::from_utf8(body.to_vec()).map_err(|_| format!("{address} answered something that is not UTF-8"))
    }

    async fn body(&self, address: &str) -> Result<Bytes, String> {
        let mut response =
            self.client()?.get(address).force_close().send().await.map_err(|error| format!("{address}: {error}"))?;
        if !response.status().is_success() {
            return Err(format!("{address} answered {}", response.status().as_u16()));
        }
        response.body().limit(LIMIT).await.map_err(|error| format!("{address}: {error}"))
    }
}

/// A discovery document, if it is of the issuer whose address it lies under (OpenID Connect Discovery, 4.3).
async fn discovered(get: impl AsyncFn(&str) -> Result<Value, String>, discovery: &str) -> Result<Value, String> {
    let metadata = get(discovery).await?;
    match discovery.strip_suffix(DISCOVERY) == Some(named_issuer(&metadata).trim_end_matches('/')) {
        true => Ok(metadata),
        false => Err("its discovery document names another issuer".into()),
    }
}

/// The discovery document at an address, if it is that issuer's, and the set of keys it names; `get` fetches each.
pub async fn discovered_with_keys(
    get: impl AsyncFn(&str) -> Result<Value, String>,
    discovery: &str,
) -> Result<(Value, Value), String> {
    let metadata = discovered(&get, discovery).await?;
    let address = metadata.get("jwks_uri").and_then(Value::as_str).ok_or("its discovery document names no keys")?;
    let keys = get(address).await?;
    Ok((metadata, keys))
}

/// Whom a discovery document is about, as it says itself.
fn named_issuer(metadata: &Value) -> &str {
    metadata.get("issuer").and_then(Value::as_str).unwrap_or_default()
}

/// The keys of a set that come with a certificate.
fn certified(set: &Value) -> Vec<Arc<PublicKey>> {
    let has = |key: &&Value| key.get("x5c").and_then(Value::as_array).is_some_and(|chain| !chain.is_empty());
    let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten().filter(has);
    keys.filter_map(PublicKey::from_jwk).map(Arc::new).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::keys::{KeyRing, KeySource, Owner};

    #[test]
    fn a_key_counts_only_with_its_certificate() {
        let key = KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap();
        let bare = json!({"kty": "RSA", "kid": "bare", "n": key.n(), "e": key.e()});
        let with = |chain: Value| json!({"kty": "RSA", "kid": "good", "n": key.n(), "e": key.e(), "x5c": chain});
        let table = [
            (json!({"keys": [bare, with(json!([])), with(json!("x")), {"kty": "EC", "x5c": ["x"]}]}), vec![]),
            (json!({"keys": [bare, with(json!([key.x5c()]))]}), vec![Some("good")]),
            (json!({"keys": "none"}), vec![]),
        ];
        for (set, expected) in table {
            let found = certified(&set);
            assert_eq!(found.iter().map(|key| key.kid()).collect::<Vec<_>>(), expected, "{set}");
        }
    }
}
