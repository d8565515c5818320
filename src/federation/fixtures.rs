//! Which documents are the tests about? What the provider Wingtip says of its user Trent.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use super::assertion::{Assertion, Attribute, Authentication, Subject, Version, claims};
use super::xml::names::{METADATA, SAML20, SAMLP};
use super::xml::{Element, Namespace, Node, sign, write};
use crate::keys::{KeyRing, KeySource, Owner, PublicKey, SigningKey};
use crate::time::{Span, Timestamp};

pub const ISSUER: &str = "http://wingtip.test/adfs/services/trust";
pub const MICROSOFT_ONLINE: &str = "urn:federation:MicrosoftOnline";
pub const LOGIN: &str = "https://localhost:8443/login.srf";
pub const TRENT: &str = "3+2tvu8AAQIDBAUGBwgJCg==";

/// 20 November 2026, 10:00.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_168_800)
}

pub fn key(owner: Owner<'_>) -> Arc<SigningKey> {
    static RING: LazyLock<KeyRing> = LazyLock::new(|| KeyRing::new(KeySource::Development));
    RING.current(owner).unwrap()
}

pub fn wingtip() -> Arc<SigningKey> {
    key(Owner::Provider("wingtip"))
}

pub fn trusted() -> Vec<Arc<PublicKey>> {
    vec![wingtip().public().clone()]
}

pub fn assertion(version: Version) -> Assertion {
    let saml20 = |text: &str| (version == Version::Saml20).then(|| text.to_owned());
    Assertion {
        version,
        id: "_a1".into(),
        issuer: ISSUER.into(),
        issued: now(),
        not_before: Some(now()),
        not_on_or_after: Some(now().plus(Span::hours(1))),
        audiences: vec![MICROSOFT_ONLINE.into()],
        subject: Subject {
            name: TRENT.into(),
            format: Some(match version {
                Version::Saml11 => claims::UNSPECIFIED.into(),
                Version::Saml20 => claims::PERSISTENT.into(),
            }),
        },
        authentication: Authentication {
            instant: now().plus(Span::minutes(-1)),
            context: match version {
                Version::Saml11 => claims::PASSWORD_11.into(),
                Version::Saml20 => claims::PASSWORD_20.into(),
            },
            session_index: saml20("_s1"),
            session_ends: None,
        },
        borne_until: (version == Version::Saml20).then(|| now().plus(Span::hours(1))),
        recipient: saml20(LOGIN),
        in_response_to: saml20("_r1"),
        immutable_id: (version == Version::Saml11).then(|| TRENT.to_owned()),
        upn: Some("trent@wingtip.test".into()),
        methods: vec![claims::PASSWORD.into(), claims::MULTIPLE.into()],
        attributes: vec![Attribute {
            name: "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork".into(),
            values: vec!["false".into()],
        }],
    }
}

/// A SAML 2.0 response with this in it, not signed.
pub fn response<'a>(assertion: impl Into<Node<'a>>) -> Element<'a> {
    let code = SAMLP.element("StatusCode").attribute("Value", "urn:oasis:names:tc:SAML:2.0:status:Success");
    SAMLP
        .element("Response")
        .attribute("Version", "2.0")
        .attribute("ID", "_p1")
        .attribute("InResponseTo", "_r1")
        .attribute("IssueInstant", now().to_string())
        .attribute("Destination", LOGIN)
        .child(SAML20.element("Issuer").text(ISSUER))
        .child(SAMLP.element("Status").child(code))
        .child(assertion)
}

/// A SAML 2.0 request, not signed.
pub fn request() -> Element<'static> {
    SAMLP
        .element("AuthnRequest")
        .attribute("Version", "2.0")
        .attribute("ID", "_r1")
        .attribute("IssueInstant", now().to_string())
        .child(SAML20.element("Issuer").text(MICROSOFT_ONLINE))
}

/// The metadata of a provider, not signed. Like WS-Federation's it has a namespace that only a value uses.
pub fn metadata() -> Element<'static> {
    let service = METADATA
        .element("SingleSignOnService")
        .attribute("Binding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
        .attribute("Location", "https://localhost:8443/idp/wingtip/saml/sso");
    let role = METADATA
        .element("IDPSSODescriptor")
        .attribute("protocolSupportEnumeration", SAMLP.uri)
        .qualified(XSI, "type", "md:IDPSSODescriptorType")
        .child(service);
    METADATA.element("EntityDescriptor").declare(FED).attribute("ID", "_m1").attribute("entityID", ISSUER).child(role)
}

const XSI: Namespace = Namespace::new("xsi", "http://www.w3.org/2001/XMLSchema-instance");
const FED: Namespace = Namespace::new("fed", "http://docs.oasis-open.org/wsfed/federation/200706");

/// A response of which only the assertion is signed, as most providers do it.
pub fn assertion_signed() -> String {
    let (key, said) = (wingtip(), assertion(Version::Saml20));
    write(&response(sign(&key, &said.build()).unwrap()))
}

/// A response that is signed as a whole.
pub fn response_signed() -> String {
    let (key, said) = (wingtip(), assertion(Version::Saml20));
    sign(&key, &response(said.build())).unwrap().into_text()
}

/// A response that is signed as a whole, with an assertion that is signed too.
pub fn both_signed() -> String {
    let (key, said) = (wingtip(), assertion(Version::Saml20));
    sign(&key, &response(sign(&key, &said.build()).unwrap())).unwrap().into_text()
}

/// A SAML 1.1 assertion in a WS-Federation answer.
pub fn wsfed_signed() -> String {
    let (key, said) = (wingtip(), assertion(Version::Saml11));
    let assertion = sign(&key, &said.build()).unwrap().into_text();
    format!(
        "<t:RequestSecurityTokenResponse xmlns:t=\"http://schemas.xmlsoap.org/ws/2005/02/trust\">\
         <t:RequestedSecurityToken>{assertion}</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>"
    )
}

/// How long anything may take that a stranger sends. Code that is not optimised may take longer.
pub const AT_ONCE: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

/// How long something takes, at its best of three times.
pub fn fastest(work: impl Fn()) -> Duration {
    let began = Instant::now();
    let taken = || {
        let before = spent().unwrap_or_else(|| began.elapsed());
        work();
        spent().unwrap_or_else(|| began.elapsed()).saturating_sub(before)
    };
    (0..3).map(|_| taken()).min().unwrap_or_default()
}

/// The processor's time that this thread has had, where Linux tells it: other tests run meanwhile.
fn spent() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
