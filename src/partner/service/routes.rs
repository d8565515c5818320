//! The service portals' HTTP.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::admission::{Admission, admission};
use super::views::{Kind as Administered, Service, administers, reached_from_home};
use crate::directory::role::{Role, Roles};
use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::partner::notice::{self, Notice, Shell, SignedIn};
use crate::partner::portal::page::Part;
use crate::partner::sign_in::records::{Demanded, SiteSession};
use crate::partner::sign_in::routes::{callback, current, depart, sign_out};
use crate::partner::site::Site;
use crate::store::StoreError;

/// Everything below `/admin`.
pub async fn admin(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    serve(cx, path, Site::Admin).await
}

/// Everything below `/exchange`.
pub async fn exchange(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    serve(cx, path, |_| Site::Exchange).await
}

async fn serve(cx: &Rc<Context>, path: &[&str], site: fn(String) -> Site) -> HttpResponse {
    let nobody = site(String::new());
    if !cx.request.method.is_safe() {
        return notice::wrong_verb(cx, nobody.title());
    }
    let answered = match path {
        ["callback"] => callback(cx, nobody.path()).await,
        [name] => match cx.directory.tenant(name) {
            Some(tenant) => open(cx, site(tenant.handle().to_owned()), tenant).await,
            None => Ok(unknown(cx, &nobody)),
        },
        [name, "signout"] => match cx.directory.tenant(name) {
            Some(tenant) => sign_out(cx, &site(tenant.handle().to_owned())).await,
            None => Ok(unknown(cx, &nobody)),
        },
        _ => Ok(notice::not_found(cx, nobody.title())),
    };
    answered.unwrap_or_else(|error| notice::broken(&error))
}

fn unknown(cx: &Context, site: &Site) -> HttpResponse {
    let text = format!("The {} is opened by a tenant's id or one of its domains.", site.title());
    let told = Notice {
        status: StatusCode::NOT_FOUND,
        title: "There is no such tenant",
        text,
        code: Some("not_found"),
        onward: None,
    };
    notice::render(cx, site.title(), told)
}

async fn open(cx: &Context, site: Site, tenant: Tenant<'_>) -> Result<HttpResponse, StoreError> {
    let part = Part::read(&cx.request.query().unwrap_or_default());
    let here = format!("{}/{}", site.path(), tenant.id());
    let Some(session) = current(cx, &site).await? else {
        return depart(cx, &site, cx.request.with_query(&here), Demanded::Anything, None).await;
    };
    cx.concerns(session.flow.as_deref(), Some(session.upn.as_str()), Some(site.app()));
    let (roles, because) = match admitted(cx, &site, &session, tenant) {
        Admission::With(roles, because) => (roles, because),
        Admission::Nothing(because) => (Roles::default(), because),
        Admission::StepUp(because) => return step_up(cx, &site, &session, cx.request.with_query(&here), because).await,
    };
    let allowed = administers(roles);
    let (kind, verb) = if allowed { (Kind::Decision, "administers") } else { (Kind::Error, "may not administer") };
    let summary = format!("{} {verb} {} in the {}", session.upn, tenant.name(), site.title());
    cx.journal(Entry::new(cx.now, kind, summary).with(vec![because])).await?;
    let shell = shell(cx, &site, &session, tenant, &here);
    if !allowed {
        return Ok(no_access(&site, shell, tenant, roles));
    }
    let nonce = shell.nonce.clone();
    let administered = match site {
        Site::Exchange => Administered::Mailboxes,
        Site::Admin(_) | Site::PartnerCenter => Administered::People,
    };
    let page =
        Service::new(shell, &cx.directory, tenant, roles, on_behalf(cx, &session, tenant), administered, part.number());
    Ok(notice::finish(StatusCode::OK, &nonce, &page))
}

/// Somebody has to prove a second factor, and comes back to the page then.
async fn step_up(
    cx: &Context,
    site: &Site,
    session: &SiteSession,
    return_to: String,
    because: Because,
) -> Result<HttpResponse, StoreError> {
    let summary = format!("send {} back for a second factor before the {}", session.upn, site.title());
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(vec![because])).await?;
    depart(cx, site, return_to, Demanded::SecondFactor, Some(&session.upn)).await
}

/// With which roles somebody is here: in the customer's tenant those that are held there now, from one's own those that the
/// customer gave.
fn admitted(cx: &Context, site: &Site, session: &SiteSession, tenant: Tenant<'_>) -> Admission {
    match site {
        Site::Admin(_) | Site::PartnerCenter => admission(&cx.directory, session, tenant, cx.now),
        Site::Exchange => {
            let Some(account) = cx.directory.account(&session.upn) else {
                return Admission::Nothing(Because::new("R-51", "it is gone"));
            };
            match reached_from_home(&cx.directory, &account, tenant, cx.now) {
                Ok(roles) => {
                    let text = "the sign-in is to one's own tenant, so delegated administration asks for nothing more";
                    Admission::With(roles, Because::new("R-51", text))
                }
                Err(none) => Admission::Nothing(Because::new("R-55", none.words())),
            }
        }
    }
}

/// Whose agent somebody is who is not of the tenant.
fn on_behalf(cx: &Context, session: &SiteSession, tenant: Tenant<'_>) -> Option<String> {
    let home = cx.directory.account(&session.upn)?.home;
    (home != tenant).then(|| home.name().to_owned())
}

fn shell(cx: &Context, site: &Site, session: &SiteSession, tenant: Tenant<'_>, here: &str) -> Shell {
    let account = cx.directory.account(&session.upn);
    Shell {
        organization: tenant.name().to_owned(),
        person: Some(SignedIn {
            name: account.map_or_else(|| session.upn.to_string(), |account| account.title()),
            upn: session.upn.to_string(),
            amr: session.amr.join(" "),
            sign_out: cx.origin.path(&format!("{here}/signout")),
        }),
        flow: session.flow.clone(),
        ..Shell::plain(cx, site.title())
    }
}

fn no_access(site: &Site, shell: Shell, tenant: Tenant<'_>, roles: Roles) -> HttpResponse {
    let names: Vec<&str> = roles.iter().map(Role::title).collect();
    let held = if names.is_empty() { "no role".to_owned() } else { names.join(", ") };
    let text = match site {
        Site::Exchange => format!(
            "Neither your own roles nor those that {} gave your organisation let you administer its mail.",
            tenant.name()
        ),
        Site::Admin(_) | Site::PartnerCenter => {
            format!("You have {held} in {}, and that administers nothing.", tenant.name())
        }
    };
    let told = Notice {
        status: StatusCode::FORBIDDEN,
        title: "You have no access",
        text,
        code: Some("no_access"),
        onward: None,
    };
    notice::render_in(shell, told)
}
