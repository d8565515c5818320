//! What a provider elsewhere says by OpenID Connect, claim by claim: everything that makes an id token nobody's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use standin::Standin;
use standin::keys::{KeyRing, KeySource, Owner};
use standin::token::jwt::{self, Typ};
use url::Url;

use super::freshness::every_hour;
use super::outside::{ELSEWHERE, SEED, trust_openid_connect, with_a_world_elsewhere};
use super::{TRENT, asks};
use crate::answer::Answer;
use crate::client::{get, patch_world};
use crate::visitor::Visitor;

const CALLED: &str = "trent-elsewhere";

/// What somebody makes of claims who has no right to.
type Forge<'f> = &'f dyn Fn(&Value) -> String;

/// A sign-in that waits for the provider's answer.
struct Waiting {
    browser: Visitor,
    state: String,
    issuer: String,
    claims: Value,
}

impl Waiting {
    async fn new(standin: &Standin) -> Self {
        let mut browser = Visitor::new(standin);
        let away = browser.get(&asks(&[("login_hint", TRENT)])).await;
        Self::sent(standin, browser, &away)
    }

    /// The provider has been asked, perhaps once more.
    fn sent(standin: &Standin, browser: Visitor, away: &Answer) -> Self {
        let asked = Url::parse(away.location()).unwrap();
        let said = |name: &str| asked.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
        let now = standin.clock().now().seconds();
        let claims = json!({
            "iss": standin.http(ELSEWHERE), "aud": "root-tenant", "sub": CALLED, "nonce": said("nonce"),
            "iat": now, "exp": now + 600, "amr": ["pwd", "mfa"],
        });
        Self { state: said("state"), issuer: standin.http(ELSEWHERE), browser, claims }
    }

    async fn told(mut self, token: &str) -> Answer {
        self.answered(token).await
    }

    async fn answered(&mut self, token: &str) -> Answer {
        let iss = self.issuer.as_str();
        self.browser.post("/login.srf", &[("state", &self.state), ("id_token", token), ("iss", iss)]).await
    }
}

fn signed(world: &str, provider: &str, claims: &Value) -> String {
    let keys = KeyRing::new(KeySource::Seeded { seed: SEED, world: world.to_owned() });
    jwt::sign(&keys.current(Owner::Provider(provider)).unwrap(), Typ::Jwt, claims).unwrap()
}

async fn trusting() -> Standin {
    let standin = with_a_world_elsewhere().await;
    trust_openid_connect(&standin, "root-tenant");
    patch_world(&standin, json!({"users": {TRENT: {"immutable_id": CALLED}}}));
    standin
}

#[actix_web::test]
async fn every_claim_of_an_id_token_from_elsewhere_has_to_be_right() {
    let standin = trusting().await;
    let now = standin.clock().now().seconds();
    let table = [
        ("iss", json!(standin.http("/idp/wingtip")), "AADSTS50107", "issued by somebody else"),
        ("iss", Value::Null, "AADSTS50107", "issued by somebody else"),
        ("aud", json!("somebody-else"), "AADSTS50008", "is for somebody else"),
        ("aud", json!(["root-tenant", "somebody-else"]), "AADSTS50008", "is for somebody else"),
        ("aud", Value::Null, "AADSTS50008", "is for somebody else"),
        ("azp", json!("somebody-else"), "AADSTS50008", "is for somebody else"),
        ("nonce", json!("another"), "AADSTS50008", "its nonce is not the one"),
        ("nonce", Value::Null, "AADSTS50008", "its nonce is not the one"),
        ("exp", json!(now - 3600), "AADSTS50008", "has expired: it ended at"),
        ("exp", Value::Null, "AADSTS50008", "does not say when it ends"),
        ("iat", Value::Null, "AADSTS50008", "its iat is missing"),
        ("iat", json!("today"), "AADSTS50008", "its iat is missing"),
        ("nbf", json!(now + 3600), "AADSTS50008", "not valid yet"),
        ("sub", Value::Null, "AADSTS90020", "does not name the account"),
        ("sub", json!("somebody-else"), "AADSTS51004", "somebody-else"),
    ];
    for (claim, value, code, says) in table {
        let mut waiting = Waiting::new(&standin).await;
        waiting.claims[claim] = value.clone();
        let token = signed("elsewhere", "wingtip", &waiting.claims);
        let page = waiting.told(&token).await;
        assert_eq!((page.status, page.error_code().as_str()), (400, code), "{claim} {value}: {}", page.gist());
        assert!(page.has(says), "{claim} {value}: {}", page.gist());
    }
    let mut waiting = Waiting::new(&standin).await;
    let token = signed("elsewhere", "wingtip", &waiting.claims);
    let mixed_up = [("state", waiting.state.as_str()), ("id_token", &token), ("iss", "http://evil.test")];
    let page = waiting.browser.post("/login.srf", &mixed_up).await;
    assert!(page.has("another provider than the one that was asked"), "{}", page.gist());
    let mut waiting = Waiting::new(&standin).await;
    let page = waiting.browser.post("/login.srf", &[("state", &waiting.state), ("error", "access_denied")]).await;
    assert!(page.has("its iss is missing"), "its metadata promises one: {}", page.gist());
    // An id token names its issuer, and some providers leave it at that.
    let mut waiting = Waiting::new(&standin).await;
    let token = signed("elsewhere", "wingtip", &waiting.claims);
    let done = waiting.browser.post("/login.srf", &[("state", &waiting.state), ("id_token", &token)]).await;
    done.sent_back("code").unwrap();
    let mut waiting = Waiting::new(&standin).await;
    waiting.claims["azp"] = json!("root-tenant");
    let token = signed("elsewhere", "wingtip", &waiting.claims);
    waiting.told(&token).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn r_08_a_provider_whose_sign_ins_stay_too_old_is_asked_once_more_and_not_for_ever() {
    let standin = trusting().await;
    every_hour(&standin);
    let mut waiting = Waiting::new(&standin).await;
    for _ in 0..2 {
        waiting.claims["auth_time"] = json!(standin.clock().now().seconds() - 7200);
        let token = signed("elsewhere", "wingtip", &waiting.claims);
        let away = waiting.answered(&token).await;
        assert!(away.location().contains("max_age=0") || away.location().contains("prompt=login"), "{}", away.gist());
        waiting = Waiting::sent(&standin, waiting.browser, &away);
    }
    let mut late = waiting.claims.clone();
    late["auth_time"] = json!(standin.clock().now().seconds() - 7200);
    let page = waiting.answered(&signed("elsewhere", "wingtip", &late)).await;
    assert_eq!((page.status, page.error_code().as_str()), (400, "AADSTS70044"), "{}", page.gist());
}

#[actix_web::test]
async fn an_id_token_counts_by_its_signature_alone() {
    let standin = trusting().await;
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let unsigned = |algorithm: &str, claims: &Value| {
        let header = json!({"alg": algorithm, "typ": "JWT"}).to_string();
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()))
    };
    let forgeries: [(&str, Forge<'_>); 6] = [
        ("of the provider of another world", &|claims| signed("another", "wingtip", claims)),
        ("of another provider there", &|claims| signed("elsewhere", "local", claims)),
        ("none", &|claims| unsigned("none", claims)),
        ("HS256", &|claims| unsigned("HS256", claims) + "c2lnbmF0dXJl"),
        ("left out", &|claims| parts(&signed("elsewhere", "wingtip", claims))[..2].join(".") + "."),
        ("of other claims", &|claims| {
            let other = parts(&signed("elsewhere", "wingtip", &json!({"sub": "other"})));
            let own = parts(&signed("elsewhere", "wingtip", claims));
            [own[0].as_str(), &own[1], &other[2]].join(".")
        }),
    ];
    for (how, forge) in forgeries {
        let waiting = Waiting::new(&standin).await;
        let token = forge(&waiting.claims);
        let page = waiting.told(&token).await;
        assert_eq!((page.status, page.error_code().as_str()), (400, "AADSTS50008"), "{how}: {}", page.gist());
        assert!(page.has("id token is not accepted"), "{how}: {}", page.gist());
    }
    let journal = get(&standin, "/_standin/events?kind=error").body;
    assert!(journal.contains("AADSTS50008") && !journal.contains("eyJ"), "without any token");
    // The right one of another sign-in is not the answer to this one.
    let (first, second) = (Waiting::new(&standin).await, Waiting::new(&standin).await);
    let token = signed("elsewhere", "wingtip", &first.claims);
    assert!(second.told(&token).await.has("its nonce is not the one"));
    first.told(&token).await.sent_back("code").unwrap();
}

#[actix_web::test]
async fn a_provider_elsewhere_that_says_no_is_quoted() {
    let standin = trusting().await;
    let mut waiting = Waiting::new(&standin).await;
    let state = waiting.state.clone();
    let no = [("state", state.as_str()), ("error", "access_denied"), ("error_description", "<b>not today</b>")];
    let said = [no[0], no[1], no[2], ("iss", &waiting.issuer.clone())];
    let page = waiting.browser.post("/login.srf", &said).await;
    assert_eq!(page.error_code(), "AADSTS50008", "{}", page.gist());
    assert!(page.has("not today") && !page.has("<b>not"), "{}", page.gist());
}
