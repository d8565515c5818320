//! What happens next, from all that is known now? It is decided, written down and done.

use std::rc::Rc;

use actix_web::HttpResponse;

use super::ended::note_epoch;
use super::finish::{finish, refused};
use super::show::ask;
use super::{Answered, Cookies, current_session, error_page, over};
use crate::directory::policy::UserAction;
use crate::http::context::Context;
use crate::http::cookies;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::refusal::Refusal;
use crate::signin::flow::SignIn;
use crate::signin::log::{self, Outcome, Scene};
use crate::signin::session::Session;
use crate::signin::state::{Decision, Demand, Evidence, FactorQuestion, Facts, Remembered, Step};
use crate::signin::{next_step, remembered};
use crate::store::StoreError;

/// A sign-in's flow token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'t> {
    /// It was made just now, and nothing is kept under it yet.
    Fresh(&'t str),
    /// A page had it, or whoever the browser was sent to: of several who come back with it at once, one finishes the sign-in.
    Known(&'t str),
}

impl<'t> Token<'t> {
    /// As forms have it.
    pub(super) fn as_str(self) -> &'t str {
        match self {
            Token::Fresh(token) | Token::Known(token) => token,
        }
    }

    /// The sign-in waits for an answer under it. Or had it come to its end meanwhile?
    pub(super) async fn keep(self, cx: &Context, sign_in: &SignIn) -> Result<bool, StoreError> {
        let lives = sign_in.kept(cx.now);
        match self {
            Token::Fresh(token) => cx.store().keep(token, sign_in, cx.now, lives).await.map(|()| true),
            Token::Known(token) => cx.store().keep_on(token, sign_in, cx.now, lives).await,
        }
    }

    /// The sign-in comes to its end. Or had it already?
    async fn end(self, cx: &Context) -> Result<bool, StoreError> {
        match self {
            Token::Fresh(_) => Ok(true),
            Token::Known(token) => cx.store().spend::<SignIn>(token, cx.now).await,
        }
    }
}

/// The answer to whoever comes too late: the same sign-in was finished by another request meanwhile.
pub(super) fn too_late(cx: &Context, sign_in: &SignIn) -> (HttpResponse, Cookies) {
    (error_page(cx, &over(), Some(&sign_in.flow)), Cookies::new())
}

/// Decides what happens next, from all that is known now.
pub(super) async fn decide(cx: &Rc<Context>, sign_in: &SignIn) -> Result<(Session, Decision), StoreError> {
    let session = current_session(cx, &sign_in.demand.authority).await?;
    let remembered = remembered_here(cx).await?;
    let facts = facts(cx, sign_in, &session, &remembered);
    let decision = next_step(&facts);
    Ok((session, decision))
}

pub(super) fn facts<'a>(
    cx: &'a Context,
    sign_in: &'a SignIn,
    session: &'a Session,
    remembered: &'a [Remembered],
) -> Facts<'a> {
    facts_of(cx, &sign_in.demand, &sign_in.evidence, session, remembered)
}

pub(super) fn facts_of<'a>(
    cx: &'a Context,
    demand: &'a Demand,
    evidence: &'a Evidence,
    session: &'a Session,
    remembered: &'a [Remembered],
) -> Facts<'a> {
    Facts {
        directory: &cx.directory,
        demand,
        evidence,
        session,
        now: cx.now,
        ip: cx.request.ip().parse().ok(),
        remembered,
    }
}

pub(super) async fn remembered_here(cx: &Context) -> Result<Vec<Remembered>, StoreError> {
    let value = cookies::read(cx.request.headers(), cookies::REMEMBERED);
    remembered::load(cx.store(), &cx.directory, value, cx.now).await
}

/// Decides what happens next, and does it.
pub(super) async fn advance(
    cx: &Rc<Context>,
    mut sign_in: SignIn,
    token: Token<'_>,
    complaint: Option<String>,
) -> Answered {
    note_epoch(cx, &mut sign_in).await?;
    let (session, decision) = decide(cx, &sign_in).await?;
    let user = decision.about.as_ref();
    cx.concerns(Some(&sign_in.flow), user.map(Upn::as_str), Some(&sign_in.demand.app));
    cx.correlation.get_or_init(|| sign_in.correlation.clone());
    let ends = matches!(decision.outcome, Ok(_) | Err(Step::Refuse(_)));
    if ends && !token.end(cx).await? {
        return Ok(too_late(cx, &sign_in));
    }
    let entry = match &decision.outcome {
        Ok(done) => Entry::new(cx.now, Kind::Decision, format!("sign {} in to {}", done.upn, done.tenant)),
        Err(step) => step.entry(cx.now),
    };
    cx.journal(entry.with(decision.because.clone())).await?;
    match decision.outcome {
        Ok(done) => finish(cx, sign_in, session, done).await,
        Err(Step::Refuse(refusal)) => {
            let refusal = Refusal { because: decision.because, policies: decision.policies, ..refusal };
            log::note(scene(cx, &sign_in), &sign_in.demand, Outcome::Refused(user, &refusal)).await?;
            Ok((refused(cx, &sign_in, refusal).await, Cookies::new()))
        }
        Err(step) => {
            if let Some((upn, refusal)) = interrupted(&sign_in, &step) {
                let refusal = Refusal { policies: decision.policies, ..refusal };
                log::note(scene(cx, &sign_in), &sign_in.demand, Outcome::Refused(Some(upn), &refusal)).await?;
            }
            ask(cx, sign_in, &session, token, step, complaint).await
        }
    }
}

/// What the log says when a sign-in comes to a question about second factors: once, however often that is asked. Whoever
/// came to register one of their own accord is not interrupted.
fn interrupted<'s>(sign_in: &SignIn, step: &'s Step) -> Option<(&'s Upn, Refusal)> {
    if step.asks() == Some(sign_in.asked) {
        return None;
    }
    match step.factor_question()? {
        FactorQuestion::Verify(question) => Some((&question.upn, question.interrupts())),
        FactorQuestion::Register(question) => match sign_in.demand.action {
            Some(UserAction::RegisterSecurityInfo) => None,
            Some(UserAction::RegisterDevice) | None => Some((&question.upn, question.interrupts())),
        },
        FactorQuestion::Password(_) | FactorQuestion::Instead(..) => None,
    }
}

/// Where and when a sign-in happens, for the log.
pub(super) fn scene<'a>(cx: &'a Context, sign_in: &'a SignIn) -> Scene<'a> {
    let ip = cx.request.ip();
    let correlation = &sign_in.correlation;
    Scene { directory: &cx.directory, store: cx.store(), now: cx.now, ip, correlation }
}
