//! Where a provider's answer may go: the standards know one spelling of an address.

use serde_json::json;

use super::provider::{PUBLIC, with_public_client};
use crate::apps::{ALL, App, CHALLENGE, LOCAL, LOCAL_WEB, text};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const ALICE: &str = "alice@local.test";

#[actix_web::test]
async fn openid_connect_says_where_it_is_answered_and_plain_oauth_may_leave_it_out() {
    let standin = started().await;
    let unnamed = [("redirect_uri", "")];
    for scope in [ALL, "openid", "tasks openid"] {
        let more = [("redirect_uri", ""), ("scope", scope), ("prompt", "none")];
        get(&standin, &LOCAL_WEB.asks(LOCAL, &more)).on_providers_page("invalid_request");
    }
    let mut alice = Visitor::new(&standin);
    let plain = [("redirect_uri", ""), ("scope", "profile openid.not")];
    let page = LOCAL_WEB.signs_in(&mut alice, LOCAL, &plain, ALICE).await;
    let answer = alice.agree(page).await;
    assert!(answer.location().starts_with(LOCAL_WEB.redirect), "{}", answer.gist());
    let tokens = LOCAL_WEB.redeem(&standin, LOCAL, &answer.sent_back("code").unwrap(), &unnamed).granted();
    assert_eq!((tokens.get("id_token"), text(&tokens, "scope")), (None, "profile openid.not"));
}

#[actix_web::test]
async fn an_address_is_answered_only_if_it_was_registered_letter_by_letter() {
    let standin = started().await;
    with_public_client(&standin);
    let root = App { id: "root", redirect: "http://localhost:3000", ..LOCAL_WEB };
    let uris = json!({"web": [root.redirect, "https://app.test/"]});
    patch_world(
        &standin,
        json!({"apps": {"root": {
            "client_id": root.id, "home": "local", "secrets": [root.secret], "redirect_uris": uris,
        }}}),
    );
    let silent = |app: App, uri| {
        let more = [("redirect_uri", uri), ("prompt", "none"), ("code_challenge", CHALLENGE)];
        get(&standin, &app.asks(LOCAL, &[&more[..], &[("code_challenge_method", "S256")]].concat()))
    };
    for (app, uri) in [
        (root, "http://localhost:3000"),
        (root, "https://app.test/"),
        (PUBLIC, "http://localhost:51234/back"),
        (PUBLIC, "http://localhost:1/back"),
    ] {
        let answer = silent(app, uri);
        assert!(answer.location().starts_with(&format!("{uri}?error=login_required")), "{}", answer.gist());
    }
    for (app, uri) in [
        (root, "http://localhost:3000/"),
        (root, "https://app.test"),
        (root, "https://APP.test/"),
        (root, "https://app.test:443/"),
        (root, "https://app.test/?"),
        (root, "https://app.test/#"),
        (PUBLIC, "http://localhost:51234/back/"),
        (PUBLIC, "http://localhost:51234/Back"),
        (PUBLIC, "http://127.0.0.1:51234/back"),
    ] {
        silent(app, uri).on_providers_page("invalid_request");
    }
    // At the token address, too.
    let mut alice = Visitor::new(&standin);
    for (uri, right) in [("http://localhost:3000/", false), ("http://LOCALHOST:3000", false), (root.redirect, true)] {
        let code = root.code(&mut alice, LOCAL, &[], ALICE).await;
        let answer = root.redeem(&standin, LOCAL, &code, &[("redirect_uri", uri)]);
        match right {
            true => drop(answer.granted()),
            false => drop(answer.refused_plainly(400, "invalid_grant")),
        }
    }
}
