//! What does an answer look like, or a refusal? Nothing here is ever HTML.
//!
//! Headers follow "Partner Center REST headers". The refusal for want of a second factor follows the published article
//! to the letter (R-40).

use std::convert::Infallible;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use serde_json::Value;

use super::traces::{CORRELATION_ID, REQUEST_ID, Traces};
use crate::directory::world::Edition;
use crate::id::ObjectId;
use crate::partner::api::Told;
use crate::partner::api::error::Refused;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("request-context");
const IS_MFA_COMPLIANT: HeaderName = HeaderName::from_static("ismfacompliant");

/// What a caller is told.
pub(super) enum Done {
    Shown(Value),
    Changed(Told),
}

pub(super) fn told(done: Done, traces: &Traces) -> HttpResponse {
    let body = |status, value: Value| with(status, traces).insert_header((header::CONTENT_TYPE, JSON)).json(value);
    match done {
        Done::Shown(value) | Done::Changed(Told::Now(value)) => body(StatusCode::OK, value),
        Done::Changed(Told::Created(value)) => body(StatusCode::CREATED, value),
        Done::Changed(Told::Done) => with(StatusCode::NO_CONTENT, traces).finish(),
    }
}

/// A response with the headers that every one has.
fn with(status: StatusCode, traces: &Traces) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, traces.request_id.as_str()))
        .insert_header((CORRELATION_ID, traces.correlation_id.as_str()))
        .insert_header((VECTOR, traces.vector.as_str()))
        .insert_header((SERVER_ID, HeaderValue::from_static("010110100")))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
    put_compliance(&mut response, traces);
    response
}

fn put_compliance(response: &mut HttpResponseBuilder, traces: &Traces) {
    if let Some(compliant) = traces.compliant {
        response.insert_header((IS_MFA_COMPLIANT, compliant.to_string()));
    }
}

pub(super) fn render(refused: &Refused, traces: &Traces) -> HttpResponse {
    if let Refused::Broken(why) = refused {
        tracing::error!("{why}");
    }
    if let Refused::Mfa(edition) = refused {
        return without_mfa(*edition, refused, traces);
    }
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = with(status, traces);
    match refused {
        Refused::NoToken | Refused::Token(_) | Refused::Stale(_) => {
            let challenge = format!("OAuth realm=urn:cpsvc:cpid:{}", traces.correlation_id);
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        Refused::WrongVerb(allowed) => {
            response.insert_header((header::ALLOW, allowed.as_str()));
        }
        Refused::Mfa(_)
        | Refused::Denied(_)
        | Refused::NotFound(..)
        | Refused::NoSuchAddress
        | Refused::Conflict(_)
        | Refused::Bad(_)
        | Refused::NoBody(_)
        | Refused::Broken(_) => {}
    }
    let body = refused.body(&traces.correlation_id).unwrap_or_default();
    response.insert_header((header::CONTENT_TYPE, JSON)).json(body)
}

fn put_ids(headers: &mut HeaderMap, traces: &Traces) {
    headers.insert(header::CONTENT_TYPE, JSON);
    for (name, id) in [(REQUEST_ID, &traces.request_id), (CORRELATION_ID, &traces.correlation_id)] {
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(name, id);
        }
    }
}

/// R-40. Neither ids nor anything else is in its head, since the published answer has nothing else in it; the edition of
/// 2025 adds a body that names its code (R-44).
fn without_mfa(edition: Edition, refused: &Refused, traces: &Traces) -> HttpResponse {
    let app = ObjectId::derived(&["partner center", "request context"]);
    let mut response = HttpResponse::build(StatusCode::UNAUTHORIZED);
    response
        .reason("Unauthorized - MFA required")
        .insert_header((REQUEST_CONTEXT, format!("appId=cid-v1:{app}")))
        .insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#)));
    put_compliance(&mut response, traces);
    let body = refused.body(&traces.correlation_id).map(|body| Ok::<_, Infallible>(Bytes::from(body.to_string())));
    // A body that comes as a stream is sent in chunks, as the published answer is, an empty one too.
    let mut response = response.streaming(stream::iter(body));
    // The framework gives every stream a type.
    response.headers_mut().remove(header::CONTENT_TYPE);
    match edition {
        Edition::Y2019 | Edition::Y2020 => {}
        Edition::Y2025 => put_ids(response.headers_mut(), traces),
    }
    // Differs: the framework writes names its own way, so that the challenge's is `Www-Authenticate` here.
    response.head_mut().set_camel_case_headers(true);
    response
}
