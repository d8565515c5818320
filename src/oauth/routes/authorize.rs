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
use crate::signin::routes::{Handed, broken, note_turned_away, turned_away};
use crate::signin::session::SignedIn;
use crate::signin::state::{Authenticated, Authority, Prompt};
use crate::store::StoreError;
use crate::token::issuer::issuer_generic;

/// A tenant's authorize endpoint.
pub async fn entra(cx: &Rc<Context>, name: &str, dialect: Dialect) -> HttpResponse {
    match authority(cx, name) {
        Ok(authority) => begin(cx, authority, dialect).await,
        Err(refusal) => turned_away(cx, &refusal).await,
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
        Err(refusal) => {
            let reply = authorize::told_at(&cx.desk(), &authority, dialect, &sent_once(cx));
            let refusal = Refusal { shown: Some(Shown::ToApp), ..refusal };
            return reject(cx, &authority, dialect, Rejected { refusal, reply }).await;
        }
    };
    match authorize::read(&cx.desk(), &authority, dialect, &params) {
        Ok((request, demand)) => signin::routes::begin(cx, demand, Resume::Authorize(Box::new(request))).await,
        Err(rejected) => reject(cx, &authority, dialect, *rejected).await,
    }
}

async fn reject(cx: &Rc<Context>, authority: &Authority, dialect: Dialect, rejected: Rejected) -> HttpResponse {
    let Rejected { refusal, reply } = rejected;
    let Some(reply) = reply else { return turned_away(cx, &refusal).await };
    let asked = Asked { authority, dialect, reply: &reply };
    match note_turned_away(cx, &refusal).await {
        Ok(()) => refuse(cx, asked, &refusal, Prompt::AsNeeded, None),
        Err(error) => broken(cx, &error),
    }
}

fn sent_once(cx: &Context) -> Params {
    match cx.request.method {
        Method::POST => Params::sent_once(&cx.request.body),
        _ => Params::sent_once(cx.request.raw_query.as_bytes()),
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

/// What an answer depends on, whatever it says.
#[derive(Clone, Copy)]
struct Asked<'a> {
    authority: &'a Authority,
    dialect: Dialect,
    reply: &'a Reply,
}

impl<'a> From<&'a Authorization> for Asked<'a> {
    fn from(request: &'a Authorization) -> Self {
        Asked { authority: &request.authority, dialect: request.dialect, reply: &request.reply }
    }
}

/// Where a refusal goes: to the application when it may know, else on a page.
///
/// A request that allows no page (`prompt=none`) comes from a hidden frame: whatever the sign-in said, it goes back.
fn refuse(cx: &Context, asked: Asked<'_>, refusal: &Refusal, prompt: Prompt, flow: Option<&str>) -> HttpResponse {
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
            let state = asked.reply.state.as_deref();
            let fields = respond::failure(asked.dialect, state, refusal, &Traces::new(cx), cx.now);
            answer_with(cx, asked, fields)
        }
    }
}

/// A sign-in that this endpoint began has come to an end.
pub async fn authorized(
    cx: &Rc<Context>,
    request: &Authorization,
    done: &Authenticated,
    by: &SignedIn,
    flow: &str,
) -> Result<Handed, StoreError> {
    if let Err(gone) = authorize::still_answered(&cx.desk(), request) {
        return Ok(Err(gone));
    }
    match respond::success(&cx.desk(), request, done, by, flow).await {
        Ok(fields) => {
            let summary = format!("{} signed in to {} for {}", done.upn, done.tenant, request.app);
            let fault = if request.response.id_token { fault(cx, &request.authority) } else { None };
            let because = done.because.iter().cloned().chain(fault).collect();
            cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
            Ok(Ok(answer_with(cx, Asked::from(request), fields)))
        }
        Err(Denied::Refused(refusal)) => Ok(Err(*refusal)),
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
        Ok(()) => refuse(cx, Asked::from(request), refusal, prompt, Some(flow)),
        // Whoever lost the address is told nothing, also not why somebody was refused.
        Err(_) => signin::routes::error_page(cx, refusal, Some(flow)),
    }
}

/// The standards let a client check who answered (RFC 9207); Entra does not say.
fn answer_with(cx: &Context, asked: Asked<'_>, mut fields: Fields) -> HttpResponse {
    match asked.authority {
        Authority::Provider(handle) => fields.push(("iss".into(), issuer_generic(&cx.origin, handle))),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {}
    }
    send(cx, asked.reply, fields)
}

/// Sends parameters back to the application.
pub fn send(cx: &Context, reply: &Reply, fields: Fields) -> HttpResponse {
    match reply.mode {
        ResponseMode::Query | ResponseMode::Fragment => found(&respond::address(&reply.uri, reply.mode, &fields)),
        ResponseMode::FormPost => signin::routes::post(cx, reply.uri.clone(), fields),
    }
}
