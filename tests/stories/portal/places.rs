//! Wherever the server is reached: in a world of its own, under a public address, behind a proxy.

use standin::Config;
use url::Url;

use super::*;
use crate::client::{Call, started, started_with};

#[actix_web::test]
async fn the_portal_of_a_world_signs_in_to_that_world_and_another_world_knows_nothing_of_it() {
    let standin = started().await;
    for id in ["one", "two"] {
        let made = Call::new(&standin, "POST", "/_standin/worlds")
            .body("application/json", format!(r#"{{"id":"{id}"}}"#))
            .send();
        assert_eq!(made.status, 201);
    }
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens("/w/one/portal/overview").await;
    is_at(&page, "/w/one/portal/overview", "Welcome, John");
    assert_eq!(asked, ["name", "password"]);
    assert_eq!(john.browser.cookie("PartnerCenterSession").unwrap().path, "/w/one/portal");
    let stolen = john.browser.cookie("PartnerCenterSession").unwrap().clone();
    john.browser.remember(crate::visitor::Cookie { path: "/w/two/portal".into(), ..stolen });
    let (_, asked) = john.opens("/w/two/portal/overview").await;
    assert_eq!(asked, ["name", "password"], "evidence never leaks from one world to another");
    let (_, asked) = john.opens(OVERVIEW).await;
    assert_eq!(asked, ["name", "password"]);
}

#[actix_web::test]
async fn the_portal_signs_in_under_the_public_address_which_nobody_here_can_reach() {
    let public_url = Some(Url::parse("https://login.example:8443/").unwrap());
    let standin = started_with(Config { public_url, ..Config::default() }).await;
    let mut john = Person::new(&standin, JOHN);
    let away = john.browser.get(OVERVIEW).await;
    assert!(away.location().starts_with("https://login.example:8443/organizations/"), "{}", away.location());
    let (page, asked) = john.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "Welcome, John");
    assert_eq!(asked, ["name", "password"]);
    assert!(john.browser.cookie("PartnerCenterSession").unwrap().attributes.contains("Secure"));
}

#[actix_web::test]
async fn the_portal_signs_in_behind_a_proxy_that_is_trusted() {
    let standin = started_with(Config { trust_proxy: true, ..Config::default() }).await;
    let behind = |path: &str| {
        Call::new(&standin, "GET", path)
            .header("X-Forwarded-Host", "sso.example")
            .header("X-Forwarded-Proto", "https")
            .send()
    };
    let away = behind(OVERVIEW);
    assert!(away.location().starts_with("https://sso.example/organizations/"), "{}", away.location());
}
