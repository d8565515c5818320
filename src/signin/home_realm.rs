//! Who verifies this person: the tenant itself, or another provider?

use super::identify::Named;
use super::state::{Authority, Facts, Step};
use crate::directory::Account;
use crate::directory::domain::Realm;
use crate::journal::Because;
use crate::refusal::Code;

/// An account whose password this server verifies.
#[derive(Clone, Copy, Debug)]
pub struct Managed<'a> {
    /// The account.
    pub account: Account<'a>,
}

/// The account behind a name, when it is ours to verify.
pub fn home_realm<'a>(facts: &Facts<'a>, name: &Named, because: &mut Vec<Because>) -> Result<Managed<'a>, Step> {
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
    match facts.directory.realm(account.home, account.upn.domain()) {
        Realm::Managed => {
            because
                .push(Because::new("R-10", format!("{} is managed by {}", account.upn.domain(), account.home.name())));
            Ok(Managed { account })
        }
        // Differs: the real service sends the browser to the provider. Until this server speaks its
        // protocols, saying so plainly is all it can honestly do.
        Realm::Federated(_) => Err(Step::Refuse(
            Code::UnknownFederationRealm
                .because(format!("{} signs in at another provider, which does not answer yet.", account.upn.domain()))
                .because("R-10", format!("{} is federated", account.upn.domain())),
        )),
    }
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
