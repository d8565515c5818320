//! Who verifies this person: the tenant itself, or another provider?

use super::federated::{Carrier, Journey, Occasion, Wanted, fresh};
use super::identify::{Named, known_at};
use super::state::{Authority, Facts, Presence, Step};
use crate::directory::Account;
use crate::directory::domain::{Federation, Realm};
use crate::id::Upn;
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
        return Err(unknown(facts, &name.upn, because));
    };
    let realm = facts.directory.realm(account.home, account.upn.domain());
    because.push(verified_by(account, realm));
    Ok(AtHome { account, realm })
}

/// Nobody here is called this. Whom a federated domain has, its provider knows better.
fn unknown(facts: &Facts<'_>, upn: &Upn, because: &mut Vec<Because>) -> Step {
    let there = facts.demand.presence == Presence::There;
    if let Some(trust) = federated(facts, upn.domain()).filter(|_| there) {
        because.push(elsewhere(upn.domain(), trust));
        return to_the_provider(facts, upn.domain().to_owned(), Some(upn.clone()), trust);
    }
    if hides_unknown(facts, upn) {
        return Step::AskPassword { upn: upn.clone() };
    }
    Step::Refuse(Code::NoSuchUser.because(format!("There is no account {upn} in any tenant of this world.")))
}

/// Who verifies this account, in words.
pub fn verified_by(account: Account<'_>, realm: Realm<'_>) -> Because {
    let domain = account.upn.domain();
    match realm {
        Realm::Managed => Because::new("R-10", format!("{domain} is managed by {}", account.home.name())),
        Realm::Federated(trust) => elsewhere(domain, trust),
    }
}

fn elsewhere(domain: &str, trust: &Federation) -> Because {
    let provider = trust.provider.as_deref().or(trust.metadata.as_deref()).unwrap_or("another provider");
    Because::new("R-10", format!("{domain} is federated: {provider} verifies its people"))
}

/// The trust of a domain whose people another provider verifies. A third-party provider sends nobody to another.
pub fn federated<'a>(facts: &Facts<'a>, domain: &str) -> Option<&'a Federation> {
    let tenant = match facts.demand.authority {
        Authority::Provider(_) => return None,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.directory.tenant_by_domain(domain)?
        }
    };
    match facts.directory.realm(tenant, domain) {
        Realm::Federated(trust) => Some(trust),
        Realm::Managed => None,
    }
}

/// The way of somebody who has not signed in to the provider that verifies them.
pub fn to_the_provider(facts: &Facts<'_>, domain: String, upn: Option<Upn>, trust: &Federation) -> Step {
    Step::GoToProvider(Box::new(Journey {
        domain,
        upn,
        wanted: Wanted::SignIn,
        fresh: fresh(facts, trust),
        occasion: Occasion::NobodySignedIn,
        carrier: Carrier::over(trust.protocol),
        challenge: None,
    }))
}

/// Must an unknown name look like a known one here?
pub fn hides_unknown(facts: &Facts<'_>, upn: &Upn) -> bool {
    let tenant = match &facts.demand.authority {
        Authority::Provider(handle) => facts.directory.provider(handle),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.directory.tenant_by_domain(upn.domain())
        }
    };
    tenant.is_some_and(|tenant| tenant.hides_unknown_users())
}
