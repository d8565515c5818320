//! Tokens that nobody signed, shown wherever a token is taken (RFC 8725).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use standin::Standin;

use super::stands;
use crate::apps::{API, DAEMON, V2, WEB};
use crate::client::{address, get, patch_world, started};
use crate::visitor::Visitor;

const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ON_BEHALF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn published(standin: &Standin) -> Value {
    get(standin, "/common/discovery/v2.0/keys").json()["keys"][0].clone()
}

/// Heads that have fooled somebody, each over a signature that is none.
fn heads(key: &Value) -> Vec<Value> {
    let (kid, n) = (&key["kid"], &key["n"]);
    vec![
        json!({ "alg": "none" }),
        json!({ "alg": "None", "kid": kid }),
        json!({ "alg": "HS256", "kid": kid, "x5t": kid }),
        json!({ "alg": "RS256", "kid": kid, "x5t": kid }),
        json!({ "alg": "RS256", "kid": "../../../../dev/null" }),
        json!({ "alg": "RS256", "kid": "' OR 1=1 --", "x5t": ["a"] }),
        json!({ "alg": "RS256", "jku": "http://localhost:1/keys", "x5u": "http://localhost:1/", "jwk": { "kty": "RSA", "n": n, "e": "AQAB" } }),
        json!({ "alg": "PS256", "kid": kid, "crit": ["exp"] }),
        json!({ "alg": ["RS256"], "kid": { "a": 1 } }),
    ]
}

fn forged(head: &Value, claims: &Value, signature: &str) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}.{}", encode(head), encode(claims), URL_SAFE_NO_PAD.encode(signature))
}

fn forgeries(standin: &Standin) -> Vec<String> {
    let key = published(standin);
    let claims = json!({
        "iss": DAEMON.id, "sub": DAEMON.id, "aud": standin.http(&format!("{V2}/token")), "exp": 4_000_000_000_u32,
        "oid": "364526c4-eb11-4985-917d-37d04d230685", "tid": "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1", "scp": "openid",
    });
    let mut all: Vec<String> =
        heads(&key).iter().flat_map(|head| ["", "x"].map(|end| forged(head, &claims, end))).collect();
    let head = json!({ "alg": "RS256", "kid": key["kid"] });
    let mut long = claims.clone();
    long["x"] = "y".repeat(20_000).into();
    all.push(forged(&head, &long, "x"));
    let deep = URL_SAFE_NO_PAD.encode(format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000)));
    all.push(format!("{}.{deep}.eA", URL_SAFE_NO_PAD.encode(head.to_string())));
    all.extend(["", "a.b", "..", "a.b.c.d", "é.é.é"].map(str::to_owned));
    all
}

#[actix_web::test]
async fn a_token_that_nobody_signed_proves_nothing() {
    let standin = started().await;
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        published(&standin)["x5c"][0].as_str().unwrap()
    );
    patch_world(&standin, json!({ "apps": { "example-daemon": { "certificates": { "dev": { "pem": pem } } } } }));
    for token in forgeries(&standin).iter().filter(|token| !token.is_empty()) {
        let asked = [
            ("grant_type", "client_credentials"),
            ("scope", "api://example-api/.default"),
            ("client_secret", ""),
            ("client_assertion_type", BEARER),
            ("client_assertion", token),
        ];
        let answer = DAEMON.token(&standin, V2, &asked);
        assert_eq!((answer.status, &answer.json()["error"]), (401, &"invalid_client".into()), "{}", answer.body);
        let asked = [
            ("grant_type", ON_BEHALF),
            ("assertion", token),
            ("requested_token_use", "on_behalf_of"),
            ("scope", "openid"),
        ];
        API.token(&standin, V2, &asked).refused(400, "invalid_grant", 50013);
        if token.is_ascii() {
            assert_eq!(Visitor::new(&standin).get_as("/oidc/userinfo", token).await.status, 401, "{token}");
        }
    }
    stands(&standin);
}

#[actix_web::test]
async fn a_hint_that_nobody_signed_names_nobody() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    for token in forgeries(&standin) {
        let asked = [("id_token_hint", token.as_str()), ("post_logout_redirect_uri", "http://evil.test/")];
        let page = visitor.get(&address(&format!("{V2}/logout"), &asked)).await;
        assert!(page.status < 500 && !page.has("evil.test"), "{}", page.body);
    }
    let page = visitor.get(&WEB.asks(V2, &[("id_token_hint", "a.b.c")])).await;
    assert_eq!(page.status, 200);
    stands(&standin);
}
