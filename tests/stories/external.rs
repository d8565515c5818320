//! Another provider vouches for a tenant's people: as their second factor, or because a policy demands it.

mod answers;
mod control;
mod provider;

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, EXAMPLE, PASSWORD, V2, WEB};
use crate::client::{Call, patch_world, started};
use crate::second_factor::{MIA, MIAS_SECRET, amr, another_way, app_code, past_the_password};
use crate::visitor::Visitor;

/// What the provider calls Example.
pub const CLIENT: &str = "example-at-acme";
/// Alice's password at the provider.
pub const ACME_PASSWORD: &str = "Acme1!";
const ANSWERS_AT: &str = "/common/federation/externalauthprovider";

/// The provider `local` knows Alice and her code app, as Acme MFA.
pub fn acme() -> Value {
    json!({"provider": "local", "client_id": CLIENT, "title": "Acme MFA"})
}

/// Alice must prove a second factor, and Acme MFA is what she has.
pub async fn with_acme() -> Standin {
    let standin = started().await;
    patch_world(
        &standin,
        json!({
            "tenants": {"example": {"external_methods": {"acme": acme()}}},
            "providers": {"local": {"users": {ALICE: {"password": ACME_PASSWORD, "methods": {"totp": MIAS_SECRET}}}}},
            "users": {ALICE: {"per_user_mfa": "enforced"}},
        }),
    );
    standin
}

/// The request that the page's form posts to the provider.
pub fn request(page: &Answer) -> (String, Vec<(String, String)>) {
    page.form_of("id=\"externalForm1\"").unwrap_or_else(|| panic!("a way to Acme, not {}", page.gist()))
}

pub fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} in {fields:?}"))
}

pub async fn send(visitor: &mut Visitor, at: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(at, &fields).await
}

/// From the tenant's page to what the provider would post back, with the password and a code there.
pub async fn at_acme(standin: &Standin, visitor: &mut Visitor, page: &Answer) -> Answer {
    let (at, fields) = request(page);
    let page = send(visitor, &at, &fields).await;
    let page = visitor.sign_in(page, ALICE, ACME_PASSWORD).await;
    if !page.has("name=\"VerificationCode\"") {
        return page;
    }
    // A code counts once.
    standin.clock().advance(std::time::Duration::from_secs(60));
    visitor.submit(&page, &[("VerificationCode", &app_code(standin, MIAS_SECRET))]).await
}

/// Posts the provider's answer to the tenant.
pub async fn post_back(visitor: &mut Visitor, answer: &Answer) -> Answer {
    send(visitor, ANSWERS_AT, &answer.sent()).await
}

#[actix_web::test]
async fn an_external_method_is_asked_with_everything_it_needs_and_its_word_is_a_second_factor() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert!(page.has("<h1>Verify with Acme MFA</h1>") && !page.has("signInAnotherWay"), "{}", page.gist());
    let (at, fields) = request(&page);
    assert_eq!(at, standin.http("/idp/local/authorize"));
    let reply = standin.http(ANSWERS_AT);
    for (name, value) in [
        ("scope", "openid"),
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("client_id", CLIENT),
        ("redirect_uri", reply.as_str()),
    ] {
        assert_eq!(field(&fields, name), value);
    }
    assert!(field(&fields, "nonce").len() > 20 && field(&fields, "state").len() > 20);
    assert_eq!(field(&fields, "client-request-id").len(), 36);
    let wanted: Value = serde_json::from_str(field(&fields, "claims")).unwrap();
    assert_eq!(wanted["id_token"]["acr"]["values"][0], "possessionorinherence");
    assert!(wanted["id_token"]["amr"]["values"].as_array().unwrap().contains(&json!("otp")));
    let hint = claims(field(&fields, "id_token_hint"));
    let issuer = standin.http(&format!("/{EXAMPLE}/v2.0"));
    for (name, value) in [("aud", CLIENT), ("iss", &issuer), ("preferred_username", ALICE), ("tid", EXAMPLE)] {
        assert_eq!(hint[name], value, "{hint}");
    }
    assert_eq!(hint["oid"], "364526c4-eb11-4985-917d-37d04d230685");

    let answer = at_acme(&standin, &mut alice, &page).await;
    assert_eq!(answer.form_of("hiddenform").unwrap().0, standin.http(ANSWERS_AT));
    let said = claims(&answer.sent_back("id_token").unwrap());
    assert_eq!((&said["sub"], &said["nonce"]), (&hint["sub"], &json!(field(&fields, "nonce"))));
    assert_eq!((&said["acr"], &said["amr"]), (&json!("possessionorinherence"), &json!(["otp"])));
    let done = post_back(&mut alice, &answer).await;
    assert_eq!(amr(&standin, &done.sent_back("code").unwrap()), ["pwd", "mfa"]);
    let journal = crate::second_factor::journal(&standin, "decision");
    assert!(journal.contains("the answer of Acme MFA about alice@example.test is accepted"), "{journal}");
    assert!(journal.contains("alice@example.test proved a second factor: external authentication method"), "{journal}");
    assert!(!journal.contains(field(&fields, "state")) && !journal.contains("eyJ"), "no secret in the journal");
    // nobody is asked twice in one session.
    let again = alice.get(&WEB.asks(V2, &[("prompt", "none")])).await;
    again.sent_back("code").unwrap();
}

#[actix_web::test]
async fn it_is_one_way_among_others_for_those_in_its_groups_and_none_for_the_rest() {
    let standin = with_acme().await;
    let method = json!({"groups": ["staff"]});
    let groups = json!({"external_methods": {"acme": method}, "groups": {"staff": {}}});
    patch_world(&standin, json!({"tenants": {"example": groups}}));
    let page = past_the_password(&mut Visitor::new(&standin), ALICE).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "she has nothing now: {}", page.gist());
    patch_world(&standin, json!({"users": {MIA: {"groups": ["staff"], "methods": {"default": "totp"}}}}));
    let mut mia = Visitor::new(&standin);
    let code = past_the_password(&mut mia, MIA).await;
    assert!(code.has("name=\"otc\""), "her own methods come first: {}", code.gist());
    let list = mia.submit(&code, &[("action", "another-way")]).await;
    assert!(list.has("Acme MFA"), "{}", list.gist());
    let page = mia.submit(&list, &[("action", "method:ExternalAuth")]).await;
    assert_eq!(field(&request(&page).1, "client_id"), CLIENT);
    let back = another_way(&mut mia, &page, "PhoneAppOTP").await;
    assert!(back.has("name=\"otc\""), "{}", back.gist());
}

#[actix_web::test]
async fn where_nobody_can_be_asked_it_is_a_second_factor_like_any_other() {
    let standin = with_acme().await;
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    let fields = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "openid")];
    crate::apps::CLI.token(&standin, V2, &fields).refused(400, "invalid_grant", 50_076);
    let dry = json!({"user": ALICE, "evidence": ["pwd"]}).to_string();
    let told = Call::new(&standin, "POST", "/_standin/explain").body("application/json", dry).send().json();
    assert_eq!(told["next"], "ask_mfa", "{told}");
    // A strength names its methods, and an external one is none of them.
    let strength = json!({"include": {"all": true}, "grant": ["strength:phishing_resistant"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"strong": strength}}}}));
    let answer = at_acme(&standin, &mut alice, &page).await;
    let page = post_back(&mut alice, &answer).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "{}", page.gist());
}

#[actix_web::test]
async fn the_small_browser_goes_there_and_back() {
    let standin = with_acme().await;
    let done = standin.sign_in(&standin.http(&WEB.asks(V2, &[]))).user(ALICE).await.unwrap();
    assert_eq!(amr(&standin, &done.parameter("code").unwrap()), ["pwd", "mfa"]);
    assert!(done.steps.iter().any(|step| step == "went to an external provider"), "{:?}", done.steps);
}

#[actix_web::test]
async fn a_world_names_only_providers_groups_and_controls_that_exist() {
    let standin = started().await;
    let change = json!({"tenants": {"example": {
        "external_methods": {
            "a": {"provider": "locl", "client_id": "x"},
            "b": {"provider": "local", "discovery": "https://acme.test/.well-known/openid-configuration", "client_id": "x"},
            "c": {"discovery": "https://acme.test/", "client_id": "x"},
            "d": {"provider": "local", "groups": ["nobody"]},
        },
        "custom_controls": {"duo": {"provider": "local", "client_id": "x", "groups": []}},
        "conditional_access": {"p": {"include": {"all": true}, "grant": ["custom_control:do"]}},
    }}});
    let answer = Call::new(&standin, "PATCH", "/_standin/world").body("application/json", change.to_string()).send();
    assert_eq!(answer.status, 422, "{}", answer.body);
    for says in [
        "there is no provider `locl`, did you mean `local`?",
        "not both",
        "a discovery address ends with",
        "what the provider calls the tenant",
        "there is no group `nobody`",
        "there is no custom control `do`, did you mean `duo`?",
    ] {
        assert!(answer.has(says), "{says} in {}", answer.body);
    }
}
