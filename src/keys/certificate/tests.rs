use proptest::prelude::*;
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, IsCa, KeyIdMethod, KeyPair};
use rsa::pkcs8::der::{Tag, Tagged};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::Certificate;
use crate::keys::public::pem_block;

fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> (KeyPair, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    change(&mut params);
    let der = params.self_signed(&key).unwrap().der().to_vec();
    (key, der)
}

#[test]
fn its_owner_key_and_time_are_read() {
    let until = datetime!(2049-12-31 23:59:59 UTC);
    let (key, der) = self_signed(|params| {
        params.not_after = until;
        params.subject_alt_names = vec!["here.example".to_owned().try_into().map(rcgen::SanType::DnsName).unwrap()];
        params.key_identifier_method = KeyIdMethod::PreSpecified(vec![1, 2, 3]);
        params.distinguished_name.push(DnType::OrganizationName, "Contoso");
        let code = DnValue::PrintableString("FR".try_into().unwrap());
        params.distinguished_name.push(DnType::CountryName, code);
    });
    let read = Certificate::read(&der).unwrap();
    assert_eq!(
        (read.valid_until, read.public_key.to_vec()),
        (until, rcgen::PublicKeyData::subject_public_key_info(&key))
    );
    assert_eq!(read.key_identifier, None, "it is no CA");
    let name: Vec<_> =
        read.subject.iter().map(|part| (part.kind.to_string(), part.value.tag(), part.value.value())).collect();
    let expected: [(String, Tag, &[u8]); 2] =
        [("2.5.4.10".to_owned(), Tag::Utf8String, b"Contoso"), ("2.5.4.6".to_owned(), Tag::PrintableString, b"FR")];
    assert_eq!(name, expected);
    assert!(read.rsa().is_none(), "its key is one on an elliptic curve");
}

#[test]
fn a_ca_is_read_with_its_keys_name_and_a_time_of_either_form() {
    for until in [datetime!(2031-05-06 7:08:09 UTC), datetime!(2050-01-01 0:00 UTC), datetime!(9999-12-31 23:59:59 UTC)]
    {
        let (_, der) = self_signed(|params| {
            params.not_after = until;
            params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            params.key_identifier_method = KeyIdMethod::PreSpecified(vec![1, 2, 3]);
        });
        let read = Certificate::read(&der).unwrap();
        assert_eq!((read.valid_until, read.key_identifier), (until, Some(&[1, 2, 3][..])));
        assert!(read.subject.is_empty());
    }
}

#[test]
fn a_certificate_that_ends_early_is_none() {
    let (_, der) = self_signed(|params| params.not_after = OffsetDateTime::UNIX_EPOCH + Duration::days(1));
    assert!(Certificate::read(&der).is_ok());
    for length in 0..der.len() {
        assert!(Certificate::read(&der[..length]).is_err(), "{length} of {}", der.len());
    }
}

proptest! {
    #[test]
    fn any_bytes_and_any_change_of_a_certificate_have_an_answer(
        noise in prop::collection::vec(any::<u8>(), 0..64),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let _ = Certificate::read(&noise);
        let mut der = pem_block(include_str!("../../../keys/entra.crt.pem"), "CERTIFICATE").unwrap();
        prop_assert!(Certificate::read(&der).unwrap().rsa().is_some());
        let at = at.index(der.len());
        der[at] = byte;
        if let Ok(read) = Certificate::read(&der) {
            let _ = read.rsa();
        }
    }
}
