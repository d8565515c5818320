//! The address at which a device asks for a code.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer::{self, Readers};
use super::{authority, is};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::oauth::desk::Denied;
use crate::oauth::device::UserCode;
use crate::oauth::device::request::{self, Handout};
use crate::oauth::dialect::Dialect;
use crate::oauth::error::Traces;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

/// The address a device asks a tenant for a code at.
pub async fn entra(cx: &Rc<Context>, name: &str, dialect: Dialect) -> HttpResponse {
    match authority(cx, name) {
        Ok(authority) => start(cx, authority, dialect).await,
        Err(refusal) => answer::told_no(cx, &refusal, dialect, Readers::Nobody).await,
    }
}

/// Gives a device its code (RFC 8628, 3.2).
pub async fn start(cx: &Rc<Context>, authority: Authority, dialect: Dialect) -> HttpResponse {
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, Readers::Nobody);
    }
    let (verbs, allowed): (&[Method], _) = match asks_by_query(dialect) {
        true => (&[Method::GET, Method::POST], "GET, POST, OPTIONS"),
        false => (&[Method::POST], "POST, OPTIONS"),
    };
    if !is(cx, verbs) {
        return answer::wrong_verb(cx, allowed, dialect);
    }
    match hand_out(cx, authority, dialect).await {
        Ok(body) => answer::private(200, &body, dialect, &Traces::new(cx), Readers::Nobody),
        Err(Denied::Refused(refusal)) => answer::told_no(cx, &refusal, dialect, Readers::Nobody).await,
        Err(Denied::Broken(error)) => answer::broken(cx, &error, dialect),
    }
}

/// May a device also ask by an address alone? ADAL for Java knows no other way.
fn asks_by_query(dialect: Dialect) -> bool {
    match dialect {
        Dialect::EntraV1 => true,
        Dialect::EntraV2 | Dialect::Generic => false,
    }
}

fn params(cx: &Context) -> Result<Params, Refusal> {
    let read = match cx.request.method == Method::GET {
        true => cx.request.query(),
        false if cx.request.is_form() => cx.request.form(),
        false => return Err(Code::RequestMalformed.because("The body is not a form.")),
    };
    read.map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

async fn hand_out(cx: &Rc<Context>, authority: Authority, dialect: Dialect) -> Result<Handout, Denied> {
    let params = params(cx)?;
    let desk = cx.desk();
    let record = request::read(&desk, authority, dialect, &params)?;
    cx.concerns(Some(&record.flow), None, Some(&record.app));
    let device_code = desk.chance.secret();
    let lives = record.expires.since(cx.now);
    let user_code = UserCode { device_code: device_code.clone() };
    user_code.keep(cx.store(), &record, cx.now).await?;
    record.keep(cx.store(), &device_code, cx.now).await?;
    let summary = format!("a device code for {}", record.app);
    cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await?;
    Ok(request::handout(&record, device_code, &cx.origin.url("/device"), lives, dialect))
}
