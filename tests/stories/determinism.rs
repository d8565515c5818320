//! One seed and a clock that stands still make one story, told the same in every run.

use serde_json::json;
use standin::time::Timestamp;
use standin::{Config, Standin};

use crate::apps::{ALICE, ALL, CLI, DAEMON, LOCAL, LOCAL_WEB, V1, V2, WEB};
use crate::client::{Call, get, post, started_with};
use crate::visitor::Visitor;

/// A server with a seed, at noon of one day, under one name.
async fn seeded(seed: u64) -> Standin {
    let public_url = Some(url::Url::parse("https://login.standin.test").unwrap());
    let standin = started_with(Config { seed: Some(seed), public_url, ..Config::default() }).await;
    noon(&standin);
    standin
}

fn noon(standin: &Standin) {
    standin.clock().freeze();
    standin.clock().set(Timestamp::parse("2026-11-20T12:00:00Z").unwrap());
}

/// Everything a client and a browser see of a day's work.
async fn tell(standin: &Standin, base: &str) -> Vec<String> {
    let at = |path: &str| format!("{base}{path}");
    let mut told = Vec::new();
    for path in ["/common/v2.0/.well-known/openid-configuration", "/common/discovery/keys", "/idp/local/jwks"] {
        told.push(get(standin, &at(path)).body);
    }
    let mut alice = Visitor::new(standin);
    let page = alice.get(&WEB.asks(&at(V2), &[("client_info", "1")])).await;
    told.push(page.body.clone());
    let answer = alice.sign_in(page, ALICE, crate::apps::PASSWORD).await;
    told.push(answer.location().to_owned());
    told.push(WEB.redeem(standin, &at(V2), &answer.sent_back("code").unwrap(), &[]).body);
    told.push(WEB.redeem(standin, &at(V2), &answer.sent_back("code").unwrap(), &[]).body);
    let alone = [("grant_type", "client_credentials"), ("resource", "api://example-api")];
    told.push(DAEMON.token(standin, &at(V1), &alone).body);
    let device = post(standin, &at("/example.test/oauth2/v2.0/devicecode"), &[("client_id", CLI.id), ("scope", ALL)]);
    told.push(device.body);
    let local = LOCAL_WEB.tokens(standin, &at(LOCAL), &[("nonce", "n")], "alice@local.test").await;
    told.push(local.to_string());
    told.push(get(standin, &WEB.asks(&at(V2), &[("redirect_uri", "https://evil.test")])).body);
    told
}

#[actix_web::test]
async fn two_servers_with_one_seed_answer_alike_to_the_letter() {
    let (one, two) = (seeded(7).await, seeded(7).await);
    let (first, second) = (tell(&one, "").await, tell(&two, "").await);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first, second);
    }
}

#[actix_web::test]
async fn another_seed_tells_another_story_with_the_same_keys() {
    let (one, two) = (seeded(7).await, seeded(8).await);
    let (first, second) = (tell(&one, "").await, tell(&two, "").await);
    assert_eq!(first[..3], second[..3], "documents and keys are everybody's");
    for (first, second) in first[3..].iter().zip(&second[3..]) {
        assert_ne!(first, second);
    }
}

#[actix_web::test]
async fn a_reset_begins_the_story_again() {
    let standin = seeded(7).await;
    let first = tell(&standin, "").await;
    let reset = Call::new(&standin, "POST", "/_standin/reset").body("application/json", "").send();
    assert!(reset.status < 300, "{}", reset.gist());
    noon(&standin);
    assert_eq!(tell(&standin, "").await, first);
}

#[actix_web::test]
async fn a_world_of_a_seeded_server_is_told_alike_too_but_not_like_another() {
    let (one, two) = (seeded(7).await, seeded(7).await);
    let mut told = Vec::new();
    for standin in [&one, &two] {
        for id in ["a", "b"] {
            let body = json!({ "id": id }).to_string();
            let made = Call::new(standin, "POST", "/_standin/worlds").body("application/json", body).send();
            assert_eq!(made.status, 201, "{}", made.gist());
            let clock = json!({"at": "2026-11-20T12:00:00Z", "freeze": true}).to_string();
            let path = format!("/w/{id}/_standin/clock");
            assert_eq!(Call::new(standin, "PUT", &path).body("application/json", clock).send().status, 200);
            told.push(tell(standin, &format!("/w/{id}")).await);
        }
    }
    assert_eq!(told[0], told[2]);
    assert_eq!(told[1], told[3]);
    assert!(told[0].iter().zip(&told[1]).all(|(a, b)| a != b), "two worlds share no value");
}
