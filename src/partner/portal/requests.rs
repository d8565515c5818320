//! The HTTP of a new support request: the form, sent back by the browser and person it was given to, once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use super::page::Page;
use super::routes::{Visitor, admit, shell};
use super::views::NewRequest;
use crate::http::context::Context;
use crate::http::multipart::{self, Part};
use crate::http::redirect::see_other;
use crate::id::{ObjectId, TenantId};
use crate::journal::{Entry, Kind};
use crate::partner::exceptions::form::{Mistake, Typed, filing};
use crate::partner::exceptions::{self, may_file};
use crate::partner::notice::{self, Notice};
use crate::store::{Record, StoreError};
use crate::time::Span;

/// How long a form may be filled in.
const PATIENCE: Span = Span::hours(1);

/// A form that was given out: to whom.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Given {
    object: ObjectId,
    tenant: TenantId,
}

impl Record for Given {
    const KIND: &'static str = "partner-request";
}

impl Given {
    fn to(visitor: &Visitor<'_>) -> Self {
        Self { object: visitor.session.object, tenant: visitor.session.tenant }
    }
}

/// The form, empty.
pub async fn form(cx: &Context, visitor: &Visitor<'_>) -> Result<HttpResponse, StoreError> {
    shown(cx, visitor, StatusCode::OK, Typed::default(), Vec::new()).await
}

async fn shown(
    cx: &Context,
    visitor: &Visitor<'_>,
    status: StatusCode,
    typed: Typed,
    mistakes: Vec<Mistake>,
) -> Result<HttpResponse, StoreError> {
    let token = cx.chance().secret();
    cx.store().keep(&token, &Given::to(visitor), cx.now, PATIENCE).await?;
    let shell = shell(cx, Page::NewRequest, visitor);
    let nonce = shell.nonce.clone();
    Ok(notice::finish(status, &nonce, &NewRequest::new(shell, token, typed, mistakes)))
}

/// A form that was filled in.
pub async fn file(cx: &Context) -> Result<HttpResponse, StoreError> {
    let visitor = match admit(cx, Page::NewRequest, Page::NewRequest.path()).await? {
        Ok(visitor) => visitor,
        Err(answer) => return Ok(answer),
    };
    let kind = cx.request.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let parts = match multipart::parse(kind, &cx.request.body) {
        Ok(parts) => parts,
        Err(bad) => return refused(cx, &visitor, bad.text()).await,
    };
    let token = token(&parts);
    let given = match token {
        Some(token) => cx.store().redeem::<Given>(token, cx.now).await?,
        None => None,
    };
    if given != Some(Given::to(&visitor)) || !may_file(&visitor.person.account) {
        return refused(
            cx,
            &visitor,
            "The form was not given to you, was sent before, or is too old. Fill it in again.",
        )
        .await;
    }
    let (tenant, upn) = (visitor.person.tenant.handle(), &visitor.session.upn);
    let request = match filing(&parts, tenant, upn) {
        Ok(filing) => filing.at(cx.now),
        Err(mistakes) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return shown(cx, &visitor, status, Typed::read(&parts), mistakes).await;
        }
    };
    let id = cx.chance().uuid().to_string();
    exceptions::file(cx.store(), &id, &request).await?;
    cx.journal(exceptions::filed_entry(&id, &request, cx.now)).await?;
    Ok(see_other(&cx.origin.path(&Page::PartnerRequests.path())))
}

fn token<'p>(parts: &'p [Part<'_>]) -> Option<&'p str> {
    let part = parts.iter().find(|part| part.name == "flowToken" && part.file_name.is_none())?;
    std::str::from_utf8(part.content).ok().filter(|token| token.len() <= 100)
}

async fn refused(cx: &Context, visitor: &Visitor<'_>, why: &str) -> Result<HttpResponse, StoreError> {
    cx.journal(Entry::new(cx.now, Kind::Error, format!("A support request was refused: {why}"))).await?;
    let told = Notice {
        status: StatusCode::BAD_REQUEST,
        title: "The request was not sent",
        text: why.to_owned(),
        code: Some("form_refused"),
        onward: Some((cx.origin.path(&Page::NewRequest.path()), "Fill in the form")),
    };
    Ok(notice::render_in(shell(cx, Page::NewRequest, visitor), told))
}
