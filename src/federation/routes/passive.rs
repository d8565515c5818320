//! A provider's `/adfs/ls/`: WS-Federation for browsers, as AD FS has it.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{Party, down, facts, post, registered};
use crate::directory::tenant::{Answer, Provider};
use crate::federation::assertion::Version;
use crate::federation::delivered;
use crate::federation::parties;
use crate::federation::say::{self, About, Addressed};
use crate::federation::wsfed::{self, CLEAN_UP, Request, SIGN_IN, SIGN_OUT};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::routes::{begin, end_session, error_page, set_cookies};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Prompt};
use crate::store::StoreError;

/// A sign-in that a relying party began here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassiveSignIn {
    /// The provider, by handle.
    provider: String,
    /// Who asked, as it calls itself.
    realm: String,
    /// Where the answer goes.
    reply: String,
    /// What goes back with it.
    context: Option<String>,
}

/// The address.
pub(super) async fn serve(cx: &Rc<Context>, name: &str) -> HttpResponse {
    let Some(provider) = facts(cx, name) else {
        return error_page(cx, &Code::UnknownTenant.because("There is no such provider."), None);
    };
    if let Some(down) = down(cx, provider) {
        return down;
    }
    let params = match parameters(cx) {
        Ok(params) => params,
        Err(refusal) => return error_page(cx, &refusal, None),
    };
    match params.get("wa") {
        Some(SIGN_IN) => sign_in(cx, name, &params).await,
        Some(SIGN_OUT | CLEAN_UP) => sign_out(cx, name, &params).await,
        _ => error_page(cx, &Code::InputInvalid.because("The request has no action (wa) that is known here."), None),
    }
}

fn parameters(cx: &Context) -> Result<Params, Refusal> {
    let read = match cx.request.method {
        Method::GET | Method::HEAD => cx.request.query(),
        Method::POST if cx.request.is_form() => cx.request.form(),
        Method::POST => return Err(Code::RequestMalformed.because("The body is not a form.")),
        _ => return Err(Refusal::wrong_verb("GET, POST", &cx.request.method)),
    };
    read.map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

async fn sign_in(cx: &Rc<Context>, name: &str, params: &Params) -> HttpResponse {
    let read = read(cx, name, params);
    match read {
        Ok((demand, pending)) => begin(cx, demand, Resume::Passive(Box::new(pending))).await,
        Err(refusal) => error_page(cx, &refusal, None),
    }
}

fn read(cx: &Context, name: &str, params: &Params) -> Result<(Demand, PassiveSignIn), Refusal> {
    let request = Request::read(params)
        .ok_or_else(|| Code::ParameterMissing.because("The request does not say who asks: 'wtrealm' is missing."))?;
    let party = Party::of_realm(cx, name, &request.realm)?;
    let reply = party.reply(request.reply.as_deref())?;
    let fresh = request.fresh || params.get("prompt") == Some("login");
    let demand = Demand {
        login_hint: request.username.clone(),
        prompt: if fresh { Prompt::Login } else { Prompt::AsNeeded },
        asks: Asks {
            mfa: request.wants_mfa().then(|| format!("wauth={}", request.authentication.clone().unwrap_or_default())),
            ..Asks::default()
        },
        ..Demand::new(Authority::Provider(name.to_owned()), party.app.handle)
    };
    let pending = PassiveSignIn { provider: name.to_owned(), realm: party.name, reply, context: request.context };
    Ok((demand, pending))
}

/// A sign-in that this address began has come to an end: the answer is posted.
pub async fn signed_in(
    cx: &Rc<Context>,
    pending: &PassiveSignIn,
    done: &Authenticated,
    sid: &str,
) -> Result<HttpResponse, StoreError> {
    let Some((provider, account)) = facts(cx, &pending.provider)
        .zip(cx.directory.provider(&pending.provider).and_then(|home| cx.directory.account_at(home, &done.upn)))
    else {
        return Ok(error_page(cx, &Code::NoSuchUser.because("The account is gone."), None));
    };
    let about = About { account, factors: &done.factors, sid: Some(sid) };
    let addressed = Addressed {
        version: Version::Saml11,
        audience: &pending.realm,
        recipient: None,
        in_response_to: None,
        name_format: None,
    };
    let wresult = match wresult(cx, &pending.provider, provider, &about, &addressed).await? {
        Ok(wresult) => wresult,
        Err(error) => return Err(StoreError(error.to_string())),
    };
    let mut fields = vec![("wa".to_owned(), SIGN_IN.to_owned()), ("wresult".to_owned(), wresult)];
    fields.extend(pending.context.clone().map(|context| ("wctx".to_owned(), context)));
    Ok(post(cx, pending.reply.clone(), fields))
}

async fn wresult(
    cx: &Rc<Context>,
    name: &str,
    provider: &Provider,
    about: &About<'_>,
    addressed: &Addressed<'_>,
) -> Result<Result<String, say::NotSaid>, StoreError> {
    let (assertion, told) = say::facts(&cx.desk(), name, provider, about, addressed);
    if provider.answer == Answer::Replayed {
        delivered::beforehand(cx.store(), about.account.upn.domain(), &assertion.id, cx.now).await?;
    }
    let summary = format!("the provider {name} says to {} that it is {}", addressed.audience, about.account.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(vec![told.because])).await?;
    let written = say::key(cx.keys(), name, provider.answer).and_then(|key| say::signed(&key, assertion.build()));
    let ends = assertion.not_on_or_after.unwrap_or(cx.now);
    let version = "urn:oasis:names:tc:SAML:1.0:assertion";
    Ok(written.map(|text| wsfed::response(&text, version, addressed.audience, assertion.issued, ends)))
}

/// A sign-in that this address began was refused: WS-Federation has no words for it, so the page says why.
pub fn refused(cx: &Rc<Context>, refusal: &Refusal, flow: &str) -> HttpResponse {
    error_page(cx, refusal, Some(flow))
}

async fn sign_out(cx: &Rc<Context>, name: &str, params: &Params) -> HttpResponse {
    let authority = Authority::Provider(name.to_owned());
    let ended = match end_session(cx, &authority, None).await {
        Ok(ended) => ended,
        Err(error) => return crate::signin::routes::broken(cx, &error),
    };
    let back = params.get("wreply").filter(|reply| may_return(cx, name, reply));
    let mut response = match back {
        Some(reply) => HttpResponse::build(StatusCode::FOUND)
            .insert_header((header::LOCATION, reply.to_owned()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
        None => super::signed_out(cx, name),
    };
    set_cookies(&mut response, &ended.1);
    response
}

/// Only to who is registered here.
fn may_return(cx: &Context, name: &str, reply: &str) -> bool {
    let own = parties::login_address(&cx.origin);
    let is = |app: &crate::directory::Application<'_>| {
        app.wsfed.as_ref().is_some_and(|party| party.reply_urls.iter().any(|known| known == reply))
    };
    reply == own || registered(cx, name, is).is_some()
}
