//! Were the terms accepted that a policy asks for?

use super::Case;
use super::required::{Required, Requirement, Want};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Step;

impl Case<'_, '_> {
    pub(super) fn has_accepted(&self, policy: &str) -> bool {
        let before = self.account.user.accepted_terms.get(self.access.tenant.handle());
        let said = &self.evidence.terms;
        said.iter().chain(before.into_iter().flatten()).any(|known| known == policy)
    }

    pub(super) fn terms(&self, required: &Required) -> Result<(), Step> {
        let asks = |one: &Requirement| match &one.want {
            Want::Terms(policy) if !self.is_met(one) => Some((policy.clone(), one.challenge())),
            Want::Any(wants) if !self.is_met(one) => wants.iter().find_map(|want| match want {
                Want::Terms(policy) => Some((policy.clone(), one.challenge())),
                Want::Factor(_) | Want::Registered | Want::Recent | Want::Control(_) | Want::Any(_) => None,
            }),
            Want::Terms(_) | Want::Any(_) | Want::Factor(_) | Want::Registered | Want::Recent | Want::Control(_) => {
                None
            }
        };
        match required.all.iter().find_map(asks) {
            Some((policy, challenge)) => Err(self.ask_terms(policy, challenge)),
            None => Ok(()),
        }
    }

    /// Asks for them, unless they were declined.
    pub(super) fn ask_terms(&self, policy: String, challenge: Option<String>) -> Step {
        if self.evidence.terms_declined {
            return Step::Refuse(Refusal {
                cancelled: true,
                ..Code::ConsentDeclined.because(format!("The user did not accept the terms of {policy}."))
            });
        }
        Step::AskTerms {
            upn: self.account.upn.clone(),
            home: self.account.home.place(),
            tenant: self.access.tenant.handle().to_owned(),
            policy,
            challenge,
        }
    }
}
