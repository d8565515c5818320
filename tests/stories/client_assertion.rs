//! An application proves itself with a signed assertion, instead of a secret.

mod federated;
mod provider;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use jsonwebtoken::{Algorithm, Header};
use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{Answer, claims};
use crate::apps::{App, DAEMON, EXAMPLE, V2, text};
use crate::certificates::{CERTIFICATE, Named, assertion, assertion_headed, forged, thumbprint};
use crate::client::{Fields, patch_world, started};

pub const JWT_BEARER: (&str, &str) =
    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
const ALONE: (&str, &str) = ("grant_type", "client_credentials");
const TO_GRAPH: (&str, &str) = ("scope", "https://graph.microsoft.com/.default");

/// A server where Example Daemon has a certificate.
async fn with_certificate() -> Standin {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-daemon": {"certificates": {"own": {"pem": CERTIFICATE}}}}}));
    standin
}

/// Asks with an assertion for a token of its own.
pub fn ask(standin: &Standin, assertion: &str, more: Fields<'_>) -> Answer {
    let mut fields = vec![ALONE, TO_GRAPH, JWT_BEARER, ("client_assertion", assertion)];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    App { secret: "", ..DAEMON }.token(standin, V2, &fields)
}

#[actix_web::test]
async fn a_certificate_proves_an_application_by_either_thumbprint() {
    let standin = with_certificate().await;
    let table = [
        (Algorithm::RS256, Named::Sha1),
        (Algorithm::PS256, Named::Sha256),
        (Algorithm::PS256, Named::Sha1),
        (Algorithm::RS256, Named::Sha256),
    ];
    for (algorithm, named) in table {
        let tokens = ask(&standin, &assertion(&standin, algorithm, named, json!({})), &[]).granted();
        let token = claims(text(&tokens, "access_token"));
        assert_eq!((text(&token, "appid"), text(&token, "appidacr")), (DAEMON.id, "2"));
    }
}

#[actix_web::test]
async fn libraries_write_thumbprints_in_their_own_ways() {
    let standin = with_certificate().await;
    for x5t in [STANDARD.encode(thumbprint()), URL_SAFE.encode(thumbprint())] {
        let header = Header { x5t: Some(x5t), ..Header::new(Algorithm::RS256) };
        ask(&standin, &assertion_headed(&standin, header), &[]).granted();
    }
}

#[actix_web::test]
async fn the_assertion_names_the_application_if_the_request_does_not() {
    let standin = with_certificate().await;
    let good = || assertion(&standin, Algorithm::RS256, Named::Sha1, json!({}));
    ask(&standin, &good(), &[("client_id", "")]).granted();
    ask(&standin, &good(), &[("client_assertion_type", "")]).refused(400, "invalid_request", 900_144);
    ask(&standin, &good(), &[("client_assertion_type", "jwt")]).refused(400, "invalid_request", 900_144);
    let both = App { secret: DAEMON.secret, ..DAEMON };
    let fields = [ALONE, TO_GRAPH, JWT_BEARER, ("client_assertion", &*good())];
    both.token(&standin, V2, &fields).refused(400, "invalid_request", 9_002_313);
    let web = App { secret: "", ..crate::apps::WEB };
    let other = web.token(&standin, V2, &fields);
    assert_eq!((other.status, other.json()["error"].as_str()), (401, Some("invalid_client")), "{}", other.gist());
}

#[actix_web::test]
async fn it_is_for_this_tenants_token_address_under_any_of_its_names() {
    let standin = with_certificate().await;
    let names = ["example.test/oauth2/v2.0/token", "common/oauth2/v2.0/token", "example.test/oauth2/token"];
    let issuer = standin.http(&format!("/{EXAMPLE}/v2.0"));
    let audiences: Vec<Value> = names.iter().map(|name| json!(standin.http(&format!("/{name}")))).collect();
    for audience in audiences.into_iter().chain([json!(issuer.as_str()), json!([issuer.as_str(), "https://else.test"])])
    {
        let token = assertion(&standin, Algorithm::PS256, Named::Sha256, json!({ "aud": audience }));
        let answer = ask(&standin, &token, &[]);
        assert_eq!(answer.status, 200, "{audience}: {}", answer.gist());
    }
    let wrong = [json!("https://login.microsoftonline.com/x"), json!(""), json!([]), json!(null), json!(7)];
    for audience in wrong {
        let token = assertion(&standin, Algorithm::PS256, Named::Sha256, json!({ "aud": audience }));
        ask(&standin, &token, &[]).refused(401, "invalid_client", 50012);
    }
}

#[actix_web::test]
async fn it_is_good_within_its_time() {
    let standin = with_certificate().await;
    let now = standin.clock().now().seconds();
    let make = |changed| assertion(&standin, Algorithm::RS256, Named::Sha1, changed);
    for good in [json!({"nbf": null, "iat": null}), json!({"exp": now + 3}), json!({"exp": now as f64 + 60.5})] {
        ask(&standin, &make(good), &[]).granted();
    }
    let late = [json!({"exp": now - 600}), json!({"exp": null}), json!({"exp": "soon"}), json!({"nbf": now + 3600})];
    for changed in late {
        ask(&standin, &make(changed), &[]).refused(401, "invalid_client", 700_024);
    }
    let early = ask(&standin, &make(json!({"nbf": now + 3600})), &[]).refused(401, "invalid_client", 700_024);
    let told = early["error_description"].as_str().unwrap();
    assert!(told.contains("it begins ") && !told.contains("it ends"), "{told}");
    let token = make(json!({}));
    ask(&standin, &token, &[]).granted();
    standin.clock().advance(std::time::Duration::from_secs(3600));
    ask(&standin, &token, &[]).refused(401, "invalid_client", 700_024);
}

#[actix_web::test]
async fn a_signature_or_certificate_that_is_not_the_applications_proves_nothing() {
    let standin = with_certificate().await;
    let good = assertion(&standin, Algorithm::RS256, Named::Sha1, json!({}));
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let none = format!("eyJhbGciOiJub25lIn0.{body}.");
    let reversed: String = signature.chars().rev().collect();
    let bad = [
        forged(&standin),
        assertion(&standin, Algorithm::RS256, Named::Wrongly, json!({})),
        format!("{head}.{body}.{reversed}"),
        format!("{head}.{body}."),
        none,
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        "x".repeat(5000),
    ];
    for token in bad {
        ask(&standin, &token, &[]).refused(401, "invalid_client", 700_027);
    }
    let subject = assertion(&standin, Algorithm::RS256, Named::Sha1, json!({"sub": "somebody else"}));
    ask(&standin, &subject, &[]).refused(401, "invalid_client", 50012);
    ask(&standin, &assertion(&standin, Algorithm::RS256, Named::NotAtAll, json!({})), &[]).granted();
    patch_world(&standin, json!({"apps": {"example-daemon": {"certificates": {"own": null}}}}));
    ask(&standin, &good, &[]).refused(401, "invalid_client", 700_027);
}

#[actix_web::test]
async fn a_code_and_a_refresh_token_take_the_same_proof() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-web": {"certificates": {"own": {"pem": CERTIFICATE}}}}}));
    let web = crate::apps::WEB;
    let code = web.code(&mut crate::visitor::Visitor::new(&standin), V2, &[], crate::apps::ALICE).await;
    let proof = assertion(&standin, Algorithm::PS256, Named::Sha256, json!({"iss": web.id, "sub": web.id}));
    let proof = [JWT_BEARER, ("client_assertion", proof.as_str())];
    let unproven = App { secret: "", ..web };
    let tokens = unproven.redeem(&standin, V2, &code, &proof).granted();
    assert_eq!(claims(text(&tokens, "access_token"))["appidacr"], "2");
    // A tenant, other than the standards, takes one again and without an id of its own.
    unproven.refresh(&standin, V2, text(&tokens, "refresh_token"), &proof).granted();
    patch_world(&standin, json!({"apps": {"example-daemon": {"certificates": {"own": {"pem": CERTIFICATE}}}}}));
    ask(&standin, &assertion(&standin, Algorithm::RS256, Named::Sha1, json!({"jti": null})), &[]).granted();
}
