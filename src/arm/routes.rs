//! Azure Resource Manager's HTTP. Nothing here is ever HTML.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use serde_json::Value;

use super::clouds::endpoints;
use super::error::Refused;
use super::{Place, answer};
use crate::graph::caller::Caller;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::error::Traces;
use crate::token::bearer::{self, Shapes, Takes};

/// The handle of the resource among the platform's applications.
const ARM: &str = "arm";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");

/// Everything below `/arm`.
pub async fn serve(cx: &Context, path: &[&str]) -> HttpResponse {
    match called(cx, path) {
        Ok(shown) => send(cx, StatusCode::OK, &shown, None),
        Err(refused) => {
            let because = vec![Because::new("R-52", refused.message())];
            let entry = Entry::new(cx.now, Kind::Error, "Azure Resource Manager refused a call.").with(because);
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
    if path == ["metadata", "endpoints"] && cx.request.method.is_safe() {
        return Ok(endpoints(&cx.origin));
    }
    let nowhere = || Refused::NotFound("ResourceNotFound", "There is nothing at this address.".into());
    let place = Place::find(path).ok_or_else(nowhere)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb);
    }
    let token = cx.request.bearer().filter(|token| !token.is_empty()).ok_or(Refused::NoToken)?;
    let takes = Takes { resources: &[ARM], shapes: Shapes::V1 };
    let token = bearer::read(&cx.directory, cx.keys(), token, cx.now, takes)?;
    let caller = Caller::bearing(&cx.directory, token, cx.now)?;
    cx.concerns(None, caller.person().map(|person| person.account.upn.as_str()), Some(caller.app.handle));
    if !cx.request.query().is_ok_and(|query| query.get("api-version").is_some()) {
        return Err(Refused::NoVersion);
    }
    answer(&cx.directory, &caller, place, cx.now)
}

fn render(cx: &Context, refused: &Refused) -> HttpResponse {
    if let Refused::Broken(why) = refused {
        tracing::error!("{why}");
    }
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let challenge = (refused.status() == 401).then(|| {
        let at = match refused {
            Refused::WrongTenant { wanted, .. } => cx.origin.url(&format!("/{wanted}")),
            _ => cx.origin.url("/common"),
        };
        format!(r#"Bearer authorization_uri="{at}", error="invalid_token", error_description="{}""#, refused.code())
    });
    send(cx, status, &refused.body(), challenge)
}

fn send(cx: &Context, status: StatusCode, body: &Value, challenge: Option<String>) -> HttpResponse {
    let traces = Traces::new(cx);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, traces.trace_id))
        .insert_header((CORRELATION_ID, traces.correlation_id))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.insert_header((header::ALLOW, HeaderValue::from_static("GET, HEAD")));
    }
    if let Some(challenge) = challenge {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    response.json(body)
}
