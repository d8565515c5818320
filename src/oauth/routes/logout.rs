//! The sign-out addresses of tenants and providers.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use super::authority;
use crate::directory::tenant::Tenant;
use crate::federation::routes::{Onward, frames, signed_out};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::http::redirect::found;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::oauth::logout::{self, Ending, Logout, Meant, hints};
use crate::refusal::{Code, Refusal};
use crate::signin::pages::{Account, Frame, PickAccount, Pressed, Purpose, Return, SignOutConfirm};
use crate::signin::routes::shown::{self, Subject};
use crate::signin::routes::{
    broken, current_session, end_session, error_page, plain_frame, render, set_cookies, tiles,
};
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::Authority;
use crate::store::StoreError;
use crate::token::issuer::{issuer_generic, issuer_v2};

/// A tenant's sign-out address.
pub async fn entra(cx: &Rc<Context>, name: &str) -> HttpResponse {
    match authority(cx, name) {
        Ok(authority) => answer(cx, authority).await,
        Err(refusal) => error_page(cx, &refusal, None),
    }
}

/// A provider's sign-out address.
pub async fn provider(cx: &Rc<Context>, name: &str) -> HttpResponse {
    answer(cx, Authority::Provider(name.to_owned())).await
}

async fn answer(cx: &Rc<Context>, authority: Authority) -> HttpResponse {
    let params = match parameters(cx) {
        Ok(params) => params,
        Err(refusal) => return error_page(cx, &refusal, None),
    };
    let answered = match params.get("flowToken") {
        Some(token) if cx.request.method == Method::POST => answered(cx, &authority, token, &params).await,
        Some(_) | None => begin(cx, &authority, Logout::read(&params)).await,
    };
    answered.unwrap_or_else(|error| broken(cx, &error))
}

fn parameters(cx: &Context) -> Result<Params, Refusal> {
    let read = match cx.request.method {
        Method::GET | Method::HEAD => cx.request.query(),
        Method::POST if cx.request.body.is_empty() => cx.request.query(),
        Method::POST if cx.request.is_form() => cx.request.form(),
        Method::POST => return Err(Code::RequestMalformed.because("The body is not a form.")),
        _ => return Err(Refusal::wrong_verb("GET, HEAD, POST", &cx.request.method)),
    };
    read.map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

/// Where a sign-out leads when it is done, and by whose leave.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct SignOut {
    /// The address to return to, `state` and all, and the application's name.
    back: Option<(String, String)>,
}

impl Subject for SignOut {
    const KIND: &'static str = "sign-out";
}

async fn begin(cx: &Rc<Context>, authority: &Authority, request: Logout) -> Result<HttpResponse, StoreError> {
    let session = current_session(cx, authority).await?;
    let desk = cx.desk();
    let hint = request.id_token_hint.as_deref().and_then(|token| hints::read(&desk, authority, token));
    let hint = hint.filter(|hint| hints::fits(hint, request.client_id.as_deref()));
    let meant = hints::meant(&cx.directory, &session, hint.as_ref(), request.logout_hint.as_deref());
    let sign_out = SignOut { back: hints::back(&cx.directory, authority, &session, hint.as_ref(), &request) };
    decide(cx, authority, &session, sign_out, &meant).await
}

async fn decide(
    cx: &Rc<Context>,
    authority: &Authority,
    session: &Session,
    sign_out: SignOut,
    meant: &Meant,
) -> Result<HttpResponse, StoreError> {
    match logout::ending(hints::family(authority), session, meant) {
        Ending::Nobody => finish(cx, authority, &sign_out, None).await,
        Ending::One(upn) => finish(cx, authority, &sign_out, Some(&[upn])).await,
        Ending::AskWhich => {
            let accounts = tiles(cx, session);
            ask(cx, authority, sign_out, |frame| render(&PickAccount { frame, purpose: Purpose::SignOut, accounts }))
                .await
        }
        Ending::AskWhether(upn) => {
            let known = tiles(cx, session).into_iter().find(|account| account.upn == upn.as_str());
            let nobody = || Account { upn: upn.to_string(), name: upn.to_string(), signed_in: true };
            let account = known.unwrap_or_else(nobody);
            ask(cx, authority, sign_out, |frame| render(&SignOutConfirm { frame, account })).await
        }
    }
}

/// Signs out at a tenant for another protocol, asking which account is meant where there are several; `back` is where
/// that leads, and by whose leave.
pub async fn elsewhere(
    cx: &Rc<Context>,
    authority: &Authority,
    back: Option<(String, String)>,
) -> Result<HttpResponse, StoreError> {
    let session = current_session(cx, authority).await?;
    decide(cx, authority, &session, SignOut { back }, &Meant::Unsaid).await
}

/// Shows a page that asks; its form comes to the address that signs out.
async fn ask(
    cx: &Rc<Context>,
    authority: &Authority,
    sign_out: SignOut,
    show: impl FnOnce(Frame) -> HttpResponse,
) -> Result<HttpResponse, StoreError> {
    let (flow_token, cookies) = shown::keep(cx, sign_out).await?;
    let tenant = authority.tenant(&cx.directory);
    let action = match (authority, cx.request.path.get(0)) {
        (Authority::Provider(handle), _) => format!("/idp/{handle}/logout"),
        (_, Some(name)) => format!("/{name}/oauth2/v2.0/logout"),
        (_, None) => "/common/oauth2/v2.0/logout".to_owned(),
    };
    let action = cx.origin.path(&action);
    let mut response = show(Frame { action, flow_token, ..plain_frame(cx, tenant, None) });
    set_cookies(&mut response, &cookies);
    Ok(response)
}

/// The form of such a page.
async fn answered(
    cx: &Rc<Context>,
    authority: &Authority,
    token: &str,
    form: &Params,
) -> Result<HttpResponse, StoreError> {
    let Some(sign_out) = shown::take::<SignOut>(cx, Some(token)).await? else {
        let over = Code::FlowTokenInvalid.because("This page is over, has expired, or belongs to another browser.");
        return Ok(error_page(cx, &over, None));
    };
    match Pressed::read(form.get("action")) {
        Some(Pressed::Pick(upn)) => finish(cx, authority, &sign_out, Some(&[Upn::new(upn)])).await,
        Some(Pressed::Onward) => {
            let session = current_session(cx, authority).await?;
            let all: Vec<Upn> = session.accounts.into_iter().map(|account| account.upn).collect();
            finish(cx, authority, &sign_out, Some(&all)).await
        }
        // Whoever stays signed in goes back to where they came from, or to the front page.
        Some(Pressed::Back) => Ok(found(&sign_out.back.map_or_else(|| cx.origin.path("/"), |(url, _)| url))),
        Some(_) | None => Ok(error_page(cx, &Code::RequestMalformed.because("The form is malformed."), None)),
    }
}

/// Ends what has to be ended, tells the applications, and sends the browser on.
async fn finish(
    cx: &Rc<Context>,
    authority: &Authority,
    sign_out: &SignOut,
    who: Option<&[Upn]>,
) -> Result<HttpResponse, StoreError> {
    let mut cookies = Vec::new();
    let mut front_channel = Vec::new();
    for upn in who.unwrap_or_default() {
        let (ended, forgotten) = end_session(cx, authority, Some(upn)).await?;
        cookies.extend(forgotten);
        for account in ended.accounts.iter().filter(|account| account.upn == *upn) {
            let frames = frames(cx, account, None).await?;
            note(cx, account, frames.len()).await?;
            front_channel.extend(frames);
        }
    }
    let back = sign_out.back.clone();
    let onward = back.map_or(Onward::Stay, |(url, name)| Onward::To(Return { url, name }));
    let mut response = signed_out(cx, authority, front_channel, onward);
    set_cookies(&mut response, &cookies);
    Ok(response)
}

/// Who OpenID Connect's applications are told it was.
pub fn issuer(cx: &Context, account: &SignedIn) -> String {
    match cx.directory.at(&account.home) {
        Some(home @ Tenant::Entra { .. }) => issuer_v2(&cx.origin, home),
        Some(home @ Tenant::Provider { .. }) => issuer_generic(&cx.origin, home.handle()),
        None => String::new(),
    }
}

async fn note(cx: &Context, account: &SignedIn, told: usize) -> Result<(), StoreError> {
    let summary = format!(
        "{} signed out of {}; applications used: {}; told in hidden frames: {told}",
        account.upn,
        account.home,
        account.apps.join(" ")
    );
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).about(Some(account.upn.as_str()))).await
}
