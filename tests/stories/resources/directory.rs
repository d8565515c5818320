//! Microsoft Graph's directory: people, memberships, the tenant, its domains, a partner's contracts.

use serde_json::{Value, json};
use standin::Standin;

use super::{bearer, refused};
use crate::apps::{ALICE, BOB, CLI, PARTNER, PASSWORD, WEB, text};
use crate::client::{Call, Fields, patch_world, started};
use crate::partner_api::{ADATUM, CONTOSO, JANE, jane_signs_in};
use crate::second_factor::{MIA, message, reply};
use crate::visitor::Visitor;
use base64::Engine as _;

const GRAPH: (&str, &str) = ("/graph/v1.0", "graph");
const AS_THE_USER: &[&str] = &["Directory.AccessAsUser.All"];

#[actix_web::test]
async fn everybody_sees_themselves_and_members_see_each_other() {
    let standin = started().await;
    let amy = bearer(&standin, GRAPH, "amy@adatum.test", "adatum", &["User.Read"]);
    let me = amy.get("me").granted();
    assert_eq!((text(&me, "userPrincipalName"), me.get("accountEnabled")), ("amy@adatum.test", None));
    assert!(text(&me, "@odata.context").ends_with("/$metadata#users/$entity"));
    let more = amy.get("me?$select=accountEnabled,department").granted();
    assert_eq!(more.get("department"), Some(&json!(null)), "of this, a world knows nothing");
    let everybody = bearer(&standin, GRAPH, "amy@adatum.test", "adatum", &["User.Read.All"]);
    for path in ["me?$select=id,foo", "users?$select=foo", "users?$filter=foo+eq+'x'"] {
        let told = refused(&everybody.get(path), 400, "BadRequest");
        assert_eq!(told, "Could not find a property named 'foo'.", "{path}");
    }
    let more = amy.get("me?$select=accountEnabled,userType").granted();
    assert_eq!((&more["accountEnabled"], text(&more, "userType"), more.get("id")), (&true.into(), "Member", None));
    refused(&amy.get("users"), 403, "Authorization_RequestDenied");
    let amy = bearer(&standin, GRAPH, "amy@adatum.test", "adatum", &["User.ReadBasic.All"]);
    let names: Vec<String> =
        amy.list("users?$select=displayName").iter().map(|one| text(one, "displayName").to_owned()).collect();
    assert_eq!(names, ["Ada Petrenko", "Amy Lefevre"]);
    assert_eq!(text(&amy.get("users/ada@adatum.test").granted(), "displayName"), "Ada Petrenko");
    for nobody in ["tess@tailspin.test", JANE, "nobody"] {
        refused(&amy.get(&format!("users/{nobody}")), 404, "Request_ResourceNotFound");
    }
}

#[actix_web::test]
async fn what_an_agent_sees_of_a_customer_its_granted_roles_decide() {
    let standin = started().await;
    let jane = bearer(&standin, GRAPH, JANE, "adatum", AS_THE_USER);
    assert_eq!(jane.list("users").len(), 2);
    assert_eq!(text(&jane.list("organization")[0], "id"), ADATUM);
    // A user administrator reads people; what a domain trusts is not theirs, and nor are policies.
    refused(&jane.get("domains/adatum.test/federationConfiguration"), 403, "Authorization_RequestDenied");
    refused(&jane.get("identity/conditionalAccess/policies"), 403, "Authorization_RequestDenied");
    let john = bearer(&standin, GRAPH, "john@fabrikam.test", "adatum", AS_THE_USER);
    assert!(john.list("domains/adatum.test/federationConfiguration").is_empty());
    assert!(john.list("identity/conditionalAccess/policies").is_empty());
    // Neither is anybody there.
    refused(&jane.get("me"), 404, "Request_ResourceNotFound");
    // Whoever has no role there is nobody, whatever the scopes say.
    let sam = bearer(&standin, GRAPH, "sam@contoso.test", "adatum", AS_THE_USER);
    refused(&sam.get("users"), 403, "Authorization_RequestDenied");
}

#[actix_web::test]
async fn memberships_are_groups_and_roles() {
    let standin = started().await;
    let jane = bearer(&standin, GRAPH, JANE, "contoso", AS_THE_USER);
    let groups = jane.list("me/memberOf");
    assert_eq!((groups.len(), text(&groups[0], "displayName")), (1, "AdminAgents"));
    assert_eq!(text(&groups[0], "@odata.type"), "#microsoft.graph.group");
    let query = "me/transitiveMemberOf?$count=true&$filter=securityEnabled+eq+true&$select=displayName,id";
    let page = jane.get(query).granted();
    assert_eq!((&page["@odata.count"], text(&page["value"][0], "displayName")), (&1.into(), "AdminAgents"));
    let gwen = bearer(&standin, GRAPH, "gwen@contoso.test", "contoso", AS_THE_USER);
    let roles = gwen.list("me/memberOf/microsoft.graph.directoryRole");
    assert_eq!(text(&roles[0], "roleTemplateId"), "62e90394-69f5-4237-9190-012177145e10");
    assert!(gwen.list("me/transitiveMemberOf/microsoft.graph.group").is_empty());
    assert_eq!(gwen.list(&format!("users/{JANE}/memberOf")), groups);
    refused(&gwen.get("users/ada@adatum.test/memberOf"), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn a_tenant_tells_what_it_is_and_whom_it_sells_to() {
    let standin = started().await;
    let trent = bearer(&standin, GRAPH, "trent@wingtip.test", "wingtip.test", AS_THE_USER);
    let organization = trent.list("organization").remove(0);
    assert_eq!(text(&organization, "partnerTenantType"), "resellerPartnerDelegatedAdmin");
    assert_eq!(text(&organization["verifiedDomains"][0], "type"), "Federated");
    assert_eq!(text(&trent.get("domains/wingtip.test").granted(), "authenticationType"), "Federated");
    let jane = bearer(&standin, GRAPH, JANE, "contoso", AS_THE_USER);
    assert_eq!(text(&jane.list("domains")[0], "authenticationType"), "Managed");
    refused(&jane.get("domains/wingtip.test"), 404, "Request_ResourceNotFound");
    assert_eq!(text(&jane.get(&format!("organization/{CONTOSO}")).granted(), "displayName"), "Contoso");
    refused(&jane.get(&format!("organization/{ADATUM}")), 404, "Request_ResourceNotFound");
    let contracts = jane.list("contracts");
    assert_eq!((contracts.len(), text(&contracts[0], "customerId")), (2, ADATUM));
    assert_eq!(text(&jane.get(&format!("contracts/{}", text(&contracts[0], "id"))).granted(), "displayName"), "Adatum");
    let ada = bearer(&standin, GRAPH, "ada@adatum.test", "adatum", AS_THE_USER);
    assert!(ada.list("contracts").is_empty(), "a customer sells to nobody");
}

#[actix_web::test]
async fn the_sign_in_log_tells_who_came_in_how_and_who_did_not() {
    let standin = started().await;
    let resource = [("scope", ""), ("resource", "https://management.azure.com/")];
    jane_signs_in(&standin, "/adatum.test/oauth2", &resource).await;
    let mut visitor = Visitor::new(&standin);
    PARTNER.signs_in(&mut visitor, "/adatum.test/oauth2", &resource, "sam@contoso.test").await.on_page(50020);
    let scopes = ["AuditLog.Read.All"];
    let ada = bearer(&standin, GRAPH, "ada@adatum.test", "adatum", &scopes);
    let entries = ada.list("auditLogs/signIns");
    let some = ada.list("auditLogs/signIns?$select=id,deviceDetail");
    assert_eq!((some.len(), some[0].get("deviceDetail")), (entries.len(), None), "what is not known is left out");
    let told: Vec<_> =
        entries.iter().map(|one| (text(one, "userPrincipalName"), &one["status"]["errorCode"])).collect();
    // An interruption tells what was asked for, and the same sign-in goes on.
    assert_eq!(told, [("sam@contoso.test", &50_020.into()), (JANE, &0.into()), (JANE, &50_074.into())]);
    assert_eq!(entries[1]["correlationId"], entries[2]["correlationId"]);
    assert_eq!((text(&entries[1], "appId"), text(&entries[1], "appDisplayName")), (PARTNER.id, "Partner App"));
    let one = ada.get(&format!("auditLogs/signIns/{}", text(&entries[1], "id"))).granted();
    assert_eq!(one["correlationId"], entries[1]["correlationId"]);
    let beta = bearer(&standin, ("/graph/beta", "graph"), "ada@adatum.test", "adatum", &scopes);
    let jane = &beta.list(&format!("auditLogs/signIns?$filter=userPrincipalName%20eq%20'{JANE}'"))[0];
    assert_eq!(text(jane, "crossTenantAccessType"), "serviceProvider");
    assert_eq!(text(jane, "authenticationRequirement"), "multiFactorAuthentication");
    assert_eq!(text(jane, "homeTenantId"), CONTOSO);
    // Of another tenant nothing is told, and not to everybody.
    assert!(bearer(&standin, GRAPH, "tess@tailspin.test", "tailspin", &scopes).list("auditLogs/signIns").is_empty());
    let amy = bearer(&standin, GRAPH, "amy@adatum.test", "adatum", &scopes);
    refused(&amy.get("auditLogs/signIns"), 403, "Authorization_RequestDenied");
}

#[actix_web::test]
async fn the_sign_in_log_tells_of_passwords_that_were_handed_over_and_on_request_of_tokens_that_were_renewed() {
    let standin = started().await;
    let scopes = ["AuditLog.Read.All"];
    let greta = bearer(&standin, ("/graph/beta", "graph"), "greta@fabrikam.test", "fabrikam", &scopes);
    let at = "/fabrikam.test/oauth2/v2.0";
    let password = |password| {
        let fields = [("grant_type", "password"), ("username", "scanner@fabrikam.test"), ("password", password)];
        PARTNER.token(&standin, at, &[&fields[..], &[("scope", "openid offline_access User.Read")]].concat())
    };
    let refused = password("wrong").refused(400, "invalid_grant", 50126);
    let tokens = password(PASSWORD).granted();
    PARTNER.refresh(&standin, at, text(&tokens, "refresh_token"), &[]).granted();
    // In the customer's tenant the same token is refused, and that is written down there.
    PARTNER.refresh(&standin, "/adatum.test/oauth2/v2.0", text(&tokens, "refresh_token"), &[]).refused(
        400,
        "invalid_grant",
        50020,
    );

    let asked = greta.list("auditLogs/signIns");
    let told: Vec<_> = asked.iter().map(|one| (&one["status"]["errorCode"], &one["isInteractive"])).collect();
    assert_eq!(told, [(&0.into(), &true.into()), (&50126.into(), &true.into())]);
    assert_eq!(text(&asked[0], "clientAppUsed"), "Mobile Apps and Desktop clients");
    assert_eq!(text(&asked[0], "resourceDisplayName"), "Microsoft Graph");
    let renewed = greta.list("auditLogs/signIns?$filter=signInEventTypes/any(t:%20t%20eq%20'nonInteractiveUser')");
    assert_eq!(renewed.len(), 1);
    assert_eq!(
        (&renewed[0]["isInteractive"], &renewed[0]["signInEventTypes"][0]),
        (&false.into(), &"nonInteractiveUser".into())
    );
    assert_eq!(asked[1]["correlationId"], refused["correlation_id"], "what the client was told");
    assert_ne!(renewed[0]["correlationId"], asked[0]["correlationId"], "each request has its own");
    let ada = bearer(&standin, GRAPH, "ada@adatum.test", "adatum", &scopes);
    assert!(ada.list("auditLogs/signIns").is_empty());
    let there = ada.list("auditLogs/signIns?$filter=isInteractive%20eq%20false");
    assert_eq!((there.len(), &there[0]["status"]["errorCode"]), (1, &50020.into()));
}

#[actix_web::test]
async fn the_sign_in_log_names_a_sign_in_as_the_client_and_the_error_page_do_and_tells_by_which_client_it_was() {
    let standin = started().await;
    let sent = "5ce66de5-eea9-486f-a11c-c852aa3d1502";
    let at = "/example.test/oauth2/v2.0";
    let asks: Fields<'_> = &[("client-request-id", sent)];
    CLI.signs_in(&mut Visitor::new(&standin), at, asks, ALICE).await.sent_back("code").unwrap();
    WEB.signs_in(&mut Visitor::new(&standin), at, asks, ALICE).await.sent_back("code").unwrap();
    let policy = json!({"state": "enabled", "include": {"users": [BOB]}, "apps": ["all"], "grant": ["block"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"p": policy}}}}));
    let page = WEB.signs_in(&mut Visitor::new(&standin), at, &[], BOB).await;
    page.on_page(53003);
    let log = signed_in_at_example(&standin);
    let told: Vec<_> = log.iter().map(|one| (text(one, "appId"), text(one, "clientAppUsed"))).collect();
    assert_eq!(told[2], (CLI.id, "Mobile Apps and Desktop clients"));
    assert_eq!(told[1], (WEB.id, "Browser"));
    assert_eq!(["correlationId", "isInteractive"].map(|name| log[2][name].clone()), [json!(sent), json!(true)]);
    assert!(page.has(text(&log[0], "correlationId")), "{} on {}", log[0], page.body);
}

#[actix_web::test]
async fn the_sign_in_log_tells_of_wrong_passwords_and_of_second_factors_that_were_not_given() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let page = mia.get(&WEB.asks("/example.test/oauth2/v2.0", &[("login_hint", MIA)])).await;
    let again = mia.submit(&page, &[("passwd", "wrong")]).await;
    assert!(again.has("id=\"passwordError\""), "{}", again.gist());
    let push = mia.submit(&again, &[("passwd", PASSWORD)]).await;
    let sent = message(&standin, MIA);
    reply(&standin, &sent, json!({"answer": "deny"})).json();
    let denied = mia.submit(&push, &[("action", "poll")]).await;
    assert!(denied.has("was denied"), "{}", denied.gist());
    mia.submit(&denied, &[("action", "poll")]).await;
    let log = signed_in_at_example(&standin);
    let told: Vec<_> = log.iter().map(|one| (one["status"]["errorCode"].clone(), text(one, "clientAppUsed"))).collect();
    let browser = [500_121, 50_074, 50_126].map(|code| (json!(code), "Browser"));
    assert_eq!(told, browser, "asking again adds nothing");
    assert_eq!(log[0]["correlationId"], log[1]["correlationId"]);
}

#[actix_web::test]
async fn r_05_the_sign_in_log_tells_what_policies_said_and_which_factors_they_wanted() {
    let standin = started().await;
    let policy = json!({"state": "enabled", "include": {"users": [ALICE]}, "apps": ["all"], "grant": ["mfa"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"p": policy}}}}));
    let at = "/example.test/oauth2/v2.0";
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "User.Read")];
    CLI.token(&standin, at, &fields).refused(400, "invalid_grant", 50079);
    // At the page that asks to register she leaves.
    WEB.signs_in(&mut Visitor::new(&standin), at, &[], ALICE).await;
    WEB.signs_in(&mut Visitor::new(&standin), at, &[], BOB).await.sent_back("code").unwrap();
    patch_world(&standin, json!({"users": {BOB: {"roles": ["security_reader"]}}}));
    let beta = ("/graph/beta", "graph");
    let log = bearer(&standin, beta, BOB, "example", &["AuditLog.Read.All"]).list("auditLogs/signIns");
    let told = |one: &Value| {
        let words = ["userPrincipalName", "conditionalAccessStatus", "authenticationRequirement"];
        let [upn, status, factors] = words.map(|name| text(one, name).to_owned());
        (upn, one["status"]["errorCode"].as_u64().unwrap(), status, factors)
    };
    let wanted = |upn: &str, code, status: &str, factors: &str| {
        (upn.to_owned(), code, status.to_owned(), format!("{factors}FactorAuthentication"))
    };
    assert_eq!(
        log.iter().map(told).collect::<Vec<_>>(),
        [
            wanted(BOB, 0, "notApplied", "single"),
            wanted(ALICE, 50_072, "failure", "multi"),
            wanted(ALICE, 50_079, "failure", "multi"),
        ]
    );
}

#[actix_web::test]
async fn r_05_a_policy_that_was_not_satisfied_is_told_of_whatever_the_sign_in_failed_for() {
    let standin = started().await;
    let of = |who: &str, more: Value| {
        let mut policy = json!({"state": "enabled", "include": {"users": [who]}, "apps": ["all"]});
        policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        policy
    };
    let frequency = json!({"session": {"sign_in_frequency": "1h"}});
    let policies = json!({"often": of(ALICE, frequency), "terms": of(BOB, json!({"grant": ["terms"]}))});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": policies}}}));
    let at = "/example.test/oauth2/v2.0";
    let mut alice = Visitor::new(&standin);
    WEB.signs_in(&mut alice, at, &[], ALICE).await.sent_back("code").unwrap();
    standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
    alice.get(&WEB.asks(at, &[("prompt", "none")])).await.told("login_required", 70044);
    let fields = [("grant_type", "password"), ("username", BOB), ("password", PASSWORD), ("scope", "User.Read")];
    CLI.token(&standin, at, &fields);
    legacy_mail(&standin, BOB);
    let log = signed_in_at_example(&standin);
    let told: Vec<_> = log
        .iter()
        .map(|one| (one["status"]["errorCode"].as_u64().unwrap(), text(one, "conditionalAccessStatus")))
        .collect();
    assert_eq!(told, [(50_158, "failure"), (50_158, "failure"), (70_044, "failure"), (0, "success")]);
}

#[actix_web::test]
async fn r_55_a_token_of_a_relationship_that_ended_opens_nothing_at_the_customer() {
    let standin = started().await;
    let john = |at| bearer(&standin, at, "john@fabrikam.test", "adatum", AS_THE_USER);
    let graph = john(GRAPH);
    let other = ("/aadgraph", "aad-graph");
    let [arm, older] = [("/arm", "arm"), other]
        .map(|at| bearer(&standin, at, "john@fabrikam.test", "adatum", &["user_impersonation", "Directory.Read.All"]));
    let (subscriptions, users) = ("subscriptions?api-version=2022-12-01", format!("{ADATUM}/users?api-version=1.6"));
    assert!(!graph.list("domains").is_empty() && !arm.list(subscriptions).is_empty() && !older.list(&users).is_empty());
    // A role that is no longer given is no longer had, whatever the token says.
    let given = json!({"relationships": {"fabrikam-adatum": {"kind": "gdap", "roles": {"admin_agents": ["directory_readers"]}}}});
    patch_world(&standin, given);
    assert!(!graph.list("users").is_empty());
    refused(&graph.get("identity/conditionalAccess/policies"), 403, "Authorization_RequestDenied");
    patch_world(&standin, json!({"relationships": {"fabrikam-adatum": {"status": "terminated"}}}));
    let told = refused(&graph.get("users"), 403, "Authorization_RequestDenied");
    assert!(told.contains("fabrikam-adatum"), "{told}");
    refused(&arm.get(subscriptions), 403, "AuthorizationFailed");
    assert_eq!(older.get(&users).status, 403);
}

#[actix_web::test]
async fn the_sign_in_log_is_filtered_by_time_by_what_is_inside_and_by_what_is_not() {
    let standin = started().await;
    let at = "/example.test/oauth2/v2.0";
    WEB.signs_in(&mut Visitor::new(&standin), at, &[], ALICE).await.sent_back("code").unwrap();
    let between = standin.clock().now();
    standin.clock().advance(std::time::Duration::from_secs(60));
    WEB.signs_in(&mut Visitor::new(&standin), at, &[("login_hint", BOB)], BOB).await.sent_back("code").unwrap();
    legacy_mail(&standin, MIA);
    patch_world(&standin, json!({"users": {BOB: {"roles": ["security_reader"]}}}));
    let graph = bearer(&standin, GRAPH, BOB, "example", &["AuditLog.Read.All"]);
    let who = |filter: &str| -> Vec<String> {
        let filter = filter.replace(' ', "%20").replace('+', "%2B");
        let found = graph.list(&format!("auditLogs/signIns?$filter={filter}"));
        found.iter().map(|one| text(one, "userPrincipalName").to_owned()).collect()
    };
    assert_eq!(who(&format!("createdDateTime gt {between}")), [MIA, BOB]);
    assert_eq!(who(&format!("createdDateTime le {between}")), [ALICE]);
    assert_eq!(who("status/errorCode eq 0"), [BOB, ALICE]);
    assert_eq!(who("status/errorCode ne 0 and startswith(userPrincipalName,'MIA')"), [MIA]);
    assert_eq!(who(&format!("userPrincipalName in ('{ALICE}','{MIA}') and not (status/errorCode eq 50076)")), [ALICE]);
    refused(&graph.get("auditLogs/signIns?$filter=nme%20eq%205%20or%20isInteractive%20eq%20true"), 400, "BadRequest");
    refused(&graph.get("auditLogs/signIns?$filter=isInteractive%20eq"), 400, "BadRequest");
}

fn legacy_mail(standin: &Standin, user: &str) {
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{PASSWORD}"));
    Call::new(standin, "GET", "/legacy/mail").header("Authorization", &format!("Basic {basic}")).send();
}

fn signed_in_at_example(standin: &Standin) -> Vec<Value> {
    patch_world(standin, json!({"users": {BOB: {"roles": ["security_reader"]}}}));
    bearer(standin, GRAPH, BOB, "example", &["AuditLog.Read.All"]).list("auditLogs/signIns")
}
