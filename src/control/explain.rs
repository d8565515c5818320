//! What would a sign-in lead to, and why? A dry run of [`next_step`] with a session made up for the question.
//!
//! Nothing is asked of anybody, stored or sent: the decision is the real one, and so are its reasons.

use std::net::IpAddr;

use serde::Serialize;
use serde_json::Value;

use super::accounts;
use super::body::{self, Members};
use super::error::Refused;
use crate::config::nearest;
use crate::directory::policy::ClientType;
use crate::directory::tenant::Tenant;
use crate::directory::world::PLATFORM;
use crate::directory::{Account, Application, Directory};
use crate::id::{ClientId, Upn};
use crate::journal::Because;
use crate::oauth::asks;
use crate::refusal::Refusal;
use crate::signin::factors::Factors;
use crate::signin::next_step;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Authority, Demand, Evidence, Facts, Prompt, Step};
use crate::time::Timestamp;

const MEMBERS: [&str; 7] = ["user", "tenant", "app", "client", "ip", "evidence", "claims"];
/// The application that is signed in to when none is named: one that every tenant knows.
const USUAL_APP: &str = "azure-cli";
/// What a sign-in can have proven, in the words of tokens.
const EVIDENCE: [&str; 6] = ["pwd", "mfa", "otp", "sms", "tel", "fido"];

/// What is to be explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Who signs in.
    pub upn: Upn,
    home: String,
    client: Client,
    demand: Demand,
    ip: Option<IpAddr>,
    evidence: Option<Factors>,
}

/// Who would ask for the sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Client {
    /// Somebody at a browser, who can be asked.
    #[default]
    Browser,
    /// The password grant.
    Password,
    /// A protocol that knows no second factor.
    Legacy,
}

/// What a sign-in leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// In a word.
    pub next: Next,
    /// The number behind `AADSTS`, when it is a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// Every reason.
    pub because: Vec<Because>,
}

/// What comes next, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// The password is asked for.
    AskPassword,
    /// A second factor is.
    AskMfa,
    /// A method has to be registered.
    Register,
    /// Terms have to be accepted.
    AskTerms,
    /// No.
    Refuse,
    /// Nothing more; consent and staying signed in are no part of the question.
    Done,
}

impl Client {
    const ALL: [(&str, Client); 3] =
        [("browser", Client::Browser), ("password", Client::Password), ("legacy", Client::Legacy)];

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, client)| client)
    }

    fn kind(self) -> ClientType {
        match self {
            Client::Browser => ClientType::Browser,
            Client::Password => ClientType::Mobile,
            Client::Legacy => ClientType::Legacy,
        }
    }

    /// Only a browser has somebody in front of it; without, an asking step becomes its refusal.
    fn prompt(self) -> Prompt {
        match self {
            Client::Browser => Prompt::AsNeeded,
            Client::Password | Client::Legacy => Prompt::None,
        }
    }

    /// What is proven when nothing is said of it: who hands a password over is taken to know it.
    fn proves(self, now: Timestamp) -> Option<Factors> {
        match self {
            Client::Browser => None,
            Client::Password | Client::Legacy => Some(Factors::password(now)),
        }
    }
}

impl Next {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Next::AskPassword => "ask_password",
            Next::AskMfa => "ask_mfa",
            Next::Register => "register",
            Next::AskTerms => "ask_terms",
            Next::Refuse => "refuse",
            Next::Done => "done",
        }
    }
}

impl Question {
    /// Reads a body; `from` is where the call came from, for when it names no address.
    pub fn read(body: Value, directory: &Directory, from: Option<IpAddr>, now: Timestamp) -> Result<Self, Refused> {
        let mut members = Members::of(Some(body), &MEMBERS);
        let named = tenant(&mut members, directory);
        let account = account(&mut members, directory, named.as_ref());
        let authority = named.or_else(|| account.map(|account| authority_of(account.home)));
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
                client: client.kind(),
                ..Demand::new(authority, app.handle)
            },
            ip: ip.or(from),
            evidence: evidence.or_else(|| client.proves(now)),
        });
        members.finish(question)?.ok_or_else(|| Refused::invalid("user", "This is needed: a user name."))
    }

    /// The application, by handle.
    pub fn app(&self) -> &str {
        &self.demand.app
    }

    /// What a sign-in like this would lead to now.
    pub fn explain(&self, directory: &Directory, now: Timestamp) -> Explanation {
        let signed_in = |factors: &Factors| SignedIn {
            upn: self.upn.clone(),
            home: self.home.clone(),
            factors: factors.clone(),
            sid: String::new(),
            apps: Vec::new(),
            epoch: String::new(),
        };
        let session = Session { accounts: self.evidence.iter().map(signed_in).collect(), persistent: false };
        let evidence = Evidence { chosen: Some(self.upn.clone()), ..Evidence::default() };
        let facts = Facts {
            directory,
            demand: &self.demand,
            evidence: &evidence,
            session: &session,
            now,
            ip: self.ip,
            remembered: &[],
        };
        let decision = next_step(&facts);
        match decision.outcome {
            Ok(_) => Explanation { next: Next::Done, code: None, because: decision.because },
            Err(Step::Refuse(refusal)) => refused(refusal, decision.because),
            Err(step) => Explanation { next: next(&step), code: None, because: decision.because },
        }
    }
}

fn next(step: &Step) -> Next {
    match step {
        Step::AskUsername { .. }
        | Step::PickAccount
        | Step::AskPassword { .. }
        | Step::AskInstead { .. }
        | Step::AskPasswordAgain { .. } => Next::AskPassword,
        Step::Verify(_) => Next::AskMfa,
        Step::Register(_) => Next::Register,
        Step::AskTerms { .. } => Next::AskTerms,
        Step::AskStaySignedIn { .. } | Step::AskConsent(_) => Next::Done,
        Step::Refuse(_) => Next::Refuse,
    }
}

/// A refusal with its own reasons behind those of the decision, and last its sentence.
fn refused(refusal: Refusal, mut because: Vec<Because>) -> Explanation {
    let code = refusal.code.number();
    because.extend(refusal.because);
    because.push(Because::new(format!("AADSTS{code}"), refusal.text));
    Explanation { next: Next::Refuse, code: Some(code), because }
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

#[cfg(test)]
mod tests;
