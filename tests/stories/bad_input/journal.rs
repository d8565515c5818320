//! What was refused is in the journal, and no secret is.

use standin::config::Secret;
use standin::{Config, Standin};

use crate::apps::{ALICE, CLI, LOCAL, PARTNER, PASSWORD, V1, V2, WEB, text};
use crate::client::{Call, address, get, post, started, started_with};
use crate::visitor::Visitor;

/// The summaries of the journal.
fn journal(standin: &Standin, kind: &str) -> Vec<String> {
    let page = get(standin, &format!("/_standin/events?kind={kind}")).granted();
    page["value"].as_array().unwrap().iter().map(|entry| entry["summary"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn every_refusal_is_in_the_journal() {
    let standin = started().await;
    Call::new(&standin, "POST", "/example.test/oauth2/v2.0/token").form(&[("grant_type", "magic")]).send();
    get(&standin, "/nowhere.test/oauth2/v2.0/authorize");
    Call::new(&standin, "POST", "/common/oauth2/token").header("Content-Length", "300000").send();
    Call::new(&standin, "DELETE", "/idp/local/token").send();
    get(&standin, "/../../etc/passwd");
    get(&standin, "/w/nowhere/x");
    let requests = journal(&standin, "request").join("\n");
    for told in [
        "POST /example.test/oauth2/v2.0/token → 400",
        "GET /nowhere.test/oauth2/v2.0/authorize → 400",
        "POST /common/oauth2/token → 413",
        "DELETE /idp/local/token → 405",
        "GET /../../etc/passwd → 404",
        "GET /w/nowhere/x → 404",
    ] {
        assert!(requests.contains(told), "{told} in\n{requests}");
    }
    let errors = journal(&standin, "error").join("\n");
    for code in ["AADSTS900144", "AADSTS90002"] {
        assert!(errors.contains(code), "{code} in\n{errors}");
    }
}

#[actix_web::test]
async fn no_secret_of_a_refused_request_is_in_the_journal() {
    let standin = started().await;
    let fields = [
        ("client_id", WEB.id),
        ("client_secret", "sec-ret-1"),
        ("grant_type", "password"),
        ("username", "nobody@example.test"),
        ("password", "sec-ret-2"),
        ("code", "sec-ret-3"),
        ("refresh_token", "sec-ret-4"),
        ("assertion", "sec-ret-5"),
        ("scope", "openid"),
    ];
    for grant in ["password", "authorization_code", "refresh_token", "sec"] {
        let mut fields = fields.to_vec();
        fields[2].1 = grant;
        Call::new(&standin, "POST", &format!("{V2}/token")).form(&fields).send();
    }
    get(&standin, &WEB.asks(V2, &[("id_token_hint", "sec-ret-6"), ("prompt", "none")]));
    get(&standin, "/example.test/oauth2/v2.0/token?client_secret=sec-ret-7");
    let events = get(&standin, "/_standin/events").body;
    assert!(!events.contains("sec-ret"), "{events}");
}

/// What the server gave out that is as good as a secret: a code, an access token, a refresh token, a device code and the
/// flow token of a page.
async fn given_out(standin: &Standin) -> Vec<String> {
    let mut visitor = Visitor::new(standin);
    let code = WEB.code(&mut visitor, V2, &[], ALICE).await;
    let tokens = WEB.tokens(standin, V2, &[], ALICE).await;
    let fields = [("client_id", CLI.id), ("scope", "openid")];
    let device = post(standin, "/example.test/oauth2/v2.0/devicecode", &fields).granted();
    let page = Visitor::new(standin).get(&WEB.asks(V2, &[])).await;
    let flow_token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
    let given = [text(&tokens, "access_token"), text(&tokens, "refresh_token"), text(&device, "device_code")];
    given.into_iter().map(str::to_owned).chain([code, flow_token]).collect()
}

/// Sends a word wherever a mistaken application could.
fn send_everywhere(standin: &Standin, word: &str) {
    let callback = format!("http://localhost:3000/auth/callback?a={word}");
    let path: String = url::form_urlencoded::byte_serialize(word.as_bytes()).collect();
    for name in ["client_id", "redirect_uri", "scope", "state", "login_hint", "domain_hint", "resource", "claims"] {
        for value in [word, &callback] {
            let fields = [(name, value), ("grant_type", "password"), ("username", value)];
            for at in [V2, V1, LOCAL] {
                get(standin, &WEB.asks(at, &[(name, value), ("prompt", "none")]));
                WEB.token(standin, at, &fields);
            }
            post(standin, &format!("{V2}/devicecode"), &[("client_id", CLI.id), (name, value)]);
            get(standin, &address(&format!("{V2}/logout"), &[(name, value)]));
        }
    }
    for at in [
        "",
        "/common/oauth2",
        "/idp",
        "/graph/v1.0",
        "/partnercenter/v1/customers",
        "/portal",
        "/w",
        "/common/userrealm",
    ] {
        get(standin, &format!("{at}/{path}/v2.0"));
        get(standin, &format!("{at}/{path}"));
    }
    get(standin, &format!("/{word}/oauth2/v2.0/authorize"));
}

#[actix_web::test]
async fn a_secret_sent_in_the_wrong_place_is_not_in_the_journal() {
    let standin = started_with(Config { control_token: Some(Secret::new("sword-fish-1")), ..Config::default() }).await;
    let mut words = given_out(&standin).await;
    let known = [PASSWORD, WEB.secret, PARTNER.secret, "Wingtip1!", "MIAMIAMIAMIAMIAMIAMIAMIAMIAMIAMI", "sword-fish-1"];
    words.extend(known.map(str::to_owned));
    for word in &words {
        send_everywhere(&standin, word);
    }
    let call = Call::new(&standin, "GET", "/_standin/events?limit=5000").header("Authorization", "Bearer sword-fish-1");
    let events = call.send().body;
    assert!(events.contains("[redacted]"), "{events}");
    // Addresses are compared in lower case, and a password is as easily guessed from that.
    words.extend(known.map(str::to_ascii_lowercase));
    for word in words {
        let encoded: String = url::form_urlencoded::byte_serialize(word.as_bytes()).collect();
        for written in [word, encoded] {
            let around = events.find(&written).map(|at| &events[at.saturating_sub(200)..at + 60]);
            assert!(around.is_none(), "{written} in\n{around:?}");
        }
    }
}

#[actix_web::test]
async fn what_is_no_secret_stays_readable_in_the_journal() {
    let standin = started().await;
    let unknown = "0b6f7f0e-9be5-4a38-9d4b-c7ed06cbb2ba";
    get(&standin, &WEB.asks(V2, &[("client_id", unknown)]));
    get(&standin, "/my-tenant-2024.test/v2.0/.well-known/openid-configuration");
    let events = get(&standin, "/_standin/events").body;
    for told in [unknown, "my-tenant-2024.test"] {
        assert!(events.contains(told), "{told} in\n{events}");
    }
    assert!(!events.contains("[redacted]"), "{events}");
}
