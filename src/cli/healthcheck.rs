//! `standin healthcheck [URL]`: is the server at that address well? For containers, so it is small and gives up after three seconds.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{Config, Flags, Secret};
use crate::tls::user_data_dir;
use clap::Args;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use url::Url;

use super::{environment, refuse, terminal};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The server's address; without it the one that STANDIN_HTTP or STANDIN_HTTPS names, else http://127.0.0.1:8400
    url: Option<Url>,
}

const PATIENCE: Duration = Duration::from_secs(3);
/// More than any health report needs.
const LONGEST_ANSWER: u64 = 64 * 1024;

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let config = match Config::from_flags(&Flags::default(), &environment(), None) {
        Ok(config) => config,
        Err(mistakes) => return refuse(&mistakes),
    };
    let Some(url) = arguments.url.clone().or_else(|| own_address(&config)) else {
        terminal::complain("which port to ask is not known: it is chosen at start. Give the URL");
        return ExitCode::FAILURE;
    };
    match ask(&url, config.control_token.as_ref()) {
        Ok(()) => {
            terminal::say(&format!("healthy: {url}"));
            ExitCode::SUCCESS
        }
        Err(why) => {
            terminal::complain(&format!("unhealthy: {url}: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// Where a server with this environment listens, seen from the same machine.
fn own_address(config: &Config) -> Option<Url> {
    let listening = |address: &&SocketAddr| address.port() != 0;
    let http = config.http.iter().find(listening).map(|address| ("http", address));
    let https = || config.https.iter().find(listening).map(|address| ("https", address));
    let (scheme, address) = http.or_else(https)?;
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        specific => specific,
    };
    Url::parse(&format!("{scheme}://{}", SocketAddr::new(ip, address.port()))).ok()
}

fn ask(url: &Url, token: Option<&Secret>) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    let host = url.host_str().ok_or("the address names no host")?;
    let port = url.port_or_known_default().ok_or("the address names no port")?;
    let stream = connect(host.trim_matches(['[', ']']), port, deadline)?;
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let request = request(url, &authority, token);
    let answer = match url.scheme() {
        "http" => exchange(stream, &request, deadline),
        "https" => exchange(encrypted(stream, host)?, &request, deadline),
        other => return Err(format!("`{other}` is not http or https")),
    };
    judge(&answer?)
}

fn connect(host: &str, port: u16, deadline: Instant) -> Result<TcpStream, String> {
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

fn request(url: &Url, authority: &str, token: Option<&Secret>) -> String {
    let path = match url.path() {
        "/" => "/_standin/health",
        given => given,
    };
    let authorization = match token {
        Some(token) => format!("Authorization: Bearer {}\r\n", token.reveal()),
        None => String::new(),
    };
    format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n{authorization}Connection: close\r\n\r\n")
}

/// Gives a stream's reads the time that is left until the deadline.
trait Timed: Read + Write {
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

fn exchange(mut stream: impl Timed, request: &str, deadline: Instant) -> Result<String, String> {
    let told = |error: std::io::Error| error.to_string();
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    stream.socket().set_write_timeout(Some(left(deadline)?)).map_err(told)?;
    stream.socket().set_read_timeout(Some(left(deadline)?)).map_err(told)?;
    stream.write_all(request.as_bytes()).map_err(told)?;
    while (answer.len() as u64) < LONGEST_ANSWER {
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

fn judge(answer: &str) -> Result<(), String> {
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(format!("it answered `{status}`"));
    }
    if answer.contains(r#""status":"ok""#) { Ok(()) } else { Err("another program answers there".to_owned()) }
}

/// TLS, trusting this installation's CA and nothing else.
fn encrypted(stream: TcpStream, host: &str) -> Result<StreamOwned<ClientConnection, TcpStream>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_the_listeners() {
        let at = |http: &[&str], https: &[&str]| {
            let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
            let config = Config { http: addresses(http), https: addresses(https), ..Config::default() };
            own_address(&config).map(|url| url.to_string())
        };
        assert_eq!(at(&["0.0.0.0:9000"], &["0.0.0.0:9001"]).unwrap(), "http://127.0.0.1:9000/");
        assert_eq!(at(&[], &["[::]:9001"]).unwrap(), "https://[::1]:9001/");
        assert_eq!(at(&["10.0.0.1:80"], &[]).unwrap(), "http://10.0.0.1/");
        assert_eq!(at(&["127.0.0.1:0"], &[]), None);
    }

    #[test]
    fn only_our_own_report_is_healthy() {
        assert_eq!(judge("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\"}"), Ok(()));
        assert!(judge("HTTP/1.1 200 OK\r\n\r\nhello").unwrap_err().contains("another program"));
        assert!(judge("HTTP/1.1 503 Service Unavailable\r\n\r\n{\"status\":\"ok\"}").unwrap_err().contains("503"));
        assert!(judge("").is_err());
    }

    #[test]
    fn the_request_names_the_host_and_carries_the_token() {
        let url = Url::parse("http://localhost:8400").unwrap();
        let plain = request(&url, "localhost:8400", None);
        assert_eq!(plain, "GET /_standin/health HTTP/1.1\r\nHost: localhost:8400\r\nConnection: close\r\n\r\n");
        let token = Secret::new("sesame");
        assert!(request(&url, "localhost:8400", Some(&token)).contains("Authorization: Bearer sesame\r\n"));
        let world = Url::parse("http://localhost/w/a/_standin/health").unwrap();
        assert!(request(&world, "localhost", None).starts_with("GET /w/a/_standin/health HTTP/1.1\r\n"));
    }
}
