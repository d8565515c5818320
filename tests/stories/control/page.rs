//! The front page.

use super::*;
use standin::config::Secret;

#[actix_web::test]
async fn the_front_page_shows_who_can_sign_in_with_what_and_where() {
    let standin = started().await;
    let page = get(&standin, "/");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for text in [
        "alice@example.test",
        "trent@wingtip.test",
        "Wingtip1!",
        "web-secret",
        "dbcb6c58-cb5f-489c-a508-b7d6c183835d",
        "/example.test/v2.0/.well-known/openid-configuration",
        "/idp/local/.well-known/openid-configuration",
        "world partner",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(page.body.contains(&standin.http("/example.test/v2.0")), "addresses are those that were asked");
}

#[actix_web::test]
async fn a_sign_in_to_try_asks_an_application_that_exists_for_an_address_it_has() {
    let standin = started().await;
    let page = get(&standin, "/").body;
    let link = page.split("class=\"main\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let link = link.replace("&amp;", "&").replace("&#38;", "&");
    assert!(
        link.starts_with("/example.test/oauth2/v2.0/authorize?client_id=dbcb6c58-cb5f-489c-a508-b7d6c183835d&"),
        "{link}"
    );
    assert!(link.contains("redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback"), "{link}");
    let asked = get(&standin, &link);
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(asked.body.contains("name=\"loginfmt\""), "{}", asked.body);
}

/// Where the links of a front page's demonstrations lead.
fn demonstrations(page: &str) -> Vec<String> {
    let listed = page.split("<dl class=\"demonstrations\">").nth(1).and_then(|rest| rest.split("</dl>").next());
    let links = listed.unwrap_or_default().split("href=\"").skip(1);
    links.map(|link| link.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

#[actix_web::test]
async fn each_demonstration_of_a_world_is_one_click_from_its_front_page() {
    let standin = started().await;
    let found = demonstrations(&get(&standin, "/").body);
    assert_eq!(
        found,
        [
            "/portal/overview",
            "/admin/adatum.test",
            "/admin/tailspin.test",
            "/exchange/adatum.test",
            "/exchange/tailspin.test",
            "/legacy/powershell?DelegatedOrg=adatum.test",
            "/legacy/powershell?DelegatedOrg=tailspin.test",
            "/security-info",
            "/device",
            "/legacy/mail",
            "/sample-api/me",
        ]
    );
    for path in &found {
        let status = get(&standin, path).status;
        assert!(matches!(status, 200 | 302 | 303 | 401), "{path}: {status}");
    }
    post(&standin, "/_standin/worlds", json!({"id": "one", "world": "plain"})).succeeded();
    let found = demonstrations(&get(&standin, "/w/one").body);
    let expected = ["security-info", "device", "legacy/mail", "sample-api/me"].map(|path| format!("/w/one/{path}"));
    assert_eq!(found, expected, "no partners, no portals");
    post(&standin, "/_standin/worlds", json!({"id": "none", "world": {}})).succeeded();
    assert!(!get(&standin, "/w/none").body.contains("#demonstrations"), "nobody could sign in");
}

#[actix_web::test]
async fn the_front_page_runs_no_script_but_its_own_and_cannot_be_framed() {
    let standin = started().await;
    let (one, two) = (get(&standin, "/"), get(&standin, "/"));
    let policy = one.header("content-security-policy");
    let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(one.body.contains(&format!("<script nonce=\"{nonce}\">")), "{policy}");
    assert_ne!(policy, two.header("content-security-policy"), "a nonce is used once");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(one.header("x-content-type-options"), "nosniff");
    assert_eq!(one.header("referrer-policy"), "strict-origin");
    assert_eq!(one.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn an_isolated_world_has_a_front_page_of_its_own() {
    let standin = started().await;
    let evil = "<script>alert(1)</script>";
    let own = json!({
        "tenants": {"acme": {"name": evil, "domains": ["acme.test"]}},
        "users": {"ann@acme.test": {"password": "Password1!", "story": evil}},
    });
    post(&standin, "/_standin/worlds", json!({"id": "own", "world": own})).succeeded();
    let page = get(&standin, "/w/own").body;
    assert!(page.contains("ann@acme.test") && !page.contains("alice@example.test"), "{page}");
    assert!(page.contains("href=\"/w/own/_standin/world\"") && page.contains("world own"), "{page}");
    assert!(!page.contains(evil), "{page}");
    assert!(page.contains("no application to sign in to"), "{page}");
}

#[actix_web::test]
async fn passwords_are_not_shown_to_everybody_where_a_control_token_protects_them() {
    let config = Config { control_token: Some(Secret::new("swordfish")), ..Config::default() };
    let standin = started_with(config).await;
    let page = get(&standin, "/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("alice@example.test"));
    for secret in ["Password1!", "Wingtip1!", "web-secret", "local-secret", "swordfish"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
}
