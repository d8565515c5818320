//! What somebody did on the pages of the registration wizard: nothing is written down before it was tried.

use std::rc::Rc;

use super::second_factor::note;
use super::show_factor::not_offered;
use super::{Complaint, codes, messages};
use crate::directory::policy::MethodKind;
use crate::http::context::Context;
use crate::journal::Because;
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
    let talk = &mut sign_in.evidence.talk;
    match (question.page, act) {
        (RegisterPage::MoreInformation, Act::Next) => {
            talk.registration = Some(Registration::Choosing);
            Ok(None)
        }
        (RegisterPage::MoreInformation, Act::Later) if question.grace != Grace::None => {
            talk.skipped = true;
            let because = vec![Because::new("R-02", "the tenant grants days of grace")];
            note(cx, &question.upn, "registration was put off", because).await?;
            Ok(None)
        }
        (_, Act::Method(factor)) => {
            let kind = factor.method().filter(|kind| question.offered.contains(kind));
            talk.challenge = None;
            let Some(kind) = kind else {
                talk.registration = Some(Registration::Choosing);
                return Ok(factor.method().map(not_offered));
            };
            talk.registration = Some(Registration::SettingUp(fresh(cx, kind)));
            Ok(None)
        }
        (RegisterPage::SetUp(_) | RegisterPage::Confirm(_), Act::Back | Act::AnotherWay) => {
            talk.registration = Some(Registration::Choosing);
            talk.challenge = None;
            Ok(None)
        }
        (RegisterPage::Choose, Act::Back) => {
            talk.registration = None;
            // Whoever came to add a method of their own accord may leave without one.
            talk.skipped |= sign_in.demand.action.is_some();
            Ok(None)
        }
        (RegisterPage::SetUp(_), Act::Phone(typed)) => Ok(number_typed(sign_in, &typed)),
        (RegisterPage::SetUp(MethodKind::Totp | MethodKind::Push), Act::Next) => {
            confirm(sign_in);
            Ok(None)
        }
        (RegisterPage::Confirm(_), Act::Again(_)) => {
            talk.challenge = None;
            Ok(None)
        }
        (RegisterPage::Confirm(_), Act::Code(typed, remember)) => {
            let tried = talk.confirming().cloned();
            codes::typed(cx, sign_in, &question.into(), &typed, tried, remember).await
        }
        (RegisterPage::Confirm(_), Act::Poll(remember)) => {
            let tried = talk.confirming().cloned();
            messages::answered(cx, sign_in, &question.into(), tried, remember).await
        }
        (_, _) => Ok(None),
    }
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
