//! Which tenants and providers are there, by which names are they found, and what holds between them and others?

use super::Directory;
use super::domain::Realm;
use super::exception::{Exception, ExceptionState};
use super::partner::Relationship;
use super::tenant::{PROVIDER_MARK, Tenant};
use crate::id::TenantId;
use crate::time::Timestamp;

/// The tenant id of personal accounts, which this world has none of.
pub const CONSUMERS: TenantId = TenantId(uuid::uuid!("9188040d-6c67-4c5b-b112-36a304b66dad"));

impl Directory {
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
}
