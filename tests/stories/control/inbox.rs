//! Messages on the virtual phones, read and answered by a test.

use super::*;
use standin::config::Secret;

#[actix_web::test]
async fn a_push_is_approved_with_the_number_on_the_page_which_the_inbox_does_not_tell() {
    let standin = started().await;
    assert_eq!(get(&standin, "/_standin/inbox").succeeded(), json!({"value": [], "next": null}));
    let mut mia = Asked::by_push(&standin).await;
    let push = newest(&standin);
    let members: Vec<&String> = push.as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "kind", "user", "to", "state", "time"], "no number among them");
    assert_eq!((&push["kind"], &push["user"], &push["state"]), (&json!("push"), &json!(MIA), &json!("waiting")));
    assert!(mia.goes_on().await.has("idRichContext_DisplaySign"), "nobody has answered yet");
    let approved = post(&standin, &at(&push), json!({"answer": "approve", "number": mia.number()})).succeeded();
    assert_eq!((&approved["id"], &approved["state"]), (&push["id"], &json!("approved")));
    assert!(mia.goes_on().await.sent_back("code").is_some());
    post(&standin, &at(&push), json!({"answer": "deny"})).refused(409, "conflict");
    assert_eq!(newest(&standin)["state"], "approved");
}

#[actix_web::test]
async fn a_number_may_be_sent_as_a_number() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    let number: u64 = mia.number().parse().unwrap();
    post(&standin, &at(&newest(&standin)), json!({"answer": "approve", "number": number})).succeeded();
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_wrong_number_denies_the_request_for_good() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    let push = newest(&standin);
    let wrong = post(&standin, &at(&push), json!({"answer": "approve", "number": mia.other_number()}));
    assert_eq!(wrong.refused(422, "invalid")["target"], "number");
    assert_eq!(newest(&standin)["state"], "denied");
    post(&standin, &at(&push), json!({"answer": "approve", "number": mia.number()})).refused(409, "conflict");
    let page = mia.goes_on().await;
    assert!(page.has("The request was denied"), "{}", page.gist());
}

#[actix_web::test]
async fn a_slip_in_the_answer_uses_nothing_up() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    let push = newest(&standin);
    for (body, target) in [
        (json!({"answer": "approve"}), "number"),
        (json!({"answer": "approve", "number": ""}), "number"),
        (json!({"answer": "approve", "number": "forty-two"}), "number"),
        (json!({"answer": "aprove", "number": "42"}), "answer"),
        (json!({"anwser": "deny", "answer": "deny"}), "anwser"),
        (json!({}), "answer"),
    ] {
        assert_eq!(post(&standin, &at(&push), body).refused(422, "invalid")["target"], target);
    }
    let both = post(&standin, &at(&push), json!({"answer": "yes", "number": []})).refused(422, "invalid");
    assert_eq!(both["details"].as_array().unwrap().len(), 2, "{both}");
    call(&standin, "POST", &at(&push)).send().refused(400, "bad_request");
    call(&standin, "POST", &at(&push)).text("text/plain", "{}").send().refused(415, "unsupported_media_type");
    assert_eq!(newest(&standin)["state"], "waiting");
    post(&standin, &at(&push), json!({"answer": "approve", "number": mia.number()})).succeeded();
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_request_is_denied_or_reported_and_the_page_hears_of_it() {
    let standin = started().await;
    for (answer, state, said) in [("deny", "denied", "was denied"), ("report", "reported", "was reported")] {
        let mut mia = Asked::by_push(&standin).await;
        let done = post(&standin, &at(&newest(&standin)), json!({"answer": answer})).succeeded();
        assert_eq!(done["state"], state);
        let page = mia.goes_on().await;
        assert!(page.has(said), "{}", page.gist());
        post(&standin, &at(&done), json!({"answer": "approve", "number": mia.number()})).refused(409, "conflict");
    }
}

#[actix_web::test]
async fn a_call_is_approved_without_a_number() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await.another_way("TwoWayVoiceMobile").await;
    let ringing = newest(&standin);
    assert_eq!((&ringing["kind"], &ringing["to"]), (&json!("call"), &json!("+1 555 0103")));
    assert!(ringing.get("code").is_none(), "{ringing}");
    assert_eq!(post(&standin, &at(&ringing), json!({"answer": "approve"})).succeeded()["state"], "approved");
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_text_carries_its_code_and_is_answered_on_the_page_only() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    let text = newest(&standin);
    assert_eq!((&text["kind"], &text["to"]), (&json!("sms"), &json!("+1 555 0103")));
    for answer in ["approve", "deny", "report"] {
        post(&standin, &at(&text), json!({"answer": answer})).refused(409, "conflict");
    }
    assert_eq!(newest(&standin)["state"], "waiting");
    assert!(mia.types(text["code"].as_str().unwrap()).await.sent_back("code").is_some());
    assert_eq!(newest(&standin)["state"], "approved", "its code was used");
}

#[actix_web::test]
async fn what_nobody_waits_for_any_more_has_expired() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    let states = || {
        let all = inbox(&standin, "");
        all.iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(), ["waiting", "waiting"], "a push stays on the phone");
    let first = newest(&standin);
    mia.page = mia.visitor.submit(&mia.page, &[("action", "again")]).await;
    assert_eq!(states(), ["waiting", "expired", "waiting"], "another text was sent");
    let wrong = mia.types(first["code"].as_str().unwrap()).await;
    assert!(wrong.has("id=\"idSpan_SAOTCC_Error_OTC\""), "{}", wrong.gist());
    mia.page = wrong;
    let second = newest(&standin);
    assert!(mia.types(second["code"].as_str().unwrap()).await.sent_back("code").is_some());
    assert_eq!(states(), ["waiting", "expired", "approved"]);
    // Whoever takes another way waits for no text.
    let mut other = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    assert_eq!(newest(&standin)["state"], "waiting");
    let choose = other.visitor.submit(&other.page, &[("action", "back")]).await;
    assert!(!choose.has("idRichContext_DisplaySign"), "{}", choose.gist());
    assert_eq!(newest(&standin)["state"], "expired");
}

#[actix_web::test]
async fn who_waits_gets_a_message_as_soon_as_it_comes() {
    let standin = started().await;
    let mut waiting = call(&standin, "GET", &format!("/_standin/inbox?user={MIA}&wait=20")).open();
    // What is no message does not end the wait.
    put(&standin, "/_standin/clock", json!({"freeze": true})).succeeded();
    Asked::by_push(&standin).await;
    let mut text = String::new();
    waiting.read_to_string(&mut text).unwrap();
    assert!(text.contains("\"kind\":\"push\"") && text.contains("\"state\":\"waiting\""), "{text}");
}

#[actix_web::test]
async fn a_wait_that_is_over_answers_with_what_there_is() {
    let standin = started().await;
    Asked::by_push(&standin).await;
    post(&standin, &at(&newest(&standin)), json!({"answer": "deny"})).succeeded();
    let answer = get(&standin, "/_standin/inbox?wait=1").succeeded();
    assert_eq!(answer["value"][0]["state"], "denied", "{answer}");
    assert_eq!(get(&standin, "/_standin/inbox?user=alice@example.test&wait=1").succeeded()["value"], json!([]));
    assert_eq!(call(&standin, "HEAD", "/_standin/inbox?wait=60").send().status, 200);
}

#[actix_web::test]
async fn a_question_about_nobody_or_a_message_that_never_was_is_refused() {
    let standin = started().await;
    let error = get(&standin, "/_standin/inbox?user=mai@example.test&wait=60").refused(404, "not_found");
    assert!(error["message"].as_str().unwrap().ends_with("did you mean 'mia@example.test'?"), "{error}");
    assert_eq!(get(&standin, "/_standin/inbox?wait=soon").refused(400, "bad_request")["target"], "wait");
    assert_eq!(get(&standin, "/_standin/inbox?usr=x").refused(400, "bad_request")["target"], "usr");
    post(&standin, "/_standin/inbox/nothing", json!({"answer": "deny"})).refused(404, "not_found");
    call(&standin, "GET", "/_standin/inbox/nothing").send().refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn an_answer_that_comes_too_late_does_not_count() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    let push = newest(&standin);
    put(&standin, "/_standin/clock", json!({"advance": "59s"})).succeeded();
    assert_eq!(newest(&standin)["state"], "waiting");
    put(&standin, "/_standin/clock", json!({"advance": "1s"})).succeeded();
    assert_eq!(newest(&standin)["state"], "expired");
    let late = post(&standin, &at(&push), json!({"answer": "approve", "number": mia.number()}));
    late.refused(409, "conflict");
    let page = mia.goes_on().await;
    assert!(page.has("hear from you in time"), "{}", page.gist());
    let mut mia = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    let code = newest(&standin)["code"].as_str().unwrap().to_owned();
    put(&standin, "/_standin/clock", json!({"advance": "5m"})).succeeded();
    assert_eq!(newest(&standin)["state"], "expired");
    let page = mia.types(&code).await;
    assert!(page.has("This code has expired"), "{}", page.gist());
}

#[actix_web::test]
async fn worlds_do_not_hear_each_others_phones() {
    let standin = started().await;
    for id in ["one", "two"] {
        post(&standin, "/_standin/worlds", json!({"id": id})).succeeded();
    }
    let mut mia = Asked::in_world(&standin, "/w/one").await;
    let id = inbox(&standin, "/w/one")[0]["id"].as_str().unwrap().to_owned();
    assert!(inbox(&standin, "/w/two").is_empty() && inbox(&standin, "").is_empty());
    let answer = json!({"answer": "approve", "number": mia.number()});
    for base in ["/w/two", ""] {
        post(&standin, &format!("{base}/_standin/inbox/{id}"), answer.clone()).refused(404, "not_found");
    }
    post(&standin, &format!("/w/one/_standin/inbox/{id}"), answer).succeeded();
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn every_answer_is_in_the_journal_with_its_rules_and_without_number_or_code() {
    let standin = started().await;
    put(&standin, "/_standin/clock", json!({"freeze": true})).succeeded();
    let mia = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    drop(mia);
    let (push, text) = (inbox(&standin, "")[0].clone(), newest(&standin));
    post(&standin, &at(&push), json!({"answer": "approve", "number": "100"})).refused(422, "invalid");
    post(&standin, &at(&push), json!({"answer": "deny"})).refused(409, "conflict");
    post(&standin, &at(&text), json!({"answer": "deny"})).refused(409, "conflict");
    let mia = Asked::by_push(&standin).await;
    post(&standin, &at(&newest(&standin)), json!({"answer": "approve", "number": mia.number()})).succeeded();
    let page = get(&standin, &format!("/_standin/events?kind=message,error&user={MIA}")).succeeded();
    let told: Vec<&Value> = page["value"].as_array().unwrap().iter().filter(|one| one["flow"].is_null()).collect();
    let summaries: Vec<&str> = told.iter().map(|entry| entry["summary"].as_str().unwrap()).collect();
    let expected = [
        "the request in the authenticator app was answered with a wrong number, and is denied by that",
        "the request in the authenticator app was answered once more",
        "the text message was to be answered on the phone",
        "the request in the authenticator app was approved",
    ];
    assert_eq!(summaries, expected);
    for entry in told {
        let rules: Vec<&Value> = entry["because"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
        assert_eq!(rules, ["R-24", "R-25"], "{entry}");
    }
    let code = text["code"].as_str().unwrap();
    assert!(!get(&standin, "/_standin/events").body.contains(code), "a code is nobody's to read later");
}

#[actix_web::test]
async fn only_who_may_steer_the_server_reads_and_answers_messages() {
    let config = Config { control_token: Some(Secret::new("swordfish")), ..Config::default() };
    let standin = started_with(config).await;
    Asked::by_push(&standin).await;
    let as_owner = |verb, path: &str| call(&standin, verb, path).header("Authorization", "Bearer swordfish");
    let push = as_owner("GET", "/_standin/inbox").send().succeeded()["value"][0].clone();
    let deny = json!({"answer": "deny"});
    get(&standin, "/_standin/inbox").refused(401, "unauthorized");
    post(&standin, &at(&push), deny.clone()).refused(401, "unauthorized");
    for (name, value) in [("Origin", "http://evil.test"), ("Sec-Fetch-Site", "cross-site"), ("Host", "evil.test")] {
        as_owner("POST", &at(&push)).header(name, value).json(deny.clone()).send().refused(403, "forbidden");
        as_owner("GET", "/_standin/inbox").header(name, value).send().refused(403, "forbidden");
    }
    assert_eq!(as_owner("GET", "/_standin/inbox").send().succeeded()["value"][0]["state"], "waiting");
    as_owner("POST", &at(&push)).json(deny).send().succeeded();
}
