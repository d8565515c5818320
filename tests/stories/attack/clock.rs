//! The ends of time.

use std::time::Duration;

use serde_json::json;

use super::stands;
use crate::apps::{ALICE, DAEMON, PASSWORD, V2, WEB};
use crate::client::{Call, get, started};
use crate::federation::{TRENT, asks, set};
use crate::second_factor::app_code;
use crate::visitor::Visitor;

#[actix_web::test]
async fn signing_in_works_on_the_first_and_on_the_last_day() {
    let standin = started().await;
    for turn in [
        r#"{"at":"1970-01-01T00:00:00.001Z","freeze":true}"#,
        r#"{"at":"9999-12-31T23:59:59.999Z","freeze":true}"#,
        r#"{"advance":"9223372036854775807ms"}"#,
        r#"{"advance":"-9223372036854775807ms"}"#,
    ] {
        let answer = Call::new(&standin, "PUT", "/_standin/clock").body("application/json", turn).send();
        assert_eq!(answer.status, 200, "{turn}");
        let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
        WEB.redeem(&standin, V2, &code, &[]).granted();
        let asked = [("grant_type", "client_credentials"), ("scope", "api://example-api/.default")];
        DAEMON.token(&standin, V2, &asked).granted();
        assert_eq!(get(&standin, "/").status, 200, "{turn}");
    }
    stands(&standin);
}

#[actix_web::test]
async fn a_page_that_was_left_open_too_long_is_said_to_have_expired_in_its_own_browser_only() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    let token = page.attribute_after("name=\"flowToken\"", "value").unwrap();
    standin.clock().advance(Duration::from_secs(59 * 60));
    let wrong = alice.submit(&page, &[("passwd", "wrong")]).await;
    assert!(wrong.has("id=\"passwordError\""), "{}", wrong.gist());
    standin.clock().advance(Duration::from_secs(2 * 60));
    let late = alice.submit(&wrong, &[("passwd", PASSWORD)]).await;
    late.on_page(165_000);
    assert!(late.has("This sign-in has expired: it began at "), "{}", late.gist());
    // Nobody else learns that there was one; and what came to its end is over.
    let mut eve = Visitor::new(&standin);
    let theirs = eve.post("/common/login", &[("flowToken", &token), ("passwd", PASSWORD)]).await;
    assert!(theirs.has("is over, has expired, or belongs to another browser"), "{}", theirs.gist());
    let page = alice.get(&WEB.asks(V2, &[("login_hint", ALICE)])).await;
    assert!(alice.submit(&page, &[("passwd", PASSWORD)]).await.sent_back("code").is_some());
    let twice = alice.submit(&page, &[("passwd", PASSWORD)]).await;
    assert!(twice.has("is over, has expired, or belongs to another browser"), "{}", twice.gist());
    stands(&standin);
}

#[actix_web::test]
async fn who_comes_back_from_a_provider_too_late_is_told_so() {
    for protocol in ["wsfed", "saml", "oidc"] {
        let standin = started().await;
        set(&standin, json!({"protocol": protocol}), json!({}));
        let mut trent = Visitor::new(&standin);
        let away = trent.get(&asks(&[("login_hint", TRENT)])).await;
        let there = trent.get(away.location()).await;
        standin.clock().advance(Duration::from_secs(2 * 3600));
        // The provider's own page has expired likewise; what it would have posted comes from a page of today.
        assert!(there.has("name=\"UserName\""), "{protocol}: {}", there.gist());
        let there = trent.get(away.location()).await;
        let mut page = trent.submit(&there, &[("UserName", TRENT), ("Password", "Wingtip1!")]).await;
        for _ in 0..5 {
            if page.has("name=\"hiddenform\"") {
                break;
            }
            page = match page.status {
                302 => trent.get(page.header("location")).await,
                _ => {
                    let code = app_code(&standin, "TRENTTRENTTRENTTRENTTRENTTRENTTR");
                    trent.submit(&page, &[("VerificationCode", &code)]).await
                }
            };
        }
        let fields = page.sent();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let late = trent.post("/login.srf", &fields).await;
        assert!(late.has("This sign-in has expired: it began at "), "{protocol}: {}", late.gist());
    }
}
