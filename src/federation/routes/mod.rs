//! Federation's addresses: what a tenant sends to a provider and gets back, and what a provider is asked.

mod active;
mod answer;
mod depart;
mod passive;
mod sso;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::directory::Application;
use crate::directory::tenant::{Answer, Provider, Tenant};
use crate::federation::parties::{self, MICROSOFT_ONLINE, MICROSOFT_ONLINE_APP};
use crate::federation::wstrust::edition::Edition;
use crate::http::context::Context;
use crate::http::page;
use crate::refusal::{Code, Refusal};
use crate::signin::pages::{FormPost, SignedOut};
use crate::signin::routes::{error_page, plain_frame, render};

pub use active::unread as active_unread;
pub use answer::login;
pub use depart::depart;
pub use passive::{PassiveSignIn, refused as passive_refused, signed_in as passive_signed_in};
pub use sso::{SsoSignIn, refused as sso_refused, signed_in as sso_signed_in};

/// A provider's addresses for WS-Federation and SAML; nothing when it is none of them.
pub async fn provider(cx: &Rc<Context>, name: &str, path: &[&str]) -> Option<HttpResponse> {
    Some(match path {
        ["adfs", "ls"] => passive::serve(cx, name).await,
        ["adfs", "services", "trust", "mex"] => active::describe(cx, name),
        ["adfs", "services", "trust", edition, "usernamemixed"] => active::serve(cx, name, Edition::of(edition)?).await,
        ["saml", "sso"] => sso::serve(cx, name).await,
        _ => return None,
    })
}

/// Somebody a provider answers: an application, and where it may be answered.
struct Party<'d> {
    app: Application<'d>,
    /// What it calls itself.
    name: String,
    /// Where it may be answered; the first is where, when it does not say.
    replies: Vec<String>,
}

impl<'d> Party<'d> {
    /// Every tenant, as one relying party.
    fn tenants(cx: &'d Context) -> Option<Self> {
        let app = cx.directory.app_by_handle(MICROSOFT_ONLINE_APP)?;
        Some(Self { app, name: MICROSOFT_ONLINE.to_owned(), replies: vec![parties::login_address(&cx.origin)] })
    }

    /// The relying party that calls itself this, in WS-Federation and WS-Trust.
    fn of_realm(cx: &'d Context, provider: &str, realm: &str) -> Result<Self, Refusal> {
        let known = match realm {
            MICROSOFT_ONLINE => Party::tenants(cx),
            _ => registered(cx, provider, |app| app.wsfed.as_ref().is_some_and(|party| party.realm == realm)).map(
                |app| {
                    let replies = app.facts().wsfed.as_ref().map(|party| party.reply_urls.clone()).unwrap_or_default();
                    Party { app, name: realm.to_owned(), replies }
                },
            ),
        };
        known.ok_or_else(|| {
            let name = crate::http::params::shorten(realm);
            Code::AppNotFound.because(format!("The relying party '{name}' is not registered here."))
        })
    }

    /// The reply address that was asked for, if it is one of the party's.
    fn reply(&self, asked: Option<&str>) -> Result<String, Refusal> {
        let found = match asked {
            None => self.replies.first(),
            Some(asked) => self.replies.iter().find(|known| *known == asked),
        };
        found.cloned().ok_or_else(|| {
            Code::RedirectNotRegistered.because(format!(
                "The reply address '{}' is not registered for '{}'.",
                crate::http::params::shorten(asked.unwrap_or_default()),
                crate::http::params::shorten(&self.name)
            ))
        })
    }
}

/// The application at a provider that `is` the one that asks.
fn registered<'d>(cx: &'d Context, provider: &str, is: impl Fn(&Application<'d>) -> bool) -> Option<Application<'d>> {
    let world = cx.directory.world();
    let handles = world.apps.iter().filter(|(_, app)| app.home == provider).map(|(handle, _)| handle);
    handles.filter_map(|handle| cx.directory.app_by_handle(handle)).find(is)
}

fn facts<'d>(cx: &'d Context, name: &str) -> Option<&'d Provider> {
    match cx.directory.provider(name)? {
        Tenant::Provider { facts, .. } => Some(facts),
        Tenant::Entra { .. } => None,
    }
}

/// The answer of a provider that is down.
fn down(cx: &Context, provider: &Provider) -> Option<HttpResponse> {
    (provider.answer == Answer::Down).then(|| {
        let refusal = Code::Broken.because("The provider is down.");
        error_page(cx, &refusal.because("R-14", "this provider is set up not to answer"), None)
    })
}

/// Says that the session is over.
fn signed_out(cx: &Context, name: &str) -> HttpResponse {
    let frame = plain_frame(cx, cx.directory.provider(name), None);
    render(cx, &SignedOut { frame, front_channel: Vec::new(), return_to: None })
}

/// A form that posts itself.
fn post(cx: &Context, action: String, fields: Vec<(String, String)>) -> HttpResponse {
    let form = FormPost { action, fields, nonce: cx.chance().short() };
    match form.render() {
        Ok(body) => page::html(StatusCode::OK, &form.nonce, body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
