//! Who verifies this person: the tenant itself, or another provider?

use super::identify::Named;
use super::state::{Authority, Facts, Step};
use crate::directory::Account;
use crate::directory::domain::Realm;
use crate::journal::Because;
use crate::refusal::Code;

/// An account, and who verifies it.
#[derive(Clone, Copy, Debug)]
pub struct AtHome<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Who verifies it.
    pub realm: Realm<'a>,
}

/// The account behind a name, and who verifies it.
pub fn home_realm<'a>(facts: &Facts<'a>, name: &Named, because: &mut Vec<Because>) -> Result<AtHome<'a>, Step> {
    let account = match &facts.demand.authority {
        Authority::Provider(handle) => {
            facts.directory.provider(handle).and_then(|provider| facts.directory.account_at(provider, &name.upn))
        }
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.directory.account(&name.upn)
        }
    };
    let Some(account) = account else {
        if hides_unknown(facts, name) {
            return Err(Step::AskPassword { upn: name.upn.clone() });
        }
        return Err(Step::Refuse(
            Code::NoSuchUser.because(format!("There is no account {} in any tenant of this world.", name.upn)),
        ));
    };
    let realm = facts.directory.realm(account.home, account.upn.domain());
    let domain = account.upn.domain();
    because.push(Because::new(
        "R-10",
        match realm {
            Realm::Managed => format!("{domain} is managed by {}", account.home.name()),
            Realm::Federated(trust) => {
                let provider = trust.provider.as_deref().or(trust.metadata.as_deref()).unwrap_or("another provider");
                format!("{domain} is federated: {provider} verifies its people")
            }
        },
    ));
    Ok(AtHome { account, realm })
}

/// Must an unknown name look like a known one here?
pub fn hides_unknown(facts: &Facts<'_>, name: &Named) -> bool {
    let tenant = match &facts.demand.authority {
        Authority::Provider(handle) => facts.directory.provider(handle),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.directory.tenant_by_domain(name.upn.domain())
        }
    };
    tenant.is_some_and(|tenant| tenant.hides_unknown_users())
}
