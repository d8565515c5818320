//! How these surfaces answer: JSON with the headers of the real service, refusals in the surface's own shape.

use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use serde_json::json;

use crate::http::context::Context;
use crate::oauth::dialect::Dialect;
use crate::oauth::error::{self, Traces};
use crate::refusal::{Code, Refusal};

/// Who may read an answer from a web page of another origin.
#[derive(Clone, Copy, Debug)]
pub enum Readers<'a> {
    /// Everybody.
    All,
    /// This origin.
    Origin(&'a str),
    /// Nobody.
    Nobody,
}

/// A JSON answer.
pub fn json(status: u16, body: &impl Serialize) -> HttpResponse {
    let text = serde_json::to_string(body).unwrap_or_default();
    builder(status).insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8")).body(text)
}

fn builder(status: u16) -> HttpResponseBuilder {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

/// A public document: cached by clients, readable by every web page.
pub fn document(cx: &Context, body: &impl Serialize) -> HttpResponse {
    let text = serde_json::to_string(body).unwrap_or_default();
    let mut response = builder(200);
    response
        .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "max-age=86400, private"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, OPTIONS"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let _ = cx;
    response.body(text)
}

/// An answer that holds tokens, or says why not: never cached.
pub fn private(
    status: u16,
    body: &impl Serialize,
    dialect: Dialect,
    traces: &Traces,
    readers: Readers<'_>,
) -> HttpResponse {
    let text = serde_json::to_string(body).unwrap_or_default();
    let mut response = builder(status);
    response
        .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::PRAGMA, "no-cache"));
    if dialect.is_entra() {
        response
            .insert_header((header::CACHE_CONTROL, "no-store, no-cache"))
            .insert_header((header::EXPIRES, "-1"))
            .insert_header(("x-ms-request-id", traces.trace_id.as_str()))
            .insert_header(("x-ms-ests-server", concat!("standin ", env!("CARGO_PKG_VERSION"))))
            .insert_header(("x-ms-clitelem", "1,0,0,,"));
    } else {
        response.insert_header((header::CACHE_CONTROL, "no-store"));
    }
    allow(&mut response, readers);
    response.body(text)
}

/// Lets web pages read an answer.
pub fn allow(response: &mut HttpResponseBuilder, readers: Readers<'_>) {
    match readers {
        Readers::All => {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        }
        Readers::Origin(origin) => {
            response
                .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin))
                .insert_header((header::VARY, "Origin"));
        }
        Readers::Nobody => {}
    }
}

/// The answer to a browser that asks whether a web page may call.
pub fn preflight(cx: &Context, readers: Readers<'_>) -> HttpResponse {
    let mut response = builder(204);
    allow(&mut response, readers);
    let wanted = cx.request.header("access-control-request-headers").unwrap_or("content-type");
    response
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, wanted))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// A refusal as JSON.
pub fn refused(cx: &Context, refusal: &Refusal, dialect: Dialect, readers: Readers<'_>) -> HttpResponse {
    let traces = Traces::new(cx);
    let body = error::body(refusal, dialect, &traces, cx.now);
    private(refusal.code.status(), &body, dialect, &traces, readers)
}

/// The answer when we broke: the caller is told that, the log why.
pub fn broken(cx: &Context, error: &impl std::fmt::Display, dialect: Dialect) -> HttpResponse {
    tracing::error!("{error}");
    refused(cx, &Code::Broken.because("A transient error has occurred. Please try again."), dialect, Readers::Nobody)
}

/// The answer at an address that means nothing.
pub fn unknown_address(cx: &Context, dialect: Dialect) -> HttpResponse {
    let traces = Traces::new(cx);
    let body = json!({ "error": "not_found", "error_description": "There is nothing at this address." });
    private(404, &body, dialect, &traces, Readers::Nobody)
}

/// The answer for a provider that does not exist.
pub fn no_such_provider(name: &str) -> HttpResponse {
    let text = format!("There is no identity provider named {}.", crate::http::params::shorten(name));
    json(404, &json!({ "error": "not_found", "error_description": text }))
}

/// The answer to a wrong verb.
pub fn wrong_verb(cx: &Context, allowed: &str, dialect: Dialect) -> HttpResponse {
    let refusal = Code::WrongVerb
        .because(format!("The endpoint only accepts {allowed} requests. Received a {} request.", cx.request.method));
    let mut response = refused(cx, &refusal, dialect, Readers::Nobody);
    if let Ok(value) = header::HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
