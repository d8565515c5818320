//! What can go wrong with the local certificate authority, each with the way out.

use std::path::PathBuf;
use std::{fmt, io};

#[derive(Debug)]
pub enum TlsError {
    /// The key file is there and cannot be read.
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    /// Others on this machine may read the key file.
    Exposed {
        path: PathBuf,
        mode: u32,
    },
    /// The key file is not what was written.
    Corrupt {
        path: PathBuf,
        what: String,
    },
    /// A name that no certificate can carry.
    Name(String),
    /// A certificate that does not belong to its key, or is no certificate.
    Certificate(String),
    Issue(rcgen::Error),
    Listener(rustls::Error),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(
                f,
                "the local CA's key {} cannot be read ({source}): run as the user who owns it, or point XDG_DATA_HOME elsewhere",
                path.display()
            ),
            Self::Exposed { path, mode } => write!(
                f,
                "the local CA's key {} may be read by others (mode {mode:04o}): if nobody did, chmod 600 it; otherwise delete it, \
                 and remove the old CA wherever it is trusted",
                path.display()
            ),
            Self::Corrupt { path, what } => write!(
                f,
                "the local CA's key {} is damaged ({what}): delete it, and a new CA is made at the next start",
                path.display()
            ),
            Self::Name(name) => write!(f, "`{name}` is neither a host name nor an IP address"),
            Self::Certificate(what) => f.write_str(what),
            Self::Issue(error) => write!(f, "no certificate could be made: {error}"),
            Self::Listener(error) => write!(f, "the certificate cannot be served: {error}"),
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Issue(error) => Some(error),
            Self::Listener(error) => Some(error),
            Self::Exposed { .. } | Self::Corrupt { .. } | Self::Name(_) | Self::Certificate(_) => None,
        }
    }
}

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self::Issue(error)
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self::Listener(error)
    }
}
