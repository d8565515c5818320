//! The life of a granular relationship through Microsoft Graph: drafted, locked, approved, in force, over.

use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;
use standin::time::Timestamp;

use super::{Bearer, bearer, refused};
use crate::apps::{PARTNER, PASSWORD, text};
use crate::client::{patch_world, started};
use crate::partner_api::{ADATUM, JANE};
use crate::visitor::Visitor;

const GRAPH: (&str, &str) = ("/graph/v1.0", "graph");
const AS_THE_USER: &[&str] = &["Directory.AccessAsUser.All"];
const ALL: &str = "tenantRelationships/delegatedAdminRelationships";
const USER_ADMIN: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
const GLOBAL_ADMIN: &str = "62e90394-69f5-4237-9190-012177145e10";
const EXAMPLE: &str = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";

fn jane(standin: &Standin) -> Bearer<'_> {
    bearer(standin, GRAPH, JANE, "contoso", AS_THE_USER)
}

fn roles(ids: &[&str]) -> Value {
    let rows: Vec<Value> = ids.iter().map(|id| json!({ "roleDefinitionId": id })).collect();
    json!({ "unifiedRoles": rows })
}

fn draft(name: &str) -> Value {
    json!({
        "displayName": name, "duration": "P30D", "autoExtendDuration": "PT0S",
        "customer": { "tenantId": EXAMPLE, "displayName": "Example" },
        "accessDetails": roles(&[USER_ADMIN, HELPDESK]),
    })
}

fn made(answer: &crate::answer::Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

/// Bob, whom the story makes an administrator of the customer-to-be.
fn bob(standin: &Standin) -> Bearer<'_> {
    patch_world(standin, json!({ "users": { "bob@example.test": { "roles": ["global_admin"] } } }));
    bearer(standin, GRAPH, "bob@example.test", "example", AS_THE_USER)
}

fn ask(who: &Bearer<'_>, id: &str, action: &str) -> crate::answer::Answer {
    who.post(&format!("{ALL}/{id}/requests"), &json!({ "action": action }))
}

#[actix_web::test]
async fn a_relationship_is_drafted_approved_given_out_and_ended() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2026-11-20T10:00:00Z").unwrap());
    // Two clocks of an hour's token: the story moves time, so tokens are made when they are needed.
    let id = text(&made(&jane(&standin).post(ALL, &draft("Help for Example"))), "id").to_owned();
    let at = format!("{ALL}/{id}");
    let status = || text(&jane(&standin).get(&at).granted(), "status").to_owned();
    assert_eq!(status(), "created");
    refused(&ask(&bob(&standin), &id, "approve"), 409, "conflict");
    made(&ask(&jane(&standin), &id, "lockForApproval"));
    assert_eq!(status(), "approvalPending");
    refused(&ask(&jane(&standin), &id, "approve"), 403, "Authorization_RequestDenied");
    let request = made(&ask(&bob(&standin), &id, "approve"));
    assert_eq!(text(&request, "status"), "succeeded");
    let active = jane(&standin).get(&at).granted();
    assert_eq!((text(&active, "status"), text(&active, "endDateTime")), ("active", "2026-12-20T10:00:00Z"));
    // In force, and nobody was given anything yet.
    let arrives = async || {
        let mut visitor = Visitor::new(&standin);
        patch_world(&standin, json!({ "apps": { "partner-app": { "consented": ["contoso", "example"] } } }));
        let asks =
            PARTNER.asks("/example.test/oauth2", &[("scope", ""), ("resource", "https://management.azure.com/")]);
        let page = visitor.get(&asks).await;
        visitor.sign_in(page, JANE, PASSWORD).await
    };
    arrives().await.on_page(50020);
    let groups = jane(&standin).list("me/memberOf");
    let container = json!({ "accessContainerId": groups[0]["id"], "accessContainerType": "securityGroup" });
    let give = |ids: &[&str]| json!({ "accessContainer": container, "accessDetails": roles(ids) });
    refused(&jane(&standin).post(&format!("{at}/accessAssignments"), &give(&[GLOBAL_ADMIN])), 400, "BadRequest");
    let given = made(&jane(&standin).post(&format!("{at}/accessAssignments"), &give(&[HELPDESK])));
    assert_eq!((text(&given, "status"), &given["accessDetails"]), ("active", &roles(&[HELPDESK])));
    assert!(arrives().await.has("name=\"otc\""), "on to the second factor");
    assert!(
        jane(&standin)
            .list("tenantRelationships/delegatedAdminCustomers")
            .iter()
            .any(|one| text(one, "tenantId") == EXAMPLE)
    );
    // Once somebody has ended it, it lets nobody in, though the end takes a moment.
    made(&ask(&bob(&standin), &id, "terminate"));
    assert_eq!(status(), "terminating");
    arrives().await.on_page(50020);
    standin.clock().advance(Duration::from_secs(300));
    assert_eq!(status(), "terminated");
    arrives().await.on_page(50020);
    refused(&ask(&jane(&standin), &id, "terminate"), 409, "conflict");
}

#[actix_web::test]
async fn time_ends_a_relationship_unless_it_renews_itself() {
    let standin = started().await;
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2028-11-19T12:00:00Z").unwrap());
    let of = |customer: &str| {
        let list = jane(&standin).list(ALL);
        list.into_iter().find(|one| text(&one["customer"], "tenantId") == customer).unwrap()
    };
    let before = of(ADATUM);
    assert_eq!((text(&before, "status"), text(&before, "endDateTime")), ("active", "2028-11-20T00:00:00Z"));
    standin.clock().advance(Duration::from_secs(11 * 3600 + 1800));
    assert_eq!(text(&of(ADATUM), "status"), "expiring");
    standin.clock().advance(Duration::from_secs(1800));
    assert_eq!(text(&of(ADATUM), "status"), "expired");
    standin.clock().set(Timestamp::parse("2028-11-19T12:00:00Z").unwrap());
    let one = of(ADATUM);
    let path = format!("{ALL}/{}", text(&one, "id"));
    let renewed = jane(&standin).patch(&path, text(&one, "@odata.etag"), &json!({ "autoExtendDuration": "P180D" }));
    assert_eq!(text(&renewed.granted(), "autoExtendDuration"), "P180D");
    standin.clock().set(Timestamp::parse("2028-11-20T00:00:00Z").unwrap());
    let after = of(ADATUM);
    assert_eq!((text(&after, "status"), text(&after, "endDateTime")), ("active", "2029-05-19T00:00:00Z"));
}

#[actix_web::test]
async fn every_state_of_a_relationship_has_a_tag_of_its_own_also_where_time_made_it() {
    let standin = started().await;
    standin.clock().freeze();
    let at = |moment: &str| standin.clock().set(Timestamp::parse(moment).unwrap());
    at("2028-11-19T12:00:00Z");
    let own = format!("{ALL}/{}", text(&jane(&standin).list(ALL)[0], "id"));
    let tag = || text(&jane(&standin).get(&own).granted(), "@odata.etag").to_owned();
    let (first, again) = (tag(), tag());
    assert_eq!(first, again, "the same state");
    let renewed = jane(&standin).patch(&own, &first, &json!({ "autoExtendDuration": "P180D" })).granted();
    assert_eq!(tag(), text(&renewed, "@odata.etag"));
    at("2028-11-20T12:00:00Z");
    let extended = tag();
    assert_ne!(extended, text(&renewed, "@odata.etag"), "it renewed itself");
    refused(&jane(&standin).patch(&own, text(&renewed, "@odata.etag"), &json!({})), 412, "preconditionFailed");
    made(&ask(&jane(&standin), text(&renewed, "id"), "terminate"));
    let ending = tag();
    standin.clock().advance(Duration::from_secs(300));
    let ended = tag();
    assert!(ending != extended && ended != ending, "{extended} {ending} {ended}");
}

#[actix_web::test]
async fn an_assignment_tells_when_it_was_made_and_changed_and_another_one_is_not_taken_for_it() {
    let standin = started().await;
    standin.clock().freeze();
    let jane = jane(&standin);
    let list = jane.list(ALL);
    let one = list.iter().find(|one| text(&one["customer"], "tenantId") == ADATUM).unwrap();
    let at = format!("{ALL}/{}/accessAssignments", text(one, "id"));
    let assignments = jane.list(&at);
    let given = assignments.iter().find(|given| given["accessDetails"] == roles(&[USER_ADMIN])).unwrap();
    let own = format!("{at}/{}", text(given, "id"));
    let give = json!({ "accessContainer": given["accessContainer"], "accessDetails": given["accessDetails"] });
    let removes = |tag: &str| {
        let removal = jane.call("DELETE", &own).header("If-Match", tag).send();
        assert_eq!(removal.status, 204, "{}", removal.body);
    };
    removes(text(given, "@odata.etag"));
    standin.clock().advance(Duration::from_secs(60));
    let mut first = made(&jane.post(&at, &give));
    let plain = |row: &mut Value| row.as_object_mut().unwrap().remove("@odata.context");
    let shown = || {
        let mut row = jane.get(&own).granted();
        plain(&mut row);
        row
    };
    plain(&mut first);
    assert_eq!(first, shown(), "told as it is found");
    assert_eq!(first["createdDateTime"], first["lastModifiedDateTime"]);
    // The same roles once more, at the same moment: another state.
    let second = jane.patch(&own, text(&first, "@odata.etag"), &json!({ "accessDetails": roles(&[USER_ADMIN]) }));
    let second = second.granted();
    assert_ne!(second["@odata.etag"], first["@odata.etag"]);
    standin.clock().advance(Duration::from_secs(60));
    let third = jane.patch(&own, text(&second, "@odata.etag"), &json!({ "accessDetails": roles(&[USER_ADMIN]) }));
    let third = third.granted();
    assert_eq!(third["createdDateTime"], first["createdDateTime"]);
    assert!(text(&third, "lastModifiedDateTime") > text(&first, "lastModifiedDateTime"), "{third}");
    // Gone and made anew: whoever saw the old one changes nothing of the new one.
    removes(text(&third, "@odata.etag"));
    let fourth = made(&jane.post(&at, &give));
    assert_eq!(fourth["createdDateTime"], third["lastModifiedDateTime"]);
    let late = jane.call("DELETE", &own).header("If-Match", text(&third, "@odata.etag")).send();
    refused(&late, 412, "preconditionFailed");
    // What the relationship itself does later is no news of the assignment.
    standin.clock().advance(Duration::from_secs(60));
    jane.patch(&format!("{ALL}/{}", text(one, "id")), "*", &json!({ "autoExtendDuration": "P180D" })).granted();
    assert_eq!(shown()["lastModifiedDateTime"], fourth["lastModifiedDateTime"]);
}

#[actix_web::test]
async fn what_was_asked_of_a_relationship_is_listed_in_the_order_it_was_asked() {
    let standin = started().await;
    standin.clock().freeze();
    let id = text(&made(&jane(&standin).post(ALL, &draft("In order"))), "id").to_owned();
    made(&ask(&jane(&standin), &id, "lockForApproval"));
    standin.clock().advance(Duration::from_secs(60));
    made(&ask(&bob(&standin), &id, "approve"));
    standin.clock().advance(Duration::from_secs(60));
    made(&ask(&bob(&standin), &id, "terminate"));
    let asked = jane(&standin).list(&format!("{ALL}/{id}/requests"));
    let actions: Vec<&str> = asked.iter().map(|one| text(one, "action")).collect();
    assert_eq!(actions, ["lockForApproval", "approve", "terminate"]);
}

#[actix_web::test]
async fn a_draft_is_changed_in_the_state_it_was_seen_in_and_removed() {
    let standin = started().await;
    let jane = jane(&standin);
    let first = made(&jane.post(ALL, &draft("Draft")));
    let at = format!("{ALL}/{}", text(&first, "id"));
    refused(&jane.post(ALL, &draft("Draft")), 409, "conflict");
    let change = json!({ "duration": "P2Y" });
    refused(&jane.patch(&at, "", &change), 400, "BadRequest");
    refused(&jane.patch(&at, "W/\"other\"", &change), 412, "preconditionFailed");
    let second = jane.patch(&at, text(&first, "@odata.etag"), &change).granted();
    assert_eq!(text(&second, "duration"), "P730D");
    refused(&jane.patch(&at, text(&first, "@odata.etag"), &change), 412, "preconditionFailed");
    let removal = jane.call("DELETE", &at).header("If-Match", "*").send();
    assert_eq!(removal.status, 204, "{}", removal.body);
    refused(&jane.get(&at), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn what_cannot_be_proposed_is_refused_with_its_reason() {
    let standin = started().await;
    let jane = jane(&standin);
    for (name, value) in [
        ("displayName", json!("")),
        ("duration", json!("P731D")),
        ("autoExtendDuration", json!("P90D")),
        ("customer", json!({ "tenantId": "3deee153-d142-49b5-9dd8-16b246dfa0ce" })),
        ("customer", json!({ "tenantId": "x" })),
        ("accessDetails", roles(&["x"])),
        ("accessDetails", roles(&[])),
        ("status", json!("active")),
    ] {
        let mut body = draft("Wrong");
        body[name] = value;
        refused(&jane.post(ALL, &body), 400, "BadRequest");
    }
    let mut for_ever = draft("For ever");
    for_ever["accessDetails"] = roles(&[GLOBAL_ADMIN]);
    for_ever["autoExtendDuration"] = json!("P180D");
    refused(&jane.post(ALL, &for_ever), 400, "BadRequest");
    // Not a partner; not an agent; another partner's.
    let ada = bearer(&standin, GRAPH, "ada@adatum.test", "adatum", AS_THE_USER);
    refused(&ada.post(ALL, &draft("Mine")), 403, "Authorization_RequestDenied");
    let bill = bearer(&standin, GRAPH, "bill@contoso.test", "contoso", AS_THE_USER);
    refused(&bill.get(ALL), 403, "Authorization_RequestDenied");
    let ours = jane.list(ALL).remove(0);
    let trent = bearer(&standin, GRAPH, "trent@wingtip.test", "wingtip.test", AS_THE_USER);
    refused(&trent.get(&format!("{ALL}/{}", text(&ours, "id"))), 404, "Request_ResourceNotFound");
    // The customer sees it too, and changes nothing.
    assert_eq!(ada.list(ALL).len(), 2, "of Contoso and of Wingtip");
    let at = format!("{ALL}/{}/accessAssignments", text(&ours, "id"));
    let given = ada.list(&at);
    assert_eq!(given.len(), 2);
    let one = format!("{at}/{}", text(&given[0], "id"));
    let removal = ada.call("DELETE", &one).header("If-Match", "*").send();
    refused(&removal, 403, "Authorization_RequestDenied");
    let removal = jane.call("DELETE", &one).header("If-Match", text(&given[0], "@odata.etag")).send();
    assert_eq!(removal.status, 204, "{}", removal.body);
    assert_eq!(ada.list(&at).len(), 1);
}

#[actix_web::test]
async fn another_partner_s_agent_ends_no_relationship_that_is_not_theirs() {
    let standin = started().await;
    let list = jane(&standin).list(ALL);
    let one = list.iter().find(|one| text(&one["customer"], "tenantId") == ADATUM).unwrap();
    let (id, at) = (text(one, "id"), format!("{ALL}/{}", text(one, "id")));
    let john = bearer(&standin, GRAPH, "john@fabrikam.test", "adatum", AS_THE_USER);
    refused(&ask(&john, id, "terminate"), 403, "Authorization_RequestDenied");
    assert_eq!(text(&jane(&standin).get(&at).granted(), "status"), "active");
    let ended = ask(&jane(&standin), id, "terminate");
    made(&ended);
    // What was asked is found where the answer says it is.
    let address = ended.header("location").split_once("/graph/v1.0/").unwrap().1.to_owned();
    assert_eq!(jane(&standin).get(&address).granted()["action"], "terminate");
    let requests = jane(&standin).list(&format!("{at}/requests"));
    assert_eq!((requests.len(), &requests[0]["id"]), (1, &ended.json()["id"]));
    assert_eq!(requests[0]["@odata.etag"], ended.json()["@odata.etag"]);
    assert!(text(&requests[0], "@odata.etag").starts_with("W/"));
    refused(&jane(&standin).get(&format!("{at}/requests/{EXAMPLE}")), 404, "Request_ResourceNotFound");
    assert_eq!(text(&jane(&standin).get(&at).granted(), "status"), "terminating");
}
