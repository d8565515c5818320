//! What somebody did on the pages of verification, and what comes of it. What is asked next is decided elsewhere; see
//! [`crate::signin::mfa`].

use std::rc::Rc;

use super::advance::decide;
use super::wizard::registration;
use super::{Complaint, codes, messages, scene};
use crate::directory::{Account, AccountRef};
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factor;
use crate::signin::flow::SignIn;
use crate::signin::identify::known_at;
use crate::signin::input::{Act, Remember};
use crate::signin::log;
use crate::signin::mfa::question::{VerifyPage, VerifyQuestion};
use crate::signin::state::{FactorQuestion, Step};
use crate::store::StoreError;

pub(super) const LOCKED: &str = "There were too many wrong answers. Wait a while, or use a different way to verify.";

/// Takes in what was done, given what is being asked. What does not answer the question changes nothing: it came from
/// an older page.
pub(super) async fn take_in(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    step: &Step,
    act: Act,
) -> Result<Complaint, StoreError> {
    match step.factor_question() {
        Some(FactorQuestion::Verify(question)) => {
            note_tick(sign_in, &act);
            keep_challenge(sign_in, question.page.factor());
            let answers = matches!(act, Act::Code(..) | Act::Poll(_));
            let elsewhere = if answers { messages::went_elsewhere(cx, sign_in, question.whose()).await? } else { None };
            match elsewhere {
                None => verification(cx, sign_in, question, act).await,
                complaint => Ok(complaint),
            }
        }
        Some(FactorQuestion::Register(question)) => {
            note_tick(sign_in, &act);
            keep_challenge(sign_in, question.page.factor());
            registration(cx, sign_in, question, act).await
        }
        Some(FactorQuestion::Password(_) | FactorQuestion::Instead(..)) | None => Ok(None),
    }
}

/// The account that is asked for something by now, where that is not what can be shown instead of a password: what was
/// shown may have been taken away since it was asked for.
pub(super) fn asked_otherwise<'d>(
    cx: &'d Context,
    sign_in: &SignIn,
    question: Option<FactorQuestion<'_>>,
) -> Option<Account<'d>> {
    let upn = match question {
        Some(FactorQuestion::Password(upn)) => upn,
        Some(FactorQuestion::Verify(question)) => &question.upn,
        Some(FactorQuestion::Register(question)) => &question.upn,
        Some(FactorQuestion::Instead(..)) | None => return None,
    };
    known_at(&cx.directory, &sign_in.demand.authority, upn)
}

/// A tick stays where it was made, also beside a code that was wrong.
fn note_tick(sign_in: &mut SignIn, act: &Act) {
    if let Act::Code(_, remember) | Act::Poll(remember) | Act::Again(remember) = act {
        sign_in.evidence.talk.remember = *remember == Remember::Yes;
    }
}

/// Only what is asked for now can be answered: the method may have been removed meanwhile.
fn keep_challenge(sign_in: &mut SignIn, asked: Option<Factor>) {
    let talk = &mut sign_in.evidence.talk;
    talk.challenge = talk.challenge.take().filter(|challenge| Some(challenge.with) == asked);
}

async fn verification(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    question: &VerifyQuestion,
    act: Act,
) -> Result<Complaint, StoreError> {
    let talk = &mut sign_in.evidence.talk;
    match act {
        Act::Method(factor) => {
            talk.method = Some(factor);
            talk.choosing = false;
            talk.challenge = None;
            Ok(None)
        }
        Act::AnotherWay | Act::Back if matches!(question.page, VerifyPage::With(_)) => {
            talk.method = None;
            talk.choosing = true;
            talk.challenge = None;
            Ok(None)
        }
        Act::Back => {
            sign_in.evidence.start_over();
            Ok(None)
        }
        Act::Again(_) => {
            talk.challenge = None;
            Ok(None)
        }
        Act::Code(typed, remember) => codes::typed(cx, sign_in, question.whose(), &typed, None, remember).await,
        Act::Poll(remember) => messages::answered(cx, sign_in, question.whose(), None, remember).await,
        Act::Phone(_) | Act::Later | Act::AnotherWay | Act::Next => Ok(None),
    }
}

/// Writes down that something proved nothing.
pub(super) async fn refused(cx: &Rc<Context>, upn: &Upn, with: Factor, why: &str) -> Result<(), StoreError> {
    let because = vec![Because::new("R-24", "nothing is proven by this")];
    note(cx, upn, &format!("{} {why}", with.title()), because).await
}

/// Writes down that a second factor which was asked for was not given, also where administrators look: once for each
/// challenge that somebody else has to answer.
pub(super) async fn failed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: AccountRef<'_>,
    with: Factor,
    why: &str,
) -> Result<(), StoreError> {
    refused(cx, whose.upn, with, why).await?;
    let again = sign_in.evidence.talk.challenge.as_ref().is_some_and(|challenge| challenge.failed);
    if again || sign_in.evidence.talk.confirming().is_some() {
        return Ok(());
    }
    if let Some(challenge) = sign_in.evidence.talk.challenge.as_mut() {
        challenge.failed = matches!(with, Factor::Push | Factor::Call);
    }
    let text = format!("Authentication failed during the strong authentication request: {} {why}.", with.title());
    let (_, decision) = decide(cx, sign_in).await?;
    let refusal = Refusal { policies: decision.policies, ..Code::StrongAuthenticationFailed.because(text) };
    log::note(scene(cx, sign_in), &sign_in.demand, log::Outcome::Refused(Some(whose.upn), &refusal)).await
}

/// Writes down what was done about somebody's second factor.
pub(super) async fn note(cx: &Rc<Context>, upn: &Upn, what: &str, because: Vec<Because>) -> Result<(), StoreError> {
    cx.journal(Entry::new(cx.now, Kind::Decision, what).about(Some(upn.as_str())).with(because)).await
}
