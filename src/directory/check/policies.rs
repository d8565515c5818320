//! Conditional access: whom, where and what a policy names, and that its demands are known.

use super::{Check, KeyPath, Object, wording};
use crate::directory::policy::{Audience, ConditionalAccess, GrantControl, PolicyState, Strength, is_context};
use crate::directory::tenant::EntraTenant;
use crate::directory::world::PLATFORM;
use crate::id::ObjectId;

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let tenants = KeyPath::ROOT.key("tenants");
    for (handle, tenant) in &world.tenants {
        let at = tenants.key(handle);
        locations(check, &at, handle, tenant);
        strengths(check, &at, tenant);
        let policies = at.key("conditional_access");
        for (name, facts) in &tenant.conditional_access {
            let at = policies.key(name);
            check.unless(&at, wording::handle(name));
            check.object(&at, facts.id, Object::Policy(handle, name));
            if tenant.security_defaults && facts.state == PolicyState::Enabled {
                check.say(
                    &at.key("state"),
                    "security defaults and enabled conditional access exclude each other: turn off one of them",
                );
            }
            policy(check, &at, tenant, facts);
        }
    }
}

fn locations<'w>(check: &mut Check<'w>, at: &KeyPath<'_>, home: &'w str, tenant: &'w EntraTenant) {
    let top = at.key("named_locations");
    for (handle, location) in &tenant.named_locations {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle));
        check.object(&at, location.id, Object::Location(home, handle));
        if handle == "all" || handle == "trusted" {
            check.say(&at, "policies use this word for something else");
        }
        let list = at.key("ranges");
        for (index, range) in location.ranges.iter().enumerate() {
            check.form(&list.index(index), range, wording::range);
        }
    }
}

fn policy(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant, facts: &ConditionalAccess) {
    audience(check, &at.key("include"), tenant, &facts.include);
    audience(check, &at.key("exclude"), tenant, &facts.exclude);
    apps(check, &at.key("apps"), &facts.apps);
    apps(check, &at.key("exclude_apps"), &facts.exclude_apps);
    let places = at.key("locations");
    named_places(check, &places.key("include"), tenant, &facts.locations.include);
    named_places(check, &places.key("exclude"), tenant, &facts.locations.exclude);
    grants(check, &at.key("grant"), tenant, &facts.grant);
    if let Some(frequency) = facts.session.sign_in_frequency {
        check.positive(&at.key("session").key("sign_in_frequency"), frequency);
    }
    if let Some(context) = &facts.auth_context {
        check.form(&at.key("auth_context"), context, auth_context);
    }
}

fn audience(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant, audience: &Audience) {
    let users = at.key("users");
    for (index, upn) in audience.users.iter().enumerate() {
        check.user(&users.index(index), upn);
    }
    check.groups(&at.key("groups"), tenant, &audience.groups);
}

fn apps(check: &mut Check<'_>, at: &KeyPath<'_>, named: &[String]) {
    let world = check.world;
    for (index, name) in named.iter().enumerate() {
        let known = name == "all"
            || world.apps.contains_key(name)
            || PLATFORM.contains(&name.as_str())
            || ObjectId::parse(name).is_some();
        if !known {
            let right = world.apps.keys().map(String::as_str).chain(PLATFORM).chain(["all"]);
            check.missing(&at.index(index), "application", name, right);
        }
    }
}

fn named_places(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant, named: &[String]) {
    for (index, name) in named.iter().enumerate() {
        let places = tenant.named_locations.keys().map(String::as_str).chain(["all", "trusted"]);
        if !places.clone().any(|place| place == name) {
            check.missing(&at.index(index), "named location", name, places);
        }
    }
}

fn strengths(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant) {
    let top = at.key("authentication_strengths");
    for (name, methods) in &tenant.authentication_strengths {
        let at = top.key(name);
        check.unless(&at, wording::handle(name));
        if Strength::named(name).is_some() {
            check.say(&at, "every tenant has a strength of this name");
        }
        if methods.is_empty() {
            check.say(&at, "a strength takes one second factor at least");
        }
    }
}

fn grants(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant, grants: &[GrantControl]) {
    for (index, grant) in grants.iter().enumerate() {
        let at = at.index(index);
        match grant {
            GrantControl::Mfa | GrantControl::Block | GrantControl::Terms => {}
            GrantControl::Strength(name) => {
                let own = tenant.authentication_strengths.keys().map(String::as_str);
                if Strength::named(name).is_none() && !own.clone().any(|known| known == name) {
                    check.missing(&at, "authentication strength", name, own.chain(Strength::NAMES));
                }
            }
            GrantControl::Custom(name) => {
                let own = tenant.custom_controls.keys().map(String::as_str);
                if !own.clone().any(|known| known == name) {
                    check.missing(&at, "custom control", name, own);
                }
            }
            GrantControl::Unknown(word) => check.missing(&at, "demand", word, GrantControl::WORDS.into_iter()),
        }
    }
    if grants.len() > 1 && grants.contains(&GrantControl::Block) {
        check.say(at, "a policy that blocks cannot demand anything else");
    }
    let is_strength = |one: &&GrantControl| matches!(one, GrantControl::Strength(name) if !name.is_empty());
    if grants.iter().filter(is_strength).count() > 1 {
        check.say(at, "a policy demands one authentication strength at most");
    }
}

/// What keeps this from being an authentication context.
fn auth_context(text: &str) -> Option<&'static str> {
    (!is_context(text)).then_some("an authentication context is one of `c1` to `c25`")
}
