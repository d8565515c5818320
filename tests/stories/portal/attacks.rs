//! What strangers try at the portal's doors, each refused with a word in the journal.

use super::*;
use crate::client::{Call, started};

/// Signs in up to the answer that would be accepted, and does not deliver it.
async fn held_back(john: &mut Person<'_>) -> String {
    let mut page = john.browser.get(OVERVIEW).await;
    for _ in 0..10 {
        if page.status == 302 && page.header("location").contains("/portal/callback") {
            john.asked.clear();
            return page.header("location").to_owned();
        }
        page = john.answers(&page).await.unwrap_or_else(|| panic!("{}", page.gist()));
    }
    panic!("no answer: {}", page.gist())
}

fn refused(page: &Answer, why: &str, standin: &Standin) {
    assert_eq!((page.status, page.error_code().as_str()), (400, "sign_in_refused"), "{}", page.gist());
    assert_eq!((page.header("location"), page.header("set-cookie")), ("", ""));
    assert!(page.has(why) && told(standin).contains(why), "{why}: {}", page.gist());
}

#[actix_web::test]
async fn an_answer_is_taken_once() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let answer = held_back(&mut john).await;
    let taken = john.browser.get(&answer).await;
    assert_eq!((taken.status, taken.header("location")), (303, OVERVIEW), "{}", taken.gist());
    refused(&john.browser.get(&answer).await, "was used before", &standin);
    let (page, asked) = john.opens(OVERVIEW).await;
    is_at(&page, OVERVIEW, "Welcome, John");
    assert!(asked.is_empty(), "whoever was signed in is so still");
}

#[actix_web::test]
async fn an_answer_with_another_state_or_none_is_refused() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let answer = held_back(&mut john).await;
    let address = url::Url::parse(&answer).unwrap();
    let code = address.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    refused(&john.browser.get(&format!("/portal/callback?code={code}")).await, "carries no state", &standin);
    let forged = john.browser.get(&format!("/portal/callback?code={code}&state=forged")).await;
    refused(&forged, "state is unknown", &standin);
    let long = format!("/portal/callback?code={code}&state={}", "s".repeat(5000));
    refused(&john.browser.get(&long).await, "carries no state", &standin);
    let twice = john.browser.get("/portal/callback?state=a&state=b").await;
    refused(&twice, "cannot be read", &standin);
    assert_eq!(john.browser.get(&answer).await.status, 303, "the true one is still good");
}

#[actix_web::test]
async fn an_answer_planted_in_another_browser_is_refused() {
    let standin = started().await;
    let mut mallory = Person::new(&standin, JOHN);
    let answer = held_back(&mut mallory).await;
    let mut victim = Person::new(&standin, JANE);
    refused(&victim.browser.get(&answer).await, "another browser", &standin);
    let mut victim = Person::new(&standin, JANE);
    victim.browser.get(OVERVIEW).await;
    refused(&victim.browser.get(&answer).await, "was used before", &standin);
}

#[actix_web::test]
async fn the_code_of_another_sign_in_is_refused() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let code_of = |answer: &str| answer.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let first = code_of(&held_back(&mut john).await);
    let second = held_back(&mut john).await;
    let mixed = second.replace(&code_of(&second), &first);
    refused(&john.browser.get(&mixed).await, "Code_Verifier", &standin);
    let mut john = Person::new(&standin, JOHN);
    let answer = held_back(&mut john).await;
    let made_up = answer.replace(&code_of(&answer), "made-up");
    refused(&john.browser.get(&made_up).await, "authorization code is not valid", &standin);
}

#[actix_web::test]
async fn an_answer_for_another_site_is_refused() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let answer = held_back(&mut john).await;
    let elsewhere = answer.replace("/portal/callback", "/exchange/callback");
    let page = john.browser.get(&elsewhere).await;
    assert_eq!((page.status, page.error_code().as_str()), (400, "sign_in_refused"), "{}", page.gist());
}

#[actix_web::test]
async fn a_refusal_of_the_tenant_is_shown_as_words() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let away = john.browser.get(OVERVIEW).await;
    let state = url::Url::parse(away.location()).unwrap();
    let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let denied = "access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E";
    let page = john.browser.get(&format!("/portal/callback?state={state}&error={denied}")).await;
    assert_eq!((page.status, page.error_code().as_str()), (400, "sign_in_refused"));
    assert!(!page.has("<script>alert") && page.has("alert(1)"));
}

#[actix_web::test]
async fn no_address_of_the_portal_leads_elsewhere() {
    let standin = started().await;
    for path in [
        "/portal/overview?returnUrl=https://evil.test",
        "/portal//evil.test/%2e%2e",
        "/portal/customers?q=x&page=1&redirect_uri=//evil.test",
        "/portal/%0d%0aLocation:%20https://evil.test",
        "/portal/callback?returnUrl=https://evil.test",
    ] {
        let mut john = Person::new(&standin, JOHN);
        let (page, _) = john.opens(path).await;
        assert_eq!(page.at.host_str(), Some("localhost"));
        assert!(page.status < 500 && !page.header("location").contains("evil"), "{path}: {}", page.gist());
        assert!(!page.at.path().contains("evil") || page.status != 200, "{path}: {}", page.at);
    }
}

#[actix_web::test]
async fn pages_are_only_read_and_what_cannot_be_read_is_said_on_a_page() {
    let standin = started().await;
    for verb in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = Call::new(&standin, verb, OVERVIEW).send();
        assert!(answer.status == 405 || verb == "OPTIONS", "{verb}: {}", answer.gist());
    }
    let large = Call::new(&standin, "POST", OVERVIEW).header("Content-Length", "9999999").send();
    assert_eq!((large.status, large.header("content-type")), (413, "text/html; charset=utf-8"));
    for path in ["/portal/nothing", "/portal/customers/nonsense", "/portal/callback/more", "/admin", "/exchange/a/b/c"]
    {
        let answer = get(&standin, path);
        assert_eq!((answer.status, answer.error_code().as_str()), (404, "not_found"), "{path}");
    }
}

#[actix_web::test]
async fn the_sessions_cookie_is_for_the_portal_alone() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    john.opens(OVERVIEW).await;
    let cookie = john.browser.cookie("PartnerCenterSession").unwrap().clone();
    assert_eq!(cookie.path, "/portal");
    assert!(cookie.attributes.contains("HttpOnly") && cookie.attributes.contains("SameSite=Lax"));
    let journal = get(&standin, "/_standin/events").body;
    assert!(!journal.contains(&cookie.value), "the journal holds no session");
    let mut thief = Person::new(&standin, JANE);
    thief.browser.remember(crate::visitor::Cookie { value: "guessed".into(), ..cookie });
    assert_eq!(thief.opens(OVERVIEW).await.1.first(), Some(&"name"));
}
