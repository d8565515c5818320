//! Second factor first, role second, by the table of the edition; exceptions.

use serde_json::json;

use super::*;
use crate::client::{patch_world, started};

const PARTNER_REQUESTS: &str = "/portal/support/partner-requests";
const SECURITY: &str = "/portal/security";

#[actix_web::test]
async fn each_role_opens_the_pages_of_its_column_and_gets_a_plain_refusal_for_the_others() {
    let standin = started().await;
    let pages = [CUSTOMERS, CUSTOMER_REQUESTS, BILLING, PARTNER_REQUESTS, SECURITY];
    for (who, may) in [
        (JANE, [true, true, true, true, true]),
        (SAM, [true, false, false, false, false]),
        (HANA, [true, true, false, false, false]),
        (GWEN, [false, false, true, true, true]),
        (BILL, [false, false, true, false, false]),
    ] {
        let mut person = Person::new(&standin, who);
        for (path, may) in pages.into_iter().zip(may) {
            let (page, _) = person.opens(path).await;
            if may {
                assert_eq!(page.status, 200, "{who} {path}: {}", page.gist());
            } else {
                has_no_access(&page);
            }
        }
    }
    assert!(told(&standin).contains("R-32"));
}

#[actix_web::test]
async fn r_32_somebody_without_the_role_proves_the_second_factor_first_and_then_stays_outside_without_a_loop() {
    let standin = started().await;
    let mut greta = Person::new(&standin, GRETA);
    greta.opens(OVERVIEW).await;
    let (page, asked) = greta.opens(CUSTOMERS).await;
    assert_eq!(asked, ["more information", "method", "set up", "code"]);
    has_no_access(&page);
    let (page, asked) = greta.opens(CUSTOMERS).await;
    has_no_access(&page);
    assert!(asked.is_empty(), "{asked:?}");
    let (page, _) = greta.opens(BILLING).await;
    is_at(&page, BILLING, "Invoices");
}

#[actix_web::test]
async fn an_account_of_a_tenant_that_is_no_partner_has_no_access() {
    let standin = started().await;
    for who in ["alice@example.test", "ada@adatum.test"] {
        let mut stranger = Person::new(&standin, who);
        for path in [OVERVIEW, CUSTOMERS, "/portal/security.json"] {
            let (page, _) = stranger.opens(path).await;
            has_no_access(&page);
            assert!(!page.has("Adatum</a>"));
        }
    }
}

#[actix_web::test]
async fn r_44_the_edition_decides_which_pages_are_protected() {
    let standin = started().await;
    for (edition, overview, billing) in [("2019", false, false), ("2020", false, true), ("2025", true, true)] {
        patch_world(
            &standin,
            json!({"edition": edition, "users": {JOHN: {"methods": {"totp": "JOHNJOHNJOHNJOHNJOHNJOHNJOHNJOHN"}}}}),
        );
        let mut john = Person::new(&standin, JOHN);
        let (page, asked) = john.opens(OVERVIEW).await;
        assert_eq!((page.status, asked.contains(&"code")), (200, overview), "{edition}");
        let mut john = Person::new(&standin, JOHN);
        let (page, asked) = john.opens(BILLING).await;
        assert_eq!((page.status, asked.contains(&"code")), (200, billing), "{edition}");
    }
    let mut gwen = Person::new(&standin, GWEN);
    let (page, _) = gwen.opens(BILLING).await;
    has_no_access(&page);
    patch_world(&standin, json!({"users": {GWEN: {"roles": ["security_admin"]}}}));
    let (page, _) = gwen.opens(BILLING).await;
    is_at(&page, BILLING, "Invoices");
}

#[actix_web::test]
async fn r_07_an_approved_exception_lets_its_partner_in_without_a_second_factor_while_it_lasts() {
    let standin = started().await;
    let exception = |state: &str| json!({"exceptions": {"old-product": {"tenant": "fabrikam", "state": state, "product": "Old", "reason": "third_party_mfa"}}});
    patch_world(&standin, exception("approved"));
    let mut john = Person::new(&standin, JOHN);
    let (page, asked) = john.opens(CUSTOMERS).await;
    is_at(&page, CUSTOMERS, ">Adatum</a>");
    assert_eq!(asked, ["name", "password"]);
    assert!(told(&standin).contains("the technical exception old-product excuses"), "{}", told(&standin));
    assert!(told(&standin).contains("is open to admin agents"), "{}", told(&standin));
    let (page, _) = john.opens(PARTNER_REQUESTS).await;
    is_at(&page, PARTNER_REQUESTS, "approved");
    patch_world(&standin, exception("withdrawn"));
    let (_, asked) = john.opens(CUSTOMERS).await;
    assert_eq!(asked.first(), Some(&"more information"));
}

#[actix_web::test]
async fn a_customer_of_somebody_else_is_not_found() {
    let standin = started().await;
    patch_world(&standin, json!({"relationships": {"contoso-adatum": null}}));
    let mut jane = Person::new(&standin, JANE);
    let (page, _) = jane.opens(CUSTOMERS).await;
    assert!(!page.has("Adatum") && page.has("Tailspin"));
    for id in [ADATUM, "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1", "00000000-0000-0000-0000-000000000001"] {
        let (page, _) = jane.opens(&format!("{CUSTOMERS}/{id}")).await;
        assert_eq!((page.status, page.error_code().as_str()), (404, "not_found"));
        assert!(!page.has("ada@adatum.test"));
    }
}

#[actix_web::test]
async fn a_long_list_of_customers_is_shown_in_parts_and_can_be_searched() {
    let standin = started().await;
    let mut change = json!({"tenants": {}, "relationships": {}});
    for number in 0..60 {
        let name = format!("shop{number:02}");
        change["tenants"][&name] =
            json!({"name": format!("Shop {number:02}"), "domains": [format!("{name}.test")], "kind": "customer"});
        change["relationships"][&name] = json!({"partner": "contoso", "customer": name, "kind": "reseller"});
    }
    patch_world(&standin, change);
    let mut jane = Person::new(&standin, JANE);
    let shown = |page: &Answer| page.body.matches("data-testid=\"customer\"").count();
    let (page, _) = jane.opens(CUSTOMERS).await;
    assert_eq!(shown(&page), 25);
    assert!(page.has("1 to 25 of 62") && page.has("rel=\"next\"") && !page.has("rel=\"prev\""));
    let (page, _) = jane.opens(&format!("{CUSTOMERS}?page=3")).await;
    assert_eq!(shown(&page), 12);
    assert!(page.has("51 to 62 of 62") && page.has("rel=\"prev\"") && !page.has("rel=\"next\""));
    let (page, _) = jane.opens(&format!("{CUSTOMERS}?page=99&q=shop1")).await;
    assert_eq!(shown(&page), 10);
    let (page, _) = jane.opens(&format!("{CUSTOMERS}?q=%3Cscript%3Ealert(1)")).await;
    assert_eq!(shown(&page), 0);
    assert!(!page.has("<script>alert"));
}
