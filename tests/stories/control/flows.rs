//! A sign-in, looked at afterwards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::apps::{ALICE, PASSWORD, V2, WEB};
use crate::portal::Person;
use crate::visitor::Visitor;

/// Signs somebody in; the code that the application was sent, and the id of the newest flow.
async fn signed_in(standin: &Standin, user: &str) -> (String, String) {
    let ended = standin.sign_in(&standin.http(&WEB.asks(V2, &[]))).user(user).await.unwrap();
    let flows = get(standin, "/_standin/flows").succeeded();
    (ended.parameter("code").unwrap(), flows["value"][0]["id"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn a_sign_in_is_listed_and_told_with_its_reasons() {
    let standin = started().await;
    assert_eq!(get(&standin, "/_standin/flows").succeeded(), json!({"value": [], "next": null}));
    let (code, id) = signed_in(&standin, ALICE).await;
    let flow = get(&standin, &format!("/_standin/flows/{id}")).succeeded();
    assert_eq!((&flow["user"], &flow["outcome"]), (&json!(ALICE), &json!("signed in")), "{flow}");
    assert_eq!(get(&standin, "/_standin/flows").succeeded()["value"], json!([flow]));
    let steps = flow["steps"].as_array().unwrap();
    assert_eq!((&steps[0]["from"], &steps[0]["to"]), (&json!("browser"), &json!("tenant")), "{flow}");
    let reason = steps.iter().find_map(|step| step["because"][0]["rule"].as_str()).unwrap();
    let page = get(&standin, &format!("/console/flows/{id}"));
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    let nonce = policy.split("style-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(page.body.matches("<style").count(), page.body.matches(&format!("<style nonce=\"{nonce}\">")).count());
    for text in [ALICE, flow["app"].as_str().unwrap(), "signed in", reason, "<svg", "In words"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for secret in [code.as_str(), PASSWORD, "web-secret"] {
        assert!(!page.body.contains(secret) && !flow.to_string().contains(secret), "{secret}");
    }
    let (newest, first) = (signed_in(&standin, "bob@example.test").await.1, &id);
    let listed = get(&standin, "/_standin/flows").succeeded();
    assert_eq!((&listed["value"][0]["id"], &listed["value"][1]["id"]), (&json!(newest), &json!(first)));
}

/// What became of the newest flow.
pub fn newest_outcome(standin: &Standin) -> String {
    get(standin, "/_standin/flows").succeeded()["value"][0]["outcome"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_sign_in_to_a_site_of_ours_ends_like_any_other() {
    let standin = started().await;
    for (address, user) in [
        ("/portal/overview", "jane@contoso.test"),
        ("/admin/adatum.test", "ada@adatum.test"),
        ("/exchange/adatum.test", "john@fabrikam.test"),
    ] {
        let mut person = Person::new(&standin, user);
        assert_eq!(person.opens(address).await.0.status, 200, "{address}");
        assert_eq!(newest_outcome(&standin), "signed in", "{address}");
    }
    let mut stranger = Person::new(&standin, ALICE);
    assert_eq!(stranger.opens("/portal/overview").await.0.status, 403);
    assert_eq!(newest_outcome(&standin), "refused");
    let mut half_way = Visitor::new(&standin);
    let page = half_way.get("/portal/overview").await;
    half_way.get(page.header("location")).await;
    assert_eq!(newest_outcome(&standin), "waiting");
}

#[actix_web::test]
async fn a_sign_in_by_a_legacy_protocol_ends_like_any_other() {
    let standin = started().await;
    let basic = |path: &str, user: &str, password: &str| {
        let credentials = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let status = call(&standin, "GET", path).header("Authorization", &credentials).send().status;
        (status, newest_outcome(&standin))
    };
    let powershell = "/legacy/powershell?DelegatedOrg=tailspin.test";
    assert_eq!(basic("/legacy/mail", ALICE, PASSWORD), (200, "signed in".into()));
    assert_eq!(basic(powershell, "john@fabrikam.test", PASSWORD), (200, "signed in".into()));
    assert_eq!(basic("/legacy/mail", ALICE, "wrong"), (401, "refused with AADSTS50126".into()));
    assert_eq!(basic(powershell, "greta@fabrikam.test", PASSWORD), (403, "refused with AADSTS50020".into()));
}

#[actix_web::test]
async fn the_page_that_a_sign_ins_own_footer_links_to_is_there() {
    let standin = started().await;
    let page = get(&standin, &WEB.asks(V2, &[])).body;
    let link = page.split("/console/flows/").nth(1).unwrap().split('"').next().unwrap();
    let flow = get(&standin, &format!("/console/flows/{link}"));
    assert!(flow.status == 200 && flow.body.contains("waiting"), "{}", flow.body);
    // Paths match in any case, and so do the ids in them.
    assert_eq!(get(&standin, &format!("/console/flows/{}", link.to_uppercase())).status, 200);
}

#[actix_web::test]
async fn who_is_turned_away_before_a_sign_in_began_finds_why_in_a_flow_of_its_own() {
    let standin = started().await;
    let client = WEB.id;
    for (address, code) in [
        (format!("/example.test/v2.0/adminconsent?client_id={client}"), "AADSTS900144"),
        ("/example.test/oauth2/v2.0/authorize?client_id=AADSTS50126".to_owned(), "AADSTS700038"),
        ("/nowhere.test/saml2".to_owned(), "AADSTS90002"),
    ] {
        let page = get(&standin, &address).body;
        let id = page.split("/console/flows/").nth(1).unwrap().split('"').next().unwrap();
        let flow = get(&standin, &format!("/_standin/flows/{id}")).succeeded();
        assert_eq!(flow["outcome"], json!(format!("refused with {code}")), "{flow}");
        let asked = flow["steps"][0]["text"].as_str().unwrap();
        let answered = flow["steps"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
        assert!(asked.starts_with("GET /") && !asked.contains('→'), "{flow}");
        assert_eq!(answered, "answers 400", "{flow}");
    }
    let events = get(&standin, "/_standin/events?kind=request").succeeded();
    assert_eq!(events["value"][2]["summary"], "GET /nowhere.test/saml2 → 400", "{events}");
}

#[actix_web::test]
async fn a_diagram_is_a_picture_or_text_and_a_head_gets_neither() {
    let standin = started().await;
    let (_, id) = signed_in(&standin, ALICE).await;
    for (form, kind, start) in
        [("svg", "image/svg+xml", "<svg "), ("mmd", "text/plain; charset=utf-8", "sequenceDiagram\n")]
    {
        let path = format!("/_standin/flows/{id}.{form}");
        let answer = get(&standin, &path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind));
        assert!(answer.body.starts_with(start) && answer.body.contains("/authorize"), "{}", answer.body);
        let head = call(&standin, "HEAD", &path).send();
        assert_eq!((head.status, head.body.as_str(), head.header("content-type")), (200, "", kind));
        call(&standin, "POST", &path).send().refused(405, "method_not_allowed");
    }
    get(&standin, &format!("/_standin/flows/{id}.png")).refused(404, "not_found");
    call(&standin, "POST", &format!("/console/flows/{id}")).send().refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn a_flow_of_nobody_is_not_found_and_a_person_is_told_kindly() {
    let standin = started().await;
    for path in ["/_standin/flows/nothing", "/_standin/flows/nothing.svg", "/_standin/flows/nothing.mmd"] {
        get(&standin, path).refused(404, "not_found");
    }
    let page = get(&standin, "/console/flows/nothing");
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains("no such sign-in") && page.body.contains("href=\"/\""), "{}", page.body);
    let stranger = call(&standin, "GET", "/console/flows/nothing").header("Host", "evil.example").send();
    stranger.refused(403, "forbidden");
}

#[actix_web::test]
async fn a_hostile_user_name_is_words_in_every_form() {
    let standin = started().await;
    let evil = "<b>;eve&#</b>@example.test";
    patch(&standin, "/_standin/world", json!({"users": {evil: {"password": PASSWORD}}})).succeeded();
    let (_, id) = signed_in(&standin, evil).await;
    assert_eq!(get(&standin, &format!("/_standin/flows/{id}")).succeeded()["user"], evil);
    for path in ["/console/flows/", "/_standin/flows/"] {
        for form in ["", ".svg", ".mmd"].iter().filter(|form| path.contains("_standin") != form.is_empty()) {
            let body = get(&standin, &format!("{path}{id}{form}")).body;
            assert!(body.contains("eve") && !body.contains("<b>") && !body.contains("eve&#<"), "{body}");
        }
    }
}
