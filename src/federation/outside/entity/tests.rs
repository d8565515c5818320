use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::directory::{Directory, world};
use crate::federation::metadata::Described;
use crate::federation::xml::write;
use crate::http::origin::Origin;
use crate::keys::{KeyRing, KeySource, Owner};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T10:00:00Z").unwrap()
}

/// What our own provider publishes: the shape that AD FS has.
fn published() -> String {
    let origin = Origin { scheme_host: "https://sts.test".into(), base: String::new() };
    let keys = KeyRing::new(KeySource::Development).published(Owner::Provider("wingtip")).unwrap();
    write(&Described::provider(&origin, "wingtip", &keys).federation())
}

/// Published by somebody of another kind: other prefixes, one binding, one key for everything, white space.
fn foreign(role: &str, services: &str, key: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:d="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.test/saml" {role}>
  <IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor {key}><d:KeyInfo><d:X509Data><d:X509Certificate>
      {}
    </d:X509Certificate></d:X509Data></d:KeyInfo></KeyDescriptor>
    {services}
  </IDPSSODescriptor>
</EntityDescriptor>"#,
        certificate()
    )
}

fn certificate() -> String {
    let text = published();
    let (_, rest) = text.split_once("<ds:X509Certificate>").unwrap();
    let packed = rest.split('<').next().unwrap();
    packed.as_bytes().chunks(64).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

fn service(binding: &str, location: &str) -> String {
    format!(r#"<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{location}"/>"#)
}

#[test]
fn what_our_providers_publish_says_for_each_protocol_where_they_are() {
    let text = published();
    let issuer = "https://sts.test/idp/wingtip/adfs/services/trust";
    let by_wsfed = wsfed(&text, now()).unwrap();
    assert_eq!((by_wsfed.issuer.as_str(), by_wsfed.home), (issuer, Home::Elsewhere));
    assert_eq!(by_wsfed.addresses.sign_in, "https://sts.test/idp/wingtip/adfs/ls/");
    assert_eq!(by_wsfed.addresses.active, Some(Active::at("https://sts.test/idp/wingtip")));
    let by_saml = saml(&text, now()).unwrap();
    assert_eq!((by_saml.issuer.as_str(), by_saml.requests), (issuer, Requests::Plain));
    assert_eq!(by_saml.addresses.sign_in, "https://sts.test/idp/wingtip/saml/sso");
    assert_eq!(by_wsfed.addresses.sign_out.as_deref(), Some("https://sts.test/idp/wingtip/adfs/ls/"));
    assert_eq!(by_saml.addresses.sign_out.as_deref(), Some("https://sts.test/idp/wingtip/saml/slo"));
    assert_eq!((by_saml.addresses.binding, &by_saml.addresses.active), (Binding::Redirect, &None));
    let kids = |provider: &Provider| provider.keys.iter().map(|key| key.kid().map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(kids(&by_saml), kids(&by_wsfed));
    assert!(!by_saml.keys.is_empty());
}

#[test]
fn strangers_describe_themselves_in_other_ways() {
    let post = service("HTTP-POST", "https://idp.test/sso");
    let redirect = service("HTTP-Redirect", "https://idp.test/sso?idp=1&amp;x=2");
    let only_post = saml(&foreign("", &post, ""), now()).unwrap();
    assert_eq!((only_post.addresses.binding, only_post.requests), (Binding::Post, Requests::Signed));
    assert_eq!((only_post.issuer.as_str(), only_post.keys.len()), ("https://idp.test/saml", 1));
    let both = saml(&foreign("", &format!("{post}{redirect}"), r#"use="signing""#), now()).unwrap();
    assert_eq!(both.addresses.sign_in, "https://idp.test/sso?idp=1&x=2");
    assert_eq!(both.addresses.binding, Binding::Redirect);
    let fragment = saml(&foreign("", &service("HTTP-Redirect", "https://idp.test/sso#top"), ""), now()).unwrap();
    assert_eq!(fragment.addresses.sign_in, "https://idp.test/sso", "what is asked is added to it");
    assert!(saml(&foreign(r#"validUntil="2026-11-20T10:00:01Z""#, &post, ""), now()).is_ok());
    let signs_out = |binding: &str, location: &str| {
        let farewell = service(binding, location).replace("SingleSignOn", "SingleLogout");
        saml(&foreign("", &format!("{post}{farewell}"), ""), now()).unwrap().addresses.sign_out
    };
    assert_eq!(signs_out("HTTP-Redirect", "https://idp.test/slo").as_deref(), Some("https://idp.test/slo"));
    assert_eq!(signs_out("HTTP-POST", "https://idp.test/slo"), None, "a frame sends no form");
    assert_eq!(signs_out("HTTP-Redirect", "javascript:alert(1)"), None);
}

#[test]
fn metadata_that_is_of_no_use_says_what_it_lacks() {
    let post = service("HTTP-POST", "https://idp.test/sso");
    let good = foreign("", &post, "");
    let table = [
        (good.replace("SAML:2.0:protocol\"", "SAML:1.0:protocol\""), Unusable::NoRole("IDPSSODescriptor for SAML 2.0")),
        (good.replace("IDPSSO", "SPSSO"), Unusable::NoRole("IDPSSODescriptor for SAML 2.0")),
        (good.replace("entityID=\"https://idp.test/saml\"", ""), Unusable::Nameless),
        (good.replace("EntityDescriptor", "EntitiesDescriptor"), Unusable::NoEntity),
        (foreign("", "", ""), Unusable::NoAddress),
        (foreign("", &service("SOAP", "https://idp.test/sso"), ""), Unusable::NoAddress),
        (foreign("", &service("HTTP-POST", "javascript:alert(1)"), ""), Unusable::NoAddress),
        (foreign("", &service("HTTP-POST", "/sso"), ""), Unusable::NoAddress),
        (foreign("", &post, r#"use="encryption""#), Unusable::NoKey),
        (good.replace("X509Certificate", "X509Crl"), Unusable::NoKey),
        (good.replace("MII", "AAA"), Unusable::NoKey),
        (foreign(r#"validUntil="2026-11-20T10:00:00Z""#, &post, ""), Unusable::Ended(now())),
        (foreign(r#"validUntil="tomorrow""#, &post, ""), Unusable::NoMoment),
        (
            good.replace("<IDPSSODescriptor", r#"<IDPSSODescriptor validUntil="2026-11-20T09:00:00Z""#),
            Unusable::Ended(Timestamp::parse("2026-11-20T09:00:00Z").unwrap()),
        ),
        ("<!DOCTYPE a><a/>".into(), Unusable::Xml(XmlError::DocumentType)),
    ];
    for (text, expected) in table {
        assert_eq!(saml(&text, now()).unwrap_err(), expected, "{text}");
    }
    assert_eq!(
        wsfed(&good, now()).unwrap_err(),
        Unusable::NoRole("RoleDescriptor of the type SecurityTokenServiceType")
    );
}

#[test]
fn only_where_ad_fs_takes_certificates_does_it_take_passwords_beside_it() {
    let elsewhere = published().replace("/adfs/services/trust/13/usernamemixed", "/sts");
    assert_eq!(wsfed(&elsewhere, now()).unwrap().addresses.active, None);
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let origin = Origin { scheme_host: "https://sts.test".into(), base: String::new() };
    let keys = KeyRing::new(KeySource::Development).published(Owner::Entra).unwrap();
    let tenant = Described::tenant(&origin, "example", directory.tenant_by_handle("example"), &keys);
    let read = wsfed(&write(&tenant.federation()), now()).unwrap();
    assert_eq!((read.addresses.sign_in.as_str(), read.addresses.active), ("https://sts.test/example/wsfed", None));
}

proptest! {
    #[test]
    fn nothing_published_makes_the_readers_panic(words in "\\PC{0,200}", more in "[<>\"'&#/:?a-z ]{0,40}") {
        static GOOD: LazyLock<String> = LazyLock::new(published);
        let changed = [GOOD.replace("https://sts.test", &words), GOOD.replace("MII", &more), GOOD.replacen('>', &more, 9)];
        for text in changed.iter().chain([&words]) {
            for provider in [saml(text, now()), wsfed(text, now())].into_iter().flatten() {
                prop_assert!(!provider.keys.is_empty() && !provider.issuer.is_empty());
                prop_assert!(provider.addresses.sign_in.starts_with("http"));
            }
        }
    }
}
