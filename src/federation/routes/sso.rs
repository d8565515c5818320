//! A provider's `/saml/sso`: SAML 2.0 Web Browser SSO.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use serde::{Deserialize, Serialize};

use super::{Party, down, facts, post, registered};
use crate::directory::tenant::{Answer, Provider};
use crate::federation::assertion::Version;
use crate::federation::delivered;
use crate::federation::parties::{self, MICROSOFT_ONLINE};
use crate::federation::saml::{self, DENIED, NO_CONTEXT, NO_PASSIVE, Request, Response};
use crate::federation::say::{self, About, Addressed};
use crate::federation::xml::{sign, write};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::journal::{Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::routes::{begin, error_page};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Prompt};
use crate::store::StoreError;

/// A sign-in that a service provider began here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSignIn {
    /// The provider, by handle.
    provider: String,
    /// Who asked.
    entity: String,
    /// Where the answer goes.
    reply: String,
    /// The request it answers.
    request: String,
    /// What goes back with it.
    relay_state: Option<String>,
    /// How the subject is to be named.
    name_format: Option<String>,
}

/// The address.
pub(super) async fn serve(cx: &Rc<Context>, name: &str) -> HttpResponse {
    let Some(provider) = facts(cx, name) else {
        return error_page(cx, &Code::UnknownTenant.because("There is no such provider."), None);
    };
    if let Some(down) = down(cx, provider) {
        return down;
    }
    match read(cx, name) {
        Ok((demand, pending)) => begin(cx, demand, Resume::Sso(Box::new(pending))).await,
        Err(refusal) => error_page(cx, &refusal, None),
    }
}

/// The request, over whichever binding it came.
fn message(cx: &Context) -> Result<(String, Params), Refusal> {
    let bad = |bad: crate::http::params::BadParams| Code::RequestMalformed.because(bad.text());
    let missing = || Code::ParameterMissing.because("The request has no SAMLRequest.");
    let unreadable =
        |error: saml::NotAsked| Code::RequestMalformed.because(format!("The SAML request cannot be read: {error}."));
    match cx.request.method {
        Method::GET | Method::HEAD => {
            let params = cx.request.query().map_err(bad)?;
            let text = saml::redirected(params.get("SAMLRequest").ok_or_else(missing)?).map_err(unreadable)?;
            Ok((text, params))
        }
        Method::POST if cx.request.is_form() => {
            let params = cx.request.form().map_err(bad)?;
            let text = saml::posted(params.get("SAMLRequest").ok_or_else(missing)?).map_err(unreadable)?;
            Ok((text, params))
        }
        Method::POST => Err(Code::RequestMalformed.because("The body is not a form.")),
        _ => Err(Refusal::wrong_verb("GET, POST", &cx.request.method)),
    }
}

fn read(cx: &Context, name: &str) -> Result<(Demand, SsoSignIn), Refusal> {
    let (text, params) = message(cx)?;
    let request = Request::read(&text)
        .map_err(|error| Code::RequestMalformed.because(format!("The SAML request cannot be read: {error}.")))?;
    let party = party(cx, name, &request)?;
    let reply = party.reply(request.reply.as_deref())?;
    let hint = params.get("username").or(params.get("login_hint")).map(str::to_owned).or(request.subject.clone());
    let demand = Demand {
        login_hint: hint,
        prompt: match (request.passive, request.force) {
            (true, _) => Prompt::None,
            (false, true) => Prompt::Login,
            (false, false) => Prompt::AsNeeded,
        },
        asks: Asks {
            mfa: request.wants_mfa().then(|| format!("RequestedAuthnContext={}", request.contexts.join(" "))),
            ..Asks::default()
        },
        ..Demand::new(Authority::Provider(name.to_owned()), party.app.handle)
    };
    let relay_state = params.get("RelayState").filter(|state| state.len() <= 1024).map(str::to_owned);
    let pending = SsoSignIn {
        provider: name.to_owned(),
        entity: party.name,
        reply,
        request: request.id,
        relay_state,
        name_format: request.name_format,
    };
    Ok((demand, pending))
}

fn party<'d>(cx: &'d Context, name: &str, request: &Request) -> Result<Party<'d>, Refusal> {
    let known = match request.issuer.as_str() {
        MICROSOFT_ONLINE => Party::tenants(cx),
        entity => {
            registered(cx, name, |app| app.saml.as_ref().is_some_and(|party| party.entity_id == entity)).map(|app| {
                let replies = app.facts().saml.as_ref().map(|party| party.reply_urls.clone()).unwrap_or_default();
                Party { app, name: entity.to_owned(), replies }
            })
        }
    };
    known.ok_or_else(|| {
        Code::AppNotFound.because(format!(
            "The service provider '{}' is not registered here.",
            crate::http::params::shorten(&request.issuer)
        ))
    })
}

/// A sign-in that this address began has come to an end: the answer is posted.
pub async fn signed_in(
    cx: &Rc<Context>,
    pending: &SsoSignIn,
    done: &Authenticated,
    sid: &str,
) -> Result<HttpResponse, StoreError> {
    let Some((provider, account)) = facts(cx, &pending.provider)
        .zip(cx.directory.provider(&pending.provider).and_then(|home| cx.directory.account_at(home, &done.upn)))
    else {
        return Ok(error_page(cx, &Code::NoSuchUser.because("The account is gone."), None));
    };
    let about = About { account, factors: &done.factors, sid: Some(sid) };
    let response = response(cx, pending, provider, &about).await?;
    Ok(send(cx, pending, &response))
}

async fn response(
    cx: &Rc<Context>,
    pending: &SsoSignIn,
    provider: &Provider,
    about: &About<'_>,
) -> Result<String, StoreError> {
    let addressed = Addressed {
        version: Version::Saml20,
        audience: &pending.entity,
        recipient: Some(&pending.reply),
        in_response_to: Some(&pending.request),
        name_format: pending.name_format.as_deref(),
    };
    let (assertion, told) = say::facts(&cx.desk(), &pending.provider, provider, about, &addressed);
    if provider.answer == Answer::Replayed {
        delivered::beforehand(cx.store(), about.account.upn.domain(), &assertion.id, cx.now).await?;
    }
    let summary =
        format!("the provider {} says to {} that it is {}", pending.provider, pending.entity, about.account.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(vec![told.because])).await?;
    let broken = |error: String| StoreError(error);
    let key = say::key(cx.keys(), &pending.provider, provider.answer).map_err(|error| broken(error.to_string()))?;
    let signed = sign(&key, assertion.build()).map_err(|error| broken(error.to_string()))?;
    let (id, issuer) = (format!("_{}", cx.chance().uuid()), parties::issuer(&cx.origin, &pending.provider));
    Ok(write(&around(pending, &id, &issuer, cx).with(signed)))
}

fn around<'a>(pending: &'a SsoSignIn, id: &'a str, issuer: &'a str, cx: &Context) -> Response<'a> {
    Response { id, issuer, destination: &pending.reply, in_response_to: Some(&pending.request), issued: cx.now }
}

/// A sign-in that this address began was refused: the service provider is told by a status.
pub fn refused(cx: &Rc<Context>, pending: &SsoSignIn, refusal: &Refusal) -> HttpResponse {
    let why = match refusal.code {
        Code::NoSession | Code::SeveralSessions | Code::SessionTooOld => NO_PASSIVE,
        Code::MfaRequired | Code::MfaRegistrationRequired | Code::StrongAuthenticationRequired => NO_CONTEXT,
        _ => DENIED,
    };
    let (id, issuer) = (format!("_{}", cx.chance().uuid()), parties::issuer(&cx.origin, &pending.provider));
    let response = write(&around(pending, &id, &issuer, cx).refusing(why, refusal.text.as_ref()));
    send(cx, pending, &response)
}

fn send(cx: &Context, pending: &SsoSignIn, response: &str) -> HttpResponse {
    let mut fields = vec![("SAMLResponse".to_owned(), saml::packed(response))];
    fields.extend(pending.relay_state.clone().map(|state| ("RelayState".to_owned(), state)));
    post(cx, pending.reply.clone(), fields)
}
