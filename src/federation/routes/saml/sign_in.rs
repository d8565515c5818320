//! A service provider asks to have somebody signed in, and is answered.

use std::rc::Rc;

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::{Answered, Received, meant_for, unreadable};
use crate::directory::app::Signs;
use crate::directory::tenant::{Answer, Tenant};
use crate::federation::assertion::{Assertion, Version};
use crate::federation::delivered;
use crate::federation::farewell::NameGiven;
use crate::federation::party::{Asks as Protocol, Party};
use crate::federation::saml::context::Wanted;
use crate::federation::saml::{
    self, DENIED, INVALID_NAME_ID, NO_CONTEXT, NO_PASSIVE, Request, Response, UNSUPPORTED_BINDING,
};
use crate::federation::say::{self, Addressed};
use crate::federation::statement::{self, Case};
use crate::federation::xml::{Element, sign, write};
use crate::federation::{name_id, parties};
use crate::http::context::Context;
use crate::journal::{Entry, Kind};
use crate::keys::{KeyError, Owner};
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::routes::{error_page, post};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Prompt};
use crate::store::StoreError;
use crate::time::{Span, Timestamp};

/// How old a request may be whose signature has to hold: a stolen one must not be good for ever.
const FRESH: Span = Span::hours(1);
/// How much clocks may disagree.
const AHEAD: Span = Span::minutes(-5);

/// A sign-in that a service provider began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSignIn {
    /// Where it was begun.
    authority: Authority,
    /// For which application, by handle.
    app: String,
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
    /// How the person has to sign in.
    #[serde(default)]
    wanted: Wanted,
    /// May nobody be asked anything?
    #[serde(default)]
    passive: bool,
}

pub(super) async fn begin(cx: &Rc<Context>, authority: Authority, received: &Received, root: &Element<'_>) -> Answered {
    let (request, pending) = match read(cx, authority, received, root) {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = can_be_met(&request) {
        return Ok(Ok(refused(cx, &pending, &refusal, None)));
    }
    let demand = demand(received, &request, &pending);
    Ok(Ok(crate::signin::routes::begin(cx, demand, Resume::Sso(Box::new(pending))).await))
}

fn read(
    cx: &Context,
    authority: Authority,
    received: &Received,
    root: &Element<'_>,
) -> Result<(Request, SsoSignIn), Refusal> {
    let request = Request::of(root).map_err(|error| unreadable(&error))?;
    let party = Party::find(&cx.directory, &cx.origin, &authority, Protocol::Saml, &request.issuer)?;
    cx.concerns(None, None, Some(party.app.handle));
    received.check(root, party.saml())?;
    if party.saml().is_some_and(|app| app.require_signed_requests) {
        fresh(&request, cx.now)?;
    }
    meant_for(cx, request.destination.as_deref())?;
    let by_index = request.reply_index.and_then(|index| party.reply_at(index));
    let pending = SsoSignIn {
        reply: party.reply(request.reply.as_deref().or(by_index))?,
        authority,
        app: party.app.handle.to_owned(),
        entity: party.name,
        request: request.id.clone(),
        relay_state: received.relay_state()?,
        name_format: request.name_format.clone(),
        wanted: request.wanted.clone(),
        passive: request.passive,
    };
    Ok((request, pending))
}

/// Entra does not look at when a request was made, unless its signature has to hold.
fn fresh(request: &Request, now: Timestamp) -> Result<(), Refusal> {
    let age = request.issued.map(|issued| now.since(issued));
    if age.is_some_and(|age| age <= FRESH && age >= AHEAD) {
        return Ok(());
    }
    Err(Code::SamlRequestExpired
        .because("The IssueInstant of the signed SAML request is missing, too long ago, or still to come."))
}

/// Could it be answered as it is asked to be, whoever signs in?
fn can_be_met(request: &Request) -> Result<(), Refusal> {
    if !request.may_be_posted() {
        return Err(Code::SamlBindingUnsupported
            .because("SAML responses are sent by the HTTP-POST binding only, and another one is asked for."));
    }
    if let Some(format) = request.name_format.as_deref().filter(|format| !name_id::is_offered(format)) {
        return Err(Code::NameIdPolicyInvalid.because(format!(
            "The subject cannot be named as the request's NameIDPolicy asks: '{}'.",
            crate::http::params::shorten(format)
        )));
    }
    if request.wanted.can_be_met() { Ok(()) } else { Err(statement::unmet(&request.wanted)) }
}

fn demand(received: &Received, request: &Request, pending: &SsoSignIn) -> Demand {
    let params = &received.params;
    let hint = params.get("username").or(params.get("login_hint")).map(str::to_owned).or(request.subject.clone());
    Demand {
        login_hint: hint,
        domain_hint: params.get("whr").or(params.get("domain_hint")).map(str::to_owned),
        prompt: match (request.passive, request.force) {
            (true, _) => Prompt::None,
            (false, true) => Prompt::Login,
            (false, false) => Prompt::AsNeeded,
        },
        // To sign in again without being asked is nothing that anybody can do.
        max_age: (request.passive && request.force).then(Span::default),
        asks: Asks {
            mfa: request.wants_mfa().then(|| format!("RequestedAuthnContext={}", request.wanted.classes.join(" "))),
            ..Asks::default()
        },
        ..Demand::new(pending.authority.clone(), pending.app.clone())
    }
}

/// A sign-in that this address began has come to an end: the answer is posted.
pub async fn signed_in(
    cx: &Rc<Context>,
    pending: &SsoSignIn,
    done: &Authenticated,
    sid: &str,
    flow: &str,
) -> Result<HttpResponse, StoreError> {
    let Some(case) = Case::of(&cx.directory, done, &pending.app, sid, &pending.wanted) else {
        return Ok(error_page(cx, &Code::NoSuchUser.because("The account or the application is gone."), Some(flow)));
    };
    let addressed = Addressed {
        version: Version::Saml20,
        audience: &pending.entity,
        recipient: Some(&pending.reply),
        in_response_to: Some(&pending.request),
        name_format: pending.name_format.as_deref(),
    };
    let (assertion, because) = match statement::state(&cx.desk(), &case, &addressed) {
        Ok(stated) => stated,
        Err(refusal) => return Ok(refused(cx, pending, &refusal, Some(flow))),
    };
    remember(cx, pending, &case, &assertion).await?;
    let summary = format!("{} says to {} that it is {}", case.by.name(), pending.entity, done.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
    let signs = case.app.facts().saml.as_ref().map_or(Signs::default(), |app| app.signs);
    let response = signed(cx, pending, case.by, &assertion, signs).map_err(StoreError)?;
    Ok(send(cx, pending, &response))
}

/// The name is kept for as long as the session lasts: by it the service provider asks to sign out.
async fn remember(cx: &Context, pending: &SsoSignIn, case: &Case<'_>, said: &Assertion) -> Result<(), StoreError> {
    if let Tenant::Provider { facts, .. } = case.by
        && facts.answer == Answer::Replayed
    {
        delivered::beforehand(cx.store(), case.account.upn.domain(), &said.id, cx.now).await?;
    }
    let by = case.by.place();
    let given = NameGiven { by, name: said.subject.name.clone(), format: said.subject.format.clone() };
    let lives = case.account.home.lifetimes().session;
    cx.store().keep(&NameGiven::key(case.sid, &pending.entity), &given, cx.now, lives).await
}

fn signed(
    cx: &Context,
    pending: &SsoSignIn,
    by: Tenant<'_>,
    assertion: &Assertion,
    signs: Signs,
) -> Result<String, String> {
    let key = match by {
        Tenant::Provider { handle, facts } => {
            say::key(cx.keys(), handle, facts.answer).map_err(|error| error.to_string())?
        }
        Tenant::Entra { .. } => cx.keys().current(Owner::Entra).map_err(|error| error.to_string())?,
    };
    let (id, issuer) = (format!("_{}", cx.chance().uuid()), parties::entity(&cx.origin, by));
    around(pending, &id, &issuer, cx.now).signed(&key, assertion, signs).map_err(|error| error.to_string())
}

fn around<'a>(pending: &'a SsoSignIn, id: &'a str, issuer: &'a str, issued: Timestamp) -> Response<'a> {
    Response { id, issuer, destination: &pending.reply, in_response_to: Some(&pending.request), issued }
}

/// A sign-in that this address began was refused. A provider tells the service provider by a status; Entra shows its own
/// page, unless nobody may be shown any.
pub fn refused(cx: &Rc<Context>, pending: &SsoSignIn, refusal: &Refusal, flow: Option<&str>) -> HttpResponse {
    let tenant = match &pending.authority {
        Authority::Provider(_) => None,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => Some(()),
    };
    if tenant.is_some() && !pending.passive {
        return error_page(cx, refusal, flow);
    }
    match no(cx, pending, refusal) {
        Ok(response) => send(cx, pending, &response),
        Err(error) => {
            tracing::error!("{error}");
            error_page(cx, &Code::Broken.because("There is no key to sign with."), flow)
        }
    }
}

/// Signed, like every answer: a "no" that anybody could send is worth nothing.
fn no(cx: &Context, pending: &SsoSignIn, refusal: &Refusal) -> Result<String, KeyError> {
    let by = pending.authority.tenant(&cx.directory);
    let key = cx.keys().current(by.map_or(Owner::Entra, Owner::from))?;
    let issuer = parties::entity_at(&cx.origin, &cx.directory, &pending.authority);
    let id = format!("_{}", cx.chance().uuid());
    let response = around(pending, &id, &issuer, cx.now).refusing(status(pending, refusal.code), refusal.text.as_ref());
    sign(&key, response).map(|response| write(&response)).map_err(|_| KeyError::NotMade)
}

fn status(pending: &SsoSignIn, code: Code) -> &'static str {
    match code {
        Code::NoSession | Code::SeveralSessions | Code::SessionTooOld => NO_PASSIVE,
        Code::MfaRequired
        | Code::MfaRegistrationRequired
        | Code::MfaTooOld
        | Code::StrongAuthenticationRequired
        | Code::ConsentRequired
        | Code::ExternalChallenge
            if pending.passive =>
        {
            NO_PASSIVE
        }
        Code::MfaRequired
        | Code::MfaRegistrationRequired
        | Code::StrongAuthenticationRequired
        | Code::AuthnContextUnmet => NO_CONTEXT,
        Code::NameIdPolicyInvalid => INVALID_NAME_ID,
        Code::SamlBindingUnsupported => UNSUPPORTED_BINDING,
        _ => DENIED,
    }
}

fn send(cx: &Context, pending: &SsoSignIn, response: &str) -> HttpResponse {
    let mut fields = vec![("SAMLResponse".to_owned(), saml::packed(response))];
    fields.extend(pending.relay_state.clone().map(|state| ("RelayState".to_owned(), state)));
    post(cx, pending.reply.clone(), fields)
}
