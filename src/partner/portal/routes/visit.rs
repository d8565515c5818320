//! Who comes to a page of the dashboard, and may they see it? What they are told otherwise, and what is written down.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::shell;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::partner::notice::{self, Notice};
use crate::partner::portal::admission::{Admission, Standing, Visit, admission};
use crate::partner::portal::page::Page;
use crate::partner::portal::person::Person;
use crate::partner::sign_in::records::{Demanded, Evidence, SiteSession};
use crate::partner::sign_in::routes::{current, depart};
use crate::partner::site::Site;
use crate::partner::usage::{self, Proven, Surface, Usage};
use crate::store::StoreError;

/// Somebody who may see a page.
pub struct Visitor<'c> {
    /// Who.
    pub person: Person<'c>,
    /// How they signed in.
    pub session: SiteSession,
    /// What their tenant is held to.
    pub standing: Standing<'c>,
}

/// Lets somebody see a page, or answers what they have to do or to be told instead. `return_to` is where they come back
/// to when they have done it: a path of ours.
pub async fn admit(
    cx: &Context,
    page: Page,
    return_to: String,
) -> Result<Result<Visitor<'_>, HttpResponse>, StoreError> {
    let site = Site::PartnerCenter;
    let Some(session) = current(cx, &site).await? else {
        return depart(cx, &site, return_to, Demanded::Anything, None).await.map(Err);
    };
    cx.concerns(session.flow.as_deref(), Some(session.upn.as_str()), Some(site.app()));
    let Some(person) = Person::of(&cx.directory, &session) else {
        return depart(cx, &site, return_to, Demanded::Anything, None).await.map(Err);
    };
    let standing = person.standing(&cx.directory, cx.now);
    let edition = cx.directory.world().edition;
    let visit = Visit { edition, page, roles: person.roles, evidence: session.evidence(), standing };
    let (told, because) = admission(&visit);
    note(cx, page, &session, told, because).await?;
    let visitor = Visitor { person, session, standing };
    match told {
        Admission::StepUp => {
            let hint = visitor.session.upn.clone();
            depart(cx, &site, return_to, Demanded::SecondFactor, Some(&hint)).await.map(Err)
        }
        Admission::NotAPartner => Ok(Err(not_a_partner(cx, &visitor))),
        Admission::NoAccess => {
            count(cx, page, &visitor).await?;
            Ok(Err(no_access(cx, page, &visitor)))
        }
        Admission::Shown => {
            count(cx, page, &visitor).await?;
            Ok(Ok(visitor))
        }
    }
}

async fn note(
    cx: &Context,
    page: Page,
    session: &SiteSession,
    told: Admission,
    because: Vec<Because>,
) -> Result<(), StoreError> {
    let (upn, title) = (&session.upn, page.title());
    let (kind, summary) = match told {
        Admission::Shown => (Kind::Decision, format!("show {title} to {upn}")),
        Admission::StepUp => (Kind::Decision, format!("send {upn} back for a second factor before {title}")),
        Admission::NotAPartner => (Kind::Error, format!("{upn} has no access to Partner Center")),
        Admission::NoAccess => (Kind::Error, format!("{upn} has no access to {title}")),
    };
    cx.journal(Entry::new(cx.now, kind, summary).with(because)).await
}

/// One request more for the reports. Whoever is sent back for a second factor is counted when they return with it.
async fn count(cx: &Context, page: Page, visitor: &Visitor<'_>) -> Result<(), StoreError> {
    let Some(app) = cx.directory.app_by_handle(Site::PartnerCenter.app()) else { return Ok(()) };
    let id = cx.chance().uuid().to_string();
    let used = Usage {
        surface: Surface::Portal,
        operation: page.title().to_owned(),
        time: cx.now,
        tenant: visitor.person.tenant.id(),
        object: visitor.session.object,
        upn: Some(visitor.session.upn.clone()),
        app: app.client_id.clone(),
        request_id: id.clone(),
        correlation_id: id,
        source_ip: cx.request.ip().to_owned(),
        proven: match visitor.session.evidence() {
            Evidence::Mfa => Proven::Mfa,
            Evidence::NoMfa => Proven::NoMfa,
        },
    };
    usage::note(cx.store(), &used).await
}

fn not_a_partner(cx: &Context, visitor: &Visitor<'_>) -> HttpResponse {
    let text = format!(
        "{} is not enrolled in Partner Center. Sign in with an account of a partner to go on.",
        visitor.person.tenant.name()
    );
    let onward = Some((cx.origin.path("/portal/signout"), "Sign out"));
    let told =
        Notice { status: StatusCode::FORBIDDEN, title: "You have no access", text, code: Some("no_access"), onward };
    notice::render_in(shell(cx, Page::Overview, visitor), told)
}

fn no_access(cx: &Context, page: Page, visitor: &Visitor<'_>) -> HttpResponse {
    let text = format!(
        "{} is not open to any of your roles. Whoever runs {} can give you one that it is open to.",
        page.title(),
        visitor.person.tenant.name()
    );
    let onward = Some((cx.origin.path(&Page::Overview.path()), "Back to the overview"));
    let told =
        Notice { status: StatusCode::FORBIDDEN, title: "You have no access", text, code: Some("no_access"), onward };
    notice::render_in(shell(cx, page, visitor), told)
}
