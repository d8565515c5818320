//! At a provider an assertion is good once, as OpenID Connect demands (Core, 9).

use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use standin::Standin;

use super::JWT_BEARER;
use crate::answer::Answer;
use crate::apps::{App, LOCAL, LOCAL_WEB, text};
use crate::certificates::{CERTIFICATE, Named, assertion};
use crate::client::{Call, patch_world, post, started};
use crate::races::all_at_once;
use crate::visitor::Visitor;

const ALONE: (&str, &str) = ("grant_type", "client_credentials");
const UNPROVEN: App = App { secret: "", ..LOCAL_WEB };

/// A server where two clients of a provider share a certificate.
async fn with_certificate() -> Standin {
    let standin = started().await;
    let own = json!({"own": {"pem": CERTIFICATE}});
    let other = json!({"client_id": "other", "home": "local", "certificates": own});
    patch_world(&standin, json!({"apps": {"local-web": {"certificates": own}, "other": other}}));
    standin
}

fn signed(standin: &Standin, changed: Value) -> String {
    let aud = standin.http("/idp/local/token");
    let mut claims = json!({"iss": "local-web", "sub": "local-web", "aud": aud});
    claims.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
    assertion(standin, Algorithm::RS256, Named::Sha256, claims)
}

fn call(standin: &Standin, assertion: &str) -> Call {
    UNPROVEN.call(standin, LOCAL, &[ALONE, JWT_BEARER, ("client_assertion", assertion)])
}

fn ask(standin: &Standin, assertion: &str) -> Answer {
    call(standin, assertion).send()
}

#[actix_web::test]
async fn an_assertion_is_good_once() {
    let standin = with_certificate().await;
    let first = signed(&standin, json!({"jti": "one"}));
    ask(&standin, &first).granted();
    ask(&standin, &first).refused_plainly(401, "invalid_client");
    ask(&standin, &signed(&standin, json!({"jti": "one", "exp": 4_000_000_000_i64})))
        .refused_plainly(401, "invalid_client");
    ask(&standin, &signed(&standin, json!({"jti": "two"}))).granted();
    // It was for the token address that it was shown; it is spent at all of them.
    let fields = [("client_id", "local-web"), JWT_BEARER, ("client_assertion", &*first), ("token", "x")];
    post(&standin, "/idp/local/introspect", &fields).refused_plainly(401, "invalid_client");
    // Its id is its client's own: another may call one the same.
    let other = signed(&standin, json!({"iss": "other", "sub": "other", "jti": "one"}));
    App { id: "other", ..UNPROVEN }
        .token(&standin, LOCAL, &[ALONE, JWT_BEARER, ("client_assertion", &other)])
        .granted();
    // Nobody could show the first any more, so its id is free again.
    standin.clock().advance(Duration::from_secs(16 * 60));
    ask(&standin, &first).refused_plainly(401, "invalid_client");
    ask(&standin, &signed(&standin, json!({"jti": "three"}))).granted();
}

#[actix_web::test]
async fn an_assertion_without_an_id_of_its_own_proves_nothing() {
    let standin = with_certificate().await;
    for jti in [json!(null), json!(""), json!(7), json!(["a"])] {
        ask(&standin, &signed(&standin, json!({"jti": jti}))).refused_plainly(401, "invalid_client");
    }
    let unspent = signed(&standin, json!({"jti": "a", "sub": "other"}));
    ask(&standin, &unspent).refused_plainly(401, "invalid_client");
    // What was not believed has not spent the id.
    ask(&standin, &signed(&standin, json!({"jti": "a"}))).granted();
}

#[actix_web::test]
async fn one_of_twenty_shows_it_first() {
    let standin = with_certificate().await;
    let answers = all_at_once(&call(&standin, &signed(&standin, json!({"jti": "raced"}))));
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused_plainly(401, "invalid_client");
    }
}

#[actix_web::test]
async fn it_names_this_provider_letter_by_letter() {
    let standin = with_certificate().await;
    let ask = |aud: Value, jti: &str| ask(&standin, &signed(&standin, json!({"aud": aud, "jti": jti})));
    let good = [json!(standin.http("/idp/local")), json!([standin.http("/idp/local/token"), "https://else.test"])];
    for (at, aud) in good.into_iter().enumerate() {
        ask(aud, &format!("good {at}")).granted();
    }
    let paths =
        ["/idp/local/", "/idp/local/token/", "/IDP/local/token", "/idp/wingtip/token", "/idp/local/authorize", "/", ""];
    let wrong = paths.map(|path| json!(standin.http(path)));
    for (at, aud) in wrong.into_iter().chain([json!(null), json!([])]).enumerate() {
        ask(aud, &format!("wrong {at}")).refused_plainly(401, "invalid_client");
    }
}

#[actix_web::test]
async fn a_code_and_its_refresh_token_are_redeemed_with_an_assertion_each() {
    let standin = with_certificate().await;
    let code = LOCAL_WEB.code(&mut Visitor::new(&standin), LOCAL, &[], "alice@local.test").await;
    let proof = signed(&standin, json!({"jti": "for the code"}));
    let proof = [JWT_BEARER, ("client_assertion", proof.as_str())];
    let tokens = UNPROVEN.redeem(&standin, LOCAL, &code, &proof).granted();
    let refresh = text(&tokens, "refresh_token");
    UNPROVEN.refresh(&standin, LOCAL, refresh, &proof).refused_plainly(401, "invalid_client");
    let proof = signed(&standin, json!({"jti": "for the refresh token"}));
    UNPROVEN.refresh(&standin, LOCAL, refresh, &[JWT_BEARER, ("client_assertion", &proof)]).granted();
}
