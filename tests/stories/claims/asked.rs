//! What the parameter `claims` asks for at a provider (OpenID Connect Core, 5.5).

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{Answer, claims};
use crate::apps::{LOCAL, LOCAL_WEB, text};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

const ALICE: &str = "alice@local.test";

fn asks(claims: &Value, more: &[(&str, &str)]) -> String {
    let claims = claims.to_string();
    LOCAL_WEB.asks(LOCAL, &[&[("scope", "openid"), ("claims", &claims)][..], more].concat())
}

fn tokens(standin: &Standin, answer: &Answer) -> Value {
    let code = answer.sent_back("code").unwrap_or_else(|| panic!("a code, not: {}", answer.gist()));
    LOCAL_WEB.redeem(standin, LOCAL, &code, &[]).granted()
}

fn known(claims: &Value) -> Vec<&str> {
    let names = ["name", "given_name", "family_name", "preferred_username", "email", "email_verified"];
    names.into_iter().filter(|name| claims.get(name).is_some()).collect()
}

#[actix_web::test]
async fn each_place_tells_what_was_asked_of_it_once_that_was_agreed_to() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    LOCAL_WEB.code(&mut alice, LOCAL, &[("scope", "openid")], ALICE).await;
    let asked = json!({
        "id_token": {"email": null, "given_name": {"essential": true}, "unknown": null, "auth_time": null},
        "userinfo": {"name": null, "email_verified": null},
    });
    // Nobody agreed to these yet.
    let silent = alice.get(&asks(&asked, &[("prompt", "none")])).await;
    assert_eq!(silent.sent_back("error").as_deref(), Some("consent_required"));
    let page = alice.get(&asks(&asked, &[])).await;
    let answer = alice.agree(page).await;
    let tokens = tokens(&standin, &answer);
    assert_eq!(text(&tokens, "scope"), "openid");
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!(known(&id_token), ["given_name", "email"]);
    assert_eq!(text(&id_token, "email"), ALICE);
    let info = alice.get_as("/idp/local/userinfo", text(&tokens, "access_token")).await.granted();
    assert_eq!(known(&info), ["name", "email_verified"]);
    // The next sign-in asks for less and is told less.
    let bare = alice.get(&LOCAL_WEB.asks(LOCAL, &[("scope", "openid"), ("prompt", "none")])).await;
    let bare = self::tokens(&standin, &bare);
    assert!(known(&claims(text(&bare, "id_token"))).is_empty());
    let info = alice.get_as("/idp/local/userinfo", text(&bare, "access_token")).await.granted();
    assert!(known(&info).is_empty(), "{info}");
}

#[actix_web::test]
async fn the_token_address_takes_no_claims_that_nobody_agreed_to() {
    let standin = started().await;
    let code = LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[("scope", "openid offline_access")], ALICE).await;
    let asked = json!({"id_token": {"email": null}, "userinfo": {"email": null}}).to_string();
    let redeemed = LOCAL_WEB.redeem(&standin, LOCAL, &code, &[("claims", &asked)]).granted();
    let refreshed =
        LOCAL_WEB.refresh(&standin, LOCAL, text(&redeemed, "refresh_token"), &[("claims", &asked)]).granted();
    for tokens in [redeemed, refreshed] {
        assert!(known(&claims(text(&tokens, "id_token"))).is_empty());
        let info = Visitor::new(&standin).get_as("/idp/local/userinfo", text(&tokens, "access_token")).await.granted();
        assert!(known(&info).is_empty(), "{info}");
    }
}

#[actix_web::test]
async fn what_must_be_and_cannot_be_is_said_at_once() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = LOCAL_WEB.signs_in(&mut alice, LOCAL, &[("scope", "openid")], ALICE).await;
    let sub = text(&claims(text(&tokens(&standin, &alice.agree(page).await), "id_token")), "sub").to_owned();
    let bob = "00000000-0000-0000-0000-00000000b0b0";
    patch_world(&standin, json!({"providers": {"local": {"users": {"bob@local.test": {"id": bob}}}}}));
    let subject = |sub: &str| json!({"id_token": {"sub": {"value": sub}}});
    let acr = |asked: Value| json!({"id_token": {"acr": asked}});
    for (asked, expected) in [
        (subject(&sub), None),
        (subject(bob), Some("login_required")),
        (subject("nobody"), Some("login_required")),
        (acr(json!({"values": ["gold"]})), None),
        (acr(json!({"essential": true, "values": ["gold"]})), Some("unmet_authentication_requirements")),
    ] {
        let answer = alice.get(&asks(&asked, &[("prompt", "none")])).await;
        assert_eq!(answer.sent_back("error").as_deref(), expected, "{asked}");
        assert_eq!(answer.sent_back("code").is_some(), expected.is_none(), "{asked}");
    }
    // Whom it insists on may sign in; whoever else does is not answered for.
    let page = get(&standin, &asks(&subject(bob), &[]));
    assert!(page.has("UserName"), "{}", page.gist());
    let page = alice.get(&asks(&subject(bob), &[])).await;
    let answer = alice.sign_in(page, ALICE, crate::apps::PASSWORD).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("login_required"), "{}", answer.gist());
}
