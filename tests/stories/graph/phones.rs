//! Telephones, and which method is asked first.

use serde_json::{Value, json};

use super::{daemon_with_all, done, made, refused};
use crate::apps::{BOB, text};
use crate::client::{patch_world, started};
use crate::second_factor::{MIA, past_the_password};
use crate::visitor::Visitor;

const MOBILE: &str = "3179e48a-750b-4051-897c-87b9720928f7";
const OFFICE: &str = "e37fc753-ff3b-4958-9484-eaa9425c82bc";
const BOBS: &str = "v1.0/users/bob@example.test/authentication/phoneMethods";

fn phone(number: &str, kind: &str) -> Value {
    json!({ "phoneNumber": number, "phoneType": kind })
}

#[actix_web::test]
async fn a_phone_is_added_changed_and_removed() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let mobile = made(&graph.post(BOBS, phone("+1 2065550100", "mobile")));
    assert_eq!((text(&mobile, "id"), text(&mobile, "phoneType")), (MOBILE, "mobile"));
    assert_eq!(text(&made(&graph.post(BOBS, phone("+1 2065550101", "office"))), "id"), OFFICE);
    done(&graph.patch(&format!("{BOBS}/{MOBILE}"), phone("+1 2065550102", "mobile")));
    let numbers: Vec<Value> = graph.list(BOBS).iter().map(|row| row["phoneNumber"].clone()).collect();
    assert_eq!(numbers, ["+1 2065550102", "+1 2065550101"]);
    let world = standin.directory().await.unwrap();
    let methods = &world.account(&standin::id::Upn::new(BOB)).unwrap().user.methods;
    assert_eq!((methods.sms.as_deref(), methods.call.as_deref()), (Some("+1 2065550102"), Some("+1 2065550101")));
    done(&graph.delete(&format!("{BOBS}/{MOBILE}")));
    assert_eq!(graph.list(BOBS).len(), 1);
    refused(
        &graph.patch(&format!("{BOBS}/{MOBILE}"), phone("+1 2065550103", "mobile")),
        404,
        "Request_ResourceNotFound",
    );
    done(&graph.delete(&format!("{BOBS}/{OFFICE}")));
    assert!(graph.list(BOBS).is_empty());
}

#[actix_web::test]
async fn a_phone_that_cannot_be_is_refused_with_the_reason() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    made(&graph.post(BOBS, phone("+1 2065550100", "mobile")));
    let table = [
        (phone("+1 2065550101", "mobile"), "already"),
        (phone("+1 2065550100", "office"), "already"),
        (phone("+1 2065550101", "alternateMobile"), "office"),
        (phone("+1 2065550101", "fax"), "phoneType"),
        (phone("2065550101", "office"), "phoneNumber"),
        (phone("+1 2065550101x5", "office"), "extensions"),
        (phone("<script>", "office"), "phoneNumber"),
        (json!({ "phoneNumber": "+1 2065550101" }), "phoneType"),
        (json!({ "phoneNumber": 5, "phoneType": "office" }), "phoneNumber"),
        (json!({ "phoneNumber": "+1 2065550101", "phoneType": "office", "colour": "red" }), "colour"),
    ];
    for (body, word) in table {
        let told = refused(&graph.post(BOBS, body.clone()), 400, "BadRequest");
        assert!(told.contains(word), "{body}: {told}");
    }
    let change = graph.patch(&format!("{BOBS}/{MOBILE}"), phone("+1 2065550101", "office"));
    assert_eq!(refused(&change, 400, "BadRequest"), "The type of a phone cannot be changed.");
    refused(&graph.patch(&format!("{BOBS}/{MOBILE}"), json!({})), 400, "BadRequest");
}

#[actix_web::test]
async fn a_phone_added_through_graph_gets_the_code() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    made(&graph.post(BOBS, phone("+1 2065550177", "mobile")));
    patch_world(&standin, json!({ "users": { BOB: { "per_user_mfa": "enforced" } } }));
    let page = past_the_password(&mut Visitor::new(&standin), BOB).await;
    assert!(page.has("We texted a code to") && page.has("+X XXXXXXXX77"), "{}", page.gist());
}

#[actix_web::test]
async fn the_preferred_method_is_asked_first() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = "beta/users/mia@example.test/authentication/signInPreferences";
    let preferred = |graph: &super::Graph<'_>| {
        let shown = graph.get(path).granted();
        (
            shown["isSystemPreferredAuthenticationMethodEnabled"].clone(),
            shown["userPreferredMethodForSecondaryAuthentication"].clone(),
        )
    };
    assert_eq!(preferred(&graph), (true.into(), "none".into()));
    done(&graph.patch(path, json!({ "userPreferredMethodForSecondaryAuthentication": "sms" })));
    assert_eq!(preferred(&graph), (false.into(), "sms".into()));
    let page = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(page.has("We texted a code to"), "{}", page.gist());
    for wrong in [
        json!({ "userPreferredMethodForSecondaryAuthentication": "voiceOffice" }),
        json!({ "userPreferredMethodForSecondaryAuthentication": "telepathy" }),
        json!({ "userPreferredMethodForSecondaryAuthentication": "push", "isSystemPreferredAuthenticationMethodEnabled": true }),
        json!({}),
    ] {
        refused(&graph.patch(path, wrong), 400, "BadRequest");
    }
    // What is preferred can be removed; then nothing is.
    done(&graph.delete(&format!("v1.0/users/mia@example.test/authentication/phoneMethods/{MOBILE}")));
    assert_eq!(preferred(&graph), (true.into(), "none".into()));
    refused(&graph.get("v1.0/users/mia@example.test/authentication/signInPreferences"), 404, "ResourceNotFound");
}
