//! Script in everything that a page repeats (OWASP ASVS, 1.2).

use standin::Standin;

use super::{SCRIPT, stands};
use crate::answer::Answer;
use crate::apps::{CHALLENGE, LOCAL, LOCAL_WEB, PASSWORD, V2, WEB};
use crate::client::{address, get, started};
use crate::visitor::Visitor;

fn shows_no_script(page: &Answer) {
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{}", page.body);
    assert!(!page.has("<script>alert") && !page.has("'><"), "{}", page.body);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

fn asks(standin: &Standin, more: &[(&str, &str)]) -> Answer {
    get(standin, &WEB.asks(V2, more))
}

#[actix_web::test]
async fn an_error_page_repeats_no_script() {
    let standin = started().await;
    for name in ["client_id", "redirect_uri"] {
        shows_no_script(&asks(&standin, &[(name, SCRIPT)]));
    }
    shows_no_script(&get(&standin, &WEB.asks("/%3Cscript%3Ealert(1)%3C/oauth2/v2.0", &[])));
    shows_no_script(&get(&standin, &address(&format!("{V2}/authorize"), &[(SCRIPT, "1"), (SCRIPT, "2")])));
    shows_no_script(&get(&standin, &address(&format!("{V2}/logout"), &[("post_logout_redirect_uri", SCRIPT)])));
    shows_no_script(&get(&standin, &address("/device", &[("otc", SCRIPT), ("user_code", SCRIPT)])));
    stands(&standin);
}

#[actix_web::test]
async fn a_sign_in_page_repeats_no_script() {
    let standin = started().await;
    shows_no_script(&asks(&standin, &[("login_hint", SCRIPT)]));
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&WEB.asks(V2, &[])).await;
    for field in ["loginfmt", "passwd"] {
        shows_no_script(&visitor.submit(&page, &[(field, SCRIPT)]).await);
    }
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256"), ("login_hint", SCRIPT)];
    let page = visitor.get(&LOCAL_WEB.asks(LOCAL, &pkce)).await;
    shows_no_script(&page);
    shows_no_script(&visitor.submit(&page, &[("UserName", SCRIPT), ("Password", PASSWORD)]).await);
}

#[actix_web::test]
async fn a_form_that_posts_itself_carries_script_as_text() {
    let standin = started().await;
    let page = asks(&standin, &[("state", SCRIPT), ("response_mode", "form_post"), ("prompt", "none")]);
    shows_no_script(&page);
    assert_eq!(page.sent_back("state").as_deref(), Some(SCRIPT));
}

#[actix_web::test]
async fn documents_are_never_taken_for_pages() {
    let standin = started().await;
    for path in [
        "/example.test/userrealm/%3Cscript%3Ealert(1)?api-version=2.0",
        "/idp/%3Cscript%3Ealert(1)/authorize",
        "/_standin/worlds/%3Cscript%3Ealert(1)",
        "/w/%3Cscript%3Ealert(1)/",
        "/%3Cscript%3Ealert(1)/oauth2/v2.0/token",
        "/_standin/events?%3Cscript%3Ealert(1)",
    ] {
        let answer = get(&standin, path);
        assert!(answer.header("content-type").starts_with("application/json"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}
