//! What somebody did on the pages of the registration wizard: nothing is written down before it was tried.

use std::rc::Rc;

use super::second_factor::note;
use super::show_factor::not_offered;
use super::{Complaint, codes, messages};
use crate::directory::policy::MethodKind;
use crate::http::context::Context;
use crate::journal::Because;
use crate::signin::factors::Factor;
use crate::signin::flow::SignIn;
use crate::signin::input::Act;
use crate::signin::mfa::question::{Grace, RegisterPage, RegisterQuestion};
use crate::signin::mfa::talk::{Pending, Registration};
use crate::signin::mfa::{code, totp};
use crate::store::StoreError;

pub(super) async fn registration(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    question: &RegisterQuestion,
    act: Act,
) -> Result<Complaint, StoreError> {
    // What is done elsewhere than the page of the question offers it came from an older page, and changes nothing.
    match (act, question.page) {
        (Act::Next, page) => next(sign_in, page),
        (Act::Back, page) => back(sign_in, page),
        (Act::AnotherWay, RegisterPage::SetUp(_) | RegisterPage::Confirm(_)) => choose_again(sign_in),
        (Act::Method(factor), _) => return Ok(picked(cx, sign_in, question, factor)),
        (Act::Later, RegisterPage::MoreInformation) if question.grace != Grace::None => {
            sign_in.evidence.talk.skipped = true;
            let because = vec![Because::new("R-02", "the tenant grants days of grace")];
            note(cx, &question.upn, "registration was put off", because).await?;
        }
        (Act::Phone(typed), RegisterPage::SetUp(_)) => return Ok(number_typed(sign_in, &typed)),
        (Act::Again(_), RegisterPage::Confirm(_)) => sign_in.evidence.talk.challenge = None,
        (Act::Code(typed, remember), RegisterPage::Confirm(_)) => {
            let tried = sign_in.evidence.talk.confirming().cloned();
            return codes::typed(cx, sign_in, question.whose(), &typed, tried, remember).await;
        }
        (Act::Poll(remember), RegisterPage::Confirm(_)) => {
            let tried = sign_in.evidence.talk.confirming().cloned();
            return messages::answered(cx, sign_in, question.whose(), tried, remember).await;
        }
        (Act::Later | Act::AnotherWay | Act::Phone(_) | Act::Again(_) | Act::Code(..) | Act::Poll(_), _) => {}
    }
    Ok(None)
}

fn next(sign_in: &mut SignIn, page: RegisterPage) {
    match page {
        RegisterPage::MoreInformation => sign_in.evidence.talk.registration = Some(Registration::Choosing),
        RegisterPage::SetUp(MethodKind::Totp | MethodKind::Push) => confirm(sign_in),
        // These ask for more than a press of the button.
        RegisterPage::SetUp(MethodKind::Sms | MethodKind::Call | MethodKind::Passkey | MethodKind::AppPassword)
        | RegisterPage::Choose
        | RegisterPage::Confirm(_) => {}
    }
}

fn back(sign_in: &mut SignIn, page: RegisterPage) {
    match page {
        RegisterPage::SetUp(_) | RegisterPage::Confirm(_) => choose_again(sign_in),
        RegisterPage::Choose => {
            sign_in.evidence.talk.registration = None;
            // Whoever came to add a method of their own accord may leave without one.
            sign_in.evidence.talk.skipped |= sign_in.demand.action.is_some();
        }
        RegisterPage::MoreInformation => {}
    }
}

fn choose_again(sign_in: &mut SignIn) {
    sign_in.evidence.talk.registration = Some(Registration::Choosing);
    sign_in.evidence.talk.challenge = None;
}

/// A method was picked: it is set up, if it may be.
fn picked(cx: &Context, sign_in: &mut SignIn, question: &RegisterQuestion, factor: Factor) -> Complaint {
    choose_again(sign_in);
    let kind = factor.method()?;
    if !question.offered.contains(&kind) {
        return Some(not_offered(kind));
    }
    sign_in.evidence.talk.registration = Some(Registration::SettingUp(fresh(cx, kind)));
    None
}

fn fresh(cx: &Context, kind: MethodKind) -> Pending {
    match kind {
        MethodKind::Push | MethodKind::AppPassword => Pending::Push,
        MethodKind::Totp => Pending::Totp(totp::fresh(cx.chance())),
        MethodKind::Sms => Pending::Sms(String::new()),
        MethodKind::Call => Pending::Call(String::new()),
        MethodKind::Passkey => Pending::Passkey(Box::default()),
    }
}

/// A method was set up: now it has to be tried.
pub(super) fn confirm(sign_in: &mut SignIn) {
    let talk = &mut sign_in.evidence.talk;
    talk.challenge = None;
    if let Some(Registration::SettingUp(pending)) = talk.registration.take() {
        talk.registration = Some(Registration::Confirming(pending));
    }
}

fn number_typed(sign_in: &mut SignIn, typed: &str) -> Complaint {
    let Some(number) = code::with_country(typed) else {
        return Some(
            "That is not a telephone number with the code of its country. Write it like +1 425 555 0100.".into(),
        );
    };
    match &mut sign_in.evidence.talk.registration {
        Some(Registration::SettingUp(Pending::Sms(slot) | Pending::Call(slot))) => *slot = number,
        Some(Registration::SettingUp(Pending::Push | Pending::Totp(_) | Pending::Passkey(_)))
        | Some(Registration::Choosing | Registration::Confirming(_))
        | None => return None,
    }
    confirm(sign_in);
    None
}
