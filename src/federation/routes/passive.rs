//! `/{tenant}/wsfed`, and a provider's `/adfs/ls/`: WS-Federation for browsers, as Entra and AD FS have it.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use super::{Onward, down, frames, onward_to, signed_out, turned_away};
use crate::directory::app::SamlVersion;
use crate::directory::tenant::{Answer, Tenant};
use crate::federation::assertion::Version;
use crate::federation::delivered;
use crate::federation::party::{self, Asks as Protocol, Party};
use crate::federation::saml::context::Wanted;
use crate::federation::say::{self, Addressed};
use crate::federation::statement::{self, Case};
use crate::federation::wsfed::{self, CLEAN_UP, Request, SIGN_IN, SIGN_OUT};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::keys::Owner;
use crate::oauth::routes::sign_out_elsewhere;
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::routes::{Handed, begin, broken, end_session, error_page, post, set_cookies};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Prompt};
use crate::store::StoreError;

/// A sign-in that a relying party began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassiveSignIn {
    /// For which application, by handle.
    app: String,
    /// Who asked, as it calls itself.
    realm: String,
    /// Where the answer goes.
    reply: String,
    /// What goes back with it.
    context: Option<String>,
    /// How the person has to sign in.
    #[serde(default)]
    wanted: Wanted,
}

/// The address.
pub(super) async fn serve(cx: &Rc<Context>, authority: Authority) -> HttpResponse {
    if let Some(down) = down(cx, &authority).await {
        return down;
    }
    let params = match parameters(cx) {
        Ok(params) => params,
        Err(refusal) => return turned_away(cx, &refusal).await,
    };
    let answered = match params.get("wa") {
        Some(SIGN_IN) => return sign_in(cx, authority, &params).await,
        Some(SIGN_OUT) => sign_out(cx, &authority, &params).await,
        Some(CLEAN_UP) => end_all(cx, &authority, &params).await,
        _ => {
            let refusal = Code::InputInvalid.because("The request has no action (wa) that is known here.");
            return turned_away(cx, &refusal).await;
        }
    };
    answered.unwrap_or_else(|error| broken(cx, &error))
}

fn parameters(cx: &Context) -> Result<Params, Refusal> {
    let read = match cx.request.method {
        Method::GET | Method::HEAD => cx.request.query(),
        Method::POST if cx.request.is_form() => cx.request.form(),
        Method::POST => return Err(Code::RequestMalformed.because("The body is not a form.")),
        _ => return Err(Refusal::wrong_verb("GET, HEAD, POST", &cx.request.method)),
    };
    read.map_err(|bad| Code::RequestMalformed.because(bad.text()))
}

async fn sign_in(cx: &Rc<Context>, authority: Authority, params: &Params) -> HttpResponse {
    match read(cx, authority, params) {
        Ok((demand, pending)) => begin(cx, demand, Resume::Passive(Box::new(pending))).await,
        Err(refusal) => turned_away(cx, &refusal).await,
    }
}

fn read(cx: &Context, authority: Authority, params: &Params) -> Result<(Demand, PassiveSignIn), Refusal> {
    let request = Request::read(params)
        .ok_or_else(|| Code::ParameterMissing.because("The request does not say who asks: 'wtrealm' is missing."))?;
    let party = Party::find(&cx.directory, &cx.origin, &authority, Protocol::WsFed, &request.realm)?;
    cx.concerns(None, None, Some(party.app.handle));
    let reply = party.reply(request.reply.as_deref())?;
    let wanted = request.wanted();
    if !wanted.can_be_met() {
        return Err(statement::unmet(&wanted));
    }
    let fresh = request.fresh || params.get("prompt") == Some("login");
    let demand = Demand {
        login_hint: request.username.clone(),
        domain_hint: request.home.clone().filter(|_| !matches!(authority, Authority::Provider(_))),
        prompt: if fresh { Prompt::Login } else { Prompt::AsNeeded },
        max_age: request.max_age.filter(|_| !fresh),
        asks: Asks {
            mfa: wanted.is_mfa().then(|| format!("wauth={}", request.authentication.clone().unwrap_or_default())),
            ..Asks::default()
        },
        ..Demand::new(authority, party.app.handle)
    };
    let app = party.app.handle.to_owned();
    Ok((demand, PassiveSignIn { app, realm: party.name, reply, context: request.context, wanted }))
}

/// A sign-in that this address began has come to an end: the answer is posted.
pub async fn signed_in(
    cx: &Rc<Context>,
    pending: &PassiveSignIn,
    done: &Authenticated,
    sid: &str,
) -> Result<Handed, StoreError> {
    let Some(case) = Case::of(&cx.directory, done, &pending.app, sid, &pending.wanted) else {
        return Ok(Err(Code::NoSuchUser.because("The account or the application is gone.")));
    };
    Ok(wresult(cx, pending, &case).await?.map(|wresult| {
        let mut fields = vec![("wa".to_owned(), SIGN_IN.to_owned()), ("wresult".to_owned(), wresult)];
        fields.extend(pending.context.clone().map(|context| ("wctx".to_owned(), context)));
        post(cx, pending.reply.clone(), fields)
    }))
}

async fn wresult(
    cx: &Rc<Context>,
    pending: &PassiveSignIn,
    case: &Case<'_>,
) -> Result<Result<String, Refusal>, StoreError> {
    let version = version(case);
    let addressed = Addressed {
        version,
        audience: &pending.realm,
        recipient: None,
        in_response_to: None,
        name_format: format(case),
    };
    let (assertion, because) = match statement::state(&cx.desk(), case, &addressed) {
        Ok(stated) => stated,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = match case.by {
        Tenant::Provider { handle, facts } => {
            if facts.answer == Answer::Replayed {
                delivered::beforehand(cx.store(), case.account.upn.domain(), &assertion.id, cx.now).await?;
            }
            say::key(cx.keys(), handle, facts.answer)
        }
        Tenant::Entra { .. } => cx.keys().current(Owner::Entra).map_err(say::NotSaid::Key),
    };
    let summary = format!("{} says to {} that it is {}", case.by.name(), pending.realm, case.account.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
    let written = key.and_then(|key| say::signed(&key, &assertion.build()));
    let signed = written.map_err(|error| StoreError(error.to_string()))?;
    Ok(Ok(wsfed::response(signed, &assertion, &pending.realm)))
}

/// What the application takes; else what Entra and AD FS send.
fn version(case: &Case<'_>) -> Version {
    match (case.app.facts().wsfed.as_ref().and_then(|party| party.saml), case.by) {
        (Some(SamlVersion::V11), _) | (None, Tenant::Provider { .. }) => Version::Saml11,
        (Some(SamlVersion::V20), _) | (None, Tenant::Entra { .. }) => Version::Saml20,
    }
}

/// WS-Federation cannot ask for a format; a tenant names people pairwise there.
fn format(case: &Case<'_>) -> Option<&'static str> {
    match case.by {
        Tenant::Entra { .. } => Some(crate::federation::assertion::claims::PERSISTENT),
        Tenant::Provider { .. } => None,
    }
}

/// A sign-in that this address began was refused: WS-Federation has no words for it, so the page says why.
pub fn refused(cx: &Rc<Context>, refusal: &Refusal, flow: &str) -> HttpResponse {
    error_page(cx, refusal, Some(flow))
}

/// A relying party signs somebody out: a tenant asks whom, where there are several, a provider signs everybody out.
async fn sign_out(cx: &Rc<Context>, authority: &Authority, params: &Params) -> Result<HttpResponse, StoreError> {
    match authority {
        Authority::Provider(_) => end_all(cx, authority, params).await,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            let back = way_back(cx, authority, params).map(|to| (to, "the application".to_owned()));
            sign_out_elsewhere(cx, authority, back).await
        }
    }
}

/// Everybody is signed out here, and whoever has to know is told.
async fn end_all(cx: &Rc<Context>, authority: &Authority, params: &Params) -> Result<HttpResponse, StoreError> {
    let (ended, cookies) = end_session(cx, authority, None).await?;
    let mut told = Vec::new();
    for account in &ended.accounts {
        told.extend(frames(cx, account, None).await?);
        let summary = format!("{} signed out of {}", account.upn, account.home);
        cx.journal(Entry::new(cx.now, Kind::Decision, summary).about(Some(account.upn.as_str()))).await?;
    }
    let onward = way_back(cx, authority, params).map_or(Onward::Stay, onward_to);
    let mut response = signed_out(cx, authority, told, onward);
    set_cookies(&mut response, &cookies);
    Ok(response)
}

/// Only to who is registered here.
fn way_back(cx: &Context, authority: &Authority, params: &Params) -> Option<String> {
    let to = params.get("wreply")?;
    let may = party::may_return(&cx.directory, &cx.origin, authority, params.get("wtrealm"), to);
    may.then(|| to.to_owned())
}
