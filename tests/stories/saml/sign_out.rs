//! Single logout: who asked is answered, the session is over, and whoever else was told is told that too.

use serde_json::json;
use standin::Standin;
use standin::federation::saml::redirected;
use standin::federation::xml::names::{SAML20, SAMLP};
use standin::federation::xml::{self, redirect};
use url::Url;

use super::{ALICE_AT_LOCAL, PERSISTENT, TRANSIENT};
use crate::answer::Answer;
use crate::apps::{ALICE, BOB, WEB};
use crate::client::{address, patch_world, started};
use crate::service_provider::{
    ENTITY, LOCAL, SLO, TENANT, asks, deflated, keys, logout, message, packed, policy, request, request_of, said,
    signs_in, status, succeeded,
};
use crate::visitor::Visitor;

/// The query of an address whose signature holds, and the message in it.
fn signed(standin: &Standin, at: &str, to: &str) -> (String, Option<String>) {
    let url = Url::parse(to).unwrap();
    let said = redirect::verify(url.query().unwrap(), &keys(standin, at)).unwrap();
    (redirected(&said.message).unwrap(), said.relay_state)
}

/// The frames of a page.
fn frames(page: &Answer) -> Vec<String> {
    let sources = page.body.split("<iframe src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    sources.map(|source| source.replace("&#38;", "&").replace("&amp;", "&")).collect()
}

async fn is_signed_in(visitor: &mut Visitor, at: &str) -> bool {
    let page = visitor.get(&asks(at, &request(r#"IsPassive="true""#, ""))).await;
    message(&page).contains("status:Success")
}

#[actix_web::test]
async fn who_asks_to_sign_somebody_out_is_answered_over_the_binding_it_asked_by() {
    let standin = started().await;
    for (at, slo, user) in [(TENANT, TENANT, ALICE), (LOCAL, "/idp/local/saml/slo", ALICE_AT_LOCAL)] {
        for format in [PERSISTENT, TRANSIENT] {
            let mut alice = Visitor::new(&standin);
            let told = said(&standin, at, &signs_in(&mut alice, at, &request("", &policy(format)), user).await);
            let session = told.authentication.session_index.unwrap();
            let ask =
                logout(ENTITY, &told.subject.name, &format!("<samlp:SessionIndex>{session}</samlp:SessionIndex>"));
            let out = alice.get(&address(slo, &[("SAMLRequest", &deflated(&ask)), ("RelayState", "bye & bye")])).await;
            assert!(out.location().starts_with(&format!("{SLO}?SAMLResponse=")), "{}", out.gist());
            let (text, state) = signed(&standin, at, out.location());
            let root = xml::read(&text).unwrap();
            assert!(root.is(SAMLP, "LogoutResponse") && succeeded(&root), "{text}");
            assert_eq!((root.value("InResponseTo"), root.value("Destination")), (Some("_l1"), Some(SLO)));
            assert_eq!(state.as_deref(), Some("bye & bye"));
            assert!(!is_signed_in(&mut alice, at).await, "{at} {format}");

            let told = said(&standin, at, &signs_in(&mut alice, at, &request("", &policy(format)), user).await);
            let out = alice.post(slo, &[("SAMLRequest", &packed(&logout(ENTITY, &told.subject.name, "")))]).await;
            assert_eq!(out.attribute_after("<form", "action").as_deref(), Some(SLO), "{}", out.gist());
            let text = message(&out);
            let root = xml::read(&text).unwrap();
            xml::verify(&root, &keys(&standin, at)).unwrap();
            assert!(succeeded(&root), "{text}");
            assert!(!is_signed_in(&mut alice, at).await, "{at} {format}");
        }
    }
}

#[actix_web::test]
async fn nobody_is_signed_out_by_a_name_that_was_not_given_out() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let told = said(&standin, TENANT, &signs_in(&mut alice, TENANT, &request("", ""), ALICE).await);
    let unknown = ("Requester".to_owned(), "UnknownPrincipal".to_owned());
    for (name, more) in [(BOB, ""), (ALICE, "<samlp:SessionIndex>another</samlp:SessionIndex>"), ("", "")] {
        let page = alice.post(TENANT, &[("SAMLRequest", &packed(&logout(ENTITY, name, more)))]).await;
        assert_eq!(status(&standin, TENANT, &page), unknown, "{name} {more}");
        assert!(is_signed_in(&mut alice, TENANT).await);
    }
    let stranger = logout("urn:nobody", &told.subject.name, "");
    alice.post(TENANT, &[("SAMLRequest", &packed(&stranger))]).await.on_page(700016);
    let late = logout(ENTITY, ALICE, "").replace("Version=", "NotOnOrAfter=\"2020-01-01T00:00:00Z\" Version=");
    alice.post(TENANT, &[("SAMLRequest", &packed(&late))]).await.on_page(76026);
    assert!(is_signed_in(&mut alice, TENANT).await);
    let nobody = Visitor::new(&standin).post(TENANT, &[("SAMLRequest", &packed(&logout(ENTITY, ALICE, "")))]).await;
    assert!(succeeded(&xml::read(&message(&nobody)).unwrap()), "where nobody is signed in there is nothing to do");
}

#[actix_web::test]
async fn only_the_account_that_is_named_is_signed_out() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    let alice = said(&standin, TENANT, &signs_in(&mut browser, TENANT, &request("", ""), ALICE).await);
    let page = browser.get(&asks(TENANT, &request(r#"ForceAuthn="true""#, ""))).await;
    let form = browser.sign_in(page, BOB, crate::apps::PASSWORD).await;
    let bob = said(&standin, TENANT, &form);
    assert_eq!(bob.subject.name, BOB);
    browser.post(TENANT, &[("SAMLRequest", &packed(&logout(ENTITY, &alice.subject.name, "")))]).await;
    let silent = browser.get(&asks(TENANT, &request(r#"IsPassive="true""#, ""))).await;
    assert_eq!(said(&standin, TENANT, &silent).subject.name, BOB);
}

#[actix_web::test]
async fn whoever_else_was_told_is_told_of_the_sign_out_in_hidden_frames() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({"apps": {
            "example-web": {"front_channel_logout_uri": "https://web.test/out"},
            "other-saml": {"home": "example", "saml": {
                "entity_id": "urn:other", "reply_urls": ["http://localhost:3001/acs"], "logout_url": "http://localhost:3001/slo?keep=1",
            }},
        }}),
    );
    let mut alice = Visitor::new(&standin);
    let told = said(&standin, TENANT, &signs_in(&mut alice, TENANT, &request("", &policy(PERSISTENT)), ALICE).await);
    let other = alice.get(&asks(TENANT, &request_of("urn:other", "", &policy(PERSISTENT)))).await;
    let other = xml::read(&message(&other)).unwrap().only(SAML20, "Assertion").is_some();
    assert!(other);
    WEB.code(&mut alice, crate::apps::V2, &[], ALICE).await;
    let realm = [("wa", "wsignin1.0"), ("wtrealm", "urn:example:wsfed")];
    assert!(alice.get(&address("/example.test/wsfed", &realm)).await.has("hiddenform"));

    let ask = [("SAMLRequest", packed(&logout(ENTITY, &told.subject.name, "")))];
    let page = alice.post(TENANT, &[("SAMLRequest", &ask[0].1)]).await;
    let frames = frames(&page);
    let to = |begin: &str| {
        frames.iter().find(|frame| frame.starts_with(begin)).unwrap_or_else(|| panic!("{begin}: {frames:?}"))
    };
    assert_eq!(frames.len(), 3, "not the one who asked: {frames:?}");
    assert!(to("https://web.test/out?iss=").contains("&sid="));
    assert_eq!(to("http://localhost:3000/wsfed"), "http://localhost:3000/wsfed?wa=wsignoutcleanup1.0");
    let (text, _) =
        signed(&standin, TENANT, &to("http://localhost:3001/slo?keep=1&SAMLRequest=").replace("keep=1&", ""));
    let root = xml::read(&text).unwrap();
    assert!(root.is(SAMLP, "LogoutRequest"), "{text}");
    let name = root.only(SAML20, "NameID").unwrap();
    assert_eq!(name.value("Format"), Some(PERSISTENT));
    assert_ne!(name.content(), Some(told.subject.name.as_str()), "each application has its own name for her");
    // The answer to who asked waits in a form on the same page.
    assert!(page.has("id=\"returnForm\"") && page.has("name=\"SAMLResponse\""), "{}", page.gist());
}

#[actix_web::test]
async fn signing_out_by_openid_connect_tells_saml_applications_too() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    let page = alice.get("/example.test/oauth2/v2.0/logout").await;
    let frames = frames(&page);
    assert!(frames.iter().any(|frame| frame.starts_with(&format!("{SLO}?SAMLRequest="))), "{frames:?}");
    assert!(!is_signed_in(&mut alice, TENANT).await);
    // What the application answers in its frame changes nothing.
    let heard = alice.get(&address(TENANT, &[("SAMLResponse", &deflated(&response()))])).await;
    assert_eq!(heard.status, 200, "{}", heard.gist());
    let nobodys = response().replace("<saml:Issuer>urn:example:saml</saml:Issuer>", "");
    alice.get(&address(TENANT, &[("SAMLResponse", &deflated(&nobodys))])).await.on_page(75005);
}

fn response() -> String {
    r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x" Version="2.0" IssueInstant="2026-11-26T10:00:00Z"><saml:Issuer>urn:example:saml</saml:Issuer></samlp:LogoutResponse>"#.to_owned()
}

#[actix_web::test]
async fn without_a_logout_address_the_page_says_that_it_is_done() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-saml": {"saml": {"logout_url": null}}}}));
    let mut alice = Visitor::new(&standin);
    let told = said(&standin, TENANT, &signs_in(&mut alice, TENANT, &request("", ""), ALICE).await);
    let page = alice.post(TENANT, &[("SAMLRequest", &packed(&logout(ENTITY, &told.subject.name, "")))]).await;
    assert!(page.status == 200 && page.has("You signed out"), "{}", page.gist());
    assert!(!is_signed_in(&mut alice, TENANT).await);
}

#[actix_web::test]
async fn who_stays_signed_in_is_signed_out_by_the_name_that_was_given_out_long_ago() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"example": {"stay_signed_in": true}}}));
    let mut alice = Visitor::new(&standin);
    let page = signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    assert!(page.has("Stay signed in?"), "{}", page.gist());
    let told = said(&standin, TENANT, &alice.submit(&page, &[]).await);
    standin.clock().advance(std::time::Duration::from_secs(30 * 86_400));
    let mut ask = async |name: &str| alice.post(TENANT, &[("SAMLRequest", &packed(&logout(ENTITY, name, "")))]).await;
    let unknown = ("Requester".to_owned(), "UnknownPrincipal".to_owned());
    assert_eq!(status(&standin, TENANT, &ask(BOB).await), unknown);
    let page = ask(&told.subject.name).await;
    assert!(succeeded(&xml::read(&message(&page)).unwrap()), "{}", message(&page));
    assert!(!is_signed_in(&mut alice, TENANT).await);
}

#[actix_web::test]
async fn a_sign_out_is_done_also_when_a_tenant_is_gone_that_told_an_application_of_it() {
    let standin = started().await;
    let id = "11d4b5a1-bbbb-4ccc-8ddd-0123456789ab";
    patch_world(
        &standin,
        json!({
            "apps": {"example-saml": {"multi_tenant": true}},
            "tenants": {"extra": {"domains": ["extra.test"], "guests": {ALICE: {"id": id}}}},
        }),
    );
    for gone in [false, true] {
        let mut alice = Visitor::new(&standin);
        let told = said(
            &standin,
            "/extra.test/saml2",
            &signs_in(&mut alice, "/extra.test/saml2", &request("", ""), ALICE).await,
        );
        assert_eq!(told.audiences, [ENTITY]);
        if gone {
            patch_world(&standin, json!({"tenants": {"extra": null}}));
        }
        let page = alice.get("/common/oauth2/v2.0/logout").await;
        assert_eq!(page.status, 200, "{}", page.gist());
        assert_eq!(frames(&page).len(), usize::from(!gone), "{}", page.gist());
        assert!(!is_signed_in(&mut alice, TENANT).await);
        let journal = crate::client::get(&standin, "/_standin/events?kind=error").body;
        assert_eq!(journal.contains("urn:example:saml is not told"), gone, "{journal}");
    }
}
