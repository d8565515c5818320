//! How a refusal looks on these surfaces: Entra's envelope, or the standards' two members.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::dialect::Dialect;
use crate::http::context::Context;
use crate::id::ObjectId;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;

/// The ids by which a person finds a request again.
#[derive(Clone, Debug)]
pub struct Traces {
    /// This request's own.
    pub trace_id: String,
    /// The client's, when it sent one.
    pub correlation_id: String,
    /// Does the client want its id back in a header?
    pub wants_it_back: bool,
}

impl Traces {
    /// The ids of a request.
    pub fn new(cx: &Context) -> Self {
        Self {
            trace_id: cx.chance().uuid().to_string(),
            correlation_id: correlation_id(cx),
            wants_it_back: cx.request.header("return-client-request-id") == Some("true"),
        }
    }
}

/// The client's correlation id, from header or query, or that of the sign-in which the request is part of; a fresh one
/// otherwise. It stays the same for all that one request answers and writes down.
pub fn correlation_id(cx: &Context) -> String {
    cx.correlation.get_or_init(|| sent(cx).unwrap_or_else(|| cx.chance().uuid()).to_string()).clone()
}

/// The correlation id of a sign-in that this request begins: the client's, else one that is the flow's own.
pub fn correlation_of_flow(cx: &Context, flow: &str) -> String {
    let own = || ObjectId::derived(&["correlation id", flow]).0;
    cx.correlation.get_or_init(|| sent(cx).unwrap_or_else(own).to_string()).clone()
}

fn sent(cx: &Context) -> Option<Uuid> {
    let header = cx.request.header("client-request-id").map(str::to_owned);
    let query = || cx.request.query().ok()?.get("client-request-id").map(str::to_owned);
    header.or_else(query).and_then(|text| Uuid::try_parse(&text).ok())
}

/// The sentence with its number and the ids behind it.
pub fn description(refusal: &Refusal, traces: &Traces, now: Timestamp) -> String {
    format!(
        "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
        refusal.code.number(),
        refusal.text,
        traces.trace_id,
        traces.correlation_id,
        now.entra()
    )
}

/// The sentence as the standards let it travel: no quotes, nothing beyond ASCII (RFC 6749, 4.1.2.1 and 5.2).
pub fn plain(refusal: &Refusal) -> String {
    refusal.text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

/// What Microsoft's client libraries count errors by: edition, number, number of the suberror, age of the token, ring.
///
/// Differs: suberrors have no published numbers, and no age is told.
pub fn telemetry(refusal: &Refusal) -> String {
    format!("1,{},0,,", refusal.code.number())
}

/// The address the real service explains a code at.
pub fn page_of(refusal: &Refusal) -> String {
    format!("https://login.microsoftonline.com/error?code={}", refusal.code.number())
}

/// The page of the real service on which an expired password is changed: what its answers name.
const CHANGE_PASSWORD: &str = "https://portal.microsoftonline.com/ChangePassword.aspx";

/// The body of a refusal at the token endpoint and its kin.
pub fn body(refusal: &Refusal, dialect: Dialect, traces: &Traces, now: Timestamp) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("error".into(), dialect.token_error(refusal.code).as_str().into());
    match dialect {
        Dialect::Generic => {
            body.insert("error_description".into(), plain(refusal).into());
        }
        Dialect::EntraV1 | Dialect::EntraV2 => entra(&mut body, refusal, traces, now),
    }
    body
}

fn entra(body: &mut Map<String, Value>, refusal: &Refusal, traces: &Traces, now: Timestamp) {
    body.insert("error_description".into(), description(refusal, traces, now).into());
    body.insert("error_codes".into(), vec![refusal.code.number()].into());
    body.insert("timestamp".into(), now.entra().into());
    body.insert("trace_id".into(), traces.trace_id.as_str().into());
    body.insert("correlation_id".into(), traces.correlation_id.as_str().into());
    if refusal.code.has_page() {
        body.insert("error_uri".into(), page_of(refusal).into());
    }
    if let Some(suberror) = refusal.suberror() {
        body.insert("suberror".into(), suberror.into());
    }
    if refusal.code == Code::PasswordExpired {
        body.insert("password_change_url".into(), CHANGE_PASSWORD.into());
    }
    if let Some(claims) = &refusal.claims {
        body.insert("claims".into(), claims.as_str().into());
    }
}
