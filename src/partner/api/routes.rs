//! The Partner Center API's HTTP: a request becomes an [`Ask`], what comes of it a response. Nothing here is ever HTML.
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
use uuid::Uuid;

use super::admission::{Mandate, admit};
use super::caller::Caller;
use super::calls::{Call, Place, Verb};
use super::enforcement::Enforcement;
use super::error::Refused;
use super::once::{self, Made};
use super::reports::PERIOD;
use super::{Ask, Change, Outcome, Told, answer};
use crate::directory::Directory;
use crate::directory::world::Edition;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::id::ObjectId;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::introspect::is_revoked;
use crate::partner::usage::{self, Proven, Surface, Usage};
use crate::store::StoreError;
use crate::time::Span;

/// How often a change is tried again when somebody else's comes between.
const TRIES: usize = 20;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const VECTOR: HeaderName = HeaderName::from_static("ms-cv");
const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
const REQUEST_CONTEXT: HeaderName = HeaderName::from_static("request-context");
const IS_MFA_COMPLIANT: HeaderName = HeaderName::from_static("ismfacompliant");

/// Everything below `/partnercenter`.
pub async fn serve(cx: &Context, path: &[&str]) -> HttpResponse {
    let mut traces = Traces::new(cx);
    match called(cx, path, &mut traces).await {
        Ok(done) => told(done, &traces),
        Err(refused) => match note_refusal(cx, &refused).await {
            Ok(()) => render(&refused, &traces),
            Err(error) => render(&error.into(), &traces),
        },
    }
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    render(&Refused::NoBody(bad), &Traces::new(cx))
}

/// The ids by which a request is found again, and what else its answer's head says.
struct Traces {
    request_id: String,
    correlation_id: String,
    vector: String,
    /// What somebody who asked is told of the second factor (R-42).
    compliant: Option<bool>,
}

impl Traces {
    fn new(cx: &Context) -> Self {
        let id = |name: &HeaderName| sent_id(cx, name).unwrap_or_else(|| cx.chance().uuid()).to_string();
        let vector: String = cx.chance().short().chars().take(16).collect();
        Self {
            request_id: id(&REQUEST_ID),
            correlation_id: id(&CORRELATION_ID),
            vector: format!("{vector}.0"),
            compliant: None,
        }
    }
}

/// An id that the caller gave its request.
fn sent_id(cx: &Context, name: &HeaderName) -> Option<Uuid> {
    cx.request.header(name.as_str()).and_then(|text| Uuid::try_parse(text.trim()).ok())
}

/// What a caller is told.
enum Done {
    Shown(Value),
    Changed(Told),
}

async fn called(cx: &Context, path: &[&str], traces: &mut Traces) -> Result<Done, Refused> {
    let call = Call::find(cx.request.method.as_str(), path)?;
    let params = cx.request.query();
    let mut noted = false;
    let sent = sent_id(cx, &REQUEST_ID).filter(|_| matches!(call.verb, Verb::Post));
    // Of several who send the same at the same moment one creates, and the others find what it created.
    let _turn = match sent {
        Some(_) => Some(cx.isolate.turn().await),
        None => None,
    };
    for _ in 0..TRIES {
        let (revision, directory) = cx.store().directory().await?;
        let caller = caller(cx, &directory).await?;
        if !noted {
            note_usage(cx, &call, &caller, traces).await?;
            noted = true;
        }
        traces.compliant = asks_whether_compliant(cx).then(|| caller.proven() != Proven::NoMfa);
        let because = admit(&call, &caller, &mandate(&directory, &caller, cx))?;
        let name = sent.map(|id| once::name(&caller, path, &cx.request.body, &id.to_string()));
        if let Some(name) = &name
            && let Some(Made(before)) = cx.store().find(name, cx.now).await?
        {
            note_repetition(cx, &call, &caller).await?;
            return Ok(Done::Changed(Told::Created(before)));
        }
        let usage = report_material(cx, &call, &caller).await?;
        let ask = Ask {
            directory: &directory,
            caller: &caller,
            call,
            params: &params,
            continuation: cx.request.header("ms-continuationtoken"),
            content_type: cx.request.header(header::CONTENT_TYPE.as_str()),
            body: &cx.request.body,
            now: cx.now,
            chance: cx.chance(),
            usage: &usage,
        };
        match answer(&ask)? {
            Outcome::Shown(value) => {
                note_admission(cx, &call, &caller, because).await?;
                return Ok(Done::Shown(value));
            }
            Outcome::Changed(Change { directory, told, did }) => {
                if cx.store().commit(revision, *directory).await? {
                    if let (Some(name), Told::Created(made)) = (&name, &told) {
                        cx.store().keep(name, &Made(made.clone()), cx.now, once::REMEMBERED).await?;
                    }
                    let summary = format!("{} {did} through the Partner Center API", caller.name());
                    cx.journal(Entry::new(cx.now, Kind::Control, summary).with(because)).await?;
                    return Ok(Done::Changed(told));
                }
            }
        }
    }
    Err(Refused::Broken("the world changes too fast to write this down".into()))
}

async fn caller<'d>(cx: &Context, directory: &'d Directory) -> Result<Caller<'d>, Refused> {
    let caller = Caller::of(directory, cx.keys(), &cx.origin, cx.request.bearer(), cx.now)?;
    cx.concerns(None, caller.person().map(|person| person.account.upn.as_str()), Some(caller.app.handle));
    match is_revoked(cx.store(), &caller.claims, cx.now).await? {
        true => Err(Refused::Stale("the token was revoked.")),
        false => Ok(caller),
    }
}

fn mandate(directory: &Directory, caller: &Caller<'_>, cx: &Context) -> Mandate {
    let home = directory.tenant_by_id(caller.tenant.id);
    let excused = home.and_then(|home| directory.excepted(home, cx.now)).map(|(handle, exception)| {
        format!("the technical exception {handle} for {} excuses {}", exception.product, caller.home)
    });
    Mandate { edition: directory.world().edition, enforcement: Enforcement::of(caller.tenant, excused, cx.now) }
}

fn asks_whether_compliant(cx: &Context) -> bool {
    cx.request.header("validatemfa").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

async fn note_usage(cx: &Context, call: &Call<'_>, caller: &Caller<'_>, traces: &Traces) -> Result<(), StoreError> {
    let record = Usage {
        surface: Surface::Api,
        operation: call.operation(),
        time: cx.now,
        tenant: caller.tenant.id,
        object: caller.object(),
        upn: caller.person().map(|person| person.account.upn.clone()),
        app: caller.app.client_id.clone(),
        request_id: traces.request_id.clone(),
        correlation_id: traces.correlation_id.clone(),
        source_ip: cx.request.ip().to_owned(),
        proven: caller.proven(),
    };
    usage::note(cx.store(), &record).await
}

/// What reports are made of; other calls need none of it.
async fn report_material(cx: &Context, call: &Call<'_>, caller: &Caller<'_>) -> Result<Vec<Usage>, StoreError> {
    match call.place {
        Place::NonCompliantPrincipals | Place::MfaAdoption | Place::PartnerRequests => {
            let from = cx.now.plus(Span::from_millis(-PERIOD.millis()));
            usage::since(cx.store(), caller.tenant.id, from).await
        }
        Place::Customers
        | Place::Customer(..)
        | Place::Invoices
        | Place::Invoice(_)
        | Place::InvoiceLines(_)
        | Place::ServiceRequests
        | Place::ServiceRequest(_)
        | Place::Profile(_) => Ok(Vec::new()),
    }
}

async fn note_admission(
    cx: &Context,
    call: &Call<'_>,
    caller: &Caller<'_>,
    because: Vec<Because>,
) -> Result<(), StoreError> {
    if because.is_empty() {
        return Ok(());
    }
    let summary = format!("The Partner Center API let {} through to {}", caller.name(), call.operation());
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await
}

/// Nothing was done this time.
async fn note_repetition(cx: &Context, call: &Call<'_>, caller: &Caller<'_>) -> Result<(), StoreError> {
    let summary = format!("{} asked again to {}, and was told what was done before", caller.name(), call.operation());
    let because = Because::new("partner center", "a request with the same MS-RequestId was answered already");
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(vec![because])).await
}

async fn note_refusal(cx: &Context, refused: &Refused) -> Result<(), StoreError> {
    let rule = match refused {
        Refused::Mfa(_) => "R-40",
        Refused::NoToken | Refused::Token(_) | Refused::Stale(_) | Refused::Denied(_) => "R-43",
        Refused::NotFound(..)
        | Refused::NoSuchAddress
        | Refused::WrongVerb(_)
        | Refused::Conflict(_)
        | Refused::Bad(_)
        | Refused::NoBody(_)
        | Refused::Broken(_) => "partner center",
    };
    let because = vec![Because::new(rule, refused.description())];
    cx.journal(Entry::new(cx.now, Kind::Error, "The Partner Center API refused a call.").with(because)).await
}

fn told(done: Done, traces: &Traces) -> HttpResponse {
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

fn render(refused: &Refused, traces: &Traces) -> HttpResponse {
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
            response.insert_header((header::ALLOW, *allowed));
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
