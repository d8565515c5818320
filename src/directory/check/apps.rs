//! Applications: where they live, what they are called, where they are answered, how they prove themselves.

use std::collections::HashMap;

use super::{Check, KeyPath, excerpt, wording};
use crate::directory::app::App;
use crate::id::{ClientId, ObjectId};

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let top = KeyPath::ROOT.key("apps");
    let mut taken = Taken::default();
    for (handle, app) in &world.apps {
        let at = top.key(handle);
        check.unless(&at, wording::handle(handle));
        names(check, &at, handle, app, &mut taken);
        home(check, &at, app);
        answers(check, &at, app);
        proofs(check, &at, app);
        exposes(check, &at, app);
        check.scopes(&at.key("permissions"), &app.permissions);
        check.app_roles(&at.key("app_permissions"), &app.app_permissions);
        if let Some(lifetime) = app.token_lifetime {
            check.positive(&at.key("token_lifetime"), lifetime);
        }
    }
}

/// Names that one application only may have.
#[derive(Default)]
struct Taken<'w> {
    /// Client ids: at one provider, or in all Entra tenants together.
    client_ids: HashMap<(Option<&'w str>, &'w ClientId), &'w str>,
    uris: HashMap<&'w str, &'w str>,
}

fn names<'w>(check: &mut Check<'w>, at: &KeyPath<'_>, handle: &'w str, app: &'w App, taken: &mut Taken<'w>) {
    let id = app.client_id.as_str();
    if id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        check.say(&at.key("client_id"), "a client id has no spaces");
    }
    let world = check.world;
    let at_tenant_alone = world.tenants.contains_key(&app.home) && !world.providers.contains_key(&app.home);
    if at_tenant_alone && ObjectId::parse(id).is_none() {
        // There every request with another one is refused (700038). A third-party provider has client ids of any form.
        let example = "a tenant's application has a UUID for its client id, such as \
                       `364526c4-eb11-4985-917d-37d04d230685`; left out, one is made from the handle";
        check.say(&at.key("client_id"), format!("`{}`: {example}", excerpt(id)));
    }
    let at_provider = world.providers.contains_key(&app.home).then_some(Some(app.home.as_str()));
    let at_entra = world.tenants.contains_key(&app.home);
    for place in at_provider.into_iter().chain(at_entra.then_some(None)) {
        if let Some(other) = taken.client_ids.insert((place, &app.client_id), handle) {
            check.say(&at.key("client_id"), format!("`{id}` is already the client id of apps.{other}"));
            break;
        }
    }
    let uris = at.key("identifier_uris");
    for (index, uri) in app.identifier_uris.iter().enumerate() {
        let at = uris.index(index);
        check.form(&at, uri, wording::address);
        let taken_by = if at_entra { taken.uris.insert(uri, handle) } else { None };
        if let Some(other) = taken_by {
            check.say(&at, format!("`{uri}` already names apps.{other}"));
        }
    }
}

fn home(check: &mut Check<'_>, at: &KeyPath<'_>, app: &App) {
    let key = at.key("home");
    if app.home.is_empty() {
        check.say(&key, "say at which tenant or provider it is registered: there is more than one it could be");
    } else {
        check.home(&key, &app.home);
    }
    let consented = at.key("consented");
    for (index, tenant) in app.consented.iter().enumerate() {
        check.tenant(&consented.index(index), tenant);
    }
}

fn answers(check: &mut Check<'_>, at: &KeyPath<'_>, app: &App) {
    let uris = at.key("redirect_uris");
    addresses(check, &uris.key("web"), &app.redirect_uris.web, wording::web_address);
    addresses(check, &uris.key("spa"), &app.redirect_uris.spa, wording::address);
    addresses(check, &uris.key("native"), &app.redirect_uris.native, wording::address);
    if let Some(uri) = &app.front_channel_logout_uri {
        check.form(&at.key("front_channel_logout_uri"), uri, wording::web_address);
    }
    if let Some(saml) = &app.saml {
        let at = at.key("saml");
        if saml.entity_id.is_empty() {
            check.say(&at.key("entity_id"), "a service provider needs an entity id");
        }
        addresses(check, &at.key("reply_urls"), &saml.reply_urls, wording::web_address);
        if let Some(url) = &saml.logout_url {
            check.form(&at.key("logout_url"), url, wording::web_address);
        }
        match &saml.certificate {
            Some(pem) => check.unless(&at.key("certificate"), wording::certificate(pem)),
            None if saml.require_signed_requests => {
                check.say(&at.key("require_signed_requests"), "say by which `certificate` its requests are signed");
            }
            None => {}
        }
    }
    if let Some(wsfed) = &app.wsfed {
        let at = at.key("wsfed");
        if wsfed.realm.is_empty() {
            check.say(&at.key("realm"), "a relying party needs a realm");
        }
        addresses(check, &at.key("reply_urls"), &wsfed.reply_urls, wording::web_address);
        if let Some(url) = &wsfed.logout_url {
            check.form(&at.key("logout_url"), url, wording::web_address);
        }
    }
}

fn addresses(check: &mut Check<'_>, at: &KeyPath<'_>, uris: &[String], form: fn(&str) -> Option<&'static str>) {
    for (index, uri) in uris.iter().enumerate() {
        check.form(&at.index(index), uri, form);
    }
}

fn proofs(check: &mut Check<'_>, at: &KeyPath<'_>, app: &App) {
    let certificates = at.key("certificates");
    for (handle, certificate) in &app.certificates {
        let at = certificates.key(handle);
        check.unless(&at, wording::handle(handle));
        check.unless(&at.key("pem"), wording::certificate(&certificate.pem));
    }
    let credentials = at.key("federated_credentials");
    for (handle, credential) in &app.federated_credentials {
        let at = credentials.key(handle);
        check.unless(&at, wording::handle(handle));
        check.form(&at.key("issuer"), &credential.issuer, wording::web_address);
        if credential.subject.is_empty() {
            check.say(&at.key("subject"), "say which subject of that issuer stands for this application");
        }
    }
}

fn exposes(check: &mut Check<'_>, at: &KeyPath<'_>, app: &App) {
    let scopes = at.key("scopes");
    for scope in app.scopes.keys() {
        check.unless(&scopes.key(scope), wording::permission(scope));
    }
    let roles = at.key("roles");
    let mut ids = HashMap::new();
    for (value, role) in &app.roles {
        let at = roles.key(value);
        check.unless(&at, wording::permission(value));
        if let Some(other) = ids.insert(role.id, value) {
            check.say(&at.key("id"), format!("`{}` is already the id of the role `{other}`", role.id));
        }
    }
}
