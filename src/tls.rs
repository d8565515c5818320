//! Who vouches for this server's `https` addresses? A certificate authority made on first use, one per installation (RFC 5280).
//!
//! Its key is never shipped: whoever trusts a CA with a public key can be lied to about every site. It is not limited
//! to a list of names (RFC 5280 4.2.1.10), because `--tls-name` may name anything later and a narrower CA would then
//! have to be made, and trusted, again. It may only sign server certificates, and no CA below itself.
//!
//! What is on disk decides:
//! - nothing there: a CA is made and kept; when it cannot be kept it lives for this process;
//! - expired: a new one replaces it, since nobody can use the old one any more;
//! - unreadable, broken, or readable by others: refused with the way out. It may be trusted somewhere, so it is not
//!   ours to throw away.

mod disk;
mod error;
mod issue;
mod user_dir;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use time::OffsetDateTime;

use crate::keys::Certificate;
pub use error::TlsError;
pub(crate) use issue::is_dns_name;
pub use user_dir::{user_data_dir, user_data_dir_from};

/// Where the CA in use came from, for the start-up block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Found,
    Made,
    /// The one on disk had expired: it has to be trusted again.
    Renewed,
    /// It could not be kept, and why.
    ForThisProcess(String),
}

/// The certificate authority of this installation.
pub struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    path: Option<PathBuf>,
    origin: Origin,
    valid_until: OffsetDateTime,
    opened: OffsetDateTime,
}

impl LocalCa {
    /// Reads the CA kept in `dir`, or makes one there. Any number of processes may do so at once: they end with the same CA.
    pub fn open(dir: Option<&Path>, now: OffsetDateTime) -> Result<Self, TlsError> {
        let Some(dir) = dir else {
            return Self::for_this_process(now, "no data directory is known".to_owned());
        };
        if let Some(found) = Self::read(dir, now)?
            && found.valid_until > now
        {
            return Ok(found.beside_its_certificate(dir));
        }
        let lock = match disk::lock(dir) {
            Ok(lock) => lock,
            Err(why) => return Self::for_this_process(now, format!("{}: {why}", dir.display())),
        };
        let made = Self::make_unless_another_did(dir, now);
        drop(lock);
        made
    }

    /// The CA kept in `dir`, for a server that needs none: it makes none, and lets what is broken lie.
    pub fn find(dir: Option<&Path>, now: OffsetDateTime) -> Option<Self> {
        let found = Self::read(dir?, now).ok().flatten();
        found.filter(|found| found.valid_until > now)
    }

    /// Called with the folder locked: whoever waited for the lock finds what the first one made.
    fn make_unless_another_did(dir: &Path, now: OffsetDateTime) -> Result<Self, TlsError> {
        let origin = match Self::read(dir, now)? {
            Some(found) if found.valid_until > now => return Ok(found.beside_its_certificate(dir)),
            Some(_) => Origin::Renewed,
            None => Origin::Made,
        };
        let bundle = issue::new_ca(now)?;
        let made = Self::from_bundle(&bundle, origin, now)?.beside_its_certificate(dir);
        // The key comes last: whoever sees it finds the certificate there too.
        match disk::keep_key(dir, &bundle.text()) {
            Ok(()) => Ok(made),
            Err(why) => Self::for_this_process(now, format!("{}: {why}", dir.display())),
        }
    }

    fn for_this_process(now: OffsetDateTime, why: String) -> Result<Self, TlsError> {
        Self::from_bundle(&issue::new_ca(now)?, Origin::ForThisProcess(why), now)
    }

    fn read(dir: &Path, now: OffsetDateTime) -> Result<Option<Self>, TlsError> {
        let Some(text) = disk::read_key(dir)? else {
            return Ok(None);
        };
        let corrupt = |what: String| TlsError::Corrupt { path: disk::key_path(dir), what };
        let bundle = issue::Bundle::parse(&text).map_err(corrupt)?;
        let ca = Self::from_bundle(&bundle, Origin::Found, now).map_err(|error| corrupt(error.to_string()))?;
        Ok(Some(ca))
    }

    fn from_bundle(bundle: &issue::Bundle, origin: Origin, now: OffsetDateTime) -> Result<Self, TlsError> {
        let unreadable = || TlsError::Certificate("its certificate cannot be read".to_owned());
        let der = CertificateDer::from_pem_slice(bundle.certificate_pem.as_bytes()).map_err(|_| unreadable())?;
        let certificate = Certificate::read(&der).map_err(|_| unreadable())?;
        let key = KeyPair::from_pem(&bundle.key_pem)
            .map_err(|_| TlsError::Certificate("its private key cannot be read".to_owned()))?;
        Ok(Self {
            issuer: issue::issuer(&certificate, key)?,
            certificate_pem: bundle.certificate_pem.clone(),
            path: None,
            origin,
            valid_until: certificate.valid_until,
            opened: now,
        })
    }

    fn beside_its_certificate(mut self, dir: &Path) -> Self {
        self.path = disk::keep_certificate(dir, &self.certificate_pem);
        self
    }

    /// The certificate to trust. The key never leaves this type.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Where that certificate is kept; `None` when it lives for this process.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the listeners present: a fresh certificate for this machine and for `names`, offering HTTP/2 and HTTP/1.1.
    /// The provider is named here, so that a host application may install another as its own default.
    pub fn server_config(&self, names: &[String]) -> Result<ServerConfig, TlsError> {
        let leaf = issue::new_leaf(&self.issuer, names, self.opened, self.valid_until)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.certificate], leaf.key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl std::fmt::Debug for LocalCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalCa")
            .field("path", &self.path)
            .field("origin", &self.origin)
            .field("valid_until", &self.valid_until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
