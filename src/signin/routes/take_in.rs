//! What somebody did on a page, taken into account.

use std::rc::Rc;

use super::{
    Answered, Complaint, Token, advance, codes, current_session, decide, facts, messages, passkeys, scene,
    second_factor,
};
use crate::directory::AccountRef;
use crate::directory::user::Secret;
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::signin::factors::First;
use crate::signin::flow::SignIn;
use crate::signin::home_realm::hides_unknown;
use crate::signin::identify;
use crate::signin::input::{Answer, Input};
use crate::signin::mfa::phone;
use crate::signin::session::Session;
use crate::signin::state::{Authority, FirstProof, Step};
use crate::signin::{failures, log, own_account, password};
use crate::store::StoreError;

/// Takes what somebody did into account and goes on.
pub(super) async fn take_in(cx: &Rc<Context>, mut sign_in: SignIn, token: &str, input: Input) -> Answered {
    if messages::reported(cx, &mut sign_in).await? {
        return advance(cx, sign_in, Token::Known(token), None).await;
    }
    let sent = sign_in.evidence.talk.message().map(str::to_owned);
    let complaint = taken(cx, &mut sign_in, input).await?;
    if let Some(id) = sent.filter(|id| sign_in.evidence.talk.message() != Some(id)) {
        phone::supersede(cx.store(), &id, cx.now).await?;
    }
    advance(cx, sign_in, Token::Known(token), complaint).await
}

async fn taken(cx: &Rc<Context>, sign_in: &mut SignIn, input: Input) -> Result<Complaint, StoreError> {
    match input {
        Input::Username(upn) => return name_typed(cx, sign_in, upn).await,
        Input::Password(password) => {
            if let Some(upn) = sign_in.evidence.chosen.clone() {
                return password_typed(cx, sign_in, upn, &password).await;
            }
        }
        Input::Both(upn, password) => {
            sign_in.evidence.choose(upn.clone());
            return password_typed(cx, sign_in, upn, &password).await;
        }
        Input::Pick(upn) => picked(cx, sign_in, &upn).await?,
        Input::Another => sign_in.evidence.back(),
        Input::Instead(with) => sign_in.evidence.instead = Some(with),
        Input::Stay(answer) => sign_in.evidence.stay = Some(answer == Answer::Yes),
        Input::Consent(answer) => sign_in.evidence.consent = Some(answer),
        // The page that is asked now is shown again.
        Input::Outdated => {}
        Input::AccessPass(typed) => {
            if let Some(step) = asking(cx, sign_in).await? {
                return codes::pass_typed(cx, sign_in, &step, &typed).await;
            }
        }
        Input::Credential(answer) => {
            if let Some(step) = asking(cx, sign_in).await? {
                return passkeys::take_in(cx, sign_in, &step, answer.reveal()).await;
            }
        }
        Input::SecondFactor(act) => {
            if let Some(step) = asking(cx, sign_in).await? {
                return second_factor::take_in(cx, sign_in, &step, act).await;
            }
        }
        Input::Terms(answer) => {
            if let Some(step) = asking(cx, sign_in).await? {
                terms_answered(cx, sign_in, &step, answer).await?;
            }
        }
    }
    Ok(None)
}

async fn picked(cx: &Rc<Context>, sign_in: &mut SignIn, upn: &Upn) -> Result<(), StoreError> {
    let session = current_session(cx, &sign_in.demand.authority).await?;
    if !sign_in.evidence.pick(upn, &session) {
        sign_in.evidence.start_over();
    }
    Ok(())
}

/// What the sign-in asks just now, and of whom: what came in is an answer to that or to nothing.
pub(super) async fn asking(cx: &Rc<Context>, sign_in: &mut SignIn) -> Result<Option<Step>, StoreError> {
    let (_, decision) = decide(cx, sign_in).await?;
    let Err(step) = decision.outcome else { return Ok(None) };
    if let Some(upn) = step.of() {
        sign_in.evidence.concern(upn);
    }
    if let Step::Verify(_) = step {
        sign_in.evidence.talk.leave_wizard();
    }
    Ok(Some(step))
}

async fn terms_answered(cx: &Rc<Context>, sign_in: &mut SignIn, step: &Step, answer: Answer) -> Result<(), StoreError> {
    let Step::AskTerms { upn, home, tenant, policy, .. } = step else { return Ok(()) };
    if answer == Answer::No {
        sign_in.evidence.terms_declined = true;
        return Ok(());
    }
    sign_in.evidence.terms.push(policy.clone());
    own_account::change(cx.store(), AccountRef { home, upn }, |user| {
        let known = user.accepted_terms.get_or_insert_with(tenant.clone(), Vec::new);
        if !known.contains(policy) {
            known.push(policy.clone());
        }
    })
    .await?;
    let summary = format!("{upn} accepted the terms of {policy}");
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).about(Some(upn.as_str()))).await
}

async fn name_typed(cx: &Rc<Context>, sign_in: &mut SignIn, upn: Upn) -> Result<Complaint, StoreError> {
    if upn.as_str().is_empty() {
        sign_in.evidence.start_over();
        return Ok(Some("Enter a valid user name, such as someone@example.test.".into()));
    }
    let session = Session::default();
    let facts = facts(cx, sign_in, &session, &[]);
    if identify::can_be(&facts, &upn) || hides_unknown(&facts, &upn) {
        sign_in.evidence.choose(upn);
        return Ok(None);
    }
    sign_in.evidence.start_over();
    Ok(Some(format!("There is no account with the user name {upn} here. Check the spelling, or use another account.")))
}

async fn password_typed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    upn: Upn,
    typed: &Secret,
) -> Result<Option<String>, StoreError> {
    let place = match &sign_in.demand.authority {
        Authority::Provider(handle) => cx.directory.provider(handle),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            cx.directory.tenant_by_domain(upn.domain())
        }
    };
    let account = place.and_then(|place| cx.directory.account_at(place, &upn));
    let home = place.map_or_else(String::new, |place| place.place());
    let verdict =
        failures::verify(cx.store(), AccountRef { home: &home, upn: &upn }, account, typed.reveal(), cx.now).await?;
    let entry = match &verdict {
        Ok(()) => Entry::new(cx.now, Kind::Decision, "the password is right"),
        Err(refusal) => refusal.entry(cx.now, Kind::Decision),
    };
    let because = vec![password::judged(place, account, &upn, &verdict)];
    cx.journal(entry.about(Some(upn.as_str())).with(because)).await?;
    Ok(match verdict {
        Ok(()) => {
            sign_in.evidence.first = Some(FirstProof { upn, with: First::Password, at: cx.now });
            None
        }
        Err(refusal) => {
            log::note(scene(cx, sign_in), &sign_in.demand, log::Outcome::Refused(Some(&upn), &refusal)).await?;
            Some(refusal.text.into_owned())
        }
    })
}
