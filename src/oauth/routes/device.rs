//! The page on which a person enters a device's code, signs in, and says whether that was meant.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::oauth::device::{self, Decided, DeviceRecord, DeviceSignIn, DeviceState, Typed};
use crate::oauth::grant::Grant;
use crate::oauth::redirect::Platform;
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::pages::{DeviceCode, DeviceConfirm, DeviceDone, Frame, Pressed};
use crate::signin::routes::shown::{self, Subject};
use crate::signin::routes::{Handed, begin, broken, error_page, plain_frame, render, set_cookies, unattended};
use crate::signin::session::SignedIn;
use crate::signin::state::Authenticated;
use crate::store::StoreError;

/// The longest code that is filled in from an address.
const LONGEST: usize = 20;

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
        _ => Ok(error_page(cx, &Refusal::wrong_verb("GET, HEAD, POST", &cx.request.method), None)),
    };
    answered.unwrap_or_else(|error| broken(cx, &error))
}

async fn ask(cx: &Rc<Context>, value: String, error: Option<String>) -> Result<HttpResponse, StoreError> {
    let (flow_token, cookies) = shown::keep(cx, DevicePage::Enter).await?;
    let frame = Frame { action: cx.origin.path("/device"), flow_token, ..plain_frame(cx, None, None) };
    let mut response = render(&DeviceCode { frame, value, error });
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
            Some(Pressed::Onward) => decided(cx, &device, DeviceState::Approved(grant)).await,
            Some(Pressed::Back) => decided(cx, &device, DeviceState::Declined).await,
            Some(_) | None => malformed(),
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
    let (device, record) = match device::find_by_user_code(cx.store(), typed, cx.now).await? {
        Typed::Right(device, record) => (device, record),
        Typed::Expired => return again(cx, typed, "That code has expired. Get a new one on your device.").await,
        // The same words for one that was never given and for one that is decided: nobody learns which codes there are.
        Typed::Wrong => return again(cx, typed, "That code didn't work. Check the code and try again.").await,
    };
    match cx.directory.app_by_handle(&record.app) {
        Some(_) => Ok(begin(cx, record.demand(), Resume::Device(device)).await),
        None => Ok(error_page(cx, &Code::AppNotFound.because("The application is gone."), Some(&record.flow))),
    }
}

async fn again(cx: &Rc<Context>, typed: &str, error: &str) -> Result<HttpResponse, StoreError> {
    ask(cx, typed.chars().take(LONGEST).collect(), Some(error.to_owned())).await
}

/// A sign-in that this page began has come to an end: one question is left.
pub async fn signed_in(
    cx: &Rc<Context>,
    device: &DeviceSignIn,
    done: &Authenticated,
    by: &SignedIn,
    flow: &str,
) -> Result<Handed, StoreError> {
    let Some(record) = cx.store().find::<DeviceRecord>(&device.device_code, cx.now).await? else {
        return Ok(Err(device::expired()));
    };
    let nobody_is_there = unattended(cx, &record.demand()).unattended;
    let grant = Grant {
        requested: record.requested,
        claims: record.claims,
        platform: Platform::Native,
        ..Grant::new(done, &record.app, &by.sid, flow, cx.chance().short(), by.epoch.clone())
    };
    // Where the server signs somebody in without pages, entering the code has to be enough.
    if nobody_is_there {
        return decide(cx, device, DeviceState::Approved(Box::new(grant))).await;
    }
    let app = app_name(cx, device);
    let page = DevicePage::Confirm { device: device.clone(), grant: Box::new(grant) };
    let (flow_token, cookies) = shown::keep(cx, page).await?;
    let tenant = cx.directory.at(&done.tenant);
    let frame = Frame { action: cx.origin.path("/device"), flow_token, ..plain_frame(cx, tenant, Some(flow)) };
    let mut response = render(&DeviceConfirm { frame, upn: done.upn.to_string(), app });
    set_cookies(&mut response, &cookies);
    Ok(Ok(response))
}

/// A sign-in that this page began was refused: whoever declined the application's wishes declined the device.
pub async fn refused(cx: &Rc<Context>, device: &DeviceSignIn, refusal: &Refusal, flow: &str) -> HttpResponse {
    if !refusal.cancelled && refusal.code != Code::ConsentDeclined {
        return error_page(cx, refusal, Some(flow));
    }
    decided(cx, device, DeviceState::Declined).await.unwrap_or_else(|error| broken(cx, &error))
}

/// The page that says what was decided, or that it was too late for that.
async fn decided(cx: &Rc<Context>, device: &DeviceSignIn, state: DeviceState) -> Result<HttpResponse, StoreError> {
    Ok(decide(cx, device, state).await?.unwrap_or_else(|late| error_page(cx, &late, None)))
}

async fn decide(cx: &Rc<Context>, device: &DeviceSignIn, state: DeviceState) -> Result<Handed, StoreError> {
    let signed_in = matches!(state, DeviceState::Approved(_));
    match device::decide(cx.store(), device, state, cx.now).await? {
        Decided::TooLate => Ok(Err(device::expired())),
        Decided::Done { flow } => {
            cx.concerns(Some(&flow), None, Some(&device.app));
            let word = if signed_in { "approved" } else { "declined" };
            let summary = format!("the sign-in on a device was {word}");
            cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await?;
            let frame = plain_frame(cx, None, Some(&flow));
            Ok(Ok(render(&DeviceDone { frame, app: app_name(cx, device), signed_in })))
        }
    }
}

fn app_name(cx: &Context, device: &DeviceSignIn) -> String {
    cx.directory.app_by_handle(&device.app).map_or_else(|| device.app.clone(), |app| app.title().to_owned())
}
