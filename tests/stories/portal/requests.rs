//! A partner asks for a technical exception, and tests what its own session says.

use serde_json::{Value, json};

use super::*;
use crate::client::{get, patch_world, started};

const NEW: &str = "/portal/support/partner-requests/new";
const LIST: &str = "/portal/support/partner-requests";

type Parts<'p> = Vec<(&'p str, &'p str, &'p [u8])>;

/// The form, filled in as it should be.
fn filled_in(token: &str) -> Parts<'_> {
    vec![
        ("flowToken", "", token.as_bytes()),
        ("program", "", b"csp"),
        ("topic", "", b"accounts"),
        ("problem", "", b"mfa_exception"),
        ("product", "", "Wingtip Sentry \u{e9}".as_bytes()),
        ("integration", "", b"federation"),
        ("reason", "", b"third_party_mfa"),
        ("configuration", "C:\\mfa.pdf", b"%PDF-1.7"),
        ("test_result", "test.txt", b"fail"),
        ("purchase_order", "order.png", b"\x89PNG\r\n\x1a\n"),
    ]
}

fn token(page: &Answer) -> String {
    page.attribute_after("name=\"flowToken\"", "value").unwrap_or_else(|| panic!("a form, not {}", page.gist()))
}

fn exceptions(standin: &Standin) -> Value {
    get(standin, "/_standin/exceptions").granted()["value"].clone()
}

#[actix_web::test]
async fn an_admin_agent_asks_and_while_it_is_granted_opens_what_needs_a_second_factor() {
    let standin = started().await;
    let mut john = Person::new(&standin, JOHN);
    let (form, asked) = john.opens(NEW).await;
    is_at(&form, NEW, "MFA - Request for exception");
    assert_eq!(asked, ["name", "password"], "who cannot prove a second factor may ask to be excused");
    let sent = john.browser.upload(NEW, &filled_in(&token(&form))).await;
    assert_eq!((sent.status, sent.header("location")), (303, LIST), "{}", sent.gist());
    let filed = exceptions(&standin)[0].clone();
    assert_eq!((&filed["tenant"], &filed["filed_by"]), (&json!("fabrikam"), &json!(JOHN)));
    assert_eq!(filed["product"], "Wingtip Sentry \u{e9}");
    assert_eq!(filed["evidence"]["configuration"], "mfa.pdf");
    let (list, _) = john.opens(LIST).await;
    assert!(list.has("Wingtip Sentry") && list.has("submitted"), "{}", list.gist());

    standin.clock().advance(Duration::from_secs(5 * 24 * 3600));
    john.with_a_fresh_browser();
    let (customers, asked) = john.opens(CUSTOMERS).await;
    is_at(&customers, CUSTOMERS, "Adatum");
    assert_eq!(asked, ["name", "password"], "{}", told(&standin));
    assert!(told(&standin).contains("R-07"));
}

#[actix_web::test]
async fn only_a_global_admin_or_an_admin_agent_may_ask() {
    let standin = started().await;
    for upn in [GWEN, JANE] {
        is_at(&Person::new(&standin, upn).opens(NEW).await.0, NEW, "Your evidence");
    }
    for upn in [SAM, HANA, BILL] {
        has_no_access(&Person::new(&standin, upn).opens(NEW).await.0);
    }
}

#[actix_web::test]
async fn what_is_missing_too_large_or_of_a_wrong_kind_is_told_beside_its_field() {
    let standin = started().await;
    let mut greta = Person::new(&standin, GRETA);
    let (form, _) = greta.opens(NEW).await;
    let (first, large) = (token(&form), vec![b'a'; 65 * 1024]);
    let mut parts = filled_in(&first);
    parts[4].2 = b"<script>alert(1)</script>";
    parts[6].2 = b"bored";
    parts[7] = ("configuration", "mfa.exe", b"MZ");
    parts[8] = ("test_result", "test.txt", &large);
    parts.pop();
    let again = greta.browser.upload(NEW, &parts).await;
    assert_eq!(again.status, 422, "{}", again.gist());
    for told in ["reason-problem", "configuration-problem", "test_result-problem", "purchase_order-problem"] {
        assert!(again.has(&format!("id=\"{told}\"")), "{told}: {}", again.body);
    }
    assert!(!again.has("id=\"program-problem\"") && !again.has("<script>alert"), "{}", again.body);
    assert_eq!(exceptions(&standin), json!([]));
    let second = token(&again);
    assert_eq!(greta.browser.upload(NEW, &filled_in(&second)).await.status, 303);
}

#[actix_web::test]
async fn a_form_counts_once_and_only_from_whom_it_was_given_to() {
    let standin = started().await;
    let (mut john, mut jane) = (Person::new(&standin, JOHN), Person::new(&standin, JANE));
    let (form, _) = john.opens(NEW).await;
    jane.opens(NEW).await;
    let johns = token(&form);
    let jane = jane.browser.upload(NEW, &filled_in(&johns)).await;
    let guessed = john.browser.upload(NEW, &filled_in("guessed")).await;
    let empty = john.browser.upload(NEW, &filled_in("")).await;
    for refused in [jane, guessed, empty] {
        assert_eq!((refused.status, refused.error_code().as_str()), (400, "form_refused"), "{}", refused.gist());
    }
    let plain = john.browser.post(NEW, &[("flowToken", "x")]).await;
    assert_eq!((plain.status, plain.error_code().as_str()), (400, "form_refused"), "{}", plain.gist());
    let nobody = Visitor::new(&standin).upload(NEW, &filled_in("x")).await;
    assert_eq!(nobody.status, 302, "to sign in: {}", nobody.gist());
    assert_eq!(exceptions(&standin), json!([]));

    let (form, _) = john.opens(NEW).await;
    let token = self::token(&form);
    assert_eq!(john.browser.upload(NEW, &filled_in(&token)).await.status, 303);
    assert_eq!(john.browser.upload(NEW, &filled_in(&token)).await.status, 400);
    assert_eq!(exceptions(&standin).as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_test_of_ones_own_session_names_the_claim_that_is_missing() {
    let standin = started().await;
    let result = |page: &Answer| text_in(page.body.split("data-testid=\"test-result\"").nth(1).unwrap());
    let (page, _) = Person::new(&standin, JANE).opens("/portal/security/test").await;
    assert_eq!(result(&page), "pass", "{}", page.gist());
    let (page, _) = Person::new(&standin, JOHN).opens("/portal/security/test").await;
    assert_eq!(result(&page), "fail", "{}", page.gist());
    assert!(page.has("amr: mfa"), "{}", page.gist());
    patch_world(&standin, json!({"providers": {"wingtip": {"relay": "silent"}}}));
    let (page, _) = Person::new(&standin, TRENT).opens("/portal/security/test").await;
    assert_eq!(result(&page), "fail", "{}", page.gist());
    assert!(page.has("authenticationmethodsreferences = multipleauthn"), "{}", page.gist());
}
