//! The pages a sign-in shows: each step's question, and the refusals that no application can be told.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use askama::Template;

use super::passkeys::Purpose;
use super::second_factor::Whose;
use super::{Answered, Cookies, external, passkeys, show_factor};
use crate::directory::tenant::Tenant;
use crate::federation;
use crate::http::context::Context;
use crate::http::page;
use crate::id::Upn;
use crate::oauth;
use crate::oauth::dialect::Dialect;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::First;
use crate::signin::flow::SignIn;
use crate::signin::pages::{self, Brand, Frame};
use crate::signin::password;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Authority, ConsentQuestion, Step};
use crate::store::StoreError;

/// Shows the page that asks.
pub(super) async fn ask(
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
    if let Some(upn) = step.of() {
        // Who is asked may come from a hint or a session: the answer must count for that name.
        sign_in.evidence.concern(upn);
    }
    let frame = frame(cx, &sign_in, token);
    let response = match step {
        Step::GoToProvider(journey) => federation::routes::depart(cx, &mut sign_in, token, &journey).await?,
        Step::Verify(question) => show_factor::verification(cx, &mut sign_in, frame, &question, complaint).await?,
        Step::Register(question) => show_factor::registration(cx, &mut sign_in, frame, &question, complaint).await?,
        Step::PassControl(question) => external::control(cx, frame, &question).await?,
        Step::AskInstead { upn, home, with } => {
            instead_page(cx, &mut sign_in, frame, &Whose { upn: &upn, home: &home }, with, complaint)
        }
        Step::AskTerms { upn, tenant, policy, .. } => {
            let organization = cx.directory.tenant_by_handle(&tenant).map_or(tenant.as_str(), |known| known.name());
            let (upn, organization) = (upn.to_string(), organization.to_owned());
            render(cx, &pages::Terms { frame, upn, organization, policy })
        }
        Step::AskUsername { suggestion } => username_page(cx, &sign_in, frame, suggestion, complaint),
        Step::AskPassword { upn } | Step::AskPasswordAgain { upn } => match &frame.brand {
            Brand::Provider { .. } => provider_page(cx, frame, upn.to_string(), complaint),
            Brand::Tenant { .. } | Brand::Unknown => {
                let instead = ways_round(cx, &upn);
                render(cx, &pages::AskPassword { frame, upn: upn.to_string(), error: complaint, instead })
            }
        },
        Step::PickAccount => {
            render(cx, &pages::PickAccount { frame, purpose: pages::Purpose::SignIn, accounts: tiles(cx, session) })
        }
        Step::AskStaySignedIn { upn } => render(cx, &pages::StaySignedIn { frame, upn: upn.to_string() }),
        Step::AskConsent(question) => consent_page(cx, &sign_in, frame, &question),
        Step::Refuse(refusal) => error_page(cx, &refusal, Some(&sign_in.flow)),
    };
    cx.store().keep(token, &sign_in, cx.now, sign_in.left(cx.now)).await?;
    Ok((response, Cookies::new()))
}

/// What this account can show instead of a password.
fn ways_round(cx: &Context, upn: &Upn) -> Vec<pages::Instead> {
    let firsts = cx.directory.account(upn).map(|account| password::instead(&account, cx.now)).unwrap_or_default();
    let way = |first| match first {
        First::AccessPass => Some(pages::Instead::AccessPass),
        First::Passkey => Some(pages::Instead::Passkey),
        First::Password | First::Federated => None,
    };
    firsts.into_iter().filter_map(way).collect()
}

fn instead_page(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    frame: Frame,
    whose: &Whose<'_>,
    with: First,
    complaint: Option<String>,
) -> HttpResponse {
    let upn = whose.upn.to_string();
    match with {
        First::AccessPass => render(cx, &pages::EnterAccessPass { frame, upn, error: complaint }),
        First::Passkey => {
            let options = passkeys::request(cx, sign_in, whose, Purpose::First);
            let way_out = pages::WayOut::Back;
            render(cx, &pages::UsePasskey { frame, upn, options, complaint, way_out })
        }
        First::Password | First::Federated => {
            render(cx, &pages::AskPassword { frame, upn, error: complaint, instead: Vec::new() })
        }
    }
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
framed!(AskUsername AskPassword PickAccount StaySignedIn Consent ProviderSignIn Error SignedOut SignOutConfirm);
framed!(DeviceCode DeviceConfirm DeviceDone);
framed!(ChooseVerification EnterCode ApprovePush AnswerCall UsePasskey UseExternal EnterAccessPass ProviderCode);
framed!(MoreInformation ChooseMethod SetUpCodeApp SetUpPush SetUpPhone SetUpPasskey SecurityInfo Terms);

/// A page with status 200.
pub fn render(_cx: &Context, page: &impl Framed) -> HttpResponse {
    render_with(200, page)
}

/// A form that posts itself.
pub fn post(cx: &Context, action: String, fields: Vec<(String, String)>) -> HttpResponse {
    let form = pages::FormPost { action, fields, nonce: cx.chance().short() };
    match form.page() {
        Ok(body) => page::html(StatusCode::OK, &form.nonce, body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn render_with(status: u16, page: &impl Framed) -> HttpResponse {
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
    let provider = provider(cx);
    let page = pages::Error {
        frame: plain_frame(cx, provider, flow.or(known.as_deref())),
        // A provider knows the standards' words only; Entra's numbers are Entra's.
        code: match provider {
            Some(_) => pages::ErrorCode::Named(Dialect::Generic.authorize_error(refusal.code).to_owned()),
            None => pages::ErrorCode::Entra(refusal.code.number()),
        },
        sentence: refusal.text.to_string(),
        correlation_id: oauth::error::correlation_id(cx),
        request_id: cx.chance().uuid().to_string(),
        time: cx.now.entra(),
        reasons: refusal
            .because
            .iter()
            .map(|one| pages::Reason { rule: one.rule.to_string(), text: one.text.clone() })
            .collect(),
    };
    let mut response = render_with(refusal.code.status(), &page);
    if let Some(allowed) = refusal.allowed {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

/// The provider at whose address this is.
fn provider(cx: &Context) -> Option<Tenant<'_>> {
    match cx.request.path.segments().as_slice() {
        ["idp", name, ..] => cx.directory.provider(name),
        _ => None,
    }
}

/// The page for when we broke.
pub fn broken(cx: &Context, error: &StoreError) -> HttpResponse {
    tracing::error!("{error}");
    error_page(cx, &Code::Broken.because("Something broke here. Nothing was changed; try again."), None)
}
