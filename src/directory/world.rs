//! A whole world as a file has it: maps keyed by handle, so that a merge patch can reach one thing.

mod belongings;
mod builtin;
mod reading;
mod remainder;
mod syntax;
mod writing;

use std::sync::Arc;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::App;
use super::consent::Consent;
use super::exception::Exception;
use super::partner::Relationship;
use super::tenant::{EntraTenant, Provider};
use super::user::User;
use crate::config::ServerFile;
use crate::directory::table::Table;
use crate::id::{ObjectId, Upn};

pub use belongings::let_go;
pub use builtin::{PARTNER, PLAIN, PLATFORM, partner, plain, platform};
pub use reading::{change, from_value, merge, read, schema};

/// Everything a world file can say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// Which edition of the partner mandate is shown.
    pub edition: Edition,
    /// Settings of the server itself; flags and environment win.
    pub server: Option<ServerFile>,
    /// Entra tenants, by handle.
    pub tenants: Table<String, EntraTenant>,
    /// Accounts of Entra tenants, by user name.
    pub users: Table<Upn, Arc<User>>,
    /// Third-party identity providers, by handle: `/idp/{handle}`.
    pub providers: Table<String, Provider>,
    /// Applications, by handle.
    pub apps: Table<String, Arc<App>>,
    /// What was agreed to, by handle.
    pub consents: Table<String, Consent>,
    /// Who may administer whom, by handle.
    pub relationships: Table<String, Relationship>,
    /// Technical exceptions from the partner mandate, by handle.
    pub exceptions: Table<String, Exception>,
}

/// The editions of the mandate: the published rules changed over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub enum Edition {
    /// Baseline policy, two protected pages.
    #[serde(rename = "2019")]
    Y2019,
    /// Security defaults, the table of R-30.
    #[default]
    #[serde(rename = "2020")]
    Y2020,
    /// Every page protected, code 900421.
    #[serde(rename = "2025")]
    Y2025,
}

impl World {
    /// Does anybody sign in by this name, in a tenant or at a provider?
    pub fn has_account(&self, upn: &Upn) -> bool {
        self.users.contains_key(upn) || self.providers.values().any(|one| one.users.contains_key(upn))
    }

    /// Fills in what a file may leave out: ids made from handles, names in lower case.
    pub fn complete(&mut self) {
        for (handle, tenant) in &mut self.tenants {
            tenant.complete(handle);
        }
        for (upn, user) in &mut self.users {
            if user.id == ObjectId::default() {
                Arc::make_mut(user).id = ObjectId::derived(&["user", upn.as_str()]);
            }
        }
        for (handle, provider) in &mut self.providers {
            for (upn, user) in &mut provider.users {
                if user.id == ObjectId::default() {
                    user.id = ObjectId::derived(&["user", handle, upn.as_str()]);
                }
            }
        }
        let only = self.tenants.keys().next().filter(|_| self.tenants.len() == 1);
        for (handle, app) in &mut self.apps {
            if let Some(only) = only.filter(|_| app.home.is_empty()) {
                Arc::make_mut(app).home = only.clone();
            }
            if app.needs_completing() {
                Arc::make_mut(app).complete(handle);
            }
        }
    }
}
