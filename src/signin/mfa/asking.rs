//! Which question does an unmet demand lead to: to prove something, or to register it first?

use super::offered::{allowed, askable};
use super::question::{Grace, Lack, RegisterPage, RegisterQuestion, VerifyPage, VerifyQuestion};
use super::required::{Requirement, Want};
use super::talk::Registration;
use super::{Case, guards, remember_days};
use crate::directory::domain::Realm;
use crate::directory::policy::{MethodKind, UserAction};
use crate::journal::Because;
use crate::refusal::{Code, Refusal, Shown};
use crate::signin::factors::Factor;
use crate::signin::state::Step;
use crate::signin::tenant_access::Standing;

impl Case<'_, '_> {
    /// The question that a demand leads to, given the factors that would satisfy all demands.
    pub(super) fn ask(&self, accepted: &[Factor], demand: &Requirement, because: &mut Vec<Because>) -> Step {
        let usable = self.askable();
        let mut offered = usable.clone();
        offered.retain(|factor| accepted.contains(factor));
        if !offered.is_empty() {
            because.push(self.prompted("has what can be asked for"));
            return self.verify(offered, demand);
        }
        because.push(self.prompted("has registered nothing that would do"));
        if self.factors.mfa_at().is_none() && !usable.is_empty() {
            // Else a password alone would be enough to register something stronger than what guards the account.
            let text = "what is registered has to be proven before something stronger may be registered";
            because.push(Because::new(self.prompted("").rule, text));
            return self.verify(usable, demand);
        }
        self.register(accepted, demand, Grace::None, because)
    }

    /// By which rule the tenant asks this account itself, and what the account has for that.
    fn prompted(&self, has: &str) -> Because {
        let upn = self.account.upn;
        match self.realm() {
            Realm::Managed => Because::new("R-11", format!("{upn} {has}")),
            Realm::Federated(_) => Because::new("R-15", format!("{upn} is federated, and in this tenant {has}")),
        }
    }

    pub(super) fn askable(&self) -> Vec<Factor> {
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
            remember_days: self.remember_days(),
        }))
    }

    /// For how many days this browser may be remembered: for sign-ins at home alone.
    fn remember_days(&self) -> Option<u32> {
        match self.access.standing {
            Standing::Member => remember_days(self.account.home),
            Standing::Guest(_) | Standing::DelegatedAdmin(_) => None,
        }
    }

    fn lack(&self, demand: &Requirement) -> Lack {
        let with = demand.want.factors().unwrap_or_default();
        match (self.factors.mfa_at(), self.factors.last(&with)) {
            (None, _) => Lack::Missing,
            (Some(_), Some(_)) => Lack::TooOld,
            (Some(_), None) => Lack::TooWeak,
        }
    }

    pub(super) fn register(
        &self,
        accepted: &[Factor],
        demand: &Requirement,
        grace: Grace,
        because: &mut Vec<Because>,
    ) -> Step {
        if let Err(step) = self.may_register(because) {
            return step;
        }
        let does = |kind: &MethodKind| Factor::of(*kind).is_some_and(|factor| accepted.contains(&factor));
        let offered: Vec<MethodKind> = allowed(self.account.home).filter(does).collect();
        if offered.is_empty() {
            return Step::Refuse(self.nothing_to_register(demand));
        }
        let registration = self.evidence.talk.registration.as_ref();
        let withdrawn = registration.and_then(Registration::kind).filter(|kind| !offered.contains(kind));
        if let Some(kind) = withdrawn {
            let text = format!("{} was being set up, and may not be registered any more", kind.title());
            because.push(Because::new("R-22", text));
        }
        let page = match registration.filter(|_| withdrawn.is_none()) {
            None if withdrawn.is_some() => RegisterPage::Choose,
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
            withdrawn,
            grace,
            challenge: demand.challenge(),
            remember_days: self.remember_days(),
        }))
    }

    /// The refusal of somebody who would have to register what their home tenant lets nobody register. It is about the
    /// tenant's settings: no application could help, and none is told.
    fn nothing_to_register(&self, demand: &Requirement) -> Refusal {
        let home = self.account.home.name();
        let asks = if demand.policy.is_some() { "A conditional access policy demands" } else { "This sign-in needs" };
        let kind = if allowed(self.account.home).next().is_some() { " of a kind that would do" } else { "" };
        let text = format!("{asks} a second factor, and {home} does not allow any method{kind} to be registered.");
        let refusal = Code::StrongAuthenticationRequired.because(text);
        let refusal = refusal.because("R-22", format!("the methods that {home} allows{kind}: none"));
        Refusal { claims: demand.challenge(), shown: Some(Shown::OnPage), ..refusal }
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
                Err(self.ask_terms(policy.clone(), first.challenge()))
            }
            Want::Control(control) => Err(self.ask_control(control, first, because)),
            Want::Factor(_) | Want::Registered | Want::Recent | Want::Terms(_) | Want::Any(_) => {
                Err(Step::Refuse(guards::guarded(first)))
            }
        }
    }
}
