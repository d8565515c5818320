//! Is a demand met by what was proven and said? And what would meet it?

use std::borrow::Cow;

use super::Case;
use super::offered;
use super::policies;
use super::question::Grace;
use super::required::{Required, Requirement, Want};
use crate::directory::policy::PolicyVerdict;
use crate::directory::tenant::Tenant;
use crate::signin::factors::Factor;
use crate::signin::password::is_within;
use crate::signin::state::Prompt;
use crate::time::{Span, Timestamp};

impl Case<'_, '_> {
    pub(super) fn is_met(&self, one: &Requirement) -> bool {
        self.meets(&one.want, one.within)
    }

    /// What conditional access says of what was proven.
    pub(super) fn verdict(&self, required: &Required) -> PolicyVerdict {
        let mut demands = required.all.iter().filter(|one| one.policy.is_some());
        match (required.by_policy, demands.all(|one| self.is_met(one))) {
            (false, _) => PolicyVerdict::NotApplied,
            (true, true) => PolicyVerdict::Satisfied,
            (true, false) => PolicyVerdict::NotSatisfied,
        }
    }

    fn meets(&self, want: &Want, within: Option<Span>) -> bool {
        if self.evidence.unattended {
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
            Want::Control(control) => self.passed(control).is_some_and(recent),
            Want::Any(wants) => wants.iter().any(|want| self.meets(want, within)),
        }
    }

    fn is_registered(&self) -> bool {
        let talk = &self.evidence.talk;
        let counts = |kind| offered::allows(self.account.home, kind);
        let may_wait = talk.skipped || self.facts.demand.prompt == Prompt::None;
        talk.registered.is_some_and(counts)
            || self.account.user.methods.kinds().any(counts)
            || (may_wait && self.grace() != Grace::None)
    }

    /// How long registration can wait yet: days count from the first time it was asked for.
    pub(super) fn grace(&self) -> Grace {
        let Tenant::Entra { facts: tenant, .. } = self.access.tenant else { return Grace::None };
        let began = self.account.user.registration_asked.unwrap_or(self.facts.now);
        let ends = began.plus(Span::days(i64::from(tenant.registration_grace_days)));
        let left = ends.since(self.facts.now).millis();
        let day = Span::days(1).millis();
        if left > 0 { Grace::Days(left.saturating_add(day - 1) / day) } else { Grace::None }
    }
}

impl Want {
    /// The factors that would satisfy it, of all alternatives; nothing for what no factor satisfies.
    pub(super) fn factors(&self) -> Option<Cow<'_, [Factor]>> {
        match self {
            Want::Factor(with) => Some(Cow::Borrowed(with)),
            Want::Any(wants) => {
                let each: Vec<Cow<'_, [Factor]>> = wants.iter().filter_map(Want::factors).collect();
                let any = |factor: &Factor| each.iter().any(|with| with.contains(factor));
                (!each.is_empty()).then(|| Factor::ALL.into_iter().filter(any).collect())
            }
            Want::Registered | Want::Recent | Want::Terms(_) | Want::Control(_) => None,
        }
    }
}

impl Requirement {
    /// The claims challenge for a client that cannot ask, where a policy demands it.
    pub(super) fn challenge(&self) -> Option<String> {
        let (id, context) = self.policy.as_ref()?;
        Some(policies::challenge(*id, context.as_deref()))
    }
}
