//! Which application is meant, as a client or as a resource?

use std::ops::Deref;

use super::Directory;
use super::app::App;
use super::tenant::Tenant;
use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::id::{ClientId, ObjectId};

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

impl Directory {
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
}

/// A resource URI without its last slash: both spellings are in use.
pub(super) fn bare(uri: &str) -> &str {
    uri.strip_suffix('/').unwrap_or(uri)
}
