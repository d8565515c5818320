//! Is there metadata of a provider that breaks its reader, or that leads a browser astray?
//!
//! The first letter says in which protocol it is read: SAML, WS-Federation or OpenID Connect; in the last the document and
//! the keys stand beside each other, parted by a NUL byte.
#![no_main]

use std::sync::{Arc, LazyLock};

use actix_web::http::header::HeaderValue;
use libfuzzer_sys::{Corpus, fuzz_target};
use standin::directory::domain::{Federation, FederationProtocol};
use standin::federation::journey::{Departure, Way};
use standin::federation::outside::described;
use standin::federation::provider::{Provider, Requests};
use standin::federation::xml::redirect;
use standin::http::origin::Origin;
use standin::id::Upn;
use standin::keys::{KeyRing, KeySource, Owner, SigningKey};
use standin::signin::federated::{Carrier, Fresh, Journey, Occasion, Wanted};
use standin_fuzz::now;
use url::Url;

static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| KeyRing::new(KeySource::Development).current(Owner::Entra).expect("the development key"));

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((protocol, rest)) = input.split_first() else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(rest) else { return Corpus::Reject };
    let (protocol, carries) = match protocol {
        b's' => (FederationProtocol::Saml, "SAMLRequest"),
        b'w' => (FederationProtocol::Wsfed, "wtrealm"),
        b'o' => (FederationProtocol::Oidc, "client_id"),
        _ => return Corpus::Reject,
    };
    let (document, keys) = text.split_once('\0').unwrap_or((text, ""));
    match described(document, keys, protocol, now()) {
        Ok(provider) => {
            assert!(!provider.issuer.is_empty() && !provider.keys.is_empty());
            leads_there(&provider, protocol, carries);
        }
        Err(why) => assert!(!why.is_empty()),
    }
    Corpus::Keep
});

/// A browser gets to the provider and nowhere else, with the request, which is signed where that is wanted.
fn leads_there(provider: &Provider, protocol: FederationProtocol, carries: &str) {
    let trust = Federation { protocol, ..Federation::default() };
    let departure = Departure { trust: &trust, provider, key: &KEY, state: "state", request: "_r", correlation: "c", now: now() };
    let journey = Journey {
        domain: "federated.test".into(),
        upn: Some(Upn::new("fred@federated.test")),
        wanted: Wanted::Mfa,
        fresh: Fresh::Prompt,
        occasion: Occasion::Missing,
        carrier: Carrier::over(protocol),
        challenge: None,
    };
    let origin = Origin { scheme_host: "https://localhost:8443".into(), base: String::new() };
    let at = Url::parse(&provider.addresses.sign_in).expect("an address");
    assert!(matches!(at.scheme(), "http" | "https") && at.has_host());
    match departure.way(&origin, &journey).expect("a key that signs") {
        Way::To(address) => {
            assert!(HeaderValue::from_str(&address).is_ok(), "{address:?}");
            let to = Url::parse(&address).expect("an address");
            assert_eq!((to.origin(), to.path()), (at.origin(), at.path()));
            assert!(to.query_pairs().any(|(name, _)| name == carries), "{address}");
            if provider.requests == Requests::Signed && at.query().is_none() {
                let signed = redirect::verify(to.query().unwrap_or_default(), &[KEY.public().clone()]);
                assert!(signed.is_ok(), "{address}");
            }
        }
        Way::Form { action, fields } => {
            assert_eq!(action, provider.addresses.sign_in);
            assert!(fields.iter().any(|(name, _)| name == carries));
        }
    }
}
