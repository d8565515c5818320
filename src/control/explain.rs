//! What would a sign-in lead to, and why? A dry run of [`next_step`] with a session made up for the question.
//!
//! Nothing is asked of anybody, stored or sent: the decision is the real one, and so are its reasons.

mod password;
mod reading;

use std::net::IpAddr;

use serde::Serialize;

use crate::directory::policy::ClientType;
use crate::directory::{AccountRef, Application, Directory};
use crate::id::Upn;
use crate::journal::Because;
use crate::oauth::authorize;
use crate::oauth::dialect::Dialect;
use crate::oauth::grants;
use crate::oauth::scope::GRAPH;
use crate::refusal::Refusal;
use crate::signin::factors::Factors;
use crate::signin::guesses::Guessed;
use crate::signin::next_step;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Authority, Demand, Evidence, Facts, Presence, Prompt, Step};
use crate::time::Timestamp;

use password::When;

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
    /// The browser is sent to the provider that verifies the account.
    GoToProvider,
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

    /// What conditional access calls it. The browser of an application that is a native one only is that application's:
    /// it is sent to an address of that platform.
    fn kind(self, app: Option<Application<'_>>) -> ClientType {
        match self {
            Client::Browser if app.is_some_and(is_native) => ClientType::Mobile,
            Client::Browser => ClientType::Browser,
            Client::Password => ClientType::Mobile,
            Client::Legacy => ClientType::Legacy,
        }
    }

    /// Who names no resource gets a token for Microsoft Graph from a tenant, and is under the policies about that.
    fn unnamed(self, authority: &Authority) -> Option<String> {
        match (self, authority) {
            (Client::Legacy, _) | (_, Authority::Provider(_)) => None,
            (Client::Browser | Client::Password, _) => Some(GRAPH.to_owned()),
        }
    }

    fn presence(self) -> Presence {
        match self {
            Client::Browser => Presence::There,
            Client::Password | Client::Legacy => Presence::PasswordOnly,
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

/// Has an application no other redirect addresses than those of a mobile or desktop client?
fn is_native(app: Application<'_>) -> bool {
    let uris = &app.facts().redirect_uris;
    !uris.native.is_empty() && uris.web.is_empty() && uris.spa.is_empty()
}

impl Next {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Next::AskPassword => "ask_password",
            Next::GoToProvider => "go_to_provider",
            Next::AskMfa => "ask_mfa",
            Next::Register => "register",
            Next::AskTerms => "ask_terms",
            Next::Refuse => "refuse",
            Next::Done => "done",
        }
    }
}

impl Question {
    /// The application, by handle.
    pub fn app(&self) -> &str {
        &self.demand.app
    }

    /// Who signs in.
    fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// Under what wrong passwords of this account are counted.
    pub fn guessed(&self) -> Guessed {
        Guessed::password(self.whose())
    }

    /// Is the application served at the address, whoever comes? Older protocols name neither.
    fn served(&self, directory: &Directory) -> Result<(), Refusal> {
        let authority = &self.demand.authority;
        match self.client {
            Client::Legacy => return Ok(()),
            Client::Password => grants::password::served_at(authority, Dialect::EntraV2)?,
            Client::Browser => {}
        }
        let app = directory.app_by_handle(&self.demand.app);
        app.map_or(Ok(()), |app| authorize::serves(app, authority, authority.tenant(directory)))
    }

    /// What a sign-in like this would lead to now, after so many wrong passwords.
    pub fn explain(&self, directory: &Directory, failures: &[Timestamp], now: Timestamp) -> Explanation {
        let signed_in = |factors: &Factors| SignedIn {
            upn: self.upn.clone(),
            home: self.home.clone(),
            factors: factors.clone(),
            sid: String::new(),
            apps: Vec::new(),
            epoch: String::new(),
            flow: String::new(),
        };
        if let Err(refusal) = self.served(directory) {
            return refused(refusal, Vec::new());
        }
        if let Some(refusal) = self.guest_first(directory, now) {
            return refused(refusal, Vec::new());
        }
        if let Some((refusal, because)) = self.password_first(directory, failures, now) {
            return refused(refusal, vec![because]);
        }
        let first = self.provider_first(directory, now);
        if let Some((refusal, When::Before)) = first {
            return refused(refusal, Vec::new());
        }
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
            Ok(_) => match first {
                Some((refusal, _)) => refused(refusal, decision.because),
                None => Explanation { next: Next::Done, code: None, because: decision.because },
            },
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
        Step::GoToProvider(_) | Step::PassControl(_) => Next::GoToProvider,
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

#[cfg(test)]
mod tests;
