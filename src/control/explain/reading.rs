//! What is a dry run about? A body, read strictly: every mistake at once, and for a name the nearest right one.

use std::net::IpAddr;

use serde_json::Value;

use super::{Client, Question};
use crate::config::nearest;
use crate::control::accounts;
use crate::control::body::{self, Members};
use crate::control::error::Refused;
use crate::directory::tenant::Tenant;
use crate::directory::world::PLATFORM;
use crate::directory::{Account, Application, Directory};
use crate::id::{ClientId, Upn};
use crate::oauth::asks;
use crate::signin::factors::Factors;
use crate::signin::state::{Authority, Demand};
use crate::time::Timestamp;

const MEMBERS: [&str; 7] = ["user", "tenant", "app", "client", "ip", "evidence", "claims"];
/// The application that is signed in to when none is named: one that every tenant knows.
const USUAL_APP: &str = "azure-cli";
/// What a sign-in can have proven, in the words of tokens.
const EVIDENCE: [&str; 7] = ["pwd", "mfa", "otp", "sms", "tel", "fido", "fed"];

impl Question {
    /// Reads a body; `from` is where the call came from, for when it names no address.
    pub fn read(body: Value, directory: &Directory, from: Option<IpAddr>, now: Timestamp) -> Result<Self, Refused> {
        let mut members = Members::of(Some(body), &MEMBERS);
        let named = tenant(&mut members, directory);
        let account = account(&mut members, directory, named.as_ref());
        let authority = named.or_else(|| account.map(|account| authority_of(account.home)));
        let usual = members.lacks("app");
        let app = app(&mut members, directory, authority.as_ref());
        let client = client(&mut members);
        let ip = members.read("ip", "an IP address such as 203.0.113.7", |value| value.as_str()?.parse().ok());
        let evidence = evidence(&mut members, now);
        let claims = members.read("claims", "an object, or one written as a text", claims);
        let question = account.zip(authority).zip(app).map(|((account, authority), app)| Self {
            upn: account.upn.clone(),
            home: account.home.place(),
            client,
            demand: Demand {
                prompt: client.prompt(),
                asks: asks::in_claims(claims.as_ref()),
                // Who names no application asks about a browser in general.
                client: client.kind(Some(app).filter(|_| !usual)),
                presence: client.presence(),
                unnamed: client.unnamed(&authority),
                ..Demand::new(authority, app.handle)
            },
            ip: ip.or(from),
            evidence: evidence.or_else(|| client.proves(now)),
        });
        members.finish(question)?.ok_or_else(|| Refused::invalid("user", "This is needed: a user name."))
    }
}

/// The address a sign-in is begun at: a tenant's by id, domain or handle, a shared one, or a provider's by handle.
fn tenant(members: &mut Members, directory: &Directory) -> Option<Authority> {
    let name = members.text("tenant")?;
    let found = match name.as_str() {
        "common" => Some(Authority::Common),
        "organizations" => Some(Authority::Organizations),
        "consumers" => Some(Authority::Consumers),
        name => {
            directory.tenant(name).or_else(|| directory.home(name)).or_else(|| directory.at(name)).map(authority_of)
        }
    };
    if found.is_none() {
        let world = directory.world();
        let domains = world.tenants.values().flat_map(|tenant| &tenant.domains);
        let handles = world.tenants.keys().chain(world.providers.keys());
        let right = handles.chain(domains).map(String::as_str).chain(["common", "organizations", "consumers"]);
        members.mistake("tenant", body::nobody("tenant", &name, right));
    }
    found
}

fn authority_of(home: Tenant<'_>) -> Authority {
    match home {
        Tenant::Entra { handle, .. } => Authority::Tenant(handle.to_owned()),
        Tenant::Provider { handle, .. } => Authority::Provider(handle.to_owned()),
    }
}

/// The account of a name: at a provider that provider's, else an Entra tenant's, else any.
fn account<'d>(members: &mut Members, directory: &'d Directory, at: Option<&Authority>) -> Option<Account<'d>> {
    let name = members.needed("user", "a user name", |value| value.as_str().map(str::to_owned))?;
    let upn = Upn::new(&name);
    let here = at.and_then(|at| at.tenant(directory)).and_then(|home| directory.account_at(home, &upn));
    let found = here.or_else(|| directory.accounts_named(&upn).next());
    if found.is_none() {
        members.mistake("user", accounts::nobody(directory, &upn));
    }
    found
}

/// The application, by handle or client id. A client id may stand for several: one at each provider.
fn app<'d>(members: &mut Members, directory: &'d Directory, at: Option<&Authority>) -> Option<Application<'d>> {
    let named = members.read("app", "a handle or a client id", |value| value.as_str().map(str::to_owned));
    let Some(name) = named else { return directory.app_by_handle(USUAL_APP) };
    let id = ClientId::new(&name);
    let here = || at.and_then(|at| at.tenant(directory)).and_then(|tenant| directory.app(tenant, &id));
    let anywhere = || directory.tenants().chain(directory.providers()).find_map(|tenant| directory.app(tenant, &id));
    let found = directory.app_by_handle(&name).or_else(here).or_else(anywhere);
    if found.is_none() {
        let right = directory.world().apps.keys().map(String::as_str).chain(PLATFORM);
        members.mistake("app", body::nobody("application", &name, right));
    }
    found
}

fn client(members: &mut Members) -> Client {
    let client = members.read("client", "browser, password or legacy", |value| Client::read(value.as_str()?));
    client.unwrap_or_default()
}

/// What was proven, all of it just now; an empty list is nothing.
fn evidence(members: &mut Members, now: Timestamp) -> Option<Factors> {
    let words = members.read("evidence", "a list of words such as [\"pwd\", \"mfa\"]", |value| {
        let words = value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned));
        words.collect::<Option<Vec<String>>>()
    });
    let words = words.unwrap_or_default();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| !EVIDENCE.contains(&word.as_str())) {
        let message = match nearest(word, EVIDENCE) {
            Some(_) => body::nobody("evidence", word, EVIDENCE),
            None => format!("{} There is: {}.", body::nobody("evidence", word, []), EVIDENCE.join(", ")),
        };
        members.mistake(&format!("evidence[{place}]"), message);
    }
    (!words.is_empty()).then(|| Factors::from_words(words.iter().map(String::as_str), now, now))
}

/// The parameter `claims`, as an object or as requests carry it.
fn claims(value: &Value) -> Option<Value> {
    let claims = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    claims.is_object().then_some(claims)
}
