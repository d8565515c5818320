//! A domain's provider can be outside the world: the tenant reads its metadata, sends people there, and believes what it
//! signs (R-10, R-12, R-13).

use serde_json::{Value, json};
use standin::{Config, Standin};

use super::{TRENT, WINGTIP, amr, asks, decisions, post_back, set, through_the_provider};
use crate::answer::{Answer, claims};
use crate::apps::{PARTNER, text};
use crate::client::{Call, get, patch_world, started_with};
use crate::visitor::Visitor;
use crate::wstrust::{AZURE_CLI, MESSAGE, MICROSOFT_ONLINE, assertion, hand_over};

/// Where the provider is at home.
pub const ELSEWHERE: &str = "/w/elsewhere/idp/wingtip";
pub const FEDERATION: &str = "federationmetadata/2007-06/federationmetadata.xml";
pub const SAML: &str = "saml/metadata";
pub const SEED: u64 = 7;
const DISCOVERY: &str = ".well-known/openid-configuration";

/// A server where Wingtip's provider is in a world of its own, and answers the tenant in this one.
pub async fn with_a_world_elsewhere() -> Standin {
    // With a seed, stories know the keys of the provider elsewhere too.
    let standin = started_with(Config { seed: Some(SEED), ..Config::default() }).await;
    let made = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", r#"{"id":"elsewhere"}"#).send();
    assert_eq!(made.status, 201, "{}", made.gist());
    let login = [standin.http("/login.srf")];
    elsewhere(
        &standin,
        json!({"apps": {"other-tenants": {
            "home": "wingtip",
            "saml": {"entity_id": MICROSOFT_ONLINE, "reply_urls": login},
            "wsfed": {"realm": MICROSOFT_ONLINE, "reply_urls": login},
        }}}),
    );
    // What nobody looks at here any more.
    set(&standin, json!({}), json!({"answer": "down"}));
    standin
}

pub fn elsewhere(standin: &Standin, change: Value) {
    let call = Call::new(standin, "PATCH", "/w/elsewhere/_standin/world").body("application/json", change.to_string());
    let answer = call.send();
    assert_eq!(answer.status, 200, "{}", answer.gist());
}

/// Trusts whoever publishes this.
fn trust(standin: &Standin, protocol: &str, metadata: &str) {
    let change = json!({"provider": null, "metadata": metadata, "protocol": protocol});
    set(standin, change, json!({}));
}

pub fn trust_elsewhere(standin: &Standin, protocol: &str, document: &str) {
    trust(standin, protocol, &standin.http(&format!("{ELSEWHERE}/{document}")));
}

pub async fn trent(standin: &Standin) -> Answer {
    let mut browser = Visitor::new(standin);
    let page = browser.get(&asks(&[("login_hint", TRENT)])).await;
    through_the_provider_elsewhere(standin, &mut browser, page).await
}

/// The tenant's clock goes on by a minute as the provider asks for a code, and so the provider's has to.
pub async fn through_the_provider_elsewhere(standin: &Standin, browser: &mut Visitor, page: Answer) -> Answer {
    let clock =
        Call::new(standin, "PUT", "/w/elsewhere/_standin/clock").body("application/json", r#"{"advance":"1m"}"#);
    assert_eq!(clock.send().status, 200);
    through_the_provider(standin, browser, page).await
}

#[actix_web::test]
async fn r_13_a_provider_elsewhere_signs_people_in_and_proves_mfa_by_both_protocols() {
    for (protocol, document, path) in
        [("wsfed", FEDERATION, "adfs/ls/?"), ("saml", SAML, "saml/sso?"), ("saml", FEDERATION, "saml/sso?")]
    {
        let standin = with_a_world_elsewhere().await;
        trust_elsewhere(&standin, protocol, document);
        let mut browser = Visitor::new(&standin);
        let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
        assert!(away.location().starts_with(&standin.http(&format!("{ELSEWHERE}/{path}"))), "{}", away.gist());
        let done = through_the_provider_elsewhere(&standin, &mut browser, away).await;
        assert_eq!(amr(&standin, &done), ["fed", "mfa"], "{protocol} {document}");
        assert!(decisions(&standin).contains("elsewhere/idp/wingtip/adfs/services/trust"), "the journal names it");
    }
}

/// Trusts the provider elsewhere by OpenID Connect, where it knows the tenant as `root-tenant`.
pub fn trust_openid_connect(standin: &Standin, client_id: &str) {
    elsewhere(
        standin,
        json!({"apps": {"root-tenant": {
            "client_id": "root-tenant",
            "home": "wingtip",
            "redirect_uris": {"web": [standin.http("/login.srf")]},
            "implicit": {"id_tokens": true},
            "permissions": {}, "consented": ["wingtip"],
        }}}),
    );
    let discovery = standin.http(&format!("{ELSEWHERE}/{DISCOVERY}"));
    let change = json!({"provider": null, "metadata": discovery, "protocol": "oidc", "client_id": client_id});
    set(standin, change, json!({}));
}

#[actix_web::test]
async fn a_provider_elsewhere_that_speaks_openid_connect_calls_the_tenant_what_the_trust_says() {
    let standin = with_a_world_elsewhere().await;
    trust_openid_connect(&standin, "nobody");
    let stranger = trent(&standin).await;
    assert_eq!(stranger.error_code(), "unauthorized_client", "{}", stranger.gist());

    trust_openid_connect(&standin, "root-tenant");
    let unknown = trent(&standin).await;
    assert_eq!(
        unknown.error_code(),
        "AADSTS51004",
        "what it calls him is no account's ImmutableID: {}",
        unknown.gist()
    );
    let (_, rest) = unknown.body.split_once("ImmutableID &#39;").unwrap();
    let called = rest.split_once("&#39;").unwrap().0;
    patch_world(&standin, json!({"users": {TRENT: {"immutable_id": called}}}));
    assert_eq!(amr(&standin, &trent(&standin).await), ["fed", "mfa"]);
}

#[actix_web::test]
async fn a_wrong_answer_from_elsewhere_is_refused_like_any_other() {
    let table = [
        ("expired", "AADSTS50008", "ended at"),
        ("wrong_signature", "AADSTS50008", "not signed with a key of the provider"),
        ("wrong_audience", "AADSTS50008", "instead of &#39;urn:federation:MicrosoftOnline&#39;"),
    ];
    let standin = with_a_world_elsewhere().await;
    for (protocol, document) in [("wsfed", FEDERATION), ("saml", SAML)] {
        trust_elsewhere(&standin, protocol, document);
        for (answer, code, says) in table {
            elsewhere(&standin, json!({"providers": {"wingtip": {"answer": answer}}}));
            let page = trent(&standin).await;
            assert_eq!((page.status, page.error_code().as_str()), (400, code), "{protocol} {answer}");
            assert!(page.has(says), "{protocol} {answer}: {}", page.gist());
            assert!(!page.has("R-14"), "nobody here knows how it is set up: {}", page.gist());
        }
    }
    elsewhere(&standin, json!({"providers": {"wingtip": {"answer": "good"}}}));
    trent(&standin).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn r_12_a_provider_elsewhere_that_does_not_relay_is_dealt_with_as_the_trust_says() {
    let standin = with_a_world_elsewhere().await;
    trust_elsewhere(&standin, "saml", SAML);
    patch_world(&standin, json!({"tenants": {"wingtip": {"per_user_mfa": "enforced"}}}));
    elsewhere(&standin, json!({"providers": {"wingtip": {"relay": "silent"}}}));
    set(&standin, json!({"federated_idp_mfa_behavior": "enforceMfaByFederatedIdp"}), json!({}));
    let refused = trent(&standin).await;
    assert_eq!(refused.error_code(), "AADSTS50079", "{}", refused.gist());
    set(&standin, json!({"federated_idp_mfa_behavior": "acceptIfMfaDoneByFederatedIdp"}), json!({}));
    let asked = trent(&standin).await;
    assert!(asked.has("id=\"idSubmit_ProofUp_Redirect\""), "the tenant asks itself: {}", asked.gist());
}

#[actix_web::test]
async fn keys_that_the_provider_changed_count_from_the_next_sign_in_on() {
    let standin = with_a_world_elsewhere().await;
    trust_elsewhere(&standin, "wsfed", FEDERATION);
    trent(&standin).await.sent_back("code").unwrap();
    let rotate = Call::new(&standin, "POST", "/w/elsewhere/_standin/keys/rotate").body("application/json", "{}").send();
    assert!(rotate.status < 300, "{}", rotate.gist());
    trent(&standin).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn a_provider_that_cannot_be_found_out_about_stops_the_sign_in_and_says_why() {
    let standin = with_a_world_elsewhere().await;
    let here = |path: &str| standin.http(path);
    let table = [
        ("saml", "http://127.0.0.1:1/metadata".to_owned(), "127.0.0.1:1"),
        ("saml", here("/idp/nobody/saml/metadata"), "answered 404"),
        ("saml", here("/common/.well-known/openid-configuration"), "is not well-formed"),
        ("saml", here("/federationmetadata/saml20/federationmetadata.xml"), "has no IDPSSODescriptor"),
        ("wsfed", here(&format!("{ELSEWHERE}/{SAML}")), "has no RoleDescriptor"),
        ("oidc", here(&format!("/idp/nobody/{DISCOVERY}")), "answered 404"),
        ("oidc", here(&format!("/common/v2.0/{DISCOVERY}")), "another issuer"),
    ];
    for (protocol, metadata, says) in table {
        trust(&standin, protocol, &metadata);
        let page = trent(&standin).await;
        assert_eq!(page.error_code(), "AADSTS50107", "{metadata}: {}", page.gist());
        assert!(page.has(says), "{metadata}: {}", page.gist());
        assert_eq!(page.body.matches(metadata.as_str()).count(), 1, "it is named once: {}", page.gist());
        let realm = get(&standin, &format!("/common/userrealm/{TRENT}?api-version=1.0")).granted();
        assert_eq!((&realm["account_type"], &realm["federation_metadata_url"]), (&json!("Federated"), &Value::Null));
        let realm = get(&standin, &format!("/common/userrealm/{TRENT}?api-version=1.0"));
        assert_eq!(realm.header("cache-control"), "no-store", "it is not known for ever");
    }
    assert!(decisions(&standin).contains("AADSTS50107"));
}

#[actix_web::test]
async fn libraries_are_sent_to_the_provider_elsewhere_and_bring_back_its_assertion() {
    let standin = with_a_world_elsewhere().await;
    trust_elsewhere(&standin, "wsfed", FEDERATION);
    elsewhere(&standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
    let realm = get(&standin, &format!("/common/userrealm/{TRENT}?api-version=1.0")).granted();
    let there = |path: &str| json!(standin.http(&format!("{ELSEWHERE}/{path}")));
    assert_eq!(realm["federation_metadata_url"], there("adfs/services/trust/mex"));
    assert_eq!(realm["federation_active_auth_url"], there("adfs/services/trust/2005/usernamemixed"));
    let old = get(&standin, &format!("/GetUserRealm.srf?login={TRENT}")).granted();
    assert!(text(&old, "AuthURL").starts_with(there("adfs/ls/?username=").as_str().unwrap()), "{old}");

    let ask = |from: &str| {
        let at = format!("{from}{}", MESSAGE.address());
        let soap = "application/soap+xml; charset=utf-8";
        assertion(&Call::new(&standin, "POST", &at).body(soap, MESSAGE.text(&standin)).send())
    };
    let tokens = hand_over(&standin, AZURE_CLI, WINGTIP, &ask("/w/elsewhere"), &[]).granted();
    assert_eq!(claims(text(&tokens, "access_token"))["upn"], TRENT);
    let rotate = Call::new(&standin, "POST", "/w/elsewhere/_standin/keys/rotate").body("application/json", "{}").send();
    assert!(rotate.status < 300, "{}", rotate.gist());
    hand_over(&standin, AZURE_CLI, WINGTIP, &ask("/w/elsewhere"), &[]).granted();
    // Neither a trust whose provider does not answer takes anything from this one, nor one that leads to the same provider
    // by another of its documents, whichever the world names first.
    let trusts = |domain: &str, metadata: String| json!({"domains": [domain], "federation": {domain: {"metadata": metadata, "protocol": "saml"}}});
    let other = |domain| trusts(domain, standin.http(&format!("{ELSEWHERE}/{SAML}")));
    let silent = trusts("silent.test", standin.http("/w/silent/idp/wingtip/saml/metadata"));
    patch_world(&standin, json!({"tenants": {"silent": silent, "a-twin": other("a.test"), "z-twin": other("z.test")}}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &ask("/w/elsewhere"), &[]).granted();
    // Its namesake in this world is nobody's provider any more.
    set(&standin, json!({}), json!({"answer": "good", "mfa": "on_request"}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &ask(""), &[]).refused(400, "invalid_request", 50107);
}

#[actix_web::test]
async fn what_one_world_trusts_says_nothing_in_another() {
    let standin = with_a_world_elsewhere().await;
    trust_elsewhere(&standin, "wsfed", FEDERATION);
    let mut browser = Visitor::new(&standin);
    let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
    let forged = post_back(&mut browser, &away).await;
    assert_eq!(forged.status, 400, "{}", forged.gist());
    let at_home = browser.get(&format!("/w/elsewhere{}", PARTNER.asks(WINGTIP, &[("login_hint", TRENT)]))).await;
    assert!(at_home.location().contains("/w/elsewhere/idp/wingtip/"), "{}", at_home.gist());
}
