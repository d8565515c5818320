//! FACTS: who exists and what is configured, in one world.
//!
//! A [`Directory`] is one immutable value: the [`World`] as its file has it, with indexes. It is read as a
//! snapshot and replaced as a whole, so nobody ever sees half a change.
//!
//! ```text
//! world       a world as a file has it; the built-in ones
//! shape       does data have the form of a world at all? check: every mistake in one that has
//! homes       tenants and providers, found by their names; account: accounts; application: applications
//! tenant      what a tenant, or a provider, is and decides; domain: who verifies the people of its domains; external: who
//!             else proves a second factor
//! user group role app consent policy
//!             what belongs to a tenant, one file each
//! table       what is kept by name
//! secrets     what of all this nobody may read, found in a text
//! partner     who administers others: resellers and their relationships; delegation: in which roles
//! exception   who is excused from the mandate, and until when
//! ```

mod account;
pub mod app;
mod application;
pub mod check;
pub mod consent;
pub mod country;
pub mod delegation;
pub mod domain;
pub mod exception;
pub mod external;
pub mod group;
mod homes;
pub mod partner;
mod platform;
pub mod policy;
pub mod role;
pub mod secrets;
pub mod shape;
pub mod table;
pub mod tenant;
pub mod user;
pub mod world;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use application::bare;
use check::Problem;
use platform::Platform;
use secrets::Secrets;
use tenant::Tenant;
use user::User;
use world::World;

use crate::id::{ClientId, ObjectId, TenantId, Upn};

pub use account::{Account, AccountRef};
pub use application::Application;
pub use homes::CONSUMERS;

/// The facts of one world, ready to be asked.
#[derive(Clone, Debug)]
pub struct Directory {
    world: World,
    /// Microsoft's own applications, present in every tenant, as they come with the program.
    shipped: Platform,
    /// The same, with the permissions that this world names.
    platform: Platform,
    tenant_by_id: HashMap<TenantId, String>,
    tenant_by_domain: HashMap<String, String>,
    user_by_id: HashMap<ObjectId, Upn>,
    app_by_client_id: HashMap<ClientId, String>,
    resource_by_uri: HashMap<String, String>,
    /// Relationships by the customer's handle.
    relationships_by_customer: HashMap<String, Vec<String>>,
    /// Once somebody asked.
    secrets: OnceLock<Arc<Secrets>>,
}

impl Directory {
    /// Checks a world and makes it ready to be asked; otherwise lists every mistake in it.
    pub fn new(mut world: World) -> Result<Self, Vec<Problem>> {
        world.complete();
        let problems = check::problems(&world);
        if !problems.is_empty() {
            return Err(problems);
        }
        let shipped = Arc::new(world::platform().map_err(|problem| vec![problem])?);
        Ok(Self::indexed(world, shipped))
    }

    /// The same directory after a change to its world.
    pub fn changed(&self, change: impl FnOnce(&mut World)) -> Result<Self, Vec<Problem>> {
        let mut world = self.world.clone();
        change(&mut world);
        world.complete();
        let problems = check::problems(&world);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self::indexed(world, self.shipped.clone()))
    }

    /// The same directory after a change to one account that leaves its id alone: what a person does to their own
    /// methods cannot make a world wrong, so nothing is checked or indexed again.
    pub fn with_account(&self, home: Tenant<'_>, upn: &Upn, change: impl FnOnce(&mut User)) -> Self {
        let mut changed = self.clone();
        let user = match home {
            Tenant::Entra { .. } => changed.world.users.get_mut(upn).map(Arc::make_mut),
            Tenant::Provider { handle, .. } => {
                changed.world.providers.get_mut(handle).and_then(|provider| provider.users.get_mut(upn))
            }
        };
        if let Some(user) = user {
            let secrets: Vec<_> = secrets::of_account(user).cloned().collect();
            change(user);
            if !secrets.iter().eq(secrets::of_account(user)) {
                changed.secrets = OnceLock::new();
            }
        }
        changed
    }

    fn indexed(world: World, shipped: Platform) -> Self {
        let mut directory = Self {
            platform: platform::named_in(&world, &shipped),
            shipped,
            tenant_by_id: HashMap::new(),
            tenant_by_domain: HashMap::new(),
            user_by_id: HashMap::with_capacity(world.users.len()),
            app_by_client_id: HashMap::new(),
            resource_by_uri: HashMap::new(),
            relationships_by_customer: HashMap::new(),
            secrets: OnceLock::new(),
            world: World::default(),
        };
        for (handle, tenant) in &world.tenants {
            directory.tenant_by_id.insert(tenant.id, handle.clone());
            for domain in &tenant.domains {
                directory.tenant_by_domain.insert(domain.clone(), handle.clone());
            }
        }
        for (upn, user) in &world.users {
            directory.user_by_id.insert(user.id, upn.clone());
        }
        for (handle, facts) in &world.relationships {
            directory.relationships_by_customer.entry(facts.customer.clone()).or_default().push(handle.clone());
        }
        let own = world.apps.iter().filter(|(_, app)| world.tenants.contains_key(&app.home));
        // The world's applications come last: a file may replace one of Microsoft's by its client id.
        for (handle, app) in directory.platform.iter().chain(own) {
            directory.app_by_client_id.insert(app.client_id.clone(), handle.clone());
            for uri in &app.identifier_uris {
                directory.resource_by_uri.insert(bare(uri).to_owned(), handle.clone());
            }
        }
        directory.world = world;
        directory
    }

    /// What in it nobody may read.
    pub fn secrets(&self) -> &Secrets {
        self.secrets.get_or_init(|| Arc::new(Secrets::of(self)))
    }

    /// The world this directory was made from.
    pub fn world(&self) -> &World {
        &self.world
    }
}
