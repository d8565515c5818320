//! Consents, delegated administration and exceptions: both ends exist.

use super::{Check, KeyPath, wording};
use crate::directory::consent::Consent;
use crate::directory::partner::Relationship;
use crate::directory::role::Role;

/// Scopes that belong to no resource (OpenID Connect Core, 5.4 and 11).
const OPENID: [&str; 6] = ["openid", "profile", "email", "offline_access", "address", "phone"];

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let top = KeyPath::ROOT.key("consents");
    for (handle, facts) in &world.consents {
        // The server writes consents itself, under names made from user names: any handle will do.
        consent(check, &top.key(handle), facts);
    }
    let top = KeyPath::ROOT.key("relationships");
    for (handle, facts) in &world.relationships {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle));
        relationship(check, &at, facts);
    }
    let top = KeyPath::ROOT.key("exceptions");
    for (handle, facts) in &world.exceptions {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle));
        check.tenant(&at.key("tenant"), &facts.tenant);
    }
}

fn consent(check: &mut Check<'_>, at: &KeyPath<'_>, facts: &Consent) {
    let Consent { tenant, app, user, resource, scopes } = facts;
    check.home(&at.key("tenant"), tenant);
    check.app(&at.key("app"), app);
    let provider = check.world.providers.get(tenant);
    if let Some(upn) = user.as_ref().filter(|upn| !provider.is_some_and(|facts| facts.users.contains_key(*upn))) {
        check.user(&at.key("user"), upn);
    }
    let list = at.key("scopes");
    match resource {
        Some(resource) => {
            if let Some(resource) = check.app(&at.key("resource"), resource) {
                check.exposed(&list, "scope", scopes, &resource.scopes);
            }
        }
        // A third-party provider has scopes of its own making.
        None if provider.is_some() => {}
        None => {
            for (index, scope) in scopes.iter().enumerate().filter(|(_, scope)| !OPENID.contains(&scope.as_str())) {
                check.missing(&list.index(index), "scope without a resource", scope, OPENID.into_iter());
            }
        }
    }
}

fn relationship(check: &mut Check<'_>, at: &KeyPath<'_>, facts: &Relationship) {
    check.tenant(&at.key("partner"), &facts.partner);
    check.tenant(&at.key("customer"), &facts.customer);
    if facts.partner == facts.customer {
        check.say(&at.key("customer"), "a tenant cannot be its own customer");
    }
    let given = at.key("roles");
    for (group, roles) in &facts.roles {
        let key = serde_json::to_value(group).ok();
        let at = given.key(key.as_ref().and_then(|key| key.as_str()).unwrap_or_default());
        only_directory_roles(check, &at, roles);
    }
    let given = at.key("groups");
    for (group, roles) in &facts.groups {
        let at = given.key(group);
        group_of_partner(check, &at, facts, group);
        only_directory_roles(check, &at, roles);
    }
    let known = at.key("assignments");
    for group in facts.assignments.keys() {
        group_of_partner(check, &known.key(group), facts, group);
    }
    only_directory_roles(check, &at.key("offered"), &facts.offered);
    for (name, span) in [("auto_extend", facts.auto_extend), ("duration", facts.duration)] {
        if let Some(span) = span {
            check.positive(&at.key(name), span);
        }
    }
}

fn group_of_partner(check: &mut Check<'_>, at: &KeyPath<'_>, facts: &Relationship, group: &str) {
    if let Some(partner) = check.world.tenants.get(&facts.partner)
        && !partner.groups.contains_key(group)
    {
        check.missing(at, "group of the partner", group, partner.groups.keys().map(String::as_str));
    }
}

fn only_directory_roles(check: &mut Check<'_>, at: &KeyPath<'_>, roles: &[Role]) {
    for (index, _) in roles.iter().enumerate().filter(|(_, role)| role.template().is_none()) {
        check.say(&at.index(index), "a partner's agents are groups: name a directory role");
    }
}
