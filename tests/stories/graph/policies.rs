//! Policies: what is made here decides at the next sign-in.

use serde_json::{Value, json};
use standin::directory::policy::GrantControl;

use super::{daemon_with_all, done, made, person, refused};
use crate::apps::{ALICE, BOB, text};
use crate::client::{patch_world, started};
use crate::second_factor::past_the_password;
use crate::visitor::Visitor;

const POLICIES: &str = "v1.0/identity/conditionalAccess/policies";
const LOCATIONS: &str = "v1.0/identity/conditionalAccess/namedLocations";
const DEFAULTS: &str = "v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
const ALICES_ID: &str = "364526c4-eb11-4985-917d-37d04d230685";

fn policy(name: &str, control: &str) -> Value {
    json!({
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": { "includeApplications": ["All"] },
            "users": { "includeUsers": [ALICES_ID] },
        },
        "grantControls": { "operator": "OR", "builtInControls": [control] },
    })
}

#[actix_web::test]
async fn a_policy_made_here_decides_at_the_next_sign_in() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let gets_in = async |user: &str| {
        let answer = past_the_password(&mut Visitor::new(&standin), user).await;
        answer.status == 302 && answer.sent_back("code").is_some()
    };
    assert!(gets_in(ALICE).await);
    let blocks = made(&graph.post(POLICIES, policy("Nobody called Alice", "block")));
    let path = format!("{POLICIES}/{}", text(&blocks, "id"));
    past_the_password(&mut Visitor::new(&standin), ALICE).await.on_page(53003);
    assert!(gets_in(BOB).await, "Bob is not meant");

    done(&graph.patch(&path, json!({ "state": "enabledForReportingButNotEnforced" })));
    assert!(gets_in(ALICE).await, "report-only");
    done(&graph.patch(&path, json!({ "state": "enabled", "grantControls": { "builtInControls": ["mfa"] } })));
    let page = past_the_password(&mut Visitor::new(&standin), ALICE).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "a second factor is to be registered: {}", page.gist());

    done(&graph.delete(&path));
    refused(&graph.get(&path), 404, "Request_ResourceNotFound");
    assert!(gets_in(ALICE).await);
}

#[actix_web::test]
async fn a_policy_is_shown_as_it_was_made_and_changed_in_part() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let groups = json!({ "staff": {}, "guards": {} });
    patch_world(&standin, json!({ "tenants": { "example": { "groups": groups } } }));
    let world = standin.directory().await.unwrap();
    let staff = world.world().tenants.get("example").unwrap().groups.get("staff").unwrap().id;
    let office = made(&graph.post(LOCATIONS, location("Office", "10.0.0.0/8")));
    let mut body = policy("Admins prove more", "mfa");
    body["conditions"]["users"] = json!({
        "includeRoles": ["62e90394-69f5-4237-9190-012177145e10"],
        "includeGuestsOrExternalUsers": { "guestOrExternalUserTypes": "serviceProvider", "externalTenants": { "membershipKind": "all" } },
        "excludeGroups": [staff],
    });
    body["conditions"]["locations"] = json!({ "includeLocations": ["All"], "excludeLocations": [office["id"]] });
    body["conditions"]["clientAppTypes"] = json!(["browser", "mobileAppsAndDesktopClients"]);
    body["grantControls"] =
        json!({ "operator": "AND", "authenticationStrength": { "id": "00000000-0000-0000-0000-000000000004" } });
    body["sessionControls"] = json!({ "signInFrequency": { "value": 4, "type": "hours", "isEnabled": true } });
    let policy = made(&graph.post(POLICIES, body));
    let path = format!("{POLICIES}/{}", text(&policy, "id"));
    assert_eq!(graph.get(&path).granted(), policy);
    let mut listed = policy.clone();
    listed.as_object_mut().unwrap().shift_remove("@odata.context");
    assert_eq!(graph.list(POLICIES), [listed]);

    let facts = standin
        .directory()
        .await
        .unwrap()
        .world()
        .tenants
        .get("example")
        .unwrap()
        .conditional_access
        .get("admins-prove-more")
        .unwrap()
        .clone();
    assert_eq!(
        (facts.exclude.groups, facts.grant),
        (vec!["staff".into()], vec![GrantControl::Strength("phishing_resistant".into())])
    );
    assert_eq!(facts.locations.exclude, ["office"]);
    assert!(facts.include.service_providers && !facts.include.guests);

    done(
        &graph.patch(
            &path,
            json!({ "displayName": "Renamed", "conditions": { "users": { "excludeUsers": [ALICES_ID] } } }),
        ),
    );
    let after = graph.get(&path).granted();
    assert_eq!(
        (&after["displayName"], &after["conditions"]["users"]["excludeUsers"]),
        (&"Renamed".into(), &json!([ALICES_ID]))
    );
    for pointer in [
        "/conditions/users/includeRoles",
        "/conditions/users/excludeGroups",
        "/conditions/locations",
        "/grantControls",
        "/sessionControls",
    ] {
        assert_eq!(after.pointer(pointer), policy.pointer(pointer), "{pointer}");
    }
    let selected = graph.get(&format!("{path}?$select=id,state")).granted();
    assert_eq!(selected.as_object().unwrap().len(), 3);
    // What a policy names cannot be taken away from under it.
    let told = refused(&graph.delete(&format!("{LOCATIONS}/{}", text(&office, "id"))), 400, "BadRequest");
    assert!(told.contains("office"), "{told}");
}

#[actix_web::test]
async fn a_policy_this_world_cannot_hold_is_refused_and_changes_nothing() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let mut devices = policy("Devices", "compliantDevice");
    devices["state"] = "disabled".into();
    let told = refused(&graph.post(POLICIES, devices), 400, "BadRequest");
    assert!(told.contains("compliantDevice"), "{told}");
    let mut risky = policy("Risk", "mfa");
    risky["conditions"]["signInRiskLevels"] = json!(["high"]);
    assert!(refused(&graph.post(POLICIES, risky), 400, "BadRequest").contains("signInRiskLevels"));
    let mut both = policy("Both", "block");
    both["grantControls"]["builtInControls"] = json!(["block", "mfa"]);
    assert!(refused(&graph.post(POLICIES, both), 400, "BadRequest").contains("cannot demand anything else"));
    let mut context = policy("Context", "mfa");
    context["conditions"]["applications"] = json!({ "includeAuthenticationContextClassReferences": ["c99"] });
    assert!(refused(&graph.post(POLICIES, context), 400, "BadRequest").contains("c1"));
    assert!(graph.list(POLICIES).is_empty());
    let kept = made(&graph.post(POLICIES, policy("Kept", "mfa")));
    let path = format!("{POLICIES}/{}", text(&kept, "id"));
    for wrong in [
        json!({ "state": "maybe" }),
        json!({ "grantControls": null }),
        json!({ "conditions": { "users": null } }),
        json!({ "x": 1 }),
    ] {
        refused(&graph.patch(&path, wrong), 400, "BadRequest");
    }
    assert_eq!(graph.get(&path).granted(), kept);
}

#[actix_web::test]
async fn security_defaults_and_policies_in_force_exclude_each_other() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    assert_eq!(graph.get(DEFAULTS).granted()["isEnabled"], false);
    done(&graph.patch(DEFAULTS, json!({ "isEnabled": true })));
    assert_eq!(graph.get(DEFAULTS).granted()["isEnabled"], true);
    let page = past_the_password(&mut Visitor::new(&standin), BOB).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "everybody registers: {}", page.gist());
    let told = refused(&graph.post(POLICIES, policy("P", "mfa")), 400, "BadRequest");
    assert!(told.starts_with("Security Defaults is enabled in the tenant."), "{told}");
    let mut off = policy("P", "mfa");
    off["state"] = "disabled".into();
    let off = made(&graph.post(POLICIES, off));
    let path = format!("{POLICIES}/{}", text(&off, "id"));
    refused(&graph.patch(&path, json!({ "state": "enabled" })), 400, "BadRequest");
    done(&graph.patch(DEFAULTS, json!({ "isEnabled": false })));
    done(&graph.patch(&path, json!({ "state": "enabled" })));
    let told = refused(&graph.patch(DEFAULTS, json!({ "isEnabled": true })), 400, "BadRequest");
    assert!(told.contains(text(&off, "id")), "{told}");
    for wrong in [json!({}), json!({ "isEnabled": "yes" }), json!({ "isEnabled": true, "x": 1 })] {
        refused(&graph.patch(DEFAULTS, wrong), 400, "BadRequest");
    }
}

fn location(name: &str, range: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": name,
        "isTrusted": false,
        "ipRanges": [{ "@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": range }],
    })
}

#[actix_web::test]
async fn a_place_made_here_is_where_a_policy_holds() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let place = made(&graph.post(LOCATIONS, location("This machine", "127.0.0.0/8")));
    let path = format!("{LOCATIONS}/{}", text(&place, "id"));
    assert_eq!(graph.get(&path).granted(), place);
    let mut body = policy("Not from here", "block");
    body["conditions"]["locations"] = json!({ "includeLocations": ["All"], "excludeLocations": ["AllTrusted"] });
    made(&graph.post(POLICIES, body));
    let blocked = async || {
        let answer = past_the_password(&mut Visitor::new(&standin), ALICE).await;
        answer.status == 400 && answer.error_code() == "AADSTS53003"
    };
    assert!(blocked().await);
    done(&graph.patch(&path, json!({ "@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": true })));
    assert!(!blocked().await);
    let elsewhere = json!([{ "@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8::/32" }]);
    done(&graph.patch(&path, json!({ "ipRanges": elsewhere, "displayName": "Elsewhere" })));
    assert!(blocked().await);
    let shown = graph.get(&path).granted();
    assert_eq!(
        (&shown["displayName"], &shown["ipRanges"], &shown["isTrusted"]),
        (&"Elsewhere".into(), &elsewhere, &true.into())
    );
    done(&graph.delete(&path));
    assert!(graph.list(LOCATIONS).is_empty());
}

#[actix_web::test]
async fn a_place_that_cannot_be_is_refused() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let with = |name: &str, value: Value| {
        let mut body = location("L", "10.0.0.0/8");
        body[name] = value;
        body
    };
    let ranges = |kind: &str, range: &str| json!([{ "@odata.type": kind, "cidrAddress": range }]);
    let v4 = "#microsoft.graph.iPv4CidrRange";
    let table = [
        with("@odata.type", json!("#microsoft.graph.countryNamedLocation")),
        with("displayName", json!("")),
        with("displayName", json!(null)),
        with("ipRanges", json!([])),
        with("ipRanges", json!(["10.0.0.0/8"])),
        with("ipRanges", ranges(v4, "10.0.0.0")),
        with("ipRanges", ranges(v4, "10.0.0.0/33")),
        with("ipRanges", ranges(v4, "2001:db8::/32")),
        with("ipRanges", ranges("#microsoft.graph.iPv6CidrRange", "10.0.0.0/8")),
        with("isTrusted", json!("yes")),
        with("countriesAndRegions", json!(["US"])),
    ];
    for body in table {
        refused(&graph.post(LOCATIONS, body), 400, "BadRequest");
    }
    // A name is a name, whatever the world uses the word for.
    for name in ["All", "trusted", "L", "L"] {
        assert_eq!(text(&made(&graph.post(LOCATIONS, location(name, "10.0.0.0/8"))), "displayName"), name);
    }
}

#[actix_web::test]
async fn contexts_are_those_that_policies_are_about() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = "v1.0/identity/conditionalAccess/authenticationContextClassReferences";
    assert!(graph.list(path).is_empty());
    let mut body = policy("Step up", "mfa");
    body["conditions"]["applications"] = json!({ "includeAuthenticationContextClassReferences": ["c3"] });
    made(&graph.post(POLICIES, body));
    assert_eq!(text(&graph.list(path)[0], "id"), "c3");
    assert_eq!(graph.get(&format!("{path}/c3")).granted()["isAvailable"], true);
    refused(&graph.get(&format!("{path}/c4")), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn a_security_reader_reads_policies_and_changes_none() {
    let standin = started().await;
    let scopes = ["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.SecurityDefaults"];
    let reader = person(&standin, BOB, &["security_reader"], &scopes);
    for path in [POLICIES, LOCATIONS, DEFAULTS] {
        assert_eq!(reader.get(path).status, 200, "{path}");
    }
    refused(&reader.post(POLICIES, policy("P", "mfa")), 403, "Authorization_RequestDenied");
    refused(&reader.patch(DEFAULTS, json!({ "isEnabled": true })), 403, "Authorization_RequestDenied");
    let nobody = person(&standin, BOB, &[], &scopes);
    refused(&nobody.get(POLICIES), 403, "Authorization_RequestDenied");
    let writer = person(&standin, BOB, &["conditional_access_admin"], &scopes);
    made(&writer.post(POLICIES, policy("P", "mfa")));
    let less = person(&standin, BOB, &["conditional_access_admin"], &["Policy.ReadWrite.ConditionalAccess"]);
    assert_eq!(less.list(POLICIES).len(), 1);
    let told = refused(&less.post(POLICIES, policy("Q", "mfa")), 403, "Authorization_RequestDenied");
    assert!(told.contains("Policy.Read.All with Policy.ReadWrite.ConditionalAccess"), "{told}");
}
