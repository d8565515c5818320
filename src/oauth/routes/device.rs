//! The device code's two sides: the address a device asks at, and the page a person enters its code on.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use super::answer::{self, Readers};
use super::shown::{self, Subject};
use super::{authority, is};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::oauth::desk::Denied;
use crate::oauth::device::request::{self, Handout};
use crate::oauth::device::{self, Decided, DeviceRecord, DeviceSignIn, DeviceState, UserCode};
use crate::oauth::dialect::Dialect;
use crate::oauth::error::Traces;
use crate::oauth::grant::Grant;
use crate::oauth::redirect::Platform;
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::pages::{DeviceCode, DeviceConfirm, DeviceDone, Frame, Pressed};
use crate::signin::routes::{begin, broken, error_page, plain_frame, render, set_cookies};
use crate::signin::session;
use crate::signin::state::{Authenticated, Authority};
use crate::store::StoreError;

/// The longest code that is filled in from an address.
const LONGEST: usize = 20;

/// The address a device asks a tenant for a code at.
pub async fn entra(cx: &Rc<Context>, name: &str, dialect: Dialect) -> HttpResponse {
    match authority(cx, name) {
        Ok(authority) => start(cx, authority, dialect).await,
        Err(refusal) => refuse(cx, &refusal, dialect).await,
    }
}

/// Gives a device its code (RFC 8628, 3.2).
pub async fn start(cx: &Rc<Context>, authority: Authority, dialect: Dialect) -> HttpResponse {
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, Readers::Nobody);
    }
    if !is(cx, &[Method::POST]) {
        return answer::wrong_verb(cx, "POST, OPTIONS", dialect);
    }
    match hand_out(cx, authority, dialect).await {
        Ok(body) => answer::private(200, &body, dialect, &Traces::new(cx), Readers::Nobody),
        Err(Denied::Refused(refusal)) => refuse(cx, &refusal, dialect).await,
        Err(Denied::Broken(error)) => answer::broken(cx, &error, dialect),
    }
}

async fn hand_out(cx: &Rc<Context>, authority: Authority, dialect: Dialect) -> Result<Handout, Denied> {
    if !cx.request.is_form() {
        return Err(Code::RequestMalformed.because("The body is not a form.").into());
    }
    let params = cx.request.form().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
    let desk = cx.desk();
    let record = request::read(&desk, authority, dialect, &params)?;
    cx.concerns(Some(&record.flow), None, Some(&record.app));
    let device_code = desk.chance.secret();
    let lives = record.expires.since(cx.now);
    let user_code = UserCode { device_code: device_code.clone() };
    cx.store().keep(&record.user_code, &user_code, cx.now, lives).await?;
    record.keep(cx.store(), &device_code, cx.now).await?;
    let summary = format!("a device code for {}", record.app);
    cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await?;
    Ok(request::handout(&record, device_code, &cx.origin.url("/device"), lives, dialect))
}

async fn refuse(cx: &Context, refusal: &Refusal, dialect: Dialect) -> HttpResponse {
    let summary = format!("AADSTS{}: {}", refusal.code.number(), refusal.text);
    match cx.journal(Entry::new(cx.now, Kind::Error, summary).with(refusal.because.clone())).await {
        Ok(()) => answer::refused(cx, refusal, dialect, Readers::Nobody),
        Err(error) => answer::broken(cx, &error, dialect),
    }
}

/// What the page on the screen is about.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DevicePage {
    /// It asks for the code.
    Enter,
    /// It asks whether this sign-in is meant.
    Confirm {
        /// The device that waits.
        device: DeviceSignIn,
        /// What it gets.
        grant: Box<Grant>,
    },
}

impl Subject for DevicePage {
    const KIND: &'static str = "device-page";
}

/// The page where a person enters the code, and confirms after signing in.
pub async fn page(cx: &Rc<Context>) -> HttpResponse {
    let answered = match cx.request.method {
        Method::GET | Method::HEAD => {
            let query = cx.request.query().unwrap_or_default();
            let code = query.get("otc").or(query.get("user_code")).unwrap_or_default();
            ask(cx, code.chars().take(LONGEST).collect(), None).await
        }
        Method::POST => form(cx).await,
        _ => Ok(error_page(cx, &Code::WrongVerb.because("This page takes GET and POST."), None)),
    };
    answered.unwrap_or_else(|error| broken(cx, &error))
}

async fn ask(cx: &Rc<Context>, value: String, error: Option<String>) -> Result<HttpResponse, StoreError> {
    let (flow_token, cookies) = shown::keep(cx, DevicePage::Enter).await?;
    let frame = Frame { action: cx.origin.path("/device"), flow_token, ..plain_frame(cx, None, None) };
    let mut response = render(cx, &DeviceCode { frame, value, error });
    set_cookies(&mut response, &cookies);
    Ok(response)
}

async fn form(cx: &Rc<Context>) -> Result<HttpResponse, StoreError> {
    let malformed = || Ok(error_page(cx, &Code::RequestMalformed.because("The form is malformed."), None));
    let Ok(form) = cx.request.form() else { return malformed() };
    match shown::take::<DevicePage>(cx, form.get("flowToken")).await? {
        None => Ok(error_page(cx, &over(), None)),
        Some(DevicePage::Enter) => enter(cx, &form).await,
        Some(DevicePage::Confirm { device, grant }) => match Pressed::read(form.get("action")) {
            Some(Pressed::Onward) => decide(cx, &device, DeviceState::Approved(grant)).await,
            Some(Pressed::Back) => decide(cx, &device, DeviceState::Declined).await,
            Some(Pressed::Other | Pressed::Pick(_)) | None => malformed(),
        },
    }
}

fn over() -> Refusal {
    Code::FlowTokenInvalid
        .because("This page is over, has expired, or belongs to another browser. Open it again and enter the code.")
}

/// A code was typed: the right one begins a sign-in.
async fn enter(cx: &Rc<Context>, form: &Params) -> Result<HttpResponse, StoreError> {
    let typed = form.get("otc").unwrap_or_default();
    let Some((device, record)) = device::find_by_user_code(cx.store(), typed, cx.now).await? else {
        // The same words for a wrong code and for one that is over: nobody learns which codes there are.
        let error = "That code didn't work. Check the code and try again.".to_owned();
        return ask(cx, typed.chars().take(LONGEST).collect(), Some(error)).await;
    };
    match cx.directory.app_by_handle(&record.app) {
        Some(app) => Ok(begin(cx, record.demand(app), Resume::Device(device)).await),
        None => Ok(error_page(cx, &Code::AppNotFound.because("The application is gone."), Some(&record.flow))),
    }
}

/// A sign-in that this page began has come to an end: one question is left.
pub async fn signed_in(
    cx: &Rc<Context>,
    device: DeviceSignIn,
    done: &Authenticated,
    sid: &str,
    flow: &str,
) -> Result<HttpResponse, StoreError> {
    let Some(record) = cx.store().find::<DeviceRecord>(&device.device_code, cx.now).await? else {
        return Ok(error_page(cx, &device::expired(), Some(flow)));
    };
    let epoch = session::epoch(cx.store(), &done.upn, cx.now).await?;
    let grant = Grant {
        requested: record.requested,
        platform: Platform::Native,
        ..Grant::new(done, &record.app, sid, flow, cx.chance().short(), epoch)
    };
    let app = app_name(cx, &device);
    let (flow_token, cookies) = shown::keep(cx, DevicePage::Confirm { device, grant: Box::new(grant) }).await?;
    let tenant = cx.directory.home(&done.tenant);
    let frame = Frame { action: cx.origin.path("/device"), flow_token, ..plain_frame(cx, tenant, Some(flow)) };
    let mut response = render(cx, &DeviceConfirm { frame, upn: done.upn.to_string(), app });
    set_cookies(&mut response, &cookies);
    Ok(response)
}

/// A sign-in that this page began was refused: whoever declined the application's wishes declined the device.
pub async fn refused(cx: &Rc<Context>, device: &DeviceSignIn, refusal: &Refusal, flow: &str) -> HttpResponse {
    if !refusal.cancelled && refusal.code != Code::ConsentDeclined {
        return error_page(cx, refusal, Some(flow));
    }
    decide(cx, device, DeviceState::Declined).await.unwrap_or_else(|error| broken(cx, &error))
}

async fn decide(cx: &Rc<Context>, device: &DeviceSignIn, state: DeviceState) -> Result<HttpResponse, StoreError> {
    let signed_in = matches!(state, DeviceState::Approved(_));
    match device::decide(cx.store(), device, state, cx.now).await? {
        Decided::TooLate => Ok(error_page(cx, &device::expired(), None)),
        Decided::Done { flow } => {
            cx.concerns(Some(&flow), None, Some(&device.app));
            let word = if signed_in { "approved" } else { "declined" };
            let summary = format!("the sign-in on a device was {word}");
            cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await?;
            let frame = plain_frame(cx, None, Some(&flow));
            Ok(render(cx, &DeviceDone { frame, app: app_name(cx, device), signed_in }))
        }
    }
}

fn app_name(cx: &Context, device: &DeviceSignIn) -> String {
    cx.directory.app_by_handle(&device.app).map_or_else(|| device.app.clone(), |app| app.title().to_owned())
}
