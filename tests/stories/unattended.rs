//! A server that signs one account in by itself: whom, where, and as whom everybody else is signed in.

use serde_json::json;
use standin::{Config, Standin};

use crate::answer::claims;
use crate::apps::{ALICE, BOB, LOCAL, LOCAL_WEB, PARTNER, PASSWORD, V1, V2, WEB, text};
use crate::client::{Call, patch_world, started_with};
use crate::portal::TRENT;
use crate::second_factor::{amr, journal};
use crate::visitor::Visitor;

async fn signing_in(upn: &str) -> Standin {
    started_with(Config { auto_sign_in: Some(upn.into()), ..Config::default() }).await
}

fn ordered(standin: &Standin, path: &str, order: serde_json::Value) -> crate::answer::Answer {
    Call::new(standin, "POST", path).body("application/json", order.to_string()).send()
}

#[actix_web::test]
async fn an_ordered_sign_in_is_of_whom_it_names() {
    let standin = signing_in(ALICE).await;
    let url = standin.http(&WEB.asks(V2, &[]));
    let done = ordered(&standin, "/_standin/sign-in", json!({"url": url, "user": BOB})).granted();
    let location = url::Url::parse(done["location"].as_str().unwrap()).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], BOB);
    for user in [BOB, ALICE] {
        let wrong = ordered(&standin, "/_standin/sign-in", json!({"url": url, "user": user, "password": "wrong"}));
        assert_eq!(wrong.status, 409, "{}", wrong.gist());
    }
    let done = standin.sign_in(&url).user(BOB).password(PASSWORD).await.unwrap();
    let tokens = WEB.redeem(&standin, V2, &done.parameter("code").unwrap(), &[]).granted();
    assert_eq!(claims(text(&tokens, "id_token"))["preferred_username"], BOB);
    assert!(standin.sign_in(&url).user(BOB).password("wrong").await.is_err());
}

#[actix_web::test]
async fn a_world_without_that_account_shows_its_pages() {
    let standin = signing_in("jane@contoso.test").await;
    let order = json!({"id": "e", "world": "plain"});
    assert_eq!(ordered(&standin, "/_standin/worlds", order).status, 201);
    let asks = WEB.asks(&format!("/w/e{V2}"), &[]);
    let mut alice = Visitor::new(&standin);
    let page = alice.get(&asks).await;
    assert!(page.has("name=\"loginfmt\""), "{}", page.gist());
    assert!(alice.sign_in(page, ALICE, PASSWORD).await.sent_back("code").is_some());
    let order = json!({"url": standin.http(&asks), "user": ALICE});
    ordered(&standin, "/w/e/_standin/sign-in", order).granted();
    // Where the account is, nobody is asked.
    let janes = Visitor::new(&standin).get("/security-info").await;
    assert!(janes.has("jane@contoso.test"), "{}", janes.gist());
}

#[actix_web::test]
async fn a_federated_account_counts_as_seen_by_its_provider() {
    let standin = signing_in(TRENT).await;
    let at = "/wingtip.test/oauth2";
    let asks = PARTNER.asks(at, &[("scope", ""), ("resource", crate::apps::GRAPH)]);
    let word = |code: String| {
        let tokens = PARTNER.redeem(&standin, at, &code, &[("resource", crate::apps::GRAPH)]).granted();
        claims(text(&tokens, "access_token"))["amr"].clone()
    };
    let code = Visitor::new(&standin).get(&asks).await.sent_back("code").unwrap();
    assert_eq!(word(code), json!(["fed"]));
    patch_world(&standin, json!({"users": {TRENT: {"per_user_mfa": "enforced"}}}));
    let code = Visitor::new(&standin).get(&asks).await.sent_back("code").unwrap();
    assert_eq!(word(code), json!(["fed", "mfa"]));
    let told = journal(&standin, "decision");
    assert!(told.contains("without any page") && !told.contains("the provider has said who it is"), "{told}");
    // Whoever is driven there goes to the provider.
    let done = standin.sign_in(&standin.http(&asks)).user(TRENT).await.unwrap();
    assert_eq!(word(done.parameter("code").unwrap()), json!(["fed", "mfa"]));
    assert!(journal(&standin, "decision").contains("the provider has said who it is"));
}

#[actix_web::test]
async fn a_providers_own_account_signs_in_by_itself_there() {
    let standin = signing_in("alice@local.test").await;
    let code = Visitor::new(&standin).get(&LOCAL_WEB.asks(LOCAL, &[])).await.sent_back("code").unwrap();
    let tokens = LOCAL_WEB.redeem(&standin, LOCAL, &code, &[]).granted();
    let told = claims(text(&tokens, "id_token"));
    assert_eq!((&told["email"], &told["amr"]), (&json!("alice@local.test"), &json!(["pwd"])), "{told}");
    // The tenants do not know it, and another provider does not either.
    let page = Visitor::new(&standin).get(&WEB.asks(V2, &[])).await;
    assert!(page.has("name=\"loginfmt\""), "{}", page.gist());
    let page = Visitor::new(&standin).get(&LOCAL_WEB.asks("/idp/wingtip", &[])).await;
    assert!(page.has("name=\"UserName\""), "{}", page.gist());
}

#[actix_web::test]
async fn what_was_not_verified_is_not_said_to_have_been() {
    let standin = signing_in(crate::second_factor::MIA).await;
    let asks = WEB.asks(V1, &[("scope", ""), ("resource", crate::apps::GRAPH)]);
    let code = Visitor::new(&standin).get(&asks).await.sent_back("code").unwrap();
    assert_eq!(amr(&standin, &code), ["pwd", "mfa"]);
    let told = journal(&standin, "decision");
    assert!(told.contains("without any page") && !told.contains("was verified"), "{told}");
}
