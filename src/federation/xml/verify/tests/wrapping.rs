//! The eight shapes of wrapped signatures, as the field numbers them (Somorovsky and others, "On Breaking SAML", 2012;
//! the numbers are those of the tool SAML Raider). In each a document holds what was signed somewhere, so that its
//! signature could hold, and a forged assertion where a careless reader looks.

use super::*;

/// A signed document in pieces, and a forgery of each.
struct Pieces {
    /// The signature.
    signature: String,
    /// What it signed, without it.
    original: String,
    /// The same about somebody else, without a signature.
    evil: String,
}

/// Does the forgery take the id of what was signed, or one of its own?
const IDS: [&str; 2] = ["_evil", "same"];

fn pieces(signed: &str, id: &str, evil_id: &str) -> Pieces {
    let (before, rest) = signed.split_once("<ds:Signature ").unwrap();
    let (signature, after) = rest.split_once("</ds:Signature>").unwrap();
    let original = format!("{before}{after}");
    let mut evil = original.replace(TRENT, "admin").replace("trent@", "admin@");
    if evil_id != "same" {
        evil = evil.replace(&format!(" ID=\"{id}\""), &format!(" ID=\"{evil_id}\""));
    }
    Pieces { signature: format!("<ds:Signature {signature}</ds:Signature>"), original, evil }
}

/// With this put behind the issuer, where a signature stands.
fn signed_with(document: &str, inside: &str) -> String {
    document.replacen("</saml:Issuer>", &format!("</saml:Issuer>{inside}"), 1)
}

fn with_object(signature: &str, inside: &str) -> String {
    signature.replace("</ds:Signature>", &format!("<ds:Object>{inside}</ds:Object></ds:Signature>"))
}

/// A response around the assertions.
fn around(assertions: &str) -> String {
    let text = assertion_signed();
    let (before, rest) = text.split_once("<saml:Assertion ").unwrap();
    let (_, after) = rest.split_once("</saml:Assertion>").unwrap();
    format!("{before}{assertions}{after}")
}

/// The assertion out of a response.
fn signed_assertion() -> String {
    let text = assertion_signed();
    let (_, rest) = text.split_once("<saml:Assertion ").unwrap();
    let (inside, _) = rest.split_once("</saml:Assertion>").unwrap();
    format!("<saml:Assertion {inside}</saml:Assertion>")
}

fn wrapped(evil_id: &str) -> [(&'static str, String); 8] {
    let whole = pieces(&response_signed(), "_p1", evil_id);
    let one = pieces(&signed_assertion(), "_a1", evil_id);
    let (good, evil) = (signed_assertion(), one.evil.clone());
    let in_evil = |inside: &str| evil.replace("</saml:Assertion>", &format!("{inside}</saml:Assertion>"));
    [
        ("1: the response in the signature", signed_with(&whole.evil, &with_object(&whole.signature, &whole.original))),
        (
            "2: the response before the signature",
            signed_with(&whole.evil, &format!("{}{}", whole.original, whole.signature)),
        ),
        ("3: a forged assertion before the signed one", around(&format!("{evil}{good}"))),
        ("4: the signed assertion in the forged one", around(&in_evil(&good))),
        (
            "5: the signature in the forged assertion, what it signed behind",
            around(&format!("{}{}", signed_with(&evil, &one.signature), one.original)),
        ),
        (
            "6: the signature in the forged assertion, what it signed in the signature",
            around(&signed_with(&evil, &with_object(&one.signature, &one.original))),
        ),
        (
            "7: a forged assertion among extensions",
            around(&format!("<samlp:Extensions>{evil}</samlp:Extensions>{good}")),
        ),
        (
            "8: the signature in the forged assertion, what it signed in an object there",
            around(&signed_with(
                &evil,
                &format!(
                    "{}<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{}</ds:Object>",
                    one.signature, one.original
                ),
            )),
        ),
    ]
}

#[test]
fn no_forgery_is_believed_because_something_else_is_signed() {
    for evil_id in IDS {
        for (shape, text) in wrapped(evil_id) {
            let refused = believed(&text).expect_err(shape);
            let expected = match (evil_id, shape.split(':').next()) {
                ("same", _) => matches!(refused, Error::RepeatedId(_)),
                // The response holds another one, with the same assertion in it.
                (_, Some("1" | "2")) => matches!(refused, Error::RepeatedId(_)),
                _ => refused == Error::SeveralAssertions,
            };
            assert!(expected, "{shape}, {evil_id}: {refused}");
        }
    }
}

/// The same where no id and no assertion comes twice, so that nothing but the place of the signature is left to see it.
#[test]
fn no_forgery_is_believed_where_nothing_comes_twice() {
    let one = pieces(&signed_assertion(), "_a1", "_evil");
    // A response may carry the signed assertion as something that is no assertion.
    let hidden = one.original.replace("saml:Assertion", "saml:Advice");
    let whole = pieces(&response_signed(), "_p1", "_evil");
    let hidden_whole = whole.original.replace("saml:Assertion", "saml:Advice").replace("\"_a1\"", "\"_a2\"");
    let table = [
        (
            signed_with(&whole.evil, &with_object(&whole.signature, &hidden_whole)),
            Error::Shape("Signature has other parts than SignedInfo, SignatureValue and KeyInfo"),
        ),
        (signed_with(&whole.evil, &format!("{hidden_whole}{}", whole.signature)), Error::Reference("#_p1".into())),
        (signed_with(&whole.evil.replace("_evil", "_p1"), &whole.signature), Error::Changed),
        (around(&format!("{}{hidden}", signed_with(&one.evil, &one.signature))), Error::Reference("#_a1".into())),
        (around(&format!("{hidden}{}{}", one.signature, one.evil)), Error::Reference("#_a1".into())),
        (around(&format!("<samlp:Extensions>{}</samlp:Extensions>{}", one.signature, one.evil)), Error::Misplaced),
        (
            around(&signed_with(&one.evil, &with_object(&one.signature, &hidden))),
            Error::Shape("Signature has other parts than SignedInfo, SignatureValue and KeyInfo"),
        ),
        (around(&signed_with(&one.evil.replace("_evil", "_a1"), &one.signature)), Error::Changed),
    ];
    for (text, expected) in table {
        assert_eq!(believed(&text), Err(expected), "{text}");
    }
}

/// A response that says nothing for itself, around an assertion that was signed: it is the signed one that is read.
#[test]
fn an_assertion_that_was_signed_for_elsewhere_keeps_saying_so() {
    let moved = around(&signed_assertion()).replacen("InResponseTo=\"_r1\"", "InResponseTo=\"_other\"", 1);
    let root = read(&moved).unwrap();
    let signed = verify(&root, &trusted()).unwrap();
    let said = Assertion::read(signed).unwrap();
    assert_eq!(said.in_response_to.as_deref(), Some("_r1"));
}
