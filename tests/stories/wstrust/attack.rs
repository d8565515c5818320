//! What strangers send to the addresses of WS-Trust: refused in the shape of the address, at once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use standin::http::body::LIMIT;

use super::{AZURE_CLI, MESSAGE, WINGTIP, asks_on_request, assertion, faulted, hand_over, told};
use crate::client::{Call, get, started};
use crate::federation::set;

#[actix_web::test]
async fn what_is_no_soap_is_told_so() {
    let standin = started().await;
    let deep = "<a>".repeat(20_000);
    let huge = format!("<a>{}</a>", "x".repeat(200_000));
    let entity = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
    let script = "<a><script>alert(1)</script></a>";
    for text in ["", "hello", "{}", "<a>", "<a/>", entity, bomb, script, &deep, &huge] {
        let why = faulted(&MESSAGE.send_as(&standin, text), 400, "");
        assert!(!why.contains("script") && !why.contains("passwd"), "{why}");
    }
    let answer = MESSAGE.send_as(&standin, b"\xff\xfe<a/>".to_vec());
    assert!(faulted(&answer, 400, "").contains("UTF-8"));
    assert!(told(&standin).contains("the provider faults"));
}

#[actix_web::test]
async fn only_soap_in_utf_8_of_some_size_is_taken() {
    let standin = started().await;
    asks_on_request(&standin);
    for kind in ["text/xml", "application/x-www-form-urlencoded", "application/soap+xml; charset=utf-16", ""] {
        let call = Call::new(&standin, "POST", &MESSAGE.address()).body(kind, MESSAGE.text(&standin));
        faulted(&call.send(), 415, "");
    }
    for kind in ["application/soap+xml", "Application/SOAP+XML; action=\"x\"; charset=\"UTF-8\""] {
        assertion(&Call::new(&standin, "POST", &MESSAGE.address()).body(kind, MESSAGE.text(&standin)).send());
    }
    let call = Call::new(&standin, "POST", &MESSAGE.address());
    faulted(&call.header("Content-Length", &(LIMIT + 1).to_string()).send(), 413, "");
}

#[actix_web::test]
async fn an_assertion_counts_once_whoever_hands_it_over() {
    let standin = started().await;
    asks_on_request(&standin);
    let said = assertion(&MESSAGE.send(&standin));
    hand_over(&standin, AZURE_CLI, WINGTIP, &said, &[]).granted();
    let again = hand_over(&standin, AZURE_CLI, WINGTIP, &said, &[]).refused(400, "invalid_grant", 50008);
    assert!(again["error_description"].as_str().unwrap().contains("delivered before"), "{again}");
}

#[actix_web::test]
async fn r_14_each_wrong_answer_is_refused_and_says_what_was_wrong() {
    let standin = started().await;
    asks_on_request(&standin);
    let table = [
        ("expired", "ended at"),
        ("not_yet_valid", "valid only from"),
        ("wrong_signature", "not signed with a key of the provider"),
        ("wrong_audience", "instead of 'urn:federation:MicrosoftOnline'"),
        ("replayed", "delivered before"),
    ];
    for (answer, says) in table {
        set(&standin, json!({}), json!({"answer": answer}));
        let said = assertion(&MESSAGE.send(&standin));
        let told = hand_over(&standin, AZURE_CLI, WINGTIP, &said, &[]).refused(400, "invalid_grant", 50008);
        assert!(told["error_description"].as_str().unwrap().contains(says), "{answer}: {told}");
        let events = get(&standin, "/_standin/events?kind=error").json();
        let refused = events["value"].as_array().unwrap().last().unwrap();
        assert_eq!(refused["user"], super::TRENT, "{refused}");
        let because = &refused["because"];
        assert!(because[0]["text"].as_str().unwrap().ends_with(&format!("(answer: {answer})")), "{because}");
    }
    set(&standin, json!({}), json!({"answer": "good"}));
    hand_over(&standin, AZURE_CLI, WINGTIP, &assertion(&MESSAGE.send(&standin)), &[]).granted();
}

#[actix_web::test]
async fn what_was_changed_or_was_never_signed_is_refused() {
    let standin = started().await;
    asks_on_request(&standin);
    let said = assertion(&MESSAGE.send(&standin));
    let for_another = super::Message { applies_to: "urn:example:wsfed", ..MESSAGE };
    let unsigned = {
        let (before, rest) = said.split_once("<ds:Signature").unwrap();
        format!("{before}{}", rest.split_once("</ds:Signature>").unwrap().1)
    };
    let wrapped = format!("<x>{said}</x>");
    let twice = format!("<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:1.0:assertion\">{said}</saml:Assertion>");
    let forged = [
        ("changed", said.replace(super::TRENT, "greta@fabrikam.test")),
        ("another account", said.replace("bS1uIKV7lF8aZSNeZejqrg==", "asrjNq6O4cE05YOMm2vfcQ==")),
        ("unsigned", unsigned),
        ("wrapped", wrapped),
        ("in another", twice),
        ("for another", assertion(&for_another.send(&standin))),
        ("entity", format!("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{said}")),
        ("deep", "<a>".repeat(10_000)),
        ("text", "no xml".to_owned()),
    ];
    for (what, forged) in forged {
        assert_ne!(forged, said, "{what}");
        let told = hand_over(&standin, AZURE_CLI, WINGTIP, &forged, &[]).refused(400, "invalid_grant", 50008);
        assert!(!told.to_string().contains("passwd"), "{what}: {told}");
    }
    let events = get(&standin, "/_standin/events?kind=error").json();
    let refused = events["value"].as_array().unwrap();
    let names_nobody: Vec<bool> = refused.iter().map(|refused| refused["user"].is_null()).collect();
    assert_eq!(names_nobody, [false, false, false, true, true, false, true, true, true], "{events}");
    let stranger = said.replace("/idp/wingtip/", "/idp/nobody/");
    hand_over(&standin, AZURE_CLI, WINGTIP, &stranger, &[]).refused(400, "invalid_request", 50107);
    let huge =
        URL_SAFE_NO_PAD.encode(said.replace("<saml:Conditions", &format!("{}<saml:Conditions", " ".repeat(70_000))));
    hand_over(&standin, AZURE_CLI, WINGTIP, "", &[("assertion", &huge)]).refused(400, "invalid_grant", 50008);
    hand_over(&standin, AZURE_CLI, WINGTIP, &said, &[]).granted();
    let journal = told(&standin);
    assert!(journal.contains("AADSTS50008") && !journal.contains("SignatureValue"), "{journal}");
}
