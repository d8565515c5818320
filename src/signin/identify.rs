//! Who is it? Somebody typed a name, picked a tile, or is already signed in.
//!
//! `prompt`, `login_hint`, `domain_hint` and `sid` as OpenID Connect Core 3.1.2.1 and Entra's documentation
//! of its authorize endpoint have them.

use super::home_realm::{federated, to_the_provider};
use super::session::SignedIn;
use super::state::{Authority, Facts, Prompt, Step};
use super::tenant_access;
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::journal::Because;

/// A name somebody claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The name.
    pub upn: Upn,
}

/// Who it is, or the question that finds out.
pub fn identify(facts: &Facts<'_>, because: &mut Vec<Because>) -> Result<Named, Step> {
    if let Some(upn) = &facts.evidence.chosen {
        return Ok(Named { upn: upn.clone() });
    }
    if facts.evidence.another {
        return Err(Step::AskUsername { suggestion: String::new() });
    }
    match facts.demand.prompt {
        Prompt::Login | Prompt::LoginAndConsent => hinted(facts).map_or_else(|| Err(ask(facts)), Ok),
        Prompt::SelectAccount | Prompt::SelectAccountAndConsent => Err(pick_or_ask(facts)),
        Prompt::None | Prompt::AsNeeded | Prompt::Consent => signed_in(facts, because),
    }
}

fn signed_in(facts: &Facts<'_>, because: &mut Vec<Because>) -> Result<Named, Step> {
    let candidates: Vec<&SignedIn> = facts.session.accounts.iter().filter(|account| fits(facts, account)).collect();
    if let [only] = candidates.as_slice() {
        because.push(Because::new("R-08", format!("{} is already signed in in this browser", only.upn)));
        return Ok(Named { upn: only.upn.clone() });
    }
    if facts.demand.sid.is_some() || (candidates.is_empty() && facts.demand.login_hint.is_some()) {
        return hinted(facts).map_or_else(|| Err(ask(facts)), Ok);
    }
    if candidates.is_empty() {
        return Err(to_the_hinted_provider(facts, because).unwrap_or_else(|| ask(facts)));
    }
    Err(Step::PickAccount)
}

/// Could this signed-in account be the one that is meant?
fn fits(facts: &Facts<'_>, account: &SignedIn) -> bool {
    let demand = facts.demand;
    if let Some(sid) = &demand.sid {
        return account.sid == *sid;
    }
    if let Some(hint) = &demand.login_hint {
        return account.upn == Upn::new(hint);
    }
    if let Some(domain) = hinted_domain(facts)
        && !matches!(domain, "organizations" | "consumers")
        && !account.upn.domain().eq_ignore_ascii_case(domain)
    {
        return false;
    }
    tenant_access::could_enter(facts, &account.upn)
}

/// The hinted name, when it can be somebody here: then the first page can be left out.
fn hinted(facts: &Facts<'_>) -> Option<Named> {
    let upn = Upn::new(facts.demand.login_hint.as_deref()?);
    can_be(facts, &upn).then_some(Named { upn })
}

/// Is there an account of this name where this sign-in looks for one, or a provider that would know?
pub fn can_be(facts: &Facts<'_>, upn: &Upn) -> bool {
    known_at(facts.directory, &facts.demand.authority, upn).is_some() || federated(facts, upn.domain()).is_some()
}

/// The account of this name, where a sign-in that is begun there looks for it.
pub fn known_at<'d>(directory: &'d Directory, authority: &Authority, upn: &Upn) -> Option<Account<'d>> {
    match authority {
        Authority::Provider(handle) => directory.account_at(directory.provider(handle)?, upn),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            directory.account(upn)
        }
    }
}

/// A hint of a federated domain leads straight to its provider, which knows its own people.
fn to_the_hinted_provider(facts: &Facts<'_>, because: &mut Vec<Because>) -> Option<Step> {
    let domain = hinted_domain(facts)?.to_lowercase();
    let trust = federated(facts, &domain)?;
    because.push(Because::new("R-10", format!("the hint names {domain}, which is federated")));
    Some(to_the_provider(facts, domain, None, trust))
}

/// The domain that is hinted at. A third-party provider knows its own people only, and sends nobody to another.
fn hinted_domain<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    match facts.demand.authority {
        Authority::Provider(_) => None,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.demand.domain_hint.as_deref()
        }
    }
}

fn pick_or_ask(facts: &Facts<'_>) -> Step {
    if facts.session.accounts.is_empty() { ask(facts) } else { Step::PickAccount }
}

fn ask(facts: &Facts<'_>) -> Step {
    Step::AskUsername { suggestion: facts.demand.login_hint.clone().unwrap_or_default() }
}
