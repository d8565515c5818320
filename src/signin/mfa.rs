//! Is a second factor needed, has it been proven, and which may be offered?
//!
//! [`mfa`] is the one function that answers, for browsers, the password grant, refresh, device code, on-behalf-of
//! and the dry run alike. It asks [`required`] what the rules demand, looks at what was [`proven`], and says what must
//! happen next, with every reason; `asking` finds the question that an unmet demand leads to. The methods have a file each; [`phone`] is where messages go.

pub mod access_pass;
mod asking;
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
use super::tenant_access::Access;
use crate::directory::Account;
use crate::directory::domain::Realm;
use crate::directory::policy::{PersistentBrowser, PolicyVerdict, UserAction};
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::Code;
pub use proven::remember_days;
use question::Grace;
use required::{Required, Requirement, Want};

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

/// All that was proven, when it is enough; else what must happen next. In both cases, what conditional access said.
pub fn mfa<'a>(
    facts: &Facts<'a>,
    who: &Proven<'a>,
    access: &Access<'a>,
    policies: &mut PolicyVerdict,
    because: &mut Vec<Because>,
) -> Result<Verified, Step> {
    let required = match required::required(facts, &who.account, access, because) {
        Ok(required) => required,
        Err(refusal) => {
            *policies = refusal.policies;
            return Err(Step::Refuse(refusal));
        }
    };
    let evidence = facts.evidence.said_by(who.account.upn);
    let factors = proven::proven(facts, &evidence, who, access, &required, because);
    let case = Case { facts, evidence, account: who.account, access: *access, factors };
    *policies = case.verdict(&required);
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
    fn said_by(&self, upn: &Upn) -> Cow<'_, Evidence> {
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
                Realm::Federated(trust) => self.provider_again(trust, required),
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
            return Err(self.by_the_provider(&asking, because).unwrap_or_else(|| self.ask(&accepted, first, because)));
        }
        match unmet.into_iter().find(|one| one.want == Want::Registered) {
            Some(one) => Err(self.register(&Factor::ALL, one, self.grace(), because)),
            None => Ok(()),
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
