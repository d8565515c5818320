use proptest::prelude::*;

use super::*;
use crate::federation::xml::write;
use crate::signin::federated::{Fresh, Wanted};
use crate::time::Timestamp;

fn request() -> Request {
    Request::of_a_tenant(
        "_r1".into(),
        "http://idp.test/sso",
        "http://sp.test/login.srf".into(),
        Wanted::Mfa,
        Fresh::Password,
    )
}

#[test]
fn a_request_is_read_as_it_was_written_over_both_bindings() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let query = request().query(None, "the state", now).unwrap();
    let pairs: std::collections::HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(pairs["RelayState"], "the state");
    let read = Request::read(&redirected(&pairs["SAMLRequest"]).unwrap()).unwrap();
    assert_eq!(Request { issued: None, ..read.clone() }, request());
    assert_eq!(read.issued, Some(now));
    assert!(read.wants_mfa() && read.force && !read.passive);
    let text = write(&request().build(now));
    assert_eq!(Request::read(&posted(&packed(&text)).unwrap()).unwrap(), read);
}

#[test]
fn what_is_no_request_is_refused() {
    for wrong in
        ["", "<a/>", "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>", "<!DOCTYPE a><a/>"]
    {
        assert!(Request::read(wrong).is_err(), "{wrong}");
    }
    assert!(posted("%%%").is_err() && redirected("%%%").is_err() && redirected("AAAA").is_err());
    // A small message that would grow beyond all bounds.
    let bomb = STANDARD.encode(compress_to_vec(&vec![b' '; 10_000_000], LEVEL));
    assert!(redirected(&bomb).is_err());
}

#[test]
fn a_no_is_told_with_its_reason() {
    let response = Response {
        id: "_p",
        issuer: "i",
        destination: "d",
        in_response_to: Some("_r"),
        issued: Timestamp::from_seconds(0),
    };
    let no = response.refusing(NO_PASSIVE, "Nobody is signed in.");
    assert_eq!(told_no(&no), Some(format!("{NO_PASSIVE} Nobody is signed in.")));
    let endless = response.refusing(NO_PASSIVE, "no ".repeat(20_000));
    assert!(told_no(&endless).unwrap().len() < 500, "as much of it as a sentence has room for");
    assert_eq!(told_no(&response.with(SAML20.element("Assertion"))), None);
}

proptest! {
    #[test]
    fn nothing_sent_makes_the_readers_panic(message in "\\PC{0,200}") {
        if let Ok(text) = posted(&message) {
            let _ = Request::read(&text);
        }
        let _ = redirected(&message);
        let _ = Request::read(&message);
        let document = format!(
            "<samlp:LogoutRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' ID='_a' Version='2.0' {message}/>"
        );
        if let Ok(root) = crate::federation::xml::read(&document) {
            let _ = logout::LogoutRequest::of(&root);
        }
    }
}
