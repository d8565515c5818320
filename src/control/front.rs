//! What is in this world, for someone who opens `/`: the page's contents from the facts.

use std::sync::Arc;

use url::form_urlencoded;

use super::pages::{Address, Application, Front, Kind, Link, Organization, Row, TryIt};
use crate::directory::Directory;
use crate::directory::app::{App, ClientSecret};
use crate::directory::policy::PerUserMfa;
use crate::directory::tenant::{EntraTenant, Provider, ProviderMfa, TenantKind};
use crate::directory::user::{Secret, User};
use crate::http::context::Context;
use crate::http::origin::Origin;
use crate::id::Upn;

/// Stands for passwords and secrets where a control token says that not everybody may see them.
const HIDDEN: &str = "(hidden by the control token)";

/// The page of this world.
pub fn page(cx: &Context, nonce: &str) -> Front {
    let base = cx.origin.base.clone();
    let show = if cx.settings.control_token.is_some() { Show::Names } else { Show::Everything };
    let facts = &*cx.directory;
    Front {
        nonce: nonce.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        world: if cx.isolate.id().is_empty() { cx.settings.world.clone() } else { cx.isolate.id().to_owned() },
        try_it: try_it(facts, &cx.origin, show),
        organizations: organizations(facts, show),
        addresses: addresses(facts, &cx.origin),
        applications: applications(facts, show),
        links: Link::to_control_calls(&base),
        base,
    }
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    /// Passwords and secrets too: this is a test double, and they are what one comes for.
    Everything,
    /// No password and no secret, nor the stories, which may tell one.
    Names,
}

impl Show {
    fn secret(self, secret: &Secret) -> String {
        match self {
            Show::Everything => secret.reveal().to_owned(),
            Show::Names => HIDDEN.to_owned(),
        }
    }

    fn story(self, user: &User) -> Option<&str> {
        let told = self == Show::Everything && !user.story.is_empty();
        told.then_some(user.story.as_str())
    }
}

/// The first web application of an ordinary tenant, and someone there whose password is enough.
fn try_it(facts: &Directory, origin: &Origin, show: Show) -> Option<TryIt> {
    let offer = |app: &App| {
        let tenant = facts.world().tenants.get(&app.home).filter(|tenant| tenant.kind == TenantKind::Ordinary)?;
        let domain = tenant.domains.first()?;
        let ends_at = app.redirect_uris.web.first().filter(|_| !app.disabled)?;
        let (upn, password) = someone(facts, tenant)?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", app.client_id.as_str())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", ends_at)
            .append_pair("scope", "openid profile email")
            .append_pair("state", "from-the-front-page")
            .append_pair("prompt", "select_account")
            .finish();
        Some(TryIt {
            href: origin.path(&format!("/{domain}/oauth2/v2.0/authorize?{query}")),
            app: app.name.clone(),
            upn: upn.to_string(),
            password: show.secret(password),
            ends_at: ends_at.clone(),
        })
    };
    facts.world().apps.values().find_map(|app| offer(app))
}

fn someone<'d>(facts: &'d Directory, tenant: &EntraTenant) -> Option<(&'d Upn, &'d Secret)> {
    let asks_for_more = |user: &User| user.per_user_mfa.unwrap_or(tenant.per_user_mfa) != PerUserMfa::Disabled;
    let fine = |upn: &Upn, user: &User| {
        let lives_here = tenant.domains.iter().any(|domain| domain == upn.domain());
        lives_here && user.enabled && !user.password_expired && !asks_for_more(user)
    };
    let (upn, user) = facts.world().users.iter().find(|(upn, user)| fine(upn, user) && user.password.is_some())?;
    user.password.as_ref().map(|password| (upn, password))
}

fn organizations(facts: &Directory, show: Show) -> Vec<Organization> {
    let world = facts.world();
    let tenants = world.tenants.iter().map(|(handle, tenant)| Organization {
        kind: match tenant.kind {
            TenantKind::Ordinary => Kind::Ordinary,
            TenantKind::Partner => Kind::Partner,
            TenantKind::Customer => Kind::Customer,
        },
        name: named(&tenant.name, handle),
        id: tenant.id.to_string(),
        domain: tenant.domains.first().cloned(),
        note: note(tenant),
        accounts: members(facts, tenant, show),
    });
    tenants.chain(world.providers.iter().map(|(handle, provider)| third_party(handle, provider, show))).collect()
}

fn third_party(handle: &str, provider: &Provider, show: Show) -> Organization {
    Organization {
        kind: Kind::Provider,
        name: named(&provider.name, handle),
        id: format!("/idp/{handle}"),
        domain: None,
        note: match provider.mfa {
            ProviderMfa::Always => Some("asks for a second factor at every sign-in".to_owned()),
            ProviderMfa::OnRequest | ProviderMfa::Never => None,
        },
        accounts: provider.users.iter().map(|(upn, user)| row(upn, user, user.password.as_ref(), show)).collect(),
    }
}

fn members<'d>(facts: &'d Directory, tenant: &EntraTenant, show: Show) -> Vec<Row> {
    let here = facts.world().users.iter().filter(|(upn, _)| tenant.domains.iter().any(|domain| domain == upn.domain()));
    let password = |upn: &Upn, user: &'d User| {
        // The password of a federated account is its provider's business, and stands there.
        user.password.as_ref().filter(|_| !tenant.federation.contains_key(upn.domain()))
    };
    here.map(|(upn, user)| row(upn, user, password(upn, user), show)).collect()
}

fn row(upn: &Upn, user: &User, password: Option<&Secret>, show: Show) -> Row {
    let disabled = (!user.enabled).then(|| "disabled".to_owned());
    let expired = user.password_expired.then(|| "password expired".to_owned());
    // A story says in its own words what role and methods would say.
    let (roles, told) = match show.story(user) {
        Some(story) => (Vec::new(), Some(story.to_owned())),
        None => (user.roles.iter().map(|role| role.title().to_owned()).collect(), registered(user)),
    };
    let state: Vec<String> = [disabled, expired, told].into_iter().flatten().collect();
    let password = password.map(|password| show.secret(password));
    Row { upn: upn.to_string(), password, roles, state: (!state.is_empty()).then(|| state.join(", ")) }
}

fn registered(user: &User) -> Option<String> {
    let methods = &user.methods;
    let registered = [
        methods.push.then(|| "app".to_owned()),
        methods.totp.as_ref().map(|_| "code app".to_owned()),
        methods.sms.as_ref().map(|number| format!("text to {number}")),
        methods.call.as_ref().map(|number| format!("call to {number}")),
    ];
    let registered: Vec<String> = registered.into_iter().flatten().collect();
    (!registered.is_empty()).then(|| format!("registered: {}", registered.join(", ")))
}

fn note(tenant: &EntraTenant) -> Option<String> {
    let mut notes = Vec::new();
    for (domain, trust) in &tenant.federation {
        let to = match (&trust.provider, &trust.metadata) {
            (Some(provider), _) => format!("/idp/{provider}"),
            (None, Some(metadata)) => metadata.clone(),
            (None, None) => "nobody".to_owned(),
        };
        notes.push(format!("{domain} is federated to {to}"));
    }
    match tenant.per_user_mfa {
        PerUserMfa::Disabled => {}
        PerUserMfa::Enabled => notes.push("a second factor is asked of everybody".to_owned()),
        PerUserMfa::Enforced => notes.push("a second factor is enforced for everybody".to_owned()),
    }
    if tenant.security_defaults {
        notes.push("security defaults on".to_owned());
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn addresses(facts: &Directory, origin: &Origin) -> Vec<Address> {
    let address = |label: String, path: String| Address { label, url: origin.url(&path) };
    let mut addresses = Vec::new();
    for (handle, tenant) in &facts.world().tenants {
        let name = named(&tenant.name, handle);
        let domain = tenant.domains.first().cloned().unwrap_or_else(|| tenant.id.to_string());
        if tenant.kind == TenantKind::Ordinary {
            addresses.insert(0, address(format!("{name}, authority"), format!("/{domain}/v2.0")));
        }
        addresses.push(address(format!("{name}, metadata"), metadata(&format!("/{domain}/v2.0"))));
    }
    addresses.push(address("Any tenant, metadata".to_owned(), metadata("/common/v2.0")));
    for (handle, provider) in &facts.world().providers {
        let label = format!("{}, metadata", named(&provider.name, handle));
        addresses.push(address(label, metadata(&format!("/idp/{handle}"))));
    }
    addresses.push(address("Control API, described".to_owned(), "/_standin/openapi.json".to_owned()));
    addresses
}

fn metadata(issuer: &str) -> String {
    format!("{issuer}/.well-known/openid-configuration")
}

fn applications(facts: &Directory, show: Show) -> Vec<Application> {
    let application = |(handle, app): (&String, &Arc<App>)| Application {
        name: named(&app.name, handle),
        client_id: app.client_id.to_string(),
        home: facts.home(&app.home).map_or_else(|| app.home.clone(), |home| home.name().to_owned()),
        what: what(app),
        secret: app.secrets.first().map(|secret| match secret {
            ClientSecret::Forever(secret) => show.secret(secret),
            ClientSecret::Until(secret) => show.secret(&secret.value),
        }),
        redirect_uris: reply_addresses(app),
    };
    facts.world().apps.iter().map(application).collect()
}

fn reply_addresses(app: &App) -> Vec<String> {
    let saml = app.saml.iter().flat_map(|saml| &saml.reply_urls);
    let wsfed = app.wsfed.iter().flat_map(|wsfed| &wsfed.reply_urls);
    app.every_redirect_uri().chain(saml.chain(wsfed).map(String::as_str)).map(str::to_owned).collect()
}

/// "confidential, every tenant": what kind of application it is.
fn what(app: &App) -> String {
    let saml = app.saml.as_ref().map(|saml| format!("SAML service provider {}", saml.entity_id));
    let wsfed = app.wsfed.as_ref().map(|wsfed| format!("WS-Federation application {}", wsfed.realm));
    let kind = saml.or(wsfed).unwrap_or_else(|| match (app.is_confidential(), &app.redirect_uris) {
        (true, _) => "confidential".to_owned(),
        (false, uris) if !uris.spa.is_empty() => "public, single-page".to_owned(),
        (false, uris) if !uris.native.is_empty() => "public, native".to_owned(),
        (false, _) => "public".to_owned(),
    });
    let resource = app.identifier_uris.first().map(|uri| format!("resource {uri}"));
    let everywhere = app.multi_tenant.then(|| "every tenant".to_owned());
    let disabled = app.disabled.then(|| "disabled".to_owned());
    [Some(kind), resource, everywhere, disabled].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn named(name: &str, handle: &str) -> String {
    if name.is_empty() { handle.to_owned() } else { name.to_owned() }
}
