//! One request over a plain or an encrypted stream, all of it before a deadline.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::tls::user_data_dir;

/// More than any health report needs.
const LONGEST_ANSWER: usize = 64 * 1024;

pub(super) fn connect(host: &str, port: u16, deadline: Instant) -> Result<TcpStream, String> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| error.to_string())?;
    let mut last = "the host has no address".to_owned();
    for address in addresses {
        match TcpStream::connect_timeout(&address, left(deadline)?) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

fn left(deadline: Instant) -> Result<Duration, String> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err("no answer within three seconds".to_owned()) } else { Ok(left) }
}

/// Gives a stream's reads the time that is left until the deadline.
pub(super) trait Timed: Read + Write {
    fn socket(&self) -> &TcpStream;
}

impl Timed for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Timed for StreamOwned<ClientConnection, TcpStream> {
    fn socket(&self) -> &TcpStream {
        &self.sock
    }
}

pub(super) fn exchange(mut stream: impl Timed, request: &str, deadline: Instant) -> Result<String, String> {
    let told = |error: std::io::Error| error.to_string();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    stream.socket().set_write_timeout(Some(left(deadline)?)).map_err(told)?;
    stream.socket().set_read_timeout(Some(left(deadline)?)).map_err(told)?;
    stream.write_all(request.as_bytes()).map_err(told)?;
    while answer.len() < LONGEST_ANSWER {
        stream.socket().set_read_timeout(Some(left(deadline)?)).map_err(told)?;
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&part[..count]),
            // A server may end TLS without saying goodbye; what arrived is judged.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(_) if left(deadline).is_err() => return left(deadline).map(|_| String::new()),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// TLS, trusting this installation's CA and nothing else.
pub(super) fn encrypted(stream: TcpStream, host: &str) -> Result<StreamOwned<ClientConnection, TcpStream>, String> {
    let dir = user_data_dir().ok_or("there is no local CA to trust; ask the http address instead")?;
    let certificate = CertificateDer::from_pem_file(dir.join("ca.pem"))
        .map_err(|_| "there is no local CA to trust; ask the http address instead")?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(|error| error.to_string())?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|error| error.to_string())?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    Ok(StreamOwned::new(connection, stream))
}
