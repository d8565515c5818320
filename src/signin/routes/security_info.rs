//! `/security-info`: where a signed-in account sees and changes its methods. Whoever has one proves it first.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use super::app_passwords;
use super::shown::{self, Subject};
use super::{
    begin, broken, error_page, facts_of, over, plain_frame, remembered_here, render, set_cookies, turned_away,
    unattended,
};
use crate::directory::policy::UserAction;
use crate::directory::{AccountRef, Directory};
use crate::http::context::Context;
use crate::http::redirect::see_other;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::flow::{Resume, SignIn};
use crate::signin::pages::{Change, Frame, SecurityInfo};
use crate::signin::routes::current_session;
use crate::signin::security_info::{self, kind, rows};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Prompt};
use crate::signin::{next_step, own_account};
use crate::store::StoreError;

/// The application that signing in to this page is for.
const APP: &str = "my-sign-ins";

/// Whose methods a page shows.
#[derive(Serialize, Deserialize)]
pub(super) struct Managed {
    pub(super) upn: Upn,
    pub(super) home: String,
    /// The flow of the sign-in that this rests on.
    #[serde(default)]
    pub(super) flow: Option<String>,
}

impl Managed {
    pub(super) fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }
}

impl Subject for Managed {
    const KIND: &'static str = "security-info";
}

/// The page, and what is done on it.
pub async fn page(cx: &Rc<Context>) -> HttpResponse {
    let answered = match cx.request.method {
        Method::GET | Method::HEAD => show(cx).await,
        Method::POST => change(cx).await,
        _ => Ok(turned_away(cx, &Refusal::wrong_verb("GET, HEAD, POST", &cx.request.method)).await),
    };
    answered.unwrap_or_else(|error| broken(cx, &error))
}

/// What this page demands of a sign-in.
fn demand(hint: Option<&str>) -> Demand {
    Demand {
        login_hint: hint.map(str::to_owned),
        asks: Asks { if_registered: true, ..Asks::default() },
        ..Demand::new(Authority::Organizations, APP)
    }
}

/// Who is signed in in this browser well enough for this page.
async fn admitted(cx: &Rc<Context>, hint: Option<&str>) -> Result<Option<Authenticated>, StoreError> {
    let demand = Demand { prompt: Prompt::None, ..demand(hint) };
    let session = current_session(cx, &demand.authority).await?;
    let (remembered, evidence) = (remembered_here(cx).await?, unattended(cx, &demand));
    Ok(next_step(&facts_of(cx, &demand, &evidence, &session, &remembered)).outcome.ok())
}

async fn show(cx: &Rc<Context>) -> Result<HttpResponse, StoreError> {
    let query = cx.request.query().unwrap_or_default();
    let hint = query.get("upn");
    let Some(done) = admitted(cx, hint).await? else {
        return Ok(begin(cx, demand(hint), Resume::SecurityInfo).await);
    };
    cx.concerns(None, Some(done.upn.as_str()), Some(APP));
    let notice = query.get("done").and_then(notice).map(str::to_owned);
    let session = current_session(cx, &Authority::Organizations).await?;
    let flow = session.account(done.whose()).map(|account| account.flow.clone());
    let managed = Managed { flow: flow.filter(|flow| !flow.is_empty()), upn: done.upn, home: done.home };
    draw(cx, &cx.directory, managed, Told { notice, ..Told::default() }).await
}

/// What the page says of the button that was pressed.
#[derive(Default)]
pub(super) struct Told {
    /// What has just been done.
    pub(super) notice: Option<String>,
    /// The app password just made.
    pub(super) made: Option<String>,
    /// Why none could be made.
    pub(super) problem: Option<String>,
}

/// Draws the page of an account, as `directory` has it.
pub(super) async fn draw(
    cx: &Rc<Context>,
    directory: &Directory,
    managed: Managed,
    told: Told,
) -> Result<HttpResponse, StoreError> {
    let Some(account) = managed.whose().find(directory) else {
        return Ok(error_page(cx, &Code::NoSuchUser.because("The account is gone."), None));
    };
    let upn = managed.upn.to_string();
    let flow = managed.flow.clone();
    let (flow_token, cookies) = shown::keep(cx, managed).await?;
    let frame = Frame {
        action: cx.origin.path("/security-info"),
        flow_token,
        ..plain_frame(cx, Some(account.home), flow.as_deref())
    };
    let page = SecurityInfo {
        frame,
        upn,
        name: account.title(),
        methods: rows(&account),
        notice: told.notice,
        app_passwords: app_passwords::shown(&account, told.made, told.problem),
    };
    let mut response = render(&page);
    set_cookies(&mut response, &cookies);
    Ok(response)
}

/// What has just been done, by the word in the address.
fn notice(word: &str) -> Option<&'static str> {
    match word {
        "added" => Some("The method was added."),
        "removed" => Some("The method was removed."),
        "default" => Some("This method is asked for first from now on."),
        "revoked" => Some("The app password was revoked."),
        _ => None,
    }
}

async fn change(cx: &Rc<Context>) -> Result<HttpResponse, StoreError> {
    let form = cx.request.form().unwrap_or_default();
    let Some(managed) = shown::take::<Managed>(cx, form.get("flowToken")).await? else {
        return Ok(turned_away(cx, &over()).await);
    };
    // The page may have been left open: whoever presses a button must still be let in.
    let admitted = admitted(cx, Some(managed.upn.as_str())).await?;
    if admitted.is_none_or(|done| done.upn != managed.upn) {
        return Ok(begin(cx, demand(Some(managed.upn.as_str())), Resume::SecurityInfo).await);
    }
    cx.concerns(None, Some(managed.upn.as_str()), Some(APP));
    match Change::read(form.get("action")) {
        Some(Change::Add) => {
            let action = Some(UserAction::RegisterSecurityInfo);
            let demand = Demand { action, ..demand(Some(managed.upn.as_str())) };
            Ok(begin(cx, demand, Resume::SecurityInfo).await)
        }
        Some(Change::Remove(id) | Change::MakeDefault(id)) if !has(cx, &managed, id) => {
            no_such_method(cx, &managed).await
        }
        Some(Change::Remove(id)) => remove(cx, &managed, id).await,
        Some(Change::MakeDefault(id)) => make_default(cx, &managed, id).await,
        Some(Change::AddAppPassword) => app_passwords::make(cx, managed, form.get("appPasswordName")).await,
        Some(Change::RevokeAppPassword(id)) => app_passwords::revoke(cx, &managed, id).await,
        None => Ok(turned_away(cx, &Code::RequestMalformed.because("The form is malformed.")).await),
    }
}

/// Has the account a method of this id? It may have been removed from another page meanwhile.
fn has(cx: &Context, managed: &Managed, id: &str) -> bool {
    let account = managed.whose().find(&cx.directory);
    account.is_some_and(|account| kind(&account.user.methods, id).is_some())
}

async fn no_such_method(cx: &Rc<Context>, managed: &Managed) -> Result<HttpResponse, StoreError> {
    let because = vec![Because::new("R-21", "only what is registered can be changed")];
    let summary = format!("{} has no such method: nothing was changed", managed.upn);
    cx.journal(Entry::new(cx.now, Kind::Error, summary).with(because)).await?;
    let text = "You have no such method any more. Nothing was changed; open the page again.";
    Ok(error_page(cx, &Code::RequestMalformed.because(text), None))
}

async fn remove(cx: &Rc<Context>, managed: &Managed, id: &str) -> Result<HttpResponse, StoreError> {
    own_account::change(cx.store(), managed.whose(), |user| {
        security_info::remove(&mut user.methods, id);
    })
    .await?;
    note(cx, format!("{} removed a method: {id}", managed.upn)).await?;
    Ok(back(cx, &managed.upn, "removed"))
}

async fn make_default(cx: &Rc<Context>, managed: &Managed, id: &str) -> Result<HttpResponse, StoreError> {
    own_account::change(cx.store(), managed.whose(), |user| {
        user.methods.default = kind(&user.methods, id).or(user.methods.default);
    })
    .await?;
    note(cx, format!("{} made a method the default: {id}", managed.upn)).await?;
    Ok(back(cx, &managed.upn, "default"))
}

async fn note(cx: &Rc<Context>, summary: String) -> Result<(), StoreError> {
    let because = vec![Because::new("R-21", "a signed-in account manages its own methods")];
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await
}

/// A sign-in that this page began has come to an end.
pub(super) fn signed_in(cx: &Rc<Context>, done: &Authenticated, sign_in: &SignIn) -> HttpResponse {
    let added = sign_in.demand.action.is_some() && sign_in.evidence.talk.registered.is_some();
    let word = if added { "added" } else { "" };
    back(cx, &done.upn, word)
}

pub(super) fn back(cx: &Context, upn: &Upn, word: &str) -> HttpResponse {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("upn", upn.as_str());
    if !word.is_empty() {
        query.append_pair("done", word);
    }
    see_other(&cx.origin.path(&format!("/security-info?{}", query.finish())))
}
