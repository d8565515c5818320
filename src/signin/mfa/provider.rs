//! Whose business is the second factor where another provider verifies the person: its own or the tenant's?
//!
//! `worth` says what the provider's word is worth to what is demanded; here is what follows from that, by how the domain's
//! trust is set up.

mod worth;

use super::Case;
use super::proven::handed_over;
use super::required::{Required, Requirement};
use crate::directory::domain::{Federation, IdpMfa, Realm};
use crate::journal::Because;
use crate::refusal::{Code, Refusal, Shown};
use crate::signin::federated::{Carrier, Fresh, Journey, Occasion, Wanted};
use crate::signin::state::Step;
use worth::Worth;

/// How often a provider is asked for MFA, or for a fresh sign-in, in one sign-in: once, and once more.
const ASKED_AT_MOST: u8 = 2;

impl Case<'_, '_> {
    /// Who verifies this person.
    pub(super) fn realm(&self) -> Realm<'_> {
        self.facts.directory.realm(self.account.home, self.account.upn.domain())
    }

    /// The provider has to see the person again, and to do MFA again where its is the second factor that counts. One
    /// that answers by its own session all the same is not asked for ever.
    pub(super) fn provider_again(&self, trust: &Federation, required: &Required) -> Step {
        if self.facts.evidence.asked_anew >= ASKED_AT_MOST {
            let refusal = Code::SessionTooOld.because(format!(
                "The provider of your organization was asked to sign {} in anew, and answers with a sign-in that is older than a policy allows.",
                self.account.upn
            ));
            return Step::Refuse(Refusal { shown: Some(Shown::OnPage), ..refusal });
        }
        let wanted = match trust.idp_mfa() {
            IdpMfa::Enforce if required.is_for_the_provider() => Wanted::Mfa,
            IdpMfa::Enforce | IdpMfa::Accept | IdpMfa::Reject => Wanted::SignIn,
        };
        let journey = Journey { wanted, fresh: Fresh::Password, occasion: Occasion::TooOld, ..self.journey(trust) };
        Step::GoToProvider(Box::new(journey))
    }

    fn journey(&self, trust: &Federation) -> Journey {
        Journey {
            domain: self.account.upn.domain().to_owned(),
            upn: Some(self.account.upn.clone()),
            wanted: Wanted::Mfa,
            fresh: Fresh::No,
            occasion: Occasion::Missing,
            carrier: Carrier::over(trust.protocol),
            challenge: None,
        }
    }

    /// What follows from who verifies this person, if anything does; else the tenant asks. `unmet` is what is demanded
    /// and not met, the first of which is what a client is told of.
    pub(super) fn by_the_provider(&self, unmet: &[&Requirement], because: &mut Vec<Because>) -> Option<Step> {
        let (Realm::Federated(trust), Some(first)) = (self.realm(), unmet.first()) else { return None };
        let worth = self.worth(trust, unmet);
        let mode = trust.idp_mfa();
        match (mode, worth) {
            // It proves nothing here whatever the provider says, and so nothing is asked of the provider.
            (IdpMfa::Accept | IdpMfa::Enforce, Worth::HandedOver) => {
                if !because.iter().any(|one| one.rule == handed_over().rule) {
                    because.push(handed_over());
                }
                (mode == IdpMfa::Enforce).then(|| Step::Refuse(self.handed_over(first)))
            }
            (IdpMfa::Reject, _) => {
                because.push(Because::new("R-12", "for this domain the tenant asks for the second factor itself"));
                None
            }
            (IdpMfa::Accept, worth) => {
                because.push(Because::new("R-12", worth.left_to_the_tenant()));
                because.extend(worth.double_prompt());
                None
            }
            (IdpMfa::Enforce, worth) => Some(self.enforced(trust, first, &worth, because)),
        }
    }

    /// Where the provider's second factor is the only one that counts: it is asked for it, once more when it forgot to
    /// say so, and then nobody goes round in circles. What no provider can prove, it is not asked for.
    fn enforced(&self, trust: &Federation, first: &Requirement, worth: &Worth<'_>, because: &mut Vec<Because>) -> Step {
        let asked_again = self.facts.evidence.asked_for_mfa < ASKED_AT_MOST;
        if asked_again && !matches!(worth, Worth::TooWeak { .. }) {
            because.push(Because::new("R-12", "for this domain the provider has to do MFA and to prove it"));
            // Its session would answer with the same old proof again.
            let fresh = if *worth == Worth::TooOld { Fresh::Password } else { Fresh::No };
            let journey = Journey { fresh, challenge: first.challenge(), ..self.journey(trust) };
            return Step::GoToProvider(Box::new(journey));
        }
        because.push(Because::new("R-12", worth.not_enough()));
        let refusal = match worth {
            Worth::Unproven(_) | Worth::HandedOver => Code::MfaRegistrationRequired.because(worth.refused()),
            Worth::TooOld => Code::MfaTooOld.because(worth.refused()),
            Worth::TooWeak { .. } => Code::StrongAuthenticationRequired.because(worth.refused()),
        };
        let demand = if let Worth::TooWeak { demand, .. } = worth { demand } else { first };
        Step::Refuse(Refusal { claims: demand.challenge(), shown: Some(Shown::OnPage), ..refusal })
    }

    /// The refusal of a password that was handed over, where the tenant itself asks for nothing.
    fn handed_over(&self, demand: &Requirement) -> Refusal {
        let refusal = Code::MfaRegistrationRequired.because(format!(
            "{} must use multi-factor authentication to act in the tenant of a customer, and {}.",
            self.account.upn,
            Worth::HandedOver.refused()
        ));
        Refusal { claims: demand.challenge(), ..refusal }
    }
}
