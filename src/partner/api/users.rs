//! Who works at a customer? Its accounts, seen and kept by a partner that administers it (Partner Center REST, "User
//! resources").
//!
//! Differs: a removed account is gone at once, there is no bin to restore it from.

use std::sync::Arc;

use serde_json::{Value, json};

use super::body::Body;
use super::error::{Missing, Refused};
use super::filter::FieldFilter;
use super::paging::itself;
use super::{Ask, Outcome, Told};
use crate::directory::Account;
use crate::directory::country::is_country;
use crate::directory::role::Role;
use crate::directory::user::{Secret, User};
use crate::id::{ObjectId, Upn};
use crate::partner::customers::Customer;

/// The roles at the customer that keep its accounts.
const KEEPERS: &[Role] = &[Role::GlobalAdmin, Role::UserAdmin];
/// The roles at the customer that give its people new passwords.
const RESETTERS: &[Role] = &[
    Role::GlobalAdmin,
    Role::UserAdmin,
    Role::HelpdeskAdmin,
    Role::PasswordAdmin,
    Role::AuthenticationAdmin,
    Role::PrivilegedAuthenticationAdmin,
];
/// What can be said of an account.
const SAID: [&str; 7] =
    ["displayName", "firstName", "lastName", "immutableId", "state", "usageLocation", "passwordProfile"];
/// What is shown of one and not changed here: a change may repeat it.
const FIXED: [&str; 3] = ["id", "userPrincipalName", "userDomainType"];
/// What the service's own libraries send along, and what says nothing.
const BESIDE: [&str; 2] = ["links", "attributes"];
/// What decides whether somebody can sign in, and how: with an administrator's, that is an administrator's to change.
const SENSITIVE: [&str; 3] = ["passwordProfile", "state", "immutableId"];

/// The collection.
pub fn list(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.delegated(customer)?;
    let removed = match ask.params()?.get("filter") {
        Some(text) => asks_for_removed(&FieldFilter::read(text)?)?,
        None => false,
    };
    // There is no bin, so none is in it.
    let rows = accounts(ask, customer).filter(|_| !removed).map(|account| row(customer, &account)).collect();
    ask.page(&format!("/customers/{}/users", customer.facts.id), rows)
}

/// Does a filter ask for the accounts that were removed, or for those that are there?
fn asks_for_removed(filter: &FieldFilter) -> Result<bool, Refused> {
    let known = ["UserStatus", "UserState"].iter().any(|name| filter.field.eq_ignore_ascii_case(name));
    if !known || !filter.operator.eq_ignore_ascii_case("equals") {
        return Err(Refused::bad("The filter there is for users is UserStatus equals Active or Inactive."));
    }
    match filter.value.to_ascii_lowercase().as_str() {
        "active" => Ok(false),
        "inactive" => Ok(true),
        _ => Err(Refused::bad("Value: a user's status is Active or Inactive.")),
    }
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
    body.only(&[&SAID[..], &BESIDE, &["userPrincipalName"]].concat())?;
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
    ask.delegated(customer)?;
    let json = ask.json()?;
    let body = Body::of(&json)?;
    let only_password =
        body.has("passwordProfile") && !SAID.iter().any(|name| *name != "passwordProfile" && body.has(name));
    let held = ask.delegated_as(customer, if only_password { RESETTERS } else { KEEPERS })?;
    let account = find(ask, customer, id)?;
    if SENSITIVE.iter().any(|name| body.has(name)) {
        must_reach(&held, &account)?;
    }
    body.only(&[&SAID[..], &FIXED, &BESIDE].concat())?;
    let before = row(customer, &account);
    if let Some(name) = FIXED.into_iter().find(|name| !body.repeats(name, &before[*name])) {
        return Err(Refused::bad(format!("{name} cannot be changed here.")));
    }
    let mut user = account.user.clone();
    apply(&mut user, &body)?;
    let told = row(customer, &Account { user: &user, ..account });
    let upn = account.upn.clone();
    ask.changed(Told::Now(told), format!("changed the account {upn}"), |world| {
        world.users.insert(upn.clone(), Arc::new(user));
    })
}

/// The end of one.
pub fn remove(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    let held = ask.delegated_as(customer, KEEPERS)?;
    let account = find(ask, customer, id)?;
    must_reach(&held, &account)?;
    let upn = account.upn.clone();
    ask.changed(Told::Done, format!("removed the account {upn}"), |world| {
        world.users.remove(&upn);
        world.consents.retain(|_, consent| consent.user.as_ref() != Some(&upn));
        for tenant in world.tenants.values_mut() {
            tenant.guests.remove(&upn);
        }
    })
}

/// Administrators are changed by those only whose role reaches them: the decision is the one of Microsoft Graph's methods.
fn must_reach(held: &[Role], account: &Account<'_>) -> Result<(), Refused> {
    match Role::reach(held, &account.user.roles) {
        true => Ok(()),
        false => Err(Refused::Denied(format!("{} is an administrator, whom this role does not reach.", account.upn))),
    }
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
    if let Some(country) = body.text("usageLocation")? {
        if !is_country(country) {
            return Err(Refused::bad("usageLocation must be a country in two letters, such as US."));
        }
        user.usage_location = Some(country.to_ascii_uppercase());
    }
    if let Some(state) = body.text("state")? {
        user.enabled = match state.to_ascii_lowercase().as_str() {
            "active" => true,
            "inactive" => false,
            _ => return Err(Refused::bad("state must be active or inactive.")),
        };
    }
    match body.object("passwordProfile")? {
        Some(profile) => apply_password(user, &profile),
        None => Ok(()),
    }
}

fn apply_password(user: &mut User, profile: &Body<'_>) -> Result<(), Refused> {
    profile.only(&["password", "forceChangePassword"])?;
    if let Some(password) = profile.text("password")? {
        if !is_allowed(password) {
            return Err(Refused::bad(
                "The specified password does not comply with password complexity requirements: 8 letters or more, of three kinds at least (small, capital, digits, others).",
            ));
        }
        user.password = Some(Secret::new(password));
    }
    user.password_expired = profile.flag("forceChangePassword")?.unwrap_or(user.password_expired);
    Ok(())
}

/// Entra's rules for passwords: a length, and three of four kinds of letters.
fn is_allowed(password: &str) -> bool {
    const KINDS: [fn(char) -> bool; 4] = [
        |letter| letter.is_lowercase(),
        |letter| letter.is_uppercase(),
        |letter| letter.is_ascii_digit(),
        |letter| !letter.is_alphanumeric(),
    ];
    let kinds = KINDS.iter().filter(|is| password.chars().any(is)).count();
    password.chars().count() >= 8 && kinds >= 3
}

fn row(customer: &Customer<'_>, account: &Account<'_>) -> Value {
    let id = account.user.id;
    json!({
        "usageLocation": account.user.country(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_eight_letters_of_three_kinds() {
        for (password, allowed) in [
            ("Winter1!", true),
            ("winter1!", true),
            ("Winterland7", true),
            ("Winter1", false),
            ("winterland", false),
            ("winterland7", false),
            ("", false),
        ] {
            assert_eq!(is_allowed(password), allowed, "{password}");
        }
    }
}
