//! One right token, and each way of being wrong.

use serde_json::json;

use super::*;
use crate::directory::world;
use crate::keys::KeySource;
use crate::token::jwt::{Typ, decode_unverified, sign};

const EXAMPLE: &str = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";
const ALICE: &str = "364526c4-eb11-4985-917d-37d04d230685";

struct Judged(Vec<Finding>);

impl Judged {
    fn about(&self, about: &str) -> (Verdict, &str) {
        let finding = self.0.iter().find(|finding| finding.about == about).unwrap();
        (finding.verdict, &finding.says)
    }
}

/// The right claims with a change to them.
fn claims(change: Value) -> Value {
    let mut claims = json!({
        "aud": "api://example-api",
        "iss": format!("http://localhost:8400/{EXAMPLE}/v2.0"),
        "iat": 1_799_999_000, "nbf": 1_799_999_000, "exp": 1_800_001_800,
        "oid": ALICE, "sub": "pairwise", "tid": EXAMPLE, "scp": "read", "ver": "2.0",
    });
    world::merge(&mut claims, change);
    claims
}

fn signed_by(owner: Owner<'_>, claims: &Value) -> String {
    let keys = KeyRing::new(KeySource::Development);
    sign(&keys.current(owner).unwrap(), Typ::Jwt, claims).unwrap()
}

fn judged(token: &str, audience: Option<&str>) -> Judged {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let keys = KeyRing::new(KeySource::Development);
    let reader = Reader { directory: &directory, keys: &keys, audience, now: Timestamp::from_seconds(1_800_000_000) };
    Judged(reader.judge(token, &decode_unverified(token).unwrap()))
}

fn with(change: Value) -> Judged {
    judged(&signed_by(Owner::Entra, &claims(change)), None)
}

#[test]
fn everything_about_a_right_token_holds() {
    let judged = with(json!({}));
    assert!(judged.0.iter().all(|finding| finding.verdict == Verdict::Holds), "{:?}", judged.0);
    assert_eq!(judged.about("time").1, "valid for another 30m, until 2027-01-15T08:30:00Z");
    assert_eq!(judged.about("issuer").1, "tenant Example");
    assert_eq!(judged.about("audience").1, "for Example API (api://example-api)");
    assert_eq!(judged.about("subject").1, "about alice@example.test");
}

#[test]
fn the_issuers_of_v1_and_of_providers_are_known_too() {
    let v1 = with(json!({ "iss": format!("https://sts.windows.net/{EXAMPLE}/") }));
    assert_eq!(v1.about("issuer"), (Verdict::Holds, "tenant Example"));
    let world = world::partner().unwrap();
    let local = Directory::new(world).unwrap();
    let bob = local.world().providers.get("local").unwrap().users.get(&Upn::new("bob@local.test")).unwrap();
    let issuer = json!({
        "iss": "http://localhost:8400/idp/local", "sub": bob.id.to_string(), "aud": "local-web", "tid": null, "oid": null,
    });
    let provider = judged(&signed_by(Owner::Provider("local"), &claims(issuer)), None);
    assert!(provider.0.iter().all(|finding| finding.verdict == Verdict::Holds), "{:?}", provider.0);
    assert_eq!(provider.about("subject").1, "about bob@local.test");
}

#[test]
fn each_way_of_being_wrong_is_named() {
    for (change, about, says) in [
        (
            json!({ "exp": 1_799_999_900 }),
            "time",
            "it expired 1m40s ago, at 2027-01-15T07:58:20Z (many libraries tolerate",
        ),
        (json!({ "exp": 1_799_990_000 }), "time", "it expired 2h46m40s ago"),
        (json!({ "exp": null }), "time", "it has no `exp`"),
        (json!({ "exp": "soon" }), "time", "`exp` is not a number"),
        (json!({ "nbf": 1_800_000_900 }), "time", "it is valid only from 2027-01-15T08:15:00Z, in 15m"),
        (json!({ "iss": null }), "issuer", "`iss` is missing"),
        (json!({ "iss": "https://login.example/" }), "issuer", "no tenant or provider of this world"),
        (json!({ "tid": "3deee153-d142-49b5-9dd8-16b246dfa0ce" }), "issuer", "the issuer is another tenant (Example)"),
        (json!({ "aud": null }), "audience", "for nobody"),
        (json!({ "sub": null, "oid": null }), "subject", "about nobody"),
    ] {
        let judged = with(change.clone());
        let (verdict, told) = judged.about(about);
        assert!(verdict == Verdict::Fails && told.contains(says), "{change}: {told}");
    }
}

#[test]
fn an_expiry_long_past_is_tolerated_by_nobody() {
    let judged = with(json!({ "exp": 1_799_990_000 }));
    assert!(!judged.about("time").1.contains("tolerate"), "{:?}", judged.0);
}

#[test]
fn a_signature_is_wrong_for_one_reason_at_a_time() {
    let right = signed_by(Owner::Entra, &claims(json!({})));
    let other = signed_by(Owner::Entra, &claims(json!({ "scp": "write" })));
    let signature = |token: &str| token.rsplit_once('.').unwrap().1.to_owned();
    let swapped = format!("{}.{}", right.rsplit_once('.').unwrap().0, signature(&other));
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", right.split('.').nth(1).unwrap());
    let stranger = signed_by(Owner::Provider("local"), &claims(json!({})));
    for (token, says) in [
        (swapped, "not made with the key that the token names"),
        (unsigned, "it is not signed"),
        (stranger, "is no development key of the Entra tenants"),
    ] {
        let judged = judged(&token, None);
        let (verdict, told) = judged.about("signature");
        assert!(verdict == Verdict::Fails && told.contains(says), "{told}");
    }
}

#[test]
fn the_audience_is_what_the_reader_expects() {
    let token = signed_by(Owner::Entra, &claims(json!({})));
    assert_eq!(judged(&token, Some("api://example-api")).about("audience").0, Verdict::Holds);
    let refused = judged(&token, Some("api://other"));
    assert_eq!(refused.about("audience"), (Verdict::Fails, "it is for api://example-api, not for api://other"));
    let unknown = with(json!({ "oid": null, "aud": "api://elsewhere" }));
    assert_eq!(unknown.about("subject").0, Verdict::Unclear);
    assert_eq!(unknown.about("audience").0, Verdict::Unclear);
}

#[test]
fn an_application_may_be_there_for_itself() {
    let daemon = json!({ "oid": ALICE.replace('3', "4"), "sub": ALICE.replace('3', "4"), "azp": "1844fd18-0821-4dd0-9c73-af2e2def8706" });
    assert_eq!(with(daemon).about("subject"), (Verdict::Holds, "about the application Example Daemon itself"));
}
