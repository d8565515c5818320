//! What is a provider's word worth to what is demanded of a person, and how is that told?

use crate::directory::domain::Federation;
use crate::directory::policy::GrantControl;
use crate::directory::tenant::Tenant;
use crate::journal::Because;
use crate::signin::factors::Factor;
use crate::signin::federated::Carrier;
use crate::signin::mfa::Case;
use crate::signin::mfa::proven::hands_over;
use crate::signin::mfa::required::Requirement;

/// What a provider's word is worth, where a demand is not met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Worth<'a> {
    /// A proof in it would do, and none is there; this would carry it.
    Unproven(Carrier),
    /// It proved MFA, too long ago.
    TooOld,
    /// Whatever it proves is none of what this demands.
    TooWeak {
        /// The demand.
        demand: &'a Requirement,
        /// The authentication strength that it is.
        strength: &'a str,
    },
    /// A password was handed over for it, which proves no second factor at a customer.
    HandedOver,
}

impl Case<'_, '_> {
    /// What the word of this person's provider is worth to these demands, which are not met.
    pub(super) fn worth<'r>(&'r self, trust: &Federation, unmet: &[&'r Requirement]) -> Worth<'r> {
        let takes = |one: &Requirement| one.want.factors().is_some_and(|with| with.contains(&Factor::Provider));
        if hands_over(self.facts, &self.access) {
            return Worth::HandedOver;
        }
        if let Some(demand) = unmet.iter().copied().find(|one| !takes(one)) {
            return Worth::TooWeak { demand, strength: self.strength_in(demand) };
        }
        match self.factors.last(&[Factor::Provider]) {
            Some(_) => Worth::TooOld,
            None => Worth::Unproven(self.carrier(trust)),
        }
    }

    /// What carried the provider's word in this sign-in, or would.
    fn carrier(&self, trust: &Federation) -> Carrier {
        let evidence = self.facts.evidence;
        let about_them = evidence.first.as_ref().is_some_and(|shown| shown.upn == *self.account.upn);
        let said = evidence.said.as_ref().filter(|_| about_them);
        said.map_or_else(|| Carrier::over(trust.protocol), |said| said.carrier)
    }

    /// The authentication strength that a policy demands, by its name.
    fn strength_in(&self, demand: &Requirement) -> &str {
        let named = demand.policy.as_ref().and_then(|(id, _)| {
            let Tenant::Entra { facts: tenant, .. } = self.access.tenant else { return None };
            let policy = tenant.conditional_access.values().find(|policy| policy.id == *id)?;
            policy.grant.iter().find_map(|grant| match grant {
                GrantControl::Strength(name) => Some(name.as_str()),
                GrantControl::Mfa
                | GrantControl::Block
                | GrantControl::Terms
                | GrantControl::Custom(_)
                | GrantControl::Unknown(_) => None,
            })
        });
        named.unwrap_or("that a policy demands")
    }
}

impl Worth<'_> {
    /// Why the tenant asks itself, where it may.
    pub(super) fn left_to_the_tenant(&self) -> String {
        match self {
            Worth::Unproven(_) => {
                "the provider's proof would be accepted; without it the tenant asks itself".to_owned()
            }
            Worth::TooOld => "the provider's proof is older than a policy allows: the tenant asks itself".to_owned(),
            Worth::TooWeak { strength, .. } => format!(
                "the provider's second factor is none of those that the authentication strength {strength} takes: the \
                 tenant asks itself"
            ),
            Worth::HandedOver => "the provider's proof does not count here: the tenant asks itself".to_owned(),
        }
    }

    /// The well-known double prompt, in so many words.
    pub(super) fn double_prompt(&self) -> Option<Because> {
        let Worth::Unproven(carrier) = self else { return None };
        let text = format!(
            "if the provider has asked for a second factor already, the person is now asked twice: the provider did MFA \
             and did not relay {}, so the tenant cannot know",
            carrier.proof()
        );
        Some(Because::new("R-16", text))
    }

    /// Why it ends here, where the tenant may not ask.
    pub(super) fn not_enough(&self) -> String {
        match self {
            Worth::Unproven(carrier) => {
                format!("the provider was asked for MFA twice, and its answer never had {}", carrier.proof())
            }
            Worth::TooOld => {
                "the provider was asked for MFA twice, and what it proved is older than a policy allows".to_owned()
            }
            Worth::TooWeak { strength, .. } => format!(
                "for this domain the provider's second factor is the only one, and the authentication strength \
                 {strength} does not take it"
            ),
            Worth::HandedOver => "nothing that the provider says counts here".to_owned(),
        }
    }

    /// The same, for the person.
    pub(super) fn refused(&self) -> String {
        match self {
            Worth::Unproven(carrier) => format!(
                "The provider of your organization signed you in, but did not prove that multi-factor authentication was \
                 done: {} is missing from its answer.",
                carrier.proof()
            ),
            Worth::TooOld => {
                "The provider of your organization proved multi-factor authentication, but longer ago than a \
                              policy allows."
                    .to_owned()
            }
            Worth::TooWeak { strength, .. } => format!(
                "A conditional access policy demands the authentication strength {strength}, which the second factor of \
                 your organization's provider does not satisfy, and for your domain no other second factor is taken."
            ),
            Worth::HandedOver => "a password that is handed over proves no second factor there".to_owned(),
        }
    }
}
