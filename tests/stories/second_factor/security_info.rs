//! The page where people manage their own methods: open to who proves one they have.

use serde_json::json;
use standin::Config;

use super::{MIA, MIAS_SECRET, another_way, app_code};
use crate::answer::Answer;
use crate::apps::{ALICE, BOB, PASSWORD};
use crate::client::{get, patch_world, started, started_with};
use crate::visitor::Visitor;

async fn follow(visitor: &mut Visitor, answer: Answer) -> Answer {
    match answer.status {
        303 => visitor.get(answer.header("location")).await,
        _ => answer,
    }
}

async fn opened(visitor: &mut Visitor, user: &str) -> Answer {
    let page = visitor.get("/security-info").await;
    let page = visitor.sign_in(page, user, PASSWORD).await;
    follow(visitor, page).await
}

#[actix_web::test]
async fn whoever_has_nothing_registered_gets_in_with_a_password_and_adds_a_method() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = opened(&mut alice, ALICE).await;
    assert!(page.has("id=\"add-method\"") && !page.has("data-testid=\"remove-method\""), "{}", page.gist());
    let list = alice.submit(&page, &[("action", "add")]).await;
    let set_up = alice.submit(&list, &[("action", "method:PhoneAppOTP")]).await;
    let secret = set_up.body.split("data-testid=\"totp-secret\"").nth(1).unwrap();
    let secret = secret.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned();
    let code_page = alice.submit(&set_up, &[]).await;
    let done = alice.submit(&code_page, &[("otc", &app_code(&standin, &secret))]).await;
    let page = follow(&mut alice, done).await;
    assert!(page.has("The method was added.") && page.has("data-testid=\"remove-method\""), "{}", page.gist());

    let cancelled = alice.submit(&page, &[("action", "add")]).await;
    let back = alice.submit(&cancelled, &[("action", "back")]).await;
    let page = follow(&mut alice, back).await;
    let removed = alice.submit(&page, &[("action", "remove:totp")]).await;
    let page = follow(&mut alice, removed).await;
    assert!(!page.has("data-testid=\"remove-method\""), "{}", page.gist());
    assert!(get(&standin, "/_standin/world").json()["users"][ALICE]["methods"].get("totp").is_none());
}

#[actix_web::test]
async fn whoever_has_a_method_proves_it_first() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET, "sms": "+1 555 0100"}}}}));
    let mut alice = Visitor::new(&standin);
    let page = opened(&mut alice, ALICE).await;
    assert!(page.has("id=\"idTxtBx_SAOTCC_OTC\""), "{}", page.gist());
    let shown = alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let page = follow(&mut alice, shown).await;
    let defaults = |page: &Answer| page.body.matches(">Default<").count();
    assert!(defaults(&page) == 1 && page.has("value=\"default:sms\""), "the first is the default: {}", page.gist());
    let changed = alice.submit(&page, &[("action", "default:sms")]).await;
    let page = follow(&mut alice, changed).await;
    assert!(defaults(&page) == 1 && page.has("value=\"default:totp\""), "{}", page.gist());
    assert_eq!(get(&standin, "/_standin/world").json()["users"][ALICE]["methods"]["default"], "sms");
    let again = alice.get("/security-info").await;
    assert!(again.has("id=\"add-method\""), "proven once is proven: {}", again.gist());
    // Its footer leads to the sign-in that all this rests on.
    let link = again.body.split("href=\"/console/flows/").nth(1).expect("no diagram").split('"').next().unwrap();
    let flow = get(&standin, &format!("/_standin/flows/{link}")).json();
    assert_eq!((flow["user"].as_str(), flow["app"].as_str()), (Some(ALICE), Some("my-sign-ins")), "{flow}");
}

#[actix_web::test]
async fn what_is_not_registered_can_neither_be_removed_nor_made_the_default() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"methods": {"totp": MIAS_SECRET}}}}));
    let mut alice = Visitor::new(&standin);
    let page = opened(&mut alice, ALICE).await;
    let shown = alice.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let mut page = follow(&mut alice, shown).await;
    let before = get(&standin, "/_standin/world").json()["users"][ALICE].clone();
    for action in ["default:sms", "remove:nope", "remove:sms", "remove:passkey:x", "default:"] {
        let refused = alice.submit(&page, &[("action", action)]).await;
        let refused = follow(&mut alice, refused).await;
        assert_eq!(refused.status, 400, "{action}: {}", refused.gist());
        for word in ["was removed", "asked for first from now on"] {
            assert!(!refused.has(word), "{action}: {}", refused.body);
        }
        assert_eq!(get(&standin, "/_standin/world").json()["users"][ALICE], before, "{action}");
        page = alice.get("/security-info").await;
    }
    let removed = alice.submit(&page, &[("action", "remove:totp")]).await;
    assert!(follow(&mut alice, removed).await.has("was removed"));
}

#[actix_web::test]
async fn a_form_counts_once_from_its_own_browser_and_only_while_its_person_is_let_in() {
    let standin = started().await;
    let mut mia = Visitor::new(&standin);
    let push = opened(&mut mia, MIA).await;
    let code = another_way(&mut mia, &push, "PhoneAppOTP").await;
    let shown = mia.submit(&code, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    let page = follow(&mut mia, shown).await;
    let stolen = Visitor::new(&standin).submit(&page, &[("action", "remove:totp")]).await;
    stolen.on_page(165_000);
    mia.submit(&page, &[("action", "remove:nothing")]).await;
    mia.submit(&page, &[("action", "remove:totp")]).await.on_page(165_000);
    assert_eq!(get(&standin, "/_standin/world").json()["users"][MIA]["methods"]["totp"], MIAS_SECRET);
    let page = mia.get("/security-info").await;
    crate::client::Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={MIA}")).send();
    let asked = mia.submit(&page, &[("action", "remove:totp")]).await;
    assert!(asked.has("id=\"i0118\""), "the session is over: {}", asked.gist());
    assert_eq!(get(&standin, "/_standin/world").json()["users"][MIA]["methods"]["totp"], MIAS_SECRET);
}

#[actix_web::test]
async fn of_several_accounts_the_page_asks_which() {
    let standin = started().await;
    let mut both = Visitor::new(&standin);
    opened(&mut both, ALICE).await;
    let page = both.get(&format!("/security-info?upn={BOB}")).await;
    let page = both.sign_in(page, BOB, PASSWORD).await;
    let bobs = follow(&mut both, page).await;
    assert!(bobs.has(BOB), "{}", bobs.gist());
    let which = both.get("/security-info").await;
    assert!(which.has(&format!("data-test-id=\"{ALICE}\"")), "{}", which.gist());
}

#[actix_web::test]
async fn a_server_that_signs_somebody_in_by_itself_shows_the_page_at_once() {
    let standin = started_with(Config { auto_sign_in: Some(MIA.into()), ..Config::default() }).await;
    let mut mia = Visitor::new(&standin);
    let page = mia.get("/security-info").await;
    assert!(page.has("id=\"add-method\"") && page.has(MIA), "{}", page.gist());
}
