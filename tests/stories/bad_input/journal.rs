//! What was refused is in the journal, and no secret is.

use standin::Standin;

use crate::apps::{V2, WEB};
use crate::client::{Call, get, started};

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
