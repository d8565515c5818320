//! Forms in, pages and redirects out: the sign-in as a browser sees it.

mod app_passwords;
mod browser;
mod codes;
mod external;
mod finish;
mod messages;
mod page;
mod passkeys;
mod proven;
mod second_factor;
mod security_info;
mod show;
mod show_factor;
pub mod shown;
mod take_in;
mod wizard;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::CACHE_CONTROL;

use super::factors::First;
use super::flow::{Resume, SignIn};
use super::input;
use super::log::{self, Outcome, Scene};
use super::mfa::phone;
use super::remembered;
use super::session::Session;
use super::state::{Asked, Authority, ConsentAnswer, Decision, Demand, Evidence, Facts, FirstProof, Remembered, Step};
use crate::http::context::Context;
use crate::http::cookies;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::store::StoreError;

pub use browser::{Cookies, current_session, end_session, session_cookie, set_cookies};
pub use external::vouched;
use finish::{finish, refused};
pub use page::{broken, error_page, plain_frame, post, render};
pub use security_info::page as security_info;
use show::ask;
pub use show::tiles;
use take_in::take_in;

/// Begins a sign-in for a protocol.
pub async fn begin(cx: &Rc<Context>, demand: Demand, resume: Resume) -> HttpResponse {
    let mut cookies = Cookies::new();
    let browser = match cookies::read(cx.request.headers(), cookies::BROWSER) {
        Some(known) => known.to_owned(),
        None => {
            let fresh = cx.chance().short();
            cookies.push(cx.jar().set(cookies::BROWSER, &fresh, None));
            fresh
        }
    };
    let evidence = unattended(cx, &demand);
    let flow = cx.chance().short();
    let sign_in = SignIn { flow, browser, demand, resume, evidence, asked: Asked::Username, started: cx.now };
    let token = cx.chance().secret();
    answer(cx, advance(cx, sign_in, &token, None).await, cookies)
}

/// What is taken as proven where the server was started to sign somebody in without pages.
fn unattended(cx: &Context, demand: &Demand) -> Evidence {
    match (&cx.settings.auto_sign_in, &demand.authority) {
        (None, _) | (Some(_), Authority::Provider(_)) => Evidence::default(),
        (Some(upn), _) => Evidence {
            chosen: Some(upn.clone()),
            first: Some(FirstProof { upn: upn.clone(), with: First::Password, at: cx.now }),
            of: Some(upn.clone()),
            unattended: true,
            stay: Some(false),
            consent: Some(if demand.for_everyone { ConsentAnswer::ForEveryone } else { ConsentAnswer::ForMe }),
            ..Evidence::default()
        },
    }
}

/// The form of a sign-in page. Whose page it was is kept with the sign-in, whatever address it is sent to.
pub async fn form(cx: &Rc<Context>) -> HttpResponse {
    if cx.request.method != Method::POST {
        return error_page(cx, &Refusal::wrong_verb("POST", &cx.request.method), None);
    }
    let Ok(form) = cx.request.form() else {
        return error_page(cx, &Code::RequestMalformed.because("The form is malformed."), None);
    };
    let (token, sign_in) = match under_way(cx, form.get("flowToken")).await {
        Ok(Some(found)) => found,
        Ok(None) => return error_page(cx, &over(), None),
        Err(error) => return broken(cx, &error),
    };
    cx.concerns(Some(&sign_in.flow), None, Some(&sign_in.demand.app));
    let Some(input) = input::read(&form, sign_in.asked) else {
        return error_page(
            cx,
            &Code::RequestMalformed.because("The form says nothing this page asks."),
            Some(&sign_in.flow),
        );
    };
    answer(cx, take_in(cx, sign_in, &token, input).await, Cookies::new())
}

/// Has the phone answered? What the page that waits for it asks by script.
pub async fn poll(cx: &Rc<Context>) -> HttpResponse {
    match waiting(cx).await {
        Ok(word) => {
            let body =
                serde_json::json!({ "Success": word == "Success", "ResultValue": word, "Retry": word == PENDING });
            HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
        }
        Err(error) => broken(cx, &error),
    }
}

/// The word for a request that waits on the phone.
const PENDING: &str = "AuthenticationPending";

async fn waiting(cx: &Rc<Context>) -> Result<&'static str, StoreError> {
    let query = cx.request.query().unwrap_or_default();
    let found = under_way(cx, query.get("flowtoken")).await?;
    let message = found.and_then(|(_, sign_in)| sign_in.evidence.talk.challenge?.message);
    let Some(message) = message else { return Ok("SASValidationFailed") };
    let message = phone::find(cx.store(), &message, cx.now).await?;
    Ok(match message.map(|message| message.state_at(cx.now)) {
        Some(phone::State::Waiting) => PENDING,
        Some(phone::State::Approved) => "Success",
        Some(phone::State::Denied) => "PhoneAppDenied",
        Some(phone::State::Reported) => "PhoneAppFraud",
        Some(phone::State::Expired) | None => "PhoneAppNoResponse",
    })
}

/// The sign-in behind a form's hidden field, if it is this browser's and not over.
async fn under_way(cx: &Context, token: Option<&str>) -> Result<Option<(String, SignIn)>, StoreError> {
    let Some(token) = token.filter(|token| token.len() < 100) else { return Ok(None) };
    let browser = cookies::read(cx.request.headers(), cookies::BROWSER);
    let found = cx.store().find::<SignIn>(token, cx.now).await?;
    let ours = |sign_in: &SignIn| browser == Some(&sign_in.browser) && !sign_in.is_over(cx.now);
    Ok(found.filter(ours).map(|sign_in| (token.to_owned(), sign_in)))
}

/// The sign-in that a browser comes back to from elsewhere.
pub async fn resumed(cx: &Context, token: &str) -> Result<Option<SignIn>, StoreError> {
    Ok(under_way(cx, Some(token)).await?.map(|(_, sign_in)| sign_in))
}

/// It goes on with what was brought back.
pub async fn continued(cx: &Rc<Context>, sign_in: SignIn, token: &str) -> HttpResponse {
    answer(cx, advance(cx, sign_in, token, None).await, Cookies::new())
}

/// The refusal of a form or an answer whose sign-in is not there any more.
pub fn over() -> Refusal {
    Code::FlowTokenInvalid.because(
        "This sign-in is over, has expired, or belongs to another browser. Go back to the application and begin again.",
    )
}

/// What a handler answers with: a response, or that the store broke.
type Answered = Result<(HttpResponse, Cookies), StoreError>;

/// What a page says beside its question: what was wrong with the answer before.
type Complaint = Option<String>;

/// Decides what happens next, from all that is known now.
async fn decide(cx: &Rc<Context>, sign_in: &SignIn) -> Result<(Session, Decision), StoreError> {
    let session = current_session(cx, &sign_in.demand.authority).await?;
    let remembered = remembered_here(cx).await?;
    let facts = facts(cx, sign_in, &session, &remembered);
    let decision = super::next_step(&facts);
    Ok((session, decision))
}

fn facts<'a>(cx: &'a Context, sign_in: &'a SignIn, session: &'a Session, remembered: &'a [Remembered]) -> Facts<'a> {
    facts_of(cx, &sign_in.demand, &sign_in.evidence, session, remembered)
}

fn facts_of<'a>(
    cx: &'a Context,
    demand: &'a Demand,
    evidence: &'a Evidence,
    session: &'a Session,
    remembered: &'a [Remembered],
) -> Facts<'a> {
    Facts {
        directory: &cx.directory,
        demand,
        evidence,
        session,
        now: cx.now,
        ip: cx.request.ip().parse().ok(),
        remembered,
    }
}

async fn remembered_here(cx: &Context) -> Result<Vec<Remembered>, StoreError> {
    remembered::load(cx.store(), cookies::read(cx.request.headers(), cookies::REMEMBERED), cx.now).await
}

/// Decides what happens next, and does it.
async fn advance(cx: &Rc<Context>, sign_in: SignIn, token: &str, complaint: Option<String>) -> Answered {
    let (session, decision) = decide(cx, &sign_in).await?;
    let known = sign_in.evidence.chosen.as_ref().map(Upn::as_str);
    let user = decision.outcome.as_ref().map_or(known, |done| Some(done.upn.as_str()));
    cx.concerns(Some(&sign_in.flow), user, Some(&sign_in.demand.app));
    let summary = match &decision.outcome {
        Ok(done) => format!("sign {} in to {}", done.upn, done.tenant),
        Err(step) => step.summary(),
    };
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(decision.because.clone())).await?;
    match decision.outcome {
        Ok(done) => {
            cx.store().forget::<SignIn>(token).await?;
            log::note(scene(cx, &sign_in), &sign_in.demand, Outcome::Done(&done)).await?;
            finish(cx, sign_in, session, done).await
        }
        Err(Step::Refuse(refusal)) => {
            cx.store().forget::<SignIn>(token).await?;
            let mut because = decision.because;
            because.extend(refusal.because);
            let refusal = Refusal { because, ..refusal };
            let who = sign_in.evidence.chosen.as_ref();
            log::note(scene(cx, &sign_in), &sign_in.demand, Outcome::Refused(who, &refusal)).await?;
            Ok((refused(cx, &sign_in, refusal).await, Cookies::new()))
        }
        Err(step) => ask(cx, sign_in, &session, token, step, complaint).await,
    }
}

fn scene<'a>(cx: &'a Context, sign_in: &'a SignIn) -> Scene<'a> {
    let ip = cx.request.ip();
    Scene { directory: &cx.directory, store: cx.store(), now: cx.now, ip, flow: &sign_in.flow }
}

fn answer(cx: &Context, answered: Answered, mut cookies: Cookies) -> HttpResponse {
    match answered {
        Ok((mut response, more)) => {
            cookies.extend(more);
            set_cookies(&mut response, &cookies);
            response
        }
        Err(error) => broken(cx, &error),
    }
}
