//! The token endpoint: a form in, tokens out.

use std::cell::OnceCell;
use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer::{self, Readers};
use super::{authority, is};
use crate::federation::routes::fault;
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Fact, Kind};
use crate::oauth::client_auth::{self, Caller, Credentials};
use crate::oauth::desk::Denied;
use crate::oauth::dialect::Dialect;
use crate::oauth::error::{Traces, correlation_id};
use crate::oauth::grants::{self, Granted, TokenRequest};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;
use crate::signin::tenant_access::app_serves;
use crate::store::StoreError;

/// A tenant's token endpoint.
pub async fn entra(cx: &Rc<Context>, name: &str, dialect: Dialect) -> HttpResponse {
    answer(cx, authority(cx, name), dialect).await
}

/// A provider's token endpoint.
pub async fn provider(cx: &Rc<Context>, name: &str) -> HttpResponse {
    answer(cx, Ok(Authority::Provider(name.to_owned())), Dialect::Generic).await
}

async fn answer(cx: &Rc<Context>, authority: Result<Authority, Refusal>, dialect: Dialect) -> HttpResponse {
    // An error must be readable by the page that caused it, also when no application could be made out.
    let readers = Readers::of_tokens(cx);
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, readers);
    }
    if !is(cx, &[Method::POST]) {
        return answer::wrong_verb(cx, "POST, OPTIONS", dialect);
    }
    let (authority, outcome) = match authority {
        Ok(authority) => {
            let outcome = granted(cx, &authority, dialect).await;
            (Some(authority), outcome)
        }
        Err(refusal) => (None, Err(refusal.into())),
    };
    match outcome {
        Ok(granted) => match note(cx, authority, &granted).await {
            Ok(()) => answer::private(200, &granted.body, dialect, &Traces::new(cx), readers),
            Err(error) => answer::broken(cx, &error, dialect),
        },
        Err(Denied::Refused(refusal)) => answer::told_no(cx, &refusal, dialect, readers).await,
        Err(Denied::Broken(error)) => answer::broken(cx, &error, dialect),
    }
}

async fn granted(cx: &Rc<Context>, authority: &Authority, dialect: Dialect) -> Result<Granted, Denied> {
    let params = form(cx, dialect)?;
    if params.get("grant_type").is_none() {
        return Err(Refusal::missing("grant_type").into());
    }
    let caller = caller(cx, authority, &params).await?;
    cx.concerns(None, None, Some(caller.app.handle));
    let outbound = cx.outbound();
    let request = TokenRequest {
        desk: cx.desk(),
        dialect,
        authority,
        params: &params,
        origin: cx.request.header("origin"),
        caller,
        outbound: &outbound,
        subject: OnceCell::new(),
    };
    let outcome = grants::run(&request).await;
    if let Some(subject) = request.subject.get() {
        if dialect.is_entra() {
            subject.log(&request.desk, request.caller.app.handle, correlation_id(cx), &outcome).await?;
        }
        cx.concerns(Some(&subject.flow), Some(subject.upn.as_str()), None);
    }
    outcome
}

fn form(cx: &Context, dialect: Dialect) -> Result<Params, Refusal> {
    match (cx.request.is_form(), dialect) {
        (true, _) => {}
        (false, Dialect::EntraV1 | Dialect::EntraV2) => return Err(Refusal::missing("grant_type")),
        (false, Dialect::Generic) => {
            return Err(Code::RequestMalformed
                .because("The body is not a form: its type has to be application/x-www-form-urlencoded."));
        }
    }
    cx.request.form().map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

/// Who calls, and whether the application is served where it calls.
pub async fn caller<'c>(cx: &'c Rc<Context>, authority: &Authority, params: &Params) -> Result<Caller<'c>, Denied> {
    let desk = cx.desk();
    let tenant = authority.tenant(&cx.directory);
    let basic = cx.request.basic();
    if let (Authority::Provider(_), None, true) = (authority, &basic, cx.request.says_basic()) {
        return Err(Code::WrongClientSecret.because("The header Authorization holds no client id and secret.").into());
    }
    let credentials = Credentials { params, basic: basic.as_ref() };
    let caller = client_auth::authenticate(&desk, tenant, credentials, &cx.outbound()).await?;
    if let (Authority::Tenant(_), Some(tenant)) = (authority, tenant) {
        app_serves(caller.app, tenant)?;
    }
    Ok(caller)
}

async fn note(cx: &Context, authority: Option<Authority>, granted: &Granted) -> Result<(), StoreError> {
    let fault = authority.filter(|_| granted.body.contains_key("id_token")).and_then(|by| fault(cx, &by));
    let because = granted.because.iter().cloned().chain(fault).collect();
    let entry = Entry::new(cx.now, Kind::Token, granted.summary.clone()).telling(Fact::TokensIssued);
    cx.journal(entry.with(because)).await
}
