//! Subscriptions, invoices, service requests and profiles: believable, the same each time, and for whoever may see them.

use serde_json::json;
use standin::time::Timestamp;

use super::{ADATUM, JANE, TAILSPIN, alone, refused, with_mfa};
use crate::apps::text;
use crate::client::{patch_world, started};

#[actix_web::test]
async fn invoices_add_up_to_what_the_customers_have() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2026-11-20T10:00:00Z").unwrap());
    let bill = with_mfa(&standin, "bill@contoso.test");
    let invoices = bill.list("invoices");
    assert_eq!((text(&invoices[0], "invoiceDate"), &invoices[0]["paidAmount"]), ("2026-11-01T00:00:00Z", &json!(0.0)));
    let id = text(&invoices[0], "id");
    let lines = bill.list(&format!("invoices/{id}/lineitems?provider=office&invoicelineitemtype=billinglineitems"));
    let sum: f64 = lines.iter().map(|line| line["amount"].as_f64().unwrap()).sum();
    assert!(sum > 0.0 && (sum - invoices[0]["totalCharges"].as_f64().unwrap()).abs() < 0.005, "{sum}");
    let jane = with_mfa(&standin, JANE);
    let bought: Vec<_> =
        [ADATUM, TAILSPIN].iter().flat_map(|id| jane.list(&format!("customers/{id}/subscriptions"))).collect();
    for line in &lines {
        let one = bought.iter().find(|one| one["id"] == line["subscriptionId"]).unwrap();
        assert_eq!((&one["quantity"], &one["offerName"]), (&line["quantity"], &line["offerName"]));
    }
    assert_eq!(bill.get(&format!("invoices/Recurring-{id}")).granted(), invoices[0]);
    assert_eq!(bill.list(&format!("invoices/{id}/lineitems/office/billinglineitems?size=1")).len(), 1);
    refused(&bill.get("invoices/D0NOTHING"), 404, "1000");
    refused(&bill.get(&format!("invoices/{id}/lineitems?provider=azure")), 400, "800002");
    refused(&with_mfa(&standin, "sam@contoso.test").get("invoices"), 403, "2032");
    // Another partner's invoices have other numbers.
    let john = with_mfa(&standin, "john@fabrikam.test");
    refused(&john.get(&format!("invoices/{id}")), 404, "1000");
    refused(&alone(&standin).get(&format!("invoices/{id}")), 403, "2032");
}

#[actix_web::test]
async fn a_subscription_is_found_by_its_id_at_its_customer_only() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let one = jane.list(&format!("customers/{ADATUM}/subscriptions")).remove(0);
    let id = text(&one, "id");
    assert_eq!(jane.get(&format!("customers/{ADATUM}/subscriptions/{id}")).granted(), one);
    for elsewhere in [format!("customers/{TAILSPIN}/subscriptions/{id}"), format!("customers/{ADATUM}/subscriptions/x")]
    {
        refused(&jane.get(&elsewhere), 404, "20003");
    }
}

#[actix_web::test]
async fn service_requests_are_for_those_who_help() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2026-11-29T10:00:00Z").unwrap());
    let hana = with_mfa(&standin, "hana@contoso.test");
    let all = hana.list("servicerequests");
    let theirs = hana.list(&format!("customers/{ADATUM}/servicerequests"));
    assert!(theirs.len() < all.len() && theirs.iter().all(|one| all.contains(one)));
    assert_eq!(hana.get(&format!("servicerequests/{}", text(&theirs[0], "id"))).granted(), theirs[0]);
    refused(&hana.get("servicerequests/1"), 404, "1000");
    refused(&with_mfa(&standin, "sam@contoso.test").get("servicerequests"), 403, "2032");
    // Whose customer it no longer is: gone with it.
    let id = text(&theirs[0], "id").to_owned();
    patch_world(&standin, json!({ "relationships": { "contoso-adatum": null } }));
    refused(&hana.get(&format!("servicerequests/{id}")), 404, "1000");
}

#[actix_web::test]
async fn a_partner_tells_of_itself() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    for (name, kind) in [
        ("organization", "OrganizationProfile"),
        ("legalbusiness", "LegalBusinessProfile"),
        ("billing", "BillingProfile"),
        ("support", "PartnerSupportProfile"),
        ("mpn", "MpnProfile"),
    ] {
        let profile = jane.get(&format!("profiles/{name}")).granted();
        assert_eq!(text(&profile["attributes"], "objectType"), kind);
        assert_eq!(text(&profile["links"]["self"], "uri"), format!("/profiles/{name}"));
    }
    let organization = jane.get("profiles/organization").granted();
    assert_eq!((text(&organization, "companyName"), text(&organization, "domain")), ("Contoso", "contoso.test"));
    let other = with_mfa(&standin, "john@fabrikam.test").get("profiles/mpn").granted();
    assert_ne!(other["mpnId"], jane.get("profiles/mpn").granted()["mpnId"]);
    refused(&jane.get("profiles/secret"), 404, "1000");
}
