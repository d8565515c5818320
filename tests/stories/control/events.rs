//! The journal, read.

use super::*;

fn freeze(standin: &Standin) {
    put(standin, "/_standin/clock", json!({"freeze": true})).succeeded();
}

fn numbers(page: &Value) -> Vec<u64> {
    page["value"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect()
}

#[actix_web::test]
async fn the_journal_is_read_on_from_where_one_was() {
    let standin = started().await;
    freeze(&standin);
    let first = get(&standin, "/_standin/events").succeeded();
    assert_eq!(numbers(&first), [1, 2], "{first}");
    assert_eq!(first["value"][0]["kind"], "control");
    assert_eq!(first["value"][1]["kind"], "request");
    assert_eq!(first["next"], 2);
    assert_eq!(get(&standin, "/_standin/events?after=2").succeeded(), json!({"value": [], "next": 2}));
    freeze(&standin);
    assert_eq!(numbers(&get(&standin, "/_standin/events?after=2").succeeded()), [3, 4]);
    let one = get(&standin, "/_standin/events?after=1&limit=1").succeeded();
    assert_eq!((numbers(&one), &one["next"]), (vec![2], &json!(2)));
}

#[actix_web::test]
async fn filters_let_through_what_was_asked_for_and_what_they_drop_is_not_read_again() {
    let standin = started().await;
    freeze(&standin);
    delete(&standin, "/_standin/sessions?user=Alice%40example.test").done();
    let about_alice = get(&standin, "/_standin/events?user=ALICE@example.test&kind=control").succeeded();
    assert_eq!(numbers(&about_alice).len(), 1, "{about_alice}");
    assert_eq!(about_alice["value"][0]["summary"], "One person was signed out.");
    let nothing = get(&standin, "/_standin/events?kind=token,message").succeeded();
    assert_eq!((numbers(&nothing), &nothing["next"]), (vec![], &json!(4)));
    assert!(numbers(&get(&standin, "/_standin/events?flow=none").succeeded()).is_empty());
}

#[actix_web::test]
async fn a_question_that_makes_no_sense_is_refused_by_the_name_of_its_parameter() {
    let standin = started().await;
    for (query, target) in [
        ("kind=decisions", "kind"),
        ("after=first", "after"),
        ("wait=5s", "wait"),
        ("usr=alice", "usr"),
        ("limit=-1", "limit"),
    ] {
        let error = get(&standin, &format!("/_standin/events?{query}")).refused(400, "bad_request");
        assert_eq!(error["target"], target);
    }
    assert_eq!(get(&standin, "/_standin/events?after=1&after=2").refused(400, "bad_request")["target"], "after");
}

#[actix_web::test]
async fn who_waits_for_news_gets_it_as_soon_as_there_is_any() {
    let standin = started().await;
    let mut waiting = call(&standin, "GET", "/_standin/events?wait=20&kind=control").open();
    // A request that is no news to this question does not end the wait.
    get(&standin, "/nobody.test/v2.0");
    freeze(&standin);
    let mut text = String::new();
    waiting.read_to_string(&mut text).unwrap();
    assert!(text.contains("The clock was turned."), "{text}");
    assert!(!text.contains("nobody.test"), "{text}");
}

#[actix_web::test]
async fn a_wait_that_is_over_answers_with_nothing() {
    let standin = started().await;
    let page = get(&standin, "/_standin/events?wait=1").succeeded();
    assert_eq!(page, json!({"value": [], "next": 0}));
}

/// Reads a stream until it has said this.
fn until(stream: &mut TcpStream, said: &str) -> String {
    let (mut text, mut some) = (String::new(), [0; 1024]);
    while !text.contains(said) {
        let count = stream.read(&mut some).unwrap();
        assert!(count > 0, "it ended before it said {said}: {text}");
        text.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    text
}

fn stream(standin: &Standin, path: &str, seen: Option<&str>) -> TcpStream {
    let stream = call(standin, "GET", path).header("Accept", "text/event-stream");
    match seen {
        Some(seen) => stream.header("Last-Event-ID", seen).open(),
        None => stream.open(),
    }
}

#[actix_web::test]
async fn a_stream_pushes_what_was_and_what_comes_and_goes_on_where_it_broke_off() {
    let standin = started().await;
    freeze(&standin);
    let mut live = stream(&standin, "/_standin/events", None);
    let text = until(&mut live, "id: 2\ndata: {\"seq\":2,");
    assert!(text.contains("content-type: text/event-stream") && text.contains("id: 1\n"), "{text}");
    freeze(&standin);
    until(&mut live, "id: 4\n");
    let mut resumed = stream(&standin, "/_standin/events?after=0", Some("3"));
    let text = until(&mut resumed, "id: 4\n");
    assert!(!text.contains("id: 3\n"), "{text}");
}

#[actix_web::test]
async fn a_stream_begins_again_after_a_reset_and_ends_with_its_world() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "a"})).succeeded();
    for _ in 0..3 {
        put(&standin, "/w/a/_standin/clock", json!({"freeze": true})).succeeded();
    }
    let mut live = stream(&standin, "/w/a/_standin/events", None);
    until(&mut live, "id: 6\n");
    call(&standin, "POST", "/w/a/_standin/reset").send().done();
    until(&mut live, "The world was reset.");
    delete(&standin, "/_standin/worlds/a").done();
    let mut rest = String::new();
    live.read_to_string(&mut rest).unwrap();
}

#[actix_web::test]
async fn nobody_waits_in_a_world_that_is_deleted() {
    let soon = Some(std::time::Duration::from_secs(20));
    let standin = started().await;
    for delete_by in ["/_standin/worlds/a", "/_standin/worlds"] {
        post(&standin, "/_standin/worlds", json!({"id": "a"})).succeeded();
        let mut waiting = ["inbox?wait=60", "events?wait=60&kind=message"]
            .map(|asked| call(&standin, "GET", &format!("/w/a/_standin/{asked}")).open());
        let mut live = stream(&standin, "/w/a/_standin/events", None);
        // By then those who asked before are waiting too.
        for _ in 0..3 {
            put(&standin, "/w/a/_standin/clock", json!({"freeze": true})).succeeded();
        }
        until(&mut live, "id: 6\n");
        delete(&standin, delete_by).done();
        for stream in waiting.iter_mut().chain([&mut live]) {
            stream.set_read_timeout(soon).unwrap();
            let mut rest = String::new();
            stream.read_to_string(&mut rest).unwrap();
        }
    }
}

#[actix_web::test]
async fn who_polled_before_a_reset_misses_nothing_after_it() {
    let standin = started().await;
    for _ in 0..5 {
        freeze(&standin);
    }
    let next = get(&standin, "/_standin/events").succeeded()["next"].as_u64().unwrap();
    call(&standin, "POST", "/_standin/reset").send().done();
    let page = get(&standin, &format!("/_standin/events?after={next}")).succeeded();
    assert_eq!(page["value"][0]["summary"], "The world was reset.");
}

#[actix_web::test]
async fn no_secret_is_in_the_journal() {
    let standin = started().await;
    let secret = "Hunter2!Hunter2!";
    patch(&standin, "/_standin/world", json!({"users": {"alice@example.test": {"password": secret}}})).succeeded();
    patch(&standin, "/_standin/world", json!({"users": {"alice@example.test": {"passwrd": secret}}}))
        .refused(422, "invalid");
    let journal = get(&standin, "/_standin/events").body;
    assert!(journal.contains("users.alice@example.test") && !journal.contains(secret), "{journal}");
}
