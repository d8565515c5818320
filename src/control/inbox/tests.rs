use super::*;
use crate::directory::user::Secret;
use crate::directory::world;
use crate::time::Span;
use proptest::prelude::*;
use serde_json::json;

fn message(kind: phone::Kind) -> Message {
    let time = Timestamp::from_seconds(1_000);
    Message {
        id: "AbC".to_owned(),
        kind,
        user: Upn::new("mia@example.test"),
        home: "example".to_owned(),
        to: "+1 555 0103".to_owned(),
        code: (kind == phone::Kind::Sms).then(|| "123456".to_owned()),
        number: (kind == phone::Kind::Push).then(|| Secret::new("42")),
        app: "Example Web".to_owned(),
        flow: String::new(),
        state: State::Waiting,
        time,
        expires: time.plus(Span::minutes(1)),
    }
}

#[test]
fn a_message_shows_what_a_phone_would_and_no_number() {
    let push = message(phone::Kind::Push);
    let shown = serde_json::to_value(Shown::of(&push, push.time)).unwrap();
    let expected = json!({
        "id": "AbC", "kind": "push", "user": "mia@example.test", "to": "+1 555 0103", "state": "waiting",
        "time": "1970-01-01T00:16:40Z",
    });
    assert_eq!(shown, expected);
    let text = message(phone::Kind::Sms);
    let shown = serde_json::to_value(Shown::of(&text, text.expires)).unwrap();
    assert_eq!((&shown["code"], &shown["state"]), (&json!("123456"), &json!("expired")));
}

#[test]
fn answers_are_read_as_people_write_them() {
    let approve = |number: &str| Ok(Reply::Approve(Some(number.to_owned())));
    for (body, read) in [
        (json!({"answer": "approve", "number": "42"}), approve("42")),
        (json!({"answer": "approve", "number": 42}), approve("42")),
        (json!({"answer": "approve", "number": " 42 "}), approve("42")),
        (json!({"answer": "deny"}), Ok(Reply::Deny)),
        (json!({"answer": "report", "number": "42"}), Ok(Reply::Report)),
    ] {
        assert_eq!(reply(body.clone(), phone::Kind::Push), read, "{body}");
    }
    assert_eq!(reply(json!({"answer": "approve"}), phone::Kind::Call), Ok(Reply::Approve(None)));
}

#[test]
fn mistakes_in_an_answer_are_told_all_at_once_by_their_names() {
    for (body, targets) in [
        (json!({"answer": "approve"}), &["number"][..]),
        (json!({"answer": "approve", "number": null}), &["number"]),
        (json!({"answer": "approve", "number": ""}), &["number"]),
        (json!({"answer": "approve", "number": "4x"}), &["number"]),
        (json!({"answer": "approve", "number": -4}), &["number"]),
        (json!({"answer": "approve", "number": 4.5}), &["number"]),
        (json!({"answer": "yes"}), &["answer"]),
        (json!({"number": [], "anwser": "deny"}), &["anwser", "number", "answer"]),
        (json!({}), &["answer"]),
        (json!([]), &["", "answer"]),
    ] {
        let Err(Refused::Invalid(mistakes)) = reply(body.clone(), phone::Kind::Push) else { panic!("{body}") };
        let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.target.as_str()).collect();
        assert_eq!(told, targets, "{body}");
    }
}

#[test]
fn every_answer_has_its_entry_with_the_rule_and_without_the_number() {
    let push = message(phone::Kind::Push);
    let approve = Reply::Approve(Some("42".to_owned()));
    for (reply, outcome, kind, said) in [
        (&approve, Ok(()), Kind::Message, "was approved"),
        (&Reply::Deny, Ok(()), Kind::Message, "was denied"),
        (&Reply::Report, Ok(()), Kind::Message, "was reported as not asked for"),
        (&approve, Err(TooLate::WrongNumber), Kind::Message, "was answered with a wrong number, and is denied by that"),
        (&approve, Err(TooLate::Expired), Kind::Error, "was answered too late"),
        (&Reply::Deny, Err(TooLate::Answered), Kind::Error, "was answered once more"),
    ] {
        let entry = entry(&push, reply, outcome, push.time);
        assert_eq!((entry.kind, entry.summary), (kind, format!("the request in the authenticator app {said}")));
        assert_eq!(entry.because.iter().map(|one| &*one.rule).collect::<Vec<_>>(), ["R-24", "R-25"]);
        assert!(!serde_json::to_string(&entry.because).unwrap().contains("42"));
    }
}

#[test]
fn a_question_about_nobody_is_refused_before_anybody_waits() {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let read = |query: &str| Wanted::read(&Params::parse(query.as_bytes()).unwrap(), &directory);
    let mia = Some(Upn::new("mia@example.test"));
    assert_eq!(read("user=Mia@Example.test&wait=900"), Ok(Wanted { user: mia, wait: LONGEST_WAIT }));
    assert_eq!(read(""), Ok(Wanted { user: None, wait: 0 }));
    let told = "There is no account 'mai@example.test'; did you mean 'mia@example.test'?".to_owned();
    assert_eq!(read("user=mai@example.test"), Err(Refused::NotFound(told)));
    assert!(matches!(read("wait=soon"), Err(Refused::Unreadable { .. })));
    assert!(matches!(read("usr=mia@example.test"), Err(Refused::Unreadable { .. })));
}

proptest! {
    #[test]
    fn nothing_typed_as_a_number_makes_the_reader_panic(typed in "\\PC{0,40}") {
        if let Some(number) = digits(&typed) {
            prop_assert!(number.parse::<u128>().is_ok());
        }
        let _ = reply(json!({"answer": "approve", "number": typed}), phone::Kind::Push);
    }
}
