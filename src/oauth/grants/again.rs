//! What would a sign-in decide now, with this evidence and nobody to ask?

use super::TokenRequest;
use super::refresh_token::place;
use crate::directory::Application;
use crate::directory::policy::ClientType;
use crate::id::Upn;
use crate::oauth::asks;
use crate::oauth::desk::Desk;
use crate::oauth::grant::Grant;
use crate::oauth::scope::Requested;
use crate::refusal::{Code, Refusal};
use crate::signin::decide_unasked;
use crate::signin::factors::{Factor, Factors};
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Evidence, Facts, Presence, Prompt};

/// Somebody whose proof comes from an earlier sign-in.
pub struct Proven<'a> {
    /// Who.
    pub upn: &'a Upn,
    /// Who verified them, by place.
    pub home: String,
    /// How and when.
    pub factors: Factors,
}

/// What is decided without anybody to ask.
pub struct Again<'a> {
    /// Where.
    pub authority: Authority,
    /// For which application.
    pub app: Application<'a>,
    /// What is asked for.
    pub requested: &'a Requested,
    /// What is asked of the second factor.
    pub asks: Asks,
    /// What kind of client asks.
    pub client: ClientType,
    /// Is the person there?
    pub presence: Presence,
}

/// Decides again, as a sign-in without anybody to ask would: policies, access and consent hold for tokens that
/// come without a browser just the same.
pub fn decide_again(desk: &Desk<'_>, proven: &Proven<'_>, again: Again<'_>) -> Result<Authenticated, Refusal> {
    let session = Session {
        accounts: vec![SignedIn {
            upn: proven.upn.clone(),
            home: proven.home.clone(),
            factors: proven.factors.clone(),
            sid: String::new(),
            apps: vec![],
            epoch: String::new(),
            flow: String::new(),
        }],
        persistent: false,
    };
    let evidence = Evidence {
        chosen: Some(proven.upn.clone()),
        // What the server was started to take for proven stays so.
        unattended: proven.factors.second.iter().any(|second| second.with == Factor::Unattended),
        ..Evidence::default()
    };
    decide(desk, &session, &evidence, again).map_err(|refusal| over(refusal, Code::SessionTooOld))
}

/// Decides again about a grant that was made elsewhere.
pub fn decide_for(request: &TokenRequest<'_>, desk: &Desk<'_>, grant: &Grant) -> Result<Authenticated, Refusal> {
    let own = asks::in_claims(request.claims()?.as_ref());
    let proven = Proven { upn: &grant.upn, home: grant.home.clone(), factors: grant.factors.clone() };
    let again = Again {
        authority: place(request, grant),
        app: request.caller.app,
        requested: &grant.requested,
        asks: Asks { contexts: asks::union(&own.contexts, &grant.contexts), ..own },
        client: grant.client,
        presence: grant.presence,
    };
    decide_again(desk, &proven, again)
}

/// Decides as a sign-in would that has this evidence and nobody to ask.
pub fn decide(
    desk: &Desk<'_>,
    session: &Session,
    evidence: &Evidence,
    again: Again<'_>,
) -> Result<Authenticated, Refusal> {
    let demand = Demand {
        permissions: again.requested.permissions(),
        unnamed: again.requested.unnamed(),
        prompt: Prompt::None,
        asks: again.asks,
        client: again.client,
        presence: again.presence,
        ..Demand::new(again.authority, again.app.handle)
    };
    let facts = Facts {
        directory: desk.directory,
        demand: &demand,
        evidence,
        session,
        now: desk.now,
        ip: desk.ip.parse().ok(),
        remembered: &[],
    };
    decide_unasked(&facts)
}

/// What a browser would be asked to do again, nobody can be asked here: a grant that is refused for this is over, and a
/// new sign-in begins another. `login_required` is a word of the authorize address.
pub(super) fn over(refusal: Refusal, why: Code) -> Refusal {
    if refusal.code != why {
        return refusal;
    }
    let text = "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.";
    Refusal { code: Code::RefreshTooOld, text: text.into(), ..refusal }
}
