//! A service provider asks to have somebody signed out, or says that it signed somebody out (SAML 2.0 profiles, 4.4).

use std::rc::Rc;

use super::super::{Onward, frames, onward_to, signed_out};
use super::{Answered, Received, meant_for, unreadable};
use crate::federation::farewell::NameGiven;
use crate::federation::parties;
use crate::federation::party::{Asks, Party};
use crate::federation::saml::logout::{KnownAs, LogoutRequest, LogoutResponse, meant};
use crate::federation::saml::{self, Binding, Response, Status, UNKNOWN_PRINCIPAL};
use crate::federation::xml::redirect::{self, Direction};
use crate::federation::xml::{Element, sign, write};
use crate::http::context::Context;
use crate::http::params::shorten;
use crate::journal::{Because, Entry, Kind};
use crate::keys::Owner;
use crate::refusal::{Code, Refusal};
use crate::signin::routes::{Cookies, current_session, end_session, set_cookies};
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::Authority;
use crate::store::StoreError;

/// A request to sign out.
pub(super) async fn asked(cx: &Rc<Context>, authority: Authority, received: &Received, root: &Element<'_>) -> Answered {
    let (request, party) = match read(cx, &authority, received, root) {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let relay_state = match received.relay_state() {
        Ok(state) => state,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let session = current_session(cx, &authority).await?;
    let known = known(cx, &session, &party.name).await?;
    let who =
        meant(&request, &known).and_then(|one| session.accounts.iter().find(|account| account.sid == one.session));
    let (frames, cookies) = match who {
        Some(account) => end(cx, &authority, account, &party.name).await?,
        None => (Vec::new(), Cookies::new()),
    };
    // Where nobody is signed in, nobody is to be signed out; where others are, they stay.
    let status = if who.is_some() || session.accounts.is_empty() {
        Status::Success
    } else {
        Status::Failed { why: UNKNOWN_PRINCIPAL, sentence: "Nobody of that name is signed in here.".into() }
    };
    note(cx, &party, who, &status, frames.len()).await?;
    let to = party.saml().and_then(|app| app.logout_url.as_deref());
    let onward = match to {
        Some(to) => {
            answer(cx, &authority, &Told { to, request: &request.id, binding: received.binding }, status, relay_state)?
        }
        None => Onward::Stay,
    };
    let mut response = signed_out(cx, &authority, frames, onward);
    set_cookies(&mut response, &cookies);
    Ok(Ok(response))
}

fn read<'d>(
    cx: &'d Context,
    authority: &Authority,
    received: &Received,
    root: &Element<'_>,
) -> Result<(LogoutRequest, Party<'d>), Refusal> {
    let request = LogoutRequest::of(root).map_err(|error| unreadable(&error))?;
    let party = Party::find(&cx.directory, &cx.origin, authority, Asks::Saml, &request.issuer)?;
    cx.concerns(None, None, Some(party.app.handle));
    received.check(root, party.saml())?;
    meant_for(cx, request.destination.as_deref())?;
    if request.ends.is_some_and(|ends| ends <= cx.now) {
        return Err(Code::SamlRequestExpired.because("The request to sign out has expired."));
    }
    Ok((request, party))
}

/// Who is signed in, as the one who asks was told.
async fn known(cx: &Context, session: &Session, entity: &str) -> Result<Vec<KnownAs>, StoreError> {
    let mut known = Vec::with_capacity(session.accounts.len());
    for account in &session.accounts {
        let given: Option<NameGiven> = cx.store().find(&NameGiven::key(&account.sid, entity), cx.now).await?;
        known.push(KnownAs { session: account.sid.clone(), name: given.map(|given| given.name) });
    }
    Ok(known)
}

async fn end(
    cx: &Context,
    authority: &Authority,
    account: &SignedIn,
    asked: &str,
) -> Result<(Vec<String>, Cookies), StoreError> {
    let (_, cookies) = end_session(cx, authority, Some(&account.upn)).await?;
    Ok((frames(cx, account, Some(asked)).await?, cookies))
}

async fn note(
    cx: &Context,
    party: &Party<'_>,
    who: Option<&SignedIn>,
    status: &Status<'_>,
    told: usize,
) -> Result<(), StoreError> {
    let (summary, text) = match (who, status) {
        (Some(account), _) => (
            format!("{} signed out of {}; told in hidden frames: {told}", account.upn, account.home),
            "the request names the session and the name that were given out",
        ),
        (None, Status::Success) => ("nobody is signed in, so nobody is signed out".to_owned(), "there is no session"),
        (None, Status::Failed { .. }) => (
            "nobody is signed out".to_owned(),
            "the request names nobody who is signed in here and of whom its sender was told",
        ),
    };
    let because = vec![Because::new("SAML sign-out", format!("{} asks: {text}", party.name))];
    let user = who.map(|account| account.upn.as_str());
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).about(user).with(because)).await
}

/// To whom a sign-out is answered, and how.
struct Told<'a> {
    to: &'a str,
    request: &'a str,
    binding: Binding,
}

/// The answer travels as the request did.
fn answer(
    cx: &Context,
    authority: &Authority,
    told: &Told<'_>,
    status: Status<'_>,
    relay_state: Option<String>,
) -> Result<Onward, StoreError> {
    let by = authority.tenant(&cx.directory);
    let key = cx.keys().current(by.map_or(Owner::Entra, Owner::from)).map_err(|error| StoreError(error.to_string()))?;
    let issuer = parties::entity_at(&cx.origin, &cx.directory, authority);
    let id = format!("_{}", cx.chance().uuid());
    let head =
        Response { id: &id, issuer: &issuer, destination: told.to, in_response_to: Some(told.request), issued: cx.now };
    let response = head.named("LogoutResponse", status);
    let broken = |error: crate::federation::xml::SignError| StoreError(error.to_string());
    Ok(match told.binding {
        Binding::Redirect => {
            let message = saml::deflated(&write(&response));
            let query = redirect::sign(&key, Direction::Response, &message, relay_state.as_deref()).map_err(broken)?;
            onward_to(parties::carrying(told.to, &query))
        }
        Binding::Post => {
            let message = saml::packed(sign(&key, &response).map_err(broken)?.text());
            let mut fields = vec![("SAMLResponse".to_owned(), message)];
            fields.extend(relay_state.map(|state| ("RelayState".to_owned(), state)));
            Onward::Post { action: told.to.to_owned(), fields }
        }
    })
}

/// A service provider says that it signed somebody out, as it was told to: that ends nothing here any more. But whoever
/// says so for another is told no, as with every other message.
pub(super) async fn heard(cx: &Context, authority: &Authority, received: &Received, root: &Element<'_>) -> Answered {
    let (summary, because) = match believed(cx, authority, received, root) {
        Ok(heard) => heard,
        Err(refusal) => return Ok(Err(refusal)),
    };
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
    Ok(Ok(signed_out(cx, authority, Vec::new(), Onward::Stay)))
}

fn believed(
    cx: &Context,
    authority: &Authority,
    received: &Received,
    root: &Element<'_>,
) -> Result<(String, Vec<Because>), Refusal> {
    let response = LogoutResponse::of(root).map_err(|error| unreadable(&error))?;
    let party = Party::find(&cx.directory, &cx.origin, authority, Asks::Saml, &response.issuer)?;
    cx.concerns(None, None, Some(party.app.handle));
    let because = received.check(root, party.saml())?;
    meant_for(cx, response.destination.as_deref())?;
    let summary = match &response.told_no {
        None => format!("{} says that it signed somebody out", party.name),
        Some(why) => format!("{} says that it signed nobody out: {}", party.name, shorten(why)),
    };
    Ok((summary, because.into_iter().collect()))
}
