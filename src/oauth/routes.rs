//! The OAuth and OpenID Connect addresses: HTTP in, HTTP out.

mod admin_consent;
mod answer;
mod authorize;
mod check_session;
mod device;
mod devicecode;
mod documents;
mod introspect;
mod logout;
mod realm;
mod token;
mod unread;
mod userinfo;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::admin_consent::Asked;
use super::dialect::Dialect;
use crate::federation;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

pub use admin_consent::{consented as admin_consented, refused as admin_consent_refused};
pub use answer::json;
pub use authorize::{authorize_refused, authorized};
pub use device::{page as device_page, refused as device_refused, signed_in as device_signed_in};
pub use logout::{elsewhere as sign_out_elsewhere, issuer as logout_issuer};
pub use realm::user_realm_srf;
pub use userinfo::graph as userinfo;

/// Which authority a path's first segment names.
pub fn authority(cx: &Context, name: &str) -> Result<Authority, Refusal> {
    Authority::find(name, &cx.directory).ok_or_else(|| no_such_tenant(name))
}

fn no_such_tenant(name: &str) -> Refusal {
    if is_name(name) {
        return Code::UnknownTenant.because(format!(
            "Tenant '{name}' not found. Check to make sure you have the correct tenant ID or domain and are signing into the correct cloud."
        ));
    }
    Code::TenantMalformed
        .because("Specified tenant identifier is neither a valid DNS name, nor a valid external domain.")
}

/// Could a tenant be called this? No domain has a single letter.
fn is_name(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    (2..=253).contains(&name.len()) && name.chars().all(fine)
}

/// Everything below `/{tenant}`.
pub async fn tenant(cx: &Rc<Context>, name: &str, path: &[&str]) -> HttpResponse {
    match document(cx, name, path) {
        Some(document) => document,
        None => Box::pin(endpoint(cx, name, path)).await,
    }
}

fn document(cx: &Context, name: &str, path: &[&str]) -> Option<HttpResponse> {
    let v1 = Dialect::EntraV1;
    let v2 = Dialect::EntraV2;
    Some(match path {
        ["v2.0", ".well-known", "openid-configuration"] => documents::metadata(cx, name, v2),
        [".well-known", "openid-configuration"] => documents::metadata(cx, name, v1),
        ["discovery", "v2.0", "keys"] => documents::keys(cx, name, v2),
        ["discovery", "keys"] => documents::keys(cx, name, v1),
        ["discovery", "instance"] => documents::instance(cx),
        _ => return None,
    })
}

async fn endpoint(cx: &Rc<Context>, name: &str, path: &[&str]) -> HttpResponse {
    let v1 = Dialect::EntraV1;
    let v2 = Dialect::EntraV2;
    match path {
        ["oauth2", "v2.0", "authorize"] => authorize::entra(cx, name, v2).await,
        ["oauth2", "authorize"] => authorize::entra(cx, name, v1).await,
        ["oauth2", "v2.0", "token"] => token::entra(cx, name, v2).await,
        ["oauth2", "token"] => token::entra(cx, name, v1).await,
        ["oauth2", "v2.0", "devicecode"] => devicecode::entra(cx, name, v2).await,
        ["oauth2", "devicecode"] => devicecode::entra(cx, name, v1).await,
        ["oauth2", "v2.0", "logout"] | ["oauth2", "logout"] => logout::entra(cx, name).await,
        ["oauth2", "checksession"] => check_session::serve(cx, name).await,
        ["openid", "userinfo"] => userinfo::entra_v1(cx, name).await,
        ["userrealm"] | ["userrealm", _] => realm::user_realm(cx, name, path.get(1).copied()).await,
        ["getcredentialtype"] => realm::credential_type(cx).await,
        ["v2.0", "adminconsent"] => admin_consent::start(cx, name, Asked::Scopes).await,
        ["adminconsent"] => admin_consent::start(cx, name, Asked::Registered).await,
        path => match federation::routes::tenant(cx, name, path).await {
            Some(response) => response,
            None => answer::unknown_address(cx, v2),
        },
    }
}

/// A provider's metadata at the address that RFC 8414 gives it, before its issuer's path.
pub fn provider_metadata(cx: &Context, name: &str) -> HttpResponse {
    documents::provider_metadata(cx, name)
}

/// Everything below `/idp/{name}`.
pub async fn provider(cx: &Rc<Context>, name: &str, path: &[&str]) -> HttpResponse {
    if cx.directory.provider(name).is_none() {
        return answer::no_such_provider(name);
    }
    match path {
        [".well-known", "openid-configuration" | "oauth-authorization-server"] => {
            documents::provider_metadata(cx, name)
        }
        ["jwks"] => documents::provider_keys(cx, name),
        _ => Box::pin(provider_endpoint(cx, name, path)).await,
    }
}

async fn provider_endpoint(cx: &Rc<Context>, name: &str, path: &[&str]) -> HttpResponse {
    match path {
        ["authorize"] => match federation::routes::external_question(cx) {
            Some(question) => federation::routes::external_authorize(cx, name, &question).await,
            None => match federation::routes::down(cx, &Authority::Provider(name.to_owned())).await {
                Some(down) => down,
                None => authorize::provider(cx, name).await,
            },
        },
        ["token"] => unless_down(cx, name, token::provider(cx, name)).await,
        ["userinfo"] => unless_down(cx, name, userinfo::provider(cx, name)).await,
        ["introspect"] => unless_down(cx, name, introspect::introspect(cx, name)).await,
        ["revoke"] => unless_down(cx, name, introspect::revoke(cx, name)).await,
        ["logout"] => match federation::routes::down(cx, &Authority::Provider(name.to_owned())).await {
            Some(down) => down,
            None => logout::provider(cx, name).await,
        },
        path => match federation::routes::provider(cx, name, path).await {
            Some(response) => response,
            None => answer::unknown_address(cx, Dialect::Generic),
        },
    }
}

/// The answer to an application that asks a provider without a browser between.
async fn unless_down(cx: &Context, name: &str, answer: impl Future<Output = HttpResponse>) -> HttpResponse {
    match federation::routes::outage(cx, name) {
        Some(outage) => answer::down(cx, outage).await,
        None => answer.await,
    }
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, path: &[&str], bad: BadBody) -> HttpResponse {
    match path {
        [
            _,
            ..,
            "login"
            | "authorize"
            | "logout"
            | "adminconsent"
            | "deviceauth"
            | "externalauthprovider"
            | "ls"
            | "sso"
            | "slo"
            | "saml2"
            | "wsfed",
        ]
        | ["device" | "login.srf" | "security-info"] => unread::on_page(cx, bad),
        ["idp", .., "usernamemixed"] => federation::routes::active_unread(bad),
        ["idp", ..] => unread::as_json(cx, Dialect::Generic, bad),
        [_, "oauth2", "token" | "devicecode"] => unread::as_json(cx, Dialect::EntraV1, bad),
        _ => unread::as_json(cx, Dialect::EntraV2, bad),
    }
}

/// May this verb be used? `OPTIONS` was answered before.
fn is(cx: &Context, verbs: &[Method]) -> bool {
    verbs.contains(&cx.request.method)
}
