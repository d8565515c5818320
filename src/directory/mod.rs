//! FACTS: who exists and what is configured, in one world.
//!
//! A [`Directory`] is one immutable value: the [`World`] as its file has it, with indexes. It is read as a
//! snapshot and replaced as a whole, so nobody ever sees half a change.

pub mod app;
pub mod check;
pub mod consent;
pub mod delegation;
pub mod domain;
pub mod exception;
pub mod external;
pub mod group;
pub mod partner;
pub mod policy;
pub mod role;
pub mod shape;
pub mod tenant;
pub mod user;
pub mod world;

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::Arc;

use app::App;
use check::Problem;
use domain::Realm;
use exception::{Exception, ExceptionState};
use external::External;
use group::Group;
use partner::Relationship;
use tenant::{Guest, PROVIDER_MARK, Tenant};
use user::User;
use world::World;

use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::id::{ClientId, ObjectId, TenantId, Upn};
use crate::time::Timestamp;

/// The tenant id of personal accounts, which this world has none of.
pub const CONSUMERS: TenantId = TenantId(uuid::uuid!("9188040d-6c67-4c5b-b112-36a304b66dad"));

/// The facts of one world, ready to be asked.
#[derive(Clone, Debug)]
pub struct Directory {
    world: World,
    /// Microsoft's own applications, present in every tenant.
    platform: Arc<BTreeMap<String, Arc<App>>>,
    tenant_by_id: HashMap<TenantId, String>,
    tenant_by_domain: HashMap<String, String>,
    user_by_id: HashMap<ObjectId, Upn>,
    app_by_client_id: HashMap<ClientId, String>,
    resource_by_uri: HashMap<String, String>,
    /// Relationships by the customer's handle.
    relationships_by_customer: HashMap<String, Vec<String>>,
}

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

/// An application and the handle it goes by.
#[derive(Clone, Copy, Debug)]
pub struct Application<'d> {
    /// Its handle in the world.
    pub handle: &'d str,
    facts: &'d App,
}

impl Deref for Application<'_> {
    type Target = App;
    fn deref(&self) -> &App {
        self.facts
    }
}

impl<'d> Application<'d> {
    /// The name shown to people.
    pub fn title(&self) -> &'d str {
        if self.facts.name.is_empty() { self.handle } else { &self.facts.name }
    }

    /// What the world says of it.
    pub fn facts(&self) -> &'d App {
        self.facts
    }

    /// The object id of its service principal in a tenant.
    pub fn service_principal(&self, tenant: Tenant<'_>) -> ObjectId {
        ObjectId::derived(&["service principal", &tenant.id().to_string(), self.facts.client_id.as_str()])
    }

    /// The name a token for it as a resource carries in `aud`, when it has one.
    pub fn identifier_uri(&self) -> Option<&'d str> {
        self.facts.identifier_uris.first().map(String::as_str)
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
    /// Checks a world and makes it ready to be asked; otherwise lists every mistake in it.
    pub fn new(mut world: World) -> Result<Self, Vec<Problem>> {
        world.complete();
        let problems = check::problems(&world);
        if !problems.is_empty() {
            return Err(problems);
        }
        let platform = Arc::new(world::platform().map_err(|problem| vec![problem])?);
        Ok(Self::indexed(world, platform))
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
        Ok(Self::indexed(world, self.platform.clone()))
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
            change(user);
        }
        changed
    }

    fn indexed(world: World, platform: Arc<BTreeMap<String, Arc<App>>>) -> Self {
        let mut directory = Self {
            platform,
            tenant_by_id: HashMap::new(),
            tenant_by_domain: HashMap::new(),
            user_by_id: HashMap::with_capacity(world.users.len()),
            app_by_client_id: HashMap::new(),
            resource_by_uri: HashMap::new(),
            relationships_by_customer: HashMap::new(),
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

    /// The world this directory was made from.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// All Entra tenants.
    pub fn tenants(&self) -> impl Iterator<Item = Tenant<'_>> {
        self.world.tenants.iter().map(|(handle, facts)| Tenant::Entra { handle, facts })
    }

    /// All third-party providers.
    pub fn providers(&self) -> impl Iterator<Item = Tenant<'_>> {
        self.world.providers.iter().map(|(handle, facts)| Tenant::Provider { handle, facts })
    }

    /// A tenant by its handle.
    pub fn tenant_by_handle(&self, handle: &str) -> Option<Tenant<'_>> {
        self.world.tenants.get_key_value(handle).map(|(handle, facts)| Tenant::Entra { handle, facts })
    }

    /// A provider by its handle, which is its name in addresses.
    pub fn provider(&self, handle: &str) -> Option<Tenant<'_>> {
        self.world.providers.get_key_value(handle).map(|(handle, facts)| Tenant::Provider { handle, facts })
    }

    /// A tenant or a provider by its handle; where both share it, the tenant.
    pub fn home(&self, handle: &str) -> Option<Tenant<'_>> {
        self.tenant_by_handle(handle).or_else(|| self.provider(handle))
    }

    /// A tenant or a provider as records call it: see [`Tenant::place`].
    pub fn at(&self, place: &str) -> Option<Tenant<'_>> {
        match place.strip_prefix(PROVIDER_MARK) {
            Some(handle) => self.provider(handle),
            None => self.tenant_by_handle(place),
        }
    }

    /// A tenant by its id.
    pub fn tenant_by_id(&self, id: TenantId) -> Option<Tenant<'_>> {
        self.tenant_by_id.get(&id).and_then(|handle| self.tenant_by_handle(handle))
    }

    /// The tenant a domain is verified in.
    pub fn tenant_by_domain(&self, domain: &str) -> Option<Tenant<'_>> {
        // Nearly all come in lower case.
        let known = self.tenant_by_domain.get(domain).or_else(|| self.tenant_by_domain.get(&domain.to_lowercase()));
        known.and_then(|handle| self.tenant_by_handle(handle))
    }

    /// A tenant as addresses name it: by id or by verified domain.
    pub fn tenant(&self, name: &str) -> Option<Tenant<'_>> {
        match TenantId::parse(name) {
            Some(id) => self.tenant_by_id(id),
            None => self.tenant_by_domain(name),
        }
    }

    /// Who verifies the people of a domain of this tenant.
    pub fn realm<'d>(&self, tenant: Tenant<'d>, domain: &str) -> Realm<'d> {
        match tenant {
            Tenant::Entra { facts, .. } => facts.federation.get(domain).map_or(Realm::Managed, Realm::Federated),
            Tenant::Provider { .. } => Realm::Managed,
        }
    }

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

    /// An application by its client id, as registered at, or visible from, this tenant.
    pub fn app<'d>(&'d self, tenant: Tenant<'_>, client_id: &ClientId) -> Option<Application<'d>> {
        match tenant {
            Tenant::Entra { .. } => self.entra_app(client_id),
            Tenant::Provider { handle, .. } => self
                .world
                .apps
                .iter()
                .find(|(_, app)| app.home == handle && app.client_id == *client_id)
                .map(|(handle, facts)| Application { handle, facts })
                // Every provider knows the tenants that may federate to it.
                .or_else(|| self.app_by_handle(MICROSOFT_ONLINE_APP).filter(|app| app.client_id == *client_id)),
        }
    }

    /// An application of any Entra tenant by its client id.
    pub fn entra_app(&self, client_id: &ClientId) -> Option<Application<'_>> {
        self.app_by_client_id.get(client_id).and_then(|handle| self.app_by_handle(handle))
    }

    /// An application by its handle.
    pub fn app_by_handle(&self, handle: &str) -> Option<Application<'_>> {
        self.world
            .apps
            .get_key_value(handle)
            .or_else(|| self.platform.get_key_value(handle))
            .map(|(handle, facts)| Application { handle, facts })
    }

    /// A resource as requests name it: by one of its URIs, with or without a last slash, or by its client id.
    pub fn resource(&self, name: &str) -> Option<Application<'_>> {
        match self.resource_by_uri.get(bare(name)) {
            Some(handle) => self.app_by_handle(handle),
            None => self.entra_app(&ClientId::new(name)),
        }
    }

    /// The guest object an account of another tenant has in this one.
    pub fn guest<'d>(&self, tenant: Tenant<'d>, upn: &Upn) -> Option<&'d Guest> {
        match tenant {
            Tenant::Entra { facts, .. } => facts.guests.get(upn),
            Tenant::Provider { .. } => None,
        }
    }

    /// The exception that excuses this tenant's accounts now, by its handle, if one does.
    pub fn excepted(&self, tenant: Tenant<'_>, now: Timestamp) -> Option<(&str, &Exception)> {
        let Tenant::Entra { handle, .. } = tenant else { return None };
        let exceptions = self.world.exceptions.iter().filter(|(_, exception)| exception.tenant == handle);
        exceptions
            .map(|(handle, exception)| (handle.as_str(), exception))
            .find(|(_, exception)| exception.state_at(now) == ExceptionState::Approved)
    }

    /// The relationships by which others administer a tenant.
    pub fn relationships_with(&self, customer: Tenant<'_>) -> impl Iterator<Item = (&str, &Relationship)> {
        let handles = match customer {
            Tenant::Entra { handle, .. } => self.relationships_by_customer.get(handle),
            Tenant::Provider { .. } => None,
        };
        let known = handles.into_iter().flatten().filter_map(|handle| self.world.relationships.get_key_value(handle));
        known.map(|(handle, facts)| (handle.as_str(), facts))
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

/// A resource URI without its last slash: both spellings are in use.
fn bare(uri: &str) -> &str {
    uri.strip_suffix('/').unwrap_or(uri)
}
