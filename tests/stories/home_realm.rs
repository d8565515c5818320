//! Who verifies the people of a domain: every way of asking gives the same answer.

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::Answer;
use crate::apps::{ALICE, PARTNER, V2, WEB};
use crate::client::{Call, get, patch_world, post, started};
use crate::visitor::Visitor;

fn credential_type(standin: &Standin, user: &str) -> Answer {
    let body = json!({"username": user, "flowToken": "f", "isOtherIdpSupported": true}).to_string();
    Call::new(standin, "POST", "/common/GetCredentialType").body("application/json; charset=UTF-8", body).send()
}

/// What each probe calls the realm of a user name.
fn realms(standin: &Standin, user: &str) -> [String; 4] {
    let v1 = get(standin, &format!("/common/userrealm/{user}?api-version=1.0")).granted();
    let v2 = get(standin, &format!("/common/userrealm?user={user}&api-version=2.1")).granted();
    let srf = get(standin, &format!("/GetUserRealm.srf?login={user}&xml=0")).granted();
    let page = credential_type(standin, user).granted();
    let by_page = match page["EstsProperties"]["DomainType"].as_i64() {
        Some(3) => "Managed",
        Some(4) => "Federated",
        _ => "Unknown",
    };
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    [word(&v1["account_type"]), word(&v2["NameSpaceType"]), word(&srf["NameSpaceType"]), by_page.to_owned()]
}

#[actix_web::test]
async fn every_probe_agrees() {
    let standin = started().await;
    let table = [
        (ALICE, "Managed"),
        ("NOBODY@Example.TEST", "Managed"),
        ("trent@wingtip.test", "Federated"),
        ("nobody@wingtip.test", "Federated"),
        ("nobody@nowhere.test", "Unknown"),
        ("nobody", "Unknown"),
        ("alice@local.test", "Unknown"),
    ];
    for (user, realm) in table {
        assert_eq!(realms(&standin, user), [realm; 4], "{user}");
    }
}

#[actix_web::test]
async fn a_name_is_read_in_any_case_and_encoded_or_not() {
    let standin = started().await;
    for path in [
        "/common/UserRealm/alice%40example.test?api-version=1.0",
        "/COMMON/userrealm/Alice@Example.Test?api-version=1.0&checkForMicrosoftAccount=true",
        "/example.test/userrealm/alice@example.test",
        "/common/userrealm?user=alice%40example.test",
    ] {
        assert_eq!(get(&standin, path).granted()["account_type"], "Managed", "{path}");
    }
    let posted = post(&standin, "/GetUserRealm.srf", &[("login", ALICE)]).granted();
    assert_eq!(posted["State"], 4);
    get(&standin, "/common/userrealm").refused(400, "invalid_request", 900_144);
    get(&standin, "/GetUserRealm.srf").refused(400, "invalid_request", 900_144);
    get(&standin, "/nowhere.test/userrealm/alice@example.test").refused(400, "invalid_tenant", 90002);
}

#[actix_web::test]
async fn a_federated_name_leads_to_its_provider() {
    let standin = started().await;
    let user = "trent@wingtip.test";
    let elsewhere = standin.http("/idp/wingtip/adfs/ls/?username=trent%40wingtip.test&wa=wsignin1.0");
    let realm = get(&standin, &format!("/common/userrealm/{user}?api-version=2.0")).granted();
    assert!(realm["AuthURL"].as_str().unwrap().starts_with(&elsewhere), "{realm}");
    let page = credential_type(&standin, user).granted();
    let redirect = &page["Credentials"]["FederationRedirectUrl"];
    assert!(redirect.as_str().is_some_and(|to| to.starts_with(&elsewhere)), "{page}");
    assert_eq!(page["Credentials"]["PrefCredential"], 4);
    let v1 = get(&standin, &format!("/common/userrealm/{user}?api-version=1.0")).granted();
    let active = standin.http("/idp/wingtip/adfs/services/trust/2005/usernamemixed");
    assert_eq!(
        (v1["federation_protocol"].as_str(), v1["federation_active_auth_url"].as_str()),
        (Some("WSTrust"), Some(&*active))
    );
    assert_eq!(credential_type(&standin, ALICE).granted()["Credentials"].get("FederationRedirectUrl"), None);
}

#[actix_web::test]
async fn r_10_the_domain_decides_also_for_names_that_only_the_provider_can_know() {
    let standin = started().await;
    let (nobody, provider) = ("nobody@wingtip.test", "/idp/wingtip/adfs/ls/?");
    let mut typed = Visitor::new(&standin);
    let page = typed.get(&PARTNER.asks("/common/oauth2/v2.0", &[])).await;
    let sent = typed.submit(&page, &[("loginfmt", nobody)]).await;
    let hinted = Visitor::new(&standin).get(&PARTNER.asks("/common/oauth2/v2.0", &[("login_hint", nobody)])).await;
    for sent in [sent, hinted] {
        let to = sent.header("location");
        assert!(sent.status == 302 && to.contains(provider) && to.contains("username=nobody%40wingtip.test"), "{to}");
    }
    // Where nobody can be sent anywhere, there is nobody of that name.
    let fields = [("grant_type", "password"), ("username", nobody), ("password", "Password1!"), ("scope", "openid")];
    PARTNER.token(&standin, "/organizations/oauth2/v2.0", &fields).refused(400, "invalid_grant", 50034);
    let page = Visitor::new(&standin).get(&PARTNER.asks("/common/oauth2/v2.0", &[])).await;
    let stays = Visitor::new(&standin).submit(&page, &[("loginfmt", "nobody@fabrikam.test")]).await;
    assert!(stays.status != 302, "{}", stays.gist());
}

#[actix_web::test]
async fn whether_an_account_exists_is_told_unless_its_tenant_hides_it() {
    let standin = started().await;
    let exists = |user: &str| credential_type(&standin, user).granted()["IfExistsResult"].clone();
    assert_eq!(
        (exists(ALICE), exists("nobody@example.test"), exists("x@nowhere.test")),
        (json!(0), json!(1), json!(1))
    );
    patch_world(&standin, json!({"tenants": {"example": {"hide_unknown_users": true}}}));
    assert_eq!((exists(ALICE), exists("nobody@example.test")), (json!(0), json!(0)));
    let answer = |user: &str| credential_type(&standin, user).body.replace(user, "…");
    assert_eq!(answer(ALICE), answer("nobody@example.test"), "to the letter");
    credential_type(&standin, "").granted();
    let broken = Call::new(&standin, "POST", "/common/GetCredentialType").body("application/json", "{").send();
    broken.refused(400, "invalid_request", 9_002_313);
}

#[actix_web::test]
async fn a_domain_that_changes_hands_changes_everywhere() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"wingtip": {"federation": {"wingtip.test": null}}}}));
    assert_eq!(realms(&standin, "trent@wingtip.test"), ["Managed"; 4]);
    let everywhere = json!({"apps": {"example-web": {"multi_tenant": true}}});
    patch_world(&standin, everywhere);
    let more = [("scope", "openid"), ("login_hint", "trent@wingtip.test")];
    let page = Visitor::new(&standin).get(&WEB.asks(&V2.replace("example.test", "wingtip.test"), &more)).await;
    assert!(page.has("name=\"passwd\""), "{}", page.gist());
}
