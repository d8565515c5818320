//! What would whoever knows the account's password say to it, apart from the decision that a right one leads to?

use super::{Client, Question};
use crate::directory::Directory;
use crate::directory::domain::Realm;
use crate::federation::wstrust::decide::Scene;
use crate::journal::Because;
use crate::partner::legacy;
use crate::refusal::Refusal;
use crate::signin::factors::First;
use crate::signin::home_realm::verified_by;
use crate::signin::password::{self, held_elsewhere};
use crate::signin::tenant_access::is_guest;
use crate::time::Timestamp;

/// When a provider's word is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Before anything else.
    Before,
    /// When nothing else stands in the way: elsewhere a partner's agent is told first what else is missing.
    After,
}

impl Question {
    /// Why the right password would not do, where one is part of the question: it has expired, or the account is locked.
    pub(super) fn password_first(
        &self,
        directory: &Directory,
        failures: &[Timestamp],
        now: Timestamp,
    ) -> Option<(Refusal, Because)> {
        let shown = match self.client {
            Client::Browser => self.evidence.as_ref().is_some_and(|factors| factors.first == First::Password),
            Client::Password | Client::Legacy => true,
        };
        let account = directory.account_at(directory.at(&self.home)?, &self.upn).filter(|_| shown)?;
        let realm = directory.realm(account.home, account.upn.domain());
        // Of a federated account the provider has the password, and only older protocols ask it on the account's behalf.
        let held = match (realm, self.client) {
            (Realm::Managed, _) => account,
            (Realm::Federated(_), Client::Browser | Client::Password) => return None,
            (Realm::Federated(trust), Client::Legacy) => {
                directory.account_at(directory.provider(trust.provider.as_deref()?)?, &self.upn)?
            }
        };
        let refusal = password::taken(held, failures, now).err()?;
        Some((refusal, verified_by(account, realm)))
    }

    /// Who is a guest has no password where the grant would be asked for.
    pub(super) fn guest_first(&self, directory: &Directory, now: Timestamp) -> Option<Refusal> {
        let handed_over = self.client == Client::Password;
        let account =
            directory.account(&self.upn).filter(|account| handed_over && account.home.place() == self.home)?;
        let tenant = self.demand.authority.tenant(directory)?;
        is_guest(directory, &account, tenant, now).then(|| match account.home.hides_unknown_users() {
            true => password::wrong(),
            false => password::no_such_account(&self.upn),
        })
    }

    /// What a password comes to that only another provider can verify, and whether that is told before all else.
    pub(super) fn provider_first(&self, directory: &Directory, now: Timestamp) -> Option<(Refusal, When)> {
        let account = directory.account(&self.upn).filter(|account| account.home.place() == self.home)?;
        match self.client {
            Client::Browser => None,
            Client::Password => {
                let at_home = self.demand.authority.tenant(directory).is_none_or(|tenant| tenant == account.home);
                let when = if at_home { When::Before } else { When::After };
                held_elsewhere(directory, account).map(|refusal| (refusal, when))
            }
            // The protocol asks the provider on behalf of its client.
            Client::Legacy => {
                let domain = account.upn.domain();
                let Realm::Federated(trust) = directory.realm(account.home, domain) else { return None };
                let provider = trust.provider.as_deref()?;
                let scene = Scene { directory, now, ip: self.ip };
                let refusal = legacy::at_provider(&scene, provider, domain, &account).err()?;
                Some((refusal, When::Before))
            }
        }
    }
}
