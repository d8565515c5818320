//! Is there an authorize request that breaks the reader, or that is answered anywhere but at a registered address?
#![no_main]

use std::sync::LazyLock;

use actix_web::http::header::HeaderValue;
use libfuzzer_sys::{Corpus, fuzz_target};
use standin::http::params::Params;
use standin::id::ClientId;
use standin::oauth::admin_consent::{self, Asked};
use standin::oauth::authorize::{self, Authorization, Reply, ResponseMode};
use standin::oauth::desk::Desk;
use standin::oauth::dialect::Dialect;
use standin::oauth::logout::{self, Logout};
use standin::oauth::redirect::{self, Comparison};
use standin::oauth::respond;
use standin::signin::state::{Authority, Demand};
use standin::store::{Memory, Record, Store};
use standin::time::Span;
use standin::token::claims::read_login_hint;
use standin_fuzz::{Office, answered, chance, now, place};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::open);

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some((authority, dialect, query)) = place(input) else { return Corpus::Reject };
    let Ok(params) = Params::parse(query) else { return Corpus::Keep };
    let (records, chance) = (OFFICE.records(), chance());
    let desk = OFFICE.desk(&records, &chance);
    match authorize::read(&desk, &authority, dialect, &params) {
        Ok((authorization, demand)) => {
            safe(&desk, (&authority, dialect), &params, &authorization.reply);
            kept(&records, &authorization, &demand);
        }
        Err(rejected) => {
            assert!(!rejected.refusal.text.contains(char::is_control), "{:?}", rejected.refusal.text);
            if let Some(reply) = &rejected.reply {
                safe(&desk, (&authority, dialect), &params, reply);
            }
        }
    }
    for asked in [Asked::Registered, Asked::Scopes] {
        if let Ok((request, _)) = admin_consent::read(&desk, authority.clone(), asked, &params) {
            let app = desk.directory.app_by_handle(&request.app).expect("the application that was found");
            let known = redirect::registered(&app, &request.redirect_uri, Comparison::RootIsNoPath);
            assert!(known.is_some(), "{}", request.redirect_uri);
        }
    }
    returns(&desk, &Logout::read(&params));
    Corpus::Keep
});

/// An answer goes to the application only, and its address can stand in a header.
fn safe(desk: &Desk<'_>, (authority, dialect): (&Authority, Dialect), params: &Params, reply: &Reply) {
    let id = ClientId::new(params.get("client_id").expect("an application that was found"));
    let app = match authority.tenant(desk.directory) {
        Some(tenant) => desk.directory.app(tenant, &id),
        None => desk.directory.entra_app(&id),
    };
    let app = app.expect("the application that was found");
    assert!(redirect::registered(&app, &reply.uri, dialect.comparison()).is_some(), "{}", reply.uri);
    let fields = vec![("state".to_owned(), reply.state.clone().unwrap_or_default())];
    for mode in [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost] {
        let address = respond::address(&reply.uri, mode, &fields);
        assert!(HeaderValue::from_str(&address).is_ok(), "{address:?}");
    }
}

/// What was accepted can be put away for the time of the sign-in, and comes back as it was.
fn kept(records: &Memory, authorization: &Authorization, demand: &Demand) {
    let store: &dyn Store = records;
    let put = Parked { resume: Resume { authorize: authorization.clone() }, demand: demand.clone() };
    answered(store.keep("x", &put, now(), Span::hours(1))).expect("the store in memory").expect("kept");
    let got = answered(store.find::<Parked>("x", now())).expect("the store in memory").expect("readable");
    assert_eq!(got.expect("not expired"), put);
}

/// As deep as the sign-in's own record nests a request.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Parked {
    resume: Resume,
    demand: Demand,
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Resume {
    authorize: Authorization,
}

impl Record for Parked {
    const KIND: &'static str = "parked";
}

fn returns(desk: &Desk<'_>, asked: &Logout) {
    if let Some(hint) = &asked.logout_hint {
        let _ = read_login_hint(hint);
    }
    let Some(uri) = &asked.return_to else { return };
    let client = asked.client_id.as_deref().map(ClientId::new);
    let app = client.and_then(|id| desk.directory.entra_app(&id));
    if app.is_some_and(|app| logout::may_return(&app, uri)) {
        let address = logout::return_address(uri, asked.state.as_deref());
        assert!(HeaderValue::from_str(&address).is_ok(), "{address:?}");
    }
}
