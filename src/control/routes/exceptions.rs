//! Technical exceptions as JSON: filed, listed, decided.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use serde_json::json;

use super::message::{Answer, content_type, json_of};
use crate::control::body;
use crate::control::exceptions::{self, Shown};
use crate::http::context::Context;
use crate::partner::exceptions as engine;

pub(super) fn list(cx: &Context) -> HttpResponse {
    json_of(&json!({ "value": exceptions::list(&cx.directory, cx.now), "next": null }))
}

pub(super) async fn file(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let request = exceptions::filing(body, &cx.directory)?.at(cx.now);
    let id = cx.chance().uuid().to_string();
    engine::file(cx.store(), &id, &request).await?;
    cx.journal(engine::filed_entry(&id, &request, cx.now)).await?;
    let shown = Shown::of(&id, &request, cx.now);
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

pub(super) async fn decide(cx: &Context, id: &str) -> Answer {
    let decision = exceptions::decision(body::json_needed(content_type(cx), &cx.request.body, &[])?)?;
    let (id, request) = engine::decide(cx.store(), id, decision, cx.now).await?.map_err(exceptions::refused)?;
    cx.journal(engine::decided_entry(&id, &request, cx.now)).await?;
    Ok(json_of(&Shown::of(&id, &request, cx.now)))
}
