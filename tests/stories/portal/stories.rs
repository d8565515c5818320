//! Jane, Trent and John, each from a fresh profile (R-33), and what they are never asked twice (R-08, R-31).

use std::time::Duration;

use super::*;
use crate::client::started;

const NOTHING: [&str; 0] = [];

#[actix_web::test]
async fn jane_proves_her_second_factor_once_and_opens_customers_without_another_prompt() {
    let standin = started().await;
    let mut jane = Person::new(&standin, JANE);
    let (page, asked) = jane.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "Second factor proven");
    assert_eq!(asked, ["name", "password", "code"]);
    for (path, heading) in [(CUSTOMERS, ">Adatum</a>"), (CUSTOMER_REQUESTS, "Customer requests"), (BILLING, "Invoices")]
    {
        let (page, asked) = jane.opens(path).await;
        is_at(&page, path, heading);
        assert_eq!(asked, NOTHING, "{path}");
    }
    assert!(told(&standin).contains("Customers needs a second factor, which is proven"));
}

#[actix_web::test]
async fn trent_is_asked_by_his_own_provider_alone_and_opens_customers_without_another_prompt() {
    let standin = started().await;
    let mut trent = Person::new(&standin, TRENT);
    let (page, asked) = trent.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "own provider verified it");
    assert_eq!(asked, ["name", "provider", "provider's code"]);
    let (page, asked) = trent.opens(CUSTOMERS).await;
    is_at(&page, CUSTOMERS, ">Tailspin</a>");
    assert_eq!(asked, NOTHING);
}

#[actix_web::test]
async fn john_registers_when_he_first_opens_customers_and_only_verifies_the_day_after() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "Password only");
    assert_eq!(asked, ["name", "password"]);
    let (page, asked) = john.opens("/portal/health").await;
    is_at(&page, "/portal/health", "Everything runs");
    assert_eq!(asked, NOTHING, "service health is not protected");
    let (page, asked) = john.opens(CUSTOMERS).await;
    is_at(&page, CUSTOMERS, ">Adatum</a>");
    assert_eq!(asked, ["more information", "method", "set up", "code"]);
    let (page, asked) = john.opens(BILLING).await;
    is_at(&page, BILLING, "Invoices");
    assert_eq!(asked, NOTHING, "nobody is asked twice for what is proven");

    standin.clock().advance(Duration::from_secs(24 * 3600));
    john.with_a_fresh_browser();
    let (page, asked) = john.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "Password only");
    assert_eq!(asked, ["name", "password"]);
    let (page, asked) = john.opens(CUSTOMERS).await;
    is_at(&page, CUSTOMERS, ">Adatum</a>");
    assert_eq!(asked, ["code"]);
}

#[actix_web::test]
async fn somebody_sent_back_for_a_second_factor_returns_to_that_very_page() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    john.opens(OVERVIEW).await;
    let address = format!("{CUSTOMERS}?q=ada&page=1");
    let (page, _) = john.opens(&address).await;
    is_at(&page, CUSTOMERS, ">Adatum</a>");
    assert_eq!(page.at.query(), Some("q=ada&page=1"));
    assert!(!page.has(">Tailspin</a>"));
    let (page, _) = Person::new(&standin, JOHN).opens(&format!("{OVERVIEW}?from=a%20mail&x")).await;
    assert_eq!(page.at.query(), Some("from=a%20mail&x"), "also what means nothing to it");
    let (page, _) = john.opens(&format!("{CUSTOMERS}/{ADATUM}")).await;
    is_at(&page, &format!("{CUSTOMERS}/{ADATUM}"), "ada@adatum.test");
}

#[actix_web::test]
async fn the_step_up_asks_for_the_claim_that_would_prove_it() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    john.opens(OVERVIEW).await;
    let away = john.browser.get(CUSTOMERS).await;
    let address = url::Url::parse(away.location()).unwrap();
    let asked: std::collections::HashMap<_, _> = address.query_pairs().collect();
    assert_eq!(asked["claims"], r#"{"id_token":{"amr":{"essential":true,"values":["mfa"]}}}"#);
    assert_eq!((asked["login_hint"].as_ref(), asked["code_challenge_method"].as_ref()), (JOHN, "S256"));
    assert!(told(&standin).contains("send john@fabrikam.test back for a second factor before Customers"));
}

#[actix_web::test]
async fn a_session_ends_with_the_workday_with_a_revocation_and_by_signing_out() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    john.opens(OVERVIEW).await;
    crate::client::Call::new(&standin, "DELETE", "/_standin/sessions").send();
    assert_eq!(john.opens(OVERVIEW).await.1, ["name", "password"], "revoked");
    standin.clock().advance(Duration::from_secs(25 * 3600));
    assert_eq!(
        john.opens(OVERVIEW).await.1,
        ["name", "password"],
        "the workday is over, and the session at the tenant"
    );
    let (page, _) = john.opens("/portal/signout").await;
    assert!(page.at.path().ends_with("/oauth2/v2.0/logout"), "{}", page.gist());
    assert!(john.opens(OVERVIEW).await.1.contains(&"password"), "signed out");
}
