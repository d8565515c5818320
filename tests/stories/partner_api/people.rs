//! A customer's accounts and their roles: for a partner that administers it, as far as the relationship goes (R-55).

use serde_json::{Value, json};

use super::{ADATUM, JANE, made, refused, with_mfa};
use crate::apps::{PARTNER, text};
use crate::client::{patch_world, started};
use crate::races::all_at_once;
use crate::visitor::Visitor;

const AMY: &str = "63e01c16-6688-4f37-ae1a-a31a57007af5";
const ADA: &str = "5f3bd583-9a25-46c9-9fd0-c4f6c3fa8d13";
const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

fn at(what: &str) -> String {
    format!("customers/{ADATUM}/{what}")
}

fn new_user(upn: &str) -> Value {
    json!({
        "usageLocation": "US", "userPrincipalName": upn, "firstName": "Nils", "lastName": "Berg",
        "displayName": "Nils Berg", "passwordProfile": { "forceChangePassword": false, "password": "Winter1!" },
        "attributes": { "objectType": "CustomerUser" },
    })
}

#[actix_web::test]
async fn agents_see_the_people_of_a_customer_and_whoever_was_given_nothing_does_not() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let users = jane.list(&at("users"));
    let names: Vec<&str> = users.iter().map(|one| text(one, "userPrincipalName")).collect();
    assert_eq!(names, ["ada@adatum.test", "amy@adatum.test"]);
    assert_eq!((text(&users[1], "id"), text(&users[1], "state")), (AMY, "active"));
    assert_eq!(jane.get(&at(&format!("users/{AMY}"))).granted(), users[1]);
    assert_eq!(with_mfa(&standin, "hana@contoso.test").list(&at("users")).len(), 2);
    let told = refused(&with_mfa(&standin, "sam@contoso.test").get(&at("users")), 403, "2032");
    assert!(told.contains("gives no role"), "{told}");
    for nobody in ["tess@tailspin.test", "b1362106-3713-4293-8f0a-1749616d3be2", "ee4d6f33-e70c-4666-9df9-4ada3fc1b807"]
    {
        refused(&jane.get(&at(&format!("users/{nobody}"))), 404, "60002");
    }
}

#[actix_web::test]
async fn an_account_made_for_a_customer_signs_in_there_until_it_is_removed() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let nils = made(&jane.post(&at("users"), new_user("nils@adatum.test")));
    let own = at(&format!("users/{}", text(&nils, "id")));
    assert_eq!(jane.get(&own).granted(), nils);
    let signs_in = async || {
        let mut visitor = Visitor::new(&standin);
        let page = visitor.get(&PARTNER.asks("/adatum.test/oauth2/v2.0", &[])).await;
        visitor.sign_in(page, "nils@adatum.test", "Winter1!").await
    };
    assert!(signs_in().await.sent_back("code").is_some());
    let changed = jane.with("PATCH", &own, &json!({ "displayName": "Nils B", "state": "inactive" })).granted();
    assert_eq!((text(&changed, "displayName"), text(&changed, "state")), ("Nils B", "inactive"));
    let page = signs_in().await;
    assert!(page.status == 200 && page.has("disabled"), "{}", page.gist());
    assert_eq!(jane.call("DELETE", &own).send().status, 204);
    refused(&jane.get(&own), 404, "60002");
}

#[actix_web::test]
async fn accounts_are_made_in_the_customers_domains_once_and_by_whoever_may() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    for (upn, status, code) in [
        ("amy@adatum.test", 409, "409"),
        ("nils@contoso.test", 400, "800002"),
        ("nils@tailspin.test", 400, "800002"),
        ("nils", 400, "800002"),
    ] {
        refused(&jane.post(&at("users"), new_user(upn)), status, code);
    }
    let mut without = new_user("nils@adatum.test");
    without["passwordProfile"] = Value::Null;
    refused(&jane.post(&at("users"), without), 400, "800002");
    // Helpdesk administrators at the customer keep no accounts there.
    let told =
        refused(&with_mfa(&standin, "hana@contoso.test").post(&at("users"), new_user("nils@adatum.test")), 403, "2032");
    assert!(told.contains("contoso-adatum") && told.contains("User administrator"), "{told}");
}

#[actix_web::test]
async fn administrators_of_a_customer_are_out_of_reach_of_whoever_keeps_its_ordinary_people() {
    let standin = started().await;
    let (jane, hana) = (with_mfa(&standin, JANE), with_mfa(&standin, "hana@contoso.test"));
    let john = with_mfa(&standin, "john@fabrikam.test");
    let (ada, amy) = (at(&format!("users/{ADA}")), at(&format!("users/{AMY}")));
    let password = json!({ "passwordProfile": { "password": "Spring1!!", "forceChangePassword": true } });
    // The helpdesk gives ordinary people new passwords, and changes nothing else of them.
    hana.with("PATCH", &amy, &password).granted();
    refused(&hana.with("PATCH", &amy, &json!({ "displayName": "A" })), 403, "2032");
    let both = json!({ "displayName": "A", "passwordProfile": { "password": "Spring1!!" } });
    refused(&hana.with("PATCH", &amy, &both), 403, "2032");
    refused(&hana.call("DELETE", &amy).send(), 403, "2032");
    // A global administrator is reached by neither.
    for body in [&password, &json!({ "state": "inactive" }), &json!({ "immutableId": "x" })] {
        let told = refused(&jane.with("PATCH", &ada, body), 403, "2032");
        assert!(told.contains("ada@adatum.test is an administrator"), "{told}");
    }
    refused(&hana.with("PATCH", &ada, &password), 403, "2032");
    refused(&jane.call("DELETE", &ada).send(), 403, "2032");
    jane.with("PATCH", &ada, &json!({ "displayName": "Ada P" })).granted();
    jane.with("PATCH", &amy, &password).granted();
    // Whoever may do everything there may do this.
    john.with("PATCH", &ada, &password).granted();
    assert_eq!(john.call("DELETE", &ada).send().status, 204);
}

#[actix_web::test]
async fn what_cannot_be_kept_of_an_account_is_refused_and_not_passed_over() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let amy = at(&format!("users/{AMY}"));
    let change = |body: Value| jane.with("PATCH", &amy, &body);
    for body in [
        json!({ "userPrincipalName": "amy.l@adatum.test" }),
        json!({ "id": "5f3bd583-9a25-46c9-9fd0-c4f6c3fa8d13" }),
        json!({ "usageLocation": "Germany" }),
        json!({ "phoneNumber": "+1 2065550100" }),
        json!({ "passwordProfile": { "password": "Short1!" } }),
        json!({ "passwordProfile": { "password": "Spring1!!", "hint": "x" } }),
    ] {
        refused(&change(body), 400, "800002");
    }
    // An account as it was read can be sent back, with what is to be changed of it.
    let mut whole = jane.get(&amy).granted();
    assert_eq!(text(&whole, "usageLocation"), "US");
    whole["usageLocation"] = json!("DE");
    whole["phoneNumber"] = Value::Null;
    assert_eq!(text(&change(whole).granted(), "usageLocation"), "DE");
    for (name, value) in [
        ("passwordProfile", json!({ "password": "short" })),
        ("passwordProfile", json!({ "password": "allthesame" })),
        ("favouriteColour", json!("blue")),
    ] {
        let mut wrong = new_user("nils@adatum.test");
        wrong[name] = value;
        refused(&jane.post(&at("users"), wrong), 400, "800002");
    }
}

#[actix_web::test]
async fn removed_accounts_are_asked_for_by_their_status_and_there_are_none() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let filtered = |filter: &str| jane.get(&at(&crate::client::address("users", &[("filter", filter)])));
    let found = |filter: &str| filtered(filter).granted()["totalCount"].clone();
    assert_eq!(found(r#"{"Field":"UserStatus","Value":"Active","Operator":"equals"}"#), 2);
    assert_eq!(found(r#"{"Field":"UserState","Value":"inactive","Operator":"Equals"}"#), 0);
    for wrong in [
        r#"{"Field":"UserStatus","Value":"Active","Operator":"starts_with"}"#,
        r#"{"Field":"UserStatus","Value":"Asleep","Operator":"equals"}"#,
        r#"{"Field":"DisplayName","Value":"Amy","Operator":"equals"}"#,
        r#"{"Field":"UserStatus","Value":"Active"}"#,
        "x",
    ] {
        refused(&filtered(wrong), 400, "800002");
    }
}

#[actix_web::test]
async fn whoever_asks_again_with_the_same_id_is_told_what_was_made_the_first_time() {
    let standin = started().await;
    let (jane, john) = (with_mfa(&standin, JANE), with_mfa(&standin, "john@fabrikam.test"));
    let once = |who: &crate::partner_api::Partner<'_>, upn: &str, id: &str| {
        let call = who.call("POST", &at("users")).header("MS-RequestId", id);
        call.body("application/json", new_user(upn).to_string()).send()
    };
    const ID: &str = "6b1f5a5e-6f0c-4b3c-9c36-6a8f6d3a0f11";
    let nils = made(&once(&jane, "nils@adatum.test", ID));
    let again = once(&jane, "nils@adatum.test", ID);
    assert_eq!((made(&again), again.header("ms-requestid")), (nils, ID));
    assert_eq!(jane.list(&at("users")).len(), 3, "Nils was made once");
    // Another id, another person who asks, another thing that is asked for: another request.
    refused(&once(&jane, "nils@adatum.test", "6b1f5a5e-6f0c-4b3c-9c36-6a8f6d3a0f12"), 409, "409");
    refused(&once(&john, "nils@adatum.test", ID), 409, "409");
    made(&once(&jane, "nora@adatum.test", ID));
    // Nor is it remembered for ever.
    standin.clock().advance(std::time::Duration::from_secs(3_601));
    refused(&once(&with_mfa(&standin, JANE), "nils@adatum.test", ID), 409, "409");
}

#[actix_web::test]
async fn of_twenty_who_send_the_same_at_once_one_creates_and_all_are_told_of_it() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    for round in 0..10 {
        let nils = new_user(&format!("nils{round}@adatum.test")).to_string();
        let id = format!("6b1f5a5e-6f0c-4b3c-9c36-6a8f6d3a0f{round:02}");
        let call = jane.call("POST", &at("users")).header("MS-RequestId", &id).body("application/json", nils.as_str());
        let mut told: Vec<Value> = all_at_once(&call).iter().map(made).collect();
        told.dedup();
        assert_eq!(told.len(), 1, "all are told of the same: {told:?}");
        // Under another id it is another request, which finds the name taken.
        let other = jane.call("POST", &at("users")).header("MS-RequestId", "6b1f5a5e-6f0c-4b3c-9c36-6a8f6d3a0fff");
        refused(&other.body("application/json", nils).send(), 409, "409");
    }
    assert_eq!(jane.list(&at("users")).len(), 12, "Ada, Amy and ten more");
}

#[actix_web::test]
async fn roles_are_given_and_taken_by_whoever_has_the_right_one_there() {
    let standin = started().await;
    let (jane, john) = (with_mfa(&standin, JANE), with_mfa(&standin, "john@fabrikam.test"));
    let role = jane.list(&at("directoryroles")).into_iter().find(|role| text(role, "id") == HELPDESK).unwrap();
    assert_eq!(text(&role, "name"), "Helpdesk administrator");
    let members = at(&format!("directoryroles/{HELPDESK}/usermembers"));
    assert!(jane.list(&members).is_empty());
    refused(&jane.post(&members, json!({ "id": AMY })), 403, "2032");
    let place = made(&john.post(&members, json!({ "id": AMY })));
    assert_eq!((text(&place, "roleId"), text(&place, "id")), (HELPDESK, AMY));
    refused(&john.post(&members, json!({ "id": AMY })), 409, "409");
    assert_eq!(jane.list(&at(&format!("users/{AMY}/directoryroles")))[0], role);
    assert_eq!(jane.get(&format!("{members}/{AMY}")).granted(), place);
    assert_eq!(john.call("DELETE", &format!("{members}/{AMY}")).send().status, 204);
    refused(&john.call("DELETE", &format!("{members}/{AMY}")).send(), 404, "60002");
    refused(&john.get(&at("directoryroles/nothing/usermembers")), 404, "1000");
    refused(&john.post(&members, json!({})), 400, "800002");
}

#[actix_web::test]
async fn an_ended_relationship_shows_nobody_any_more() {
    let standin = started().await;
    let (jane, john) = (with_mfa(&standin, JANE), with_mfa(&standin, "john@fabrikam.test"));
    patch_world(&standin, json!({ "relationships": { "contoso-adatum": { "ends": "2026-01-01T00:00:00Z" } } }));
    let told = refused(&jane.get(&at("users")), 403, "2032");
    assert!(told.contains("has expired"), "{told}");
    assert_eq!(john.list(&at("users")).len(), 2, "another partner's relationship goes on");
}
