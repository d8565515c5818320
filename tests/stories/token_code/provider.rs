//! A provider's token address: the standards' words, and nothing of Entra's.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use serde_json::json;

use super::members;
use crate::answer::claims;
use crate::apps::{ALL, App, LOCAL, LOCAL_WEB, VERIFIER, text};
use crate::client::{Call, patch_world, post, started};
use crate::visitor::Visitor;

const ALICE: &str = "alice@local.test";

#[actix_web::test]
async fn a_code_becomes_the_tokens_that_were_asked_for() {
    let standin = started().await;
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[("nonce", "n")], ALICE).await;
    let all = ["access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token"];
    assert_eq!(members(&tokens), all);
    assert_eq!(text(&tokens, "scope"), ALL);
    let id = claims(text(&tokens, "id_token"));
    assert_eq!((text(&id, "iss"), text(&id, "aud")), (standin.http("/idp/local").as_str(), "local-web"));
    assert_eq!((text(&id, "nonce"), &id["amr"]), ("n", &serde_json::json!(["pwd"])));
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[("scope", "openid")], ALICE).await;
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(claims(text(&tokens, "id_token")).get("name"), None);
}

#[actix_web::test]
async fn a_code_is_good_once_in_time_and_for_its_client() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
    let tokens = LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).granted();
    LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).refused_plainly(400, "invalid_grant");
    LOCAL_WEB.refresh(&standin, LOCAL, text(&tokens, "refresh_token"), &[]).refused_plainly(400, "invalid_grant");

    for more in [("code_verifier", VERIFIER), ("redirect_uri", "http://localhost:3000/other")] {
        let code = LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
        LOCAL_WEB.redeem(&standin, LOCAL, &code, &[more]).refused_plainly(400, "invalid_grant");
    }
    let code = LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
    LOCAL_WEB.redeem(&standin, "/idp/wingtip", &code, &[]).refused_plainly(400, "invalid_grant");
    let code = LOCAL_WEB.code(&mut alice, LOCAL, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(601));
    LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).refused_plainly(400, "invalid_grant");
}

#[actix_web::test]
async fn a_client_that_fails_to_prove_itself_is_told_how_it_may() {
    let standin = started().await;
    let code = LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[], ALICE).await;
    for secret in ["", "wrong"] {
        App { secret, ..LOCAL_WEB }.redeem(&standin, LOCAL, &code, &[]).refused_plainly(401, "invalid_client");
    }
    let header = format!("Basic {}", STANDARD.encode("local-web:wrong"));
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let call = Call::new(&standin, "POST", "/idp/local/token").form(&fields).header("Authorization", &header);
    let answer = call.send();
    answer.refused_plainly(401, "invalid_client");
    // RFC 6749, 5.2: who tried the header is told which scheme it is.
    assert!(answer.header("www-authenticate").starts_with("Basic"), "{:?}", answer.headers);
}

#[actix_web::test]
async fn a_client_proves_itself_in_one_way() {
    let standin = started().await;
    let ask = |header: &str, secret: &str| {
        let alone = [("grant_type", "client_credentials")];
        let call = App { secret: "", ..LOCAL_WEB };
        let call = call.call(&standin, LOCAL, &[&alone[..], &[("client_secret", secret)]].concat());
        call.header("Authorization", header).send()
    };
    let own = format!("Basic {}", STANDARD.encode("local-web:local-secret"));
    ask(&own, "").granted();
    for secret in ["local-secret", "wrong"] {
        ask(&own, secret).refused_plainly(400, "invalid_request");
    }
    // A header that says Basic and holds no name and password is a failed attempt, whatever the form says.
    for header in ["Basic", "Basic !!!", "basic bG9jYWwtd2Vi"] {
        let answer = ask(header, "local-secret");
        answer.refused_plainly(401, "invalid_client");
    }
    ask("Bearer x", "local-secret").granted();
    // RFC 6749, 4.1.2.1: what travels in an address has no quotes.
    let text = LOCAL_WEB.asks(LOCAL, &[("response_type", "a\"b\\c\u{e9}")]);
    let told = crate::client::get(&standin, &text).sent_back("error_description").unwrap();
    assert!(told.contains("abc") && told.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"'), "{told}");
}

#[actix_web::test]
async fn a_client_that_has_a_secret_shows_it_whatever_its_platform() {
    let standin = started().await;
    let native = json!({"web": [], "native": [LOCAL_WEB.redirect]});
    patch_world(&standin, json!({"apps": {"local-web": {"redirect_uris": native}}}));
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    let unproven = App { secret: "", ..LOCAL_WEB };
    let refresh = text(&tokens, "refresh_token");
    unproven.refresh(&standin, LOCAL, refresh, &[]).refused_plainly(401, "invalid_client");
    let second = LOCAL_WEB.refresh(&standin, LOCAL, refresh, &[]).granted();
    // Whoever did not prove to be the client spends nothing and ends nothing.
    let code = LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[], ALICE).await;
    unproven.redeem(&standin, LOCAL, &code, &[]).refused_plainly(401, "invalid_client");
    patch_world(&standin, json!({"apps": {"other": {"client_id": "other", "home": "local", "secrets": ["s"]}}}));
    let other = App { id: "other", secret: "s", ..LOCAL_WEB };
    other.redeem(&standin, LOCAL, &code, &[]).refused_plainly(400, "invalid_grant");
    LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).granted();
    unproven.refresh(&standin, LOCAL, refresh, &[]).refused_plainly(401, "invalid_client");
    LOCAL_WEB.refresh(&standin, LOCAL, text(&second, "refresh_token"), &[]).granted();
}

#[actix_web::test]
async fn tokens_name_a_client_as_it_is_written() {
    let standin = started().await;
    let own = json!({"client_id": "My.App", "home": "local", "secrets": ["s"], "redirect_uris": {"web": ["https://a.test/b"]}});
    patch_world(&standin, json!({"apps": {"own": own}}));
    let app = App { id: "My.App", secret: "s", redirect: "https://a.test/b", origin: "" };
    let tokens = app.tokens(&standin, LOCAL, &[], ALICE).await;
    assert_eq!(text(&claims(text(&tokens, "id_token")), "aud"), "My.App");
    assert_eq!(text(&claims(text(&tokens, "access_token")), "client_id"), "My.App");
    let other = App { id: "my.app", ..app };
    other.token(&standin, LOCAL, &[("grant_type", "client_credentials")]).refused_plainly(401, "invalid_client");
}

#[actix_web::test]
async fn requests_that_mean_nothing_are_refused_in_the_standards_words() {
    let standin = started().await;
    post(&standin, "/idp/local/token", &[]).refused_plainly(400, "invalid_request");
    let token = |more: crate::client::Fields<'_>| LOCAL_WEB.token(&standin, LOCAL, more);
    token(&[("grant_type", "magic")]).refused_plainly(400, "unsupported_grant_type");
    token(&[("grant_type", "password"), ("username", ALICE)]).refused_plainly(400, "unsupported_grant_type");
    token(&[("grant_type", "authorization_code")]).refused_plainly(400, "invalid_request");
    token(&[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "x")])
        .refused_plainly(400, "invalid_grant");
    let nobody = App { id: "nobody", ..LOCAL_WEB };
    nobody.token(&standin, LOCAL, &[("grant_type", "client_credentials")]).refused_plainly(401, "invalid_client");
    let json = Call::new(&standin, "POST", "/idp/local/token").body("application/json", "{}").send();
    let text = json.refused_plainly(400, "invalid_request")["error_description"].to_string();
    assert!(text.contains("application/x-www-form-urlencoded"), "{text}");
    let get = Call::new(&standin, "GET", "/idp/local/token").send();
    assert_eq!((get.status, get.header("allow")), (405, "POST, OPTIONS"));
}
