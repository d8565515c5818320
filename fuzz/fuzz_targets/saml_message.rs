//! Is there a SAML message that breaks its reader, that is believed though nobody signed it, or that is answered anywhere
//! but at a registered address?
//!
//! The first letter says where it comes to, the second how: in a query, in a form, or as a document that is sent here
//! over both bindings.
#![no_main]

use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use actix_web::http::header::LOCATION;
use libfuzzer_sys::{Corpus, fuzz_target};
use standin::directory::app::SamlApp;
use standin::federation::accept::{Trusted, accept};
use standin::federation::assertion::check::Recipient;
use standin::federation::provider::Home;
use standin::federation::routes;
use standin::federation::saml::context::{Comparison, Wanted};
use standin::federation::saml::logout::{KnownAs, LogoutRequest, meant};
use standin::federation::saml::signed::{Came, check};
use standin::federation::saml::{Request, Response, deflated, packed, posted, redirected, told_no};
use standin::federation::xml::redirect::{self, Direction};
use standin::federation::xml::{Element, read, sign, write};
use standin::http::context::Context;
use standin::keys::{KeyRing, KeySource, Owner, PublicKey, SigningKey};
use standin::oauth::redirect::on_this_machine;
use standin::signin::state::Authority;
use standin_fuzz::{Asked, Office, answered, now, place};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::open);
static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| KeyRing::new(KeySource::Development).current(Owner::Entra).expect("the development key"));
/// Who has to sign, with the development key.
static SIGNER: LazyLock<SamlApp> = LazyLock::new(|| SamlApp {
    certificate: Some(include_str!("../../keys/entra.crt.pem").to_owned()),
    require_signed_requests: true,
    ..SamlApp::default()
});

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((authority, _, rest)) = place(input) else { return Corpus::Reject };
    let Some((how, message)) = rest.split_first() else { return Corpus::Reject };
    let Ok(message) = std::str::from_utf8(message) else { return Corpus::Reject };
    match how {
        b'q' => queried(&authority, message),
        b'f' => ask(&authority, &Asked::Form(message.to_owned())),
        b'd' => document(&authority, message),
        _ => return Corpus::Reject,
    }
    Corpus::Keep
});

fn queried(authority: &Authority, query: &str) {
    assert!(check(&Came::Redirected { query }, Some(&SIGNER)).is_err(), "nobody here has signed this");
    ask(authority, &Asked::Query(query.to_owned()));
}

fn document(authority: &Authority, text: &str) {
    assert_eq!(posted(&packed(text)).as_deref(), Ok(text));
    let message = deflated(text);
    assert_eq!(redirected(&message).as_deref(), Ok(text));
    ask(authority, &Asked::Query(form("SAMLRequest", &message)));
    ask(authority, &Asked::Form(form("SAMLRequest", &packed(text))));
    let Ok(root) = read(text) else { return };
    assert!(check(&Came::Posted { document: &root }, Some(&SIGNER)).is_err(), "nobody here has signed this");
    answer(&root);
    if let Ok(request) = LogoutRequest::of(&root) {
        leave(&request);
    }
    if let Ok(request) = Request::of(&root) {
        come(&request);
    }
    signed(authority, root);
}

/// A request to sign in reads the same once it is written, as far as requests are written here, and can be answered.
fn come(request: &Request) {
    let text = write(&request.build(now()));
    let again = Request::read(&text).expect("what is written here can be read here");
    let wanted = Wanted { comparison: Comparison::Exact, ..request.wanted.clone() };
    let written =
        Request { issued: Some(now()), reply_index: None, binding: None, subject: None, wanted, ..request.clone() };
    assert_eq!(again, written, "{text}");
    let response =
        Response { id: "_a", issuer: "i", destination: "d", in_response_to: Some(&request.id), issued: now() };
    let no = write(&response.refusing("no", "It is not to be."));
    let read = read(&no).expect("an answer can be read");
    assert_eq!(read.value("InResponseTo"), Some(request.id.as_str()));
    assert!(told_no(&read).is_some());
}

/// A request to sign out reads the same once it is written, and means nobody of whom its sender was never told.
fn leave(request: &LogoutRequest) {
    let text = write(&request.build(now()));
    let again = read(&text).expect("what is written here can be read here");
    assert_eq!(LogoutRequest::of(&again).as_ref(), Ok(request), "{text}");
    let never_told = request.sessions.iter().map(|session| KnownAs { session: session.clone(), name: None });
    assert_eq!(meant(request, &never_told.collect::<Vec<_>>()), None);
}

/// As the answer of a provider it is not believed, and of its words no more are told than a sentence has room for.
fn answer(root: &Element<'_>) {
    assert!(told_no(root).is_none_or(|why| why.chars().count() < 500));
    let trusted = Trusted {
        issuer: root.value("Issuer").unwrap_or_default(),
        keys: &trusted(),
        recipient: Recipient::NamedOrNot(&[]),
        in_response_to: None,
        home: Home::Elsewhere,
        now: now(),
    };
    assert!(accept(root, &trusted).is_err(), "nobody here has signed this");
}

fn trusted() -> [Arc<PublicKey>; 1] {
    [KEY.public().clone()]
}

/// Signed here it is believed, over both bindings.
fn signed(authority: &Authority, root: Element<'_>) {
    let query = redirect::sign(&KEY, Direction::Request, &deflated(&write(&root)), Some("s")).expect("a query");
    assert!(check(&Came::Redirected { query: &query }, Some(&SIGNER)).is_ok(), "{query}");
    ask(authority, &Asked::Query(query));
    let Ok(signed) = sign(&KEY, &root) else { return };
    ask(authority, &Asked::Form(form("SAMLRequest", &packed(signed.text()))));
}

fn form(name: &str, message: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair(name, message)
        .append_pair("RelayState", "s")
        .finish()
}

/// Whatever it is, nothing breaks, an answer goes to a registered address only, and the journal keeps it short.
fn ask(authority: &Authority, asked: &Asked) {
    let Some((cx, response)) = asked_at(authority, asked) else { return };
    assert!(response.status().as_u16() < 500, "{}", response.status());
    if let Some(to) = answered_at(response) {
        assert!(may_be_answered_at(authority, &to), "{to}");
    }
    let entries = answered(cx.isolate.entries(0, 100)).expect("the store in memory").expect("a journal");
    for (_, entry) in entries {
        assert!(entry.to_bytes().len() < LONGEST_ENTRY, "{entry:?}");
    }
}

/// A stranger's words are many; what is told of them fits on a screen.
const LONGEST_ENTRY: usize = 2_500;

fn asked_at(authority: &Authority, asked: &Asked) -> Option<(Rc<Context>, HttpResponse)> {
    let name = match authority {
        Authority::Provider(name) => {
            let cx = OFFICE.context(&format!("/idp/{name}/saml/sso"), asked)?;
            let response = answered(routes::provider(&cx, name, &["saml", "sso"]))??;
            return Some((cx, response));
        }
        Authority::Tenant(name) => OFFICE.domain(name),
        Authority::Common => "common",
        Authority::Organizations => "organizations",
        Authority::Consumers => "consumers",
    };
    let cx = OFFICE.context(&format!("/{name}/saml2"), asked)?;
    let response = answered(routes::tenant(&cx, name, &["saml2"]))??;
    Some((cx, response))
}

/// Where a browser is made to bring the answer, if there is one.
fn answered_at(response: HttpResponse) -> Option<String> {
    if let Some(to) = response.headers().get(LOCATION) {
        let to = to.to_str().expect("an address");
        return to.contains("SAMLResponse=").then(|| to.to_owned());
    }
    let body = response.into_body().try_into_bytes().ok()?;
    let page = std::str::from_utf8(&body).expect("a page");
    page.contains("name=\"SAMLResponse\"").then(|| {
        let (_, action) = page.split_once("action=\"").expect("a form");
        let (action, _) = action.split_once('"').expect("an address");
        action.replace("&#38;", "&")
    })
}

fn may_be_answered_at(authority: &Authority, to: &str) -> bool {
    let is = |known: &str| {
        to.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest == "/" || rest.starts_with(['?', '&']))
    };
    OFFICE.saml_addresses().any(is) || (*authority == Authority::Provider("local".into()) && on_this_machine(to))
}
