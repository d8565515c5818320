//! A name and a password, handed over to an application: for accounts that nothing more is asked of.

use serde_json::json;

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, ALL, API, App, BOB, CLI, GRAPH, LOCAL, LOCAL_WEB, PARTNER, PASSWORD, SPA, V1, V2, WEB, text};
use crate::client::{Fields, patch_world, started};

const FABRIKAM: &str = "/fabrikam.test/oauth2/v2.0";
const SCANNER: &str = "scanner@fabrikam.test";

fn hand_over(standin: &standin::Standin, app: App, at: &str, user: &str, more: Fields<'_>) -> Answer {
    let mut fields = vec![("grant_type", "password"), ("username", user), ("password", PASSWORD), ("scope", ALL)];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    app.token(standin, at, &fields)
}

#[actix_web::test]
async fn an_application_that_may_hands_over_what_was_typed() {
    let standin = started().await;
    let tokens = hand_over(&standin, CLI, V2, ALICE, &[("client_info", "1")]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "upn"), &token["amr"], text(&token, "appidacr")), (ALICE, &json!(["pwd"]), "0"));
    assert!(tokens["id_token"].is_string() && tokens["client_info"].is_string(), "{tokens}");
    CLI.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();

    hand_over(&standin, CLI, V2, "Alice@EXAMPLE.test", &[("response_type", "id_token token")]).granted();
    let v1 = hand_over(&standin, CLI, V1, ALICE, &[("resource", GRAPH)]).granted();
    assert_eq!((text(&v1, "resource"), text(&v1, "token_type")), (GRAPH, "Bearer"));
    assert!(v1["id_token"].is_string() && v1["refresh_token"].is_string(), "{v1}");
}

#[actix_web::test]
async fn a_service_account_signs_in_at_home_and_nowhere_else() {
    let standin = started().await;
    for at in [FABRIKAM, "/organizations/oauth2/v2.0"] {
        let tokens = hand_over(&standin, PARTNER, at, SCANNER, &[("scope", "openid User.Read")]).granted();
        assert_eq!(claims(text(&tokens, "access_token"))["upn"], SCANNER);
    }
    hand_over(&standin, PARTNER, "/adatum.test/oauth2/v2.0", SCANNER, &[]).refused(400, "invalid_grant", 50020);
    for at in ["/common/oauth2/v2.0", "/consumers/oauth2/v2.0"] {
        hand_over(&standin, PARTNER, at, SCANNER, &[]).refused(400, "invalid_request", 9_001_023);
    }
    // Older libraries begin there, and the older endpoint finds the tenant by the account.
    let older = [("resource", GRAPH), ("scope", "")];
    hand_over(&standin, PARTNER, "/common/oauth2", SCANNER, &older).granted();
    hand_over(&standin, PARTNER, "/consumers/oauth2", SCANNER, &older).refused(400, "invalid_request", 9_001_023);
}

#[actix_web::test]
async fn what_was_typed_may_be_wrong() {
    let standin = started().await;
    let wrong = [("password", "password1!")];
    let told = hand_over(&standin, CLI, V2, ALICE, &wrong).refused(400, "invalid_grant", 50126);
    assert_eq!(told.get("suberror"), None, "a wrong password is nothing a page could mend");
    assert_eq!(told.get("password_change_url"), None);
    hand_over(&standin, CLI, V2, "nobody@example.test", &[]).refused(400, "invalid_grant", 50034);
    hand_over(&standin, CLI, V2, "nobody@nowhere.test", &[]).refused(400, "invalid_grant", 50034);
    hand_over(&standin, CLI, V2, "", &[]).refused(400, "invalid_request", 900_144);
    hand_over(&standin, CLI, V2, ALICE, &[("password", "")]).refused(400, "invalid_request", 900_144);
    let long = "x".repeat(5000);
    hand_over(&standin, CLI, V2, ALICE, &[("password", &long)]).refused(400, "invalid_grant", 50126);
    patch_world(&standin, json!({"tenants": {"example": {"hide_unknown_users": true}}}));
    hand_over(&standin, CLI, V2, "nobody@example.test", &[]).refused(400, "invalid_grant", 50126);
}

#[actix_web::test]
async fn an_account_may_be_barred_and_only_its_password_tells_why() {
    let standin = started().await;
    let change = json!({
        ALICE: {"enabled": false}, BOB: {"password_expired": true}, "nopw@example.test": {"password": null},
    });
    patch_world(&standin, json!({ "users": change }));
    hand_over(&standin, CLI, V2, ALICE, &[]).refused(400, "invalid_grant", 50057);
    hand_over(&standin, CLI, V2, ALICE, &[("password", "wrong")]).refused(400, "invalid_grant", 50126);
    let told = hand_over(&standin, CLI, V2, BOB, &[]).refused(400, "invalid_grant", 50055);
    assert_eq!(told["suberror"], "user_password_expired");
    assert_eq!(told["password_change_url"], "https://portal.microsoftonline.com/ChangePassword.aspx");
    let v1 = hand_over(&standin, CLI, V1, BOB, &[("resource", GRAPH)]);
    assert_eq!(v1.header("x-ms-clitelem"), "1,50055,0,,");
    let told = v1.refused(400, "user_password_expired", 50055);
    assert!(told["password_change_url"].is_string(), "{told}");
    hand_over(&standin, CLI, V2, "nopw@example.test", &[]).refused(400, "invalid_grant", 50056);
}

#[actix_web::test]
async fn a_federated_accounts_password_is_not_ours_to_check() {
    let standin = started().await;
    for password in [PASSWORD, "Wingtip1!"] {
        let answer =
            hand_over(&standin, PARTNER, "/wingtip.test/oauth2/v2.0", "trent@wingtip.test", &[("password", password)]);
        answer.refused(400, "invalid_grant", 50126);
    }
}

#[actix_web::test]
async fn the_application_must_be_allowed_to() {
    let standin = started().await;
    App { secret: "", ..WEB }.token(&standin, V2, &[("grant_type", "password")]).refused(
        401,
        "invalid_client",
        7_000_218,
    );
    hand_over(&standin, WEB, V2, ALICE, &[]).granted();
    let spa = App { origin: "", ..SPA };
    hand_over(&standin, spa, V2, ALICE, &[]).refused(401, "invalid_client", 7_000_218);
    hand_over(&standin, CLI, "/contoso.test/oauth2/v2.0", ALICE, &[]).refused(400, "unauthorized_client", 700_016);
    hand_over(&standin, CLI, "/organizations/oauth2/v2.0", ALICE, &[]).refused(400, "invalid_request", 50194);
    App { secret: "wrong", ..API }.token(&standin, V2, &[("grant_type", "password")]).refused(
        401,
        "invalid_client",
        7_000_215,
    );
}

#[actix_web::test]
async fn nobody_can_be_asked_for_consent() {
    let standin = started().await;
    let write = [("scope", "openid api://example-api/write")];
    let told = hand_over(&standin, CLI, V2, ALICE, &write).refused(400, "invalid_grant", 65001);
    assert_eq!(told["suberror"], "consent_required");
    hand_over(&standin, CLI, V2, ALICE, &[("scope", "api://example-api/read")]).granted();
    hand_over(&standin, CLI, V2, ALICE, &[("scope", "")]).refused(400, "invalid_request", 900_144);
    hand_over(&standin, CLI, V1, ALICE, &[("scope", "openid")]).refused(400, "invalid_request", 900_144);
    hand_over(&standin, CLI, V2, ALICE, &[("scope", "api://nowhere/x")]).refused(400, "invalid_resource", 500_011);
}

#[actix_web::test]
async fn an_application_may_demand_a_role_here_too() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-cli": {"assignment_required": true}}}));
    hand_over(&standin, CLI, V2, ALICE, &[]).refused(400, "invalid_grant", 50105);
}

#[actix_web::test]
async fn a_provider_does_not_take_passwords_from_applications() {
    let standin = started().await;
    hand_over(&standin, LOCAL_WEB, LOCAL, "alice@local.test", &[]).refused_plainly(400, "unsupported_grant_type");
}
