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
use crate::journal::{Because, Entry, Kind};
use crate::oauth::error::correlation_id;
use crate::refusal::{Code, Refusal};
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
    if upn.as_str().len() <= Upn::LONGEST {
        cx.concerns(None, Some(upn.as_str()), Some(APP));
    }
    match credentials::verify(cx.store(), &cx.directory, &upn, &password, cx.now).await? {
        Err(refusal) => refused(cx, Refused::SignIn(refusal)).await,
        Ok((account, shown)) => match opened(cx, protocol, &account, &shown) {
            Ok((body, because)) => {
                let what = match protocol {
                    Protocol::Mail => "the mailbox",
                    Protocol::PowerShell => "a PowerShell session",
                };
                let summary = format!("{upn} opened {what} with basic authentication");
                cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
                Ok(builder(StatusCode::OK).json(body))
            }
            Err(why) => refused(cx, why).await,
        },
    }
}

fn opened(
    cx: &Context,
    protocol: Protocol,
    account: &Account<'_>,
    shown: &Shown,
) -> Result<(Value, Vec<Because>), Refused> {
    let mut because = decide(&cx.desk(), account, shown).map_err(Refused::SignIn)?;
    match protocol {
        Protocol::Mail => Ok((mailbox::contents(account, shown, cx.now), because)),
        Protocol::PowerShell => {
            let query =
                cx.request.query().map_err(|bad| Refused::Session(Code::RequestMalformed.because(bad.text())))?;
            let named =
                query.iter().find(|(name, value)| name.eq_ignore_ascii_case("DelegatedOrg") && !value.is_empty());
            let session = powershell::session(&cx.directory, account, shown, named.map(|(_, value)| value), cx.now);
            let session = session.map_err(Refused::Session)?;
            because.push(powershell::because(&session, account));
            Ok((powershell::opened(&session, account, shown), because))
        }
    }
}

async fn refused(cx: &Context, why: Refused) -> Result<HttpResponse, StoreError> {
    let (Refused::SignIn(refusal) | Refused::Session(refusal)) = &why;
    let text = format!("AADSTS{}: {}", refusal.code.number(), refusal.text);
    let code = format!("AADSTS{}", refusal.code.number());
    cx.journal(Entry::new(cx.now, Kind::Error, text.clone()).with(refusal.because.clone())).await?;
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
