//! Who has registered what, and who must.

use serde_json::{Value, json};

use super::{MIAS_ID, daemon_with_all, done, person, refused};
use crate::apps::{ALICE, BOB, text};
use crate::client::{patch_world, started};
use crate::second_factor::{MIA, past_the_password};
use crate::visitor::Visitor;

const REPORT: &str = "v1.0/reports/authenticationMethods/userRegistrationDetails";
const BOBS_STATE: &str = "beta/users/bob@example.test/authentication/requirements";

fn of<'r>(rows: &'r [Value], user: &str) -> &'r Value {
    rows.iter().find(|row| row["userPrincipalName"] == user).unwrap()
}

#[actix_web::test]
async fn the_report_says_what_a_sign_in_would_ask_for() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let rows = graph.list(REPORT);
    assert_eq!(rows.len(), 3);
    let mia = of(&rows, MIA);
    assert_eq!(
        mia["methodsRegistered"],
        json!(["mobilePhone", "microsoftAuthenticatorPush", "softwareOneTimePasscode"])
    );
    assert_eq!(
        (&mia["isMfaRegistered"], &mia["isMfaCapable"], &mia["isPasswordlessCapable"]),
        (&true.into(), &true.into(), &false.into())
    );
    assert_eq!((&mia["systemPreferredAuthenticationMethods"], &mia["userType"]), (&json!(["push"]), &"member".into()));
    assert_eq!(mia.get("defaultMfaMethod"), None);
    let alice = of(&rows, ALICE);
    assert_eq!(
        (&alice["isMfaRegistered"], &alice["isMfaCapable"], &alice["isAdmin"]),
        (&false.into(), &false.into(), &false.into())
    );
    assert_eq!(alice["methodsRegistered"], json!([]));

    // What the tenant allows counts too: registered, but of no use.
    let allowed = json!({ "tenants": { "example": { "allowed_methods": ["passkey"] } }, "users": { ALICE: { "roles": ["user_admin"] } } });
    patch_world(&standin, allowed);
    let rows = graph.list(REPORT);
    assert_eq!((&of(&rows, MIA)["isMfaRegistered"], &of(&rows, MIA)["isMfaCapable"]), (&true.into(), &false.into()));
    assert_eq!(of(&rows, ALICE)["isAdmin"], true);
    let key = json!({ "methods": { "passkeys": { "Key": { "credential_id": "YQ" } } } });
    patch_world(&standin, json!({ "users": { BOB: key } }));
    let bob = graph.get(&format!("{REPORT}?$filter=userPrincipalName eq '{BOB}'").replace(' ', "%20")).granted();
    assert_eq!((&bob["value"][0]["isPasswordlessCapable"], bob["value"].as_array().unwrap().len()), (&true.into(), 1));
}

#[actix_web::test]
async fn the_report_comes_in_pages_and_in_part() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let mut path = format!("{REPORT}?$top=1&$select=userPrincipalName&$count=true");
    let mut seen = Vec::new();
    loop {
        let page = graph.get(&path).granted();
        assert_eq!(page["@odata.count"], 3);
        seen.push(page["value"][0].clone());
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        path = next.strip_prefix(&standin.http("/graph/")).unwrap().to_owned();
    }
    let names = [ALICE, BOB, MIA].map(|name| json!({ "userPrincipalName": name }));
    assert_eq!(seen, names);
    let registered = graph.list(&format!("{REPORT}?$filter=isMfaRegistered%20eq%20true"));
    assert_eq!(registered.iter().map(|row| text(row, "userPrincipalName")).collect::<Vec<_>>(), [MIA]);
    let one = graph.get(&format!("beta/reports/authenticationMethods/userRegistrationDetails/{MIAS_ID}")).granted();
    assert_eq!(
        (&one["userDisplayName"], &one["defaultMfaMethod"]),
        (&"Mia Sandoval".into(), &"microsoftAuthenticatorPush".into())
    );
    refused(&graph.get(&format!("{REPORT}?$filter=nme%20eq%20%27x%27")), 400, "BadRequest");
}

#[actix_web::test]
async fn the_report_is_for_auditors() {
    let standin = started().await;
    let scopes = ["AuditLog.Read.All"];
    assert_eq!(person(&standin, ALICE, &["security_reader"], &scopes).get(REPORT).status, 200);
    for (roles, scopes) in [(vec![], scopes), (vec!["security_reader"], ["Policy.Read.All"])] {
        let alice = person(&standin, ALICE, &roles, &scopes);
        refused(&alice.get(REPORT), 403, "Authorization_RequestDenied");
    }
}

#[actix_web::test]
async fn the_per_user_state_is_set_here_and_asked_for_at_the_next_sign_in() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let state = || graph.get(BOBS_STATE).granted()["perUserMfaState"].clone();
    assert_eq!(state(), "disabled");
    patch_world(&standin, json!({ "tenants": { "example": { "per_user_mfa": "enabled" } } }));
    assert_eq!(state(), "enabled", "the tenant's, until there is an own one");
    done(&graph.patch(BOBS_STATE, json!({ "perUserMfaState": "disabled" })));
    assert_eq!(state(), "disabled");
    let answer = past_the_password(&mut Visitor::new(&standin), BOB).await;
    assert!(answer.sent_back("code").is_some());
    done(&graph.patch(BOBS_STATE, json!({ "perUserMfaState": "enforced" })));
    let page = past_the_password(&mut Visitor::new(&standin), BOB).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "{}", page.gist());
    for wrong in [
        json!({}),
        json!({ "perUserMfaState": "on" }),
        json!({ "perUserMfaState": true }),
        json!({ "perUserMfaState": "enabled", "x": 1 }),
    ] {
        refused(&graph.patch(BOBS_STATE, wrong), 400, "BadRequest");
    }
    refused(&graph.get(&BOBS_STATE.replace("beta", "v1.0")), 404, "ResourceNotFound");
}

#[actix_web::test]
async fn nobody_lifts_their_own_state_without_a_role() {
    let standin = started().await;
    let scopes = ["Policy.ReadWrite.AuthenticationMethod"];
    let own = "beta/me/authentication/requirements";
    let off = || json!({ "perUserMfaState": "disabled" });
    let alice = person(&standin, ALICE, &[], &scopes);
    assert_eq!(alice.get(own).granted()["perUserMfaState"], "disabled");
    refused(&alice.patch(own, off()), 403, "Authorization_RequestDenied");
    let admin = person(&standin, ALICE, &["authentication_policy_admin"], &scopes);
    done(&admin.patch(own, off()));
    done(&admin.patch(BOBS_STATE, off()));
}
