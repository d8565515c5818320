//! The virtual phone in a browser.

use super::*;
use standin::config::Secret;
use url::form_urlencoded::Serializer;

const PHONE: &str = "/console/phone/mia%40example.test";

/// Presses a button of a phone's page.
fn press(standin: &Standin, phone: &str, fields: &[(&str, &str)]) -> Answer {
    pressed(call(standin, "POST", phone), fields)
}

fn pressed(call: Call<'_>, fields: &[(&str, &str)]) -> Answer {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    call.text("application/x-www-form-urlencoded", &form).send()
}

fn id(message: &Value) -> String {
    message["id"].as_str().unwrap().to_owned()
}

/// The phone's page after a button was pressed.
fn followed(standin: &Standin, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    get(standin, answer.header("location")).body
}

#[actix_web::test]
async fn a_push_is_approved_on_the_phone_with_the_number_from_the_other_screen() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    assert!(mia.page.has(&format!("href=\"{PHONE}\"")), "the page that asks leads to the phone");
    let page = get(&standin, PHONE);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for part in
        ["Example Web", "name=\"number\"", "data-testid=\"approve\"", "data-testid=\"deny\"", "data-testid=\"report\""]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let push = id(&newest(&standin));
    let answer = press(&standin, PHONE, &[("id", &push), ("answer", "approve"), ("number", &mia.number())]);
    assert_eq!((answer.status, answer.header("location")), (303, PHONE));
    let page = followed(&standin, &answer);
    assert!(page.contains("data-state=\"approved\"") && !page.contains("<form"), "{page}");
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_wrong_number_denies_and_none_at_all_does_not() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await;
    let push = id(&newest(&standin));
    for slip in ["", "forty-two"] {
        let answer = press(&standin, PHONE, &[("id", &push), ("answer", "approve"), ("number", slip)]);
        assert!(followed(&standin, &answer).contains("type the number that the sign-in page shows"));
        assert_eq!(newest(&standin)["state"], "waiting");
    }
    let wrong = press(&standin, PHONE, &[("id", &push), ("answer", "approve"), ("number", &mia.other_number())]);
    assert!(followed(&standin, &wrong).contains("That is not the number on the sign-in page"));
    assert_eq!(newest(&standin)["state"], "denied");
    let again = press(&standin, PHONE, &[("id", &push), ("answer", "approve"), ("number", &mia.number())]);
    assert!(followed(&standin, &again).contains("answered already"));
    assert!(mia.goes_on().await.has("The request was denied"));
}

#[actix_web::test]
async fn a_call_is_answered_denied_or_reported_on_the_phone() {
    let standin = started().await;
    for (button, state) in [("approve", "approved"), ("deny", "denied"), ("report", "reported")] {
        let mut mia = Asked::by_push(&standin).await.another_way("TwoWayVoiceMobile").await;
        let page = get(&standin, PHONE).body;
        assert!(page.contains("Answer and press #"), "{page}");
        let answer = press(&standin, PHONE, &[("id", &id(&newest(&standin))), ("answer", button)]);
        assert_eq!(answer.header("location"), PHONE);
        assert_eq!(newest(&standin)["state"], state);
        assert_eq!(mia.goes_on().await.status == 302, state == "approved");
    }
}

#[actix_web::test]
async fn a_text_shows_its_code_newest_first_and_has_nothing_to_press() {
    let standin = started().await;
    let mut mia = Asked::by_push(&standin).await.another_way("OneWaySMS").await;
    let page = get(&standin, PHONE).body;
    let code = page.split("data-testid=\"sms-code\">").nth(1).unwrap().split('<').next().unwrap();
    let (text, push) = (page.find("Text message").unwrap(), page.find("Approve sign-in?").unwrap());
    assert!(text < push, "the text came after the push");
    assert_eq!(page.matches("<form").count(), 1, "that of the push");
    let answer = press(&standin, PHONE, &[("id", &id(&newest(&standin))), ("answer", "approve")]);
    assert!(followed(&standin, &answer).contains("typing its code on the sign-in page"));
    assert!(mia.types(code).await.sent_back("code").is_some());
    assert!(get(&standin, PHONE).body.contains("Used"));
}

#[actix_web::test]
async fn the_phone_has_the_code_app_too() {
    let standin = started().await;
    put(&standin, "/_standin/clock", json!({"at": "2030-01-01T00:00:07Z"})).succeeded();
    put(&standin, "/_standin/clock", json!({"freeze": true})).succeeded();
    let mut mia = Asked::by_push(&standin).await.another_way("PhoneAppOTP").await;
    let page = get(&standin, PHONE).body;
    assert!(page.contains("the clock stands still"), "{page}");
    let code = page.split("data-testid=\"totp-code\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(get(&standin, "/_standin/users/mia@example.test/totp").succeeded()["code"], code);
    assert!(mia.types(code).await.sent_back("code").is_some());
    assert!(!get(&standin, "/console/phone/alice@example.test").body.contains("totp-code"));
}

#[actix_web::test]
async fn what_was_not_answered_in_time_cannot_be_answered_any_more() {
    let standin = started().await;
    let mia = Asked::by_push(&standin).await;
    let push = id(&newest(&standin));
    put(&standin, "/_standin/clock", json!({"advance": "1m"})).succeeded();
    let page = get(&standin, PHONE).body;
    assert!(page.contains("data-state=\"expired\"") && !page.contains("<form"), "{page}");
    let late = press(&standin, PHONE, &[("id", &push), ("answer", "approve"), ("number", &mia.number())]);
    assert!(followed(&standin, &late).contains("came too late"));
}

#[actix_web::test]
async fn all_phones_are_listed_and_any_is_opened_by_name() {
    let standin = started().await;
    assert!(get(&standin, "/").body.contains("href=\"/console/phone\""), "the front page leads here");
    let page = get(&standin, "/console/phone").body;
    assert!(page.contains("Nobody yet") && page.contains("href=\"/console/phone/jane%40contoso.test\""), "{page}");
    assert!(!page.contains("alice%40example.test"), "she has no phone");
    Asked::by_push(&standin).await;
    let page = get(&standin, "/console/phone").body;
    assert!(page.contains("1 waiting") && !page.contains("Nobody yet"), "{page}");
    let opened = get(&standin, "/console/phone?user=Mia%40Example.test");
    assert_eq!((opened.status, opened.header("location")), (303, PHONE));
}

#[actix_web::test]
async fn nobodys_phone_is_not_found_and_the_nearest_name_is_offered() {
    let standin = started().await;
    let page = get(&standin, "/console/phone/mai@example.test");
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains("href=\"/console/phone/mia%40example.test\""), "{}", page.body);
    let evil = get(&standin, "/console/phone/%3Cscript%3E");
    assert_eq!(evil.status, 404);
    assert!(!evil.body.contains("<script>"), "{}", evil.body);
    call(&standin, "DELETE", PHONE).send().refused(405, "method_not_allowed");
    call(&standin, "POST", "/console/phone").send().refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn a_message_is_answered_from_its_own_phone_only() {
    let standin = started().await;
    Asked::by_push(&standin).await;
    let push = id(&newest(&standin));
    let answer = press(&standin, "/console/phone/alice%40example.test", &[("id", &push), ("answer", "deny")]);
    assert!(followed(&standin, &answer).contains("no such message on this phone"));
    for form in [&[("id", push.as_str())][..], &[("answer", "deny")], &[("id", &push), ("answer", "maybe")]] {
        press(&standin, PHONE, form).refused(400, "bad_request");
    }
    call(&standin, "POST", PHONE).json(json!({"id": push, "answer": "deny"})).send().refused(400, "bad_request");
    assert_eq!(newest(&standin)["state"], "waiting");
}

#[actix_web::test]
async fn a_page_of_another_site_cannot_press_the_buttons() {
    let standin = started().await;
    Asked::by_push(&standin).await;
    let push = id(&newest(&standin));
    let deny = [("id", push.as_str()), ("answer", "deny")];
    for (name, value) in [
        ("Origin", "http://evil.test"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Host", "evil.test"),
    ] {
        pressed(call(&standin, "POST", PHONE).header(name, value), &deny).refused(403, "forbidden");
    }
    assert_eq!(newest(&standin)["state"], "waiting");
    assert_eq!(get(&standin, "/_standin/events?kind=error").succeeded()["value"].as_array().unwrap().len(), 5);
    for path in [PHONE, "/console/phone"] {
        call(&standin, "GET", path).header("Host", "evil.test").send().refused(403, "forbidden");
    }
    for path in [PHONE, "/console/phone", "/console/exceptions", "/console/flows/none", "/"] {
        for (name, value) in
            [("Origin", "http://evil.test"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site")]
        {
            call(&standin, "GET", path).header(name, value).send().refused(403, "forbidden");
        }
        let framed = call(&standin, "GET", path).header("Sec-Fetch-Site", "cross-site");
        framed.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "iframe").send().refused(403, "forbidden");
    }
    // A link on another site's page leads here all the same: that page does not get to see it.
    let linked = call(&standin, "GET", PHONE).header("Sec-Fetch-Site", "cross-site");
    let linked = linked.header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", "document").send();
    assert_eq!(linked.status, 200);
    assert!(linked.header("content-security-policy").contains("frame-ancestors 'none'"));
    let own = call(&standin, "POST", PHONE).header("Origin", &standin.http("")).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(pressed(own, &deny).status, 303);
}

#[actix_web::test]
async fn with_a_control_token_a_phone_is_shown_to_its_bearer_only() {
    let config = Config { control_token: Some(Secret::new("swordfish")), ..Config::default() };
    let standin = started_with(config).await;
    Asked::by_push(&standin).await;
    let as_owner = |verb, path: &str| call(&standin, verb, path).header("Authorization", "Bearer swordfish");
    let push = id(&as_owner("GET", "/_standin/inbox").send().succeeded()["value"][0]);
    let deny = [("id", push.as_str()), ("answer", "deny")];
    for path in [PHONE, "/console/phone", "/console/phone/nobody@example.test"] {
        let error = get(&standin, path).refused(401, "unauthorized");
        assert!(error["message"].as_str().unwrap().contains("control token"), "{error}");
    }
    press(&standin, PHONE, &deny).refused(401, "unauthorized");
    // A browser asks its user, and then shows what it was told as a password.
    for path in [PHONE, "/console/phone", "/console/exceptions"] {
        let by_browser = || call(&standin, "GET", path).header("Accept", "text/html,*/*;q=0.8");
        let asked = by_browser().send();
        assert_eq!((asked.status, asked.header("cache-control")), (401, "no-store"), "{path}");
        assert!(asked.headers.iter().any(|(name, value)| name == "www-authenticate" && value.starts_with("Basic ")));
        assert!(asked.body.contains("give the token as the password"), "{}", asked.body);
        // `:swordfish`, and `:Swordfish`.
        assert_eq!(by_browser().header("Authorization", "Basic OnN3b3JkZmlzaA==").send().status, 200, "{path}");
        assert_eq!(by_browser().header("Authorization", "Basic OlN3b3JkZmlzaA==").send().status, 401, "{path}");
        let stranger =
            by_browser().header("Authorization", "Basic OnN3b3JkZmlzaA==").header("Sec-Fetch-Site", "cross-site");
        stranger.send().refused(403, "forbidden");
    }
    assert_eq!(as_owner("GET", PHONE).send().status, 200);
    assert_eq!(pressed(as_owner("POST", PHONE), &deny).status, 303);
}

#[actix_web::test]
async fn a_world_has_its_own_phones_and_their_links_stay_in_it() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "one"})).succeeded();
    let mut mia = Asked::in_world(&standin, "/w/one").await;
    assert!(!get(&standin, PHONE).body.contains("<form"));
    let phone = format!("/w/one{PHONE}");
    let page = get(&standin, &phone).body;
    assert!(page.contains(&format!("action=\"{phone}\"")), "{page}");
    assert!(page.contains("data-events=\"/w/one/_standin/events?"), "{page}");
    assert!(!page.contains("href=\"/console") && !page.contains("href=\"/\""), "{page}");
    let push = id(&inbox(&standin, "/w/one")[0]);
    let form = [("id", push.as_str()), ("answer", "approve"), ("number", &mia.number())];
    assert!(followed(&standin, &press(&standin, PHONE, &form)).contains("no such message"), "another world's phone");
    let answer = press(&standin, &phone, &form);
    assert_eq!(answer.header("location"), phone);
    assert!(mia.goes_on().await.sent_back("code").is_some());
}

#[actix_web::test]
async fn looking_at_a_phone_is_no_news_and_what_is_news_is_told_from_there_on() {
    let standin = started().await;
    Asked::by_push(&standin).await;
    let page = get(&standin, PHONE).body;
    get(&standin, "/console/phone");
    let seen = page.split("kind=message,control&amp;after=").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/_standin/events?after={seen}");
    assert_eq!(get(&standin, &path).succeeded()["value"], json!([]));
    press(&standin, PHONE, &[("id", &id(&newest(&standin))), ("answer", "deny")]);
    let news = get(&standin, &path).succeeded();
    assert_eq!(news["value"][0]["kind"], "message", "{news}");
}
