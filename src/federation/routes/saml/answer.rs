//! How is a service provider answered: with an assertion, or a "no"?

use std::rc::Rc;

use actix_web::HttpResponse;

use super::sign_in::SsoSignIn;
use crate::directory::app::Signs;
use crate::directory::tenant::{Answer, Tenant};
use crate::federation::assertion::{Assertion, Version};
use crate::federation::delivered;
use crate::federation::farewell::NameGiven;
use crate::federation::parties;
use crate::federation::saml::{self, DENIED, INVALID_NAME_ID, NO_CONTEXT, NO_PASSIVE, Response, UNSUPPORTED_BINDING};
use crate::federation::say::{self, Addressed};
use crate::federation::statement::{self, Case};
use crate::federation::xml::{Sealed, sign};
use crate::http::context::Context;
use crate::journal::{Entry, Kind};
use crate::keys::{KeyError, Owner};
use crate::refusal::{Code, Refusal};
use crate::signin::routes::{Handed, error_page, post};
use crate::signin::state::{Authenticated, Authority};
use crate::store::StoreError;
use crate::time::Timestamp;

/// A sign-in that this address began has come to an end: the answer is posted.
pub async fn signed_in(
    cx: &Rc<Context>,
    pending: &SsoSignIn,
    done: &Authenticated,
    sid: &str,
) -> Result<Handed, StoreError> {
    let Some(case) = Case::of(&cx.directory, done, &pending.app, sid, &pending.wanted) else {
        return Ok(Err(Code::NoSuchUser.because("The account or the application is gone.")));
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
        Err(refusal) => return Ok(Err(refusal)),
    };
    remember(cx, pending, &case, &assertion).await?;
    let summary = format!("{} says to {} that it is {}", case.by.name(), pending.entity, done.upn);
    cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
    let signs = case.app.facts().saml.as_ref().map_or(Signs::default(), |app| app.signs);
    let response = signed(cx, pending, case.by, &assertion, signs).map_err(StoreError)?;
    Ok(Ok(send(cx, pending, &response)))
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
    let lives = case.account.home.lifetimes().longest_session();
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
    // Whoever is gone is told nothing.
    let gone = cx.directory.app_by_handle(&pending.app).is_none();
    if gone || (tenant.is_some() && !pending.passive) {
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
    sign(&key, &response).map(Sealed::into_text).map_err(|_| KeyError::NotMade)
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
