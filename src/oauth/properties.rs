//! Is there a request that breaks the authorize or the token endpoint? What a fuzzer would try, in seconds.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use actix_web::http::header::HeaderValue;
use futures_util::FutureExt as _;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::authorize::{self, Authorization, ResponseMode};
use super::client_auth::{self, Credentials};
use super::desk::{Denied, Desk};
use super::dialect::Dialect;
use super::grants::{self, TokenRequest};
use super::{redirect, respond};
use crate::chance::Chance;
use crate::directory::{Directory, world};
use crate::http::origin::Origin;
use crate::http::outbound::Outbound;
use crate::http::params::Params;
use crate::http::trust::Trust;
use crate::keys::{KeyRing, KeySource};
use crate::signin::state::Authority;
use crate::store::{Memory, Record, Store};
use crate::time::{Span, Timestamp};
use crate::token::claims::Proof;

type Sent = BTreeMap<String, String>;

const WEB: &str = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
const CLI: &str = "6027b688-5422-45fd-a0ec-836caa2bf116";
const DAEMON: &str = "1844fd18-0821-4dd0-9c73-af2e2def8706";

static DIRECTORY: LazyLock<Arc<Directory>> =
    LazyLock::new(|| Arc::new(Directory::new(world::partner().unwrap()).unwrap()));
static KEYS: LazyLock<KeyRing> = LazyLock::new(|| KeyRing::new(KeySource::Development));
static ORIGIN: LazyLock<Origin> =
    LazyLock::new(|| Origin { scheme_host: "https://localhost".into(), base: String::new() });

fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_168_800)
}

fn desk<'a>(store: &'a dyn Store, chance: &'a Chance) -> Desk<'a> {
    Desk { directory: &DIRECTORY, store, keys: &KEYS, chance, origin: &ORIGIN, now: now(), ip: "" }
}

/// Nobody outside this process is asked, so every answer is there at once.
fn answered<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn places() -> impl Strategy<Value = (Authority, Dialect)> {
    let example = || Authority::Tenant("example".into());
    select(vec![
        (example(), Dialect::EntraV2),
        (example(), Dialect::EntraV1),
        (Authority::Common, Dialect::EntraV2),
        (Authority::Organizations, Dialect::EntraV1),
        (Authority::Consumers, Dialect::EntraV2),
        (Authority::Provider("local".into()), Dialect::Generic),
    ])
}

/// One of these requests, with some parameters changed, added or left out.
fn changed(requests: &'static [&'static str]) -> impl Strategy<Value = Sent> {
    let names: Vec<String> = requests.iter().flat_map(|request| read(request)).map(|(name, _)| name).collect();
    let name = prop_oneof![9 => select(names), 1 => "[a-z_]{0,12}"];
    let value = prop_oneof![
        2 => select(&["", "none", "openid", "code token id_token", "\r\nX: y", "http://localhost:1", "{}", "0", CLI][..])
            .prop_map(str::to_owned),
        2 => "\\PC{0,30}",
        1 => ".{0,30}",
    ];
    (select(requests), vec((name, value), 0..4)).prop_map(|(request, changes)| {
        let mut sent: Sent = read(request).collect();
        for (name, value) in changes {
            sent.insert(name, value);
        }
        sent
    })
}

fn read(request: &'static str) -> impl Iterator<Item = (String, String)> {
    url::form_urlencoded::parse(request.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn params(sent: &Sent) -> Params {
    Params::from_pairs(sent.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

const AUTHORIZE: [&str; 4] = [
    "client_id=dbcb6c58-cb5f-489c-a508-b7d6c183835d&response_type=code%20id_token&scope=openid%20api://example-api/read\
     &redirect_uri=http://localhost:3000/auth/callback&nonce=n&state=s&response_mode=form_post&prompt=login&max_age=0",
    "client_id=3eb38c18-7f32-4ed1-947d-e14c74f9043e&response_type=code&redirect_uri=http://localhost:3000&scope=openid\
     &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&login_hint=O.YWxpY2U",
    "client_id=6027b688-5422-45fd-a0ec-836caa2bf116&response_type=code&redirect_uri=http://localhost:5&scope=openid\
     &claims=%7B%22id_token%22:%7B%22auth_time%22:null%7D%7D&resource=https://graph.microsoft.com&sid=x&client_info=1",
    "client_id=local-web&response_type=code&redirect_uri=http://localhost:3000/auth/callback&scope=openid%20email",
];

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Kept(Authorization);

impl Record for Kept {
    const KIND: &'static str = "kept";
}

proptest! {
    #[test]
    fn an_authorize_request_is_answered_where_it_may_be_or_on_a_page(sent in changed(&AUTHORIZE), place in places()) {
        let memory = Memory::new(DIRECTORY.clone());
        let chance = Chance::new(Some(1), "");
        let read = authorize::read(&desk(&memory, &chance), &place.0, place.1, &params(&sent));
        let reply = match &read {
            Ok((request, _)) => Some(&request.reply),
            Err(rejected) => rejected.reply.as_ref(),
        };
        if let Some(reply) = reply {
            let by = place.1.comparison();
            let known = DIRECTORY.world().apps.values().any(|app| redirect::registered(app, &reply.uri, by).is_some());
            prop_assert!(known, "{}", reply.uri);
            let fields = vec![("state".to_owned(), reply.state.clone().unwrap_or_default())];
            for mode in [ResponseMode::Query, ResponseMode::Fragment] {
                let address = respond::address(&reply.uri, mode, &fields);
                prop_assert!(HeaderValue::from_str(&address).is_ok(), "{address:?}");
            }
        }
        if let Ok((request, _)) = read {
            let store: &dyn Store = &memory;
            let kept = Kept(request);
            answered(store.keep("x", &kept, now(), Span::hours(1))).unwrap();
            prop_assert_eq!(answered(store.find::<Kept>("x", now())).unwrap(), Some(kept));
        }
    }
}

const TOKEN: [&str; 8] = [
    "grant_type=client_credentials&client_id=1844fd18-0821-4dd0-9c73-af2e2def8706&client_secret=daemon-secret\
     &scope=api://example-api/.default",
    "grant_type=password&client_id=6027b688-5422-45fd-a0ec-836caa2bf116&username=alice@example.test\
     &password=Password1!&scope=openid%20offline_access&claims=%7B%7D&client_info=1",
    "grant_type=authorization_code&client_id=dbcb6c58-cb5f-489c-a508-b7d6c183835d&client_secret=web-secret&code=x\
     &redirect_uri=http://localhost:3000/auth/callback&code_verifier=y",
    "grant_type=refresh_token&client_id=6027b688-5422-45fd-a0ec-836caa2bf116&refresh_token=x&scope=openid",
    "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=6b5de23f-fa8f-4088-b32e-11cf49fd03c9\
     &client_secret=api-secret&assertion=a.b.c&requested_token_use=on_behalf_of&scope=openid",
    "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=6027b688-5422-45fd-a0ec-836caa2bf116&device_code=x",
    "grant_type=client_credentials&client_id=local-web&client_secret=local-secret&scope=read&client_assertion=a.b.c\
     &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "grant_type=client_credentials&client_id=1844fd18-0821-4dd0-9c73-af2e2def8706&client_secret=daemon-secret\
     &resource=api://example-api",
];

proptest! {
    #[test]
    fn a_token_request_is_granted_or_refused_and_nothing_breaks(sent in changed(&TOKEN), place in places()) {
        let memory = Memory::new(DIRECTORY.clone());
        let chance = Chance::new(Some(1), "");
        let desk = desk(&memory, &chance);
        let params = params(&sent);
        let outcome = answered(async {
            let credentials = Credentials { params: &params, basic: None };
            let outbound = Outbound::new(std::sync::Arc::new(Trust::new(None)));
            let tenant = place.0.tenant(&DIRECTORY);
            let caller = client_auth::authenticate(&desk, tenant, credentials, &Outbound::new(std::sync::Arc::new(Trust::new(None)))).await?;
            let request = TokenRequest { desk, dialect: place.1, authority: &place.0, params: &params, origin: None, caller, outbound: &outbound, subject: OnceCell::new() };
            Ok((caller.proof, grants::run(&request).await?))
        });
        match outcome {
            Ok((proof, granted)) => {
                prop_assert!(granted.body.contains_key("access_token"));
                let for_itself = params.get("grant_type") == Some("client_credentials");
                prop_assert!(!for_itself || proof != Proof::Public);
            }
            Err(Denied::Refused(refusal)) => prop_assert!(refusal.code.status() < 500, "{refusal:?}"),
            Err(Denied::Broken(error)) => prop_assert!(false, "{error}"),
        }
    }
}

/// The requests above are good ones: otherwise their changes would try nothing.
#[test]
fn unchanged_requests_are_carried_out() {
    let memory = Memory::new(DIRECTORY.clone());
    let chance = Chance::new(Some(1), "");
    let example = Authority::Tenant("example".into());
    for (client, request) in [(WEB, AUTHORIZE[0]), (CLI, AUTHORIZE[2].replace("&resource=", "&x=").leak())] {
        let sent: Sent = read(request).collect();
        assert_eq!(sent["client_id"], client);
        assert!(
            authorize::read(&desk(&memory, &chance), &example, Dialect::EntraV2, &params(&sent)).is_ok(),
            "{sent:?}"
        );
    }
    let sent: Sent = read(TOKEN[0]).collect();
    assert_eq!(sent["client_id"], DAEMON);
    let credentials = Credentials { params: &params(&sent), basic: None };
    let desk = desk(&memory, &chance);
    let caller = answered(client_auth::authenticate(
        &desk,
        example.tenant(&DIRECTORY),
        credentials,
        &Outbound::new(std::sync::Arc::new(Trust::new(None))),
    ))
    .unwrap();
    let request = TokenRequest {
        desk,
        dialect: Dialect::EntraV2,
        authority: &example,
        params: &params(&sent),
        origin: None,
        caller,
        outbound: &Outbound::new(std::sync::Arc::new(Trust::new(None))),
        subject: OnceCell::new(),
    };
    assert!(answered(grants::run(&request)).is_ok());
}
