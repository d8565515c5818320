//! What all calls and pages read of a request, and what their answers look like.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use askama::Template;
use serde::Serialize;
use serde_json::Value;

use crate::control::body;
use crate::control::error::Refused;
use crate::http::context::Context;
use crate::http::page::html;
use crate::http::params::{BadParams, Params};
use crate::journal::{Entry, Kind};

/// An answer, or why there is none.
pub(super) type Answer = Result<HttpResponse, Refused>;

pub(super) fn json_of(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// A page.
pub(super) fn page(status: StatusCode, nonce: &str, page: &impl Template) -> Answer {
    let text = page.render().map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(html(status, nonce, text))
}

pub(super) fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish()
}

pub(super) fn content_type(cx: &Context) -> Option<&str> {
    cx.request.header(CONTENT_TYPE.as_str())
}

pub(super) fn query(cx: &Context) -> Result<Params, Refused> {
    let unreadable =
        |bad: BadParams| Refused::Unreadable { target: bad.name().map(str::to_owned), message: bad.text() };
    cx.request.query().map_err(unreadable)
}

/// The form that a page of our own sends: any other body has no fields, and misses what is needed.
pub(super) fn own_form(cx: &Context) -> Result<Params, Refused> {
    let form = if cx.request.is_form() { cx.request.form() } else { Ok(Params::default()) };
    form.map_err(|_| not_our_form())
}

/// Whatever came, no page of ours sends it.
pub(super) fn not_our_form() -> Refused {
    Refused::unreadable("This address takes the forms of its own page.")
}

/// A body of a few members, or none at all.
pub(super) fn small_body(cx: &Context) -> Result<Option<Value>, Refused> {
    body::json(content_type(cx), &cx.request.body, &[])
}

/// Journals what was done.
pub(super) async fn note(cx: &Context, summary: impl Into<String>) -> Result<(), Refused> {
    Ok(cx.journal(Entry::new(cx.isolate.now(), Kind::Control, summary)).await?)
}
