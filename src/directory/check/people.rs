//! Accounts and guests: names, ids, second factors, and what they refer to.

use std::collections::HashMap;

use super::{Check, KeyPath, Object, wording};
use crate::directory::table::Table;
use crate::directory::tenant::{EntraTenant, Guest};
use crate::directory::user::{Methods, User};
use crate::id::Upn;

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let top = KeyPath::ROOT.key("users");
    let mut immutable: HashMap<(&str, &str), &Upn> = HashMap::new();
    for (upn, user) in &world.users {
        let at = top.key(upn.as_str());
        check.object(&at, user.id, Object::User(upn.as_str()));
        account(check, &at, upn, user);
        let Some(&home) = check.tenant_of_domain.get(upn.domain()) else {
            no_home(check, &at, upn);
            continue;
        };
        if let Some(tenant) = world.tenants.get(home) {
            check.groups(&at.key("groups"), tenant, &user.groups);
        }
        if user.immutable_id.is_empty() {
            continue;
        }
        if let Some(other) = immutable.insert((home, &user.immutable_id), upn) {
            let message = format!("`{}` is already the immutable id of {other}", user.immutable_id);
            check.say(&at.key("immutable_id"), message);
        }
    }
    for (handle, tenant) in &world.tenants {
        guests(check, handle, tenant);
    }
    let top = KeyPath::ROOT.key("providers");
    for (handle, provider) in &world.providers {
        provider_accounts(check, &top.key(handle), &provider.users);
    }
}

fn no_home(check: &mut Check<'_>, at: &KeyPath<'_>, upn: &Upn) {
    let message = match upn.domain() {
        "" => format!("`{upn}`: a user name ends with `@` and a domain of a tenant"),
        domain => format!("no tenant has the domain `{domain}`"),
    };
    check.say(at, message);
}

fn provider_accounts(check: &mut Check<'_>, at: &KeyPath<'_>, users: &Table<Upn, User>) {
    let top = at.key("users");
    let mut ids = HashMap::new();
    for (upn, user) in users {
        let at = top.key(upn.as_str());
        if let Some(other) = ids.insert(user.id, upn) {
            check.say(&at.key("id"), format!("`{}` is already the id of {other}", user.id));
        }
        if !user.groups.is_empty() {
            check.say(&at.key("groups"), "a third-party provider has no groups");
        }
        account(check, &at, upn, user);
    }
}

/// What holds for every account, wherever it lives.
fn account(check: &mut Check<'_>, at: &KeyPath<'_>, upn: &Upn, user: &User) {
    check.unless(at, wording::user_name(upn.as_str()));
    methods(check, &at.key("methods"), &user.methods);
    if let Some(country) = &user.usage_location {
        check.form(&at.key("usage_location"), country, wording::country);
    }
    check.app_roles(&at.key("app_roles"), &user.app_roles);
}

fn methods(check: &mut Check<'_>, at: &KeyPath<'_>, methods: &Methods) {
    // The secret itself is not quoted: mistakes are printed.
    if let Some(secret) = &methods.totp {
        check.unless(&at.key("totp"), wording::totp_secret(secret.reveal()));
    }
    for (key, number) in [("sms", &methods.sms), ("call", &methods.call)] {
        if let Some(number) = number {
            check.form(&at.key(key), number, wording::telephone);
        }
    }
}

fn guests<'w>(check: &mut Check<'w>, handle: &'w str, tenant: &'w EntraTenant) {
    let tenants = KeyPath::ROOT.key("tenants");
    let at = tenants.key(handle);
    let top = at.key("guests");
    for (upn, guest) in &tenant.guests {
        let at = top.key(upn.as_str());
        let Guest { id, groups, roles: _, app_roles } = guest;
        check.object(&at, *id, Object::Guest(handle, upn.as_str()));
        check.user(&at, upn);
        if check.tenant_of_domain.get(upn.domain()) == Some(&handle) {
            check.say(&at, "an account cannot be a guest in its own tenant");
        }
        check.groups(&at.key("groups"), tenant, groups);
        check.app_roles(&at.key("app_roles"), app_roles);
    }
}
