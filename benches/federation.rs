//! What does a whole SAML or WS-Federation answer cost beside the one signature in it? `cargo bench --bench federation`
//!
//! The server has one worker; eight connections ask at once, each with the session of somebody who is signed in, so
//! that every answer is read, decided, journalled, signed and written in a form that posts itself. Compare the items
//! per second: the bare signature is the most one core can do.

#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use jsonwebtoken::signature::Signer as _;
use standin::federation::saml;
use standin::keys::{KeyRing, KeySource, Owner, SigningKey};
use standin::{Config, Standin};

const CONNECTIONS: usize = 8;

fn main() {
    divan::main();
}

/// One RSA-2048 signature with the key that tenants sign with.
#[divan::bench]
fn bare_signature(bencher: Bencher) {
    let key: Arc<SigningKey> = KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap();
    bencher
        .counter(ItemsCount::new(1_u32))
        .bench_local(|| key.try_sign(b"as many bytes as a digest stands for").unwrap());
}

#[divan::bench(sample_size = 20)]
fn answer_by_saml(bencher: Bencher) {
    let request = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="2026-11-26T10:00:00Z"><saml:Issuer>urn:example:saml</saml:Issuer></samlp:AuthnRequest>"#;
    let query = form(&[("SAMLRequest", &saml::deflated(request))]);
    issue(bencher, &format!("/example.test/saml2?{query}"), "name=\"SAMLResponse\"");
}

#[divan::bench(sample_size = 20)]
fn answer_by_ws_federation(bencher: Bencher) {
    let query = form(&[("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed"), ("wctx", "here")]);
    issue(bencher, &format!("/example.test/wsfed?{query}"), "name=\"wresult\"");
}

fn issue(bencher: Bencher, path: &str, expected: &str) {
    let to = serve();
    let cookie = signed_in(to, path);
    let mut connections: Vec<TcpStream> = (0..CONNECTIONS).map(|_| TcpStream::connect(to).unwrap()).collect();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    bencher.counter(ItemsCount::new(CONNECTIONS)).bench_local(|| {
        for connection in &mut connections {
            connection.write_all(request.as_bytes()).unwrap();
        }
        for connection in &mut connections {
            assert!(read(connection).contains(expected), "an answer is what is measured");
        }
    });
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
