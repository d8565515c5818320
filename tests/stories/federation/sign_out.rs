//! Signing out of a tenant signs out of the provider that signed somebody in, or its session would sign them in again.

use serde_json::{Value, json};
use standin::Standin;

use super::outside::{
    ELSEWHERE, FEDERATION, SAML, elsewhere, through_the_provider_elsewhere, trust_elsewhere, trust_openid_connect,
    with_a_world_elsewhere,
};
use super::{TRENT, asks, set, through_the_provider};
use crate::answer::Answer;
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const SIGN_OUT: &str = "/wingtip.test/oauth2/v2.0/logout";

/// The frames of a page.
fn frames(page: &Answer) -> Vec<String> {
    let sources = page.body.split("<iframe src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    sources.map(|source| source.replace("&#38;", "&").replace("&amp;", "&")).collect()
}

async fn signed_in(standin: &Standin) -> Visitor {
    let mut browser = Visitor::new(standin);
    let page = browser.get(&asks(&[("login_hint", TRENT)])).await;
    let done = through_the_provider(standin, &mut browser, page).await;
    assert!(done.sent_back("code").is_some(), "{}", done.gist());
    browser
}

/// Is the browser asked for a name and a password at the provider?
async fn is_asked(browser: &mut Visitor) -> bool {
    let mut page = browser.get(&asks(&[("login_hint", TRENT)])).await;
    while page.status == 302 && !page.location().contains("localhost:3000") {
        page = browser.get(page.location()).await;
    }
    page.has("name=\"UserName\"")
}

fn last_decision(standin: &Standin) -> Value {
    let events = get(standin, "/_standin/events?kind=decision").json();
    let told = |entry: &&Value| entry["summary"].as_str().unwrap().starts_with("the provider");
    events["value"].as_array().unwrap().iter().rfind(told).cloned().unwrap_or_default()
}

#[actix_web::test]
async fn a_provider_of_the_world_is_told_in_a_frame_by_each_protocol_and_asks_again() {
    for (protocol, begins) in [
        ("wsfed", "/idp/wingtip/adfs/ls/?wa=wsignout1.0"),
        ("saml", "/idp/wingtip/saml/slo?SAMLRequest="),
        ("oidc", "/idp/wingtip/logout?id_token_hint="),
    ] {
        let standin = started().await;
        // A provider that does not ask for a second factor each time shows whether it still knows the browser.
        set(&standin, json!({"protocol": protocol}), json!({"mfa": "on_request"}));
        let mut browser = signed_in(&standin).await;
        let page = browser.get(SIGN_OUT).await;
        let told = frames(&page);
        let to = told.iter().find(|frame| frame.starts_with(&standin.http(begins)));
        let to = to.unwrap_or_else(|| panic!("{protocol}: {told:?}")).clone();
        assert!(last_decision(&standin)["summary"].as_str().unwrap().contains("wingtip is told"), "{protocol}");
        // Before the frame is loaded, the provider's session signs her in again without a word.
        let mut other = Visitor::new(&standin);
        assert!(is_asked(&mut other).await, "{protocol}: a stranger's browser is asked");
        assert!(!is_asked(&mut browser).await, "{protocol}: the provider knows the browser still");
        let loaded = browser.get(&to).await;
        assert_eq!(loaded.status, 200, "{protocol}: {}", loaded.gist());
        let policy = loaded.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors http: https:"), "{protocol}: a frame may show it: {policy}");
        assert!(is_asked(&mut browser).await, "{protocol}: after that it does not");
    }
}

#[actix_web::test]
async fn nobody_is_told_of_an_account_that_the_tenant_itself_verified() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    crate::apps::WEB.code(&mut alice, crate::apps::V2, &[], crate::apps::ALICE).await;
    let page = alice.get("/example.test/oauth2/v2.0/logout").await;
    assert!(frames(&page).iter().all(|frame| !frame.contains("/idp/")), "{:?}", frames(&page));
    assert_eq!(last_decision(&standin), Value::Null);
}

#[actix_web::test]
async fn a_provider_elsewhere_is_told_where_its_metadata_says() {
    for (protocol, begins) in
        [("wsfed", "adfs/ls/?wa=wsignout1.0"), ("saml", "saml/slo?SAMLRequest="), ("oidc", "logout?id_token_hint=")]
    {
        let standin = with_a_world_elsewhere().await;
        elsewhere(&standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
        match protocol {
            "wsfed" => trust_elsewhere(&standin, "wsfed", FEDERATION),
            "saml" => trust_elsewhere(&standin, "saml", SAML),
            _ => trust_openid_connect(&standin, "root-tenant"),
        }
        if protocol == "oidc" {
            // What the provider calls him is learnt from the first refusal.
            let unknown = super::outside::trent(&standin).await;
            let (_, rest) = unknown.body.split_once("ImmutableID &#39;").unwrap();
            let called = rest.split_once("&#39;").unwrap().0;
            patch_world(&standin, json!({"users": {TRENT: {"immutable_id": called}}}));
        }
        let mut browser = Visitor::new(&standin);
        let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
        let done = through_the_provider_elsewhere(&standin, &mut browser, away).await;
        assert!(done.sent_back("code").is_some(), "{protocol}: {}", done.gist());
        let told = frames(&browser.get(SIGN_OUT).await);
        let to = told.iter().find(|frame| frame.starts_with(&standin.http(&format!("{ELSEWHERE}/{begins}"))));
        let to = to.unwrap_or_else(|| panic!("{protocol}: {told:?}")).clone();
        assert!(!is_asked(&mut browser).await, "{protocol}: the provider knows the browser still");
        assert_eq!(browser.get(&to).await.status, 200, "{protocol}");
        assert!(is_asked(&mut browser).await, "{protocol}: after that it does not");
    }
}

#[actix_web::test]
async fn a_provider_that_cannot_be_told_keeps_nobody_from_signing_out() {
    let standin = with_a_world_elsewhere().await;
    trust_elsewhere(&standin, "wsfed", FEDERATION);
    let mut browser = Visitor::new(&standin);
    let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
    through_the_provider_elsewhere(&standin, &mut browser, away).await;
    // The trust leads nowhere by now.
    let nowhere = json!({"provider": null, "metadata": "http://127.0.0.1:1/metadata", "protocol": "wsfed"});
    set(&standin, nowhere, json!({}));
    let page = browser.get(SIGN_OUT).await;
    assert!(page.status == 200 && page.has("You signed out"), "{}", page.gist());
    assert!(frames(&page).is_empty(), "{:?}", frames(&page));
    let told = last_decision(&standin);
    assert_eq!(told["summary"], "the provider is not told of the sign-out");
    assert!(told["because"][0]["text"].as_str().unwrap().contains("127.0.0.1:1"), "{told}");
}

#[actix_web::test]
async fn what_one_provider_said_is_not_told_to_the_one_that_came_after_it() {
    for protocol in ["wsfed", "saml"] {
        let standin = with_a_world_elsewhere().await;
        trust_elsewhere(&standin, protocol, FEDERATION);
        let mut browser = Visitor::new(&standin);
        let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
        let done = through_the_provider_elsewhere(&standin, &mut browser, away).await;
        assert!(done.sent_back("code").is_some(), "{protocol}: {}", done.gist());
        set(
            &standin,
            json!({"provider": "wingtip", "metadata": null, "protocol": protocol}),
            json!({"answer": "good"}),
        );
        let page = browser.get(SIGN_OUT).await;
        assert!(frames(&page).iter().all(|frame| !frame.contains("/idp/")), "{protocol}: {:?}", frames(&page));
        let because = last_decision(&standin)["because"][0]["text"].as_str().unwrap_or_default().to_owned();
        assert!(because.contains("another provider"), "{protocol}: {because}");
    }
}
