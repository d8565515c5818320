//! What the bearer of a token learns: userinfo, and at a provider introspection and revocation.

use std::time::Duration;

use serde_json::Value;
use standin::{Config, Standin};

use crate::visitor::{Answer, Visitor, claims};

const CALLBACK: &str = "http://localhost:3000/auth/callback";
const PASSWORD: &str = "Password1!";

async fn start() -> Standin {
    Standin::start(Config::default()).await.unwrap()
}

/// Where to sign in, as whom, for which application.
struct Place {
    authorize: &'static str,
    token: &'static str,
    client: (&'static str, &'static str),
    user: &'static str,
}

const EXAMPLE: Place = Place {
    authorize: "/example.test/oauth2/v2.0/authorize",
    token: "/example.test/oauth2/v2.0/token",
    client: ("dbcb6c58-cb5f-489c-a508-b7d6c183835d", "web-secret"),
    user: "alice@example.test",
};

const LOCAL: Place = Place {
    authorize: "/idp/local/authorize",
    token: "/idp/local/token",
    client: ("local-web", "local-secret"),
    user: "alice@local.test",
};

impl Place {
    async fn tokens(&self, standin: &Standin, scope: &str) -> Value {
        let mut visitor = Visitor::new(standin);
        let (client, secret) = self.client;
        let pairs = [("client_id", client), ("redirect_uri", CALLBACK), ("response_type", "code"), ("scope", scope)];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let page = visitor.get(&format!("{}?{query}", self.authorize)).await;
        let mut answer = visitor.sign_in(page, self.user, PASSWORD).await;
        if answer.status == 200 {
            answer = visitor.submit(&answer, &[]).await;
        }
        let code = answer.sent_back("code").unwrap();
        let fields = [
            ("client_id", client),
            ("client_secret", secret),
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
        ];
        let tokens = visitor.post(self.token, &fields).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        tokens.json()
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

#[actix_web::test]
async fn userinfo_names_the_person_as_the_id_token_does() {
    let standin = start().await;
    for (place, path) in [(EXAMPLE, "/oidc/userinfo"), (LOCAL, "/idp/local/userinfo")] {
        let tokens = place.tokens(&standin, "openid profile email").await;
        let id = claims(text(&tokens, "id_token"));
        let answer = Visitor::new(&standin).get_as(path, text(&tokens, "access_token")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let info = answer.json();
        assert_eq!((&info["sub"], &info["name"]), (&id["sub"], &id["name"]), "{path}");
        assert!(info["email"].is_string(), "{info}");
        let of_entra = path == "/oidc/userinfo";
        let picture = of_entra.then(|| standin.http("/graph/v1.0/me/photo/$value").into());
        assert_eq!(info.get("picture").cloned(), picture, "{path}");
        // A provider vouches for the address, and Entra does not.
        let (vouched, name) = (info.get("email_verified"), info.get("preferred_username"));
        let expected = (!of_entra).then(|| (Value::Bool(true), Value::from(place.user)));
        assert_eq!(
            (vouched, name),
            (expected.as_ref().map(|one| &one.0), expected.as_ref().map(|one| &one.1)),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn who_has_no_mailbox_has_no_address_at_entra() {
    let standin = start().await;
    let world = serde_json::json!({"users": {EXAMPLE.user: {"mail": null}}});
    Visitor::new(&standin).patch_world(world).await;
    let tokens = EXAMPLE.tokens(&standin, "openid profile email").await;
    let info = Visitor::new(&standin).get_as("/oidc/userinfo", text(&tokens, "access_token")).await.json();
    assert_eq!(info.get("email"), None, "{info}");
}

#[actix_web::test]
async fn each_scope_opens_its_own_claims() {
    let standin = start().await;
    let bare = LOCAL.tokens(&standin, "openid").await;
    let info = Visitor::new(&standin).get_as("/idp/local/userinfo", text(&bare, "access_token")).await.json();
    assert_eq!(info.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
    let without = LOCAL.tokens(&standin, "profile").await;
    let answer = Visitor::new(&standin).get_as("/idp/local/userinfo", text(&without, "access_token")).await;
    assert_eq!((answer.status, text(&answer.json(), "error")), (403, "insufficient_scope"));
    assert!(answer.header("www-authenticate").contains("scope=\"openid\""));
    let (client, secret) = LOCAL.client;
    let alone = [("client_id", client), ("client_secret", secret), ("grant_type", "client_credentials")];
    let alone = Visitor::new(&standin).post("/idp/local/token", &alone).await.json();
    let answer = Visitor::new(&standin).get_as("/idp/local/userinfo", text(&alone, "access_token")).await;
    assert_eq!((answer.status, text(&answer.json(), "error")), (403, "insufficient_scope"));
}

#[actix_web::test]
async fn the_older_address_tells_what_the_token_says() {
    let standin = start().await;
    let tokens = EXAMPLE.tokens(&standin, "openid profile").await;
    let visitor = Visitor::new(&standin);
    let info = visitor.get_as("/example.test/openid/userinfo", text(&tokens, "access_token")).await.json();
    assert_eq!(info["upn"], "alice@example.test");
    assert_eq!(info["sub"], claims(text(&tokens, "id_token"))["sub"]);
    let wrong = visitor.get_as("/nowhere.test/openid/userinfo", text(&tokens, "access_token")).await;
    assert_eq!((wrong.status, &wrong.json()["error_codes"][0]), (400, &Value::from(90002)));
}

fn refused(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    let word = body["error"].as_str().or(body["error"]["code"].as_str()).unwrap();
    (answer.status, word.to_owned())
}

#[actix_web::test]
async fn a_token_that_is_not_good_here_is_refused_in_the_surfaces_own_shape() {
    let standin = start().await;
    let visitor = Visitor::new(&standin);
    let api = EXAMPLE.tokens(&standin, "openid api://example-api/read").await;
    let example = EXAMPLE.tokens(&standin, "openid").await;
    let local = LOCAL.tokens(&standin, "openid").await;
    let graph = |token: String| ("/oidc/userinfo", token, "InvalidAuthenticationToken");
    let provider = |token: String| ("/idp/local/userinfo", token, "invalid_token");
    let of = |tokens: &Value, name: &str| text(tokens, name).to_owned();
    let cut = |token: String| token[..token.len() - 8].to_owned() + "AAAAAAAA";
    let table = [
        graph("nonsense".into()),
        graph(of(&api, "access_token")),
        graph(of(&example, "id_token")),
        graph(of(&local, "access_token")),
        graph(cut(of(&example, "access_token"))),
        provider("a.b.c".into()),
        provider(of(&local, "id_token")),
        provider(of(&example, "access_token")),
        provider(cut(of(&local, "access_token"))),
    ];
    for (path, token, word) in table {
        let answer = visitor.get_as(path, &token).await;
        assert_eq!(refused(&answer), (401, word.to_owned()), "{path} {token}");
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
    }
    standin.clock().advance(Duration::from_secs(2 * 3600));
    for (path, tokens) in [("/oidc/userinfo", &example), ("/idp/local/userinfo", &local)] {
        assert_eq!(visitor.get_as(path, text(tokens, "access_token")).await.status, 401, "{path} expired");
    }
}

#[actix_web::test]
async fn a_request_without_a_token_is_told_only_that() {
    let standin = start().await;
    for path in ["/oidc/userinfo", "/idp/local/userinfo", "/example.test/openid/userinfo"] {
        let answer = Visitor::new(&standin).get(path).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"userinfo\""), "{path}");
        let delete = Visitor::new(&standin).get(&format!("{path}?access_token=x")).await;
        assert_eq!(delete.status, 401, "tokens in addresses are not read");
    }
}

#[actix_web::test]
async fn a_provider_takes_the_token_from_a_form_but_not_twice() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid profile").await;
    let mut visitor = Visitor::new(&standin);
    let posted = visitor.post("/idp/local/userinfo", &[("access_token", text(&tokens, "access_token"))]).await;
    assert_eq!(posted.json()["name"], claims(text(&tokens, "id_token"))["name"]);
    let twice = visitor.post("/idp/local/userinfo", &[("access_token", "a"), ("access_token", "b")]).await;
    assert_eq!(refused(&twice), (400, "invalid_request".into()));
}

async fn ask(standin: &Standin, path: &str, token: &str) -> Answer {
    let (client, secret) = LOCAL.client;
    let fields = [("client_id", client), ("client_secret", secret), ("token", token)];
    Visitor::new(standin).post(path, &fields).await
}

async fn is_active(standin: &Standin, token: &str) -> bool {
    let answer = ask(standin, "/idp/local/introspect", token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let about = answer.json();
    let active = about["active"].as_bool().unwrap();
    // A token that is not good is described by nothing else (RFC 7662, 2.2).
    assert!(active || about.as_object().unwrap().len() == 1, "{about}");
    active
}

#[actix_web::test]
async fn a_provider_says_what_an_applications_own_tokens_are_good_for() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid profile offline_access").await;
    let about = ask(&standin, "/idp/local/introspect", text(&tokens, "access_token")).await.json();
    let id = claims(text(&tokens, "id_token"));
    assert_eq!((&about["sub"], &about["iss"]), (&id["sub"], &id["iss"]));
    assert_eq!((text(&about, "client_id"), text(&about, "username")), ("local-web", "alice@local.test"));
    assert_eq!((text(&about, "scope"), text(&about, "token_type")), ("openid profile offline_access", "Bearer"));
    assert!(is_active(&standin, text(&tokens, "refresh_token")).await);
    for other in ["nonsense", text(&tokens, "id_token"), "a.b.c"] {
        assert!(!is_active(&standin, other).await, "{other}");
    }
    standin.clock().advance(Duration::from_secs(2 * 3600));
    assert!(!is_active(&standin, text(&tokens, "access_token")).await, "expired");
    assert!(is_active(&standin, text(&tokens, "refresh_token")).await);
}

#[actix_web::test]
async fn introspection_is_for_applications_that_prove_themselves_and_for_their_own_tokens() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid offline_access").await;
    let token = text(&tokens, "access_token");
    let mut visitor = Visitor::new(&standin);
    for address in ["introspect", "revoke", "token"] {
        let nobody =
            visitor.post(&format!("/idp/local/{address}"), &[("grant_type", "refresh_token"), ("token", token)]).await;
        assert_eq!(refused(&nobody), (401, "invalid_client".into()), "{address}");
        assert!(nobody.header("www-authenticate").starts_with("Basic"), "{address}");
    }
    let unproved = visitor.post("/idp/local/introspect", &[("client_id", "local-web"), ("token", token)]).await;
    assert_eq!(refused(&unproved), (401, "invalid_client".into()));
    assert!(unproved.header("www-authenticate").starts_with("Basic"));
    let wrong = [("client_id", "local-web"), ("client_secret", "x"), ("token", token)];
    assert_eq!(refused(&visitor.post("/idp/local/introspect", &wrong).await), (401, "invalid_client".into()));
    let without =
        visitor.post("/idp/local/introspect", &[("client_id", "local-web"), ("client_secret", "local-secret")]);
    assert_eq!(refused(&without.await), (400, "invalid_request".into()));
    let other = serde_json::json!({ "apps": { "other": {
        "home": "local", "client_id": "other", "secrets": ["other-secret"],
        "redirect_uris": { "web": ["http://localhost:3000/other"] },
    }}});
    visitor.patch_world(other).await;
    for token in [token, text(&tokens, "refresh_token")] {
        let fields = [("client_id", "other"), ("client_secret", "other-secret"), ("token", token)];
        let about = visitor.post("/idp/local/introspect", &fields).await.json();
        assert_eq!(about, serde_json::json!({ "active": false }));
        assert_eq!(refused(&visitor.post("/idp/local/revoke", &fields).await), (400, "invalid_grant".into()));
        assert!(is_active(&standin, token).await, "another application's token is not its to end");
    }
    // What is good for nothing any more is nobody's.
    assert_eq!(ask(&standin, "/idp/local/revoke", text(&tokens, "refresh_token")).await.status, 200);
    for token in [token, text(&tokens, "refresh_token"), "nonsense"] {
        let fields = [("client_id", "other"), ("client_secret", "other-secret"), ("token", token)];
        assert_eq!(visitor.post("/idp/local/revoke", &fields).await.status, 200, "{token}");
    }
}

#[actix_web::test]
async fn a_resource_learns_what_tokens_for_it_are_good_for_but_does_not_end_them() {
    let standin = start().await;
    let mut visitor = Visitor::new(&standin);
    let api = serde_json::json!({ "apps": { "api": {
        "home": "local", "client_id": "Api", "secrets": ["api-secret"], "identifier_uris": ["https://api.test"],
    }}});
    visitor.patch_world(api).await;
    let (client, secret) = LOCAL.client;
    for (resource, active) in [("https://api.test", true), ("Api", true), ("api", false), ("https://other.test", false)]
    {
        let fields = [
            ("client_id", client),
            ("client_secret", secret),
            ("grant_type", "client_credentials"),
            ("resource", resource),
        ];
        let token = visitor.post("/idp/local/token", &fields).await.json();
        let fields = [("client_id", "Api"), ("client_secret", "api-secret"), ("token", text(&token, "access_token"))];
        let about = visitor.post("/idp/local/introspect", &fields).await.json();
        assert_eq!(about["active"], active, "{resource}");
        assert_eq!(about.get("client_id").is_some(), active, "{resource}");
        assert_eq!(refused(&visitor.post("/idp/local/revoke", &fields).await), (400, "invalid_grant".into()));
        assert!(is_active(&standin, text(&token, "access_token")).await, "{resource}");
    }
}

async fn refresh(standin: &Standin, token: &str) -> Answer {
    let (client, secret) = LOCAL.client;
    let fields =
        [("client_id", client), ("client_secret", secret), ("grant_type", "refresh_token"), ("refresh_token", token)];
    Visitor::new(standin).post("/idp/local/token", &fields).await
}

#[actix_web::test]
async fn revoking_a_refresh_token_ends_all_that_came_of_its_grant() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid offline_access").await;
    let next = refresh(&standin, text(&tokens, "refresh_token")).await.json();
    assert_eq!(ask(&standin, "/idp/local/revoke", text(&next, "refresh_token")).await.status, 200);
    assert_eq!(refused(&refresh(&standin, text(&next, "refresh_token")).await), (400, "invalid_grant".into()));
    for access in [text(&tokens, "access_token"), text(&next, "access_token")] {
        assert!(!is_active(&standin, access).await);
        assert_eq!(Visitor::new(&standin).get_as("/idp/local/userinfo", access).await.status, 401);
    }
}

/// Is the token good, as both addresses say who could know? They never differ.
async fn counts(standin: &Standin, token: &str) -> bool {
    let told = Visitor::new(standin).get_as("/idp/local/userinfo", token).await;
    assert_eq!(told.status == 200, is_active(standin, token).await, "{}", told.body);
    told.status == 200
}

async fn why_not(standin: &Standin, token: &str) -> String {
    let told = Visitor::new(standin).get_as("/idp/local/userinfo", token).await;
    assert_eq!(refused(&told), (401, "invalid_token".into()));
    text(&told.json(), "error_description").to_owned()
}

#[actix_web::test]
async fn a_token_counts_as_long_as_its_person_and_its_sign_in_do() {
    let standin = start().await;
    let visitor = Visitor::new(&standin);
    let user = |change: Value| serde_json::json!({"providers": {"local": {"users": {"alice@local.test": change}}}});
    let tokens = LOCAL.tokens(&standin, "openid").await;
    let token = text(&tokens, "access_token");
    assert!(counts(&standin, token).await);
    visitor.patch_world(user(serde_json::json!({"enabled": false}))).await;
    assert!(!counts(&standin, token).await && why_not(&standin, token).await.contains("still here"));
    visitor.patch_world(user(serde_json::json!({"enabled": true}))).await;
    assert!(counts(&standin, token).await);
    for ending in ["?user=bob@local.test", "?user=alice@local.test", ""] {
        let tokens = LOCAL.tokens(&standin, "openid").await;
        let token = text(&tokens, "access_token");
        let ended = crate::client::Call::new(&standin, "DELETE", &format!("/_standin/sessions{ending}")).send();
        assert_eq!(ended.status, 204, "{}", ended.body);
        assert_eq!(counts(&standin, token).await, ending.contains("bob"), "{ending}");
        if !ending.contains("bob") {
            assert!(why_not(&standin, token).await.contains("was ended"));
        }
    }
    let tokens = LOCAL.tokens(&standin, "openid").await;
    let token = text(&tokens, "access_token");
    visitor.patch_world(user(serde_json::json!({"claims": {"color": "green"}}))).await;
    assert!(counts(&standin, token).await, "what does not concern the sign-in does not end it");
    visitor.patch_world(user(serde_json::json!({"password": "Password2!"}))).await;
    assert!(!counts(&standin, token).await);
    visitor.patch_world(user(Value::Null)).await;
    assert!(!counts(&standin, token).await);
}

#[actix_web::test]
async fn r_28_after_a_reset_no_token_of_a_provider_counts_that_was_given_before() {
    let standin = start().await;
    standin.clock().freeze();
    let (kept, revoked) = (LOCAL.tokens(&standin, "openid").await, LOCAL.tokens(&standin, "openid").await);
    let (kept, revoked) = (text(&kept, "access_token"), text(&revoked, "access_token"));
    ask(&standin, "/idp/local/revoke", revoked).await;
    assert!(counts(&standin, kept).await && !counts(&standin, revoked).await);
    let reset = crate::client::Call::new(&standin, "POST", "/_standin/reset").send();
    assert_eq!(reset.status, 204, "{}", reset.body);
    assert!(!counts(&standin, kept).await && !counts(&standin, revoked).await);
    assert!(counts(&standin, text(&LOCAL.tokens(&standin, "openid").await, "access_token")).await);
}

#[actix_web::test]
async fn whoever_is_disabled_is_told_of_nowhere() {
    let standin = start().await;
    let visitor = Visitor::new(&standin);
    let tokens = EXAMPLE.tokens(&standin, "openid profile").await;
    for (enabled, status) in [(true, 200), (false, 401)] {
        visitor.patch_world(serde_json::json!({"users": {"alice@example.test": {"enabled": enabled}}})).await;
        for path in ["/oidc/userinfo", "/example.test/openid/userinfo", "/graph/v1.0/me"] {
            let told = visitor.get_as(path, text(&tokens, "access_token")).await;
            assert_eq!(told.status, status, "{path}: {}", told.body);
        }
    }
}

#[actix_web::test]
async fn a_token_of_somebody_whom_the_world_calls_otherwise_is_theirs() {
    let standin = start().await;
    let visitor = Visitor::new(&standin);
    let called = serde_json::json!({"claims": {"sub": "auth0|alice"}});
    visitor.patch_world(serde_json::json!({"providers": {"local": {"users": {"alice@local.test": called}}}})).await;
    let tokens = LOCAL.tokens(&standin, "openid").await;
    let told = visitor.get_as("/idp/local/userinfo", text(&tokens, "access_token")).await;
    assert_eq!((told.status, told.json()["sub"].as_str()), (200, Some("auth0|alice")), "{}", told.body);
    assert!(is_active(&standin, text(&tokens, "access_token")).await);
}

#[actix_web::test]
async fn what_is_wrong_with_a_providers_token_is_said() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid offline_access").await;
    let token = text(&tokens, "access_token");
    assert!(why_not(&standin, "nonsense").await.contains("cannot be read"));
    assert!(why_not(&standin, text(&tokens, "id_token")).await.contains("not an access token"));
    let cut = token[..token.len() - 8].to_owned() + "AAAAAAAA";
    assert!(why_not(&standin, &cut).await.contains("signature"));
    assert_eq!(ask(&standin, "/idp/local/revoke", text(&tokens, "refresh_token")).await.status, 200);
    assert_eq!(why_not(&standin, token).await, "The token was revoked.");
    let again = refresh(&standin, text(&tokens, "refresh_token")).await;
    assert!(again.body.contains("was revoked"), "{}", again.body);
    standin.clock().advance(Duration::from_secs(2 * 3600));
    assert_eq!(why_not(&standin, token).await, "The token has expired.");
}

#[actix_web::test]
async fn revoking_an_access_token_ends_that_one_alone() {
    let standin = start().await;
    let tokens = LOCAL.tokens(&standin, "openid offline_access").await;
    assert_eq!(ask(&standin, "/idp/local/revoke", text(&tokens, "access_token")).await.status, 200);
    assert!(!is_active(&standin, text(&tokens, "access_token")).await);
    assert_eq!(Visitor::new(&standin).get_as("/idp/local/userinfo", text(&tokens, "access_token")).await.status, 401);
    let next = refresh(&standin, text(&tokens, "refresh_token")).await;
    assert!(is_active(&standin, text(&next.json(), "access_token")).await);
    assert_eq!(ask(&standin, "/idp/local/revoke", "nonsense").await.status, 200);
}
