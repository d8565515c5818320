//! Who works at a customer? Its accounts, seen and kept by a partner that administers it (Partner Center REST, "User
//! resources").
//!
//! Differs: a removed account is gone at once, there is no bin to restore it from.

use std::sync::Arc;

use serde_json::{Value, json};

use super::body::Body;
use super::error::{Missing, Refused};
use super::paging::itself;
use super::{Ask, Outcome, Told};
use crate::directory::Account;
use crate::directory::role::Role;
use crate::directory::user::{Secret, User};
use crate::id::{ObjectId, Upn};
use crate::partner::customers::Customer;

/// The roles at the customer that keep its accounts.
const KEEPERS: &[Role] = &[Role::GlobalAdmin, Role::UserAdmin];

/// The collection.
pub fn list(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let rows = accounts(ask, customer).map(|account| row(customer, &account)).collect();
    ask.page(&format!("/customers/{}/users", customer.facts.id), rows)
}

/// One of them.
pub fn one(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    Ok(Outcome::Shown(row(customer, &find(ask, customer, id)?)))
}

/// A new one.
pub fn create(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, KEEPERS)?;
    let json = ask.json()?;
    let body = Body::of(&json)?;
    let upn = Upn::new(body.needed("userPrincipalName")?);
    if !customer.facts.domains.iter().any(|domain| domain == upn.domain()) {
        return Err(Refused::bad(format!("userPrincipalName must be of one of {}'s domains.", customer.name())));
    }
    if ask.directory.account(&upn).is_some() {
        return Err(Refused::Conflict(format!("There is a user {upn} already.")));
    }
    let mut user = User { id: ObjectId(ask.chance.uuid()), ..User::default() };
    body.needed("displayName")?;
    body.object("passwordProfile")?.ok_or_else(|| Refused::bad("passwordProfile is required."))?.needed("password")?;
    apply(&mut user, &body)?;
    let told = row(customer, &Account { upn: &upn, user: &user, home: customer.tenant() });
    let did = format!("made the account {upn}");
    ask.changed(Told::Created(told), did, |world| {
        world.users.insert(upn.clone(), Arc::new(user));
    })
}

/// A change of one.
pub fn change(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, KEEPERS)?;
    let account = find(ask, customer, id)?;
    let json = ask.json()?;
    let mut user = account.user.clone();
    apply(&mut user, &Body::of(&json)?)?;
    let told = row(customer, &Account { user: &user, ..account });
    let upn = account.upn.clone();
    ask.changed(Told::Now(told), format!("changed the account {upn}"), |world| {
        world.users.insert(upn.clone(), Arc::new(user));
    })
}

/// The end of one.
pub fn remove(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, KEEPERS)?;
    let account = find(ask, customer, id)?;
    let upn = account.upn.clone();
    ask.changed(Told::Done, format!("removed the account {upn}"), |world| {
        world.users.remove(&upn);
        world.consents.retain(|_, consent| consent.user.as_ref() != Some(&upn));
        for tenant in world.tenants.values_mut() {
            tenant.guests.remove(&upn);
        }
    })
}

/// The accounts of a customer, by name.
pub fn accounts<'a>(ask: &Ask<'a>, customer: &Customer<'a>) -> impl Iterator<Item = Account<'a>> + use<'a> {
    let (directory, home) = (ask.directory, customer.tenant());
    directory.world().users.keys().filter_map(|upn| directory.account(upn)).filter(move |account| account.home == home)
}

/// One of them, by its id or its name.
pub fn find<'a>(ask: &Ask<'a>, customer: &Customer<'a>, id: &str) -> Result<Account<'a>, Refused> {
    let found = match ObjectId::parse(id) {
        Some(object) => ask.directory.account_by_id(object),
        None => ask.directory.account(&Upn::new(id)),
    };
    let here = found.filter(|account| account.home == customer.tenant());
    here.ok_or_else(|| Refused::missing(Missing::User, id))
}

fn apply(user: &mut User, body: &Body<'_>) -> Result<(), Refused> {
    if let Some(name) = body.text("displayName")? {
        user.name = name.to_owned();
    }
    for (slot, name) in [(&mut user.given_name, "firstName"), (&mut user.family_name, "lastName")] {
        if let Some(name) = body.text(name)? {
            *slot = Some(name.to_owned());
        }
    }
    if let Some(id) = body.text("immutableId")? {
        id.clone_into(&mut user.immutable_id);
    }
    if let Some(state) = body.text("state")? {
        user.enabled = match state.to_ascii_lowercase().as_str() {
            "active" => true,
            "inactive" => false,
            _ => return Err(Refused::bad("state must be active or inactive.")),
        };
    }
    let Some(profile) = body.object("passwordProfile")? else { return Ok(()) };
    if let Some(password) = profile.text("password")? {
        user.password = Some(Secret::new(password));
    }
    user.password_expired = profile.flag("forceChangePassword")?.unwrap_or(user.password_expired);
    Ok(())
}

fn row(customer: &Customer<'_>, account: &Account<'_>) -> Value {
    let id = account.user.id;
    json!({
        "usageLocation": "US",
        "id": id,
        "userPrincipalName": account.upn,
        "firstName": account.user.given_name,
        "lastName": account.user.family_name,
        "displayName": account.title(),
        "userDomainType": if customer.facts.federation.contains_key(account.upn.domain()) { "federated" } else { "managed" },
        "state": if account.user.enabled { "active" } else { "inactive" },
        "links": itself(&format!("/customers/{}/users/{id}", customer.facts.id)),
        "attributes": { "objectType": "CustomerUser" },
    })
}
