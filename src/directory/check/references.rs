//! Does what one part of a world names exist in another?

use super::{Check, KeyPath, excerpt};
use crate::config::nearest;
use crate::directory::app::App;
use crate::directory::table::Table;
use crate::directory::tenant::EntraTenant;
use crate::directory::world::PLATFORM;
use crate::id::Upn;

/// Longer words are not looked for among the right ones: comparing costs the product of both lengths.
const LONGEST: usize = 64;

impl<'w> Check<'w> {
    /// A tenant of this world.
    pub(super) fn tenant(&mut self, at: &KeyPath<'_>, handle: &str) {
        let tenants = &self.world.tenants;
        if !tenants.contains_key(handle) {
            self.missing(at, "tenant", handle, tenants.keys().map(String::as_str));
        }
    }

    /// A third-party provider of this world.
    pub(super) fn provider(&mut self, at: &KeyPath<'_>, handle: &str) {
        let providers = &self.world.providers;
        if !providers.contains_key(handle) {
            self.missing(at, "provider", handle, providers.keys().map(String::as_str));
        }
    }

    /// A tenant or a provider: where accounts and applications live.
    pub(super) fn home(&mut self, at: &KeyPath<'_>, handle: &str) {
        let world = self.world;
        if !world.tenants.contains_key(handle) && !world.providers.contains_key(handle) {
            let right = world.tenants.keys().chain(world.providers.keys());
            self.missing(at, "tenant or provider", handle, right.map(String::as_str));
        }
    }

    /// An account of an Entra tenant.
    pub(super) fn user(&mut self, at: &KeyPath<'_>, upn: &Upn) {
        let users = &self.world.users;
        if !users.contains_key(upn) {
            // In a large world the right name is not worth the search.
            let few = users.keys().take(1000).map(Upn::as_str);
            self.missing(at, "user", upn.as_str(), few);
        }
    }

    /// Groups of a tenant.
    pub(super) fn groups(&mut self, at: &KeyPath<'_>, tenant: &EntraTenant, handles: &[String]) {
        for (index, handle) in handles.iter().enumerate() {
            if !tenant.groups.contains_key(handle) {
                self.missing(&at.index(index), "group", handle, tenant.groups.keys().map(String::as_str));
            }
        }
    }

    /// An application of this world or one of Microsoft's; only the former's facts are looked at.
    pub(super) fn app(&mut self, at: &KeyPath<'_>, handle: &str) -> Option<&'w App> {
        let apps = &self.world.apps;
        let app = apps.get(handle);
        if app.is_none() && !PLATFORM.contains(&handle) {
            self.missing(at, "application", handle, apps.keys().map(String::as_str).chain(PLATFORM));
        }
        app.map(AsRef::as_ref)
    }

    /// Roles of applications, as people and guests are given them, or applications as such.
    pub(super) fn app_roles(&mut self, at: &KeyPath<'_>, given: &Table<String, Vec<String>>) {
        for (handle, values) in given {
            let at = at.key(handle);
            if let Some(app) = self.app(&at, handle) {
                self.exposed(&at, "role", values, &app.roles);
            }
        }
    }

    /// Delegated permissions of resources.
    pub(super) fn scopes(&mut self, at: &KeyPath<'_>, given: &Table<String, Vec<String>>) {
        for (handle, values) in given {
            let at = at.key(handle);
            if let Some(app) = self.app(&at, handle) {
                self.exposed(&at, "scope", values, &app.scopes);
            }
        }
    }

    /// Roles or scopes that an application exposes.
    pub(super) fn exposed<T>(&mut self, at: &KeyPath<'_>, what: &str, named: &[String], right: &Table<String, T>) {
        for (index, value) in named.iter().enumerate() {
            if !right.contains_key(value) {
                self.missing(&at.index(index), what, value, right.keys().map(String::as_str));
            }
        }
    }

    /// What is named here does not exist, but perhaps something like it.
    pub(super) fn missing<'a>(
        &mut self,
        at: &KeyPath<'_>,
        what: &str,
        named: &str,
        right: impl Iterator<Item = &'a str>,
    ) {
        let meant = if named.len() > LONGEST { None } else { nearest(named, right.filter(|r| r.len() <= LONGEST)) };
        let hint = meant.map(|right| format!(", did you mean `{right}`?")).unwrap_or_default();
        self.say(at, format!("there is no {what} `{}`{hint}", excerpt(named)));
    }
}
