//! Who and what an order names. Everything that does not exist is told, not only the first.

use std::sync::Arc;

use super::order::{Kind, Order};
use crate::config::{Mistake, nearest};
use crate::directory::tenant::{Family, Tenant};
use crate::directory::world::World;
use crate::directory::{Account, Application, Directory};
use crate::id::{ClientId, Upn};
use crate::oauth::scope::GRAPH;
use crate::token::jwt::{Claims, Typ};

/// What the order names, found.
#[derive(Debug)]
pub(super) struct Parts<'d> {
    pub tenant: Tenant<'d>,
    pub app: Application<'d>,
    /// `None`: the application itself.
    pub account: Option<Account<'d>>,
    /// `None` at a third-party provider, which knows audiences but no resources.
    pub resource: Option<Application<'d>>,
    pub audience: String,
}

pub(super) fn find<'d>(order: &Order, directory: &'d Directory) -> Result<Parts<'d>, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let account = account(order, directory, &mut mistakes);
    let tenant = tenant(order, directory, account, &mut mistakes);
    let app = app(order, directory, tenant, &mut mistakes);
    let resource = resource(order, directory, tenant, &mut mistakes);
    if order.kind == Kind::Id && order.user.is_none() {
        mistakes.push(Mistake::new("user", "an id token is about somebody"));
    }
    match (tenant, app) {
        (Some(tenant), Some(app)) if mistakes.is_empty() => {
            let audience = audience(order, app, resource);
            Ok(Parts { tenant, app, account, resource, audience })
        }
        _ => Err(mistakes),
    }
}

fn account<'d>(order: &Order, directory: &'d Directory, mistakes: &mut Vec<Mistake>) -> Option<Account<'d>> {
    let name = order.user.as_deref()?;
    let upn = Upn::new(name);
    // Where a tenant and a provider both know the name, the one that issues is asked.
    let issuer = order.tenant.as_deref().and_then(|name| directory.provider(name));
    let at_issuer = issuer.and_then(|issuer| directory.account_at(issuer, &upn));
    let anywhere = || directory.providers().find_map(|provider| directory.account_at(provider, &upn));
    let found = at_issuer.or_else(|| directory.account(&upn)).or_else(anywhere);
    if found.is_none() {
        let world = directory.world();
        let names = world.users.keys().chain(world.providers.values().flat_map(|provider| provider.users.keys()));
        let right = nearest(upn.as_str(), names.map(Upn::as_str));
        mistakes.push(Mistake::new("user", format!("the world has no account `{name}`")).suggesting(right));
    }
    found
}

fn tenant<'d>(
    order: &Order,
    directory: &'d Directory,
    account: Option<Account<'d>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Tenant<'d>> {
    let Some(name) = order.tenant.as_deref() else {
        let app = directory.app_by_handle(&order.app).or_else(|| directory.entra_app(&ClientId::new(&order.app)));
        let home = account.map(|account| account.home).or_else(|| directory.home(&app?.facts().home));
        if home.is_none() && app.is_some() && mistakes.is_empty() {
            mistakes.push(Mistake::new("tenant", "has to be given: neither a user nor the application has a home"));
        }
        return home;
    };
    let found = directory.tenant(name).or_else(|| directory.home(name));
    if found.is_none() {
        let world = directory.world();
        let domains = world.tenants.values().flat_map(|tenant| &tenant.domains);
        let names = world.tenants.keys().chain(world.providers.keys()).chain(domains);
        let right = nearest(name, names.map(String::as_str));
        mistakes.push(Mistake::new("tenant", format!("the world has no tenant `{name}`")).suggesting(right));
    }
    found
}

fn app<'d>(
    order: &Order,
    directory: &'d Directory,
    tenant: Option<Tenant<'d>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Application<'d>> {
    let id = ClientId::new(&order.app);
    let by_id = || tenant.map_or_else(|| directory.entra_app(&id), |tenant| directory.app(tenant, &id));
    let found = directory.app_by_handle(&order.app).or_else(by_id);
    if found.is_none() {
        let right = nearest(&order.app, directory.world().apps.keys().map(String::as_str));
        mistakes.push(Mistake::new("app", format!("the world has no application `{}`", order.app)).suggesting(right));
    }
    found
}

fn resource<'d>(
    order: &Order,
    directory: &'d Directory,
    tenant: Option<Tenant<'d>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Application<'d>> {
    if tenant.is_some_and(|tenant| tenant.family() == Family::Generic) {
        return None;
    }
    let name = order.resource.as_deref().unwrap_or(GRAPH);
    let found = directory.app_by_handle(name).or_else(|| directory.resource(name));
    if found.is_none() {
        let world = directory.world();
        let uris = world.apps.values().flat_map(|app| &app.identifier_uris);
        let right = nearest(name, world.apps.keys().chain(uris).map(String::as_str));
        mistakes.push(Mistake::new("resource", format!("the world has no resource `{name}`")).suggesting(right));
    }
    found
}

/// A resource's address as it was ordered, else its first, else its client id.
fn audience(order: &Order, app: Application<'_>, resource: Option<Application<'_>>) -> String {
    match resource {
        Some(resource) => {
            let ordered = order.resource.as_deref().filter(|name| *name != resource.handle);
            ordered.or(resource.identifier_uri()).unwrap_or(resource.client_id.as_str()).to_owned()
        }
        None => order.resource.clone().unwrap_or_else(|| app.client_id.as_str().to_owned()),
    }
}

/// The change to the world after which the resource takes the version that was ordered; `None` when it does already.
pub(super) fn other_version(order: &Order, parts: &Parts<'_>) -> Option<impl FnOnce(&mut World) + use<>> {
    let resource = parts.resource?;
    let version = order.version.filter(|version| *version != resource.facts().token_version)?;
    if order.kind == Kind::Id {
        return None;
    }
    let mut app = resource.facts().clone();
    app.token_version = version;
    // The platform's own applications live nowhere; in a world everything does.
    if app.home.is_empty() {
        app.home = parts.tenant.handle().to_owned();
    }
    let handle = resource.handle.to_owned();
    Some(move |world: &mut World| {
        world.apps.insert(handle, Arc::new(app));
    })
}

impl Parts<'_> {
    pub fn scopes(&self, order: &Order) -> Vec<String> {
        if !order.scopes.is_empty() {
            return order.scopes.clone();
        }
        let Some(resource) = self.resource else {
            return vec!["openid".to_owned()];
        };
        match self.app.facts().permissions.get(resource.handle) {
            Some(registered) => registered.clone(),
            None => resource.facts().scopes.keys().cloned().collect(),
        }
    }

    pub fn typ(&self, kind: Kind, claims: &Claims) -> Typ {
        let is_v1 = claims.get("ver").is_some_and(|version| version == "1.0");
        match (self.tenant.family(), kind) {
            (Family::Generic, Kind::Access) => Typ::AtJwt,
            (Family::Entra, Kind::Access | Kind::Id) if is_v1 => Typ::JwtWithX5t,
            (Family::Entra | Family::Generic, Kind::Access | Kind::Id) => Typ::Jwt,
        }
    }
}
