//! Who may: scopes and roles, one's own things and others', one tenant and no other.

use serde_json::json;

use super::{Graph, MIAS_ID, admin, daemon, daemon_with_all, done, made, mia, person, refused};
use crate::apps::{ALICE, BOB, PARTNER, PASSWORD, text};
use crate::client::{get, patch_world, started};
use crate::second_factor::MIA;

const MIAS: &str = "v1.0/users/mia@example.test/authentication/methods";

#[actix_web::test]
async fn an_administrator_sees_everybodys_methods_and_an_ordinary_user_nobodys_but_their_own() {
    let standin = started().await;
    let scopes = ["UserAuthenticationMethod.Read.All"];
    let alice = person(&standin, ALICE, &[], &scopes);
    let told = refused(&alice.get(MIAS), 403, "Authorization_RequestDenied");
    assert!(
        told.starts_with("Insufficient privileges to complete the operation.") && told.contains("Global reader"),
        "{told}"
    );
    assert_eq!(alice.list("v1.0/me/authentication/methods").len(), 1, "a password");
    assert_eq!(alice.list("v1.0/users/ALICE@example.test/authentication/methods").len(), 1);
    // Whoever is nobody is told no more than that.
    refused(&alice.get("v1.0/users/nobody@example.test/authentication/methods"), 403, "Authorization_RequestDenied");
    let reader = person(&standin, ALICE, &["global_reader"], &scopes);
    assert!(reader.list(MIAS).len() > 1);
    assert_eq!(reader.list(&format!("v1.0/users/{MIAS_ID}/authentication/methods")), reader.list(MIAS));
    let helper = person(&standin, ALICE, &["helpdesk_admin"], &scopes);
    refused(&helper.get(MIAS), 403, "Authorization_RequestDenied");
    let without = person(&standin, ALICE, &["global_admin"], &["User.Read.All"]);
    let told = refused(&without.get(MIAS), 403, "Authorization_RequestDenied");
    assert!(
        told.contains("UserAuthenticationMethod.Read.All") && told.contains("The token has: User.Read.All"),
        "{told}"
    );
}

#[actix_web::test]
async fn an_authentication_administrator_sees_masked_numbers_and_leaves_administrators_alone() {
    let standin = started().await;
    let scopes = ["UserAuthenticationMethod.ReadWrite.All"];
    let path = "v1.0/users/mia@example.test/authentication/phoneMethods";
    let helper = person(&standin, ALICE, &["authentication_admin"], &scopes);
    assert_eq!(helper.list(path)[0]["phoneNumber"], "+X XXXXXXXX03");
    patch_world(&standin, json!({ "users": { MIA: { "roles": ["user_admin"] } } }));
    let phone = format!("{path}/3179e48a-750b-4051-897c-87b9720928f7");
    refused(&helper.delete(&phone), 403, "Authorization_RequestDenied");
    let higher = person(&standin, ALICE, &["privileged_authentication_admin"], &scopes);
    assert_eq!(higher.list(path)[0]["phoneNumber"], "+1 555 0103");
    done(&higher.delete(&phone));
}

#[actix_web::test]
async fn ones_own_methods_are_changed_after_a_second_factor() {
    let standin = started().await;
    let mia = mia(&standin, &["UserAuthenticationMethod.ReadWrite"]).await;
    assert_eq!(mia.list("v1.0/me/authentication/methods").len(), 4);
    let phone = "v1.0/me/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7";
    done(&mia.delete(phone));
    refused(&mia.delete(phone), 404, "Request_ResourceNotFound");
    // Another account's are not one's own.
    let bobs = "v1.0/users/bob@example.test/authentication/phoneMethods";
    let body = || json!({ "phoneNumber": "+1 5550100", "phoneType": "mobile" });
    refused(&mia.post(bobs, body()), 403, "Authorization_RequestDenied");
    // Whoever has nothing yet may begin; whoever has something has to show it.
    let bob = person(&standin, BOB, &[], &["UserAuthenticationMethod.ReadWrite"]);
    made(&bob.post("v1.0/me/authentication/phoneMethods", body()));
    let more = json!({ "phoneNumber": "+1 5550101", "phoneType": "office" });
    let told = refused(&bob.post("v1.0/me/authentication/phoneMethods", more), 403, "Authorization_RequestDenied");
    assert!(told.contains("second factor"), "{told}");
}

#[actix_web::test]
async fn an_application_by_itself_is_nobody_and_has_its_own_permissions() {
    let standin = started().await;
    let read = daemon(&standin, &["UserAuthenticationMethod.Read.All"]);
    assert!(read.list(MIAS).len() > 1);
    let told = refused(&read.get("v1.0/me/authentication/methods"), 400, "BadRequest");
    assert_eq!(told, "/me request is only valid with delegated authentication flow.");
    let body = json!({ "phoneNumber": "+1 5550100", "phoneType": "mobile" });
    refused(
        &read.post("v1.0/users/bob@example.test/authentication/phoneMethods", body),
        403,
        "Authorization_RequestDenied",
    );
    let none = daemon(&standin, &[]);
    let told = refused(&none.get(MIAS), 403, "Authorization_RequestDenied");
    assert!(told.contains("The token has: none"), "{told}");
}

#[actix_web::test]
async fn nothing_of_another_tenant_can_be_seen_or_named() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let ada = "5f3bd583-9a25-46c9-9fd0-c4f6c3fa8d13";
    for name in ["ada@adatum.test", ada] {
        for what in ["v1.0/users/{}/authentication/methods", "beta/users/{}/authentication/requirements"] {
            refused(&graph.get(&what.replace("{}", name)), 404, "Request_ResourceNotFound");
        }
        let report = format!("v1.0/reports/authenticationMethods/userRegistrationDetails/{name}");
        refused(&graph.get(&report), 404, "Request_ResourceNotFound");
    }
    let policy = json!({ "conditional_access": { "theirs": { "grant": ["mfa"], "include": { "all": true } } } });
    patch_world(&standin, json!({ "tenants": { "adatum": policy } }));
    let world = standin.directory().await.unwrap();
    let theirs = world.world().tenants.get("adatum").unwrap().conditional_access.get("theirs").unwrap().id;
    assert!(graph.list("v1.0/identity/conditionalAccess/policies").is_empty());
    let path = format!("v1.0/identity/conditionalAccess/policies/{theirs}");
    refused(&graph.get(&path), 404, "Request_ResourceNotFound");
    refused(&graph.delete(&path), 404, "Request_ResourceNotFound");
    let report = graph.list("v1.0/reports/authenticationMethods/userRegistrationDetails");
    assert!(report.iter().all(|row| text(row, "userPrincipalName").ends_with("@example.test")), "{report:?}");
}

#[actix_web::test]
async fn a_guest_has_the_roles_of_the_tenant_it_visits_and_no_methods_there() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({ "tenants": { "adatum": { "guests": { "scanner@fabrikam.test": { "roles": ["global_reader"] } } } } }),
    );
    let fields = [
        ("grant_type", "password"),
        ("username", "scanner@fabrikam.test"),
        ("password", PASSWORD),
        ("scope", "https://graph.microsoft.com/.default offline_access"),
    ];
    let home = PARTNER.token(&standin, "/fabrikam.test/oauth2/v2.0", &fields).granted();
    let at_adatum = PARTNER.refresh(&standin, "/adatum.test/oauth2/v2.0", text(&home, "refresh_token"), &[]).granted();
    let as_guest = Graph { standin: &standin, token: text(&at_adatum, "access_token").to_owned() };
    assert!(!as_guest.list("v1.0/users/ada@adatum.test/authentication/methods").is_empty());
    refused(&as_guest.get("v1.0/me/authentication/methods"), 404, "Request_ResourceNotFound");
    let at_home = Graph { standin: &standin, token: text(&home, "access_token").to_owned() };
    let told = refused(
        &at_home.get("v1.0/users/fay@fabrikam.test/authentication/methods"),
        403,
        "Authorization_RequestDenied",
    );
    assert!(told.contains("scanner@fabrikam.test has none of the roles"), "{told}");
    assert_eq!(at_home.list("v1.0/me/authentication/methods").len(), 1);
}

#[actix_web::test]
async fn an_account_that_was_disabled_asks_no_more() {
    let standin = started().await;
    let alice = admin(&standin);
    assert!(!alice.list(MIAS).is_empty());
    patch_world(&standin, json!({ "users": { ALICE: { "enabled": false } } }));
    refused(&alice.get(MIAS), 401, "InvalidAuthenticationToken");
    let told = get(&standin, "/_standin/events?kind=error").json();
    let last = told["value"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["summary"], "Microsoft Graph refused a call.");
    assert!(last["because"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{last}");
}
