//! The authorize endpoint: reads a request, begins a sign-in, and sends the answer back.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer;
use super::{authority, is};
use crate::federation::routes::fault;
use crate::http::context::Context;
use crate::http::params::Params;
use crate::http::redirect::found;
use crate::journal::{Entry, Kind};
use crate::oauth::authorize::{self, Authorization, Rejected, Reply, ResponseMode};
use crate::oauth::desk::Denied;
use crate::oauth::dialect::Dialect;
use crate::oauth::error::Traces;
use crate::oauth::respond::{self, Fields};
use crate::refusal::{Code, Refusal, Shown};
use crate::signin;
use crate::signin::flow::Resume;
use crate::signin::state::{Authenticated, Authority, Prompt};
use crate::store::StoreError;

/// A tenant's authorize endpoint.
pub async fn entra(cx: &Rc<Context>, name: &str, dialect: Dialect) -> HttpResponse {
    match authority(cx, name) {
        Ok(authority) => begin(cx, authority, dialect).await,
        Err(refusal) => refused_on_page(cx, &refusal).await,
    }
}

/// A provider's authorize endpoint.
pub async fn provider(cx: &Rc<Context>, name: &str) -> HttpResponse {
    begin(cx, Authority::Provider(name.to_owned()), Dialect::Generic).await
}

async fn begin(cx: &Rc<Context>, authority: Authority, dialect: Dialect) -> HttpResponse {
    if !is(cx, &[Method::GET, Method::HEAD, Method::POST]) {
        return answer::wrong_verb(cx, "GET, HEAD, POST", dialect);
    }
    let params = match parameters(cx) {
        Ok(params) => params,
        Err(refusal) => return refused_on_page(cx, &refusal).await,
    };
    match authorize::read(&cx.desk(), &authority, dialect, &params) {
        Ok((request, demand)) => signin::routes::begin(cx, demand, Resume::Authorize(Box::new(request))).await,
        Err(rejected) => match *rejected {
            Rejected { refusal, reply: None } => refused_on_page(cx, &refusal).await,
            Rejected { refusal, reply: Some(reply) } => {
                note(cx, &refusal).await;
                refuse(cx, dialect, &reply, &refusal, Prompt::AsNeeded, None)
            }
        },
    }
}

fn parameters(cx: &Context) -> Result<Params, Refusal> {
    let read = match cx.request.method {
        Method::POST if cx.request.is_form() => cx.request.form(),
        Method::POST => return Err(Code::RequestMalformed.because("The body is not a form.")),
        _ => cx.request.query(),
    };
    read.map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

async fn note(cx: &Context, refusal: &Refusal) {
    // What never became a sign-in is a flow all the same: its page leads to a diagram too.
    cx.concerns(Some(&cx.chance().short()), None, None);
    let summary = format!("AADSTS{}: {}", refusal.code.number(), refusal.text);
    let entry = Entry::new(cx.now, Kind::Error, summary).with(refusal.because.clone());
    if let Err(error) = cx.journal(entry).await {
        tracing::error!("{error}");
    }
}

async fn refused_on_page(cx: &Rc<Context>, refusal: &Refusal) -> HttpResponse {
    note(cx, refusal).await;
    signin::routes::error_page(cx, refusal, None)
}

/// Where a refusal goes: to the application when it may know, else on a page.
///
/// A request that allows no page (`prompt=none`) comes from a hidden frame: whatever the sign-in said, it goes back.
fn refuse(
    cx: &Context,
    dialect: Dialect,
    reply: &Reply,
    refusal: &Refusal,
    prompt: Prompt,
    flow: Option<&str>,
) -> HttpResponse {
    match (refusal.shown(), prompt) {
        (
            Shown::OnPage,
            Prompt::AsNeeded
            | Prompt::Login
            | Prompt::Consent
            | Prompt::SelectAccount
            | Prompt::LoginAndConsent
            | Prompt::SelectAccountAndConsent,
        ) => signin::routes::error_page(cx, refusal, flow),
        (Shown::ToApp, _) | (Shown::OnPage, Prompt::None) => {
            let fields = respond::failure(dialect, reply.state.as_deref(), refusal, &Traces::new(cx), cx.now);
            send(cx, reply, with_issuer(cx, dialect, fields))
        }
    }
}

/// A sign-in that this endpoint began has come to an end.
pub async fn authorized(
    cx: &Rc<Context>,
    request: Authorization,
    done: &Authenticated,
    sid: &str,
    flow: &str,
) -> Result<HttpResponse, StoreError> {
    if let Err(gone) = authorize::still_answered(&cx.desk(), &request) {
        let summary = format!("AADSTS{}: {}", gone.code.number(), gone.text);
        cx.journal(Entry::new(cx.now, Kind::Error, summary)).await?;
        return Ok(signin::routes::error_page(cx, &gone, Some(flow)));
    }
    match respond::success(&cx.desk(), &request, done, sid, flow).await {
        Ok(fields) => {
            let summary = format!("{} signed in to {} for {}", done.upn, done.tenant, request.app);
            let fault = if request.response.id_token { fault(cx, &request.authority) } else { None };
            let because = done.because.iter().cloned().chain(fault).collect();
            cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
            Ok(send(cx, &request.reply, with_issuer(cx, request.dialect, fields)))
        }
        Err(Denied::Refused(refusal)) => Ok(authorize_refused(cx, &request, &refusal, Prompt::AsNeeded, flow)),
        Err(Denied::Broken(error)) => Err(StoreError(error)),
    }
}

/// A sign-in that this endpoint began was refused.
pub fn authorize_refused(
    cx: &Rc<Context>,
    request: &Authorization,
    refusal: &Refusal,
    prompt: Prompt,
    flow: &str,
) -> HttpResponse {
    match authorize::still_answered(&cx.desk(), request) {
        Ok(()) => refuse(cx, request.dialect, &request.reply, refusal, prompt, Some(flow)),
        // Whoever lost the address is told nothing, also not why somebody was refused.
        Err(_) => signin::routes::error_page(cx, refusal, Some(flow)),
    }
}

/// The standards let a client check who answered (RFC 9207); Entra does not say.
fn with_issuer(cx: &Context, dialect: Dialect, mut fields: Fields) -> Fields {
    let provider = cx.request.path.get(1).unwrap_or_default();
    match dialect {
        Dialect::Generic => fields.push(("iss".into(), cx.origin.url(&format!("/idp/{provider}")))),
        Dialect::EntraV1 | Dialect::EntraV2 => {}
    }
    fields
}

/// Sends parameters back to the application.
pub fn send(cx: &Context, reply: &Reply, fields: Fields) -> HttpResponse {
    match reply.mode {
        ResponseMode::Query | ResponseMode::Fragment => found(&respond::address(&reply.uri, reply.mode, &fields)),
        ResponseMode::FormPost => signin::routes::post(cx, reply.uri.clone(), fields),
    }
}
