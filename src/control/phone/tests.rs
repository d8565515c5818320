use super::list::OFFERED;
use super::*;
use crate::directory::user::Secret;
use crate::directory::world;
use crate::signin::mfa::phone::State;
use crate::time::{Span, Timestamp};
use serde_json::json;

const NOW: i64 = 1_795_230_600;

fn around() -> Surroundings {
    Surroundings {
        nonce: "n".into(),
        base: "/w/one".into(),
        version: "0.1.0",
        seen: 12,
        stands_still: false,
        now: Timestamp::from_seconds(NOW + 7),
    }
}

fn directory() -> Directory {
    let world = json!({
        "tenants": {"acme": {"name": "Acme", "domains": ["acme.test"]}},
        "users": {
            "mia@acme.test": {"name": "Mia <b>", "methods": {"push": true, "totp": "MIAMIAMIAMIAMIAMIAMIAMIAMIAMIAMI"}},
            "o'neil+x@acme.test": {},
        },
        "providers": {"fed": {"name": "Fed", "users": {"mia@acme.test": {"methods": {"totp": "JANEJANEJANEJANEJANEJANEJANEJANE"}}}}},
    });
    Directory::new(world::from_value(world).unwrap()).unwrap()
}

fn message(id: &str, kind: Kind, state: State, seconds: i64) -> Message {
    let time = Timestamp::from_seconds(NOW + seconds);
    Message {
        id: id.to_owned(),
        kind,
        user: Upn::new("mia@acme.test"),
        home: "acme".to_owned(),
        to: "+1 555 0103".to_owned(),
        code: (kind == Kind::Sms).then(|| "123456".to_owned()),
        number: (kind == Kind::Push).then(|| Secret::new("7777")),
        app: "<i>App".to_owned(),
        flow: String::new(),
        state,
        time,
        expires: time.plus(Span::minutes(1)),
    }
}

fn phone(around: Surroundings, messages: &[Message], told: Option<Told>) -> PhonePage {
    let directory = directory();
    let upn = Upn::new("mia@acme.test");
    PhonePage::new(around, &accounts::named(&directory, &upn).unwrap(), messages, told)
}

fn place(html: &str, text: &str) -> usize {
    html.find(text).unwrap_or_else(|| panic!("{text} is not in {html}"))
}

#[test]
fn what_waits_can_be_answered_in_its_own_form_and_nothing_else_can() {
    let messages = [
        message("push", Kind::Push, State::Waiting, 0),
        message("call", Kind::Call, State::Waiting, 1),
        message("text", Kind::Sms, State::Waiting, 2),
        message("over", Kind::Push, State::Denied, 3),
        message("late", Kind::Push, State::Waiting, -60),
    ];
    let html = phone(around(), &messages, None).render().unwrap();
    assert_eq!(html.matches("<form").count(), 2, "{html}");
    let form = |id: &str| {
        let start = place(&html, &format!("<input type=\"hidden\" name=\"id\" value=\"{id}\">"));
        html[start..].split("</form>").next().unwrap().to_owned()
    };
    for id in ["push", "call"] {
        for button in ["approve", "deny", "report"] {
            assert!(form(id).contains(&format!("name=\"answer\" value=\"{button}\" data-testid=\"{button}\"")), "{id}");
        }
    }
    assert!(form("push").contains("name=\"number\"") && form("push").contains("inputmode=\"numeric\""));
    assert!(!form("call").contains("name=\"number\""));
    assert!(html.contains("action=\"/w/one/console/phone/mia%40acme.test\""));
    assert!(html.contains("data-testid=\"sms-code\">123456<"));
}

#[test]
fn the_newest_is_on_top_and_no_number_is_shown() {
    let messages = [message("old", Kind::Push, State::Waiting, 0), message("new", Kind::Push, State::Waiting, 5)];
    let html = phone(around(), &messages, None).render().unwrap();
    assert!(place(&html, "id=\"message-new\"") < place(&html, "id=\"message-old\""));
    assert!(!html.contains("7777"));
}

#[test]
fn the_code_app_is_on_the_phone_with_the_seconds_it_has_left() {
    let page = phone(around(), &[], None);
    assert_eq!(page.again, Some(23), "the code changes then");
    let html = page.render().unwrap();
    assert_eq!(html.matches("data-testid=\"totp-code\"").count(), 2, "one at the tenant, one at the provider");
    assert!(html.contains("Code app, Acme") && html.contains("Code app, Fed") && html.contains("23 s left"));
    let still = phone(Surroundings { stands_still: true, ..around() }, &[], None);
    assert_eq!(still.again, None);
    let html = still.render().unwrap();
    assert!(html.contains("the clock stands still") && !html.contains("s left<"));
}

#[test]
fn a_page_looks_again_when_the_first_thing_on_it_ends() {
    let messages = [message("a", Kind::Push, State::Waiting, -50), message("b", Kind::Call, State::Denied, -58)];
    assert_eq!(phone(around(), &messages, None).again, Some(3));
}

#[test]
fn strangers_words_come_out_escaped() {
    let html = phone(around(), &[message("a", Kind::Push, State::Waiting, 0)], None).render().unwrap();
    assert!(!html.contains("Mia <b>") && !html.contains("<i>App"));
    let upn = Upn::new("<u>@acme.test");
    let html = NoPhone::new(around(), &directory(), &upn).render().unwrap();
    assert!(!html.contains("<u>"));
}

#[test]
fn every_word_in_an_address_has_its_sentence_and_no_other_word_has() {
    for told in Told::ALL {
        assert_eq!(Told::read(told.word()), Some(told));
        let html = phone(around(), &[], Some(told)).render().unwrap();
        assert!(html.contains("role=\"alert\"") && html.contains(&told.sentence()[..20]), "{told:?}");
    }
    assert_eq!(Told::read("anything"), None);
}

#[test]
fn a_phone_is_where_its_address_says() {
    assert_eq!(address(&Upn::new("Mia@acme.test")), "/console/phone/mia%40acme.test");
    assert_eq!(address(&Upn::new("a b+c/d@x")), "/console/phone/a%20b%2Bc%2Fd%40x");
}

#[test]
fn phones_that_something_waits_on_come_first() {
    let on = |upn: &str, state, seconds| Message { user: Upn::new(upn), ..message("m", Kind::Push, state, seconds) };
    let messages = [
        on("old@acme.test", State::Approved, 0),
        on("late@acme.test", State::Approved, 5),
        on("rings@acme.test", State::Waiting, 1),
    ];
    let page = PhonesPage::new(around(), &directory(), &messages);
    let order: Vec<&str> = page.phones.iter().map(|line| line.upn.as_str()).collect();
    assert_eq!(order, ["rings@acme.test", "late@acme.test", "old@acme.test"]);
    assert_eq!(page.owners.len(), 1, "an account without a phone is not offered");
    let html = page.render().unwrap();
    assert!(html.contains("1 waiting") && html.contains("href=\"/w/one/console/phone/rings%40acme.test\""), "{html}");
    assert!(html.contains("authenticator app, code app"));
}

#[test]
fn a_list_too_long_to_read_ends_with_how_many_more_there_are() {
    let users: serde_json::Map<String, serde_json::Value> =
        (0..OFFERED + 3).map(|n| (format!("u{n}@acme.test"), json!({"methods": {"push": true}}))).collect();
    let world = json!({"tenants": {"acme": {"domains": ["acme.test"]}}, "users": users});
    let directory = Directory::new(world::from_value(world).unwrap()).unwrap();
    let page = PhonesPage::new(around(), &directory, &[]);
    assert_eq!((page.owners.len(), page.more), (OFFERED, 3));
    assert!(page.render().unwrap().contains("And 3 more"));
}
