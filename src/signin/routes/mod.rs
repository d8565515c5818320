//! Forms in, pages and redirects out: the sign-in as a browser sees it.

mod browser;
mod show;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::failures;
use super::flow::{Resume, SignIn};
use super::home_realm::hides_unknown;
use super::identify::{self, Named};
use super::input::{self, Input};
use super::session::{self, Session, SignedIn};
use super::state::{Asked, Authenticated, Authority, ConsentAnswer, Demand, Evidence, Facts, Step};
use crate::http::context::Context;
use crate::http::cookies;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::oauth;
use crate::refusal::{Code, Refusal};
use crate::store::StoreError;

use browser::keep_session;
pub use browser::{Cookies, current_session, end_session, session_cookie, set_cookies};
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
            another: false,
            password: Some((upn.clone(), cx.now)),
            stay: Some(false),
            consent: Some(if demand.for_everyone { ConsentAnswer::ForEveryone } else { ConsentAnswer::ForMe }),
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

/// Takes what somebody did into account and goes on.
async fn take_in(cx: &Rc<Context>, mut sign_in: SignIn, token: &str, input: Input) -> Answered {
    let complaint = match input {
        Input::Username(upn) => name_typed(cx, &mut sign_in, upn),
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
            sign_in.evidence.start_over();
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

fn name_typed(cx: &Context, sign_in: &mut SignIn, upn: Upn) -> Option<String> {
    if upn.as_str().is_empty() {
        sign_in.evidence.start_over();
        return Some("Enter a valid user name, such as someone@example.test.".into());
    }
    let session = Session::default();
    let facts = Facts {
        directory: &cx.directory,
        demand: &sign_in.demand,
        evidence: &sign_in.evidence,
        session: &session,
        now: cx.now,
    };
    let named = Named { upn: upn.clone() };
    if identify::known(&facts, &upn) || hides_unknown(&facts, &named) {
        sign_in.evidence.choose(upn);
        return None;
    }
    sign_in.evidence.start_over();
    Some(format!("There is no account with the user name {upn} here. Check the spelling, or use another account."))
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
            sign_in.evidence.password = Some((upn, cx.now));
            None
        }
        Err(refusal) => Some(refusal.text.into_owned()),
    })
}

/// Decides what happens next, and does it.
async fn advance(cx: &Rc<Context>, sign_in: SignIn, token: &str, complaint: Option<String>) -> Answered {
    let session = current_session(cx, &sign_in.demand.authority).await?;
    let facts = Facts {
        directory: &cx.directory,
        demand: &sign_in.demand,
        evidence: &sign_in.evidence,
        session: &session,
        now: cx.now,
    };
    let decision = super::next_step(&facts);
    let known = sign_in.evidence.chosen.as_ref().map(Upn::as_str);
    let user = decision.outcome.as_ref().map_or(known, |done| Some(done.upn.as_str()));
    cx.concerns(Some(&sign_in.flow), user, Some(&sign_in.demand.app));
    let summary = match &decision.outcome {
        Ok(done) => format!("sign {} in to {}", done.upn, done.tenant),
        Err(step) => step.summary(),
    };
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(decision.because)).await?;
    match decision.outcome {
        Ok(done) => {
            cx.store().forget::<SignIn>(token).await?;
            finish(cx, sign_in, session, done).await
        }
        Err(Step::Refuse(refusal)) => {
            cx.store().forget::<SignIn>(token).await?;
            Ok((refused(cx, &sign_in, refusal).await, Cookies::new()))
        }
        Err(step) => ask(cx, sign_in, &session, token, step, complaint).await,
    }
}

/// Remembers who is signed in, and hands over to the protocol that began.
async fn finish(cx: &Rc<Context>, sign_in: SignIn, mut session: Session, done: Authenticated) -> Answered {
    let mut cookies = Cookies::new();
    let app = sign_in.demand.app.clone();
    let fresh = sign_in.evidence.password.is_some();
    if fresh {
        session.persistent |= sign_in.evidence.stay == Some(true);
        session.sign_in(SignedIn {
            upn: done.upn.clone(),
            home: done.home.clone(),
            auth_time: done.auth_time,
            amr: done.amr.clone(),
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
    if let Some((answer, permissions)) = &done.agreed {
        oauth::consents::record(cx, &done, &app, *answer, permissions).await?;
    }
    let response = match sign_in.resume {
        Resume::Authorize(authorization) => {
            oauth::routes::authorized(cx, *authorization, &done, &sid, &sign_in.flow).await?
        }
        Resume::Device(device) => oauth::routes::device_signed_in(cx, device, &done, &sid, &sign_in.flow).await?,
        Resume::AdminConsent(request) => oauth::routes::admin_consented(cx, &request, &done),
    };
    Ok((response, cookies))
}

async fn refused(cx: &Rc<Context>, sign_in: &SignIn, refusal: Refusal) -> HttpResponse {
    match &sign_in.resume {
        Resume::Authorize(authorization) => {
            oauth::routes::authorize_refused(cx, authorization, &refusal, &sign_in.flow)
        }
        Resume::AdminConsent(request) => oauth::routes::admin_consent_refused(cx, request, &refusal, &sign_in.flow),
        Resume::Device(device) => oauth::routes::device_refused(cx, device, &refusal, &sign_in.flow).await,
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
