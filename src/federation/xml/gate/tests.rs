use super::*;
use crate::federation::fixtures::{assertion_signed, both_signed, response_signed, wsfed_signed};
use crate::federation::xml::read;
use crate::federation::xml::signature_error::SignatureError as Error;

/// The names of the elements that are claimed to be signed, or why the gate stays shut.
fn signed(text: &str) -> Result<Vec<String>, Error> {
    let root = read(text).unwrap();
    let forms = forms(&root)?;
    Ok(forms.iter().map(|form| form.signed.name.local.to_owned()).collect())
}

#[test]
fn the_shapes_that_providers_send_pass() {
    let table = [
        (assertion_signed(), vec!["Assertion"]),
        (response_signed(), vec!["Response"]),
        (both_signed(), vec!["Response", "Assertion"]),
        (wsfed_signed(), vec!["Assertion"]),
    ];
    for (text, expected) in table {
        assert_eq!(signed(&text).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_signature_in_any_other_shape_does_not_pass() {
    let algorithm = |address: &str| Error::Algorithm(address.to_owned());
    let shape_of_info = Error::Shape("SignedInfo has other parts than one reference needs");
    let shape = Error::Shape("Signature has other parts than SignedInfo, SignatureValue and KeyInfo");
    let transform =
        r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#;
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let reference = r##"<ds:Reference URI="#_a1">"##;
    let table = [
        (reference, r##"<ds:Reference URI="#_p1">"##.to_owned(), Error::Reference("#_p1".into())),
        (reference, r#"<ds:Reference URI="">"#.to_owned(), Error::Reference(String::new())),
        (reference, "<ds:Reference>".to_owned(), Error::Reference(String::new())),
        (
            reference,
            r#"<ds:Reference URI="file:///etc/passwd">"#.to_owned(),
            Error::Reference("file:///etc/passwd".into()),
        ),
        (
            reference,
            r##"<ds:Reference URI="#xpointer(id('_a1'))">"##.to_owned(),
            Error::Reference("#xpointer(id('_a1'))".into()),
        ),
        (
            "</ds:Reference>",
            r##"</ds:Reference><ds:Reference URI="#_a1"></ds:Reference>"##.to_owned(),
            shape_of_info.clone(),
        ),
        (transform, String::new(), shape_of_info.clone()),
        (transform, format!("{transform}{transform}"), shape_of_info.clone()),
        (
            enveloped,
            "http://www.w3.org/TR/1999/REC-xpath-19991116".to_owned(),
            algorithm("http://www.w3.org/TR/1999/REC-xpath-19991116"),
        ),
        (
            enveloped,
            "http://www.w3.org/TR/1999/REC-xslt-19991116".to_owned(),
            algorithm("http://www.w3.org/TR/1999/REC-xslt-19991116"),
        ),
        (
            exclusive,
            format!("{exclusive}WithComments"),
            algorithm("http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
        ),
        (
            exclusive,
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315".to_owned(),
            algorithm("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ),
        (
            "xmldsig-more#rsa-sha256",
            "xmldsig-more#hmac-sha256".to_owned(),
            algorithm("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ),
        (
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1".to_owned(),
            Error::Sha1,
        ),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1".to_owned(), Error::Sha1),
        (
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2001/04/xmldsig-more#md5".to_owned(),
            algorithm("http://www.w3.org/2001/04/xmldsig-more#md5"),
        ),
        ("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object></ds:Object>".to_owned(), shape.clone()),
        ("<ds:KeyInfo>", "<ds:Object></ds:Object><ds:KeyInfo>".to_owned(), shape.clone()),
        ("<ds:SignedInfo>", "<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>".to_owned(), shape),
        ("<ds:SignatureValue>", "<ds:SignatureValue>!".to_owned(), Error::Shape("a value is not base64")),
        ("<ds:DigestValue>", "<ds:DigestValue>!".to_owned(), Error::Shape("a value is not base64")),
    ];
    for (from, to, expected) in table {
        let text = assertion_signed();
        assert!(text.contains(from), "{from}");
        assert_eq!(signed(&text.replace(from, &to)), Err(expected), "{from} -> {to}");
    }
}

#[test]
fn an_algorithm_takes_no_parameters_but_a_few_inclusive_prefixes() {
    let with = |inside: &str| {
        let end = r#"xml-exc-c14n#"></ds:Transform>"#;
        assertion_signed().replace(end, &end.replace("></", &format!(">{inside}</")))
    };
    let list = |list: &str| {
        with(&format!(
            r#"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="{list}"/>"#
        ))
    };
    assert_eq!(signed(&list("xs #default")).unwrap(), ["Assertion"]);
    let too_many = list(&"p ".repeat(17));
    assert_eq!(signed(&too_many), Err(Error::Shape("it includes too many namespaces")));
    let foreign = with("<ds:XPath>true()</ds:XPath>");
    assert_eq!(signed(&foreign), Err(Error::Shape("an algorithm has parameters of another one")));
    let length = assertion_signed().replace(
        r#"rsa-sha256"></ds:SignatureMethod>"#,
        r#"rsa-sha256"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>"#,
    );
    assert_eq!(signed(&length), Err(Error::Shape("an algorithm has parameters")));
}

#[test]
fn no_two_elements_have_the_same_id_by_any_name() {
    for twice in ["ID", "Id", "id", "xml:id", "AssertionID", "ResponseID"] {
        let text = assertion_signed().replace("<samlp:Status>", &format!("<samlp:Status {twice}=\"_a1\">"));
        assert_eq!(signed(&text), Err(Error::RepeatedId("_a1".into())), "{twice}");
    }
}

#[test]
fn a_signature_belongs_to_the_outermost_element_or_to_the_assertion() {
    let unsigned = |text: &str| {
        let (before, rest) = text.split_once("<ds:Signature ").unwrap();
        let (signature, after) = rest.split_once("</ds:Signature>").unwrap();
        (format!("{before}{after}"), format!("<ds:Signature {signature}</ds:Signature>"))
    };
    let (text, signature) = unsigned(&assertion_signed());
    assert_eq!(signed(&text), Err(Error::Unsigned));
    let elsewhere = text.replace("<samlp:Status>", &format!("<samlp:Status>{signature}"));
    assert_eq!(signed(&elsewhere), Err(Error::Misplaced));
    assert_eq!(signed(&signature), Err(Error::Unsigned));
    let unknown = assertion_signed().replace("samlp:Response", "samlp:Else").replace("saml:Assertion", "saml:Else");
    assert_eq!(signed(&unknown), Err(Error::Misplaced));
}
