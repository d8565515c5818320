//! Which name the server goes by: the one each request came to, unless it was told otherwise.

use standin::Config;
use url::Url;

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, DAEMON, EXAMPLE, PASSWORD, V2, WEB, text};
use crate::client::{Call, started, started_with};
use crate::visitor::Visitor;

fn metadata(standin: &standin::Standin, headers: &[(&str, &str)]) -> Answer {
    let call = Call::new(standin, "GET", "/example.test/v2.0/.well-known/openid-configuration");
    headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
}

fn issuer(standin: &standin::Standin, headers: &[(&str, &str)]) -> String {
    text(&metadata(standin, headers).granted(), "issuer").to_owned()
}

#[actix_web::test]
async fn the_issuer_follows_the_host_that_was_asked() {
    let standin = started().await;
    assert_eq!(issuer(&standin, &[]), standin.http(&format!("/{EXAMPLE}/v2.0")));
    for host in ["login.microsoftonline.com", "127.0.0.1:8400", "[::1]:8400", "idp.internal:80"] {
        let shown = host.strip_suffix(":80").unwrap_or(host);
        assert_eq!(issuer(&standin, &[("Host", host)]), format!("http://{shown}/{EXAMPLE}/v2.0"));
    }
}

#[actix_web::test]
async fn tokens_and_metadata_name_the_same_issuer() {
    let standin = started().await;
    let fields = [("grant_type", "client_credentials"), ("scope", "api://example-api/.default")];
    let tokens = DAEMON.call(&standin, V2, &fields).header("Host", "login.example").send().granted();
    assert_eq!(claims(text(&tokens, "access_token"))["iss"], issuer(&standin, &[("Host", "login.example")]));
}

#[actix_web::test]
async fn what_a_proxy_says_counts_only_where_it_is_trusted() {
    let headers = [("X-Forwarded-Host", "sso.example"), ("X-Forwarded-Proto", "https")];
    let standin = started().await;
    assert_eq!(issuer(&standin, &headers), standin.http(&format!("/{EXAMPLE}/v2.0")));
    let trusting = started_with(Config { trust_proxy: true, ..Config::default() }).await;
    assert_eq!(issuer(&trusting, &headers), format!("https://sso.example/{EXAMPLE}/v2.0"));
    let chain = [("X-Forwarded-Host", "sso.example, inner.example"), ("X-Forwarded-Proto", "https, http")];
    assert_eq!(issuer(&trusting, &chain), format!("https://sso.example/{EXAMPLE}/v2.0"));
    assert_eq!(metadata(&trusting, &[("X-Forwarded-Host", "a\"b")]).status, 400);
}

#[actix_web::test]
async fn a_public_address_is_the_only_one_where_it_is_set() {
    let public_url = Some(Url::parse("https://login.example:8443/").unwrap());
    let standin = started_with(Config { public_url, trust_proxy: true, ..Config::default() }).await;
    let headers = [("Host", "else.example"), ("X-Forwarded-Host", "proxy.example")];
    assert_eq!(issuer(&standin, &headers), format!("https://login.example:8443/{EXAMPLE}/v2.0"));
}

#[actix_web::test]
async fn somebody_may_be_signed_in_without_any_page() {
    let standin = started_with(Config { auto_sign_in: Some(ALICE.into()), ..Config::default() }).await;
    for more in [("prompt", "login"), ("prompt", "none"), ("scope", "openid api://example-api/write")] {
        let answer = Visitor::new(&standin).get(&WEB.asks(V2, &[more])).await;
        let code = answer.sent_back("code").unwrap_or_else(|| panic!("{more:?}: {}", answer.gist()));
        let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
        assert_eq!(claims(text(&tokens, "id_token"))["oid"], "364526c4-eb11-4985-917d-37d04d230685");
    }
    // What nobody may do, nobody may do without a page either.
    let elsewhere = Visitor::new(&standin).get(&WEB.asks(V2, &[("redirect_uri", "https://evil.test")])).await;
    elsewhere.on_page(50011);
    let partner = crate::apps::PARTNER.asks("/adatum.test/oauth2/v2.0", &[]);
    Visitor::new(&standin).get(&partner).await.on_page(50020);
    let provider = Visitor::new(&standin).get(&crate::apps::LOCAL_WEB.asks("/idp/local", &[])).await;
    assert!(provider.has("name=\"UserName\""), "a provider has other accounts: {}", provider.gist());
}

#[actix_web::test]
async fn nobody_can_be_signed_in_whom_the_world_does_not_have() {
    let config = Config { auto_sign_in: Some("nobody@example.test".into()), ..Config::default() };
    assert!(standin::Standin::start(config).await.is_err());
}

#[actix_web::test]
async fn the_library_signs_somebody_in_like_a_browser() {
    let standin = started().await;
    let url = standin.http(&WEB.asks(V2, &[]));
    let done = standin.sign_in(&url).user(ALICE).password(PASSWORD).await.unwrap();
    assert_eq!(done.parameter("state").as_deref(), Some("s t&a=te"));
    let code = done.parameter("code").unwrap();
    WEB.redeem(&standin, V2, &code, &[]).granted();
    assert!(standin.sign_in(&url).user(ALICE).password("wrong").await.is_err());
}
