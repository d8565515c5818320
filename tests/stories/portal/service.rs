//! The admin center signs in to the customer's tenant, the Exchange admin center to one's own.

use serde_json::json;

use super::*;
use crate::client::{patch_world, started};

const ADMIN: &str = "/admin/adatum.test";
const EXCHANGE: &str = "/exchange/adatum.test";

#[actix_web::test]
async fn r_50_the_admin_center_asks_a_partners_agent_for_a_second_factor_in_the_customers_tenant() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens(ADMIN).await;
    is_at(&page, &format!("/admin/{ADATUM}"), "signed in to the tenant of Adatum");
    assert_eq!(asked, ["name", "password", "more information", "method", "set up", "code"]);
    assert!(page.has("data-testid=\"role\">Global administrator<") && page.has("amy@adatum.test"), "{}", page.body);
    let (_, asked) = john.opens(&format!("/admin/{ADATUM}")).await;
    assert!(asked.is_empty(), "by id and by domain it is one tenant");
    let (page, asked) = john.opens("/admin/tailspin.test").await;
    assert!(asked.is_empty() && page.has("tess@tailspin.test"), "{asked:?} {}", page.gist());
}

#[actix_web::test]
async fn r_51_the_exchange_admin_center_asks_for_a_password_only() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens(EXCHANGE).await;
    is_at(&page, &format!("/exchange/{ADATUM}"), "from your own organisation");
    assert_eq!(asked, ["name", "password"]);
    assert!(page.has("amy@adatum.test") && told(&standin).contains("R-51"));
    let (_, asked) = john.opens(ADMIN).await;
    assert_eq!(asked.first(), Some(&"more information"), "and that is no evidence for the customer's tenant");
}

#[actix_web::test]
async fn granted_roles_are_what_counts_there() {
    let standin = started().await;
    let mut jane = Person::new(&standin, JANE);
    let (page, _) = jane.opens(ADMIN).await;
    assert!(page.has("data-testid=\"role\">User administrator<") && !page.has("data-testid=\"role\">Global"));
    let mut ada = Person::new(&standin, "ada@adatum.test");
    let (page, asked) = ada.opens(ADMIN).await;
    assert_eq!(asked, ["name", "password"]);
    is_at(&page, &format!("/admin/{ADATUM}"), "You are one of its own");
    let (page, _) = Person::new(&standin, "amy@adatum.test").opens(ADMIN).await;
    has_no_access(&page);
}

#[actix_web::test]
async fn r_55_whoever_was_given_nothing_is_refused_without_being_asked_for_a_second_factor() {
    let standin = started().await;
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"ends": "2020-01-01T00:00:00Z"}}}));
    let mut jane = Person::new(&standin, JANE);
    let (page, asked) = jane.opens(ADMIN).await;
    assert_eq!((page.status, page.error_code().as_str()), (400, "AADSTS50020"), "{}", page.gist());
    assert_eq!(asked, ["name", "password"]);
    let (page, _) = jane.opens(EXCHANGE).await;
    has_no_access(&page);
    let mut alice = Person::new(&standin, "alice@example.test");
    let (page, _) = alice.opens(EXCHANGE).await;
    has_no_access(&page);
    for path in ["/admin/nowhere.test", "/exchange/nowhere.test", "/admin/%3Cscript%3E"] {
        let (page, _) = alice.opens(path).await;
        assert_eq!((page.status, page.error_code().as_str()), (404, "not_found"), "{path}");
    }
}

#[actix_web::test]
async fn r_55_a_delegation_that_ends_during_a_session_ends_what_the_admin_center_shows() {
    let standin = started().await;
    let mut jane = Person::new(&standin, JANE);
    let (page, _) = jane.opens(ADMIN).await;
    is_at(&page, &format!("/admin/{ADATUM}"), "amy@adatum.test");
    let ends = [
        json!({"status": "terminated"}),
        json!({"roles": {"admin_agents": [], "helpdesk_agents": []}}),
        json!({"ends": "2020-01-01T00:00:00Z"}),
    ];
    let before = get(&standin, "/_standin/world").json()["relationships"]["contoso-adatum"].clone();
    for end in ends {
        patch_world(&standin, json!({"relationships": {"contoso-adatum": end}}));
        let (page, asked) = jane.opens(ADMIN).await;
        has_no_access(&page);
        assert!(asked.is_empty() && !page.has("amy@adatum.test"), "{end}");
        patch_world(&standin, json!({"relationships": {"contoso-adatum": null}}));
        has_no_access(&jane.opens(ADMIN).await.0);
        patch_world(&standin, json!({"relationships": {"contoso-adatum": before}}));
        is_at(&jane.opens(ADMIN).await.0, ADMIN, "amy@adatum.test");
    }
    assert!(told(&standin).contains("R-55"));
    let mut ada = Person::new(&standin, "ada@adatum.test");
    is_at(&ada.opens(ADMIN).await.0, &format!("/admin/{ADATUM}"), "amy@adatum.test");
    patch_world(&standin, json!({"users": {"ada@adatum.test": {"roles": []}}}));
    has_no_access(&ada.opens(ADMIN).await.0);
}

#[actix_web::test]
async fn r_72_an_exception_that_is_withdrawn_ends_what_a_password_alone_reached() {
    let standin = started().await;
    let exception = |state: &str| json!({"exceptions": {"old-product": {"tenant": "fabrikam", "state": state, "product": "Old", "reason": "third_party_mfa"}}});
    patch_world(&standin, exception("approved"));
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens(ADMIN).await;
    is_at(&page, &format!("/admin/{ADATUM}"), "amy@adatum.test");
    assert_eq!(asked, ["name", "password"]);
    let (_, asked) = john.opens(ADMIN).await;
    assert!(asked.is_empty(), "{asked:?}");
    patch_world(&standin, exception("withdrawn"));
    let (page, asked) = john.opens(ADMIN).await;
    assert_eq!(asked, ["more information", "method", "set up", "code"], "R-01 holds again");
    is_at(&page, &format!("/admin/{ADATUM}"), "amy@adatum.test");
    assert!(john.opens(ADMIN).await.1.is_empty());
}
