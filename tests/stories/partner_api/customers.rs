//! A partner's customers: a page at a time, filtered, one of them, a new one.

use serde_json::{Value, json};

use super::{ADATUM, API, JANE, TAILSPIN, alone, made, person, refused, with_mfa};
use crate::apps::{PARTNER, text};
use crate::client::{Call, address, patch_world, started};
use crate::visitor::Visitor;

fn new_customer(domain: &str) -> Value {
    // As the service's own libraries write it.
    json!({
        "CompanyProfile": { "Domain": domain },
        "BillingProfile": {
            "Culture": "EN-US", "Email": "pay@fourthcoffee.test", "Language": "en", "CompanyName": "Fourth Coffee",
            "DefaultAddress": {
                "FirstName": "Ines", "LastName": "Duarte", "AddressLine1": "1 Bean Street", "City": "Redmond",
                "State": "WA", "PostalCode": "98052", "Country": "US",
            },
        },
    })
}

#[actix_web::test]
async fn a_partner_sees_its_customers_and_another_partners_are_nobody() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let list = jane.list("customers");
    let told: Vec<_> = list.iter().map(|one| (text(one, "id"), text(&one["companyProfile"], "companyName"))).collect();
    assert_eq!(told, [(ADATUM, "Adatum"), (TAILSPIN, "Tailspin")]);
    assert_eq!(list[0]["relationshipToPartner"], "reseller");
    let one = jane.get(&format!("customers/{ADATUM}")).granted();
    assert_eq!((&one["allowDelegatedAccess"], &one["customDomains"]), (&json!(true), &json!(["adatum.test"])));
    assert_eq!(text(&one["attributes"], "objectType"), "Customer");
    let company = jane.get(&format!("customers/{ADATUM}/profiles/company")).granted();
    assert_eq!((&company, text(&company, "companyName")), (&one["companyProfile"], "Adatum"));
    patch_world(&standin, json!({ "relationships": { "contoso-adatum": null } }));
    assert_eq!(jane.list("customers").len(), 1);
    for path in ["", "/users", "/subscriptions", "/servicerequests", "/applicationconsents", "/profiles/billing"] {
        let told = refused(&jane.get(&format!("customers/{ADATUM}{path}")), 404, "60003");
        assert!(told.contains(ADATUM) && !told.contains("Adatum"), "{told}");
    }
    for nobody in ["me", "adatum.test", "00000000-0000-0000-0000-000000000000", "%3Cscript%3E"] {
        refused(&jane.get(&format!("customers/{nobody}")), 404, "60003");
    }
    // The other partners still have it.
    assert_eq!(with_mfa(&standin, "john@fabrikam.test").list("customers").len(), 2);
}

#[actix_web::test]
async fn a_customer_stays_one_when_its_delegation_has_ended() {
    let standin = started().await;
    patch_world(&standin, json!({ "relationships": { "contoso-adatum": { "status": "terminated" } } }));
    let jane = with_mfa(&standin, JANE);
    let one = jane.get(&format!("customers/{ADATUM}")).granted();
    assert_eq!(one["allowDelegatedAccess"], false);
    let told = refused(&jane.get(&format!("customers/{ADATUM}/users")), 403, "2032");
    assert!(told.contains("was terminated"), "{told}");
}

#[actix_web::test]
async fn the_list_comes_a_page_at_a_time_and_filtered() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let first = jane.get("customers?size=1").granted();
    assert_eq!((&first["totalCount"], text(&first["items"][0], "id")), (&json!(2), ADATUM));
    let next = &first["links"]["next"];
    assert_eq!(text(&next["headers"][0], "key"), "MS-ContinuationToken");
    let follow = |token: &str| {
        let path = text(next, "uri").trim_start_matches('/').to_owned();
        jane.call("GET", &path).header("MS-ContinuationToken", token).send()
    };
    let second = follow(text(&next["headers"][0], "value")).granted();
    assert_eq!((text(&second["items"][0], "id"), second["links"].get("next")), (TAILSPIN, None));
    refused(&follow("cGFnZSAtMQ"), 400, "800002");
    refused(&follow("../../etc/passwd"), 400, "800002");
    refused(&jane.get("customers?size=1&seekOperation=Next"), 400, "800002");
    refused(&jane.get("customers?size=many"), 400, "800002");
    let filtered = |field: &str, value: &str| {
        let filter = json!({ "Field": field, "Value": value, "Operator": "starts_with" }).to_string();
        jane.get(&address("customers", &[("size", "0"), ("filter", &filter)]))
    };
    assert_eq!(text(&filtered("CompanyName", "tail").granted()["items"][0], "id"), TAILSPIN);
    assert_eq!(filtered("Domain", "nobody").granted()["totalCount"], 0);
    refused(&filtered("Colour", "x"), 400, "800002");
    refused(&jane.get("customers?filter=x"), 400, "800002");
}

#[actix_web::test]
async fn a_new_customer_is_a_real_tenant_and_the_partner_sells_to_it() {
    let standin = started().await;
    let sam = with_mfa(&standin, "sam@contoso.test");
    let told = made(&sam.post("customers", new_customer("fourthcoffee.test")));
    let (id, password) = (text(&told, "id"), text(&told["userCredentials"], "password"));
    assert_eq!((&told["allowDelegatedAccess"], text(&told["companyProfile"], "tenantId")), (&json!(false), id));
    assert_eq!(sam.list("customers").len(), 3);
    // It is billed as was said, and as it was told.
    let billing = &sam.get(&format!("customers/{id}")).granted()["billingProfile"];
    assert_eq!(billing, &told["billingProfile"]);
    assert_eq!((text(billing, "email"), text(billing, "culture")), ("pay@fourthcoffee.test", "EN-US"));
    let sent = json!({
        "firstName": "Ines", "lastName": "Duarte", "addressLine1": "1 Bean Street", "city": "Redmond", "state": "WA",
        "postalCode": "98052", "country": "US",
    });
    assert_eq!(billing["defaultAddress"], sent);
    // Its administrator signs in to it.
    let mut visitor = Visitor::new(&standin);
    let at = format!("/{id}/oauth2");
    let page = visitor.get(&PARTNER.asks(&at, &[("scope", ""), ("resource", API)])).await;
    let page = visitor.sign_in(page, "admin@fourthcoffee.test", password).await;
    assert!(visitor.agree(page).await.sent_back("code").is_some());
    // Selling is not administering.
    let jane = with_mfa(&standin, JANE);
    refused(&jane.get(&format!("customers/{id}/users")), 403, "2032");
    assert!(!jane.list(&format!("customers/{id}/subscriptions")).is_empty());
    // No other partner's, and not for everybody to make.
    refused(&with_mfa(&standin, "john@fabrikam.test").get(&format!("customers/{id}")), 404, "60003");
    refused(&with_mfa(&standin, "hana@contoso.test").post("customers", new_customer("other.test")), 403, "2032");
    assert_eq!(person(&standin, JANE, &["pwd"]).post("customers", new_customer("other.test")).status, 401);
    let journal = Call::new(&standin, "GET", "/_standin/events").send().body;
    assert!(journal.contains("made the customer Fourth Coffee") && !journal.contains(password), "{journal}");
}

#[actix_web::test]
async fn what_is_no_customer_is_not_made() {
    let standin = started().await;
    let app = alone(&standin);
    refused(&app.post("customers", new_customer("adatum.test")), 409, "409");
    made(&app.post("customers", new_customer("fourth-coffee.test")));
    refused(&app.post("customers", new_customer("Fourth-Coffee.test")), 409, "409");
    for wrong in ["no dots", "a..test", "<script>.test", &"x".repeat(300), "a@b.test"] {
        refused(&app.post("customers", new_customer(wrong)), 400, "800002");
    }
    let mut without = new_customer("y.test");
    without["BillingProfile"]["DefaultAddress"] = Value::Null;
    let told = refused(&app.post("customers", without), 400, "800002");
    assert!(told.contains("defaultAddress is required"), "{told}");
    refused(&app.call("POST", "customers").body("text/plain", "{}").send(), 400, "800002");
    refused(&app.call("POST", "customers").body("application/json", "{").send(), 400, "800002");
}
