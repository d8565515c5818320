//! What do the pure parts cost, without a server? `cargo bench`
//!
//! Signing is the most any answer costs (see benches/README.md); everything else here should stay small beside it.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;

use divan::{Bencher, black_box};
use standin::directory::{Directory, world};
use standin::federation::assertion::{Assertion, Authentication, Subject, Version, claims};
use standin::federation::xml;
use standin::http::origin::Origin;
use standin::http::params::Params;
use standin::id::{ObjectId, Upn};
use standin::keys::{KeyRing, KeySource, Owner, SigningKey};
use standin::oauth::discovery::{self, AuthorityName};
use standin::signin::factors::{Amr, First};
use standin::signin::next_step;
use standin::signin::session::Session;
use standin::signin::state::{Authority, Demand, Evidence, Facts, FirstProof, Permission, Step};
use standin::time::{Span, Timestamp};
use standin::token::claim_set::ClaimSet;
use standin::token::claims::{Issue, Person, Proof, app_only, entra};
use standin::token::jwt::{self, Typ};

const ALICE: &str = "alice@example.test";
const EXAMPLE_API: &str = "api://example-api";

fn main() {
    divan::main();
}

fn partner() -> Directory {
    Directory::new(world::partner().unwrap()).unwrap()
}

fn origin() -> Origin {
    Origin { scheme_host: "http://localhost:8400".into(), base: String::new() }
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_790_000_000)
}

fn key() -> Arc<SigningKey> {
    KeyRing::new(KeySource::Development).current(Owner::Entra).unwrap()
}

/// What starting costs besides binding: the built-in world read, checked and indexed.
#[divan::bench]
fn load_a_world() -> Directory {
    partner()
}

/// The same for the key everybody signs with first.
#[divan::bench]
fn read_a_development_key() -> Arc<SigningKey> {
    key()
}

fn demand() -> Demand {
    let openid = Permission { resource: None, scope: "openid".into() };
    Demand {
        permissions: vec![openid],
        login_hint: Some(ALICE.into()),
        ..Demand::new(Authority::Tenant("example".into()), "example-web")
    }
}

/// A decision that asks: who it is is known, the password is not.
#[divan::bench]
fn decide_to_ask_for_a_password(bencher: Bencher) {
    decide(bencher, &Evidence::default(), false);
}

/// A decision that lets somebody in.
#[divan::bench]
fn decide_to_let_in(bencher: Bencher) {
    let alice = Upn::new(ALICE);
    decide(
        bencher,
        &Evidence {
            first: Some(FirstProof { upn: alice.clone(), with: First::Password, at: now() }),
            chosen: Some(alice),
            ..Evidence::default()
        },
        true,
    );
}

fn decide(bencher: Bencher, evidence: &Evidence, done: bool) {
    let (directory, demand, session) = (partner(), demand(), Session::default());
    let facts = Facts {
        directory: &directory,
        demand: &demand,
        evidence,
        session: &session,
        now: now(),
        ip: None,
        remembered: &[],
    };
    assert_eq!(next_step(&facts).outcome.is_ok(), done, "the case that is measured is the one that is named");
    bencher.bench_local(|| next_step(black_box(&facts)));
}

/// Is a second factor needed? Asked of a tenant with 10,000 accounts and 100 conditional access policies.
#[divan::bench]
fn decide_on_a_second_factor_in_a_large_tenant(bencher: Bencher) {
    let (directory, demand) = (large(), demand());
    let session = Session::default();
    let alice = Upn::new(ALICE);
    let evidence = Evidence {
        first: Some(FirstProof { upn: alice.clone(), with: First::Password, at: now() }),
        chosen: Some(alice),
        ..Evidence::default()
    };
    let facts = Facts {
        directory: &directory,
        demand: &demand,
        evidence: &evidence,
        session: &session,
        now: now(),
        ip: "192.0.2.7".parse().ok(),
        remembered: &[],
    };
    assert!(matches!(next_step(&facts).outcome, Err(Step::Register(_))), "half of the policies are about her");
    bencher.bench_local(|| next_step(black_box(&facts)));
}

/// Policies of every kind: by group, role, name, application, client and place; half of them are about Alice.
fn large() -> Directory {
    let mut data = world::partner().unwrap().to_value();
    let users = data["users"].as_object_mut().unwrap();
    for number in 0..10_000 {
        users.insert(format!("user-{number}@example.test"), serde_json::json!({ "groups": ["staff"] }));
    }
    let example = &mut data["tenants"]["example"];
    example["groups"] = serde_json::json!({ "staff": {}, "guests": {} });
    example["named_locations"] = serde_json::json!({ "office": { "ranges": ["10.0.0.0/8", "2001:db8::/32"] } });
    let policies: serde_json::Map<String, serde_json::Value> = (0..100)
        .map(|number| {
            let include = match number % 4 {
                0 | 1 => serde_json::json!({ "all": true }),
                2 => serde_json::json!({ "groups": ["staff"], "roles": ["global_admin"] }),
                _ => serde_json::json!({ "users": (0..20).map(|user| format!("user-{user}@example.test")).collect::<Vec<_>>() }),
            };
            let policy = serde_json::json!({
                "include": include,
                "exclude": { "groups": ["guests"] },
                "apps": ["example-spa", "example-web"],
                "client_types": ["browser"],
                "locations": { "include": ["all"], "exclude": ["office"] },
                "grant": ["mfa"],
            });
            (format!("policy-{number}"), policy)
        })
        .collect();
    example["conditional_access"] = policies.into();
    Directory::new(world::from_value(data).unwrap()).unwrap()
}

fn app_only_claims(directory: &Directory, origin: &Origin) -> ClaimSet {
    let resource = directory.resource(EXAMPLE_API).unwrap();
    app_only::entra(&issue(directory, origin, "example-daemon"), resource, EXAMPLE_API)
}

fn issue<'a>(directory: &'a Directory, origin: &'a Origin, app: &str) -> Issue<'a> {
    Issue {
        directory,
        origin,
        tenant: directory.tenant_by_handle("example").unwrap(),
        app: directory.app_by_handle(app).unwrap(),
        proof: Proof::Secret,
        now: now(),
        lifetime: Span::hours(1),
        uti: "8sJ2kF0yT0C1hJ4cWm9BAA",
        ip: "127.0.0.1",
    }
}

#[divan::bench]
fn write_the_claims_of_an_application(bencher: Bencher) {
    let (directory, origin) = (partner(), origin());
    bencher.bench_local(|| app_only_claims(black_box(&directory), &origin));
}

#[divan::bench]
fn write_the_claims_of_an_id_token(bencher: Bencher) {
    let (directory, origin, amr) = (partner(), origin(), Amr::from_words(["pwd".to_owned()]));
    let account = directory.account(&Upn::new(ALICE)).unwrap();
    let object: ObjectId = account.user.id;
    let person = Person { auth_time: now(), sid: "00a1b2", ..Person::known(account, object, &amr) };
    let issue = issue(&directory, &origin, "example-web");
    let id = entra::IdToken { nonce: Some("n"), profile: true, ..entra::IdToken::default() };
    bencher.bench_local(|| entra::id_v2(black_box(&issue), &person, &id));
}

/// One RSA-2048 signature and the writing around it.
#[divan::bench]
fn sign_a_token(bencher: Bencher) {
    let (key, claims) = (key(), app_only_claims(&partner(), &origin()));
    bencher.bench_local(|| jwt::sign(&key, Typ::Jwt, black_box(&claims)).unwrap());
}

#[divan::bench]
fn verify_a_token(bencher: Bencher) {
    let key = key();
    let token = jwt::sign(&key, Typ::Jwt, &app_only_claims(&partner(), &origin())).unwrap();
    bencher.bench_local(|| jwt::verify(black_box(&token), |_| vec![key.public().clone()]).unwrap());
}

#[divan::bench]
fn write_the_metadata(bencher: Bencher) {
    let (directory, origin) = (partner(), origin());
    let authority = AuthorityName::find("example.test", &directory).unwrap();
    bencher.bench_local(|| serde_json::to_vec(&discovery::entra_v2(black_box(&origin), authority)).unwrap());
}

#[divan::bench]
fn write_the_key_set(bencher: Bencher) {
    let origin = origin();
    let keys = KeyRing::new(KeySource::Development).published(Owner::Entra).unwrap();
    bencher.bench_local(|| serde_json::to_vec(&discovery::jwks_v2(black_box(&origin), &keys)).unwrap());
}

#[divan::bench]
fn read_a_token_request(bencher: Bencher) {
    let body = b"grant_type=client_credentials&client_id=1844fd18-0821-4dd0-9c73-af2e2def8706&client_secret=daemon-secret&scope=api%3A%2F%2Fexample-api%2F.default";
    bencher.bench_local(|| Params::parse(black_box(body)).unwrap());
}

/// What a federated provider says of somebody.
fn assertion(version: Version) -> Assertion {
    Assertion {
        version,
        id: "_0f3c8a52-6d0b-4c59-9a3e-1f5e7d2b9c11".into(),
        issuer: "http://wingtip.test/adfs/services/trust".into(),
        issued: now(),
        not_before: Some(now()),
        not_on_or_after: Some(now().plus(Span::hours(1))),
        audiences: vec!["urn:federation:MicrosoftOnline".into()],
        subject: Subject { name: "3+2tvu8AAQIDBAUGBwgJCg==".into(), format: Some(claims::PERSISTENT.into()) },
        authentication: Authentication {
            instant: now(),
            context: claims::MULTIPLE.into(),
            session_index: None,
            session_ends: None,
        },
        borne_until: Some(now().plus(Span::hours(1))),
        recipient: None,
        in_response_to: None,
        immutable_id: Some("3+2tvu8AAQIDBAUGBwgJCg==".into()),
        upn: Some("trent@wingtip.test".into()),
        methods: vec![claims::PASSWORD.into(), claims::MULTIPLE.into()],
        attributes: Vec::new(),
    }
}

fn signed_assertion(key: &SigningKey, assertion: &Assertion) -> String {
    xml::sign(key, &assertion.build()).unwrap().into_text()
}

/// The writing alone, of which a signature needs two.
#[divan::bench(args = [Version::Saml11, Version::Saml20])]
fn write_an_assertion(bencher: Bencher, version: Version) {
    let assertion = assertion(version);
    bencher.bench_local(|| xml::write(&black_box(&assertion).build()));
}

/// One RSA-2048 signature and the writing around it.
#[divan::bench(args = [Version::Saml11, Version::Saml20])]
fn sign_an_assertion(bencher: Bencher, version: Version) {
    let (key, assertion) = (key(), assertion(version));
    bencher.bench_local(|| signed_assertion(&key, black_box(&assertion)));
}

#[divan::bench(args = [Version::Saml11, Version::Saml20])]
fn read_a_signed_assertion(bencher: Bencher, version: Version) {
    let text = signed_assertion(&key(), &assertion(version));
    bencher.bench_local(|| xml::read(black_box(&text)).map(drop));
}

/// All that is done with an assertion that comes in: it is read, verified, and understood.
#[divan::bench(args = [Version::Saml11, Version::Saml20])]
fn verify_an_assertion(bencher: Bencher, version: Version) {
    let key = key();
    let (text, trusted) = (signed_assertion(&key, &assertion(version)), [key.public().clone()]);
    bencher.bench_local(|| {
        let root = xml::read(black_box(&text)).unwrap();
        Assertion::read(xml::verify(&root, &trusted).unwrap()).unwrap()
    });
}

/// The most that a document can cost which is as large as is read at all: it is full of these, and signed by nobody.
#[divan::bench(args = ["<e/>", "<p:e xmlns:p='u'/>", "<e a='' b='' c='' d=''/>", "&lt;", "<![CDATA[x]]>y"])]
fn refuse_a_stuffed_response(bencher: Bencher, each: &str) {
    let key = key();
    let text = signed_assertion(&key, &assertion(Version::Saml20));
    let room = 60 * 1024 - text.len();
    let text = text.replace("<saml:Conditions ", &format!("{}<saml:Conditions ", each.repeat(room / each.len())));
    let trusted = [key.public().clone()];
    bencher.bench_local(|| xml::verify(&xml::read(black_box(&text)).unwrap(), &trusted).map(drop).unwrap_err());
}
