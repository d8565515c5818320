//! Proof keys (RFC 7636): a code is worth nothing to whoever did not ask for it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::apps::{ALICE, CHALLENGE, LOCAL, LOCAL_WEB, SPA, V2, VERIFIER, WEB};
use crate::client::started;
use crate::visitor::Visitor;

#[actix_web::test]
async fn a_page_of_its_own_must_bring_a_challenge() {
    let standin = started().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    Visitor::new(&standin).get(&SPA.asks(V2, &without)).await.told("invalid_request", 9_002_325);
    assert!(WEB.signs_in(&mut Visitor::new(&standin), V2, &[], ALICE).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn a_code_is_redeemed_with_the_verifier_of_its_challenge_only() {
    let standin = started().await;
    let wrong = VERIFIER.replace('d', "e");
    let s256 = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let plain = [("code_challenge", VERIFIER), ("code_challenge_method", "plain")];
    let unnamed = [("code_challenge", VERIFIER), ("code_challenge_method", "")];
    let mut visitor = Visitor::new(&standin);
    for challenge in [s256, plain, unnamed] {
        for (verifier, right) in [(VERIFIER, true), (&wrong, false), (CHALLENGE, false), ("", false)] {
            let code = WEB.code(&mut visitor, V2, &challenge, ALICE).await;
            let answer = WEB.redeem(&standin, V2, &code, &[("code_verifier", verifier)]);
            match right {
                true => assert!(answer.granted()["access_token"].is_string()),
                false => drop(answer.refused(400, "invalid_grant", 501_481)),
            }
        }
    }
}

#[actix_web::test]
async fn a_verifier_without_a_challenge_tells_that_somebody_took_the_challenge_away() {
    let standin = started().await;
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[("code_verifier", VERIFIER)]).refused(400, "invalid_grant", 501_481);
}

#[actix_web::test]
async fn a_challenge_that_is_none_is_refused() {
    let standin = started().await;
    let long = "a".repeat(129);
    let table = [
        ("short", "S256"),
        (long.as_str(), "S256"),
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c!", "S256"),
        ("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", "S256"),
        (CHALLENGE, "S512"),
        (CHALLENGE, "s256"),
        ("short", "plain"),
        (long.as_str(), ""),
    ];
    for (challenge, method) in table {
        let more = [("code_challenge", challenge), ("code_challenge_method", method)];
        let answer = Visitor::new(&standin).get(&WEB.asks(V2, &more)).await;
        answer.told("invalid_request", 501_491);
    }
}

/// The challenge of a verifier.
fn hash(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}

#[actix_web::test]
async fn a_verifier_of_the_wrong_size_or_letters_answers_no_challenge_not_even_its_own() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let (long, longest) = ("a".repeat(129), "a".repeat(128));
    let slash = VERIFIER.replace('-', "/");
    for (verifier, fine) in [
        ("secret", false),
        (&VERIFIER[1..], false),
        (&long, false),
        (&slash, false),
        (&longest, true),
        (VERIFIER, true),
    ] {
        let challenge = hash(verifier);
        let s256 = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
        let code = WEB.code(&mut visitor, V2, &s256, ALICE).await;
        let tenants = WEB.redeem(&standin, V2, &code, &[("code_verifier", verifier)]);
        let code = LOCAL_WEB.code(&mut visitor, LOCAL, &s256, "alice@local.test").await;
        let providers = LOCAL_WEB.redeem(&standin, LOCAL, &code, &[("code_verifier", verifier)]);
        match fine {
            true => drop((tenants.granted(), providers.granted())),
            false => {
                tenants.refused(400, "invalid_grant", 501_481);
                providers.refused_plainly(400, "invalid_grant");
            }
        }
    }
}
