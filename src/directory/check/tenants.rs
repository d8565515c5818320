//! Tenants and providers: ids, domains, federation, groups, lifetimes.

use std::collections::HashMap;

use super::{Check, KeyPath, Object, wording};
use crate::directory::CONSUMERS;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::external::{DISCOVERY, External};
use crate::directory::tenant::{EntraTenant, TokenLifetimes};
use crate::id::TenantId;

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let top = KeyPath::ROOT.key("tenants");
    let mut ids: HashMap<TenantId, &str> = HashMap::new();
    for (handle, tenant) in &world.tenants {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle));
        if tenant.id == CONSUMERS {
            check.say(&at.key("id"), "this id stands for personal accounts");
        }
        if let Some(other) = ids.insert(tenant.id, handle) {
            check.say(&at.key("id"), format!("`{}` is already the id of tenants.{other}", tenant.id));
        }
        domains(check, &at, handle, tenant);
        groups(check, &at, handle, tenant);
        external_methods(check, &at, tenant);
        custom_controls(check, &at, tenant);
        lifetimes(check, &at, &tenant.token_lifetimes);
        let country = tenant.billing.as_ref().map(|billing| billing.address.country.as_str());
        if let Some(country) = country.filter(|country| !country.is_empty()) {
            check.form(&at.key("billing").key("address").key("country"), country, wording::country);
        }
    }
    let top = KeyPath::ROOT.key("providers");
    for (handle, provider) in &world.providers {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle).or(wording::segment(handle)));
        lifetimes(check, &at, &provider.token_lifetimes);
    }
}

fn domains<'w>(check: &mut Check<'w>, at: &KeyPath<'_>, handle: &'w str, tenant: &'w EntraTenant) {
    let list = at.key("domains");
    for (index, domain) in tenant.domains.iter().enumerate() {
        let at = list.index(index);
        check.form(&at, domain, wording::domain);
        if let Some(other) = check.tenant_of_domain.insert(domain, handle) {
            check.say(&at, format!("`{domain}` is already a domain of tenants.{other}"));
        }
    }
    let federations = at.key("federation");
    for (domain, federation) in &tenant.federation {
        let at = federations.key(domain);
        if !tenant.domains.contains(domain) {
            check.say(&at, format!("`{domain}` is not among the tenant's domains (in lower case)"));
        }
        trust(check, &at, federation);
    }
}

fn trust(check: &mut Check<'_>, at: &KeyPath<'_>, federation: &Federation) {
    match (&federation.provider, &federation.metadata) {
        (Some(provider), None) => check.provider(&at.key("provider"), provider),
        (None, Some(metadata)) => check.form(&at.key("metadata"), metadata, described_at(federation.protocol)),
        (Some(_), Some(_)) => check.say(at, "name a `provider` of this world or the `metadata` of another, not both"),
        (None, None) => check.say(at, "needs a `provider` of this world, or the `metadata` of another"),
    }
    match (&federation.client_id, federation.protocol) {
        (Some(id), FederationProtocol::Oidc) => client_id(check, at, id),
        (Some(_), FederationProtocol::Wsfed | FederationProtocol::Saml) => {
            check.say(&at.key("client_id"), "is for the protocol `oidc` only");
        }
        (None, _) => {}
    }
}

/// What keeps an address from being one where a provider describes itself.
fn described_at(protocol: FederationProtocol) -> fn(&str) -> Option<&'static str> {
    match protocol {
        FederationProtocol::Oidc => discovery,
        FederationProtocol::Wsfed | FederationProtocol::Saml => wording::web_address,
    }
}

fn external_methods(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant) {
    let top = at.key("external_methods");
    for (handle, method) in &tenant.external_methods {
        let at = top.key(handle);
        external(check, &at, handle, method);
        check.groups(&at.key("groups"), tenant, &method.groups);
    }
}

fn custom_controls(check: &mut Check<'_>, at: &KeyPath<'_>, tenant: &EntraTenant) {
    let top = at.key("custom_controls");
    for (handle, control) in &tenant.custom_controls {
        let at = top.key(handle);
        external(check, &at, handle, control);
        if !control.groups.is_empty() {
            check.say(&at.key("groups"), "whom a custom control is about, the policies that demand it say");
        }
    }
}

/// The longest name by which a provider can know a tenant.
const LONGEST_CLIENT_ID: usize = 255;

fn external(check: &mut Check<'_>, at: &KeyPath<'_>, handle: &str, facts: &External) {
    check.unless(at, wording::handle(handle));
    match (&facts.provider, &facts.discovery) {
        (Some(provider), None) => check.provider(&at.key("provider"), provider),
        (None, Some(address)) => check.form(&at.key("discovery"), address, discovery),
        (Some(_), Some(_)) => check.say(at, "name a `provider` of this world or the `discovery` of another, not both"),
        (None, None) => check.say(at, "needs a `provider` of this world, or the `discovery` of another"),
    }
    client_id(check, at, &facts.client_id);
}

fn client_id(check: &mut Check<'_>, at: &KeyPath<'_>, id: &str) {
    if id.is_empty() || id.len() > LONGEST_CLIENT_ID {
        check.say(&at.key("client_id"), "must say what the provider calls the tenant, in 255 letters at most");
    }
}

/// What keeps this from being a discovery address.
fn discovery(text: &str) -> Option<&'static str> {
    let ends = text.ends_with(DISCOVERY);
    wording::web_address(text)
        .or((!ends).then_some("a discovery address ends with `/.well-known/openid-configuration`"))
}

fn groups<'w>(check: &mut Check<'w>, at: &KeyPath<'_>, tenant: &'w str, facts: &'w EntraTenant) {
    let groups = at.key("groups");
    for (handle, group) in &facts.groups {
        let at = groups.key(handle);
        check.unless(&at, wording::handle(handle));
        check.object(&at, group.id, Object::Group(tenant, handle));
    }
}

fn lifetimes(check: &mut Check<'_>, at: &KeyPath<'_>, lifetimes: &TokenLifetimes) {
    let TokenLifetimes { access, id, refresh, spa_refresh, code, device_code, session, persistent_session } =
        *lifetimes;
    let at = at.key("token_lifetimes");
    for (key, span) in [
        ("access", access),
        ("id", id),
        ("refresh", refresh),
        ("spa_refresh", spa_refresh),
        ("code", code),
        ("device_code", device_code),
        ("session", session),
        ("persistent_session", persistent_session),
    ] {
        check.positive(&at.key(key), span);
    }
}
