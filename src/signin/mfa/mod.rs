//! Is a second factor needed, has it been proven, and which may be offered?
//!
//! [`mfa`] is the one function that answers, for browsers, the password grant, refresh, device code, on-behalf-of
//! and the dry run alike. It asks [`required`] what the rules demand, looks at what was [`proven`], and says what must
//! happen next, with every reason. The methods have a file each; [`phone`] is where messages go.

pub mod access_pass;
pub mod code;
pub mod conditional_access;
mod control;
mod guards;
mod met;
pub mod offered;
pub mod passkey;
pub mod phone;
mod policies;
pub mod proven;
mod provider;
pub mod push;
pub mod question;
pub mod required;
pub mod strength;
pub mod talk;
mod terms;
pub mod totp;

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::factors::{Factor, Factors};
use super::password::{self, Proven};
use super::state::{Evidence, Facts, Step};
use super::tenant_access::{Access, Standing};
use crate::directory::Account;
use crate::directory::domain::Realm;
use crate::directory::policy::{MethodKind, PersistentBrowser, UserAction};
use crate::journal::Because;
use crate::refusal::Code;
use offered::{allowed, askable};
pub use proven::remember_days;
use question::{Grace, Lack, RegisterPage, RegisterQuestion, VerifyPage, VerifyQuestion};
use required::{Required, Requirement, Want};
use talk::Registration;

/// What was proven, and found enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// All that was proven.
    pub factors: Factors,
    /// The authentication contexts that were asked for: all are satisfied.
    pub contexts: Vec<String>,
    /// Whether the browser may stay signed in, where a policy says.
    pub persistent: Option<PersistentBrowser>,
}

/// All that was proven, when it is enough; else what must happen next.
pub fn mfa<'a>(
    facts: &Facts<'a>,
    who: &Proven<'a>,
    access: &Access<'a>,
    because: &mut Vec<Because>,
) -> Result<Verified, Step> {
    let required = required::required(facts, &who.account, access, because).map_err(Step::Refuse)?;
    let evidence = facts.evidence.said_by(who.account.upn);
    let factors = proven::proven(facts, &evidence, who, access, &required, because);
    let case = Case { facts, evidence, account: who.account, access: *access, factors };
    case.reported(because)?;
    case.first_factor_again(&required)?;
    case.second_factor(&required, because)?;
    case.controls(&required, because)?;
    case.terms(&required)?;
    case.wanted_registration(because)?;
    Ok(Verified {
        factors: case.factors,
        contexts: facts.demand.asks.contexts.clone(),
        persistent: required.persistent,
    })
}

/// A name for a secret under which its uses are remembered.
pub(super) fn named(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, secret.as_bytes()).as_ref()[..12])
}

impl Evidence {
    /// What this person said and proved beside a first factor; nothing of what anybody else did.
    fn said_by(&self, upn: &crate::id::Upn) -> Cow<'_, Evidence> {
        match self.of.as_ref() == Some(upn) {
            true => Cow::Borrowed(self),
            false => Cow::Owned(Evidence { unattended: self.unattended, ..Evidence::default() }),
        }
    }
}

/// One account, what it has proven, and what is known around it.
struct Case<'f, 'a> {
    facts: &'f Facts<'a>,
    /// What this very person said in this sign-in.
    evidence: Cow<'f, Evidence>,
    account: Account<'a>,
    access: Access<'a>,
    factors: Factors,
}

impl Case<'_, '_> {
    /// The owner of the phone said that this sign-in is not theirs: that ends it.
    fn reported(&self, because: &mut Vec<Because>) -> Result<(), Step> {
        if !self.evidence.talk.reported {
            return Ok(());
        }
        because.push(Because::new("R-24", "the owner of the phone reported the request"));
        Err(Step::Refuse(Code::StrongAuthenticationFailed.because(
            "Authentication failed during the strong authentication request: it was reported as somebody else's.",
        )))
    }

    /// A sign-in older than a policy allows begins anew, whatever else was proven.
    fn first_factor_again(&self, required: &Required) -> Result<(), Step> {
        match required.all.iter().any(|one| one.want == Want::Recent && !self.is_met(one)) {
            true => Err(match self.realm() {
                Realm::Managed => password::ask_again(self.facts, self.account),
                Realm::Federated(_) => self.provider_again(),
            }),
            false => Ok(()),
        }
    }

    fn second_factor(&self, required: &Required, because: &mut Vec<Because>) -> Result<(), Step> {
        let unmet: Vec<&Requirement> = required.all.iter().filter(|one| !self.is_met(one)).collect();
        let mut accepted: Vec<Factor> = Factor::ALL.to_vec();
        let mut asking: Vec<&Requirement> = Vec::new();
        for one in &unmet {
            let Some(with) = self.asked_by(&one.want) else { continue };
            accepted.retain(|factor| with.contains(factor));
            asking.push(one);
        }
        if let Some(first) = asking.first() {
            return Err(self.ask(&accepted, first, because));
        }
        match unmet.into_iter().find(|one| one.want == Want::Registered) {
            Some(one) => Err(self.register(&Factor::ALL, one, self.grace(), because)),
            None => Ok(()),
        }
    }

    /// The question that a demand leads to, given the factors that would satisfy all demands.
    fn ask(&self, accepted: &[Factor], demand: &Requirement, because: &mut Vec<Because>) -> Step {
        if let Some(step) = self.by_the_provider(demand, because) {
            return step;
        }
        let usable = self.askable();
        let mut offered = usable.clone();
        offered.retain(|factor| accepted.contains(factor));
        if !offered.is_empty() {
            because.push(Because::new("R-11", format!("{} has what can be asked for", self.account.upn)));
            return self.verify(offered, demand);
        }
        because.push(Because::new("R-11", format!("{} has registered nothing that would do", self.account.upn)));
        if self.factors.mfa_at().is_none() && !usable.is_empty() {
            // Else a password alone would be enough to register something stronger than what guards the account.
            let text = "what is registered has to be proven before something stronger may be registered";
            because.push(Because::new("R-11", text));
            return self.verify(usable, demand);
        }
        self.register(accepted, demand, Grace::None, because)
    }

    fn askable(&self) -> Vec<Factor> {
        askable(self.facts.directory, &self.account, self.facts.now)
    }

    /// Asks for one of these, which are registered.
    fn verify(&self, offered: Vec<Factor>, demand: &Requirement) -> Step {
        let talk = &self.evidence.talk;
        let picked = talk.method.filter(|factor| offered.contains(factor));
        let page = match (picked, offered.first()) {
            (Some(factor), _) => VerifyPage::With(factor),
            (None, Some(first)) if !talk.choosing => VerifyPage::With(*first),
            (None, _) => VerifyPage::Choose,
        };
        Step::Verify(Box::new(VerifyQuestion {
            upn: self.account.upn.clone(),
            home: self.account.home.place(),
            page,
            offered,
            lack: self.lack(demand),
            challenge: demand.challenge(),
            remember_days: match self.access.standing {
                Standing::Member => remember_days(self.account.home),
                Standing::Guest(_) | Standing::DelegatedAdmin(_) => None,
            },
        }))
    }

    fn lack(&self, demand: &Requirement) -> Lack {
        let with = demand.want.factors().unwrap_or_default();
        match (self.factors.mfa_at(), self.factors.last(&with)) {
            (None, _) => Lack::Missing,
            (Some(_), Some(_)) => Lack::TooOld,
            (Some(_), None) => Lack::TooWeak,
        }
    }

    fn register(&self, accepted: &[Factor], demand: &Requirement, grace: Grace, because: &mut Vec<Because>) -> Step {
        if let Err(step) = self.may_register(because) {
            return step;
        }
        let does = |kind: &MethodKind| Factor::of(*kind).is_some_and(|factor| accepted.contains(&factor));
        let offered: Vec<MethodKind> = allowed(self.account.home).filter(does).collect();
        if offered.is_empty() {
            return Step::Refuse(Code::StrongAuthenticationRequired.because(
                "A policy demands a second factor of a kind that this tenant does not let anybody register.",
            ));
        }
        let page = match &self.evidence.talk.registration {
            None if self.facts.demand.action == Some(UserAction::RegisterSecurityInfo) => RegisterPage::Choose,
            None => RegisterPage::MoreInformation,
            Some(Registration::Choosing) => RegisterPage::Choose,
            Some(Registration::SettingUp(pending)) => RegisterPage::SetUp(pending.kind()),
            Some(Registration::Confirming(pending)) => RegisterPage::Confirm(pending.kind()),
        };
        Step::Register(Box::new(RegisterQuestion {
            upn: self.account.upn.clone(),
            home: self.account.home.place(),
            page,
            offered,
            grace,
            challenge: demand.challenge(),
        }))
    }

    /// May a method be registered now? Policies can guard that too, by the user action.
    fn may_register(&self, because: &mut Vec<Because>) -> Result<(), Step> {
        let guards = guards::guards(self.facts, &self.account, &self.access, because).map_err(Step::Refuse)?;
        let unmet: Vec<&Requirement> = guards.all.iter().filter(|one| !self.is_met(one)).collect();
        let Some(first) = unmet.first() else { return Ok(()) };
        // A temporary access pass can be asked for, and whatever else would do.
        let does =
            |factor: &Factor| unmet.iter().all(|one| one.want.factors().is_some_and(|with| with.contains(factor)));
        let offered: Vec<Factor> = self.askable().into_iter().filter(does).collect();
        if !offered.is_empty() {
            because.push(Because::new("R-05", "a policy wants more proven before a method is registered"));
            return Err(self.verify(offered, first));
        }
        match &first.want {
            Want::Terms(policy) if self.facts.demand.action == Some(UserAction::RegisterSecurityInfo) => {
                Err(self.ask_terms(policy.clone()))
            }
            Want::Control(control) => Err(self.ask_control(control, first, because)),
            _ => Err(Step::Refuse(guards::guarded(first))),
        }
    }

    /// Somebody came to register one more method of their own accord.
    fn wanted_registration(&self, because: &mut Vec<Because>) -> Result<(), Step> {
        let talk = &self.evidence.talk;
        match self.facts.demand.action {
            Some(UserAction::RegisterSecurityInfo) if talk.registered.is_none() && !talk.skipped => {
                let demand = Requirement { want: Want::Registered, within: None, policy: None };
                Err(self.register(&Factor::ALL, &demand, Grace::None, because))
            }
            Some(UserAction::RegisterSecurityInfo | UserAction::RegisterDevice) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
