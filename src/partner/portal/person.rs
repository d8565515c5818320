//! Who is signed in at Partner Center, and with which roles? The roles are those of the account at home, as they are now.

use super::admission::Standing;
use crate::directory::role::Roles;
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::partner::exceptions::is_partner;
use crate::partner::sign_in::records::SiteSession;
use crate::time::Timestamp;

/// Somebody signed in.
#[derive(Clone, Copy, Debug)]
pub struct Person<'d> {
    /// The account.
    pub account: Account<'d>,
    /// The tenant signed in to, which owns it.
    pub tenant: Tenant<'d>,
    /// Its roles there, those of its groups included.
    pub roles: Roles,
}

impl<'d> Person<'d> {
    /// The person of a session. By object and tenant, which stay: a name can pass to somebody else.
    pub fn of(directory: &'d Directory, session: &SiteSession) -> Option<Self> {
        let account = directory.account_by_id(session.object)?;
        let tenant = directory.tenant_by_id(session.tenant).filter(|tenant| *tenant == account.home)?;
        let by_group = directory.groups_of(tenant, &account).into_iter().filter_map(|(_, group)| group.everyone_with);
        let roles = account.user.roles.iter().copied().chain(by_group).collect();
        Some(Self { account, tenant, roles })
    }

    /// What the person's tenant is held to.
    pub fn standing(&self, directory: &'d Directory, now: Timestamp) -> Standing<'d> {
        if !is_partner(self.tenant) {
            return Standing::Stranger;
        }
        if let Some((handle, _)) = directory.excepted(self.tenant, now) {
            return Standing::Excepted(handle);
        }
        match self.tenant {
            Tenant::Entra { facts, .. } if facts.mfa_audit_only => Standing::Audited,
            Tenant::Entra { .. } | Tenant::Provider { .. } => Standing::Held,
        }
    }
}
