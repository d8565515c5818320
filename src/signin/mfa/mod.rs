//! Is a second factor needed, has it been proven, and which may be offered?
//!
//! [`mfa`] is the one function that answers, for browsers, the password grant, refresh, device code, on-behalf-of
//! and the dry run alike. It asks [`required`] what the rules demand, looks at what was proven, and says what must
//! happen next, with every reason. The methods have a file each; [`phone`] is where messages go.

pub mod access_pass;
pub mod code;
pub mod conditional_access;
pub mod offered;
pub mod passkey;
pub mod phone;
pub mod push;
pub mod question;
pub mod required;
pub mod strength;
pub mod talk;
pub mod totp;

use super::factors::{Factor, Factors, Second};
use super::password::{Proven, is_within};
use super::state::{Facts, Prompt, Step};
use super::tenant_access::Access;
use crate::directory::Account;
use crate::directory::policy::{MethodKind, PersistentBrowser, UserAction};
use crate::directory::tenant::Tenant;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};
use offered::{allowed, usable};
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
    let case = Case { facts, account: who.account, access: *access, factors: proven(facts, who, &required, because) };
    case.first_factor_again(&required)?;
    case.second_factor(&required, because)?;
    case.terms(&required)?;
    case.wanted_registration(because)?;
    Ok(Verified {
        factors: case.factors,
        contexts: facts.demand.asks.contexts.clone(),
        persistent: required.persistent,
    })
}

/// What this account has proven in this sign-in, in this session, and on this device.
fn proven(facts: &Facts<'_>, who: &Proven<'_>, required: &Required, because: &mut Vec<Because>) -> Factors {
    let factors = who.factors.clone().and(facts.evidence.second.iter().copied());
    for second in &factors.second {
        because.push(Because::new(
            "R-08",
            format!("a second factor was proven at {}: {}", second.at, second.with.title()),
        ));
    }
    if factors.mfa_at().is_some() || !required.all.iter().any(|one| matches!(one.want, Want::Factor(_) | Want::Any(_)))
    {
        return factors;
    }
    match substitute(facts, &who.account) {
        None => factors,
        Some((second, text)) => {
            because.push(Because::new("R-26", text));
            factors.and([second])
        }
    }
}

/// What stands for a second factor that nobody is asked for.
fn substitute(facts: &Facts<'_>, account: &Account<'_>) -> Option<(Second, String)> {
    if facts.evidence.unattended {
        let second = Second { with: Factor::Unattended, at: facts.now };
        return Some((second, "the server was started to sign this account in without any page".into()));
    }
    let days = remember_days(account.home)?;
    let known = facts.remembered.iter().find(|one| one.upn == *account.upn && one.home == account.home.place())?;
    let text = format!("this browser is remembered since {} for {days} days", known.at);
    let lasts = facts.now < known.at.plus(Span::days(i64::from(days)));
    lasts.then_some((Second { with: Factor::Remembered, at: known.at }, text))
}

/// For how many days a browser may be remembered.
pub fn remember_days(home: Tenant<'_>) -> Option<u32> {
    match home {
        Tenant::Entra { facts, .. } => Some(facts.remember_mfa_days).filter(|days| *days > 0),
        Tenant::Provider { .. } => None,
    }
}

/// One account, what it has proven, and what is known around it.
struct Case<'f, 'a> {
    facts: &'f Facts<'a>,
    account: Account<'a>,
    access: Access<'a>,
    factors: Factors,
}

impl Case<'_, '_> {
    fn is_met(&self, want: &Want, within: Option<Span>) -> bool {
        if self.facts.evidence.unattended {
            return true;
        }
        let recent = |at: Timestamp| within.is_none_or(|span| is_within(self.facts.now.since(at), span));
        match want {
            // A remembered browser says nothing about how long ago.
            Want::Factor(with) if within.is_some() => {
                let counted: Vec<Factor> =
                    with.iter().copied().filter(|factor| *factor != Factor::Remembered).collect();
                self.factors.last(&counted).is_some_and(recent)
            }
            Want::Factor(with) => self.factors.last(with).is_some(),
            Want::Registered => self.is_registered(),
            Want::Recent => recent(self.factors.at),
            Want::Terms(policy) => self.has_accepted(policy),
            Want::Any(wants) => wants.iter().any(|want| self.is_met(want, within)),
        }
    }

    fn is_registered(&self) -> bool {
        let evidence = self.facts.evidence;
        let counts = |kind| offered::allows(self.account.home, kind);
        let may_wait = evidence.talk.skipped || self.facts.demand.prompt == Prompt::None;
        evidence.talk.registered.is_some_and(counts)
            || self.account.user.methods.kinds().any(counts)
            || (may_wait && self.grace() != Grace::None)
    }

    fn has_accepted(&self, policy: &str) -> bool {
        let before = self.account.user.accepted_terms.get(self.access.tenant.handle());
        let said = &self.facts.evidence.terms;
        said.iter().chain(before.into_iter().flatten()).any(|known| known == policy)
    }

    /// A sign-in older than a policy allows begins anew, whatever else was proven.
    fn first_factor_again(&self, required: &Required) -> Result<(), Step> {
        let stale = |one: &&Requirement| one.want == Want::Recent && !self.is_met(&one.want, one.within);
        match required.all.iter().find(stale) {
            Some(_) => Err(Step::AskPasswordAgain { upn: self.account.upn.clone() }),
            None => Ok(()),
        }
    }

    fn second_factor(&self, required: &Required, because: &mut Vec<Because>) -> Result<(), Step> {
        let unmet: Vec<&Requirement> = required.all.iter().filter(|one| !self.is_met(&one.want, one.within)).collect();
        let mut accepted: Vec<Factor> = Factor::ALL.to_vec();
        let mut asking: Vec<&Requirement> = Vec::new();
        for one in unmet {
            let Some(with) = one.want.factors() else { continue };
            accepted.retain(|factor| with.contains(factor));
            asking.push(one);
        }
        if let Some(first) = asking.first() {
            return Err(self.ask(&accepted, first, because));
        }
        let registration = required.all.iter().find(|one| one.want == Want::Registered);
        match registration.filter(|one| !self.is_met(&one.want, one.within)) {
            Some(one) => Err(self.register(&Factor::ALL, one, self.grace(), because)),
            None => Ok(()),
        }
    }

    /// The question that a demand leads to, given the factors that would satisfy all demands.
    fn ask(&self, accepted: &[Factor], demand: &Requirement, because: &mut Vec<Because>) -> Step {
        let Facts { evidence, now, .. } = self.facts;
        if evidence.talk.reported {
            because.push(Because::new("R-24", "the owner of the phone reported the request"));
            return Step::Refuse(Code::StrongAuthenticationFailed.because(
                "Authentication failed during the strong authentication request: it was reported as somebody else's.",
            ));
        }
        let mut offered = usable(&self.account, *now);
        offered.retain(|factor| accepted.contains(factor));
        if offered.is_empty() || evidence.talk.registration.is_some() {
            because.push(Because::new("R-11", format!("{} has registered nothing that would do", self.account.upn)));
            return self.register(accepted, demand, Grace::None, because);
        }
        because.push(Because::new("R-11", format!("{} has registered what can be asked for", self.account.upn)));
        let picked = evidence.talk.method.filter(|factor| offered.contains(factor));
        let page = match (picked, offered.first()) {
            (Some(factor), _) => VerifyPage::With(factor),
            (None, Some(first)) if !evidence.talk.choosing => VerifyPage::With(*first),
            (None, _) => VerifyPage::Choose,
        };
        Step::Verify(Box::new(VerifyQuestion {
            upn: self.account.upn.clone(),
            home: self.account.home.place(),
            page,
            offered,
            lack: self.lack(demand),
            challenge: demand.challenge(),
            remember_days: remember_days(self.account.home),
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
        if let Err(refusal) = required::may_register(self.facts, &self.account, &self.access, because) {
            return Step::Refuse(refusal);
        }
        let does = |kind: &MethodKind| Factor::of(*kind).is_some_and(|factor| accepted.contains(&factor));
        let offered: Vec<MethodKind> = allowed(self.account.home).filter(does).collect();
        if offered.is_empty() {
            return Step::Refuse(Code::StrongAuthenticationRequired.because(
                "A policy demands a second factor of a kind that this tenant does not let anybody register.",
            ));
        }
        let page = match &self.facts.evidence.talk.registration {
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

    /// How long registration can wait yet: days count from the first time it was asked for.
    fn grace(&self) -> Grace {
        let Tenant::Entra { facts: tenant, .. } = self.access.tenant else { return Grace::None };
        let began = self.account.user.registration_asked.unwrap_or(self.facts.now);
        let ends = began.plus(Span::days(i64::from(tenant.registration_grace_days)));
        let left = ends.since(self.facts.now).millis();
        let day = Span::days(1).millis();
        if left > 0 { Grace::Days(left.saturating_add(day - 1) / day) } else { Grace::None }
    }

    fn terms(&self, required: &Required) -> Result<(), Step> {
        let asks = |one: &Requirement| match &one.want {
            Want::Terms(policy) if !self.is_met(&one.want, one.within) => Some(policy.clone()),
            Want::Any(wants) if !self.is_met(&one.want, one.within) => wants.iter().find_map(|want| match want {
                Want::Terms(policy) => Some(policy.clone()),
                Want::Factor(_) | Want::Registered | Want::Recent | Want::Any(_) => None,
            }),
            Want::Terms(_) | Want::Any(_) | Want::Factor(_) | Want::Registered | Want::Recent => None,
        };
        match required.all.iter().find_map(asks) {
            Some(policy) if self.facts.evidence.terms_declined => Err(Step::Refuse(Refusal {
                cancelled: true,
                ..Code::ConsentDeclined.because(format!("The user did not accept the terms of {policy}."))
            })),
            Some(policy) => Err(Step::AskTerms {
                upn: self.account.upn.clone(),
                home: self.account.home.place(),
                tenant: self.access.tenant.handle().to_owned(),
                policy,
            }),
            None => Ok(()),
        }
    }

    /// Somebody came to register one more method of their own accord.
    fn wanted_registration(&self, because: &mut Vec<Because>) -> Result<(), Step> {
        let evidence = self.facts.evidence;
        match self.facts.demand.action {
            Some(UserAction::RegisterSecurityInfo) if evidence.talk.registered.is_none() && !evidence.talk.skipped => {
                let demand = Requirement { want: Want::Registered, within: None, policy: None };
                Err(self.register(&Factor::ALL, &demand, Grace::None, because))
            }
            Some(UserAction::RegisterSecurityInfo | UserAction::RegisterDevice) | None => Ok(()),
        }
    }
}

impl Want {
    /// The factors that would satisfy it; nothing for what no factor satisfies.
    fn factors(&self) -> Option<Vec<Factor>> {
        match self {
            Want::Factor(with) => Some(with.clone()),
            Want::Any(wants) => wants.iter().find_map(Want::factors),
            Want::Registered | Want::Recent | Want::Terms(_) => None,
        }
    }
}

impl Requirement {
    /// The claims challenge for a client that cannot ask, where a policy demands it.
    fn challenge(&self) -> Option<String> {
        let (id, context) = self.policy.as_ref()?;
        Some(required::challenge(*id, context.as_deref()))
    }
}

#[cfg(test)]
mod tests;
