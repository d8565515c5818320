//! `standin healthcheck [URL]`: is the server at that address well? For containers, so it is small and gives up after three seconds.

mod wire;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use url::Url;

use super::{environment, refuse, terminal};
use crate::config::{Config, Flags, Secret};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The server's address; without it the one that STANDIN_HTTP or STANDIN_HTTPS names, else http://127.0.0.1:8400
    url: Option<Url>,
}

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let environment = environment();
    let config = match Config::from_flags(&Flags::default(), &environment, None) {
        Ok(config) => config,
        Err(mistakes) => return refuse(&mistakes),
    };
    let Some(url) = arguments.url.clone().or_else(|| own_address(&config, environment.names_https_alone())) else {
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

/// Where a server with this environment listens, seen from the same machine; by TLS, where the environment names that alone.
fn own_address(config: &Config, https_first: bool) -> Option<Url> {
    let listening = |address: &&SocketAddr| address.port() != 0;
    let http = config.http.iter().find(listening).map(|address| ("http", address));
    let https = config.https.iter().find(listening).map(|address| ("https", address));
    let (scheme, address) = if https_first { https.or(http) } else { http.or(https) }?;
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
    let stream = wire::connect(host.trim_matches(['[', ']']), port, deadline)?;
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let request = request(url, &authority, token);
    let answer = match url.scheme() {
        "http" => wire::exchange(stream, &request, deadline),
        "https" => wire::exchange(wire::encrypted(stream, host)?, &request, deadline),
        other => return Err(format!("`{other}` is not http or https")),
    };
    judge(&answer?)
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

fn judge(answer: &str) -> Result<(), String> {
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(format!("it answered `{status}`"));
    }
    if answer.contains(r#""status":"ok""#) { Ok(()) } else { Err("another program answers there".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_the_listeners() {
        let at = |http: &[&str], https: &[&str]| {
            let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
            let config = Config { http: addresses(http), https: addresses(https), ..Config::default() };
            own_address(&config, false).map(|url| url.to_string())
        };
        assert_eq!(at(&["0.0.0.0:9000"], &["0.0.0.0:9001"]).unwrap(), "http://127.0.0.1:9000/");
        assert_eq!(at(&[], &["[::]:9001"]).unwrap(), "https://[::1]:9001/");
        assert_eq!(at(&["10.0.0.1:80"], &[]).unwrap(), "http://10.0.0.1/");
        assert_eq!(at(&["127.0.0.1:0"], &[]), None);
        let both = Config {
            http: vec!["127.0.0.1:1".parse().unwrap()],
            https: vec!["127.0.0.1:2".parse().unwrap()],
            ..Config::default()
        };
        assert_eq!(own_address(&both, true).unwrap().as_str(), "https://127.0.0.1:2/");
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
