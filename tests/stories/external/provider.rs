//! A provider of the world as the external one: whom it answers, for whom it vouches, and what it can get wrong.

use serde_json::json;

use super::{at_acme, post_back, request, send, with_acme};
use crate::answer::claims;
use crate::apps::{ALICE, PASSWORD};
use crate::client::patch_world;
use crate::second_factor::{journal, past_the_password};
use crate::visitor::Visitor;

#[actix_web::test]
async fn what_it_relays_and_how_it_answers_can_be_wrong_in_every_known_way() {
    let standin = with_acme().await;
    let table = [
        (json!({"relay": "silent"}), "it has no &#39;acr&#39;"),
        (json!({"relay": "wrong_value"}), "its &#39;acr&#39; is &#39;multipleauthn&#39;"),
        (json!({"relay": "attribute_only"}), "it has no &#39;acr&#39;"),
        (json!({"mfa": "never"}), "it has no &#39;acr&#39;"),
        (json!({"answer": "expired"}), "it ended at"),
        (json!({"answer": "not_yet_valid"}), "it is good only from"),
        (json!({"answer": "wrong_signature"}), "names a key that is not known"),
        (json!({"answer": "wrong_audience"}), "its &#39;aud&#39; is not"),
        (json!({"answer": "replayed"}), "its &#39;nonce&#39; is not the one that was sent"),
    ];
    for (change, says) in table {
        let usual = json!({"relay": "faithful", "answer": "good", "mfa": "on_request"});
        patch_world(&standin, json!({"providers": {"local": usual}}));
        patch_world(&standin, json!({"providers": {"local": change}}));
        let mut alice = Visitor::new(&standin);
        let page = past_the_password(&mut alice, ALICE).await;
        let answer = at_acme(&standin, &mut alice, &page).await;
        let refused = post_back(&mut alice, &answer).await;
        refused.on_page(50_161);
        assert!(refused.has(says), "{change}: {}", refused.gist());
        // The setting that did it is named beside it, on the page and in the journal of both sides.
        let setting = change["answer"].as_str().map(|answer| format!("(answer: {answer})")).unwrap_or_default();
        assert!(refused.has(&setting), "{change}: {}", refused.gist());
        assert_eq!(refused.has("(answer: "), !setting.is_empty(), "{change}: {}", refused.gist());
        for kind in ["token", "error"] {
            let events = journal(&standin, kind);
            let told = events.rsplit_once("\"seq\"").map_or("", |(_, last)| last);
            assert!(told.contains(&setting), "{change}: {kind}: {events}");
        }
    }
    patch_world(&standin, json!({"providers": {"local": {"answer": "down"}}}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (at, fields) = request(&page);
    assert_eq!(send(&mut alice, &at, &fields).await.status, 503);
    // One that claims what it did not do is believed, as with the real service.
    patch_world(&standin, json!({"providers": {"local": {"answer": "good", "relay": "false_claim", "mfa": "never"}}}));
    let answer = at_acme(&standin, &mut alice, &page).await;
    post_back(&mut alice, &answer).await.sent_back("code").unwrap();
    assert!(journal(&standin, "token").contains("set up to claim it all the same"));
}

#[actix_web::test]
async fn it_vouches_for_nobody_but_whom_it_was_asked_about() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (at, fields) = request(&page);
    let page = send(&mut alice, &at, &fields).await;
    assert!(page.has(&format!("value=\"{ALICE}\"")), "her name is filled in: {}", page.gist());
    let page = alice.sign_in(page, "mia@local.test", PASSWORD).await;
    let code = crate::second_factor::app_code(&standin, crate::second_factor::MIAS_SECRET);
    let answer = alice.submit(&page, &[("VerificationCode", &code)]).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("access_denied"), "{}", answer.gist());
    let refused = post_back(&mut alice, &answer).await;
    refused.on_page(500_121);
    assert!(refused.has("mia@local.test signed in here"), "{}", refused.gist());
}

#[actix_web::test]
async fn it_answers_only_tenants_that_it_is_set_up_for_and_only_what_they_signed() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (at, good) = request(&page);
    let hint = super::field(&good, "id_token_hint").to_owned();
    let unsigned = format!("{}.AAAA", hint.rsplit_once('.').unwrap().0);
    let table = [
        ("client_id", "nobody"),
        ("client_id", "local-web"),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("scope", "profile"),
        ("nonce", ""),
        ("id_token_hint", ""),
        ("id_token_hint", "x"),
        ("id_token_hint", &unsigned),
        ("claims", "["),
        ("redirect_uri", "https://evil.test/"),
    ];
    for (name, value) in table {
        let mut fields = good.clone();
        fields.iter_mut().filter(|(known, _)| known == name).for_each(|(_, slot)| *slot = value.to_owned());
        let page = send(&mut alice, &at, &fields).await;
        assert!((400..500).contains(&page.status), "{name}={value}: {}", page.gist());
        assert!(page.has("data-testid=\"error-code\"") && !page.has("hiddenform"), "{name}={value}: {}", page.gist());
    }
    // The same question to a provider that is not the one the tenant means.
    let elsewhere = send(&mut alice, "/idp/wingtip/authorize", &good).await;
    assert!((400..500).contains(&elsewhere.status), "{}", elsewhere.gist());
    // A session at the provider is used, and what was proven there is not asked again.
    let answer = at_acme(&standin, &mut alice, &page).await;
    post_back(&mut alice, &answer).await.sent_back("code").unwrap();
    let mut fields = good.clone();
    fields.iter_mut().filter(|(name, _)| name == "nonce").for_each(|(_, slot)| *slot = "another".into());
    let at_once = send(&mut alice, &at, &fields).await;
    assert_eq!(claims(&at_once.sent_back("id_token").unwrap())["nonce"], "another");
}
