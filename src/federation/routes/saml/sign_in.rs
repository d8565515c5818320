//! A service provider asks to have somebody signed in: who asks, what for, and can it be met?

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::answer::refused;
use super::{Answered, Received, meant_for, unreadable};
use crate::federation::name_id;
use crate::federation::party::{Asks as Protocol, Party};
use crate::federation::saml::Request;
use crate::federation::saml::context::Wanted;
use crate::federation::statement;
use crate::federation::xml::Element;
use crate::http::context::Context;
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::state::{Asks, Authority, Demand, Prompt};
use crate::time::{Span, Timestamp};

/// How old a request may be whose signature has to hold: a stolen one must not be good for ever.
const FRESH: Span = Span::hours(1);

/// How much clocks may disagree.
const AHEAD: Span = Span::minutes(-5);

/// A sign-in that a service provider began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSignIn {
    /// Where it was begun.
    pub(super) authority: Authority,
    /// For which application, by handle.
    pub(super) app: String,
    /// Who asked.
    pub(super) entity: String,
    /// Where the answer goes.
    pub(super) reply: String,
    /// The request it answers.
    pub(super) request: String,
    /// What goes back with it.
    pub(super) relay_state: Option<String>,
    /// How the subject is to be named.
    pub(super) name_format: Option<String>,
    /// How the person has to sign in.
    #[serde(default)]
    pub(super) wanted: Wanted,
    /// May nobody be asked anything?
    #[serde(default)]
    pub(super) passive: bool,
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
