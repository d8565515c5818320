//! Forms in, pages and redirects out: the sign-in as a browser sees it.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use askama::Template;

use super::failures;
use super::flow::{LIVES, Resume, SignIn};
use super::home_realm::hides_unknown;
use super::identify::{self, Named};
use super::input::{self, Input};
use super::pages::{self, Brand, Frame};
use super::session::{self, Session, SignedIn};
use super::state::{Asked, Authenticated, Authority, ConsentQuestion, Demand, Evidence, Facts, Step};
use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::http::cookies::{self, Jar};
use crate::http::page;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::oauth;
use crate::refusal::{Code, Refusal};
use crate::signin::state::ConsentAnswer;
use crate::store::StoreError;

/// Cookies that an answer sets.
pub type Cookies = Vec<String>;

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

/// The form of a tenant's sign-in page.
pub async fn tenant_form(cx: &Rc<Context>, _tenant: &str) -> HttpResponse {
    form(cx).await
}

/// The form of a third-party provider's sign-in page.
pub async fn provider_form(cx: &Rc<Context>, _name: &str) -> HttpResponse {
    form(cx).await
}

async fn form(cx: &Rc<Context>) -> HttpResponse {
    if cx.request.method != Method::POST {
        return error_page(cx, &Code::WrongVerb.because("This address takes the forms of the sign-in pages."), None);
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

/// The names of the cookies of a place where sessions live.
fn cookie_names(authority: &Authority) -> (&'static str, &'static str) {
    match authority {
        Authority::Provider(_) => (cookies::PROVIDER_SESSION, cookies::PROVIDER_PERSISTENT),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            (cookies::SESSION, cookies::PERSISTENT)
        }
    }
}

/// The path of a place where sessions live.
fn cookie_path(cx: &Context, authority: &Authority) -> String {
    match authority {
        Authority::Provider(handle) => cx.origin.path(&format!("/idp/{handle}")),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            cx.origin.cookie_path().to_owned()
        }
    }
}

/// The value of this browser's session cookie.
pub fn session_cookie<'a>(cx: &'a Context, authority: &Authority) -> Option<&'a str> {
    let (session, persistent) = cookie_names(authority);
    cookies::read(cx.request.headers(), session).or_else(|| cookies::read(cx.request.headers(), persistent))
}

/// The session of this browser at a tenant or provider.
pub async fn current_session(cx: &Context, authority: &Authority) -> Result<Session, StoreError> {
    let mut session = session::load(cx.store(), session_cookie(cx, authority), cx.now).await?;
    // A session of one provider must not count at another, whatever cookie is sent.
    match authority {
        Authority::Provider(handle) => {
            let provider = cx.directory.provider(handle).map(|provider| provider.place());
            session.accounts.retain(|account| Some(&account.home) == provider.as_ref());
        }
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            session.accounts.retain(|account| cx.directory.tenant_by_handle(&account.home).is_some());
        }
    }
    Ok(session)
}

/// Keeps a session; a new sign-in moves it to a new cookie value.
async fn keep_session(
    cx: &Context,
    authority: &Authority,
    session: &Session,
    fresh: bool,
) -> Result<Cookies, StoreError> {
    let old = session_cookie(cx, authority);
    let home = session.accounts.last().and_then(|account| cx.directory.at(&account.home));
    let lifetimes = home.map(|home| home.lifetimes().clone()).unwrap_or_default();
    let lives = if session.persistent { lifetimes.persistent_session } else { lifetimes.session };
    let value = match old.filter(|_| !fresh) {
        Some(old) => old.to_owned(),
        None => cx.chance().secret(),
    };
    cx.store().keep(&value, session, cx.now, lives).await?;
    if !fresh {
        return Ok(Cookies::new());
    }
    if let Some(old) = old {
        cx.store().forget::<Session>(old).await?;
    }
    let path = cookie_path(cx, authority);
    let jar = Jar { path: &path, secure: cx.is_secure() };
    let (name, persistent) = cookie_names(authority);
    Ok(if session.persistent {
        vec![jar.set(persistent, &value, Some(lives)), jar.clear(name)]
    } else {
        vec![jar.set(name, &value, None)]
    })
}

/// Ends this browser's session; answers who was signed in, and the cookies that forget it.
pub async fn end_session(
    cx: &Context,
    authority: &Authority,
    only: Option<&Upn>,
) -> Result<(Session, Cookies), StoreError> {
    let mut session = current_session(cx, authority).await?;
    let Some(value) = session_cookie(cx, authority) else { return Ok((session, Cookies::new())) };
    let stays: Vec<SignedIn> = match only {
        Some(upn) => session.accounts.iter().filter(|account| account.upn != *upn).cloned().collect(),
        None => Vec::new(),
    };
    if !stays.is_empty() {
        let rest = Session { accounts: stays, persistent: session.persistent };
        keep_session(cx, authority, &rest, false).await?;
        session.accounts.retain(|account| Some(&account.upn) == only);
        return Ok((session, Cookies::new()));
    }
    cx.store().forget::<Session>(value).await?;
    let path = cookie_path(cx, authority);
    let jar = Jar { path: &path, secure: cx.is_secure() };
    let (name, persistent) = cookie_names(authority);
    Ok((session, vec![jar.clear(name), jar.clear(persistent)]))
}

/// Shows the page that asks.
async fn ask(
    cx: &Rc<Context>,
    mut sign_in: SignIn,
    session: &Session,
    token: &str,
    step: Step,
    complaint: Option<String>,
) -> Answered {
    if let Some(asked) = step.asks() {
        sign_in.asked = asked;
    }
    if let Step::AskPassword { upn } = &step {
        // A name that was hinted, or known from the session, is now the one whose password is awaited.
        sign_in.evidence.choose(upn.clone());
    }
    cx.store().keep(token, &sign_in, cx.now, LIVES).await?;
    let frame = frame(cx, &sign_in, token);
    let response = match step {
        Step::AskUsername { suggestion } => username_page(cx, &sign_in, frame, suggestion, complaint),
        Step::AskPassword { upn } => match &frame.brand {
            Brand::Provider { .. } => provider_page(cx, frame, upn.to_string(), complaint),
            Brand::Tenant { .. } | Brand::Unknown => {
                render(cx, &pages::AskPassword { frame, upn: upn.to_string(), error: complaint })
            }
        },
        Step::PickAccount => {
            render(cx, &pages::PickAccount { frame, purpose: pages::Purpose::SignIn, accounts: tiles(cx, session) })
        }
        Step::AskStaySignedIn { upn } => render(cx, &pages::StaySignedIn { frame, upn: upn.to_string() }),
        Step::AskConsent(question) => consent_page(cx, &sign_in, frame, &question),
        Step::Refuse(refusal) => error_page(cx, &refusal, Some(&sign_in.flow)),
    };
    Ok((response, Cookies::new()))
}

fn username_page(
    cx: &Rc<Context>,
    sign_in: &SignIn,
    frame: Frame,
    suggestion: String,
    complaint: Option<String>,
) -> HttpResponse {
    let form = cx.request.form().unwrap_or_default();
    let typed = form.get("loginfmt").or(form.get("UserName")).filter(|_| complaint.is_some());
    let value = typed.map_or(suggestion, |name| name.chars().take(320).collect());
    match &sign_in.demand.authority {
        Authority::Provider(_) => provider_page(cx, frame, value, complaint),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            render(cx, &pages::AskUsername { frame, value, error: complaint })
        }
    }
}

fn provider_page(cx: &Context, frame: Frame, user_name: String, error: Option<String>) -> HttpResponse {
    render(cx, &pages::ProviderSignIn { frame, user_name, error })
}

fn consent_page(cx: &Rc<Context>, sign_in: &SignIn, frame: Frame, question: &ConsentQuestion) -> HttpResponse {
    let Some(app) = cx.directory.app_by_handle(&sign_in.demand.app) else {
        return error_page(cx, &Code::AppNotFound.because("The application is gone."), Some(&sign_in.flow));
    };
    let publisher = cx.directory.home(&app.home).map(|home| home.name().to_owned());
    let extent = match (sign_in.demand.for_everyone, question.may_speak_for_all) {
        (true, _) => pages::Extent::Organization,
        (false, true) => pages::Extent::UserOrOrganization,
        (false, false) => pages::Extent::User,
    };
    let permissions = question.permissions.iter().map(|one| oauth::consents::describe(&cx.directory, one)).collect();
    let page = pages::Consent {
        frame,
        upn: question.upn.to_string(),
        app: app.title().to_owned(),
        verified: app.first_party || app.home == question.tenant,
        publisher,
        permissions,
        extent,
    };
    render(cx, &page)
}

/// The accounts of a session, as tiles.
pub fn tiles(cx: &Context, session: &Session) -> Vec<pages::Account> {
    let tile = |account: &SignedIn| pages::Account {
        upn: account.upn.to_string(),
        name: cx
            .directory
            .at(&account.home)
            .and_then(|home| cx.directory.account_at(home, &account.upn))
            .map(|known| known.title())
            .unwrap_or_else(|| account.upn.to_string()),
        signed_in: true,
    };
    session.accounts.iter().map(tile).collect()
}

fn frame(cx: &Context, sign_in: &SignIn, token: &str) -> Frame {
    let demand = &sign_in.demand;
    let chosen = sign_in.evidence.chosen.as_ref().and_then(|upn| cx.directory.tenant_by_domain(upn.domain()));
    let tenant = demand.authority.tenant(&cx.directory).or(chosen);
    Frame {
        app: cx.directory.app_by_handle(&demand.app).map(|app| app.title().to_owned()),
        action: cx.origin.path(&match &demand.authority {
            Authority::Provider(name) => format!("/idp/{name}/login"),
            Authority::Tenant(handle) => match cx.directory.tenant_by_handle(handle) {
                Some(tenant) => format!("/{}/login", tenant.id()),
                None => "/common/login".to_owned(),
            },
            Authority::Common | Authority::Organizations | Authority::Consumers => "/common/login".to_owned(),
        }),
        flow_token: token.to_owned(),
        ..plain_frame(cx, tenant, Some(&sign_in.flow))
    }
}

/// The frame of a page that is no sign-in form.
pub fn plain_frame(cx: &Context, tenant: Option<Tenant<'_>>, flow: Option<&str>) -> Frame {
    Frame {
        brand: match tenant {
            None => Brand::Unknown,
            Some(tenant @ Tenant::Entra { .. }) => Brand::Tenant { name: tenant.name().to_owned(), hint: None },
            Some(tenant @ Tenant::Provider { .. }) => Brand::Provider { name: tenant.name().to_owned() },
        },
        app: None,
        action: String::new(),
        flow_token: String::new(),
        nonce: cx.chance().short(),
        base: cx.origin.base.clone(),
        flow: flow.map(str::to_owned),
    }
}

/// A page that has a frame: its nonce must be in the header too.
pub trait Framed: Template {
    /// The frame around it.
    fn frame(&self) -> &Frame;
}

macro_rules! framed {
    ($($page:ident)*) => { $(impl Framed for pages::$page { fn frame(&self) -> &Frame { &self.frame } })* };
}
framed!(AskUsername AskPassword PickAccount StaySignedIn Consent ProviderSignIn Error SignedOut SignOutConfirm DeviceCode DeviceConfirm DeviceDone);

/// A page with status 200.
pub fn render(cx: &Context, page: &impl Framed) -> HttpResponse {
    render_with(cx, 200, page)
}

fn render_with(_cx: &Context, status: u16, page: &impl Framed) -> HttpResponse {
    match page.render() {
        Ok(body) => {
            page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), &page.frame().nonce, body)
        }
        // Templates write to a string, which cannot fail; an empty 500 is the honest answer if it does.
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The page for a refusal that no application can be told.
pub fn error_page(cx: &Context, refusal: &Refusal, flow: Option<&str>) -> HttpResponse {
    let known = cx.about.borrow().flow.clone();
    let page = pages::Error {
        frame: plain_frame(cx, None, flow.or(known.as_deref())),
        code: pages::ErrorCode::Entra(refusal.code.number()),
        sentence: refusal.text.to_string(),
        correlation_id: oauth::error::correlation_id(cx),
        request_id: cx.chance().uuid().to_string(),
        time: cx.now.entra(),
        reasons: refusal
            .because
            .iter()
            .map(|one| pages::Reason { rule: one.rule.clone(), text: one.text.clone() })
            .collect(),
    };
    render_with(cx, refusal.code.status(), &page)
}

/// The page for when we broke.
pub fn broken(cx: &Context, error: &StoreError) -> HttpResponse {
    tracing::error!("{error}");
    error_page(cx, &Code::Broken.because("Something broke here. Nothing was changed; try again."), None)
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

/// Adds cookies to a response.
pub fn set_cookies(response: &mut HttpResponse, cookies: &[String]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}
