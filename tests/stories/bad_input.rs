//! Whatever a stranger sends gets the surface's own refusal: no panic, no 5xx, nothing reflected that could run.

mod bodies;
mod heads;
mod journal;

use crate::apps::{LOCAL, LOCAL_WEB, V2, WEB};
use crate::client::{Call, address, get, started};

/// Addresses that take parameters in their query.
const ASKED: [&str; 12] = [
    "/example.test/oauth2/v2.0/authorize",
    "/common/oauth2/authorize",
    "/idp/local/authorize",
    "/example.test/oauth2/v2.0/logout",
    "/idp/local/logout",
    "/example.test/v2.0/adminconsent",
    "/common/adminconsent",
    "/common/discovery/instance",
    "/common/userrealm",
    "/getuserrealm.srf",
    "/device",
    "/example.test/v2.0/.well-known/openid-configuration",
];

/// Addresses that take a form.
const POSTED: [&str; 12] = [
    "/example.test/oauth2/v2.0/token",
    "/common/oauth2/token",
    "/idp/local/token",
    "/example.test/oauth2/v2.0/devicecode",
    "/example.test/oauth2/v2.0/authorize",
    "/idp/local/authorize",
    "/common/login",
    "/idp/local/login",
    "/device",
    "/idp/local/introspect",
    "/idp/local/revoke",
    "/example.test/oauth2/v2.0/logout",
];

/// Parameters that anything here reads.
const NAMES: [&str; 24] = [
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "response_type",
    "response_mode",
    "prompt",
    "login_hint",
    "domain_hint",
    "max_age",
    "claims",
    "resource",
    "code_challenge",
    "grant_type",
    "code",
    "refresh_token",
    "username",
    "assertion",
    "client_assertion",
    "flowToken",
    "loginfmt",
    "otc",
    "post_logout_redirect_uri",
];

fn absurd() -> Vec<String> {
    vec![
        "\"><script>alert(1)</script>".into(),
        "'><img src=x onerror=alert(1)>".into(),
        "javascript:alert(1)".into(),
        "{{7*7}}${7*7}<%= 7*7 %>".into(),
        "'; DROP TABLE users; --".into(),
        "../../../../etc/passwd".into(),
        "a\r\nSet-Cookie: evil=1\r\n\r\n<script>".into(),
        "\u{202e}\u{0}\u{feff}\u{fffd}\u{10ffff}".replace('\u{0}', ""),
        "Z̸̢̛͎̐a̷l̶g̵o̴".into(),
        "👩‍👩‍👧‍👦".repeat(500),
        "İı".into(),
        "-1".into(),
        "99999999999999999999999999".into(),
        "[[[[[[[[[[[[[[[[[[".into(),
        format!("{}1{}", "[".repeat(5000), "]".repeat(5000)),
        "x".repeat(20_000),
        "%".into(),
        " ".into(),
    ]
}

/// It is refused or answered, and what was sent cannot run in the page.
fn is_harmless(answer: &crate::answer::Answer, sent: &str) {
    assert!(answer.status < 500, "{sent:?}: {}", answer.gist());
    if answer.header("content-type").starts_with("text/html") {
        for running in ["<script>alert", "<img src=x", "href=\"javascript:", "action=\"javascript:"] {
            assert!(!answer.has(running), "{sent:?}: {}", answer.gist());
        }
    }
    for (name, value) in &answer.headers {
        assert!(name != "set-cookie" || !value.contains("evil"), "{sent:?}: {name}: {value}");
    }
}

#[actix_web::test]
async fn no_value_of_any_parameter_is_too_absurd_for_an_address() {
    let standin = started().await;
    for path in ASKED {
        for value in absurd() {
            let params: Vec<(&str, &str)> = NAMES.iter().map(|name| (*name, value.as_str())).collect();
            // Together they may be more than a request line has room for.
            if value.len() < 1000 {
                is_harmless(&get(&standin, &address(path, &params)), &value);
            }
            is_harmless(&get(&standin, &address(path, &params[..1])), &value);
        }
    }
}

#[actix_web::test]
async fn no_value_of_any_field_is_too_absurd_for_a_form() {
    let standin = started().await;
    for path in POSTED {
        for value in absurd() {
            // Together, the long ones would be more than a body may hold.
            let names = if value.len() < 2000 { &NAMES[..] } else { &NAMES[..2] };
            let fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, value.as_str())).collect();
            is_harmless(&Call::new(&standin, "POST", path).form(&fields).send(), &value);
        }
    }
}

#[actix_web::test]
async fn no_parameter_of_a_request_that_is_fine_otherwise_breaks_it() {
    let standin = started().await;
    for value in absurd() {
        for name in NAMES {
            is_harmless(&get(&standin, &WEB.asks(V2, &[(name, &value)])), &value);
            is_harmless(&get(&standin, &LOCAL_WEB.asks(LOCAL, &[(name, &value)])), &value);
        }
    }
}

#[actix_web::test]
async fn absurd_names_of_tenants_providers_and_people_are_unknown_ones() {
    let standin = started().await;
    for value in absurd().iter().filter(|value| value.len() < 10_000 && !value.trim().is_empty()) {
        let name: String =
            url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20");
        let paths = [
            format!("/{name}/v2.0/.well-known/openid-configuration"),
            format!("/{name}/oauth2/v2.0/token"),
            format!("/{name}/oauth2/v2.0/authorize"),
            format!("/idp/{name}/token"),
            format!("/idp/{name}/login"),
            format!("/common/userrealm/{name}"),
            format!("/w/{name}/common/oauth2/v2.0/token"),
            format!("/{name}"),
        ];
        for path in paths {
            let answer = get(&standin, &path);
            is_harmless(&answer, value);
            if !path.starts_with("/common/userrealm") {
                assert!(matches!(answer.status, 400 | 404 | 405), "{path}: {}", answer.gist());
            }
        }
    }
}
