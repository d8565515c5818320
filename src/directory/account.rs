//! Whose account is it, by which name is it found, and what has it where?

use super::Directory;
use super::external::External;
use super::group::Group;
use super::tenant::{Guest, Tenant};
use super::user::User;
use crate::id::{ObjectId, Upn};

/// An account, seen from somewhere: who it is, and where it lives.
#[derive(Clone, Copy, Debug)]
pub struct Account<'d> {
    /// Its user name.
    pub upn: &'d Upn,
    /// What the world says of it.
    pub user: &'d User,
    /// The tenant or provider that owns it.
    pub home: Tenant<'d>,
}

/// An account by its name, where it is at home; whether there is one, [`AccountRef::find`] tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRef<'a> {
    /// The tenant or provider that owns it, by place.
    pub home: &'a str,
    /// Its user name there.
    pub upn: &'a Upn,
}

impl AccountRef<'_> {
    /// The account, as this world has it.
    pub fn find<'d>(&self, directory: &'d Directory) -> Option<Account<'d>> {
        directory.account_at(directory.at(self.home)?, self.upn)
    }
}

impl Account<'_> {
    /// The name shown to people: what the world says, else what stands before the `@`.
    pub fn title(&self) -> String {
        if !self.user.name.is_empty() {
            return self.user.name.clone();
        }
        let local = self.upn.as_str().split('@').next().unwrap_or_default();
        let mut letters = local.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl Directory {
    /// An account of an Entra tenant by its user name.
    pub fn account(&self, upn: &Upn) -> Option<Account<'_>> {
        let (upn, user) = self.world.users.get_key_value(upn)?;
        Some(Account { upn, user, home: self.tenant_by_domain(upn.domain())? })
    }

    /// An account by its object id at home.
    pub fn account_by_id(&self, id: ObjectId) -> Option<Account<'_>> {
        self.user_by_id.get(&id).and_then(|upn| self.account(upn))
    }

    /// An account by its name, where it would sign in: at a provider its own, else an Entra tenant's.
    pub fn account_at<'d>(&'d self, tenant: Tenant<'d>, upn: &Upn) -> Option<Account<'d>> {
        match tenant {
            Tenant::Entra { .. } => self.account(upn),
            Tenant::Provider { facts, .. } => {
                let (upn, user) = facts.users.get_key_value(upn)?;
                Some(Account { upn, user, home: tenant })
            }
        }
    }

    /// Every account of this name: an Entra tenant's own first, then those that providers have.
    pub fn accounts_named<'d>(&'d self, upn: &Upn) -> impl Iterator<Item = Account<'d>> {
        let elsewhere = self.providers().filter_map(move |at| self.account_at(at, upn));
        self.account(upn).into_iter().chain(elsewhere)
    }

    /// The guest object an account of another tenant has in this one.
    pub fn guest<'d>(&self, tenant: Tenant<'d>, upn: &Upn) -> Option<&'d Guest> {
        match tenant {
            Tenant::Entra { facts, .. } => facts.guests.get(upn),
            Tenant::Provider { .. } => None,
        }
    }

    /// The external authentication methods that an account's home lets it use, with their handles.
    pub fn external_methods<'d>(&self, account: &Account<'d>) -> Vec<(&'d str, &'d External)> {
        let Tenant::Entra { facts, .. } = account.home else { return Vec::new() };
        if facts.external_methods.is_empty() {
            return Vec::new();
        }
        let groups = self.groups_of(account.home, account);
        let is_theirs = |method: &External| {
            let named = |group: &String| groups.iter().any(|(handle, _)| handle == group);
            method.groups.is_empty() || method.groups.iter().any(named)
        };
        let methods = facts.external_methods.iter().filter(|(_, method)| is_theirs(method));
        methods.map(|(handle, method)| (handle.as_str(), method)).collect()
    }

    /// The groups an account belongs to in a tenant.
    pub fn groups_of<'d>(&self, tenant: Tenant<'d>, account: &Account<'_>) -> Vec<(&'d str, &'d Group)> {
        let Tenant::Entra { facts, .. } = tenant else { return Vec::new() };
        let guest = facts.guests.get(account.upn);
        if guest.is_none() && account.home != tenant {
            return Vec::new();
        }
        let named = guest.map_or(&account.user.groups, |guest| &guest.groups);
        let roles = guest.map_or(&account.user.roles, |guest| &guest.roles);
        let belongs = |handle: &str, group: &Group| {
            named.iter().any(|name| name == handle) || group.everyone_with.is_some_and(|role| roles.contains(&role))
        };
        facts
            .groups
            .iter()
            .filter(|(handle, group)| belongs(handle, group))
            .map(|(handle, group)| (handle.as_str(), group))
            .collect()
    }
}
