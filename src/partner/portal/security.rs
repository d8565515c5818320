//! How much of what a partner's people do is done with a second factor?
//!
//! Follows the security requirements status page: the accounts that the tenant's own policies ask for a second factor,
//! and the requests of the last seven days. Applications by themselves are not counted, as nobody asks them for one.
//!
//! Differs: the real page is a day old; this one counts when it is opened.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::id::{TenantId, Upn};
use crate::partner::usage::{Proven, Surface, Usage};
use crate::signin::mfa::required::{Want, required};
use crate::signin::session::Session;
use crate::signin::state::{Authority, Demand, Evidence, Facts};
use crate::signin::tenant_access::place_of;
use crate::time::{Span, Timestamp};

/// How far back requests are counted.
pub const WINDOW: Span = Span::days(7);

/// The state of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The partner's tenant.
    pub tenant: TenantId,
    /// Its accounts.
    pub accounts: Accounts,
    /// Its people's requests to the pages.
    pub portal: Requests,
    /// Its people's requests to the API.
    pub api: Requests,
    /// The same for each account.
    pub rows: Vec<Row>,
}

/// How many accounts are asked for a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Those that can sign in.
    pub total: usize,
    /// Those of them that are asked.
    pub mfa_enforced: usize,
}

/// How many requests were made, and how many of them with a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// All.
    pub requests: usize,
    /// With one.
    pub with_mfa: usize,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name.
    pub upn: Upn,
    /// Is it asked for a second factor?
    pub mfa_enforced: bool,
    /// Its requests to the pages.
    pub portal_requests: usize,
    /// Those with a second factor.
    pub portal_with_mfa: usize,
    /// Its requests to the API.
    pub api_requests: usize,
    /// Those with a second factor.
    pub api_with_mfa: usize,
}

impl Requests {
    fn note(&mut self, proven: Proven) {
        match proven {
            Proven::Mfa => {
                self.requests += 1;
                self.with_mfa += 1;
            }
            Proven::NoMfa => self.requests += 1,
            Proven::AppOnly => {}
        }
    }
}

/// The state of a partner, from who there is and what was done.
pub fn status(directory: &Directory, partner: Tenant<'_>, used: &[Usage], now: Timestamp) -> Status {
    let mut by_person: BTreeMap<&Upn, [Requests; 2]> = BTreeMap::new();
    let (mut portal, mut api) = (Requests::default(), Requests::default());
    for one in used {
        let own = one.upn.as_ref().map(|upn| by_person.entry(upn).or_default());
        let (all, place) = match one.surface {
            Surface::Portal => (&mut portal, 0),
            Surface::Api => (&mut api, 1),
        };
        all.note(one.proven);
        if let Some(own) = own.and_then(|own| own.get_mut(place)) {
            own.note(one.proven);
        }
    }
    let rows: Vec<Row> = people(directory, partner)
        .map(|account| {
            let [portal, api] = by_person.get(account.upn).copied().unwrap_or_default();
            Row {
                upn: account.upn.clone(),
                mfa_enforced: is_asked(directory, account, now),
                portal_requests: portal.requests,
                portal_with_mfa: portal.with_mfa,
                api_requests: api.requests,
                api_with_mfa: api.with_mfa,
            }
        })
        .collect();
    let mfa_enforced = rows.iter().filter(|row| row.mfa_enforced).count();
    Status { tenant: partner.id(), accounts: Accounts { total: rows.len(), mfa_enforced }, portal, api, rows }
}

/// The accounts of a tenant that can sign in.
pub fn people<'d>(directory: &'d Directory, tenant: Tenant<'_>) -> impl Iterator<Item = Account<'d>> {
    let domains = match tenant {
        Tenant::Entra { facts, .. } => facts.domains.as_slice(),
        Tenant::Provider { .. } => &[],
    };
    let here = |upn: &Upn| domains.iter().any(|domain| domain == upn.domain());
    let users = directory.world().users.iter().filter(move |(upn, user)| user.enabled && here(upn));
    users.filter_map(|(upn, _)| directory.account(upn))
}

/// Do the tenant's policies ask this account for a second factor when it opens Partner Center in a browser? The engine
/// that would ask is the one that answers.
fn is_asked(directory: &Directory, account: Account<'_>, now: Timestamp) -> bool {
    let demand = Demand::new(Authority::Organizations, "partner-center");
    let (evidence, session) = (Evidence::default(), Session::default());
    let facts =
        Facts { directory, demand: &demand, evidence: &evidence, session: &session, now, ip: None, remembered: &[] };
    let Ok(access) = place_of(&facts, account) else { return false };
    match required(&facts, &account, &access, &mut Vec::new()) {
        Ok(demands) => demands.all.iter().any(|one| matches!(one.want, Want::Factor(_))),
        // Whoever a policy keeps out altogether signs in with nothing less.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::policy::PerUserMfa;
    use crate::directory::world;
    use crate::id::{ClientId, ObjectId};

    fn used(upn: Option<&str>, surface: Surface, proven: Proven) -> Usage {
        Usage {
            surface,
            operation: "Customers".into(),
            time: Timestamp::default(),
            tenant: TenantId::default(),
            object: ObjectId::default(),
            upn: upn.map(Upn::new),
            app: ClientId::new("app"),
            request_id: String::new(),
            correlation_id: String::new(),
            source_ip: String::new(),
            proven,
        }
    }

    #[test]
    fn r_34_the_state_is_counted_from_the_accounts_and_from_what_they_did() {
        let mut world = world::partner().unwrap();
        let scanner = world.users.get_mut(&Upn::new("scanner@fabrikam.test")).unwrap();
        std::sync::Arc::make_mut(scanner).enabled = false;
        let fay = world.users.get_mut(&Upn::new("fay@fabrikam.test")).unwrap();
        std::sync::Arc::make_mut(fay).per_user_mfa = Some(PerUserMfa::Enforced);
        let directory = Directory::new(world).unwrap();
        let john = Some("john@fabrikam.test");
        let used = [
            used(john, Surface::Portal, Proven::NoMfa),
            used(john, Surface::Portal, Proven::Mfa),
            used(john, Surface::Api, Proven::Mfa),
            used(Some("gone@fabrikam.test"), Surface::Api, Proven::NoMfa),
            used(None, Surface::Api, Proven::AppOnly),
        ];
        let fabrikam = directory.tenant_by_handle("fabrikam").unwrap();
        let told = status(&directory, fabrikam, &used, Timestamp::default());
        assert_eq!(told.accounts, Accounts { total: 3, mfa_enforced: 1 });
        assert_eq!(told.portal, Requests { requests: 2, with_mfa: 1 });
        assert_eq!(told.api, Requests { requests: 2, with_mfa: 1 }, "those of an account that is gone count, too");
        let row = told.rows.iter().find(|row| row.upn.as_str() == "john@fabrikam.test").unwrap();
        assert_eq!((row.mfa_enforced, row.portal_requests, row.portal_with_mfa), (false, 2, 1));
        assert_eq!((row.api_requests, row.api_with_mfa), (1, 1));
    }

    #[test]
    fn r_34_every_policy_that_asks_for_a_second_factor_counts() {
        let share = |change: fn(&mut crate::directory::tenant::EntraTenant)| {
            let mut world = world::partner().unwrap();
            change(world.tenants.get_mut("fabrikam").unwrap());
            let directory = Directory::new(world).unwrap();
            let fabrikam = directory.tenant_by_handle("fabrikam").unwrap();
            let accounts = status(&directory, fabrikam, &[], Timestamp::default()).accounts;
            (accounts.mfa_enforced, accounts.total)
        };
        assert_eq!(share(|_| {}), (0, 4));
        assert_eq!(share(|tenant| tenant.per_user_mfa = PerUserMfa::Enforced), (4, 4));
        assert_eq!(share(|tenant| tenant.security_defaults = true), (2, 4), "the agent and the administrator");
        assert_eq!(share(|tenant| tenant.admins_baseline = true), (1, 4), "the administrator");
    }
}
