//! Whose certificates are believed when this server is itself a client?
//!
//! Those that the machine believes (`SSL_CERT_FILE` and `SSL_CERT_DIR` say which, where they are set), and our own CA's.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// What is believed. The machine is asked once, when it is first needed: that takes files.
pub struct Trust {
    ca_pem: Option<String>,
    config: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Trust {
    /// In this CA, if there is one, and whom the machine believes.
    pub fn new(ca_pem: Option<&str>) -> Self {
        Self { ca_pem: ca_pem.map(str::to_owned), config: OnceLock::new() }
    }

    /// Our own CA's certificate, PEM. A server without TLS may have none.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// As a client of TLS needs it.
    pub fn config(&self) -> Result<Arc<ClientConfig>, String> {
        self.config.get_or_init(|| trusting(self.ca_pem()).map(Arc::new)).clone()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").finish_non_exhaustive()
    }
}

fn trusting(ca_pem: Option<&str>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    let known = rustls_native_certs::load_native_certs();
    for error in &known.errors {
        tracing::warn!("the certificates that this machine trusts cannot all be read: {error}");
    }
    // Where there are none, as in a bare container, our own CA is all there is to trust.
    roots.add_parsable_certificates(known.certs);
    if let Some(ca_pem) = ca_pem {
        let ours = CertificateDer::from_pem_slice(ca_pem.as_bytes()).map_err(|error| error.to_string())?;
        roots.add(ours).map_err(|error| error.to_string())?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth())
}
