//! A provider's authorize address, when a tenant asks it as an external provider.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::{down, facts, turned_away};
use crate::directory::tenant::{Provider, Tenant};
use crate::federation::external::play::{self, Asked};
use crate::federation::external::reply_address;
use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::federation::say;
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::dialect::Dialect;
use crate::refusal::Refusal;
use crate::signin::flow::Resume;
use crate::signin::routes::{begin, post};
use crate::signin::state::{Asks, Authenticated, Authority, Demand};
use crate::store::StoreError;
use crate::token::jwt::{self, Typ};

/// The question, if this request is one.
pub fn external_question(cx: &Context) -> Option<Params> {
    if cx.request.method != Method::POST || !cx.request.is_form() {
        return None;
    }
    cx.request.form().ok().filter(|form| play::is_asked(&cx.desk(), form))
}

/// Begins the sign-in that answers it.
pub async fn external_authorize(cx: &Rc<Context>, name: &str, params: &Params) -> HttpResponse {
    let authority = Authority::Provider(name.to_owned());
    if let Some(down) = down(cx, &authority).await {
        return down;
    }
    let asked = match play::read(&cx.desk(), name, params) {
        Ok(asked) => asked,
        Err(refusal) => return turned_away(cx, &refusal).await,
    };
    let mfa = asked.context.as_ref().map(|context| format!("claims acr={context}"));
    let demand = Demand {
        login_hint: Some(asked.upn.to_string()),
        asks: Asks { mfa, ..Asks::default() },
        ..Demand::new(authority, MICROSOFT_ONLINE_APP)
    };
    begin(cx, demand, Resume::External(Box::new(asked))).await
}

/// The sign-in has come to an end: the answer is posted back to the tenant.
pub async fn external_signed_in(
    cx: &Rc<Context>,
    asked: &Asked,
    done: &Authenticated,
) -> Result<HttpResponse, StoreError> {
    let home = cx.directory.provider(&asked.provider);
    let (Some(home), Some(provider)) = (home, facts(cx, &asked.provider)) else {
        return Ok(denied(cx, asked, "temporarily_unavailable", "The provider is gone."));
    };
    if done.upn != asked.upn {
        let text = format!("{} signed in here, and {} was asked for.", done.upn, asked.upn);
        let because = vec![Because::new("R-14", "a provider vouches for nobody but whom it was asked about")];
        cx.journal(Entry::new(cx.now, Kind::Error, text.clone()).with(because)).await?;
        return Ok(denied(cx, asked, "access_denied", &text));
    }
    let token = id_token(cx, asked, home, provider, done).await?;
    Ok(reply(cx, asked, vec![("id_token".to_owned(), token)]))
}

async fn id_token(
    cx: &Rc<Context>,
    asked: &Asked,
    home: Tenant<'_>,
    provider: &Provider,
    done: &Authenticated,
) -> Result<String, StoreError> {
    let (claims, because) = play::says(&cx.desk(), asked, home, provider, &done.factors);
    let summary = format!("the provider {} tells a tenant how it verified {}", asked.provider, done.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
    let key = say::key(cx.keys(), &asked.provider, provider.answer).map_err(|error| StoreError(error.to_string()))?;
    jwt::sign(&key, Typ::Jwt, &claims).map_err(|error| StoreError(error.to_string()))
}

/// The sign-in was refused: the tenant is told.
pub fn external_refused(cx: &Rc<Context>, asked: &Asked, refusal: &Refusal) -> HttpResponse {
    denied(cx, asked, Dialect::Generic.authorize_error(refusal.code).as_str(), &refusal.text)
}

fn denied(cx: &Context, asked: &Asked, error: &str, text: &str) -> HttpResponse {
    let fields = [("error", error), ("error_description", text)];
    reply(cx, asked, fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

fn reply(cx: &Context, asked: &Asked, mut fields: Vec<(String, String)>) -> HttpResponse {
    fields.extend(asked.state.clone().map(|state| ("state".to_owned(), state)));
    post(cx, reply_address(&cx.origin), fields)
}
