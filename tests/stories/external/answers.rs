//! A provider's answer is believed when everything about it is right, and refused by name when one thing is not.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;
use standin::keys::{KeyRing, KeySource, Owner, SigningKey};
use standin::token::jwt::{self, Typ};

use super::{ANSWERS_AT, CLIENT, at_acme, field, post_back, request, with_acme};
use crate::answer::{Answer, claims};
use crate::apps::ALICE;
use crate::client::patch_world;
use crate::second_factor::{amr, journal, past_the_password};
use crate::visitor::Visitor;

fn key(owner: Owner<'_>) -> Arc<SigningKey> {
    KeyRing::new(KeySource::Development).current(owner).unwrap()
}

/// An id token that answers the page's question as it should, but for this change.
fn forged(standin: &Standin, page: &Answer, change: Value) -> (String, String) {
    let (_, fields) = request(page);
    let now = standin.clock().now().seconds();
    let mut good = json!({
        "iss": standin.http("/idp/local"), "aud": CLIENT, "iat": now, "exp": now + 600,
        "sub": claims(field(&fields, "id_token_hint"))["sub"], "nonce": field(&fields, "nonce"),
        "acr": "possessionorinherence", "amr": ["face", "mfa"],
    });
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(good.as_object_mut().unwrap().remove(name)),
            value => good[name] = value.clone(),
        }
    }
    let token = jwt::sign(&key(Owner::Provider("local")), Typ::Jwt, &good).unwrap();
    (field(&fields, "state").to_owned(), token)
}

#[actix_web::test]
async fn each_claim_that_is_wrong_is_named() {
    let standin = with_acme().await;
    let now = standin.clock().now().seconds();
    let table = [
        (json!({"iss": "https://evil.test"}), "its &#39;iss&#39; is &#39;https://evil.test&#39;"),
        (json!({"aud": "somebody-else"}), "its &#39;aud&#39; is not"),
        (json!({"aud": [CLIENT, "somebody-else"]}), "its &#39;aud&#39; is not"),
        (json!({"iat": null}), "it has no &#39;iat&#39;"),
        (json!({"exp": null}), "it has no &#39;exp&#39;"),
        (json!({"exp": now - 301}), "it ended at"),
        (json!({"iat": now + 3600}), "it is good only from"),
        (json!({"nbf": now + 3600}), "it is good only from"),
        (json!({"nonce": "another"}), "its &#39;nonce&#39;"),
        (json!({"sub": "somebody else"}), "its &#39;sub&#39;"),
        (json!({"acr": null}), "it has no &#39;acr&#39;"),
        (json!({"acr": "knowledge"}), "its &#39;acr&#39; is &#39;knowledge&#39;"),
        (json!({"amr": null}), "it has no &#39;amr&#39;"),
        (json!({"amr": "otp"}), "its &#39;amr&#39; is not an array"),
        (json!({"amr": [1]}), "its &#39;amr&#39; is not an array"),
        (json!({"amr": []}), "none of those that were asked for"),
        (json!({"amr": ["pwd", "<script>"]}), "none of those that were asked for"),
    ];
    for (change, says) in table {
        let mut alice = Visitor::new(&standin);
        let page = past_the_password(&mut alice, ALICE).await;
        let (state, token) = forged(&standin, &page, change.clone());
        let refused = alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
        refused.on_page(50_161);
        assert!(refused.has(says) && !refused.has("<script>"), "{change}: {}", refused.gist());
    }
    assert!(journal(&standin, "error").contains("its 'acr' is 'knowledge'"));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (state, token) = forged(&standin, &page, json!({"aud": [CLIENT]}));
    let done = alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);
}

#[actix_web::test]
async fn a_signature_of_anybody_else_is_none() {
    let standin = with_acme().await;
    for (owner, says) in [(Owner::Entra, "a key that is not known"), (Owner::Provider("wingtip"), "not known")] {
        let mut alice = Visitor::new(&standin);
        let page = past_the_password(&mut alice, ALICE).await;
        let (state, token) = forged(&standin, &page, json!({}));
        let token = jwt::sign(&key(owner), Typ::Jwt, &claims(&token)).unwrap();
        let refused = alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
        refused.on_page(50_161);
        assert!(refused.has(says), "{}", refused.gist());
    }
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let mut alice = Visitor::new(&standin);
        let page = past_the_password(&mut alice, ALICE).await;
        let (state, _) = forged(&standin, &page, json!({}));
        alice.post(ANSWERS_AT, &[("state", &state), ("id_token", token)]).await.on_page(50_161);
    }
}

#[actix_web::test]
async fn an_answer_counts_once_in_its_own_browser_and_for_ten_minutes() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let answer = at_acme(&standin, &mut alice, &page).await;
    post_back(&mut Visitor::new(&standin), &answer).await.on_page(165_000);
    let done = post_back(&mut alice, &answer).await;
    done.sent_back("code").unwrap();
    post_back(&mut alice, &answer).await.on_page(50_161);

    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (state, token) = forged(&standin, &page, json!({"exp": standin.clock().now().seconds() + 3600}));
    standin.clock().advance(Duration::from_secs(601));
    alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await.on_page(50_161);
    alice.post(ANSWERS_AT, &[("id_token", &token)]).await.on_page(50_161);
    alice.post(ANSWERS_AT, &[("state", "never-asked"), ("id_token", &token)]).await.on_page(50_161);
    assert_eq!(alice.get(ANSWERS_AT).await.status, 405);
}

#[actix_web::test]
async fn two_tabs_are_two_questions_and_the_answer_to_one_is_none_to_the_other() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let first = past_the_password(&mut alice, ALICE).await;
    let second = past_the_password(&mut alice, ALICE).await;
    let (state, _) = forged(&standin, &first, json!({}));
    let (_, token) = forged(&standin, &second, json!({}));
    let mixed = alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
    mixed.on_page(50_161);
    assert!(mixed.has("&#39;nonce&#39;"), "{}", mixed.gist());
    let answer = at_acme(&standin, &mut alice, &second).await;
    post_back(&mut alice, &answer).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn an_answer_about_one_person_is_nothing_to_the_next_in_the_same_sign_in() {
    let standin = with_acme().await;
    let bob = "bob@example.test";
    patch_world(&standin, json!({"users": {bob: {"per_user_mfa": "enforced"}}}));
    let mut browser = Visitor::new(&standin);
    let page = past_the_password(&mut browser, ALICE).await;
    let (state, token) = forged(&standin, &page, json!({}));
    // The same sign-in, by the page's back button: somebody else types a name and a password.
    let page = browser.submit(&page, &[("loginfmt", bob)]).await;
    let page = browser.sign_in(page, bob, crate::apps::PASSWORD).await;
    assert!(page.has(bob) && page.has("externalForm1"), "{}", page.gist());
    let refused = browser.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
    refused.on_page(50_161);
    assert!(refused.has("does not wait for this answer"), "{}", refused.gist());
}

#[actix_web::test]
async fn what_the_provider_says_instead_is_shown_and_leads_nowhere() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let (state, token) = forged(&standin, &page, json!({}));
    let told = [
        ("state", state.as_str()),
        ("error", "access_denied"),
        ("error_description", "<b>no</b> phone"),
        ("id_token", &token),
        ("redirect_uri", "https://evil.test"),
    ];
    let refused = alice.post(ANSWERS_AT, &told).await;
    refused.on_page(500_121);
    assert!(refused.has("access_denied") && refused.has("phone") && !refused.has("<b>no"), "{}", refused.gist());
    assert!(journal(&standin, "error").contains("Acme MFA did not verify alice@example.test"));
}

#[actix_web::test]
async fn a_provider_outside_is_found_by_its_discovery_document() {
    let standin = with_acme().await;
    let outside = |discovery: String| {
        let method = json!({"provider": null, "discovery": discovery});
        patch_world(&standin, json!({"tenants": {"example": {"external_methods": {"acme": method}}}}));
    };
    outside(standin.http("/idp/local/.well-known/openid-configuration"));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert_eq!(request(&page).0, standin.http("/idp/local/authorize"));
    let (state, token) = forged(&standin, &page, json!({}));
    let done = alice.post(ANSWERS_AT, &[("state", &state), ("id_token", &token)]).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);

    for nowhere in
        ["http://127.0.0.1:1/.well-known/openid-configuration", &standin.http("/x/.well-known/openid-configuration")]
    {
        outside(nowhere.to_owned());
        let page = past_the_password(&mut Visitor::new(&standin), ALICE).await;
        page.on_page(900_491);
        assert!(page.has("Acme MFA cannot be asked"), "{}", page.gist());
    }
    assert!(journal(&standin, "error").contains("AADSTS900491"));
}
