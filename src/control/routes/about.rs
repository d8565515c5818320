//! What the server says of itself: that it is well, its certificate, what can be called.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use super::message::{Answer, json_of};
use crate::control::error::Refused;
use crate::control::openapi;
use crate::control::ours::Ours;
use crate::http::context::Context;

pub(super) fn health(cx: &Context) -> HttpResponse {
    let world = Some(cx.isolate.id()).filter(|id| !id.is_empty());
    json_of(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "world": world, "now": cx.now }))
}

/// The certificate to trust. A server without TLS that finds none makes none: nobody could use it.
pub(super) fn certificate(cx: &Context) -> Answer {
    let Some(certificate) = cx.settings.trust.ca_pem() else {
        let text =
            "This server was started without TLS, and no other on this machine has made a certificate authority.";
        return Err(Refused::NotFound(text.to_owned()));
    };
    let response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/x-pem-file"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(certificate.to_owned());
    Ok(response)
}

pub(super) fn described(cx: &Context) -> Answer {
    let document = openapi::document(&cx.origin.base).map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(json_of(&document))
}

/// Where this server is, as far as it knows itself.
pub(super) fn ours(cx: &Context) -> Ours<'_> {
    Ours {
        http: &cx.doors.http,
        https: &cx.doors.https,
        public_origin: cx.settings.public_origin.as_deref(),
        called: Some(&cx.origin.scheme_host),
        names: &cx.settings.allow_hosts,
        world: cx.isolate.id(),
    }
}
