//! The world, read and changed.

use super::*;
use crate::apps::{ALICE, BOB, LOCAL, LOCAL_WEB, V2};

fn password(standin: &Standin) -> Value {
    get(standin, "/_standin/world").succeeded()["users"]["alice@example.test"]["password"].clone()
}

#[actix_web::test]
async fn a_world_that_was_read_can_be_put_back_as_it_is() {
    let standin = started().await;
    let before = get(&standin, "/_standin/world").succeeded();
    assert_eq!(before["tenants"]["example"]["id"], "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1");
    assert_eq!(put(&standin, "/_standin/world", before.clone()).succeeded(), before);
    assert_eq!(get(&standin, "/_standin/world").succeeded(), before);
}

#[actix_web::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let standin = started().await;
    let change = json!({"users": {
        "alice@example.test": {"password": "Another1!"},
        "bob@example.test": null,
        "carol@example.test": {"name": "Carol", "password": "Password1!"},
    }});
    let after =
        call(&standin, "PATCH", "/_standin/world").text("application/merge-patch+json", &change.to_string()).send();
    let after = after.succeeded();
    assert_eq!(after, get(&standin, "/_standin/world").succeeded());
    assert_eq!(password(&standin), "Another1!");
    assert_eq!(after["users"]["alice@example.test"]["id"], "364526c4-eb11-4985-917d-37d04d230685");
    assert!(after["users"].get("bob@example.test").is_none());
    assert!(after["users"]["carol@example.test"]["id"].is_string(), "what a file may leave out is filled in");
    assert_eq!(
        control_entries(&standin),
        ["The world was changed: users.alice@example.test, users.bob@example.test, users.carol@example.test."]
    );
}

#[actix_web::test]
async fn an_invalid_change_is_told_every_mistake_and_changes_nothing() {
    let standin = started().await;
    let before = get(&standin, "/_standin/world").succeeded();
    let change = json!({
        "users": {"alice@example.test": {"password": "Another1!", "pasword": "x", "enabled": "yes"}},
        "apps": {"example-web": {"redirect_uri": []}},
    });
    let error = patch(&standin, "/_standin/world", change).refused(422, "invalid");
    let details = error["details"].as_array().unwrap();
    assert_eq!(details.len(), 3, "{error}");
    let of = |path: &str| {
        details.iter().find(|mistake| mistake["target"] == path).map(|mistake| mistake["message"].to_string())
    };
    assert!(of("users.\"alice@example.test\".pasword").is_some_and(|text| text.contains("password")), "{error}");
    assert!(of("users.\"alice@example.test\".enabled").is_some(), "{error}");
    assert!(of("apps.example-web.redirect_uri").is_some_and(|text| text.contains("redirect_uris")), "{error}");
    assert_eq!(get(&standin, "/_standin/world").succeeded(), before);
    assert!(control_entries(&standin).is_empty());
}

#[actix_web::test]
async fn what_one_part_says_against_another_is_a_mistake_too() {
    let standin = started().await;
    let change = json!({"apps": {"example-web": {"home": "nowhere"}}});
    let error = patch(&standin, "/_standin/world", change).refused(422, "invalid");
    assert_eq!(error["target"], "apps.example-web.home", "{error}");
}

#[actix_web::test]
async fn settings_for_the_server_are_checked_wherever_a_world_comes_from() {
    let standin = started().await;
    let server = json!({"http": "foo", "log": "zz"});
    let whole = json!({"server": server, "tenants": {"a": {"domains": ["a.test"]}}});
    for (refused, prefix) in [
        (patch(&standin, "/_standin/world", json!({"server": server})), ""),
        (put(&standin, "/_standin/world", whole.clone()), ""),
        (post(&standin, "/_standin/worlds", json!({"world": whole})), "world."),
    ] {
        let error = refused.refused(422, "invalid");
        let targets = error["details"].as_array().unwrap().iter().map(|one| one["target"].clone());
        let expected = ["server.http", "server.log"].map(|at| json!(format!("{prefix}{at}")));
        assert_eq!(targets.collect::<Vec<_>>(), expected, "{error}");
    }
    let right = json!({"server": {"http": "127.0.0.1:8443", "log": "json"}});
    let after = patch(&standin, "/_standin/world", right).succeeded();
    assert_eq!(after["server"]["log"], "json");
}

#[actix_web::test]
async fn what_is_no_world_is_refused() {
    let standin = started().await;
    for body in ["[]", "\"plain\"", "null", "7"] {
        let put = call(&standin, "PUT", "/_standin/world").text("application/json", body).send();
        put.refused(422, "invalid");
    }
    for body in [r#"{"users": {"#, "edition = \"2020\"", "\u{0}"] {
        let put = call(&standin, "PUT", "/_standin/world").text("application/json", body).send();
        put.refused(400, "bad_request");
    }
    let twice = r#"{"edition": "2019", "edition": "2020"}"#;
    call(&standin, "PUT", "/_standin/world").text("application/json", twice).send().refused(422, "invalid");
    call(&standin, "PUT", "/_standin/world")
        .text("application/toml", "")
        .header("X", "y")
        .send()
        .refused(400, "bad_request");
    call(&standin, "PUT", "/_standin/world")
        .text("application/toml", "x")
        .send()
        .refused(415, "unsupported_media_type");
    assert_eq!(password(&standin), "Password1!");
}

#[actix_web::test]
async fn changes_that_come_at_once_are_all_made() {
    let standin = started().await;
    let one = |n: u32| json!({"users": {format!("user{n}@example.test"): {"password": "Password1!"}}});
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (standin, one) = (&standin, &one);
            scope.spawn(move || patch(standin, "/_standin/world", one(n)).succeeded());
        }
    });
    let users = get(&standin, "/_standin/world").succeeded()["users"].clone();
    assert!((0..8).all(|n| users.get(format!("user{n}@example.test")).is_some()), "{users}");
}

#[actix_web::test]
async fn a_reset_brings_the_first_day_back() {
    let standin = started().await;
    let before = get(&standin, "/_standin/world").succeeded();
    patch(&standin, "/_standin/world", json!({"users": {"alice@example.test": {"password": "Another1!"}}})).succeeded();
    put(&standin, "/_standin/clock", json!({"freeze": true, "advance": "1d"})).succeeded();
    call(&standin, "POST", "/_standin/reset").send().done();
    assert_eq!(get(&standin, "/_standin/world").succeeded(), before);
    assert_eq!(get(&standin, "/_standin/clock").succeeded()["frozen"], false);
    assert_eq!(control_entries(&standin), ["The world was reset."]);
    call(&standin, "GET", "/_standin/reset").send().refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn what_the_server_wrote_down_of_somebody_goes_with_them_and_is_no_mistake_of_whoever_removes_them() {
    let standin = started().await;
    let write = [("scope", "openid api://example-api/write")];
    WEB.code(&mut Visitor::new(&standin), V2, &write, ALICE).await;
    WEB.code(&mut Visitor::new(&standin), V2, &write, BOB).await;
    LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[], "alice@local.test").await;
    let left = |world: &Value| world["consents"].as_object().map_or(0, |consents| consents.len());
    let before = get(&standin, "/_standin/world").succeeded();
    assert_eq!(left(&before), 3, "{}", before["consents"]);

    let mine = json!({"tenant": "example", "app": "example-web", "user": ALICE});
    let named = json!({"users": {ALICE: null}, "consents": {"mine": mine}});
    let error = patch(&standin, "/_standin/world", named).refused(422, "invalid");
    assert!(error.to_string().contains("consents.mine.user"), "who names a record has to be right: {error}");
    let table = [
        (json!({"users": {ALICE: null}}), 2),
        (json!({"apps": {"example-api": {"scopes": {"write": null}}}}), 1),
        (json!({"providers": {"local": {"users": {"alice@local.test": null}}}}), 0),
    ];
    for (change, expected) in table {
        let after = patch(&standin, "/_standin/world", change).succeeded();
        assert_eq!(left(&after), expected, "{}", after["consents"]);
    }
    // A whole world is somebody's own words: there it is a mistake.
    let mut whole = before;
    whole["users"].as_object_mut().unwrap().remove(ALICE);
    let error = put(&standin, "/_standin/world", whole).refused(422, "invalid");
    assert!(error.to_string().contains("there is no user"), "{error}");
}
