//! The provider's side: a name and a password for an assertion, or a fault that says why not.

use serde_json::json;

use super::{MESSAGE, MICROSOFT_ONLINE, Message, PASSWORD, TRENT, asks_on_request, assertion, faulted, told};
use crate::client::{Call, patch_world, started};

const SAML20_TYPE: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

#[actix_web::test]
async fn the_right_password_brings_an_assertion_in_either_edition_and_version() {
    let standin = started().await;
    asks_on_request(&standin);
    let issuer = standin.http("/idp/wingtip/adfs/services/trust");
    for (edition, action) in [("13", "200512/RSTRC/IssueFinal"), ("2005", "2005/02/trust/RSTR/Issue")] {
        let answer = Message { edition, ..MESSAGE }.send(&standin);
        let said = assertion(&answer);
        assert!(answer.has(action) && answer.has(">urn:uuid:0b7c</a:RelatesTo>"), "{}", answer.body);
        assert_eq!(answer.has("RequestSecurityTokenResponseCollection"), edition == "13");
        assert_eq!(answer.header("cache-control"), "no-store");
        for part in [
            "MajorVersion=\"1\"",
            &format!("Issuer=\"{issuer}\""),
            "<saml:Audience>urn:federation:MicrosoftOnline</saml:Audience>",
            ">bS1uIKV7lF8aZSNeZejqrg==</saml:AttributeValue>",
            "AuthenticationMethod=\"urn:oasis:names:tc:SAML:1.0:am:password\"",
            "<ds:SignatureValue>",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("multipleauthn"), "nobody did MFA: {said}");
    }
    let newer = Message { token_type: SAML20_TYPE, ..MESSAGE }.send(&standin);
    assert!(newer.has(&format!("<trust:TokenType>{SAML20_TYPE}</trust:TokenType>")), "{}", newer.body);
    assert!(assertion(&newer).contains("Version=\"2.0\""), "{}", newer.body);
    assert!(told(&standin).contains("the provider wingtip says to urn:federation:MicrosoftOnline that it is"));
}

#[actix_web::test]
async fn another_relying_party_of_the_provider_is_told_what_it_looks_for() {
    let standin = started().await;
    asks_on_request(&standin);
    let said = assertion(&Message { applies_to: "urn:example:wsfed", ..MESSAGE }.send(&standin));
    assert!(said.contains("<saml:Audience>urn:example:wsfed</saml:Audience>"), "{said}");
    assert!(said.contains("AttributeName=\"emailaddress\""), "{said}");
    let nobody = Message { applies_to: "urn:nobody", ..MESSAGE }.send(&standin);
    let why = faulted(&nobody, 500, "a:InvalidScope");
    assert!(why.contains("urn:nobody"), "{why}");
}

#[actix_web::test]
async fn a_wrong_password_faults_and_guesses_are_counted_with_those_at_the_page() {
    let standin = started().await;
    asks_on_request(&standin);
    standin.clock().freeze();
    let wrong = Message { password: "guess", ..MESSAGE };
    let why = faulted(&wrong.send(&standin), 500, "a:FailedAuthentication");
    assert!(why.starts_with("ID3242: "), "{why}");
    let nobody = Message { user: "nobody@wingtip.test", ..MESSAGE };
    assert_eq!(faulted(&nobody.send(&standin), 500, "a:FailedAuthentication"), why, "which was wrong is not told");
    for _ in 0..9 {
        wrong.send(&standin);
    }
    let locked = faulted(&MESSAGE.send(&standin), 500, "a:FailedAuthentication");
    assert!(locked.contains("locked"), "{locked}");
    standin.clock().advance(std::time::Duration::from_secs(61));
    assertion(&MESSAGE.send(&standin));
    let journal = told(&standin);
    assert!(journal.contains("AADSTS50126") && !journal.contains("guess") && !journal.contains(PASSWORD), "{journal}");
}

#[actix_web::test]
async fn r_14_a_provider_that_always_asks_for_more_takes_no_password_alone() {
    let standin = started().await;
    let why = faulted(&MESSAGE.send(&standin), 500, "a:FailedAuthentication");
    assert!(why.contains("multi-factor authentication"), "{why}");
    assert!(told(&standin).contains("the provider asks for its second factor at every sign-in"));
    asks_on_request(&standin);
    assertion(&MESSAGE.send(&standin));
    let enforced = json!({"providers": {"wingtip": {"users": {TRENT: {"per_user_mfa": "enforced"}}}}});
    patch_world(&standin, enforced);
    faulted(&MESSAGE.send(&standin), 500, "a:FailedAuthentication");
}

#[actix_web::test]
async fn a_message_from_another_time_is_refused() {
    let standin = started().await;
    asks_on_request(&standin);
    for (created, fresh) in [(0, true), (4, true), (-12, true), (-16, false), (7, false)] {
        let answer = Message { created, ..MESSAGE }.send(&standin);
        match fresh {
            true => drop(assertion(&answer)),
            false => assert!(faulted(&answer, 500, "a:InvalidSecurity").contains("it is"), "{created}"),
        }
    }
}

#[actix_web::test]
async fn a_provider_that_is_down_answers_nobody() {
    let standin = started().await;
    patch_world(&standin, json!({"providers": {"wingtip": {"answer": "down", "mfa": "never"}}}));
    assert_eq!(MESSAGE.send(&standin).status, 503);
    assert!(told(&standin).contains("(answer: down)"), "{}", told(&standin));
    assert_eq!(Call::new(&standin, "GET", "/idp/wingtip/adfs/services/trust/mex").send().status, 503);
    patch_world(&standin, json!({"providers": {"wingtip": {"answer": "good"}}}));
    assertion(&MESSAGE.send(&standin));
}

#[actix_web::test]
async fn the_free_standing_provider_has_it_too() {
    let standin = started().await;
    let alice = Message { provider: "local", user: "alice@local.test", password: "Password1!", ..MESSAGE };
    let said = assertion(&alice.send(&standin));
    assert!(said.contains(&standin.http("/idp/local/adfs/services/trust")), "{said}");
    assert_eq!(alice.applies_to, MICROSOFT_ONLINE);
    faulted(&Message { user: TRENT, password: PASSWORD, ..alice }.send(&standin), 500, "a:FailedAuthentication");
}
