//! Isolated worlds.

use super::*;

#[actix_web::test]
async fn a_world_is_made_found_listed_and_freed() {
    let standin = started().await;
    let made = post(&standin, "/_standin/worlds", json!({"id": "Team-1"}));
    let place = json!({"id": "team-1", "base_path": "/w/team-1"});
    assert_eq!((made.status, made.header("location")), (201, "/_standin/worlds/team-1"));
    assert_eq!(made.succeeded(), place);
    assert_eq!(get(&standin, "/_standin/worlds/TEAM-1").succeeded(), place);
    assert_eq!(get(&standin, "/_standin/worlds").succeeded(), json!({"value": [place], "next": null}));
    assert_eq!(get(&standin, "/w/team-1/_standin/health").status, 200);
    delete(&standin, "/_standin/worlds/team-1").done();
    get(&standin, "/w/team-1/_standin/health").refused(404, "not_found");
    get(&standin, "/_standin/worlds/team-1").refused(404, "not_found");
    delete(&standin, "/_standin/worlds/team-1").refused(404, "not_found");
    assert_eq!(control_entries(&standin), ["The world team-1 was made.", "The world team-1 was deleted."]);
}

#[actix_web::test]
async fn a_world_without_a_name_gets_one_by_chance() {
    let standin = started().await;
    let (one, two) = (call(&standin, "POST", "/_standin/worlds").send(), post(&standin, "/_standin/worlds", json!({})));
    let (one, two) = (one.succeeded()["id"].clone(), two.succeeded()["id"].clone());
    assert_ne!(one, two);
    assert_eq!(one.as_str().unwrap().len(), 12);
    delete(&standin, "/_standin/worlds").done();
    assert_eq!(get(&standin, "/_standin/worlds").succeeded()["value"], json!([]));
}

#[actix_web::test]
async fn a_world_starts_with_the_facts_it_was_given() {
    let standin = started().await;
    let tenants =
        |id: &str| get(&standin, &format!("/w/{id}/_standin/world")).succeeded()["tenants"].as_object().unwrap().len();
    let own = json!({"tenants": {"acme": {"domains": ["acme.test"]}}});
    post(&standin, "/_standin/worlds", json!({"id": "same"})).succeeded();
    post(&standin, "/_standin/worlds", json!({"id": "plain", "world": "plain"})).succeeded();
    post(&standin, "/_standin/worlds", json!({"id": "own", "world": own})).succeeded();
    assert_eq!((tenants("same"), tenants("plain"), tenants("own")), (6, 1, 1));
    patch(&standin, "/w/own/_standin/world", json!({"tenants": {"b": {"domains": ["b.test"]}}})).succeeded();
    assert_eq!((tenants("own"), tenants("plain")), (2, 1));
    call(&standin, "POST", "/w/own/_standin/reset").send().done();
    assert_eq!(tenants("own"), 1, "a world's first day is its own");
}

#[actix_web::test]
async fn a_name_that_is_taken_or_no_name_is_refused() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "a"})).succeeded();
    post(&standin, "/_standin/worlds", json!({"id": "A"})).refused(409, "conflict");
    for id in [json!(""), json!("a b"), json!("../x"), json!("ü"), json!("x".repeat(65)), json!(7)] {
        let error = post(&standin, "/_standin/worlds", json!({"id": id})).refused(422, "invalid");
        assert_eq!(error["target"], "id");
    }
    assert_eq!(get(&standin, "/_standin/worlds").succeeded()["value"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_world_with_mistakes_is_not_made() {
    let standin = started().await;
    let wrong = json!({"id": "a", "world": {"tenants": {"acme": {"domain": "acme.test"}}}});
    let error = post(&standin, "/_standin/worlds", wrong).refused(422, "invalid");
    assert_eq!(error["target"], "world.tenants.acme.domain", "{error}");
    for (body, target) in [
        (json!({"world": "partners"}), "world"),
        (json!({"world": 1}), "world"),
        (json!({"idd": "a"}), "idd"),
        (json!({"world": "partner", "base_path": "/w/a"}), "base_path"),
    ] {
        assert_eq!(post(&standin, "/_standin/worlds", body).refused(422, "invalid")["target"], target);
    }
    call(&standin, "POST", "/_standin/worlds").text("text/plain", "{}").send().refused(415, "unsupported_media_type");
    assert_eq!(get(&standin, "/_standin/worlds").succeeded()["value"], json!([]));
}

#[actix_web::test]
async fn worlds_are_managed_from_the_root_world_only() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "a"})).succeeded();
    get(&standin, "/w/a/_standin/worlds").refused(404, "not_found");
    post(&standin, "/w/a/_standin/worlds", json!({})).refused(404, "not_found");
    delete(&standin, "/w/a/_standin/worlds/a").refused(404, "not_found");
    assert!(get(&standin, "/w/a/_standin/openapi.json").succeeded()["paths"].get("/worlds").is_none());
}

#[actix_web::test]
async fn what_happens_in_one_world_is_not_in_the_journal_of_another() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "a"})).succeeded();
    put(&standin, "/w/a/_standin/clock", json!({"freeze": true})).succeeded();
    assert_eq!(control_entries(&standin), ["The world a was made."]);
    assert!(get(&standin, "/w/a/_standin/events").body.contains("The clock was turned."));
}
