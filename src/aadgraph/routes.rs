//! Azure AD Graph's HTTP. Nothing here is ever HTML.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use serde_json::Value;

use super::error::Refused;
use super::{Place, VERSION, answer};
use crate::graph::caller::Caller;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::error::Traces;
use crate::oauth::userinfo::AAD_GRAPH;
use crate::token::bearer::{self, Shapes, Takes};

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Everything below `/aadgraph`.
pub async fn serve(cx: &Context, path: &[&str]) -> HttpResponse {
    match called(cx, path) {
        Ok(shown) => send(StatusCode::OK, &shown, &Traces::new(cx)),
        Err(refused) => {
            let because = vec![Because::new("R-52", refused.message())];
            let entry = Entry::new(cx.now, Kind::Error, "Azure AD Graph refused a call.").with(because);
            match cx.journal(entry).await {
                Ok(()) => render(cx, &refused),
                Err(error) => render(cx, &error.into()),
            }
        }
    }
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    render(cx, &Refused::NoBody(bad))
}

fn called(cx: &Context, path: &[&str]) -> Result<Value, Refused> {
    let [name, rest @ ..] = path else { return Err(Refused::no_object("")) };
    let place = Place::find(rest).ok_or_else(|| Refused::no_object(rest.last().copied().unwrap_or(name)))?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb);
    }
    let token = cx.request.bearer().filter(|token| !token.is_empty()).ok_or(Refused::NoToken)?;
    let takes = Takes { resources: &[AAD_GRAPH], shapes: Shapes::V1 };
    let token = bearer::read(&cx.directory, cx.keys(), token, cx.now, takes)?;
    let named = match *name {
        "myorganization" => Some(token.tenant),
        name => cx.directory.tenant(name),
    };
    if named != Some(token.tenant) {
        return Err(Refused::WrongTenant);
    }
    let caller = Caller::bearing(&cx.directory, token, cx.now)?;
    cx.concerns(None, caller.person().map(|person| person.account.upn.as_str()), Some(caller.app.handle));
    let Some(params) = cx.request.query().ok().filter(|query| query.has(VERSION)) else {
        return Err(Refused::NoVersion);
    };
    answer(&cx.directory, &caller, place, &params, &cx.origin.url(&format!("/aadgraph/{}", caller.tenant.id)))
}

fn render(cx: &Context, refused: &Refused) -> HttpResponse {
    if let Refused::Broken(why) = refused {
        tracing::error!("{why}");
    }
    let traces = Traces::new(cx);
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = send(status, &refused.body(&traces, cx.now), &traces);
    let more = match refused.status() {
        401 => Some((
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="00000002-0000-0000-c000-000000000000", error="invalid_token""#),
        )),
        405 => Some((header::ALLOW, HeaderValue::from_static("GET, HEAD"))),
        _ => None,
    };
    if let Some((name, value)) = more {
        response.headers_mut().insert(name, value);
    }
    response
}

fn send(status: StatusCode, body: &Value, traces: &Traces) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((REQUEST_ID, traces.trace_id.as_str()))
        .insert_header((CLIENT_REQUEST_ID, traces.correlation_id.as_str()))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .json(body)
}
