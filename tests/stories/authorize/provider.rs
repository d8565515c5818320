//! A third-party provider's authorize address follows the standards and RFC 9700.

use serde_json::json;

use crate::apps::{App, CHALLENGE, LOCAL, LOCAL_WEB, PASSWORD, V1, V2, VERIFIER, WEB};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const ALICE: &str = "alice@local.test";
pub const PUBLIC: App = App { id: "local-cli", secret: "", redirect: "http://localhost:51234/back", origin: "" };

pub fn with_public_client(standin: &standin::Standin) {
    patch_world(
        standin,
        json!({"apps": {"local-cli": {
            "client_id": "local-cli", "home": "local", "redirect_uris": {"native": ["http://localhost/back"]},
        }}}),
    );
}

#[actix_web::test]
async fn an_answer_says_who_gave_it() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = LOCAL_WEB.signs_in(&mut alice, LOCAL, &[], ALICE).await;
    let answer = alice.agree(page).await;
    assert_eq!(answer.sent_back("iss"), Some(standin.http("/idp/local")));
    assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"));
    assert!(answer.sent_back("code").is_some());
    let refused = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("prompt", "none")]));
    assert_eq!(refused.sent_back("iss"), Some(standin.http("/idp/local")));
    assert_eq!(refused.sent_back("error").as_deref(), Some("login_required"));
    assert_eq!(refused.sent_back("state").as_deref(), Some("s t&a=te"));
    assert!(!refused.location().contains("AADSTS"), "{}", refused.location());
}

#[actix_web::test]
async fn a_client_without_a_secret_must_bring_a_challenge_and_not_the_verifier_itself() {
    let standin = started().await;
    with_public_client(&standin);
    let ask = |challenge, method| {
        let more = [("code_challenge", challenge), ("code_challenge_method", method)];
        get(&standin, &PUBLIC.asks(LOCAL, &more)).sent_back("error")
    };
    let padded = format!("{CHALLENGE}=");
    let longer = format!("{CHALLENGE}aaaa");
    for (challenge, method) in [
        ("", ""),
        (VERIFIER, "plain"),
        (VERIFIER, ""),
        (CHALLENGE, "S512"),
        ("x", "S256"),
        (&CHALLENGE[1..], "S256"),
        (&padded, "S256"),
        (&longer, "S256"),
    ] {
        assert_eq!(ask(challenge, method).as_deref(), Some("invalid_request"), "{method}");
    }
    let more = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = PUBLIC.code(&mut Visitor::new(&standin), LOCAL, &more, ALICE).await;
    let tokens = PUBLIC.redeem(&standin, LOCAL, &code, &[("code_verifier", VERIFIER)]).granted();
    assert!(tokens["id_token"].is_string());
}

#[actix_web::test]
async fn a_client_with_a_secret_may_do_without_but_not_with_plain() {
    let standin = started().await;
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let refused = get(&standin, &LOCAL_WEB.asks(LOCAL, &plain));
    assert_eq!(refused.sent_back("error").as_deref(), Some("invalid_request"));
    // Somebody took the challenge out and forgot the method.
    let half = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("code_challenge_method", "S256")]));
    assert_eq!(half.sent_back("error").as_deref(), Some("invalid_request"));
    let code = LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[], ALICE).await;
    assert!(LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).granted()["access_token"].is_string());
}

#[actix_web::test]
async fn tokens_are_not_given_from_here() {
    let standin = started().await;
    for kind in ["token", "id_token", "code id_token", "id_token token"] {
        let answer = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("response_type", kind), ("nonce", "n")]));
        assert_eq!(answer.sent_back("error").as_deref(), Some("unsupported_response_type"), "{kind}");
    }
}

#[actix_web::test]
async fn a_request_object_is_refused_by_its_own_word_and_to_the_client_where_that_is_known() {
    let standin = started().await;
    let object = "eyJhbGciOiJub25lIn0.e30.";
    let told = |more: &[(&str, &str)]| get(&standin, &LOCAL_WEB.asks(LOCAL, more)).sent_back("error");
    for (more, expected) in [
        (&[("request", object)][..], "request_not_supported"),
        (&[("request_uri", "https://client.test/request.jwt")], "request_uri_not_supported"),
        (&[("request_uri", "urn:ietf:params:oauth:request_uri:x"), ("response_type", "")], "request_uri_not_supported"),
        (&[("request", object), ("request_uri", "x")], "request_not_supported"),
        (&[("request", object), ("scope", ""), ("redirect_uri", "")], "request_not_supported"),
    ] {
        assert_eq!(told(more).as_deref(), Some(expected), "{more:?}");
    }
    let answer = get(&standin, &LOCAL_WEB.asks(LOCAL, &[("request", object)]));
    assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"));
    assert_eq!(answer.sent_back("iss"), Some(standin.http("/idp/local")));
    let elsewhere = [("request", object), ("redirect_uri", "https://evil.test/back")];
    get(&standin, &LOCAL_WEB.asks(LOCAL, &elsewhere)).on_providers_page("invalid_request");
    // Without them, and where they are empty, the same request goes on.
    let empty = format!("{}&request=&request_uri=", LOCAL_WEB.asks(LOCAL, &[]));
    assert!(get(&standin, &empty).has("userNameInput"));
    // A client of several addresses whose request names none of them is told on a page.
    patch_world(
        &standin,
        json!({"apps": {"several": {
            "client_id": "several", "home": "local", "secrets": ["s"],
            "redirect_uris": {"web": ["http://localhost:3000/a", "http://localhost:3000/b"]},
        }}}),
    );
    let several = |more: &str| get(&standin, &format!("{LOCAL}/authorize?client_id=several{more}"));
    several("&request_uri=urn:x").on_providers_page("request_uri_not_supported");
    several("").on_providers_page("invalid_request");
}

#[actix_web::test]
async fn a_tenant_lets_a_request_object_pass_as_it_does_every_parameter_it_does_not_know() {
    let standin = started().await;
    for at in [V2, V1] {
        let page = get(&standin, &WEB.asks(at, &[("request", "x"), ("request_uri", "https://client.test/x")]));
        assert!(page.has("i0116"), "{at}: {}", page.gist());
    }
}

#[actix_web::test]
async fn what_the_client_cannot_be_told_is_on_a_page() {
    let standin = started().await;
    let nobody = App { id: "nobody", ..LOCAL_WEB };
    let elsewhere = LOCAL_WEB.asks(LOCAL, &[("redirect_uri", "https://evil.test/back")]);
    let other_port = LOCAL_WEB.asks(LOCAL, &[("redirect_uri", "http://localhost:3001/auth/callback")]);
    get(&standin, &nobody.asks(LOCAL, &[])).on_providers_page("unauthorized_client");
    for address in [elsewhere, other_port, LOCAL_WEB.asks(LOCAL, &[("client_id", "")])] {
        get(&standin, &address).on_providers_page("invalid_request");
    }
    let unknown = get(&standin, &LOCAL_WEB.asks("/idp/nowhere", &[]));
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "application/json; charset=utf-8"));
}

#[actix_web::test]
async fn each_provider_has_its_own_accounts_and_sessions() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    LOCAL_WEB.code(&mut visitor, LOCAL, &[], ALICE).await;
    let silent = visitor.get(&LOCAL_WEB.asks(LOCAL, &[("prompt", "none")])).await;
    assert!(silent.sent_back("code").is_some(), "{}", silent.location());
    let other = visitor.get(&LOCAL_WEB.asks("/idp/wingtip", &[("prompt", "none")])).await;
    assert_eq!(other.sent_back("error").as_deref(), Some("login_required"));
    let page = visitor.get(&LOCAL_WEB.asks("/idp/wingtip", &[])).await;
    let page = visitor.submit(&page, &[("UserName", ALICE), ("Password", PASSWORD)]).await;
    assert!(page.has("id=\"errorText\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_parameter_that_comes_twice_is_told_to_the_application_where_that_is_beyond_doubt() {
    let standin = started().await;
    let asks = LOCAL_WEB.asks(LOCAL, &[]);
    for (more, state) in [("scope=openid", true), ("foo=1&foo=2", true), ("nonce=a&nonce=b", true), ("state=2", false)]
    {
        let answer = get(&standin, &format!("{asks}&{more}"));
        assert_eq!(answer.sent_back("error").as_deref(), Some("invalid_request"), "{more}: {}", answer.gist());
        assert_eq!(answer.sent_back("iss"), Some(standin.http("/idp/local")));
        assert_eq!(answer.sent_back("state").is_some(), state, "{more}");
    }
    for more in ["client_id=local-web", "redirect_uri=http://localhost:3000/auth/callback"] {
        get(&standin, &format!("{asks}&{more}")).on_providers_page("invalid_request");
    }
    let stranger = LOCAL_WEB.asks(LOCAL, &[("redirect_uri", "https://evil.test")]);
    get(&standin, &format!("{stranger}&foo=1&foo=2")).on_providers_page("invalid_request");
}
