//! Bodies over 256 KiB, announced or not, at every kind of address.

use standin::http::body::LIMIT;

use super::stands;
use crate::answer::Answer;
use crate::client::{Call, get, started};

const FORM: &str = "application/x-www-form-urlencoded";

/// Announces one byte too many, and sends none of it.
fn announces_too_much(standin: &standin::Standin, path: &str) -> Answer {
    Call::new(standin, "POST", path)
        .header("Content-Type", FORM)
        .header("Content-Length", &(LIMIT + 1).to_string())
        .send()
}

#[actix_web::test]
async fn too_large_a_body_is_refused_in_the_shape_of_its_address() {
    let standin = started().await;
    for path in ["/example.test/oauth2/v2.0/token", "/common/oauth2/token", "/common/GetCredentialType"] {
        announces_too_much(&standin, path).refused(413, "invalid_request", 9_002_313);
    }
    announces_too_much(&standin, "/idp/local/token").refused_plainly(413, "invalid_request");
    let pages = [
        ("/example.test/oauth2/v2.0/authorize", "AADSTS9002313"),
        ("/example.test/login", "AADSTS9002313"),
        ("/idp/local/login", "invalid_request"),
        ("/device", "AADSTS9002313"),
    ];
    for (path, code) in pages {
        let page = announces_too_much(&standin, path);
        assert_eq!((page.status, page.error_code().as_str()), (413, code), "{path}");
    }
    let answer = announces_too_much(&standin, "/_standin/reset");
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (413, &"payload_too_large".into()));
    let journal = get(&standin, "/_standin/events?kind=request").body;
    assert!(journal.contains("POST /idp/local/token → 413") && journal.contains("POST /device → 413"), "{journal}");
    stands(&standin);
}

#[actix_web::test]
async fn a_world_of_many_accounts_is_read_and_put_back() {
    let standin = started().await;
    let users: serde_json::Map<_, _> = (0..3_000)
        .map(|n| (format!("u{n}@example.test"), serde_json::json!({ "name": format!("Somebody {n}") })))
        .collect();
    let body = serde_json::json!({ "users": users }).to_string();
    let patched = Call::new(&standin, "PATCH", "/_standin/world").body("application/json", body).send();
    let world = get(&standin, "/_standin/world").body;
    assert!(patched.status == 200 && world.len() > LIMIT, "{} {}", patched.status, world.len());
    let put = Call::new(&standin, "PUT", "/_standin/world").body("application/json", world.clone()).send();
    assert_eq!((put.status, put.body == world), (200, true));
    stands(&standin);
}

#[actix_web::test]
async fn a_body_that_announces_nothing_is_read_to_the_limit_and_no_further() {
    let standin = started().await;
    let path = "/example.test/oauth2/v2.0/token";
    let chunked = |size: usize| {
        let body = format!("grant_type={}", "x".repeat(size - "grant_type=".len()));
        let call = Call::new(&standin, "POST", path).header("Transfer-Encoding", "chunked");
        call.body(FORM, format!("{size:x}\r\n{body}\r\n0\r\n\r\n")).send()
    };
    chunked(LIMIT).refused(400, "invalid_request", 900_144);
    chunked(LIMIT + 1).refused(413, "invalid_request", 9_002_313);
    stands(&standin);
}
