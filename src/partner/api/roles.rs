//! Who may do what at a customer? The directory roles there are, those somebody has, and who has one (Partner Center REST,
//! "Get user roles for a customer" and "Set user roles for a customer").

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::body::Body;
use super::error::{Missing, Refused};
use super::{Ask, Outcome, Told, users};
use crate::directory::Account;
use crate::directory::role::Role;
use crate::partner::customers::Customer;

/// The roles at the customer that give roles.
const GIVERS: &[Role] = &[Role::GlobalAdmin, Role::PrivilegedRoleAdmin];

/// The roles there are.
pub fn list(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let rows = Role::ALL.iter().filter_map(|role| row(*role)).collect();
    ask.page(&format!("/customers/{}/directoryroles", customer.facts.id), rows)
}

/// The roles somebody has.
pub fn of_user(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let account = users::find(ask, customer, id)?;
    let rows = account.user.roles.iter().filter_map(|role| row(*role)).collect();
    ask.page(&format!("/customers/{}/users/{}/directoryroles", customer.facts.id, account.user.id), rows)
}

/// Who has a role.
pub fn members(ask: &Ask<'_>, customer: &Customer<'_>, role: &str) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let (role, template) = find(role)?;
    let has = |account: &Account<'_>| account.user.roles.contains(&role);
    let rows = users::accounts(ask, customer).filter(has).map(|account| member_row(template, &account)).collect();
    ask.page(&format!("/customers/{}/directoryroles/{template}/usermembers", customer.facts.id), rows)
}

/// Somebody's place in a role.
pub fn member(ask: &Ask<'_>, customer: &Customer<'_>, role: &str, id: &str) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let (role, template) = find(role)?;
    let account = users::find(ask, customer, id)?;
    match account.user.roles.contains(&role) {
        true => Ok(Outcome::Shown(member_row(template, &account))),
        false => Err(Refused::missing(Missing::User, id)),
    }
}

/// A role for somebody.
pub fn give(ask: &Ask<'_>, customer: &Customer<'_>, role: &str) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, GIVERS)?;
    let (role, template) = find(role)?;
    let json = ask.json()?;
    let account = users::find(ask, customer, Body::of(&json)?.needed("id")?)?;
    if account.user.roles.contains(&role) {
        return Err(Refused::Conflict(format!("{} has the role {} already.", account.upn, role.title())));
    }
    let told = Told::Created(member_row(template, &account));
    let upn = account.upn.clone();
    ask.changed(told, format!("gave {upn} the role {}", role.title()), |world| {
        if let Some(user) = world.users.get_mut(&upn) {
            Arc::make_mut(user).roles.push(role);
        }
    })
}

/// The end of somebody's place in a role.
pub fn take(ask: &Ask<'_>, customer: &Customer<'_>, role: &str, id: &str) -> Result<Outcome, Refused> {
    ask.delegated_as(customer, GIVERS)?;
    let (role, _) = find(role)?;
    let account = users::find(ask, customer, id)?;
    if !account.user.roles.contains(&role) {
        return Err(Refused::missing(Missing::User, id));
    }
    let upn = account.upn.clone();
    ask.changed(Told::Done, format!("took the role {} from {upn}", role.title()), |world| {
        if let Some(user) = world.users.get_mut(&upn) {
            Arc::make_mut(user).roles.retain(|known| *known != role);
        }
    })
}

fn find(id: &str) -> Result<(Role, Uuid), Refused> {
    let found = Uuid::try_parse(id).ok().and_then(|template| Some((Role::of_template(template)?, template)));
    found.ok_or_else(|| Refused::missing(Missing::Other, &format!("role {id}")))
}

fn row(role: Role) -> Option<Value> {
    let template = role.template()?;
    Some(json!({ "name": role.title(), "id": template, "attributes": { "objectType": "DirectoryRole" } }))
}

fn member_row(template: Uuid, account: &Account<'_>) -> Value {
    json!({
        "displayName": account.title(),
        "userPrincipalName": account.upn,
        "roleId": template,
        "id": account.user.id,
        "attributes": { "objectType": "UserMember" },
    })
}
