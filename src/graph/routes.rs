//! Microsoft Graph's HTTP: a request becomes an [`Ask`], what comes of it a response. Nothing here is ever HTML.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::caller::Caller;
use super::calls::{Call, Place};
use super::error::{self, Refused};
use super::evaluation;
use super::{Ask, Change, Outcome, Told, answer};
use crate::directory::Directory;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::desk::Desk;
use crate::oauth::error::Traces;
use crate::signin::log;
use crate::store::{StoreError, Thought};
use crate::time::Timestamp;

const JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const VERBS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE, OPTIONS");
/// What a web page of another origin may read of the answer.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("Location, OData-Version, WWW-Authenticate, client-request-id, request-id");

/// Is the request for Graph by the name that programs know it by? A resolver leads it here, as one for the sign-in does.
pub fn is_by_name(cx: &Context) -> bool {
    cx.origin.host().split(':').next() == Some("graph.microsoft.com")
}

/// Everything below `/graph`, and of the name that programs know Graph by.
pub async fn serve(cx: &Context, path: &[&str]) -> HttpResponse {
    if cx.request.method == Method::OPTIONS {
        return preflight(cx);
    }
    match called(cx, path).await {
        Ok(outcome) => told(cx, outcome),
        Err(refused) => match note_refusal(cx, &refused).await {
            Ok(()) => render(cx, &refused),
            Err(error) => render(cx, &error.into()),
        },
    }
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    render(cx, &Refused::NoBody(bad))
}

/// What a caller is told.
enum Done {
    Shown(Value),
    Changed(Told),
}

async fn called(cx: &Context, path: &[&str]) -> Result<Done, Refused> {
    let call = Call::find(cx.request.method.as_str(), path)?;
    let params = cx.request.query();
    let base = cx.origin.url(if is_by_name(cx) { "" } else { "/graph" });
    let think = async |directory: Arc<Directory>| {
        let caller = Caller::of(&directory, cx.keys(), cx.request.bearer(), cx.now)?;
        cx.concerns(None, caller.person().map(|person| person.account.upn.as_str()), Some(caller.app.handle));
        evaluation::check(&Desk { directory: &directory, ..cx.desk() }, &caller).await?;
        let wants_sign_ins = matches!(call.place, Place::SignIns(_));
        let sign_ins = if wants_sign_ins { log::read(cx.store(), caller.home).await? } else { Vec::new() };
        let ask = Ask {
            directory: &directory,
            caller: &caller,
            call,
            params: &params,
            content_type: cx.request.header(header::CONTENT_TYPE.as_str()),
            body: &cx.request.body,
            now: cx.now,
            chance: cx.chance(),
            base: &base,
            origin: &cx.origin,
            keys: cx.keys(),
            sign_ins: &sign_ins,
            if_match: cx.request.header(header::IF_MATCH.as_str()),
        };
        Ok::<_, Refused>(match answer(&ask)? {
            Outcome::Shown(value) => Thought::Keep((Done::Shown(value), None)),
            Outcome::Changed(Change { directory, told, did }) => {
                Thought::Become(directory, (Done::Changed(told), Some(format!("{} {did}", caller.name()))))
            }
        })
    };
    let (done, did) = cx.store().change(think).await?;
    if let Some(did) = did {
        let summary = format!("{did} through Microsoft Graph");
        cx.journal(Entry::new(cx.now, Kind::Control, summary)).await?;
    }
    Ok(done)
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Broken(error.to_string())
    }
}

async fn note_refusal(cx: &Context, refused: &Refused) -> Result<(), StoreError> {
    let rule = if matches!(refused, Refused::Outlived(_)) { "R-28" } else { "graph" };
    let because = Because::new(rule, refused.message());
    cx.journal(Entry::new(cx.now, Kind::Error, "Microsoft Graph refused a call.").with(vec![because])).await
}

fn told(cx: &Context, done: Done) -> HttpResponse {
    let traces = Traces::new(cx);
    match done {
        Done::Shown(value) => with(StatusCode::OK, &traces).insert_header((header::CONTENT_TYPE, JSON)).json(value),
        Done::Changed(Told::Now(value)) => {
            with(StatusCode::OK, &traces).insert_header((header::CONTENT_TYPE, JSON)).json(value)
        }
        Done::Changed(Told::Done) => with(StatusCode::NO_CONTENT, &traces).finish(),
        Done::Changed(Told::Created(location, value)) => with(StatusCode::CREATED, &traces)
            .insert_header((header::CONTENT_TYPE, JSON))
            .insert_header((header::LOCATION, location))
            .json(value),
    }
}

/// A response with the headers that every one has.
fn with(status: StatusCode, traces: &Traces) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, traces.trace_id.as_str()))
        .insert_header((CLIENT_REQUEST_ID, traces.correlation_id.as_str()))
        .insert_header((ODATA_VERSION, HeaderValue::from_static("4.0")))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store, private")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")))
        .insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED));
    response
}

fn render(cx: &Context, refused: &Refused) -> HttpResponse {
    let traces = Traces::new(cx);
    let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = with(status, &traces);
    match refused {
        Refused::Token(_) => {
            response.insert_header((header::WWW_AUTHENTICATE, challenge(cx)));
        }
        Refused::Outlived(_) => {
            let wanted = format!("{}{}", challenge(cx), claims_challenge(cx.now));
            response.insert_header((header::WWW_AUTHENTICATE, wanted));
        }
        Refused::WrongVerb(allowed) => {
            response.insert_header((header::ALLOW, allowed.as_str()));
        }
        Refused::Broken(why) => tracing::error!("{why}"),
        Refused::Denied(_)
        | Refused::NotFound(_)
        | Refused::NoSuchAddress(_)
        | Refused::Bad(_)
        | Refused::Changed
        | Refused::Conflict(_)
        | Refused::NoBody(_) => {}
    }
    let body = error::body(refused.code(), refused.message(), &traces, cx.now);
    response.insert_header((header::CONTENT_TYPE, JSON)).json(body)
}

/// Where a token is to be had.
fn challenge(cx: &Context) -> String {
    let authority = cx.origin.url("/common/oauth2/authorize");
    format!(r#"Bearer realm="", authorization_uri="{authority}", client_id="00000003-0000-0000-c000-000000000000""#)
}

/// What sends a client back for a token that is not older than this.
fn claims_challenge(now: Timestamp) -> String {
    let claims = json!({ "access_token": { "nbf": { "essential": true, "value": now.seconds().to_string() } } });
    format!(r#", error="insufficient_claims", claims="{}""#, STANDARD.encode(claims.to_string()))
}

/// The answer to a browser that asks whether a web page may call: every page may, with whatever it sends.
fn preflight(cx: &Context) -> HttpResponse {
    let wanted = cx.request.header("access-control-request-headers").unwrap_or("authorization, content-type");
    with(StatusCode::NO_CONTENT, &Traces::new(cx))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, VERBS))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, wanted))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")))
        .finish()
}
