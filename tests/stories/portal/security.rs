//! How much is done with a second factor: the page, and the same for programs.

use serde_json::json;

use super::*;
use crate::client::{patch_world, started};

#[actix_web::test]
async fn the_status_counts_what_was_done_with_a_second_factor_and_what_without() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    john.opens(OVERVIEW).await;
    john.opens("/portal/health").await;
    john.opens(CUSTOMERS).await;
    let (page, _) = john.opens("/portal/security.json").await;
    let told = page.granted();
    assert_eq!(told["tenant"], "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0");
    assert_eq!(told["accounts"], json!({"total": 4, "mfa_enforced": 0}));
    assert_eq!(told["portal"], json!({"requests": 4, "with_mfa": 2}));
    assert_eq!(told["api"], json!({"requests": 0, "with_mfa": 0}));
    let row = told["rows"].as_array().unwrap().iter().find(|row| row["upn"] == JOHN).unwrap();
    assert_eq!((&row["portal_requests"], &row["portal_with_mfa"]), (&json!(4), &json!(2)));
    let (page, _) = john.opens("/portal/security").await;
    is_at(&page, "/portal/security", "Account by account");
    assert!(page.has("60<small>%</small>") && page.has("3 of 5 requests"), "{}", page.body);
    standin.clock().advance(Duration::from_secs(8 * 24 * 3600));
    let (page, _) = john.opens("/portal/security.json").await;
    assert_eq!(page.granted()["portal"], json!({"requests": 1, "with_mfa": 0}), "only the last seven days count");
}

#[actix_web::test]
async fn the_csv_has_a_line_for_each_account_and_no_formula() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {"=2+5@contoso.test": {"password": "Password1!"}}}));
    let mut jane = Person::new(&standin, JANE);
    let (page, _) = jane.opens("/portal/security.csv").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines: Vec<&str> = page.body.lines().collect();
    assert_eq!(lines[0], "upn,mfa_enforced,portal_requests,portal_with_mfa,api_requests,api_with_mfa");
    assert!(lines.contains(&"jane@contoso.test,true,1,1,0,0"), "{}", page.body);
    assert!(lines.iter().any(|line| line.starts_with("'=2+5@contoso.test,true,")), "{}", page.body);
    assert_eq!(lines.len(), 7);
}

#[actix_web::test]
async fn the_status_of_a_partner_is_its_own() {
    let standin = started().await;
    let mut jane = Person::new(&standin, JANE);
    jane.opens(CUSTOMERS).await;
    let mut john = Person::new(&standin, JOHN);
    let (page, _) = john.opens("/portal/security.json").await;
    assert!(!page.body.contains("contoso") && page.granted()["portal"]["requests"] == 1, "{}", page.body);
    let (page, _) = Person::new(&standin, "fay@fabrikam.test").opens("/portal/security.csv").await;
    has_no_access(&page);
}
