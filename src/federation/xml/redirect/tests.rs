use proptest::prelude::*;

use super::*;
use crate::federation::fixtures::{key, trusted, wingtip};
use crate::federation::xml::signature_error::SignatureError as Error;
use crate::keys::Owner;

const MESSAGE: &str = "fZJNT+MwEIbv/Arf8+Y0=";

fn signed() -> String {
    sign(&wingtip(), Direction::Request, MESSAGE, Some("back to/ here?")).unwrap()
}

fn believed(query: &str) -> Result<SignedQuery, Error> {
    verify(query, &trusted())
}

#[test]
fn a_query_is_written_as_the_bindings_say() {
    let query = signed();
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    assert_eq!(
        signed,
        "SAMLRequest=fZJNT%2BMwEIbv%2FArf8%2BY0%3D&RelayState=back+to%2F+here%3F\
         &SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256"
    );
    let bytes = STANDARD.decode(decoded(signature)).unwrap();
    assert!(wingtip().public().signed(crate::keys::Hash::Sha256, signed.as_bytes(), &bytes));
    let without = sign(&wingtip(), Direction::Response, MESSAGE, None).unwrap();
    assert!(without.starts_with("SAMLResponse=") && !without.contains("RelayState"), "{without}");
}

#[test]
fn what_a_trusted_key_signed_is_read_whatever_the_order() {
    let expected = SignedQuery {
        direction: Direction::Request,
        message: MESSAGE.into(),
        relay_state: Some("back to/ here?".into()),
    };
    let query = signed();
    assert_eq!(believed(&query), Ok(expected.clone()));
    let mut parts: Vec<_> = query.split('&').collect();
    parts.reverse();
    assert_eq!(believed(&format!("extra=1&{}", parts.join("&"))), Ok(expected));
}

/// Other libraries escape in other ways (.NET writes small letters, some leave `=` as it is): it is what they wrote
/// that they signed.
#[test]
fn a_query_is_verified_as_it_was_written() {
    let algorithm = "http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256";
    let signed = format!("SAMLResponse=fZJNT%2bMwEIbv%2fArf8%2bY0=&RelayState=a%20b&SigAlg={algorithm}");
    let signature = STANDARD.encode(wingtip().try_sign(signed.as_bytes()).unwrap());
    let query = format!("{signed}&Signature={}", byte_serialize(signature.as_bytes()).collect::<String>());
    let read = believed(&query).unwrap();
    assert_eq!((read.message.as_str(), read.relay_state.as_deref()), (MESSAGE, Some("a b")));
    assert_eq!(believed(&query.replace("a%20b", "a+b")), Err(Error::Key));
}

#[test]
fn what_is_not_rightly_signed_is_refused() {
    let query = signed();
    let shape = |why| Error::Shape(why);
    let twice = shape("a parameter comes twice, or is spelled in another way");
    let (message, rest) = query.split_once('&').unwrap();
    let table = [
        (query.split("&SigAlg").next().unwrap().to_owned(), Error::Unsigned),
        (query.split("&Signature").next().unwrap().to_owned(), Error::Unsigned),
        (query.replace("fZJN", "fZJM"), Error::Key),
        (query.replace("back", "bank"), Error::Key),
        (query.replace("RelayState", "Other"), Error::Key),
        (query.replace("SAMLRequest", "SAMLResponse"), Error::Key),
        (query.replace("rsa-sha256", "rsa-sha512"), Error::Key),
        (query.replace("2001%2F04%2Fxmldsig-more%23rsa-sha256", "2000%2F09%2Fxmldsig%23rsa-sha1"), Error::Sha1),
        (query.replace("rsa-sha256", "rsa"), Error::Algorithm("http://www.w3.org/2001/04/xmldsig-more#rsa".into())),
        (query.replace("Signature=", "Signature=!"), shape("a value is not base64")),
        (format!("{query}&RelayState=evil"), twice.clone()),
        (format!("{query}&{message}"), twice.clone()),
        (format!("{query}&Relay%53tate=evil"), twice.clone()),
        (format!("{query}&SAMLResponse=x"), shape("the query has two messages")),
        (rest.to_owned(), shape("the query has no message")),
        (String::new(), shape("the query has no message")),
    ];
    for (query, expected) in table {
        assert_eq!(believed(&query), Err(expected), "{query}");
    }
    assert_eq!(verify(&query, &[]), Err(Error::NoKey));
    assert_eq!(verify(&query, &[key(Owner::Provider("local")).public().clone()]), Err(Error::Key));
}

proptest! {
    #[test]
    fn no_query_makes_the_reader_panic(
        query in "(SAMLRequest=|RelayState=|SigAlg=|Signature=|[&=%A-Fa-f0-9]|\\PC){0,20}",
    ) {
        prop_assert!(believed(&query).is_err());
    }

    #[test]
    fn whatever_is_signed_arrives(message in "[A-Za-z0-9+/]{1,40}={0,2}", state in "\\PC{0,40}") {
        let query = sign(&wingtip(), Direction::Response, &message, Some(&state)).unwrap();
        let read = believed(&query).unwrap();
        prop_assert_eq!((read.message, read.relay_state), (message, Some(state)));
    }
}
