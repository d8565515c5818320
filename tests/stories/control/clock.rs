//! The virtual clock.

use super::*;

#[actix_web::test]
async fn a_clock_is_set_moved_frozen_and_given_back() {
    let standin = started().await;
    let clock =
        put(&standin, "/_standin/clock", json!({"at": "2030-01-01T00:00:00Z", "advance": "90m", "freeze": true}));
    let face = json!({"now": "2030-01-01T01:30:00Z", "frozen": true});
    assert_eq!(clock.succeeded(), face);
    assert_eq!(get(&standin, "/_standin/clock").succeeded(), face);
    assert_eq!(standin.clock().now().to_string(), "2030-01-01T01:30:00Z");
    assert_eq!(put(&standin, "/_standin/clock", json!({"freeze": false})).succeeded()["frozen"], false);
    let real = delete(&standin, "/_standin/clock").succeeded();
    assert_eq!(real["frozen"], false);
    assert!(!real["now"].as_str().unwrap().starts_with("2030-01-01T0"), "{real}");
    assert_eq!(control_entries(&standin).len(), 3);
}

#[actix_web::test]
async fn every_mistake_is_told_and_the_clock_goes_on_as_before() {
    let standin = started().await;
    put(&standin, "/_standin/clock", json!({"at": "2030-01-01T00:00:00Z", "freeze": true})).succeeded();
    let wrong = put(&standin, "/_standin/clock", json!({"advence": "1h", "freeze": "no", "at": "soon"}));
    let error = wrong.refused(422, "invalid");
    let details = error["details"].as_array().unwrap();
    assert_eq!(details.len(), 3, "{error}");
    assert_eq!(
        details[0],
        json!({"target": "advence", "message": "There is no 'advence' here; did you mean 'advance'?"})
    );
    let one = put(&standin, "/_standin/clock", json!({"advance": "1 hour"})).refused(422, "invalid");
    assert_eq!(one["target"], "advance");
    put(&standin, "/_standin/clock", json!({})).refused(422, "invalid");
    call(&standin, "PUT", "/_standin/clock").text("application/json", "{").send().refused(400, "bad_request");
    call(&standin, "PUT", "/_standin/clock").send().refused(400, "bad_request");
    assert_eq!(get(&standin, "/_standin/clock").succeeded()["now"], "2030-01-01T00:00:00Z");
}

#[actix_web::test]
async fn a_clock_is_its_worlds_own() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "late"})).succeeded();
    put(&standin, "/w/late/_standin/clock", json!({"at": "2040-01-01T00:00:00Z", "freeze": true})).succeeded();
    assert_eq!(get(&standin, "/w/late/_standin/clock").succeeded()["now"], "2040-01-01T00:00:00Z");
    assert_eq!(get(&standin, "/_standin/clock").succeeded()["frozen"], false);
}
