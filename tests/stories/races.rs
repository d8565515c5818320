//! What is good once is good once, also when everybody comes at the same time.

use std::sync::Barrier;
use std::thread;

use serde_json::json;

use crate::answer::Answer;
use crate::apps::{ALICE, App, CLI, LOCAL, LOCAL_WEB, SPA, V2, WEB, text};
use crate::client::{Call, patch_world, post, started};
use crate::visitor::Visitor;

const RUNNERS: usize = 20;

/// Sends the same request so many times at once.
pub fn all_at_once(call: &Call) -> Vec<Answer> {
    let start = Barrier::new(RUNNERS);
    let run = || {
        start.wait();
        call.clone().send()
    };
    thread::scope(|scope| {
        let runners: Vec<_> = (0..RUNNERS).map(|_| scope.spawn(run)).collect();
        runners.into_iter().map(|runner| runner.join().unwrap()).collect()
    })
}

/// The one that won; every other must have been refused with this number, or with none where the dialect has none.
fn winner(answers: Vec<Answer>, number: Option<u32>) -> Answer {
    let (mut won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    for answer in &lost {
        let said = answer.json();
        let number = number.map_or(json!(null), |number| json!([number]));
        assert_eq!(answer.status, 400, "{}", answer.gist());
        assert_eq!((&said["error"], &said["error_codes"]), (&json!("invalid_grant"), &number), "{}", answer.gist());
    }
    assert_eq!((won.len(), lost.len()), (1, RUNNERS - 1));
    won.remove(0)
}

#[actix_web::test]
async fn one_of_twenty_redeems_a_code() {
    let standin = started().await;
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let won = winner(all_at_once(&WEB.call(&standin, V2, &WEB.redemption(&code, &[]))), Some(54005)).json();
    // The others may have been thieves: what the winner got does not last.
    WEB.refresh(&standin, V2, text(&won, "refresh_token"), &[]).refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn one_of_twenty_uses_a_providers_refresh_token() {
    let standin = started().await;
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], "alice@local.test").await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    winner(all_at_once(&LOCAL_WEB.call(&standin, LOCAL, &fields)), None);
}

#[actix_web::test]
async fn all_of_twenty_use_a_tenants_refresh_token() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    let answers = all_at_once(&WEB.call(&standin, V2, &fields));
    let mut next: Vec<String> =
        answers.iter().map(|answer| text(&answer.granted(), "refresh_token").to_owned()).collect();
    next.sort();
    next.dedup();
    assert_eq!(next.len(), RUNNERS, "each gets one of its own");
}

#[actix_web::test]
async fn one_of_twenty_gets_a_devices_tokens() {
    let standin = started().await;
    let asked = [("client_id", CLI.id), ("scope", "openid offline_access")];
    let handed = post(&standin, &format!("{V2}/devicecode"), &asked).granted();
    let mut alice = Visitor::new(&standin);
    let page = alice.get("/device").await;
    let page = alice.submit(&page, &[("otc", text(&handed, "user_code"))]).await;
    let page = alice.sign_in(page, ALICE, crate::apps::PASSWORD).await;
    alice.submit(&page, &[]).await;
    let fields = [("grant_type", "device_code"), ("device_code", text(&handed, "device_code"))];
    winner(all_at_once(&CLI.call(&standin, V2, &fields)), Some(54005));
}

#[actix_web::test]
async fn a_sign_in_form_sent_twenty_times_signs_in_and_breaks_nothing() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
    let buid = format!("buid={}", alice.cookie("buid").unwrap().value);
    let fields = [("flowToken", token.as_str()), ("passwd", crate::apps::PASSWORD)];
    let call = Call::new(&standin, "POST", "/common/login").form(&fields).header("Cookie", &buid);
    let (won, lost): (Vec<_>, Vec<_>) = all_at_once(&call).into_iter().partition(|answer| answer.status == 302);
    assert!(won.len() == 1 && won[0].sent_back("code").is_some(), "{} codes for one sign-in", won.len());
    for answer in &lost {
        answer.on_page(165_000);
    }
    assert_eq!(call.send().error_code(), "AADSTS165000", "whoever was slower has not begun it anew");
}

#[actix_web::test]
async fn a_session_that_ends_while_it_is_used_stays_ended() {
    let standin = started().await;
    for _ in 0..5 {
        let mut alice = Visitor::new(&standin);
        WEB.code(&mut alice, V2, &[], ALICE).await;
        let session = format!("ESTSAUTH={}", alice.cookie("ESTSAUTH").unwrap().value);
        // Each use for an application that is new to the session is written down in it.
        let silently =
            |app: &App| Call::new(&standin, "GET", &app.asks(V2, &[("prompt", "none")])).header("Cookie", &session);
        let mut calls = vec![silently(&SPA); RUNNERS];
        calls.insert(RUNNERS / 4, Call::new(&standin, "GET", &format!("{V2}/logout")).header("Cookie", &session));
        let start = Barrier::new(calls.len());
        thread::scope(|scope| {
            for call in calls {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    call.send()
                });
            }
        });
        silently(&WEB).send().told("login_required", 50058);
    }
}

#[actix_web::test]
async fn consents_given_at_once_are_all_written_down() {
    let standin = started().await;
    let users: Vec<String> = (0..RUNNERS).map(|n| format!("user{n}@example.test")).collect();
    let people: serde_json::Map<_, _> =
        users.iter().map(|user| (user.clone(), json!({"password": crate::apps::PASSWORD}))).collect();
    patch_world(&standin, json!({ "users": people }));
    let write = [("scope", "openid api://example-api/write")];
    let mut calls = Vec::new();
    let mut visitors = Vec::new();
    for user in &users {
        let mut visitor = Visitor::new(&standin);
        let page = WEB.signs_in(&mut visitor, V2, &write, user).await;
        let token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
        let buid = format!("buid={}", visitor.cookie("buid").unwrap().value);
        calls.push(Call::new(&standin, "POST", "/common/login").form(&[("flowToken", &token)]).header("Cookie", &buid));
        visitors.push(visitor);
    }
    let start = Barrier::new(RUNNERS);
    let start = &start;
    let statuses: Vec<u16> = thread::scope(|scope| {
        let runners: Vec<_> = calls
            .into_iter()
            .map(|call| {
                scope.spawn(move || {
                    start.wait();
                    call.send().status
                })
            })
            .collect();
        runners.into_iter().map(|runner| runner.join().unwrap()).collect()
    });
    assert_eq!(statuses, [302; RUNNERS]);
    for user in &users {
        let again = WEB.signs_in(&mut Visitor::new(&standin), V2, &write, user).await;
        assert!(again.sent_back("code").is_some(), "{user}: {}", again.gist());
    }
}

#[actix_web::test]
async fn wrong_passwords_sent_at_once_are_all_counted() {
    let standin = started().await;
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", "wrong"), ("scope", "openid")];
    let answers = all_at_once(&CLI.call(&standin, V2, &fields));
    assert!(answers.iter().all(|answer| answer.status == 400));
    let right =
        [("grant_type", "password"), ("username", ALICE), ("password", crate::apps::PASSWORD), ("scope", "openid")];
    CLI.token(&standin, V2, &right).refused(400, "invalid_grant", 50053);
}

#[actix_web::test]
async fn of_forty_wrong_passwords_sent_at_once_ten_are_looked_at() {
    let standin = started().await;
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", "wrong"), ("scope", "openid")];
    let call = CLI.call(&standin, V2, &fields);
    let answers: Vec<Answer> = thread::scope(|scope| {
        let more = scope.spawn(|| all_at_once(&call));
        let mut answers = all_at_once(&call);
        answers.extend(more.join().unwrap());
        answers
    });
    let told = |code: i64| answers.iter().filter(|answer| answer.json()["error_codes"][0] == code).count();
    assert_eq!((answers.len(), told(50126), told(50053)), (40, 10, 30));
}

#[actix_web::test]
async fn twenty_sign_ins_are_ordered_at_once_and_all_are_driven() {
    let standin = started().await;
    let body = json!({ "url": standin.http(&WEB.asks(V2, &[])), "user": ALICE }).to_string();
    let call = Call::new(&standin, "POST", "/_standin/sign-in").body("application/json", body);
    for answer in all_at_once(&call) {
        assert_eq!(answer.status, 200, "{}", answer.gist());
    }
}
