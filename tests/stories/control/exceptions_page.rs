//! The reviewer's page in the console: it decides what the control call decides.

use super::exceptions::{filed, on_a_wednesday, state};
use super::*;

fn pressed(standin: &Standin, fields: &str) -> Answer {
    call(standin, "POST", "/console/exceptions").text("application/x-www-form-urlencoded", fields).send()
}

#[actix_web::test]
async fn a_reviewer_approves_denies_and_takes_back() {
    let standin = on_a_wednesday().await;
    assert!(get(&standin, "/console/exceptions").body.contains("Nobody has asked"));
    let (one, two) = (filed(&standin, "third_party_mfa"), filed(&standin, "more_time"));
    let page = get(&standin, "/console/exceptions");
    assert_eq!((page.status, page.body.matches("data-testid=\"approve\"").count()), (200, 2));
    assert!(page.body.contains("May be granted") && page.body.contains("Wingtip Sentry"), "{}", page.body);

    let answer = pressed(&standin, &format!("id={one}&decision=approve&until=2026-12-24"));
    assert_eq!((answer.status, answer.header("location")), (303, "/console/exceptions?told=approve"));
    pressed(&standin, &format!("id={two}&decision=deny&until="));
    assert_eq!((state(&standin, &one), state(&standin, &two)), (json!("approved"), json!("denied")));
    let page = get(&standin, "/console/exceptions?told=deny");
    assert!(
        page.body.contains("The request was denied.") && page.body.contains("2026-12-24 00:00 UTC"),
        "{}",
        page.body
    );
    pressed(&standin, &format!("id={one}&decision=withdraw"));
    assert_eq!(state(&standin, &one), "withdrawn");
    let front = get(&standin, "/");
    assert!(front.body.contains("href=\"/console/exceptions\""));
}

#[actix_web::test]
async fn what_makes_no_sense_changes_nothing_and_no_other_site_decides() {
    let standin = on_a_wednesday().await;
    let id = filed(&standin, "powershell");
    let told = |fields: &str| pressed(&standin, fields).header("location").to_owned();
    assert_eq!(told("id=none&decision=deny"), "/console/exceptions?told=gone");
    assert_eq!(told(&format!("id={id}&decision=approve&until=2026-11-01")), "/console/exceptions?told=passed");
    for wrong in ["", "id=x", &format!("id={id}&decision=maybe"), &format!("id={id}&decision=approve&until=soon")] {
        pressed(&standin, wrong).refused(400, "bad_request");
    }
    call(&standin, "POST", "/console/exceptions")
        .header("Origin", "http://evil.test")
        .text("application/x-www-form-urlencoded", &format!("id={id}&decision=approve"))
        .send()
        .refused(403, "forbidden");
    call(&standin, "DELETE", "/console/exceptions").send().refused(405, "method_not_allowed");
    assert_eq!(state(&standin, &id), "submitted");
}
