//! Who may use the control API.

use super::*;
use standin::config::Secret;
use url::Url;

#[actix_web::test]
async fn a_page_of_another_site_cannot_steer_the_server_through_its_visitors_browser() {
    let standin = started().await;
    let own = standin.http("");
    let reset = || call(&standin, "POST", "/_standin/reset");
    reset().header("Origin", &own).header("Sec-Fetch-Site", "same-origin").send().done();
    for (name, value) in [
        ("Origin", "http://evil.test"),
        ("Origin", "null"),
        ("Origin", "http://localhost:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        reset().header(name, value).send().refused(403, "forbidden");
        call(&standin, "GET", "/_standin/world").header(name, value).send().refused(403, "forbidden");
    }
    // The question that a browser asks before it sends JSON to another site gets no permission.
    let preflight = call(&standin, "OPTIONS", "/_standin/world")
        .header("Origin", "http://evil.test")
        .header("Access-Control-Request-Method", "PUT")
        .send();
    preflight.refused(403, "forbidden");
    assert_eq!(preflight.header("access-control-allow-origin"), "");
}

#[actix_web::test]
async fn a_refused_call_is_in_the_journal_with_its_reason() {
    let standin = started().await;
    call(&standin, "GET", "/_standin/world").header("Origin", "http://evil.test").send().refused(403, "forbidden");
    let entries = get(&standin, "/_standin/events?kind=error").succeeded();
    let because = &entries["value"][0]["because"][0];
    assert_eq!(because["text"], "A browser sent this on behalf of another site.");
}

#[actix_web::test]
async fn a_name_that_somebody_else_gave_us_is_not_answered() {
    let public_url = Some(Url::parse("https://idp.test:9443").unwrap());
    let (allow_hosts, tls_names) = (vec!["standin".to_owned()], vec!["login.alias.test".to_owned()]);
    let config = Config { allow_hosts, tls_names, public_url, ..Config::default() };
    let standin = started_with(config).await;
    let to = |path: &str, host: &str| call(&standin, "GET", path).header("Host", host).send();
    for host in
        ["localhost:8400", "127.0.0.1", "[::1]:8400", "x.localhost", "standin:8400", "idp.test", "login.alias.test"]
    {
        assert_eq!(to("/_standin/health", host).status, 200, "{host}");
        assert_eq!(to("/", host).status, 200, "{host}");
    }
    // With a public URL every address is built on that; the name that was really sent counts here.
    for host in ["evil.test", "localhost.evil.test", "0.0.0.0:8400", "169.254.1.1"] {
        for path in ["/_standin/health", "/_standin/ca.pem", "/_standin/world", "/_standin/nothing", "/"] {
            to(path, host).refused(403, "forbidden");
        }
    }
    let absolute = "http://evil.test/_standin/health";
    call(&standin, "GET", absolute).header("Host", "localhost").send().refused(403, "forbidden");
}

#[actix_web::test]
async fn a_control_token_has_to_be_shown_for_everything_but_probes_and_the_certificate() {
    let config = Config { control_token: Some(Secret::new("swordfish")), ..Config::default() };
    let standin = started_with(config).await;
    let with = |path: &str, token: &str| call(&standin, "GET", path).header("Authorization", token).send();
    with("/_standin/world", "Bearer swordfish").succeeded();
    for token in ["Bearer swordfis", "Bearer ", "Basic swordfish", "swordfish"] {
        with("/_standin/world", token).refused(401, "unauthorized");
    }
    let answer = get(&standin, "/_standin/clock");
    answer.refused(401, "unauthorized");
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    post(&standin, "/_standin/reset", json!({})).refused(401, "unauthorized");
    assert_eq!(get(&standin, "/_standin/health").status, 200);
    assert_eq!(get(&standin, "/_standin/ca.pem").status, 200);
    // A token does not help another site's page.
    let stranger = call(&standin, "GET", "/_standin/world")
        .header("Authorization", "Bearer swordfish")
        .header("Origin", "http://evil.test");
    stranger.send().refused(403, "forbidden");
}

#[actix_web::test]
async fn only_who_may_come_in_has_the_room_of_a_whole_world() {
    let config = Config { control_token: Some(Secret::new("swordfish")), ..Config::default() };
    let standin = started_with(config).await;
    let large = "x".repeat(LIMIT + 1);
    let calls = [("PUT", "/_standin/world"), ("PATCH", "/_standin/world"), ("POST", "/_standin/worlds")];
    for (verb, path) in calls {
        let sent = |headers: &[(&str, &str)]| {
            let call = call(&standin, verb, path).text("application/json", &large);
            headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
        };
        let token = ("Authorization", "Bearer swordfish");
        // Read to its end: only then can it be said that this is no JSON.
        sent(&[token]).refused(400, "bad_request");
        sent(&[]).refused(401, "unauthorized");
        sent(&[("Authorization", "Bearer swordfis")]).refused(401, "unauthorized");
        sent(&[token, ("Origin", "http://evil.test")]).refused(403, "forbidden");
        sent(&[token, ("Sec-Fetch-Site", "cross-site")]).refused(403, "forbidden");
        sent(&[token, ("Host", "evil.test")]).refused(403, "forbidden");
    }
    // Nothing of these is ever sent: the answers come of what the heads say.
    for headers in ["", "Authorization: Bearer swordfish\r\nOrigin: http://evil.test\r\n"] {
        let mut stream = TcpStream::connect(standin.http_addresses()[0]).unwrap();
        let head = format!(
            "PUT /_standin/world HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {WORLD_LIMIT}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut start = [0; 11];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 40", "{headers}");
    }
}

#[actix_web::test]
async fn bodies_that_a_form_of_another_site_could_send_are_not_taken() {
    let standin = started().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        call(&standin, "PUT", "/_standin/clock")
            .text(kind, r#"{"freeze":true}"#)
            .send()
            .refused(415, "unsupported_media_type");
    }
    assert_eq!(get(&standin, "/_standin/clock").succeeded()["frozen"], false);
}
