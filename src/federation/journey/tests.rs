use super::*;
use crate::directory::tenant::Answer;
use crate::federation::fixtures::{key, now};
use crate::federation::provider::{Addresses, Answers};
use crate::federation::xml::{self, redirect};
use crate::keys::Owner;

const AT: &str = "https://idp.test/sso?idp=1";

fn origin() -> Origin {
    Origin { scheme_host: "https://localhost:8443".into(), base: "/w/mine".into() }
}

fn elsewhere(binding: Binding, requests: Requests) -> Provider {
    Provider {
        issuer: "https://idp.test/".into(),
        addresses: Addresses { sign_in: AT.into(), binding, sign_out: None, active: None },
        requests,
        answers: Answers::Plain,
        keys: vec![],
        home: Home::Elsewhere,
    }
}

fn way(protocol: FederationProtocol, provider: &Provider, wanted: Wanted) -> Way {
    freshly(protocol, provider, wanted, Fresh::No)
}

fn freshly(protocol: FederationProtocol, provider: &Provider, wanted: Wanted, fresh: Fresh) -> Way {
    let trust = Federation { protocol, client_id: Some("us".into()), ..Federation::default() };
    let key = key(Owner::Entra);
    let departure = Departure {
        trust: &trust,
        provider,
        key: &key,
        state: "the state",
        request: "_r1",
        correlation: "c-1",
        now: now(),
    };
    let journey = Journey {
        domain: "wingtip.test".into(),
        upn: Some(crate::id::Upn::new("trent@wingtip.test")),
        wanted,
        fresh,
        occasion: crate::signin::federated::Occasion::Missing,
        carrier: crate::signin::federated::Carrier::over(protocol),
        challenge: None,
    };
    departure.way(&origin(), &journey).unwrap()
}

fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn query(way: &Way) -> (String, Vec<(String, String)>) {
    let Way::To(address) = way else { panic!("an address, not {way:?}") };
    let query = address.strip_prefix(AT).and_then(|rest| rest.strip_prefix('&')).unwrap_or_else(|| panic!("{address}"));
    (query.to_owned(), url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

#[test]
fn a_request_is_signed_only_for_a_provider_that_wants_that() {
    let signed = way(FederationProtocol::Saml, &elsewhere(Binding::Redirect, Requests::Signed), Wanted::Mfa);
    let (query_string, _) = query(&signed);
    let (signed_part, name) = query_string.rsplit_once('&').unwrap();
    assert_eq!(name, "username=trent%40wingtip.test");
    let ours = [key(Owner::Entra).public().clone()];
    let verified = redirect::verify(signed_part, &ours).unwrap();
    assert_eq!(verified.relay_state.as_deref(), Some("the state"));
    let request = saml::Request::read(&saml::redirected(&verified.message).unwrap()).unwrap();
    assert!(request.wants_mfa() && request.destination.as_deref() == Some(AT), "{request:?}");
    assert_eq!(request.reply.as_deref(), Some("https://localhost:8443/w/mine/login.srf"));
    let plain = way(FederationProtocol::Saml, &elsewhere(Binding::Redirect, Requests::Plain), Wanted::Mfa);
    assert!(!query(&plain).0.contains("Signature="), "{plain:?}");
}

#[test]
fn a_request_is_posted_to_a_provider_that_takes_no_other() {
    for requests in [Requests::Plain, Requests::Signed] {
        let Way::Form { action, fields } =
            way(FederationProtocol::Saml, &elsewhere(Binding::Post, requests), Wanted::SignIn)
        else {
            panic!("a form");
        };
        assert_eq!(action, AT);
        let [(message, request), (state, value)] = fields.as_slice() else { panic!("{fields:?}") };
        assert_eq!((message.as_str(), state.as_str(), value.as_str()), ("SAMLRequest", "RelayState", "the state"));
        let text = saml::posted(request).unwrap();
        let document = xml::read(&text).unwrap();
        let verified = xml::verify(&document, &[key(Owner::Entra).public().clone()]);
        assert_eq!(verified.is_ok(), requests == Requests::Signed, "{text}");
        assert!(!saml::Request::of(&document).unwrap().wants_mfa());
    }
}

#[test]
fn a_provider_elsewhere_is_told_where_the_answer_goes_and_by_whom_it_is_asked() {
    let provider = elsewhere(Binding::Redirect, Requests::Plain);
    let value = |pairs: &[(String, String)], name: &str| {
        pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let (_, wsfed) = query(&way(FederationProtocol::Wsfed, &provider, Wanted::Mfa));
    assert_eq!(value(&wsfed, "wreply").as_deref(), Some("https://localhost:8443/w/mine/login.srf"));
    assert_eq!(value(&wsfed, "wauth").as_deref(), Some(claims::MULTIPLE));
    let (_, oidc) = query(&way(FederationProtocol::Oidc, &provider, Wanted::SignIn));
    assert_eq!(value(&oidc, "redirect_uri").as_deref(), Some("https://localhost:8443/w/mine/login.srf"));
    assert_eq!(value(&oidc, "client_id").as_deref(), Some("us"));
    assert_eq!((value(&oidc, "nonce").as_deref(), value(&oidc, "acr_values")), (Some("_r1"), None));
    let here = Provider { home: Home::Here(Answer::Good), ..provider };
    assert_eq!(value(&query(&way(FederationProtocol::Wsfed, &here, Wanted::SignIn)).1, "wreply"), None);
}

#[test]
fn r_12_how_fresh_a_sign_in_has_to_be_is_asked_in_the_words_of_each_protocol() {
    use FederationProtocol::{Oidc, Saml, Wsfed};
    let provider = elsewhere(Binding::Redirect, Requests::Plain);
    let asked = |protocol, wanted, fresh| query(&freshly(protocol, &provider, wanted, fresh)).1;
    // What is asked of WS-Federation as wfresh, wauth, prompt; of OpenID Connect as prompt, acr_values; whether SAML forces.
    let (mfa, password) = (Some(claims::MULTIPLE), Some(claims::PASSWORD));
    let table = [
        (Wanted::SignIn, Fresh::No, [None, None, None], [None, None], false),
        (Wanted::SignIn, Fresh::Password, [Some("0"), password, None], [Some("login"), None], true),
        (Wanted::SignIn, Fresh::Prompt, [None, None, Some("login")], [Some("login"), None], true),
        (Wanted::SignIn, Fresh::Now, [Some("0"), None, None], [None, None], false),
        (Wanted::SignIn, Fresh::Anew, [Some("0"), None, None], [Some("login"), None], true),
        (Wanted::Mfa, Fresh::No, [None, mfa, None], [None, Some("mfa")], false),
        (Wanted::Mfa, Fresh::Password, [Some("0"), mfa, None], [Some("login"), Some("mfa")], true),
        (Wanted::Mfa, Fresh::Now, [Some("0"), mfa, None], [None, Some("mfa")], false),
    ];
    for (wanted, fresh, wsfed, oidc, forced) in table {
        let sent = asked(Wsfed, wanted, fresh);
        assert_eq!(["wfresh", "wauth", "prompt"].map(|name| value(&sent, name)), wsfed, "{wanted:?} {fresh:?}");
        let sent = asked(Oidc, wanted, fresh);
        assert_eq!(["prompt", "acr_values"].map(|name| value(&sent, name)), oidc, "{wanted:?} {fresh:?}");
        let sent = asked(Saml, wanted, fresh);
        let request = saml::redirected(value(&sent, "SAMLRequest").unwrap()).unwrap();
        let request = saml::Request::read(&request).unwrap();
        assert_eq!((request.force, request.wants_mfa()), (forced, wanted == Wanted::Mfa), "{fresh:?}");
    }
}
