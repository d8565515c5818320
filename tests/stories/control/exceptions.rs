//! Technical exceptions: filed, reviewed by a person or by time, ended.

use super::*;

fn request(reason: &str) -> Value {
    json!({
        "tenant": "wingtip.test",
        "product": "Wingtip Sentry",
        "integration": "federation",
        "reason": reason,
        "evidence": {"configuration": "mfa.pdf", "test_result": "test.txt", "purchase_order": "order.pdf"},
    })
}

/// A server on a Wednesday.
pub(super) async fn on_a_wednesday() -> Standin {
    let standin = started().await;
    put(&standin, "/_standin/clock", json!({"at": "2026-11-25T10:00:00Z", "freeze": true})).succeeded();
    standin
}

pub(super) fn filed(standin: &Standin, reason: &str) -> String {
    post(standin, "/_standin/exceptions", request(reason)).succeeded()["id"].as_str().unwrap().to_owned()
}

fn say(standin: &Standin, id: &str, body: Value) -> Answer {
    post(standin, &format!("/_standin/exceptions/{id}"), body)
}

pub(super) fn state(standin: &Standin, id: &str) -> Value {
    let all = get(standin, "/_standin/exceptions").succeeded();
    let found = all["value"].as_array().unwrap().iter().find(|one| one["id"] == id);
    found.unwrap_or_else(|| panic!("{id} in {all}"))["state"].clone()
}

#[actix_web::test]
async fn a_request_is_kept_with_the_known_answer_and_the_day_it_is_answered_by() {
    let standin = on_a_wednesday().await;
    let answer = post(&standin, "/_standin/exceptions", request("third_party_mfa"));
    assert_eq!(answer.status, 201);
    let filed = answer.succeeded();
    assert_eq!((&filed["tenant"], &filed["state"]), (&json!("wingtip"), &json!("submitted")));
    assert_eq!(filed["submitted"], "2026-11-25T10:00:00Z");
    assert_eq!(filed["due"], "2026-11-30T10:00:00Z", "three working days, and a weekend between");
    assert!(filed["guidance"].as_str().unwrap().starts_with("May be granted"), "{filed}");
    assert_eq!(get(&standin, "/_standin/exceptions").succeeded(), json!({"value": [filed], "next": null}));
    let world = get(&standin, "/_standin/world").succeeded();
    assert_eq!(world["exceptions"][filed["id"].as_str().unwrap()]["product"], "Wingtip Sentry");
}

#[actix_web::test]
async fn a_reviewer_decides_at_once_and_a_grant_is_taken_back() {
    let standin = on_a_wednesday().await;
    let id = filed(&standin, "third_party_mfa");
    let granted = say(&standin, &id, json!({"decision": "approve", "until": "2027-01-01T00:00:00Z"})).succeeded();
    assert_eq!((&granted["state"], &granted["until"]), (&json!("approved"), &json!("2027-01-01T00:00:00Z")));
    say(&standin, &id, json!({"decision": "deny"})).refused(409, "conflict");
    assert_eq!(say(&standin, &id, json!({"decision": "withdraw"})).succeeded()["state"], "withdrawn");
    say(&standin, &id, json!({"decision": "approve"})).refused(409, "conflict");

    let id = filed(&standin, "more_time");
    assert_eq!(say(&standin, &id.to_uppercase(), json!({"decision": "deny"})).succeeded()["state"], "denied");
    assert_eq!(state(&standin, &id), "denied");
}

#[actix_web::test]
async fn what_nobody_decides_is_answered_when_the_three_working_days_are_over() {
    let standin = on_a_wednesday().await;
    let (may, no) = (filed(&standin, "third_party_mfa"), filed(&standin, "clean_desk"));
    put(&standin, "/_standin/clock", json!({"advance": "4d"})).succeeded();
    assert_eq!((state(&standin, &may), state(&standin, &no)), (json!("submitted"), json!("submitted")));
    put(&standin, "/_standin/clock", json!({"advance": "1d"})).succeeded();
    assert_eq!((state(&standin, &may), state(&standin, &no)), (json!("approved"), json!("denied")));
}

#[actix_web::test]
async fn a_grant_ends_by_the_worlds_clock() {
    let standin = on_a_wednesday().await;
    let id = filed(&standin, "powershell");
    say(&standin, &id, json!({"decision": "approve", "until": "2026-11-25T09:00:00Z"})).refused(422, "invalid");
    say(&standin, &id, json!({"decision": "approve", "until": "2026-11-26T10:00:00Z"})).succeeded();
    assert_eq!(state(&standin, &id), "approved");
    put(&standin, "/_standin/clock", json!({"advance": "1d"})).succeeded();
    assert_eq!(state(&standin, &id), "expired");
    say(&standin, &id, json!({"decision": "withdraw"})).refused(409, "conflict");
}

#[actix_web::test]
async fn a_request_without_evidence_or_of_nobody_the_mandate_is_about_is_refused_whole() {
    let standin = started().await;
    let wrong = json!({"tenant": "adatum", "integration": "smoke_signals", "reason": "bored",
        "evidence": {"configuration": "a.pdf", "test_result": "", "receipt": "b.pdf"}});
    let error = post(&standin, "/_standin/exceptions", wrong).refused(422, "invalid");
    let mut targets: Vec<&str> =
        error["details"].as_array().unwrap().iter().map(|one| one["target"].as_str().unwrap()).collect();
    targets.sort_unstable();
    let expected = [
        "evidence.purchase_order",
        "evidence.receipt",
        "evidence.test_result",
        "integration",
        "product",
        "reason",
        "tenant",
    ];
    assert_eq!(targets, expected);
    let mut nobody = request("powershell");
    nobody["tenant"] = json!("wingtpi");
    let error = post(&standin, "/_standin/exceptions", nobody).refused(422, "invalid");
    assert!(error["message"].as_str().unwrap().contains("'wingtip'"), "{error}");
    assert_eq!(get(&standin, "/_standin/exceptions").succeeded()["value"], json!([]));
}

#[actix_web::test]
async fn whoever_files_a_request_is_one_who_may_and_the_partners_own() {
    let standin = started().await;
    let by = |user: &str| {
        let mut body = request("third_party_mfa");
        body["user"] = json!(user);
        post(&standin, "/_standin/exceptions", body)
    };
    // Another partner's, a customer's, an agent of the partner's own that sells only, nobody.
    crate::client::patch_world(&standin, json!({"users": {"sally@wingtip.test": {"roles": ["sales_agent"]}}}));
    for user in ["jane@contoso.test", "ada@adatum.test", "sally@wingtip.test", "nobody@wingtip.test"] {
        let error = by(user).refused(422, "invalid");
        assert_eq!(error["details"][0]["target"], "user", "{user}: {error}");
    }
    assert_eq!(get(&standin, "/_standin/exceptions").succeeded()["value"], json!([]));
    assert_eq!(by("Trent@wingtip.test").succeeded()["filed_by"], "trent@wingtip.test");
}

#[actix_web::test]
async fn requests_are_listed_in_the_order_they_were_filed() {
    let standin = on_a_wednesday().await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(json!(filed(&standin, "third_party_mfa")));
        put(&standin, "/_standin/clock", json!({"advance": "1m"})).succeeded();
    }
    let all = get(&standin, "/_standin/exceptions").succeeded();
    let listed: Vec<Value> = all["value"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(listed, ids);
}

#[actix_web::test]
async fn what_is_said_to_no_request_or_without_sense_is_refused() {
    let standin = started().await;
    say(&standin, "none", json!({"decision": "approve"})).refused(404, "not_found");
    let id = filed(&standin, "powershell");
    for wrong in [
        json!({}),
        json!({"decision": "maybe"}),
        json!({"decision": "deny", "until": "2030-01-01T00:00:00Z"}),
        json!({"decision": "approve", "until": "soon"}),
    ] {
        say(&standin, &id, wrong).refused(422, "invalid");
    }
    say(&standin, &id, json!([])).refused(422, "invalid");
    call(&standin, "DELETE", &format!("/_standin/exceptions/{id}")).send().refused(405, "method_not_allowed");
    assert_eq!(state(&standin, &id), "submitted");
}
