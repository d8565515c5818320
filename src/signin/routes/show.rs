//! Which page asks what the next step is about?

use std::rc::Rc;

use actix_web::HttpResponse;

use super::advance::{Token, too_late};
use super::page::{error_page, plain_frame, render};
use super::passkeys::Purpose;
use super::{Answered, Cookies, external, passkeys, show_factor};
use crate::directory::AccountRef;
use crate::federation;
use crate::http::context::Context;
use crate::id::Upn;
use crate::oauth;
use crate::refusal::Code;
use crate::signin::factors::First;
use crate::signin::flow::SignIn;
use crate::signin::pages::{self, Brand, Frame};
use crate::signin::password;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Authority, ConsentQuestion, Step};

/// Shows the page that asks.
pub(super) async fn ask(
    cx: &Rc<Context>,
    mut sign_in: SignIn,
    session: &Session,
    token: Token<'_>,
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
    let frame = frame(cx, &sign_in, token.as_str());
    let response = match step {
        Step::GoToProvider(journey) => federation::routes::depart(cx, &mut sign_in, token.as_str(), &journey).await?,
        Step::Verify(question) => show_factor::verification(cx, &mut sign_in, frame, &question, complaint).await?,
        Step::Register(question) => show_factor::registration(cx, &mut sign_in, frame, &question, complaint).await?,
        Step::PassControl(question) => external::control(cx, frame, &question).await?,
        Step::AskInstead { upn, home, with } => {
            instead_page(cx, &mut sign_in, frame, AccountRef { upn: &upn, home: &home }, with, complaint)
        }
        Step::AskTerms { upn, tenant, policy, .. } => {
            let organization = cx.directory.tenant_by_handle(&tenant).map_or(tenant.as_str(), |known| known.name());
            let (upn, organization) = (upn.to_string(), organization.to_owned());
            render(&pages::Terms { frame, upn, organization, policy })
        }
        Step::AskUsername { suggestion } => username_page(cx, &sign_in, frame, suggestion, complaint),
        Step::AskPassword { upn } | Step::AskPasswordAgain { upn } => match &frame.brand {
            Brand::Provider { .. } => provider_page(frame, upn.to_string(), complaint),
            Brand::Tenant { .. } | Brand::Unknown => {
                let instead = ways_round(cx, &upn);
                render(&pages::AskPassword { frame, upn: upn.to_string(), error: complaint, instead })
            }
        },
        Step::PickAccount => {
            render(&pages::PickAccount { frame, purpose: pages::Purpose::SignIn, accounts: tiles(cx, session) })
        }
        Step::AskStaySignedIn { upn } => render(&pages::StaySignedIn { frame, upn: upn.to_string() }),
        Step::AskConsent(question) => consent_page(cx, &sign_in, frame, &question),
        Step::Refuse(refusal) => error_page(cx, &refusal, Some(&sign_in.flow)),
    };
    Ok(match token.keep(cx, &sign_in).await? {
        true => (response, Cookies::new()),
        false => too_late(cx, &sign_in),
    })
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
    whose: AccountRef<'_>,
    with: First,
    complaint: Option<String>,
) -> HttpResponse {
    let upn = whose.upn.to_string();
    match with {
        First::AccessPass => render(&pages::EnterAccessPass { frame, upn, error: complaint }),
        First::Passkey => {
            let options = passkeys::request(cx, sign_in, whose, Purpose::First);
            let way_out = pages::WayOut::Back;
            render(&pages::UsePasskey { frame, upn, options, complaint, way_out })
        }
        First::Password | First::Federated => {
            render(&pages::AskPassword { frame, upn, error: complaint, instead: Vec::new() })
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
        Authority::Provider(_) => provider_page(frame, value, complaint),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            render(&pages::AskUsername { frame, value, error: complaint })
        }
    }
}

fn provider_page(frame: Frame, user_name: String, error: Option<String>) -> HttpResponse {
    render(&pages::ProviderSignIn { frame, user_name, error })
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
    render(&page)
}

/// The accounts of a session, as tiles.
pub fn tiles(cx: &Context, session: &Session) -> Vec<pages::Account> {
    let tile = |account: &SignedIn| pages::Account {
        upn: account.upn.to_string(),
        name: account.whose().find(&cx.directory).map_or_else(|| account.upn.to_string(), |known| known.title()),
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
        question: Some(sign_in.asked.word()),
        ..plain_frame(cx, tenant, Some(&sign_in.flow))
    }
}
