//! Groups in tokens, as many as fit.

use serde_json::json;
use standin::Standin;

use super::{TO_API, both};
use crate::answer::claims;
use crate::apps::{ALICE, BOB, V2, WEB, text};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

/// So many groups of Example, all alice's.
fn join_groups(standin: &Standin, count: usize) {
    let groups: serde_json::Map<_, _> = (0..count).map(|n| (format!("g{n}"), json!({}))).collect();
    let names: Vec<String> = groups.keys().cloned().collect();
    patch_world(standin, json!({"tenants": {"example": {"groups": groups}}, "users": {ALICE: {"groups": names}}}));
}

fn name_groups(standin: &Standin, app: &str, which: &str) {
    patch_world(standin, json!({"apps": {app: {"group_claims": which}}}));
}

#[actix_web::test]
async fn groups_are_named_to_whoever_registered_for_them() {
    let standin = started().await;
    join_groups(&standin, 3);
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!((id.get("groups"), access.get("groups")), (None, None));
    name_groups(&standin, "example-web", "security");
    name_groups(&standin, "example-api", "all");
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!(id["groups"].as_array().unwrap().len(), 3);
    assert_eq!((&id["groups"], id.get("wids")), (&access["groups"], None));
    assert_eq!(access["wids"], json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]), "every member has this one");
    assert!(id["groups"].as_array().unwrap().iter().all(|id| uuid::Uuid::try_parse(id.as_str().unwrap()).is_ok()));
    let tokens = WEB.tokens(&standin, V2, TO_API, BOB).await;
    assert_eq!(claims(text(&tokens, "id_token")).get("groups"), None, "bob is in none");
}

#[actix_web::test]
async fn more_groups_than_fit_are_to_be_asked_for_elsewhere() {
    let standin = started().await;
    name_groups(&standin, "example-api", "security");
    name_groups(&standin, "example-web", "security");
    for (count, overage) in [(200, false), (201, true)] {
        join_groups(&standin, count);
        let (id, access) = both(&standin, TO_API).await;
        for token in [&id, &access] {
            assert_eq!(token.get("groups").is_none(), overage, "{count}");
            assert_eq!(token.get("_claim_names").is_some(), overage, "{count}");
        }
        if overage {
            assert_eq!(access["_claim_names"], json!({"groups": "src1"}));
            let endpoint = access["_claim_sources"]["src1"]["endpoint"].as_str().unwrap();
            assert!(endpoint.contains(text(&access, "oid")), "{endpoint}");
        }
    }
}

#[actix_web::test]
async fn fewer_groups_fit_into_an_address() {
    let standin = started().await;
    name_groups(&standin, "example-web", "security");
    for (count, named) in [(6, true), (7, false)] {
        join_groups(&standin, count);
        let more = [("response_type", "id_token"), ("nonce", "n")];
        let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
        let token = claims(&answer.sent_back("id_token").unwrap());
        assert_eq!(token.get("groups").is_some(), named, "{count}");
        assert_eq!(token.get("hasgroups").cloned(), (!named).then(|| json!(true)), "{count}");
        let posted = WEB
            .signs_in(&mut Visitor::new(&standin), V2, &[&more[..], &[("response_mode", "form_post")]].concat(), ALICE)
            .await;
        assert!(claims(&posted.sent_back("id_token").unwrap())["groups"].is_array(), "a form has room for more");
    }
    patch_world(&standin, json!({"apps": {"example-web": {"implicit": {"access_tokens": true}}}}));
    name_groups(&standin, "example-api", "security");
    let more = [("response_type", "token"), ("scope", "api://example-api/read")];
    let answer = WEB.signs_in(&mut Visitor::new(&standin), V2, &more, ALICE).await;
    let token = claims(&answer.sent_back("access_token").unwrap());
    assert_eq!((token.get("groups"), token.get("hasgroups")), (None, Some(&json!(true))), "an access token as well");
}
