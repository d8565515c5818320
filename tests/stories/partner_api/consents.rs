//! The secure application model: one sign-in with a second factor, then tokens for each customer without anybody there;
//! and consent given on a customer's behalf.

use serde_json::{Value, json};

use super::{ADATUM, API, JANE, TAILSPIN, bearer, jane_signs_in, made, refused, with_mfa};
use crate::answer::claims;
use crate::apps::{PARTNER, text};
use crate::client::{patch_world, started};
use crate::second_factor::words;

const HOME: &str = "/contoso.test/oauth2";
const ARM: &str = "https://management.azure.com/";
const ARM_ID: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
const GRAPH_ID: &str = "00000003-0000-0000-c000-000000000000";

fn agreement() -> Value {
    json!({
        "displayName": "Partner App", "applicationId": PARTNER.id,
        "applicationGrants": [
            { "enterpriseApplicationId": ARM_ID, "scope": "user_impersonation" },
            { "enterpriseApplicationId": GRAPH_ID, "scope": "Directory.AccessAsUser.All, Directory.Read.All,User.Read" },
        ],
    })
}

/// Lets Contoso's admin agents speak for its customers.
fn may_agree() -> Value {
    json!({ "relationships": { "contoso-adatum": { "roles": { "admin_agents": ["user_admin", "cloud_application_admin"] } } } })
}

#[actix_web::test]
async fn one_sign_in_gives_tokens_for_partner_center_and_for_each_customer() {
    let standin = started().await;
    let tokens = jane_signs_in(&standin, HOME, &[("scope", ""), ("resource", API), ("amr_values", "mfa")]).await;
    let kept = text(&tokens, "refresh_token");
    let fresh = PARTNER.refresh(&standin, HOME, kept, &[("resource", API)]).granted();
    let partner = bearer(&standin, text(&fresh, "access_token"));
    let mut refresh = text(&fresh, "refresh_token").to_owned();
    for customer in partner.list("customers") {
        let id = text(&customer, "id");
        let at = format!("/{id}/oauth2");
        let tokens = PARTNER.refresh(&standin, &at, &refresh, &[("resource", ARM)]).granted();
        let token = claims(text(&tokens, "access_token"));
        assert_eq!((text(&token, "tid"), text(&token, "aud")), (id, ARM));
        assert!(words(&token["amr"]).iter().any(|word| word == "mfa"), "{token}");
        refresh = text(&tokens, "refresh_token").to_owned();
    }
}

#[actix_web::test]
async fn a_sign_in_without_a_second_factor_opens_no_customer_and_no_api() {
    let standin = started().await;
    let fields = [
        ("grant_type", "password"),
        ("username", "john@fabrikam.test"),
        ("password", crate::apps::PASSWORD),
        ("resource", API),
    ];
    let tokens = PARTNER.token(&standin, "/fabrikam.test/oauth2", &fields).granted();
    assert_eq!(bearer(&standin, text(&tokens, "access_token")).get("customers").status, 401);
    let refresh = text(&tokens, "refresh_token");
    let told = PARTNER.refresh(&standin, "/adatum.test/oauth2", refresh, &[("resource", ARM)]);
    let told = told.refused(400, "interaction_required", 50079);
    assert_eq!(told["suberror"], "basic_action");
    PARTNER.refresh(&standin, "/fabrikam.test/oauth2", refresh, &[("resource", API)]).granted();
}

#[actix_web::test]
async fn consent_on_a_customers_behalf_makes_the_application_known_there_and_taking_it_back_ends_that() {
    let standin = started().await;
    patch_world(&standin, may_agree());
    patch_world(&standin, json!({ "apps": { "partner-app": { "consented": ["contoso"] } } }));
    let tokens = jane_signs_in(&standin, HOME, &[("scope", ""), ("resource", API)]).await;
    let (jane, refresh) = (bearer(&standin, text(&tokens, "access_token")), text(&tokens, "refresh_token"));
    let at_adatum =
        |resource: &str| PARTNER.refresh(&standin, "/adatum.test/oauth2", refresh, &[("resource", resource)]);
    at_adatum(ARM).refused(400, "invalid_grant", 90099);
    let path = format!("customers/{ADATUM}/applicationconsents");
    let only_arm = json!({ "applicationId": PARTNER.id, "applicationGrants": [agreement()["applicationGrants"][0]] });
    made(&jane.post(&path, only_arm));
    at_adatum(ARM).granted();
    at_adatum(API).refused(400, "invalid_grant", 65001);
    refused(&jane.post(&path, agreement()), 409, "409");
    let own = format!("{path}/{}", PARTNER.id);
    assert_eq!(jane.call("DELETE", &own).send().status, 204);
    at_adatum(ARM).refused(400, "invalid_grant", 90099);
    let told = made(&jane.post(&path, agreement()));
    assert_eq!(jane.get(&own).granted(), told);
    assert_eq!(jane.list(&path), std::slice::from_ref(&told));
    assert_eq!(told["applicationGrants"][1]["scope"], "Directory.AccessAsUser.All,Directory.Read.All,User.Read");
    at_adatum("https://graph.microsoft.com").granted();
    // The other customer has agreed to nothing.
    PARTNER.refresh(&standin, "/tailspin.test/oauth2", refresh, &[("resource", ARM)]).refused(
        400,
        "invalid_grant",
        90099,
    );
}

#[actix_web::test]
async fn an_application_that_was_agreed_to_on_a_customers_behalf_may_act_for_itself_there_without_any_role() {
    let standin = started().await;
    patch_world(&standin, may_agree());
    let roles = json!({ "example-api": ["Tasks.Read.All"] });
    patch_world(&standin, json!({ "apps": { "partner-app": { "consented": [], "app_permissions": roles } } }));
    let jane = with_mfa(&standin, JANE);
    let alone = |at: &str| {
        let fields = [("grant_type", "client_credentials"), ("scope", "api://example-api/.default")];
        PARTNER.token(&standin, &format!("/{at}/oauth2/v2.0"), &fields)
    };
    alone("adatum.test").refused(400, "unauthorized_client", 700_016);
    let path = format!("customers/{ADATUM}/applicationconsents");
    made(&jane.post(&path, agreement()));
    let tokens = alone("adatum.test").granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "tid"), token.get("roles")), (ADATUM, None));
    let home = alone("contoso.test").granted();
    assert_eq!(claims(text(&home, "access_token"))["roles"], json!(["Tasks.Read.All"]));
    alone("tailspin.test").refused(400, "unauthorized_client", 700_016);
    assert_eq!(jane.call("DELETE", &format!("{path}/{}", PARTNER.id)).send().status, 204);
    alone("adatum.test").refused(400, "unauthorized_client", 700_016);
}

#[actix_web::test]
async fn a_registrations_own_consent_is_taken_back_too() {
    let standin = started().await;
    patch_world(&standin, may_agree());
    let jane = with_mfa(&standin, JANE);
    let own = format!("customers/{ADATUM}/applicationconsents/{}", PARTNER.id);
    assert_eq!(jane.get(&own).granted()["applicationGrants"].as_array().unwrap().len(), 3);
    assert_eq!(jane.call("DELETE", &own).send().status, 204);
    refused(&jane.get(&own), 404, "1000");
    refused(&jane.call("DELETE", &own).send(), 404, "1000");
}

#[actix_web::test]
async fn nobody_agrees_to_what_cannot_be_or_without_the_right() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let path = format!("customers/{TAILSPIN}/applicationconsents");
    let told = refused(&jane.post(&path, agreement()), 403, "2032");
    assert!(told.contains("Cloud application administrator"), "{told}");
    refused(&with_mfa(&standin, "sam@contoso.test").post(&path, agreement()), 403, "2032");
    let john = with_mfa(&standin, "john@fabrikam.test");
    patch_world(&standin, json!({ "apps": { "partner-app": { "consented": [] } } }));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = agreement();
        change(&mut body);
        refused(&john.post(&path, body), 400, "800002")
    };
    with(&|body| body["applicationId"] = Value::Null);
    with(&|body| body["applicationId"] = json!("00000000-0000-0000-0000-000000000001"));
    // Example's own application serves Example only.
    with(&|body| body["applicationId"] = json!("dbcb6c58-cb5f-489c-a508-b7d6c183835d"));
    with(&|body| body["applicationGrants"] = json!([]));
    with(&|body| body["applicationGrants"][0]["enterpriseApplicationId"] = json!("x"));
    let told = with(&|body| body["applicationGrants"][0]["scope"] = json!("everything"));
    assert!(told.contains("has no scope 'everything'"), "{told}");
    made(&john.post(&path, agreement()));
}
