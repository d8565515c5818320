//! The dashboard's HTTP: which page is asked for, and what whoever may see it sees.

mod visit;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use askama::Template;

use super::admission::{Standing, is_open_to, is_protected};
use super::csv;
use super::page::{Form, Page, Part};
use super::requests;
use super::security::{Status, WINDOW, status};
use super::views::{
    Billing, CustomerPage, CustomerRequests, Customers, Health, Overview, PartnerRequests, SecurityPage, SecurityTest,
};
use crate::http::context::Context;
use crate::http::redirect::found;
use crate::partner::notice::{self, Link, Notice, Shell, SignedIn};
use crate::partner::sign_in::records::Evidence;
use crate::partner::sign_in::routes::{callback, sign_out};
use crate::partner::site::Site;
use crate::partner::usage;
use crate::store::StoreError;
use crate::time::Span;

pub use visit::{Visitor, admit};

const TITLE: &str = "Partner Center";

/// Everything below `/portal`.
pub async fn serve(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    if path == ["support", "partner-requests", "new"] && cx.request.method == "POST" {
        return requests::file(cx).await.unwrap_or_else(|error| notice::broken(&error));
    }
    if !cx.request.method.is_safe() {
        return notice::wrong_verb(cx, TITLE);
    }
    let answered = match path {
        [] => Ok(found(&cx.origin.path(&Page::Overview.path()))),
        ["callback"] => callback(cx, Site::PartnerCenter.path()).await,
        ["signout"] => sign_out(cx, &Site::PartnerCenter).await,
        path => match Page::read(path) {
            Some(page) => open(cx, page).await,
            None => Ok(notice::not_found(cx, TITLE)),
        },
    };
    answered.unwrap_or_else(|error| notice::broken(&error))
}

async fn open(cx: &Context, page: Page) -> Result<HttpResponse, StoreError> {
    let part = Part::read(&cx.request.query().unwrap_or_default());
    match admit(cx, page, cx.request.with_query(&page.path())).await? {
        Ok(visitor) => show(cx, page, &part, &visitor).await,
        Err(answer) => Ok(answer),
    }
}

/// What stands around every page.
pub fn shell(cx: &Context, page: Page, visitor: &Visitor<'_>) -> Shell {
    let Visitor { person, session, standing } = visitor;
    let edition = cx.directory.world().edition;
    let unproven = session.evidence() == Evidence::NoMfa && *standing == Standing::Held;
    let link = |one: Page| Link {
        href: cx.origin.path(&one.path()),
        label: one.title(),
        here: one == page.in_menu(),
        locked: unproven && is_protected(edition, one),
    };
    let open = |one: &Page| *standing != Standing::Stranger && is_open_to(edition, *one, person.roles);
    Shell {
        organization: person.tenant.name().to_owned(),
        person: Some(SignedIn {
            name: person.account.title(),
            upn: session.upn.to_string(),
            amr: session.amr.join(" "),
            sign_out: cx.origin.path("/portal/signout"),
        }),
        nav: Page::MENU.into_iter().filter(open).map(link).collect(),
        flow: session.flow.clone(),
        ..Shell::plain(cx, TITLE)
    }
}

async fn show(cx: &Context, page: Page, part: &Part, visitor: &Visitor<'_>) -> Result<HttpResponse, StoreError> {
    let (facts, person, now) = (&*cx.directory, &visitor.person, cx.now);
    let shell = shell(cx, page, visitor);
    let nonce = shell.nonce.clone();
    let edition = facts.world().edition;
    Ok(match page {
        Page::Overview => fine(&nonce, &Overview::new(shell, person, &visitor.session, visitor.standing, edition)),
        Page::Health => fine(&nonce, &Health::new(shell, facts, person.tenant)),
        Page::Customers => fine(&nonce, &Customers::new(shell, facts, person, part, now)),
        Page::Customer(id) => match CustomerPage::new(shell, facts, person, id, part, now) {
            Some(found) => fine(&nonce, &found),
            None => unknown_customer(cx, page, visitor),
        },
        Page::CustomerRequests => fine(&nonce, &CustomerRequests::new(shell, facts, person, part, now)),
        Page::PartnerRequests => fine(&nonce, &PartnerRequests::new(shell, facts, person, now)),
        Page::NewRequest => requests::form(cx, visitor).await?,
        Page::SecurityTest => fine(&nonce, &SecurityTest::new(shell, &visitor.session)),
        Page::Billing => fine(&nonce, &Billing::new(shell, facts, person, part, now)),
        Page::Security(form) => security(cx, form, shell, part, visitor).await?,
    })
}

fn fine(nonce: &str, page: &impl Template) -> HttpResponse {
    notice::finish(StatusCode::OK, nonce, page)
}

fn unknown_customer(cx: &Context, page: Page, visitor: &Visitor<'_>) -> HttpResponse {
    let told = Notice {
        status: StatusCode::NOT_FOUND,
        title: "There is no such customer",
        text: "Nobody of this id is a customer of your organisation.".to_owned(),
        code: Some("not_found"),
        onward: Some((cx.origin.path(&Page::Customers.path()), "All customers")),
    };
    notice::render_in(shell(cx, page, visitor), told)
}

async fn security(
    cx: &Context,
    form: Form,
    shell: Shell,
    part: &Part,
    visitor: &Visitor<'_>,
) -> Result<HttpResponse, StoreError> {
    let tenant = visitor.person.tenant;
    let from = cx.now.plus(Span::from_millis(-WINDOW.millis()));
    let used = usage::since(cx.store(), tenant.id(), from).await?;
    let status: Status = status(&cx.directory, tenant, &used, cx.now);
    Ok(match form {
        Form::Page => {
            let nonce = shell.nonce.clone();
            fine(&nonce, &SecurityPage::new(shell, status, part))
        }
        Form::Json => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(status),
        Form::Csv => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"security.csv\""))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(csv::write(&status)),
    })
}
