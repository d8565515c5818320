//! Who verifies this person: the tenant itself, or another provider?

use super::identify::{Named, known_at};
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
    let Some(account) = known_at(facts.directory, &facts.demand.authority, &name.upn) else {
        if hides_unknown(facts, name) {
            return Err(Step::AskPassword { upn: name.upn.clone() });
        }
        return Err(Step::Refuse(
            Code::NoSuchUser.because(format!("There is no account {} in any tenant of this world.", name.upn)),
        ));
    };
    let realm = facts.directory.realm(account.home, account.upn.domain());
    because.push(verified_by(account, realm));
    Ok(AtHome { account, realm })
}

/// Who verifies this account, in words.
pub fn verified_by(account: Account<'_>, realm: Realm<'_>) -> Because {
    let domain = account.upn.domain();
    Because::new(
        "R-10",
        match realm {
            Realm::Managed => format!("{domain} is managed by {}", account.home.name()),
            Realm::Federated(trust) => {
                let provider = trust.provider.as_deref().or(trust.metadata.as_deref()).unwrap_or("another provider");
                format!("{domain} is federated: {provider} verifies its people")
            }
        },
    )
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
