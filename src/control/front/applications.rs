//! Which applications there are, and what each is.

use std::sync::Arc;

use super::super::pages::Application;
use super::{Show, named};
use crate::directory::Directory;
use crate::directory::app::{App, ClientSecret};

/// All applications of the world itself; Microsoft's own, which every world has, go without saying.
pub(super) fn all(facts: &Directory, show: Show) -> Vec<Application> {
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
