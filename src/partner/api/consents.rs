//! What was agreed to on a customer's behalf? An application of the partner's becomes known in the customer's tenant, with
//! scopes of resources, without anybody there being asked (R-54; Partner Center, "Control panel vendors: consent").
//!
//! What is written here is what a sign-in reads: it ends 90099 and 65001, and removing it brings them back.

use std::sync::Arc;

use serde_json::{Value, json};

use super::body::Body;
use super::error::{Missing, Refused};
use super::{Ask, Outcome, Told};
use crate::directory::Application;
use crate::directory::consent::Consent;
use crate::directory::role::Role;
use crate::directory::world::World;
use crate::id::ClientId;
use crate::partner::customers::Customer;

/// The roles at the customer that agree for everyone there.
const SPEAKERS: &[Role] =
    &[Role::GlobalAdmin, Role::ApplicationAdmin, Role::CloudApplicationAdmin, Role::PrivilegedRoleAdmin];

/// Everything agreed to for everyone.
pub fn list(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let apps = ask.directory.world().apps.keys().filter_map(|handle| ask.directory.app_by_handle(handle));
    let rows = apps.filter_map(|app| row(ask, customer, app)).collect();
    ask.page(&format!("/customers/{}/applicationconsents", customer.facts.id), rows)
}

/// The agreement for one application.
pub fn one(ask: &Ask<'_>, customer: &Customer<'_>, app: &str) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let found = ask.directory.entra_app(&ClientId::new(app)).and_then(|app| row(ask, customer, app));
    found.map(Outcome::Shown).ok_or_else(|| missing(app))
}

/// A new agreement.
pub fn give(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, SPEAKERS)?;
    let json = ask.json()?;
    let body = Body::of(&json)?;
    let id = body.needed("applicationId")?;
    let app = ask.directory.entra_app(&ClientId::new(id));
    let app = app.filter(|app| app.multi_tenant || app.home == customer.handle);
    let app = app.ok_or_else(|| Refused::bad("applicationId names no application that serves other tenants."))?;
    if !agreed(ask, customer, app).is_empty() {
        return Err(Refused::Conflict(format!(
            "The application {} has a consent in {} already: remove it before agreeing to something else.",
            app.client_id,
            customer.name()
        )));
    }
    let mut grants = Vec::new();
    for grant in body.objects("applicationGrants")? {
        grants.push(read_grant(ask, &grant)?);
    }
    let told = told(app, &grants);
    let did = format!("agreed to what the application {} asks for in {}", app.handle, customer.name());
    let place = (customer.handle.to_owned(), app.handle.to_owned());
    let records: Vec<_> = grants.into_iter().map(|(resource, scopes)| (resource.handle.to_owned(), scopes)).collect();
    ask.changed(Told::Created(told), did, |world| write(world, &place, records))
}

/// The end of an agreement: the application's tokens for the customer's tenant end with it.
pub fn take(ask: &Ask<'_>, customer: &Customer<'_>, app: &str) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, SPEAKERS)?;
    let found = ask.directory.entra_app(&ClientId::new(app));
    let found = found.filter(|found| !agreed(ask, customer, *found).is_empty());
    let Some(found) = found else { return Err(missing(app)) };
    let (tenant, handle) = (customer.handle.to_owned(), found.handle.to_owned());
    let did = format!("took back what was agreed to for the application {handle} in {}", customer.name());
    ask.changed(Told::Done, did, |world| {
        world.consents.retain(|_, consent| consent.tenant != tenant || consent.app != handle || consent.user.is_some());
        if let Some(app) = world.apps.get_mut(&handle) {
            Arc::make_mut(app).consented.retain(|place| *place != tenant);
        }
    })
}

fn missing(app: &str) -> Refused {
    Refused::missing(Missing::Other, &format!("consent for the application {app}"))
}

/// What everyone in the customer's tenant has agreed to for an application: in records, and by its registration.
fn agreed<'a>(ask: &Ask<'a>, customer: &Customer<'_>, app: Application<'a>) -> Vec<(Application<'a>, Vec<String>)> {
    let mut grants: Vec<(&str, &[String])> = Vec::new();
    if app.consented.iter().any(|place| place == customer.handle) {
        let registered = &app.facts().permissions;
        grants.extend(registered.iter().map(|(resource, scopes)| (resource.as_str(), scopes.as_slice())));
    }
    for consent in ask.directory.world().consents.values() {
        let here = consent.user.is_none() && consent.tenant == customer.handle && consent.app == app.handle;
        if let Some(resource) = consent.resource.as_deref().filter(|_| here) {
            grants.push((resource, &consent.scopes));
        }
    }
    let known = |(handle, scopes): (&str, &[String])| Some((ask.directory.app_by_handle(handle)?, scopes.to_vec()));
    grants.into_iter().filter_map(known).collect()
}

fn read_grant<'a>(ask: &Ask<'a>, grant: &Body<'_>) -> Result<(Application<'a>, Vec<String>), Refused> {
    let id = grant.needed("enterpriseApplicationId")?;
    let resource = ask.directory.entra_app(&ClientId::new(id)).filter(|app| !app.facts().scopes.is_empty());
    let resource = resource.ok_or_else(|| {
        Refused::bad(format!("There is no resource with the id {}.", crate::http::params::shorten(id)))
    })?;
    let mut scopes = Vec::new();
    for asked in grant.needed("scope")?.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
        let known = resource.facts().scopes.keys().find(|known| known.eq_ignore_ascii_case(asked));
        let known = known.ok_or_else(|| {
            let asked = crate::http::params::shorten(asked);
            Refused::bad(format!("The resource {} has no scope '{asked}'.", resource.title()))
        })?;
        if !scopes.contains(known) {
            scopes.push(known.clone());
        }
    }
    Ok((resource, scopes))
}

fn write(world: &mut World, (tenant, app): &(String, String), grants: Vec<(String, Vec<String>)>) {
    for (resource, scopes) in grants {
        let (tenant, app) = (tenant.clone(), app.clone());
        world.agree(Consent { tenant, app, user: None, resource: Some(resource), scopes });
    }
}

fn row(ask: &Ask<'_>, customer: &Customer<'_>, app: Application<'_>) -> Option<Value> {
    let app = ask.directory.app_by_handle(app.handle)?;
    let grants = agreed(ask, customer, app);
    (!grants.is_empty()).then(|| told(app, &grants))
}

fn told(app: Application<'_>, grants: &[(Application<'_>, Vec<String>)]) -> Value {
    let grant = |(resource, scopes): &(Application<'_>, Vec<String>)| json!({ "enterpriseApplicationId": resource.client_id, "scope": scopes.join(",") });
    json!({
        "applicationId": app.client_id,
        "displayName": app.title(),
        "applicationGrants": grants.iter().map(grant).collect::<Vec<Value>>(),
        "attributes": { "objectType": "ApplicationConsent" },
    })
}
