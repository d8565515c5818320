//! The control API and the front page, through a real socket: each success beside its refusals.

// What goes wrong in a test is to stop it, also in what its tests share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod clock;
mod events;
mod exceptions;
mod exceptions_page;
mod explain;
mod flows;
mod guards;
mod inbox;
mod keys_and_sessions;
mod page;
mod partner_test;
mod phone;
mod sign_in;
mod totp;
mod world;
mod worlds;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use standin::http::body::{LIMIT, WORLD_LIMIT};
use standin::{Config, Standin};

use crate::apps::WEB;
use crate::visitor::{self, Visitor};

/// A request, written byte by byte: these tests are about headers that clients do not let one choose.
struct Call<'s> {
    standin: &'s Standin,
    verb: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

async fn started() -> Standin {
    started_with(Config::default()).await
}

async fn started_with(config: Config) -> Standin {
    let standin = Standin::start(config).await.unwrap();
    // The calls below block this thread; the server's own threads begin when its task has run once.
    tokio::task::yield_now().await;
    standin
}

fn call<'s>(standin: &'s Standin, verb: &'static str, path: &str) -> Call<'s> {
    Call { standin, verb, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
}

fn get(standin: &Standin, path: &str) -> Answer {
    call(standin, "GET", path).send()
}

fn put(standin: &Standin, path: &str, body: Value) -> Answer {
    call(standin, "PUT", path).json(body).send()
}

fn post(standin: &Standin, path: &str, body: Value) -> Answer {
    call(standin, "POST", path).json(body).send()
}

fn patch(standin: &Standin, path: &str, body: Value) -> Answer {
    call(standin, "PATCH", path).json(body).send()
}

fn delete(standin: &Standin, path: &str) -> Answer {
    call(standin, "DELETE", path).send()
}

impl Call<'_> {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn text(mut self, kind: &str, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("Content-Type", kind)
    }

    fn json(self, body: Value) -> Self {
        self.text("application/json", &body.to_string())
    }

    /// Sends it and leaves the connection open, for answers that do not end.
    fn open(self) -> TcpStream {
        let mut stream = TcpStream::connect(self.standin.http_addresses()[0]).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut text = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.verb, self.path);
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            text.push_str(&format!("Host: localhost:{}\r\n", self.standin.http_addresses()[0].port()));
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        stream.write_all(text.as_bytes()).unwrap();
        stream.write_all(&self.body).unwrap();
        stream
    }

    fn send(self) -> Answer {
        let mut bytes = Vec::new();
        self.open().read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Answer { status, headers: lines.filter_map(header).collect(), body: body.to_owned() }
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// It must be this refusal, in the one shape that refusals have here.
    fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/json");
        let error = self.json()["error"].clone();
        assert_eq!(error["code"], code, "{error}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
        assert!(error.get("target").is_some(), "{error}");
        error
    }

    fn succeeded(&self) -> Value {
        assert!(matches!(self.status, 200 | 201), "{} {}", self.status, self.body);
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!(self.header("cache-control"), "no-store");
        self.json()
    }

    fn done(&self) {
        assert_eq!((self.status, self.body.as_str()), (204, ""));
    }
}

const MIA: &str = "mia@example.test";

/// Somebody whose password was taken and who is asked for a second factor; the page is the one that asks.
struct Asked {
    visitor: Visitor,
    page: visitor::Answer,
}

impl Asked {
    /// Mia, whose authenticator app is asked first.
    async fn by_push(standin: &Standin) -> Self {
        Self::in_world(standin, "").await
    }

    async fn in_world(standin: &Standin, base: &str) -> Self {
        let mut visitor = Visitor::new(standin);
        let page = WEB.signs_in(&mut visitor, &format!("{base}/example.test/oauth2/v2.0"), &[], MIA).await;
        assert!(page.has("idRichContext_DisplaySign"), "{}", page.gist());
        Self { visitor, page }
    }

    /// Asked another way instead: `OneWaySMS` or `TwoWayVoiceMobile`.
    async fn another_way(mut self, method: &str) -> Self {
        self.page = self.visitor.submit(&self.page, &[("action", "another-way")]).await;
        self.page = self.visitor.submit(&self.page, &[("action", &format!("method:{method}"))]).await;
        self
    }

    /// The number on the page.
    fn number(&self) -> String {
        let rest = self.page.body.split("id=\"idRichContext_DisplaySign\">").nth(1).unwrap();
        rest.split('<').next().unwrap().to_owned()
    }

    /// A number that is not on the page.
    fn other_number(&self) -> String {
        if self.number() == "10" { "11".to_owned() } else { "10".to_owned() }
    }

    /// Says that the phone has answered.
    async fn goes_on(&mut self) -> visitor::Answer {
        self.visitor.submit(&self.page, &[("action", "poll")]).await
    }

    /// Types the code of a text.
    async fn types(&mut self, code: &str) -> visitor::Answer {
        self.visitor.submit(&self.page, &[("otc", code)]).await
    }
}

/// The messages of a world, oldest first.
fn inbox(standin: &Standin, base: &str) -> Vec<Value> {
    get(standin, &format!("{base}/_standin/inbox")).succeeded()["value"].as_array().unwrap().clone()
}

/// The newest message.
fn newest(standin: &Standin) -> Value {
    inbox(standin, "").pop().unwrap()
}

/// The address of a message.
fn at(message: &Value) -> String {
    format!("/_standin/inbox/{}", message["id"].as_str().unwrap())
}

/// The summaries of the journal's `control` entries.
fn control_entries(standin: &Standin) -> Vec<String> {
    let page = get(standin, "/_standin/events?kind=control").succeeded();
    page["value"].as_array().unwrap().iter().map(|entry| entry["summary"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_server_says_that_it_is_well_and_which_world_it_shows() {
    let standin = started().await;
    let health = get(&standin, "/_standin/health").succeeded();
    assert_eq!((health["status"].as_str(), &health["world"]), (Some("ok"), &json!(null)));
    post(&standin, "/_standin/worlds", json!({"id": "one"})).succeeded();
    assert_eq!(get(&standin, "/w/one/_standin/health").succeeded()["world"], "one");
    get(&standin, "/w/two/_standin/health").refused(404, "not_found");
}

#[actix_web::test]
async fn the_certificate_is_the_one_the_https_addresses_are_vouched_for_by() {
    let standin = started().await;
    let answer = get(&standin, "/_standin/ca.pem");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-pem-file"));
    assert_eq!(Some(answer.body.as_str()), standin.ca_pem());
    assert!(!answer.body.contains("PRIVATE"));
}

#[actix_web::test]
async fn a_head_gets_the_same_answer_without_its_body() {
    let standin = started().await;
    for path in ["/_standin/health", "/_standin/ca.pem", "/_standin/world", "/_standin/clock", "/"] {
        let (head, get) = (call(&standin, "HEAD", path).send(), get(&standin, path));
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    assert_eq!(call(&standin, "HEAD", "/_standin/events?wait=60").send().status, 200);
    let stream = call(&standin, "HEAD", "/_standin/events").header("Accept", "text/event-stream").send();
    assert_eq!((stream.status, stream.header("content-type")), (200, "text/event-stream"));
    assert_eq!(call(&standin, "HEAD", "/_standin/reset").send().status, 405);
}

#[actix_web::test]
async fn a_wrong_verb_is_told_the_right_ones() {
    let standin = started().await;
    let answer = call(&standin, "POST", "/_standin/clock").send();
    answer.refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, PUT, DELETE");
    let answer = call(&standin, "OPTIONS", "/").send();
    answer.refused(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD");
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found_and_the_nearest_address_is_named() {
    let standin = started().await;
    let error = get(&standin, "/_standin/wrold").refused(404, "not_found");
    assert!(error["message"].as_str().unwrap().contains("'world'"), "{error}");
    for path in ["/_standin", "/_standin/users", "/_standin/world/users", "/_standin/keys"] {
        get(&standin, path).refused(404, "not_found");
    }
}

#[actix_web::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let standin = started().await;
    for (call, most) in [("POST /_standin/reset", LIMIT), ("PUT /_standin/world", WORLD_LIMIT)] {
        let mut stream = TcpStream::connect(standin.http_addresses()[0]).unwrap();
        let head = format!(
            "{call} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            most + 1
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 413", "{call}");
    }
}

#[actix_web::test]
async fn every_call_is_described_for_machines() {
    let standin = started().await;
    let document = get(&standin, "/_standin/openapi.json").succeeded();
    assert_eq!((&document["openapi"], &document["servers"][0]["url"]), (&json!("3.1.0"), &json!("/_standin")));
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item.get("parameters").is_some();
        for (verb, _) in item.as_object().unwrap().iter().filter(|(verb, _)| *verb != "parameters") {
            let verb: &'static str = match verb.as_str() {
                "get" => "GET",
                "put" => "PUT",
                "post" => "POST",
                "patch" => "PATCH",
                "delete" => "DELETE",
                other => panic!("{other}"),
            };
            let answer = call(&standin, verb, &format!("/_standin{path}")).send();
            assert!(!matches!(answer.status, 404 | 405 | 500..) || parameters, "{verb} {path}: {}", answer.status);
        }
    }
}
