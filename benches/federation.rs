//! What does a whole SAML or WS-Federation answer cost beside the one signature in it? `cargo bench --bench federation`
//!
//! The server has one worker; eight connections ask, each again as soon as it is answered, each with the session of
//! somebody who is signed in, so that every answer is read, decided, journalled, signed and written in a form that posts
//! itself. The bare signature is the most one core can do. All three take turns in short rounds, and each answer is
//! compared with the signature of its own round: what else the machine does meanwhile then slows both alike.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use jsonwebtoken::signature::Signer as _;
use standin::federation::saml;
use standin::keys::{KeyRing, KeySource, Owner};
use standin::{Config, Standin};

const CONNECTIONS: usize = 8;
/// How many answers, and signatures, a round has of each kind.
const A_ROUND: usize = 160;
const ROUNDS: usize = 80;

fn main() {
    let key = KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap();
    let to = serve();
    let (mut by_saml, mut by_ws_federation) = (Asking::by_saml(to), Asking::by_ws_federation(to));
    let mut signatures = || {
        for _ in 0..A_ROUND {
            key.try_sign(b"as many bytes as a digest stands for").unwrap();
        }
    };
    let mut seen = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        seen[0].push(each(&mut signatures));
        seen[1].push(each(|| by_saml.round()));
        seen[2].push(each(|| by_ws_federation.round()));
    }
    println!("{:24} {:>12} {:>12} {:>22}", "", "fastest", "median", "of the signature's rate");
    for (name, times) in ["bare signature", "answer by SAML", "answer by WS-Federation"].into_iter().zip(&seen) {
        let ratios: Vec<f64> = seen[0].iter().zip(times).map(|(bare, whole)| bare / whole).collect();
        let (fastest, median) = (sorted(times)[0], sorted(times)[ROUNDS / 2]);
        let (by_fastest, by_median) = (sorted(&seen[0])[0] / fastest, sorted(&ratios)[ROUNDS / 2]);
        println!("{name:24} {fastest:9.0} µs {median:9.0} µs {by_fastest:10.2} and {by_median:.2}");
    }
}

/// Microseconds for each of a round.
fn each(mut round: impl FnMut()) -> f64 {
    let begun = Instant::now();
    round();
    begun.elapsed().as_secs_f64() * 1e6 / A_ROUND as f64
}

fn sorted(figures: &[f64]) -> Vec<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// Somebody who is signed in, asking the same again and again over all connections.
struct Asking {
    connections: Vec<TcpStream>,
    request: Vec<u8>,
    /// What an answer holds.
    expected: &'static str,
}

impl Asking {
    fn by_saml(to: SocketAddr) -> Self {
        let request = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-11-26T10:00:00Z"><saml:Issuer>urn:example:saml</saml:Issuer></samlp:AuthnRequest>"#;
        let query = form(&[("SAMLRequest", &saml::deflated(request))]);
        Self::at(to, &format!("/example.test/saml2?{query}"), "name=\"SAMLResponse\"")
    }

    fn by_ws_federation(to: SocketAddr) -> Self {
        let query = form(&[("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed"), ("wctx", "here")]);
        Self::at(to, &format!("/example.test/wsfed?{query}"), "name=\"wresult\"")
    }

    fn at(to: SocketAddr, path: &str, expected: &'static str) -> Self {
        let cookie = signed_in(to, path);
        let connections = (0..CONNECTIONS).map(|_| TcpStream::connect(to).unwrap()).collect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
        Self { connections, request: request.into_bytes(), expected }
    }

    /// The server always has something to do, until the last few.
    fn round(&mut self) {
        for connection in &mut self.connections {
            connection.write_all(&self.request).unwrap();
        }
        for asked in 0..A_ROUND {
            let connection = &mut self.connections[asked % CONNECTIONS];
            let answer = read(connection);
            if asked + CONNECTIONS < A_ROUND {
                connection.write_all(&self.request).unwrap();
            }
            assert!(answer.contains(self.expected), "an answer is what is measured");
        }
    }
}

/// A server that lives as long as the program.
fn serve() -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let config = Config { https: Vec::new(), workers: Some(1), ..Config::default() };
            let standin = Standin::start(config).await.unwrap();
            tell.send(standin.http_addresses()[0]).unwrap();
            std::future::pending::<()>().await;
        });
    });
    told.recv().unwrap()
}

/// Alice signs in at this address; the cookies she has then.
fn signed_in(to: SocketAddr, path: &str) -> String {
    let mut cookies: Vec<String> = Vec::new();
    let mut page = send(to, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n"), "", &mut cookies);
    for filled_in in [("loginfmt", "alice@example.test"), ("passwd", "Password1!")] {
        let token = between(&page, "name=\"flowToken\" value=\"", "\"");
        let action = between(&page, "<form method=\"post\" action=\"", "\"");
        let body = form(&[("flowToken", &token), filled_in]);
        let head = format!(
            "POST {action} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        );
        page = send(to, &head, &body, &mut cookies);
    }
    cookies.join("; ")
}

fn send(to: SocketAddr, head: &str, body: &str, cookies: &mut Vec<String>) -> String {
    let mut connection = TcpStream::connect(to).unwrap();
    let sent = format!("{head}Cookie: {}\r\n\r\n{body}", cookies.join("; "));
    connection.write_all(sent.as_bytes()).unwrap();
    let answer = read(&mut connection);
    for line in answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
        let pair = line.split(';').next().unwrap().to_owned();
        let name = pair.split('=').next().unwrap().to_owned();
        cookies.retain(|known| !known.starts_with(&format!("{name}=")));
        cookies.push(pair);
    }
    answer
}

fn read(connection: &mut TcpStream) -> String {
    let (mut bytes, mut block) = (Vec::with_capacity(16 * 1024), [0; 16 * 1024]);
    loop {
        let more = connection.read(&mut block).unwrap();
        bytes.extend_from_slice(&block[..more]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize = between(head, "content-length: ", "\r").parse().unwrap_or_default();
            if body.len() >= length {
                return text.into_owned();
            }
        }
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found).to_owned()
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
