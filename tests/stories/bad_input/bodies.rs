//! Bodies that are too large, of the wrong kind, or say a thing twice.

use super::POSTED;
use crate::apps::{V1, V2, WEB};
use crate::client::{Call, get, started};

const FORM: &str = "application/x-www-form-urlencoded";

#[actix_web::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_is_read() {
    let standin = started().await;
    for path in POSTED {
        // Nothing of the body is ever sent: an answer can only come of its announced length.
        let call = Call::new(&standin, "POST", path).header("Content-Type", FORM).header("Content-Length", "262145");
        let answer = call.send();
        assert_eq!(answer.status, 413, "{path}: {}", answer.gist());
    }
}

#[actix_web::test]
async fn a_body_that_does_not_say_so_is_refused_when_it_is_too_large() {
    let standin = started().await;
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let body = format!("{}0\r\n\r\n", chunk.repeat(5));
    let call = Call::new(&standin, "POST", &format!("{V2}/token")).header("Transfer-Encoding", "chunked");
    assert_eq!(call.body(FORM, body).send().status, 413);
    let broken = Call::new(&standin, "POST", &format!("{V2}/token")).header("Transfer-Encoding", "chunked");
    assert_eq!(broken.body(FORM, "zz\r\n\r\n").send().status, 400);
}

#[actix_web::test]
async fn too_large_is_said_in_the_surfaces_own_shape() {
    let standin = started().await;
    let large = |path: &str| Call::new(&standin, "POST", path).header("Content-Length", "300000").send();
    for path in ["/example.test/oauth2/v2.0/token", "/common/oauth2/devicecode"] {
        let body = large(path).json();
        assert_eq!(body["error"], "invalid_request", "{path}: {body}");
        assert!(body["error_description"].as_str().unwrap().starts_with("AADSTS"), "{path}: {body}");
    }
    large("/idp/local/token").refused_plainly(413, "invalid_request");
    assert!(large("/_standin/reset").json()["error"]["code"].is_string());
    for page in ["/common/login", "/example.test/oauth2/v2.0/authorize", "/device"] {
        let answer = large(page);
        assert!(answer.has("data-testid=\"error-code\""), "{page}: {}", answer.gist());
    }
}

#[actix_web::test]
async fn a_body_just_within_the_limit_is_read() {
    let standin = started().await;
    let body = format!("grant_type=password&x={}", "a".repeat(262_144 - 22));
    let answer = Call::new(&standin, "POST", &format!("{V2}/token")).body(FORM, body).send();
    answer.refused(400, "invalid_request", 900_144);
}

#[actix_web::test]
async fn a_token_request_is_a_form() {
    let standin = started().await;
    for at in [V2, V1] {
        let path = format!("{at}/token");
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
            let answer = Call::new(&standin, "POST", &path).body(kind, "grant_type=client_credentials").send();
            answer.refused(400, "invalid_request", 900_144);
        }
        let answer =
            Call::new(&standin, "POST", &path).body(&format!("{FORM}; charset=UTF-8"), "grant_type=magic").send();
        answer.refused(400, "invalid_request", 900_144);
    }
    let json = r#"{"grant_type":"client_credentials","client_id":"local-web","client_secret":"local-secret"}"#;
    let answer = Call::new(&standin, "POST", "/idp/local/token").body("application/json", json).send();
    answer.refused_plainly(400, "invalid_request");
}

#[actix_web::test]
async fn nothing_may_be_said_twice() {
    let standin = started().await;
    for name in ["grant_type", "client_id", "scope", "code", "client_secret", "anything"] {
        let body = format!("{name}=a&grant_type2=b&{name}=a");
        Call::new(&standin, "POST", &format!("{V2}/token")).body(FORM, body).send().refused(
            400,
            "invalid_request",
            9_002_313,
        );
        let body = format!("{name}=a&{name}=b");
        Call::new(&standin, "POST", "/idp/local/token").body(FORM, body).send().refused_plainly(400, "invalid_request");
        // Whoever could add a second redirect_uri must not decide where an answer goes.
        get(&standin, &format!("{}&{name}=x&{name}=y", WEB.asks(V2, &[(name, "")]))).on_page(9_002_313);
    }
    get(&standin, &format!("{}&redirect_uri=https://evil.test", WEB.asks(V2, &[]))).on_page(9_002_313);
}

#[actix_web::test]
async fn nul_bytes_and_too_many_parameters_are_refused() {
    let standin = started().await;
    let token = |body: String| Call::new(&standin, "POST", &format!("{V2}/token")).body(FORM, body).send();
    token("grant_type=pass%00word".into()).refused(400, "invalid_request", 9_002_313);
    token("grant_type=x&%00=y".into()).refused(400, "invalid_request", 9_002_313);
    let many: Vec<String> = (0..200).map(|n| format!("p{n}=1")).collect();
    token(many.join("&")).refused(400, "invalid_request", 9_002_313);
    get(&standin, &WEB.asks(V2, &[("state", "a\0b")])).on_page(9_002_313);
    get(&standin, &format!("{}&{}", WEB.asks(V2, &[]), many.join("&"))).on_page(9_002_313);
}

#[actix_web::test]
async fn bytes_that_are_no_text_are_read_as_best_they_can() {
    let standin = started().await;
    for body in [b"\xff\xfe=\xfd&grant_type=\xff".to_vec(), vec![0xff; 1000], b"%".to_vec(), b"&&&===%zz%".to_vec()] {
        let answer = Call::new(&standin, "POST", &format!("{V2}/token")).body(FORM, body).send();
        answer.refused(400, "invalid_request", 900_144);
    }
}
