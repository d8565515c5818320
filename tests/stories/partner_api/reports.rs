//! The reports: what was asked of the API, by whom, and with a second factor or without.

use serde_json::{Value, json};

use super::{CONTOSO, JANE, alone, person, refused, with_mfa};
use crate::apps::{PARTNER, text};
use crate::client::started;

fn operations(list: &[Value]) -> Vec<(&str, &str, bool)> {
    let row = |one| (text(one, "upn"), text(one, "operationName"), one["mfaCompliant"].as_bool().unwrap());
    list.iter().map(row).collect()
}

#[actix_web::test]
async fn every_request_of_a_person_is_reported_and_none_of_an_application() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let id = "5ce66de5-eea9-486f-a11c-c852aa3d1502";
    jane.call("GET", "customers").header("MS-CorrelationId", id).send().granted();
    person(&standin, "sam@contoso.test", &["pwd"]).get("customers/x");
    alone(&standin).get("customers").granted();
    // Another partner's are in its own reports.
    with_mfa(&standin, "john@fabrikam.test").get("customers").granted();
    let list = jane.list("partnerRequests");
    let told = operations(&list);
    assert_eq!(
        told,
        [
            (JANE, "Get /v{version}/partnerRequests", true),
            ("sam@contoso.test", "Get /v{version}/customers/{customer_id}", false),
            (JANE, "Get /v{version}/customers", true),
        ]
    );
    assert_eq!((text(&list[2], "correlationId"), text(&list[2], "tenantId")), (id, CONTOSO));
    assert_eq!((text(&list[2], "applicationId"), text(&list[2], "sourceIpAddress")), (PARTNER.id, "127.0.0.1"));
    assert_eq!(jane.get("partnerRequests?size=1").granted()["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn adoption_is_counted_by_day_and_application() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(standin::time::Timestamp::parse("2026-11-20T23:00:00Z").unwrap());
    person(&standin, JANE, &["pwd"]).get("customers");
    with_mfa(&standin, JANE).get("customers").granted();
    standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
    let row = |day: &str, with, all| {
        json!({
            "loginDate": day, "mfaCompliantRequestCount": with, "totalRequestCount": all,
            "applicationId": PARTNER.id, "applicationName": "Partner App",
        })
    };
    let report = || with_mfa(&standin, JANE).get("applicationmfaadoptionstatus").granted();
    assert_eq!(report(), json!([row("2026-11-21", 1, 1), row("2026-11-20", 1, 2)]));
    // It looks back a week.
    standin.clock().advance(std::time::Duration::from_secs(7 * 24 * 3600));
    assert_eq!(report(), json!([row("2026-11-28", 1, 1), row("2026-11-21", 1, 1)]));
}

#[actix_web::test]
async fn reports_are_for_those_who_lead() {
    let standin = started().await;
    assert_eq!(with_mfa(&standin, "gwen@contoso.test").list("nonMfaCompliantPartnerPrincipals").len(), 0);
    for path in ["nonMfaCompliantPartnerPrincipals", "applicationmfaadoptionstatus", "partnerRequests"] {
        refused(&with_mfa(&standin, "sam@contoso.test").get(path), 403, "2032");
        refused(&alone(&standin).get(path), 403, "2032");
        assert_eq!(person(&standin, "gwen@contoso.test", &["pwd"]).get(path).status, 401);
    }
}

#[actix_web::test]
async fn who_came_without_a_second_factor_is_listed_once_with_the_last_time() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(standin::time::Timestamp::parse("2026-11-20T23:00:00Z").unwrap());
    let list = || with_mfa(&standin, JANE).list("nonMfaCompliantPartnerPrincipals");
    with_mfa(&standin, JANE).get("customers").granted();
    alone(&standin).get("customers").granted();
    assert!(list().is_empty(), "nobody did");
    // Whether it is refused or only recorded, it was made.
    assert_eq!(person(&standin, "sam@contoso.test", &["pwd"]).get("customers").status, 401);
    standin.clock().advance(std::time::Duration::from_secs(24 * 3600));
    crate::client::patch_world(&standin, json!({"tenants": {"contoso": {"mfa_audit_only": true}}}));
    person(&standin, "sam@contoso.test", &["pwd"]).get("customers").granted();
    let found = list();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((text(&found[0], "upn"), text(&found[0], "tenantId")), ("sam@contoso.test", CONTOSO));
    assert_eq!(text(&found[0], "objectId"), "6cc5ce74-7498-48db-8bbc-979fb09eb249");
    assert_eq!(text(&found[0], "lastNonMfaCompliantRequestDateTime"), "2026-11-21T23:00:00.000");
    standin.clock().advance(std::time::Duration::from_secs(8 * 24 * 3600));
    assert!(list().is_empty(), "it looks back a week");
}
