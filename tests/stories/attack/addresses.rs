//! Attempts to be answered where the application is not (RFC 9700, 4.1 and 4.11).

use super::stands;
use crate::apps::{CLI, V2, WEB};
use crate::client::{Call, get, started};

#[actix_web::test]
async fn an_address_of_this_machine_is_compared_by_the_letter_but_for_its_port() {
    let standin = started().await;
    for uri in [
        "http://local\r\nhost:1234",
        "http://local\thost:1234",
        " http://localhost:1234",
        "http:\\\\localhost:1234",
        "http:localhost:1234",
        "http:////localhost:1234",
        "http://ｌocalhost:1234",
        "http://l%6fcalhost:1234",
        "http://localhost:1234/%2e%2e",
        "http://localhost:1234@evil.test",
        "http://localhost:1234.evil.test",
        "http://localhost:1234#",
    ] {
        let answer = get(&standin, &CLI.asks(V2, &[("redirect_uri", uri), ("prompt", "none")]));
        answer.on_page(50011);
    }
    let answer = get(&standin, &CLI.asks(V2, &[("prompt", "none")]));
    answer.told("login_required", 50058);
    stands(&standin);
}

#[actix_web::test]
async fn no_address_that_runs_or_breaks_a_header_gets_into_a_world() {
    let standin = started().await;
    for uri in ["javascript:alert(1)", "DATA:text/html,x", "vbscript:x", "http://localhost\r\nX: y", "http://a b/"] {
        let patch = serde_json::json!({ "apps": { "example-cli": { "redirect_uris": { "native": [uri] } } } });
        let call = Call::new(&standin, "PATCH", "/_standin/world").body("application/json", patch.to_string());
        assert_eq!(call.send().status, 422, "{uri:?}");
    }
}

#[actix_web::test]
async fn a_line_break_in_what_is_echoed_stays_inside_its_parameter() {
    let standin = started().await;
    let state = "s\r\nSet-Cookie: ESTSAUTH=x\r\n\r\n<script>";
    for more in [("prompt", "none"), ("response_mode", "x\r\n"), ("scope", "a\\b"), ("response_type", "x\r\ny")] {
        let answer = get(&standin, &WEB.asks(V2, &[("state", state), more]));
        assert!(!answer.location().contains(char::is_whitespace), "{}", answer.location());
        assert_eq!(answer.sent_back("state").as_deref(), Some(state));
        assert!(answer.all("set-cookie").all(|cookie| !cookie.starts_with("ESTSAUTH")));
    }
}
