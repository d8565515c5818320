//! A client that sends what a story says, byte for byte: also what well-behaved clients would not.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use standin::time::Timestamp;
use standin::{Config, Standin};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::answer::Answer;

/// A form's fields, or an address's parameters.
pub type Fields<'f> = &'f [(&'f str, &'f str)];

/// A server of the built-in world.
pub async fn started() -> Standin {
    started_with(Config::default()).await
}

/// A server started with this.
pub async fn started_with(config: Config) -> Standin {
    let standin = Standin::start(config).await.unwrap();
    // Calls block this thread; the server's own threads begin when its task has run once.
    tokio::task::yield_now().await;
    standin
}

/// A server whose every answer is the same in every run: its time stands still and its chance has a seed.
pub async fn standing_still() -> Standin {
    let public_url = Some(Url::parse("https://login.standin.test").unwrap());
    let standin = started_with(Config { seed: Some(7), public_url, ..Config::default() }).await;
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2026-11-20T10:00:00Z").unwrap());
    standin
}

/// A request.
#[derive(Clone)]
pub struct Call {
    to: SocketAddr,
    verb: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub fn new(standin: &Standin, verb: &str, path: &str) -> Self {
        Self::to(standin.http_addresses()[0], verb, path)
    }

    pub fn to(to: SocketAddr, verb: &str, path: &str) -> Self {
        Self { to, verb: verb.into(), path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body of this type.
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", kind)
    }

    pub fn form(self, fields: Fields<'_>) -> Self {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Sends it and reads the answer, whole.
    pub fn send(self) -> Answer {
        let at = Url::parse(&format!("http://{}{}", self.host(), self.path)).unwrap();
        let mut stream = self.open();
        let (mut bytes, mut block) = (Vec::new(), [0; 16 * 1024]);
        while !is_whole(&bytes) {
            match stream.read(&mut block).unwrap() {
                0 => break,
                more => bytes.extend_from_slice(&block[..more]),
            }
        }
        Answer::parse(at, &bytes)
    }

    /// Sends it and leaves the connection open.
    pub fn open(self) -> TcpStream {
        let mut stream = TcpStream::connect(self.to).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let mut head = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.verb, self.path);
        if !has("host") {
            head.push_str(&format!("Host: {}\r\n", self.host()));
        }
        if !has("content-length") && !has("transfer-encoding") && self.verb != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        stream.write_all(&self.body).unwrap();
        stream
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.to.port())
    }
}

/// Has everything come that the answer's head announces? One that announces nothing ends with the connection.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| bytes.len() >= end + 4 + length)
}

pub fn get(standin: &Standin, path: &str) -> Answer {
    Call::new(standin, "GET", path).send()
}

pub fn post(standin: &Standin, path: &str, fields: Fields<'_>) -> Answer {
    Call::new(standin, "POST", path).form(fields).send()
}

/// Changes the world by a merge patch.
pub fn patch_world(standin: &Standin, change: Value) {
    patch(standin.http_addresses()[0], change);
}

pub fn patch(to: SocketAddr, change: Value) {
    let call = Call::to(to, "PATCH", "/_standin/world").body("application/json", change.to_string());
    let answer = call.send();
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// An address with these parameters.
pub fn address(path: &str, params: Fields<'_>) -> String {
    format!("{path}?{}", Serializer::new(String::new()).extend_pairs(params).finish())
}
