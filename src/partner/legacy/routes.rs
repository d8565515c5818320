//! The legacy endpoints' HTTP: basic authentication (RFC 7617) in, a small document or a challenge out, never a redirect.

use std::rc::Rc;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde_json::{Value, json};

use super::credentials::{self, Shown};
use super::{APP, decide, mailbox, powershell};
use crate::directory::Account;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Because, Entry, Fact, Kind};
use crate::oauth::error::correlation_id;
use crate::refusal::{Code, Refusal};
use crate::signin::log::{self, Signed, Way};
use crate::signin::state::Authenticated;
use crate::store::StoreError;

/// What a browser or a client is told to show.
const CHALLENGE: &str = "Basic realm=\"Standin legacy protocols\", charset=\"UTF-8\"";
const VERBS: &str = "GET, HEAD, POST";

/// A protocol.
#[derive(Clone, Copy)]
enum Protocol {
    Mail,
    PowerShell,
}

/// Why nothing is opened.
enum Refused {
    /// Whoever comes has not proven who they are, or may not sign in like this: 401.
    SignIn(Refusal),
    /// They are who they say, and may not do what they ask: 403, or 400 where it makes no sense.
    Session(Refusal),
}

/// Everything below `/legacy`.
pub async fn serve(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    let protocol = match path {
        ["mail"] => Protocol::Mail,
        ["powershell"] => Protocol::PowerShell,
        _ => return failed(cx, StatusCode::NOT_FOUND, "NotFound", "There are 'legacy/mail' and 'legacy/powershell'."),
    };
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD" | "POST") {
        let mut response =
            failed(cx, StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &format!("This address takes {VERBS}."));
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(VERBS));
        return response;
    }
    answer(cx, protocol).await.unwrap_or_else(|error| broken(cx, &error))
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    let status = match bad {
        BadBody::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BadBody::TooSlow => StatusCode::REQUEST_TIMEOUT,
        BadBody::Broken => StatusCode::BAD_REQUEST,
    };
    failed(cx, status, "UnreadableBody", bad.text())
}

async fn answer(cx: &Rc<Context>, protocol: Protocol) -> Result<HttpResponse, StoreError> {
    let Some((name, password)) = cx.request.basic() else {
        // Most clients ask once without: that is how they learn what is wanted.
        return Ok(challenged(cx, "AuthenticationRequired", "Send a user name and a password."));
    };
    let upn = Upn::new(&name);
    let flow = cx.chance().short();
    let named = Some(upn.as_str()).filter(|name| name.len() <= Upn::LONGEST);
    cx.concerns(Some(&flow), named, Some(APP));
    let verdict = credentials::verify(cx.store(), &cx.directory, &upn, &password, cx.now).await?;
    let signed_in = verdict.and_then(|(account, shown)| {
        let done = decide(&cx.desk(), &account, &shown)?;
        Ok((account, shown, done))
    });
    if named.is_some() {
        log_sign_in(cx, protocol, &upn, signed_in.as_ref().map(|(_, _, done)| done)).await?;
    }
    match signed_in {
        Err(refusal) => refused(cx, Refused::SignIn(refusal)).await,
        Ok((account, shown, done)) => match opened(cx, protocol, &account, &shown, done.because) {
            Ok((body, because)) => {
                let what = match protocol {
                    Protocol::Mail => "the mailbox",
                    Protocol::PowerShell => "a PowerShell session",
                };
                let summary = format!("{upn} is signed in at {what}, with basic authentication");
                let entry = Entry::new(cx.now, Kind::Decision, summary).telling(Fact::SignedIn);
                cx.journal(entry.with(because)).await?;
                Ok(builder(StatusCode::OK).json(body))
            }
            Err(why) => refused(cx, Refused::Session(why)).await,
        },
    }
}

/// Writes the sign-in into the log of the tenant that the name belongs to.
async fn log_sign_in(
    cx: &Context,
    protocol: Protocol,
    upn: &Upn,
    outcome: Result<&Authenticated, &Refusal>,
) -> Result<(), StoreError> {
    let Some(home) = cx.directory.tenant_by_domain(upn.domain()) else { return Ok(()) };
    let entry = Signed {
        time: cx.now,
        upn: upn.clone(),
        app: APP.to_owned(),
        resource: Some(APP.to_owned()),
        ip: cx.request.ip().to_owned(),
        correlation: correlation_id(cx),
        way: match protocol {
            Protocol::Mail => Way::LegacyMail,
            Protocol::PowerShell => Way::LegacyPowerShell,
        },
        second_factor: false,
        policies: outcome.map_or_else(|refusal| refusal.policies, |done| done.policies),
        refused: outcome.err().map(|refusal| (refusal.code.number(), refusal.text.to_string())),
    };
    log::write(cx.store(), &home.place(), &entry).await
}

fn opened(
    cx: &Context,
    protocol: Protocol,
    account: &Account<'_>,
    shown: &Shown,
    mut because: Vec<Because>,
) -> Result<(Value, Vec<Because>), Refusal> {
    match protocol {
        Protocol::Mail => Ok((mailbox::contents(account, shown, cx.now), because)),
        Protocol::PowerShell => {
            let query = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
            let named =
                query.iter().find(|(name, value)| name.eq_ignore_ascii_case("DelegatedOrg") && !value.is_empty());
            let session = powershell::session(&cx.directory, account, shown, named.map(|(_, value)| value), cx.now);
            let session = session?;
            because.push(powershell::because(&session, account));
            Ok((powershell::opened(&session, account, shown), because))
        }
    }
}

async fn refused(cx: &Context, why: Refused) -> Result<HttpResponse, StoreError> {
    let (Refused::SignIn(refusal) | Refused::Session(refusal)) = &why;
    let text = refusal.to_string();
    let code = format!("AADSTS{}", refusal.code.number());
    cx.journal_refusal(refusal).await?;
    Ok(match &why {
        Refused::SignIn(_) => challenged(cx, &code, &text),
        Refused::Session(refusal) if refusal.code == Code::AccountNotInTenant => {
            failed(cx, StatusCode::FORBIDDEN, &code, &text)
        }
        Refused::Session(_) => failed(cx, StatusCode::BAD_REQUEST, &code, &text),
    })
}

fn challenged(cx: &Context, code: &str, text: &str) -> HttpResponse {
    let mut response = failed(cx, StatusCode::UNAUTHORIZED, code, text);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
    response
}

fn failed(cx: &Context, status: StatusCode, code: &str, text: &str) -> HttpResponse {
    let error = json!({ "code": code, "message": text, "correlationId": correlation_id(cx) });
    builder(status).json(json!({ "error": error }))
}

fn broken(cx: &Context, error: &StoreError) -> HttpResponse {
    tracing::error!("{error}");
    failed(cx, StatusCode::SERVICE_UNAVAILABLE, "ServerBusy", "Something failed here. Try again.")
}

fn builder(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}
