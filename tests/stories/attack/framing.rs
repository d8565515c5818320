//! Requests that are not quite HTTP (RFC 9112).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use standin::Standin;

use super::stands;
use crate::client::started;

/// The status line's number; nothing when the server hung up without a word.
fn told(standin: &Standin, bytes: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(standin.http_addresses()[0]).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    // Long requests are refused before they are read, and then the connection may end rudely.
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).ok()?;
    std::str::from_utf8(&answer[9..]).unwrap().parse().ok()
}

#[actix_web::test]
async fn what_is_no_http_is_a_bad_request() {
    let standin = started().await;
    let head = "POST /example.test/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\n";
    for rest in [
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaaa",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: -5\r\n\r\naaaaaa",
        "Content-Length: 99999999999999999999\r\n\r\na",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n",
        "Host: evil.test\r\n\r\n",
        "X: a\0b\r\n\r\n",
        "X: a\rb: c\r\n\r\n",
        "X: a\r\n b\r\n\r\n",
    ] {
        assert_eq!(told(&standin, format!("{head}{rest}").as_bytes()), Some(400), "{rest:?}");
    }
    for whole in ["\0\u{1}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /é HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
        assert_eq!(told(&standin, whole.as_bytes()), Some(400), "{whole:?}");
    }
    stands(&standin);
}

#[actix_web::test]
async fn a_host_that_is_no_host_is_a_bad_request() {
    let standin = started().await;
    for host in ["a\"><script>", "localhost@evil.test", "a b", "", "a/b", "[::1", "::::", "a:b", "a:99999"] {
        let request = format!("GET /common/discovery/instance HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(told(&standin, request.as_bytes()), Some(400), "{host:?}");
    }
    assert_eq!(told(&standin, b"GET / HTTP/1.0\r\n\r\n"), Some(400), "no host at all");
    stands(&standin);
}

#[actix_web::test]
async fn headers_have_an_end() {
    let standin = started().await;
    let many: String = (0..500).map(|n| format!("X{n}: a\r\n")).collect();
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert_eq!(told(&standin, request.as_bytes()), Some(431));
    stands(&standin);
}

/// Both ask for the connection itself; their bodies would end when it does.
#[actix_web::test]
async fn who_asks_for_the_connection_itself_is_answered_at_once() {
    let standin = started().await;
    let upgrade =
        "GET /_standin/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    assert_eq!(told(&standin, upgrade.as_bytes()), Some(200));
    assert!(
        told(&standin, b"CONNECT evil.test:1 HTTP/1.1\r\nHost: localhost\r\n\r\n").is_some_and(|status| status >= 400)
    );
    stands(&standin);
}
