//! Forms in, pages and redirects out: the sign-in as a browser sees it.

mod browser;
mod passkeys;
mod second_factor;
mod security_info;
mod show;
mod show_factor;
pub mod shown;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::CACHE_CONTROL;

use super::factors::{Factor, First, Second};
use super::failures;
use super::flow::{Resume, SignIn};
use super::home_realm::hides_unknown;
use super::identify::{self, Named};
use super::input::{self, Input};
use super::mfa::phone;
use super::own_account;
use super::remembered;
use super::session::{self, Session, SignedIn};
use super::state::{
    Asked, Authenticated, Authority, ConsentAnswer, Decision, Demand, Evidence, Facts, FirstProof, Remembered, Step,
};
use crate::http::context::Context;
use crate::http::cookies;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::oauth;
use crate::refusal::{Code, Refusal};
use crate::store::StoreError;
use crate::time::Span;

use browser::keep_session;
pub use browser::{Cookies, current_session, end_session, session_cookie, set_cookies};
pub use security_info::page as security_info;
use show::ask;
pub use show::{broken, error_page, plain_frame, render, tiles};

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
        Some(phone::State::Reported) => "PhoneAppFraudReported",
        Some(phone::State::Expired) | None => "PhoneAppNoResponse",
    })
}

/// The sign-in behind a form's hidden field, if it is this browser's and not over.
async fn under_way(cx: &Context, token: Option<&str>) -> Result<Option<(String, SignIn)>, StoreError> {
    let Some(token) = token.filter(|token| token.len() < 100) else { return Ok(None) };
    let browser = cookies::read(cx.request.headers(), cookies::BROWSER);
    let found = cx.store().find::<SignIn>(token, cx.now).await?;
    Ok(found.filter(|sign_in| browser == Some(&sign_in.browser)).map(|sign_in| (token.to_owned(), sign_in)))
}

fn over() -> Refusal {
    Code::FlowTokenInvalid.because(
        "This sign-in is over, has expired, or belongs to another browser. Go back to the application and begin again.",
    )
}

/// What a handler answers with: a response, or that the store broke.
type Answered = Result<(HttpResponse, Cookies), StoreError>;

/// What a page says beside its question: what was wrong with the answer before.
pub(super) type Complaint = Option<String>;

/// Takes what somebody did into account and goes on.
async fn take_in(cx: &Rc<Context>, mut sign_in: SignIn, token: &str, input: Input) -> Answered {
    let complaint = match input {
        Input::Username(upn) => name_typed(cx, &mut sign_in, upn).await?,
        Input::Password(password) => match sign_in.evidence.chosen.clone() {
            Some(upn) => password_typed(cx, &mut sign_in, upn, &password).await?,
            None => None,
        },
        Input::Both(upn, password) => {
            sign_in.evidence.choose(upn.clone());
            password_typed(cx, &mut sign_in, upn, &password).await?
        }
        Input::Pick(upn) => {
            let session = current_session(cx, &sign_in.demand.authority).await?;
            if !sign_in.evidence.pick(&upn, &session) {
                sign_in.evidence.start_over();
            }
            None
        }
        Input::Another => {
            sign_in.evidence.back();
            None
        }
        Input::Instead(with) => {
            sign_in.evidence.instead = Some(with);
            None
        }
        Input::AccessPass(typed) => pass_typed(cx, &mut sign_in, &typed).await?,
        Input::Credential(answer) => {
            let step = asking(cx, &sign_in).await?;
            passkeys::take_in(cx, &mut sign_in, &step, &answer).await?
        }
        Input::SecondFactor(act) => {
            let step = asking(cx, &sign_in).await?;
            second_factor::take_in(cx, &mut sign_in, &step, act).await?
        }
        Input::Terms(accepted) => {
            let step = asking(cx, &sign_in).await?;
            terms_answered(cx, &mut sign_in, &step, accepted).await?;
            None
        }
        Input::Stay(stay) => {
            sign_in.evidence.stay = Some(stay);
            None
        }
        Input::Consent(answer) => {
            sign_in.evidence.consent = Some(answer);
            None
        }
    };
    advance(cx, sign_in, token, complaint).await
}

/// What the sign-in asks just now: what came in is an answer to that or to nothing.
async fn asking(cx: &Rc<Context>, sign_in: &SignIn) -> Result<Step, StoreError> {
    let (_, decision) = decide(cx, sign_in).await?;
    Ok(decision.outcome.err().unwrap_or(Step::PickAccount))
}

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

async fn terms_answered(cx: &Rc<Context>, sign_in: &mut SignIn, step: &Step, accepted: bool) -> Result<(), StoreError> {
    let Step::AskTerms { upn, home, tenant, policy } = step else { return Ok(()) };
    if !accepted {
        sign_in.evidence.terms_declined = true;
        return Ok(());
    }
    sign_in.evidence.terms.push(policy.clone());
    own_account::change(cx.store(), home, upn, |user| {
        let known = user.accepted_terms.entry(tenant.clone()).or_default();
        if !known.contains(policy) {
            known.push(policy.clone());
        }
    })
    .await?;
    let summary = format!("{upn} accepted the terms of {policy}");
    cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await
}

/// A temporary access pass was typed: in place of a password, or after one.
async fn pass_typed(cx: &Rc<Context>, sign_in: &mut SignIn, typed: &str) -> Result<Complaint, StoreError> {
    let (upn, home, first) = match asking(cx, sign_in).await? {
        Step::AskInstead { upn, home, with: First::AccessPass } => (upn, home, true),
        Step::Verify(question) => (question.upn, question.home, false),
        _ => return Ok(None),
    };
    let whose = second_factor::Whose { upn: &upn, home: &home };
    if let Err(complaint) = second_factor::access_pass_typed(cx, &whose, typed).await? {
        return Ok(Some(complaint));
    }
    let (with, at) = (Factor::AccessPass, cx.now);
    match first {
        true => sign_in.evidence.first = Some(FirstProof { upn: upn.clone(), with: First::AccessPass, at }),
        false => sign_in.evidence.second.push(Second { with, at }),
    }
    let summary = format!("{upn} showed a temporary access pass");
    let because = vec![Because::new("R-08", "a temporary access pass counts as both factors")];
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
    Ok(None)
}

async fn name_typed(cx: &Rc<Context>, sign_in: &mut SignIn, upn: Upn) -> Result<Complaint, StoreError> {
    if upn.as_str().is_empty() {
        sign_in.evidence.start_over();
        return Ok(Some("Enter a valid user name, such as someone@example.test.".into()));
    }
    let session = Session::default();
    let facts = facts(cx, sign_in, &session, &[]);
    let named = Named { upn: upn.clone() };
    if identify::known(&facts, &upn) || hides_unknown(&facts, &named) {
        sign_in.evidence.choose(upn);
        return Ok(None);
    }
    sign_in.evidence.start_over();
    Ok(Some(format!("There is no account with the user name {upn} here. Check the spelling, or use another account.")))
}

async fn password_typed(
    cx: &Context,
    sign_in: &mut SignIn,
    upn: Upn,
    password: &str,
) -> Result<Option<String>, StoreError> {
    let place = match &sign_in.demand.authority {
        Authority::Provider(handle) => cx.directory.provider(handle),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            cx.directory.tenant_by_domain(upn.domain())
        }
    };
    let account = place.and_then(|place| cx.directory.account_at(place, &upn));
    let home = place.map_or_else(String::new, |place| place.place());
    let verdict = failures::verify(cx.store(), &home, &upn, account, password, cx.now).await?;
    let what = match &verdict {
        Ok(()) => "the password is right".to_owned(),
        Err(refusal) => format!("AADSTS{}: {}", refusal.code.number(), refusal.text),
    };
    cx.journal(Entry::new(cx.now, Kind::Decision, what).about(Some(upn.as_str())).with(vec![])).await?;
    Ok(match verdict {
        Ok(()) => {
            sign_in.evidence.first = Some(FirstProof { upn, with: First::Password, at: cx.now });
            None
        }
        Err(refusal) => Some(refusal.text.into_owned()),
    })
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
            finish(cx, sign_in, session, done).await
        }
        Err(Step::Refuse(refusal)) => {
            cx.store().forget::<SignIn>(token).await?;
            let because = decision.because;
            let refusal =
                Refusal { because: if refusal.because.is_empty() { because } else { refusal.because }, ..refusal };
            Ok((refused(cx, &sign_in, refusal).await, Cookies::new()))
        }
        Err(step) => ask(cx, sign_in, &session, token, step, complaint).await,
    }
}

/// Remembers who is signed in, and hands over to the protocol that began.
async fn finish(cx: &Rc<Context>, sign_in: SignIn, mut session: Session, done: Authenticated) -> Answered {
    let mut cookies = Cookies::new();
    let app = sign_in.demand.app.clone();
    let fresh = sign_in.evidence.first.is_some() || !sign_in.evidence.second.is_empty();
    if fresh {
        session.persistent |= done.stays;
        session.sign_in(SignedIn {
            upn: done.upn.clone(),
            home: done.home.clone(),
            factors: done.factors.lasting(),
            sid: cx.chance().uuid().to_string(),
            apps: vec![app.clone()],
            epoch: session::epoch(cx.store(), &done.upn, cx.now).await?,
        });
    }
    let used = session.use_for(&done.upn, &app);
    let sid = session.account(&done.upn, &done.home).map(|account| account.sid.clone()).unwrap_or_default();
    if fresh || used {
        cookies = keep_session(cx, &sign_in.demand.authority, &session, fresh).await?;
    }
    if sign_in.evidence.talk.remember {
        cookies.extend(remember(cx, &done).await?);
    }
    if let Some((answer, permissions)) = &done.agreed {
        oauth::consents::record(cx, &done, &app, *answer, permissions).await?;
    }
    let response = match &sign_in.resume {
        Resume::Authorize(authorization) => {
            oauth::routes::authorized(cx, (**authorization).clone(), &done, &sid, &sign_in.flow).await?
        }
        Resume::Device(device) => {
            oauth::routes::device_signed_in(cx, device.clone(), &done, &sid, &sign_in.flow).await?
        }
        Resume::AdminConsent(request) => oauth::routes::admin_consented(cx, request, &done),
        Resume::SecurityInfo => security_info::signed_in(cx, &done, &sign_in),
    };
    Ok((response, cookies))
}

/// Remembers this browser for as long as the home tenant lets it be.
async fn remember(cx: &Rc<Context>, done: &Authenticated) -> Result<Option<String>, StoreError> {
    let Some(days) = cx.directory.at(&done.home).and_then(super::mfa::remember_days) else { return Ok(None) };
    let known = cookies::read(cx.request.headers(), cookies::REMEMBERED);
    let value = known.map_or_else(|| cx.chance().secret(), str::to_owned);
    remembered::keep(cx.store(), &value, &done.upn, &done.home, days, cx.now).await?;
    Ok(Some(cx.jar().set(cookies::REMEMBERED, &value, Some(Span::days(i64::from(days))))))
}

async fn refused(cx: &Rc<Context>, sign_in: &SignIn, refusal: Refusal) -> HttpResponse {
    match &sign_in.resume {
        Resume::Authorize(authorization) => {
            oauth::routes::authorize_refused(cx, authorization, &refusal, sign_in.demand.prompt, &sign_in.flow)
        }
        Resume::AdminConsent(request) => oauth::routes::admin_consent_refused(cx, request, &refusal, &sign_in.flow),
        Resume::Device(device) => oauth::routes::device_refused(cx, device, &refusal, &sign_in.flow).await,
        Resume::SecurityInfo => error_page(cx, &refusal, Some(&sign_in.flow)),
    }
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
