//! Has the provider that verifies this person said who they are, and what does its word count for?
//!
//! The provider's assertion was checked when it came; here its facts are weighed: may the session still count, has the
//! provider to be asked, and is its second factor the tenant's business?

mod said;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::factors::{Factor, Factors, First, Second};
use super::mfa::required::required;
use super::password::{Proven, still_does};
use super::state::{Facts, Step};
use super::tenant_access;
use super::unattended;
use crate::directory::domain::{Federation, IdpMfa, PromptLoginBehavior};
use crate::directory::{Account, AccountRef};
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::store::Record;
pub use said::{Carrier, Proved, Said};

/// By what a provider knows the session that it answered for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// What it said of the subject.
    Name {
        /// The name.
        name: String,
        /// What kind of name.
        format: Option<String>,
        /// The session.
        session: Option<String>,
    },
    /// The id token it gave.
    IdToken(String),
}

impl fmt::Debug for KnownBy {
    /// Without the token: whoever has it can sign somebody out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KnownBy::Name { name, .. } => write!(f, "Name({name})"),
            KnownBy::IdToken(_) => f.write_str("IdToken"),
        }
    }
}

/// The session that a provider has of somebody it answered for. By it the provider is told when they sign out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionThere {
    /// What the provider calls itself: what it said is not for others, whom the domain may trust by then.
    pub issuer: String,
    /// By what it knows the session.
    pub known_by: KnownBy,
}

impl Record for SessionThere {
    const KIND: &'static str = "session-there";
}

/// A journey to the provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// The domain whose provider it leads to.
    pub domain: String,
    /// Whom it is probably about.
    pub upn: Option<Upn>,
    /// What is asked of the provider.
    pub wanted: Wanted,
    /// How fresh the sign-in has to be.
    pub fresh: Fresh,
    /// What it is made for.
    pub occasion: Occasion,
    /// In what it will answer.
    pub carrier: Carrier,
    /// The claims challenge, where a conditional access policy demands it.
    pub challenge: Option<String>,
}

/// What is asked of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Who it is.
    SignIn,
    /// Who it is, by MFA.
    Mfa,
}

/// What somebody is sent to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Nobody has signed in.
    NobodySignedIn,
    /// Something is not proven yet.
    Missing,
    /// The sign-in is older than a policy allows.
    TooOld,
}

/// How fresh a sign-in at the provider has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fresh {
    /// Its session will do.
    No,
    /// The password is wanted again, in the words of the protocol.
    Password,
    /// `prompt=login` is passed on as it is.
    Prompt,
    /// A sign-in of this moment, where a protocol can say that and nothing of how.
    Now,
    /// A sign-in of this moment, in whatever words the protocol has for it.
    Anew,
}

impl Fresh {
    /// Is a sign-in of this moment asked for where a protocol has one word for it?
    pub fn is_forced(self) -> bool {
        match self {
            Fresh::Password | Fresh::Prompt | Fresh::Anew => true,
            Fresh::No | Fresh::Now => false,
        }
    }
}

impl Journey {
    /// What happens, in one sentence for the journal.
    pub fn summary(&self) -> String {
        let who = self.who();
        match self.wanted {
            Wanted::SignIn => format!("send {who} to the provider of {}", self.domain),
            Wanted::Mfa => format!("send {who} to the provider of {}, and ask it for MFA", self.domain),
        }
    }

    fn who(&self) -> &str {
        self.upn.as_ref().map_or("somebody", Upn::as_str)
    }

    /// The refusal where nobody can be sent anywhere.
    pub fn unasked(&self) -> Refusal {
        let who = self.who();
        match (self.occasion, self.wanted) {
            (Occasion::TooOld, _) => Code::SessionTooOld.because(format!(
                "The sign-in of {who} is older than a policy allows, and this request does not allow going to the provider of {}.",
                self.domain
            )),
            (Occasion::NobodySignedIn, _) | (Occasion::Missing, Wanted::SignIn) => Code::NoSession.because(format!(
                "{who} signs in at the provider of {}, and this request does not allow going there.",
                self.domain
            )),
            (Occasion::Missing, Wanted::Mfa) => Refusal {
                claims: self.challenge.clone(),
                ..Code::MfaRegistrationRequired.because(format!(
                    "{who} must prove multi-factor authentication at the provider of {}, whose answer has to say so by {}.",
                    self.domain,
                    self.carrier.proof()
                ))
            },
        }
    }
}

/// The proof there is, or the journey that fetches it.
pub fn federated<'a>(
    facts: &Facts<'a>,
    account: Account<'a>,
    trust: &Federation,
    because: &mut Vec<Because>,
) -> Result<Proven<'a>, Step> {
    let earlier = facts
        .session
        .account(AccountRef { home: &account.home.place(), upn: account.upn })
        .map(|account| &account.factors);
    // The provider alone knows the password: what was typed here proves nothing.
    let counts = |with: First| with == First::Federated;
    let shown = facts.evidence.first.as_ref().filter(|shown| shown.upn == *account.upn && counts(shown.with));
    if let Some(shown) = shown {
        because.push(match facts.evidence.unattended {
            true => unattended::because(),
            false => Because::new("R-10", "the provider has said who it is"),
        });
        let second = earlier.map(|earlier| counted_still(earlier, trust, because).second).unwrap_or_default();
        let factors = Factors { first: shown.with, at: shown.at, second, passed: Vec::new() };
        let provided = facts.evidence.said.as_ref().and_then(|said| counted(said, trust, facts, because));
        return Ok(Proven { account, factors: factors.and(provided) });
    }
    if let Some(earlier) = earlier
        && still_does(facts, earlier, because)
    {
        return Ok(Proven { account, factors: counted_still(earlier, trust, because) });
    }
    let wanted = match trust.idp_mfa() {
        IdpMfa::Enforce if needs_mfa(facts, account) => Wanted::Mfa,
        IdpMfa::Enforce | IdpMfa::Accept | IdpMfa::Reject => Wanted::SignIn,
    };
    let (domain, upn) = (account.upn.domain().to_owned(), Some(account.upn.clone()));
    let (fresh, carrier) = (fresh(facts, trust), Carrier::over(trust.protocol));
    let occasion = Occasion::NobodySignedIn;
    Err(Step::GoToProvider(Box::new(Journey { domain, upn, wanted, fresh, occasion, carrier, challenge: None })))
}

/// The provider's second factor, if the trust lets it count.
fn counted(said: &Said, trust: &Federation, facts: &Facts<'_>, because: &mut Vec<Because>) -> Option<Second> {
    because.push(said.because.clone());
    match (trust.idp_mfa(), said.mfa) {
        (IdpMfa::Accept | IdpMfa::Enforce, Proved::Mfa) => {
            let at = facts.evidence.first.as_ref().map_or(facts.now, |shown| shown.at);
            Some(Second { with: Factor::Provider, at })
        }
        (IdpMfa::Reject, Proved::Mfa) => {
            ignored(because);
            None
        }
        (IdpMfa::Accept | IdpMfa::Enforce | IdpMfa::Reject, Proved::FirstFactor) => None,
    }
}

/// What was proven before, as far as the trust lets it count by now.
fn counted_still(earlier: &Factors, trust: &Federation, because: &mut Vec<Because>) -> Factors {
    let mut factors = earlier.clone();
    let providers = |second: &Second| second.with == Factor::Provider;
    if trust.idp_mfa() == IdpMfa::Reject && factors.second.iter().any(providers) {
        factors.second.retain(|second| !providers(second));
        ignored(because);
    }
    factors
}

/// Why a provider's proof does not count.
fn ignored(because: &mut Vec<Because>) {
    let why = Because::new("R-12", "the provider's proof is ignored: for this domain the tenant always asks itself");
    if !because.contains(&why) {
        because.push(why);
    }
}

/// Is a second factor demanded anyway that the provider's would be, so that it can be asked for it at once?
fn needs_mfa(facts: &Facts<'_>, account: Account<'_>) -> bool {
    let Ok(access) = tenant_access::place_of(facts, account) else { return false };
    let Ok(required) = required(facts, &account, &access, &mut Vec::new()) else { return false };
    required.is_for_the_provider()
}

/// How fresh a sign-in has to be for what is demanded. What the trust makes of `prompt=login` does not make a sign-in
/// younger: an age that is asked for holds whatever the setting (OpenID Connect Core, 3.1.2.1).
pub(super) fn fresh(facts: &Facts<'_>, trust: &Federation) -> Fresh {
    let aged = facts.demand.max_age.is_some();
    match trust.prompt_login_behavior {
        _ if !aged && !facts.demand.prompt.asks_to_sign_in() => Fresh::No,
        PromptLoginBehavior::TranslateToFreshPasswordAuthentication => Fresh::Password,
        PromptLoginBehavior::NativeSupport => Fresh::Prompt,
        PromptLoginBehavior::Disabled if aged => Fresh::Anew,
        PromptLoginBehavior::Disabled => Fresh::Now,
    }
}
