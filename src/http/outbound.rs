//! Asking other servers: the keys of an issuer that an application trusts.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use awc::{Client, Connector};
use serde_json::Value;

use crate::keys::PublicKey;

/// The most a metadata document or key set may hold.
const LIMIT: usize = 256 * 1024;
/// How long another server may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client for other servers, made when it is first needed. One per worker thread.
#[derive(Clone)]
pub struct Outbound {
    tls: Arc<rustls::ClientConfig>,
    client: Rc<RefCell<Option<Client>>>,
}

impl Outbound {
    /// A client that trusts these roots.
    pub fn new(tls: Arc<rustls::ClientConfig>) -> Self {
        Self { tls, client: Rc::default() }
    }

    fn client(&self) -> Client {
        self.client
            .borrow_mut()
            .get_or_insert_with(|| {
                let connector = Connector::new().rustls_0_23(self.tls.clone());
                Client::builder().connector(connector).timeout(PATIENCE).finish()
            })
            .clone()
    }

    /// The signing keys of an issuer, found through its discovery document.
    pub async fn keys_of(&self, issuer: &str) -> Result<Vec<Arc<PublicKey>>, String> {
        let metadata = self.json(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).await?;
        if metadata.get("issuer").and_then(Value::as_str).map(|name| name.trim_end_matches('/')) != Some(issuer.trim_end_matches('/')) {
            return Err("its discovery document names another issuer".into());
        }
        let Some(address) = metadata.get("jwks_uri").and_then(Value::as_str) else {
            return Err("its discovery document names no keys".into());
        };
        Ok(PublicKey::from_jwks(&self.json(address).await?).into_iter().map(Arc::new).collect())
    }

    async fn json(&self, address: &str) -> Result<Value, String> {
        let mut response = self.client().get(address).send().await.map_err(|error| format!("{address}: {error}"))?;
        if !response.status().is_success() {
            return Err(format!("{address} answered {}", response.status().as_u16()));
        }
        let body = response.body().limit(LIMIT).await.map_err(|error| format!("{address}: {error}"))?;
        serde_json::from_slice(&body).map_err(|error| format!("{address}: {error}"))
    }
}
