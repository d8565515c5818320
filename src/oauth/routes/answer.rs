//! How these surfaces answer: JSON with the headers of the real service, refusals in the surface's own shape.

use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::json;

use crate::http::context::Context;
use crate::oauth::cors;
use crate::oauth::dialect::Dialect;
use crate::oauth::discovery::Document;
use crate::oauth::error::{self, Traces};
use crate::refusal::{Code, Refusal};

// Constants, because a header made from text is checked and copied for every answer.
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const PUBLIC: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_TYPE, JSON),
    (header::CACHE_CONTROL, HeaderValue::from_static("max-age=86400, private")),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, OPTIONS")),
    (header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF),
];
const PRIVATE: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_TYPE, JSON),
    (header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];
const PRIVATE_AT_ENTRA: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache")),
    (header::EXPIRES, HeaderValue::from_static("-1")),
    (TELEMETRY, HeaderValue::from_static("1,0,0,,")),
];
const FROM_ENTRA: [(HeaderName, HeaderValue); 2] = [
    (
        HeaderName::from_static("x-ms-ests-server"),
        HeaderValue::from_static(concat!("standin ", env!("CARGO_PKG_VERSION"))),
    ),
    (HeaderName::from_static("p3p"), HeaderValue::from_static(r#"CP="DSP CUR OTPi IND OTRi ONL FIN""#)),
];
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("client-request-id");
const TELEMETRY: HeaderName = HeaderName::from_static("x-ms-clitelem");

/// Room for the answer that is asked for most, with two tokens in it, made at once instead of in steps.
const ROOM: usize = 4096;

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

impl<'c> Readers<'c> {
    /// Who may read an answer that is about tokens: the page that asks, if it is of a single-page application.
    pub fn of_tokens(cx: &'c Context) -> Self {
        let known = cx.request.header("origin").filter(|origin| cors::is_known_origin(&cx.directory, origin));
        known.map_or(Readers::Nobody, Readers::Origin)
    }
}

/// A JSON answer.
pub fn json(status: u16, body: &impl Serialize) -> HttpResponse {
    let text = serde_json::to_string(body).unwrap_or_default();
    builder(status)
        .insert_header((header::CONTENT_TYPE, JSON))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .body(text)
}

fn builder(status: u16) -> HttpResponseBuilder {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

/// A public document of Entra's: cached by clients, readable by every web page.
pub fn document(cx: &Context, body: &impl Serialize) -> HttpResponse {
    let mut response = public(Dialect::EntraV2, written(body));
    append_id(response.headers_mut(), REQUEST_ID, &cx.chance().uuid().to_string());
    response
}

/// A public document that is the same for all who ask for it at this origin: written once.
///
/// Differs: the real service gives each answer an id. To draw one would take as long as all the rest here.
pub fn kept<T: Serialize>(cx: &Context, document: Document, make: impl FnOnce() -> T) -> HttpResponse {
    let write = || serde_json::to_vec(&make()).unwrap_or_default();
    let dialect = document.dialect();
    public(dialect, cx.isolate.documents().or_write(document, &cx.origin.scheme_host, write))
}

/// The same as XML, for those few that older tools read so.
pub fn xml(text: String) -> HttpResponse {
    let mut response = public(Dialect::EntraV2, text);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}

fn public(dialect: Dialect, text: impl MessageBody + 'static) -> HttpResponse {
    let mut response = HttpResponse::Ok().body(text);
    append(response.headers_mut(), PUBLIC);
    if dialect.is_entra() {
        append(response.headers_mut(), FROM_ENTRA);
    }
    response
}

/// Adds headers of which there is none yet: to insert them would be to look for those they replace, which takes twice the time.
fn append<const N: usize>(headers: &mut HeaderMap, more: [(HeaderName, HeaderValue); N]) {
    for (name, value) in more {
        headers.append(name, value);
    }
}

fn append_id(headers: &mut HeaderMap, name: HeaderName, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.append(name, id);
    }
}

fn written(body: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut text, body).map(|()| text).unwrap_or_default()
}

/// An answer that holds tokens, or says why not: never cached.
pub fn private(
    status: u16,
    body: &impl Serialize,
    dialect: Dialect,
    traces: &Traces,
    readers: Readers<'_>,
) -> HttpResponse {
    let mut response = builder(status);
    allow(&mut response, readers);
    let mut response = response.body(written(body));
    let headers = response.headers_mut();
    append(headers, PRIVATE);
    if dialect.is_entra() {
        append(headers, PRIVATE_AT_ENTRA);
        append(headers, FROM_ENTRA);
        append_id(headers, REQUEST_ID, &traces.trace_id);
        if traces.wants_it_back {
            append_id(headers, CORRELATION_ID, &traces.correlation_id);
        }
    } else {
        headers.append(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The answer of a provider that is down.
pub async fn down(cx: &Context, outage: Refusal) -> HttpResponse {
    told_no(cx, &outage, Dialect::Generic, Readers::All).await
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

/// A refusal as JSON, and in the journal.
pub async fn told_no(cx: &Context, refusal: &Refusal, dialect: Dialect, readers: Readers<'_>) -> HttpResponse {
    match cx.journal_refusal(refusal).await {
        Ok(()) => refused(cx, refusal, dialect, readers),
        Err(error) => broken(cx, &error, dialect),
    }
}

/// A refusal as JSON.
pub fn refused(cx: &Context, refusal: &Refusal, dialect: Dialect, readers: Readers<'_>) -> HttpResponse {
    let traces = Traces::new(cx);
    let body = error::body(refusal, dialect, &traces, cx.now);
    let status = dialect.token_status(refusal.code);
    let mut response = private(status, &body, dialect, &traces, readers);
    if dialect.is_entra()
        && let Ok(counted) = HeaderValue::from_str(&error::telemetry(refusal))
    {
        response.headers_mut().insert(TELEMETRY, counted);
    }
    // Who tried to prove itself in the header, or not at all, is told which scheme it is (RFC 6749, 5.2); who did so in
    // the body is not: libraries would take the challenge for the answer.
    if status == 401 && !dialect.is_entra() && !proves_in_the_body(cx) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"provider\""));
    }
    if let Some(allowed) = refusal.allowed {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

fn proves_in_the_body(cx: &Context) -> bool {
    cx.request.form().is_ok_and(|form| form.has("client_secret") || form.has("client_assertion"))
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
pub fn wrong_verb(cx: &Context, allowed: &'static str, dialect: Dialect) -> HttpResponse {
    refused(cx, &Refusal::wrong_verb(allowed, &cx.request.method), dialect, Readers::Nobody)
}
