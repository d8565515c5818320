//! What is in this world, for someone who opens `/`: the page's contents from the facts.

mod applications;
mod demonstrations;
mod organizations;

use url::form_urlencoded;

use super::pages::{Address, Authority, Front, Link, TryIt};
use crate::directory::Directory;
use crate::directory::app::App;
use crate::directory::policy::PerUserMfa;
use crate::directory::tenant::{EntraTenant, TenantKind};
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
    let authority = cx.settings.trust.ca_pem().map_or(Authority::None, |_| Authority::Known);
    let facts = &*cx.directory;
    Front {
        nonce: nonce.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        world: if cx.isolate.id().is_empty() { cx.settings.world.clone() } else { cx.isolate.id().to_owned() },
        try_it: try_it(facts, &cx.origin, show),
        organizations: organizations::all(facts, show),
        demonstrations: demonstrations::all(facts, &cx.origin),
        addresses: addresses(facts, &cx.origin),
        applications: applications::all(facts, show),
        links: Link::to_control_calls(&base, authority),
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

/// The name shown to people; the handle where there is none.
fn named(name: &str, handle: &str) -> String {
    if name.is_empty() { handle.to_owned() } else { name.to_owned() }
}
