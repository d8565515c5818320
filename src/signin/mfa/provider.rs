//! Whose business is the second factor where another provider verifies the person: its own or the tenant's?

use super::Case;
use super::required::Requirement;
use crate::directory::domain::{IdpMfa, Realm};
use crate::journal::Because;
use crate::refusal::{Code, Refusal, Shown};
use crate::signin::federated::{Fresh, Journey, Wanted};
use crate::signin::state::Step;

/// How often a provider is asked for MFA in one sign-in: once, and once more.
const ASKED_AT_MOST: u8 = 2;

impl Case<'_, '_> {
    /// Who verifies this person.
    pub(super) fn realm(&self) -> Realm<'_> {
        self.facts.directory.realm(self.account.home, self.account.upn.domain())
    }

    /// The provider has to see the person again.
    pub(super) fn provider_again(&self) -> Step {
        self.journey(Wanted::SignIn, Fresh::Password, None)
    }

    fn journey(&self, wanted: Wanted, fresh: Fresh, challenge: Option<String>) -> Step {
        let (domain, upn) = (self.account.upn.domain().to_owned(), Some(self.account.upn.clone()));
        Step::GoToProvider(Box::new(Journey { domain, upn, wanted, fresh, challenge }))
    }

    /// Where the provider's second factor is the one that counts: it is asked for it, once more when it forgot to say
    /// so, and then nobody goes round in circles.
    pub(super) fn by_the_provider(&self, demand: &Requirement, because: &mut Vec<Because>) -> Option<Step> {
        let Realm::Federated(trust) = self.realm() else { return None };
        match trust.idp_mfa() {
            IdpMfa::Reject => {
                because.push(Because::new("R-12", "for this domain the tenant asks for the second factor itself"));
                None
            }
            IdpMfa::Accept => {
                because.push(Because::new(
                    "R-12",
                    "the provider's proof would be accepted; without it the tenant asks itself",
                ));
                because.push(double_prompt());
                None
            }
            IdpMfa::Enforce if self.facts.evidence.asked_for_mfa < ASKED_AT_MOST => {
                because.push(Because::new("R-12", "for this domain the provider has to do MFA and to prove it"));
                Some(self.journey(Wanted::Mfa, Fresh::No, demand.challenge()))
            }
            IdpMfa::Enforce => {
                let text = "the provider was asked for MFA twice, and its assertion never had the claim \
                            authenticationmethodsreferences = multipleauthn";
                because.push(Because::new("R-12", text));
                Some(Step::Refuse(Refusal {
                    claims: demand.challenge(),
                    shown: Some(Shown::OnPage),
                    ..Code::MfaRegistrationRequired.because(
                        "The provider of your organization signed you in, but did not prove that multi-factor authentication was \
                         done: the claim authenticationmethodsreferences = multipleauthn is missing from its answer.",
                    )
                }))
            }
        }
    }
}

/// The well-known double prompt, in so many words.
fn double_prompt() -> Because {
    Because::new(
        "R-16",
        "if the provider has asked for a second factor already, the person is now asked twice: the provider did MFA and \
         did not relay the claim authenticationmethodsreferences = multipleauthn, so the tenant cannot know",
    )
}
