//! Signing out: what ends, who is told, and where the browser goes.

use std::time::Duration;

use serde_json::json;
use standin::{Config, Standin};
use url::Url;

use crate::visitor::{Answer, Visitor, claims};

const WEB: &str = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
const CALLBACK: &str = "http://localhost:3000/auth/callback";
const AUTHORIZE: &str = "/example.test/oauth2/v2.0/authorize";
const LOGOUT: &str = "/example.test/oauth2/v2.0/logout";
const LOCAL: &str = "/idp/local/logout";
const PASSWORD: &str = "Password1!";

async fn start() -> Standin {
    Standin::start(Config::default()).await.unwrap()
}

fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{path}?{query}")
}

fn authorize(prompt: &str) -> String {
    let pairs = [
        ("client_id", WEB),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("prompt", prompt),
    ];
    address(AUTHORIZE, &pairs)
}

/// Signs in to Example Web. Answers the id token.
async fn sign_in(visitor: &mut Visitor, user: &str) -> String {
    let page = visitor.get(&authorize("select_account")).await;
    let answer = visitor.sign_in(page, user, PASSWORD).await;
    let code = answer.sent_back("code").unwrap();
    let fields = [
        ("client_id", WEB),
        ("client_secret", "web-secret"),
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    let tokens = visitor.post("/example.test/oauth2/v2.0/token", &fields).await;
    tokens.json()["id_token"].as_str().unwrap().to_owned()
}

/// What a request that allows no question gets: nothing at all, or this error.
async fn silently(visitor: &mut Visitor) -> Option<String> {
    visitor.get(&authorize("none")).await.sent_back("error")
}

#[actix_web::test]
async fn signing_out_ends_single_sign_on_and_leads_back() {
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    sign_in(&mut alice, "alice@example.test").await;
    assert_eq!(silently(&mut alice).await, None);
    let back = [("post_logout_redirect_uri", "http://localhost:3000"), ("state", "a b")];
    let answer = alice.get(&address(LOGOUT, &back)).await;
    assert_eq!(answer.location(), "http://localhost:3000?state=a%20b");
    assert_eq!(silently(&mut alice).await.as_deref(), Some("login_required"));
}

#[actix_web::test]
async fn a_form_signs_out_as_well_as_an_address_at_every_authority_and_version() {
    let standin = start().await;
    for path in [LOGOUT, "/example.test/oauth2/logout", "/common/oauth2/v2.0/logout", "/COMMON/oauth2/logout"] {
        let mut alice = Visitor::new(&standin);
        sign_in(&mut alice, "alice@example.test").await;
        let answer = alice.post(path, &[("post_logout_redirect_uri", CALLBACK)]).await;
        assert_eq!(answer.location(), CALLBACK, "{path}");
        assert_eq!(silently(&mut alice).await.as_deref(), Some("login_required"), "{path}");
    }
}

#[actix_web::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let standin = start().await;
    for uri in ["https://evil.test/", "http://localhost:3000@evil.test/", "javascript:alert(1)", "//evil.test"] {
        let mut alice = Visitor::new(&standin);
        sign_in(&mut alice, "alice@example.test").await;
        let answer = alice.get(&address(LOGOUT, &[("post_logout_redirect_uri", uri)])).await;
        assert_eq!(answer.status, 200, "{uri}");
        assert!(answer.has("You signed out") && !answer.has("evil.test") && !answer.has("alert(1)"), "{}", answer.body);
        assert_eq!(silently(&mut alice).await.as_deref(), Some("login_required"));
    }
}

#[actix_web::test]
async fn without_a_session_an_address_counts_when_it_is_one_of_an_application_that_is_served_there() {
    let standin = start().await;
    let mut nobody = Visitor::new(&standin);
    let multi = "https://partner-app.test/back";
    nobody.patch_world(json!({ "apps": { "partner-app": { "redirect_uris": { "web": [multi] } } } })).await;
    let provider = "https://local-web.test/back";
    nobody.patch_world(json!({ "apps": { "local-web": { "redirect_uris": { "web": [provider] } } } })).await;
    for (at, uri, leads_back) in [
        (LOGOUT, CALLBACK, true),
        (LOGOUT, multi, true),
        ("/common/oauth2/v2.0/logout", CALLBACK, true),
        ("/contoso.test/oauth2/logout", multi, true),
        ("/contoso.test/oauth2/logout", CALLBACK, false),
        (LOGOUT, "http://localhost:3000/elsewhere", false),
        (LOGOUT, provider, false),
        ("/common/oauth2/v2.0/logout", "https://evil.test", false),
    ] {
        let answer = nobody.get(&address(at, &[("post_logout_redirect_uri", uri), ("state", "s")])).await;
        match leads_back {
            true => assert_eq!(answer.location(), format!("{uri}?state=s"), "{at}"),
            false => assert!(answer.status == 200 && answer.has("You signed out"), "{at} {uri}: {}", answer.body),
        }
    }
}

#[actix_web::test]
async fn without_a_session_an_address_counts_when_its_application_is_named() {
    let standin = start().await;
    let mut nobody = Visitor::new(&standin);
    let back = ("post_logout_redirect_uri", CALLBACK);
    let other = ("client_id", "3eb38c18-7f32-4ed1-947d-e14c74f9043e");
    assert_eq!(nobody.get(&address(LOGOUT, &[back, other])).await.status, 200, "another's address");
    assert_eq!(nobody.get(&address(LOGOUT, &[back, ("client_id", WEB)])).await.location(), CALLBACK);
    let mut alice = Visitor::new(&standin);
    let token = sign_in(&mut alice, "alice@example.test").await;
    standin.clock().advance(Duration::from_secs(2 * 3600));
    let expired = nobody.get(&address(LOGOUT, &[back, ("id_token_hint", &token)])).await;
    assert_eq!(expired.location(), CALLBACK);
    let forged = format!("{}AAAA", token.rsplit_once('.').unwrap().0.to_owned() + ".");
    assert_eq!(nobody.get(&address(LOGOUT, &[back, ("id_token_hint", &forged)])).await.status, 200);
}

#[actix_web::test]
async fn applications_that_were_used_are_told_in_hidden_frames() {
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    let told = "https://app.test/signed-out?x=1";
    alice.patch_world(json!({ "apps": { "example-web": { "front_channel_logout_uri": told } } })).await;
    alice.patch_world(json!({ "apps": { "example-daemon": { "front_channel_logout_uri": told } } })).await;
    sign_in(&mut alice, "alice@example.test").await;
    let page = alice.get(&address(LOGOUT, &[("post_logout_redirect_uri", CALLBACK)])).await;
    assert_eq!(page.body.matches("<iframe").count(), 1, "only the one that was used: {}", page.body);
    let frame = page.body.split("<iframe src=\"").nth(1).unwrap().split('"').next().unwrap();
    let frame = Url::parse(&frame.replace("&amp;", "&").replace("&#38;", "&")).unwrap();
    let parameter = |name: &str| frame.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
    assert!(frame.as_str().starts_with(told), "{frame}");
    assert_eq!(parameter("iss"), standin.http("/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/v2.0"));
    assert!(!parameter("sid").is_empty());
    assert!(page.has(&format!("href=\"{CALLBACK}\"")), "the way back: {}", page.body);
    assert!(page.header("content-security-policy").contains("frame-src http: https:"));
}

async fn two_accounts(standin: &Standin) -> (Visitor, String, String) {
    let mut browser = Visitor::new(standin);
    let alice = sign_in(&mut browser, "alice@example.test").await;
    let bob = sign_in(&mut browser, "bob@example.test").await;
    (browser, alice, bob)
}

#[actix_web::test]
async fn with_several_accounts_the_page_asks_which_and_ends_only_that() {
    let standin = start().await;
    let (mut browser, _, _) = two_accounts(&standin).await;
    assert_eq!(silently(&mut browser).await.as_deref(), Some("interaction_required"));
    let page = browser.get(&address(LOGOUT, &[("post_logout_redirect_uri", CALLBACK), ("state", "s")])).await;
    assert!(page.has("data-test-id=\"bob@example.test\"") && !page.has("otherTile"), "{}", page.body);
    let mut stranger = Visitor::new(&standin);
    stranger.get("/device").await;
    assert_eq!(stranger.submit(&page, &[("action", "pick:bob@example.test")]).await.error_code(), "AADSTS165000");
    let answer = browser.submit(&page, &[("action", "pick:bob@example.test")]).await;
    assert_eq!(answer.location(), format!("{CALLBACK}?state=s"));
    assert_eq!(silently(&mut browser).await, None, "alice is still signed in");
}

#[actix_web::test]
async fn a_hint_says_which_account_is_meant() {
    let standin = start().await;
    let (mut browser, alice, _) = two_accounts(&standin).await;
    browser.get(&address(LOGOUT, &[("id_token_hint", &alice)])).await;
    assert_eq!(silently(&mut browser).await, None, "bob is still signed in");
    browser.get(&address(LOGOUT, &[("logout_hint", "alice@example.test")])).await;
    assert_eq!(silently(&mut browser).await, None, "a sign-out of alice is not bob's");
    browser.get(&address(LOGOUT, &[("logout_hint", "Bob@Example.test")])).await;
    assert_eq!(silently(&mut browser).await.as_deref(), Some("login_required"));
}

/// Signs in to Local Web. Answers the id token.
async fn sign_in_locally(visitor: &mut Visitor) -> String {
    let pairs = [
        ("client_id", "local-web"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
    ];
    let page = visitor.get(&address("/idp/local/authorize", &pairs)).await;
    let mut answer = visitor.sign_in(page, "alice@local.test", PASSWORD).await;
    if answer.status == 200 {
        answer = visitor.submit(&answer, &[]).await;
    }
    let code = answer.sent_back("code").unwrap();
    let fields = [
        ("client_id", "local-web"),
        ("client_secret", "local-secret"),
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    visitor.post("/idp/local/token", &fields).await.json()["id_token"].as_str().unwrap().to_owned()
}

async fn signed_in_locally(visitor: &mut Visitor) -> bool {
    let pairs = [
        ("client_id", "local-web"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("prompt", "none"),
    ];
    visitor.get(&address("/idp/local/authorize", &pairs)).await.sent_back("code").is_some()
}

#[actix_web::test]
async fn a_provider_asks_whether_signing_out_is_meant() {
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    sign_in_locally(&mut alice).await;
    let ask = address(LOCAL, &[("client_id", "local-web"), ("post_logout_redirect_uri", CALLBACK)]);
    let page = alice.get(&ask).await;
    assert!(page.has("Sign out?") && page.has("alice@local.test"), "{}", page.body);
    assert!(signed_in_locally(&mut alice).await, "asking is not signing out");
    let stayed = alice.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(stayed.location(), CALLBACK);
    assert!(signed_in_locally(&mut alice).await);
    let page: Answer = alice.get(&ask).await;
    assert_eq!(alice.submit(&page, &[]).await.location(), CALLBACK);
    assert!(!signed_in_locally(&mut alice).await);
}

#[actix_web::test]
async fn a_provider_asks_nothing_where_its_own_id_token_names_the_session() {
    let standin = start().await;
    let mut alice = Visitor::new(&standin);
    let old = sign_in_locally(&mut alice).await;
    assert!(claims(&old)["sid"].is_string());
    let with = |token: &str| {
        address(LOCAL, &[("id_token_hint", token), ("post_logout_redirect_uri", CALLBACK), ("state", "s")])
    };
    assert_eq!(alice.get(&with(&old)).await.location(), format!("{CALLBACK}?state=s"));
    assert!(!signed_in_locally(&mut alice).await);

    let new = sign_in_locally(&mut alice).await;
    let another = address(LOCAL, &[("id_token_hint", &new), ("client_id", "another")]);
    assert!(alice.get(&another).await.has("Sign out?"), "nor one that was issued to another application");
    assert!(signed_in_locally(&mut alice).await);
    assert!(alice.get(&with(&old)).await.has("Sign out?"), "a token of an earlier session proves nothing");
    let entra = sign_in(&mut alice, "alice@example.test").await;
    assert!(alice.get(&with(&entra)).await.has("Sign out?"), "nor does another issuer's");
    assert!(signed_in_locally(&mut alice).await);
}

#[actix_web::test]
async fn an_unknown_tenant_and_a_wrong_verb_are_pages() {
    let standin = start().await;
    let mut nobody = Visitor::new(&standin);
    assert_eq!(nobody.get("/nowhere.test/oauth2/v2.0/logout").await.error_code(), "AADSTS90002");
    let twice = nobody.get(&format!("{LOGOUT}?state=1&state=2")).await;
    assert_eq!((twice.status, twice.error_code().as_str()), (400, "AADSTS9002313"));
}
