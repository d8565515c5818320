//! What one sign-in looked like: its page, and its diagrams for programs.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use serde_json::json;

use super::admission::may_look;
use super::message::{Answer, json_of, page};
use crate::control::error::{self, Refused};
use crate::control::flows::{self, page::FlowPage};
use crate::control::guard::Whom;
use crate::http::context::Context;

/// The page of a sign-in.
pub async fn flow_page(cx: &Context, id: &str) -> HttpResponse {
    shown(cx, id).await.unwrap_or_else(|refused| error::render(&refused))
}

async fn shown(cx: &Context, id: &str) -> Answer {
    may_look(cx, &["GET", "HEAD"], Whom::Anybody)?;
    let nonce = cx.chance().short();
    let flow = flows::find(&cx.isolate, id).await?;
    let status = if flow.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    page(status, &nonce, &FlowPage::new(flow, &cx.origin.base, &nonce))
}

/// All that the journal still has.
pub(super) async fn list(cx: &Context) -> Answer {
    Ok(json_of(&json!({ "value": flows::list(&cx.isolate).await?, "next": null })))
}

/// One, in the form that the end of its name asks for.
pub(super) async fn find(cx: &Context, name: &str) -> Answer {
    let (id, form) = name.rsplit_once('.').unwrap_or((name, ""));
    let found = flows::find(&cx.isolate, id).await?;
    let missing = || Refused::NotFound("There is no flow of that id; the journal keeps the newest only.".to_owned());
    let flow = found.ok_or_else(missing)?;
    match form {
        "" => Ok(json_of(&flow)),
        "svg" => Ok(drawn("image/svg+xml", flows::to_svg(&flow))),
        "mmd" => Ok(drawn("text/plain; charset=utf-8", flows::to_mermaid(&flow))),
        _ => Err(missing()),
    }
}

/// A diagram: nothing in it may run, also when it is opened by itself.
fn drawn(kind: &str, diagram: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(diagram)
}
