//! A provider's introspection and revocation addresses: a form in, JSON or nothing out.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde_json::{Map, Value};

use super::answer::{self, Readers};
use super::is;
use super::token::caller;
use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::oauth::client_auth::Caller;
use crate::oauth::desk::Denied;
use crate::oauth::dialect::Dialect;
use crate::oauth::error::Traces;
use crate::oauth::introspect::{self, Revocation};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

const GENERIC: Dialect = Dialect::Generic;

/// `/idp/{name}/introspect` (RFC 7662).
pub async fn introspect(cx: &Rc<Context>, name: &str) -> HttpResponse {
    respond(cx, describe(cx, name).await, Readers::Nobody).await
}

/// `/idp/{name}/revoke` (RFC 7009). A page that got tokens may end them: who may ask for those may ask for this.
pub async fn revoke(cx: &Rc<Context>, name: &str) -> HttpResponse {
    let readers = Readers::of_tokens(cx);
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, readers);
    }
    respond(cx, end(cx, name).await.map(|()| Map::new()), readers).await
}

async fn describe(cx: &Rc<Context>, name: &str) -> Result<Map<String, Value>, Denied> {
    let params = form(cx, "POST")?;
    let (provider, caller) = who(cx, name, &params).await?;
    // Whether a token is good is nobody's business but an application's that proved itself.
    caller.must_have_proven_itself()?;
    Ok(introspect::introspect(&cx.desk(), provider, caller.app, token(&params)?).await?)
}

async fn end(cx: &Rc<Context>, name: &str) -> Result<(), Denied> {
    let params = form(cx, "POST, OPTIONS")?;
    let (provider, caller) = who(cx, name, &params).await?;
    if caller.app.is_confidential() {
        caller.must_have_proven_itself()?;
    }
    match introspect::revoke(&cx.desk(), provider, caller.app, token(&params)?).await? {
        Revocation::Ended => {
            let summary = format!("{} ended one of its tokens", caller.app.handle);
            cx.journal(Entry::new(cx.now, Kind::Token, summary)).await?;
            Ok(())
        }
        Revocation::NothingToEnd => Ok(()),
        Revocation::Refused => {
            Err(Code::InvalidGrant.because("The token was issued to another client, which alone may end it.").into())
        }
    }
}

async fn who<'c>(cx: &'c Rc<Context>, name: &str, params: &Params) -> Result<(Tenant<'c>, Caller<'c>), Denied> {
    let caller = caller(cx, &Authority::Provider(name.to_owned()), params).await?;
    cx.concerns(None, None, Some(caller.app.handle));
    match cx.directory.provider(name) {
        Some(provider) => Ok((provider, caller)),
        None => Err(Code::UnknownTenant.because("There is no such provider.").into()),
    }
}

fn form(cx: &Context, verbs: &'static str) -> Result<Params, Refusal> {
    if !is(cx, &[Method::POST]) {
        return Err(Refusal::wrong_verb(verbs, &cx.request.method));
    }
    if !cx.request.is_form() {
        return Err(Code::RequestMalformed.because("The body is not a form."));
    }
    cx.request.form().map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

fn token(params: &Params) -> Result<&str, Refusal> {
    params.get("token").ok_or_else(|| Refusal::missing("token"))
}

async fn respond(cx: &Rc<Context>, outcome: Result<Map<String, Value>, Denied>, readers: Readers<'_>) -> HttpResponse {
    match outcome {
        Ok(body) => answer::private(200, &body, GENERIC, &Traces::new(cx), readers),
        Err(Denied::Refused(refusal)) => answer::told_no(cx, &refusal, GENERIC, readers).await,
        Err(Denied::Broken(error)) => answer::broken(cx, &error, GENERIC),
    }
}
