//! What somebody did on the pages of verification and registration, and what comes of it: messages sent, codes
//! checked, methods written down. What is asked next is decided elsewhere; see [`crate::signin::mfa`].

use std::rc::Rc;

use super::Complaint;
use crate::directory::Account;
use crate::directory::policy::{MethodKind, PerUserMfa};
use crate::directory::user::User;
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::signin::factors::{Factor, Second};
use crate::signin::flow::SignIn;
use crate::signin::guesses::{self, Guessed};
use crate::signin::input::{Act, Remember};
use crate::signin::mfa::question::{RegisterPage, RegisterQuestion, VerifyPage, VerifyQuestion};
use crate::signin::mfa::required::per_user_state;
use crate::signin::mfa::talk::{Challenge, Pending, Registration};
use crate::signin::mfa::{access_pass, code, phone, push, totp};
use crate::signin::own_account;
use crate::signin::state::Step;
use crate::store::StoreError;

const LOCKED: &str = "There were too many wrong answers. Wait a while, or use a different way to verify.";
const WRONG: &str = "You didn't enter the expected verification code. Please try again.";

/// Whose second factor it is, and where the account lives.
pub(super) struct Whose<'q> {
    pub(super) upn: &'q Upn,
    pub(super) home: &'q str,
}

impl<'q> Whose<'q> {
    /// The account, as it stood when the request came.
    pub(super) fn account<'d>(&self, cx: &'d Context) -> Option<Account<'d>> {
        cx.directory.account_at(cx.directory.at(self.home)?, self.upn)
    }
}

impl<'q> From<&'q VerifyQuestion> for Whose<'q> {
    fn from(question: &'q VerifyQuestion) -> Self {
        Whose { upn: &question.upn, home: &question.home }
    }
}

impl<'q> From<&'q RegisterQuestion> for Whose<'q> {
    fn from(question: &'q RegisterQuestion) -> Self {
        Whose { upn: &question.upn, home: &question.home }
    }
}

/// Takes in what was done, given what is being asked. What does not answer the question changes nothing: it came from
/// an older page.
pub(super) async fn take_in(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    step: &Step,
    act: Act,
) -> Result<Complaint, StoreError> {
    match step {
        Step::Verify(question) => {
            note_tick(sign_in, &act);
            keep_challenge(sign_in, question.page.factor());
            verification(cx, sign_in, question, act).await
        }
        Step::Register(question) => {
            note_tick(sign_in, &act);
            keep_challenge(sign_in, question.page.factor());
            registration(cx, sign_in, question, act).await
        }
        _ => Ok(None),
    }
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
        Act::Code(typed, _) => typed_code(cx, sign_in, &question.into(), &typed).await,
        Act::Poll(_) => answered(cx, sign_in, &question.into()).await,
        Act::Phone(_) | Act::Later | Act::AnotherWay | Act::Next => Ok(None),
    }
}

async fn registration(
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
        (RegisterPage::MoreInformation, Act::Later) => {
            talk.skipped = true;
            note(cx, "registration was put off", vec![Because::new("R-02", "the tenant grants days of grace")]).await?;
            Ok(None)
        }
        (_, Act::Method(factor)) => {
            let kind = factor.method().filter(|kind| question.offered.contains(kind));
            talk.challenge = None;
            talk.registration = Some(match kind {
                Some(kind) => Registration::SettingUp(fresh(cx, kind)),
                None => Registration::Choosing,
            });
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
        (RegisterPage::Confirm(_), Act::Code(typed, _)) => typed_code(cx, sign_in, &question.into(), &typed).await,
        (RegisterPage::Confirm(_), Act::Poll(_)) => answered(cx, sign_in, &question.into()).await,
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
    let Some(number) = code::telephone(typed) else {
        return Some("That is not a telephone number. Write it like +1 425 555 0100.".into());
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

/// Opens what waits for an answer, unless it is open already: sends the text, places the call, asks the app.
pub(super) async fn open(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: &Whose<'_>,
    with: Factor,
) -> Result<Complaint, StoreError> {
    if sign_in.evidence.talk.challenge_for(with).is_some() {
        return Ok(None);
    }
    let mut challenge = Challenge { with, message: None, ceremony: None };
    let kind = match with {
        Factor::Push => Some(phone::Kind::Push),
        Factor::Sms => Some(phone::Kind::Sms),
        Factor::Call => Some(phone::Kind::Call),
        Factor::Totp | Factor::Passkey | Factor::AccessPass | Factor::Remembered | Factor::Unattended => None,
    };
    if let Some(kind) = kind {
        if Guessed::factor(whose.home, whose.upn, with).locked(cx.store(), cx.now).await?.is_some() {
            return Ok(Some(LOCKED.into()));
        }
        challenge.message = Some(send(cx, sign_in, whose, kind).await?);
    }
    sign_in.evidence.talk.challenge = Some(challenge);
    Ok(None)
}

async fn send(cx: &Rc<Context>, sign_in: &SignIn, whose: &Whose<'_>, kind: phone::Kind) -> Result<String, StoreError> {
    let methods = whose.account(cx).map(|account| account.user.methods.clone()).unwrap_or_default();
    let to = match (sign_in.evidence.talk.confirming(), kind) {
        (Some(Pending::Sms(number) | Pending::Call(number)), _) => number.clone(),
        (_, phone::Kind::Sms) => methods.sms.unwrap_or_default(),
        (_, phone::Kind::Call) => methods.call.unwrap_or_default(),
        (_, phone::Kind::Push) => "Authenticator app".to_owned(),
    };
    let app = cx.directory.app_by_handle(&sign_in.demand.app);
    let app = app.map_or_else(|| sign_in.demand.app.clone(), |app| app.title().to_owned());
    let draft = phone::Draft { kind, user: whose.upn, home: whose.home, to: &to, app: &app };
    let message = phone::send(cx.store(), cx.chance(), draft, cx.now).await?;
    let what = match kind {
        phone::Kind::Sms => format!("a text message with a code goes to {to}"),
        phone::Kind::Call => format!("{to} is called"),
        phone::Kind::Push => "the authenticator app is asked to approve".to_owned(),
    };
    let because = vec![Because::new("R-25", "nothing leaves the process: it is in the inbox of the virtual phone")];
    cx.journal(Entry::new(cx.now, Kind::Message, what).about(Some(whose.upn.as_str())).with(because)).await?;
    Ok(message.id)
}

/// A code was typed: an app's, or one from a text.
async fn typed_code(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: &Whose<'_>,
    typed: &str,
) -> Result<Complaint, StoreError> {
    let Some(challenge) = sign_in.evidence.talk.challenge.clone() else { return Ok(None) };
    let guessed = Guessed::factor(whose.home, whose.upn, challenge.with);
    if guessed.locked(cx.store(), cx.now).await?.is_some() {
        refused(cx, challenge.with, "is locked after too many wrong answers").await?;
        return Ok(Some(LOCKED.into()));
    }
    let verdict = match (challenge.with, challenge.message) {
        (Factor::Totp, _) => app_code(cx, sign_in, whose, typed).await?,
        (Factor::Sms, Some(message)) => text_code(cx, &message, typed).await?,
        (_, _) => return Ok(None),
    };
    match verdict {
        Ok(()) => {
            succeed(cx, sign_in, whose, challenge.with).await?;
            Ok(None)
        }
        Err(why) => {
            if !typed.trim().is_empty() {
                guessed.count(cx.store(), cx.now).await?;
            }
            refused(cx, challenge.with, why.journal).await?;
            Ok(Some(why.page.into()))
        }
    }
}

/// Why a code is not taken: for the page, and for the journal.
struct NotTaken {
    page: &'static str,
    journal: &'static str,
}

const NOT_THE_CODE: NotTaken = NotTaken { page: WRONG, journal: "got a wrong code" };

async fn app_code(
    cx: &Rc<Context>,
    sign_in: &SignIn,
    whose: &Whose<'_>,
    typed: &str,
) -> Result<Result<(), NotTaken>, StoreError> {
    let registered = || whose.account(cx).and_then(|account| account.user.methods.totp.clone());
    let secret = match sign_in.evidence.talk.confirming() {
        Some(Pending::Totp(secret)) => Some(secret.clone()),
        Some(_) | None => registered(),
    };
    let Some(step) = secret.and_then(|secret| totp::accepted(&secret, typed, cx.now)) else {
        return Ok(Err(NOT_THE_CODE));
    };
    if guesses::use_up(cx.store(), whose.home, whose.upn, &format!("code of step {step}")).await? {
        return Ok(Ok(()));
    }
    Ok(Err(NotTaken {
        page: "This code was used already. Wait until your app shows the next one.",
        journal: "got a code that was used already",
    }))
}

async fn text_code(cx: &Rc<Context>, message: &str, typed: &str) -> Result<Result<(), NotTaken>, StoreError> {
    if phone::take_code(cx.store(), message, typed, cx.now).await? {
        return Ok(Ok(()));
    }
    let expired = phone::find(cx.store(), message, cx.now).await?;
    Ok(Err(match expired.map(|message| message.state_at(cx.now)) {
        Some(phone::State::Waiting) => NOT_THE_CODE,
        Some(_) | None => NotTaken {
            page: "This code has expired. Have a new one sent.",
            journal: "got a code after it had expired or was used",
        },
    }))
}

/// Somebody says that the phone has answered.
async fn answered(cx: &Rc<Context>, sign_in: &mut SignIn, whose: &Whose<'_>) -> Result<Complaint, StoreError> {
    let Some(Challenge { with, message: Some(id), .. }) = sign_in.evidence.talk.challenge.clone() else {
        return Ok(None);
    };
    let message = phone::find(cx.store(), &id, cx.now).await?;
    if message.as_ref().is_some_and(|message| message.state == phone::State::Approved) {
        if phone::take_approval(cx.store(), &id, cx.now).await? {
            succeed(cx, sign_in, whose, with).await?;
        }
        return Ok(None);
    }
    if message.as_ref().is_some_and(|message| message.state == phone::State::Reported) {
        sign_in.evidence.talk.reported = true;
        refused(cx, with, "was reported as not asked for by its owner").await?;
        return Ok(None);
    }
    let complaint = push::complaint(message.as_ref(), cx.now);
    if complaint.is_some() {
        refused(cx, with, "was not approved").await?;
    }
    Ok(complaint.map(Into::into))
}

/// A temporary access pass was typed: in place of a password, or after one.
pub(super) async fn access_pass_typed(
    cx: &Rc<Context>,
    whose: &Whose<'_>,
    typed: &str,
) -> Result<Result<(), String>, StoreError> {
    let guessed = Guessed::factor(whose.home, whose.upn, Factor::AccessPass);
    if guessed.locked(cx.store(), cx.now).await?.is_some() {
        return Ok(Err(LOCKED.into()));
    }
    let pass = whose.account(cx).and_then(|account| account.user.methods.access_pass.clone());
    let once = pass.as_ref().is_some_and(|pass| pass.once);
    let right = access_pass::accepted(pass.as_ref(), typed, cx.now)
        && (!once || guesses::use_up(cx.store(), whose.home, whose.upn, &format!("pass {typed}")).await?);
    if !right {
        guessed.count(cx.store(), cx.now).await?;
        refused(cx, Factor::AccessPass, "got a wrong pass").await?;
        return Ok(Err("That is not a temporary access pass that is good now. Check it and try again.".into()));
    }
    guessed.forget(cx.store()).await?;
    if once {
        own_account::change(cx.store(), whose.home, whose.upn, |user| user.methods.access_pass = None).await?;
    }
    Ok(Ok(()))
}

/// A second factor was proven: what that means for the sign-in, the account and the journal.
pub(super) async fn succeed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: &Whose<'_>,
    with: Factor,
) -> Result<(), StoreError> {
    Guessed::factor(whose.home, whose.upn, with).forget(cx.store()).await?;
    let talk = &mut sign_in.evidence.talk;
    talk.challenge = None;
    let registered = match talk.registration.take() {
        Some(Registration::Confirming(pending)) => Some(pending),
        Some(Registration::Choosing | Registration::SettingUp(_)) | None => None,
    };
    talk.registered = registered.as_ref().map(Pending::kind).or(talk.registered);
    sign_in.evidence.second.retain(|known| known.with != with);
    sign_in.evidence.second.push(Second { with, at: cx.now });
    let mut because = vec![Because::new("R-08", format!("{} was verified", with.title()))];
    let enforced = whose.account(cx).is_some_and(|account| per_user_state(&account) == PerUserMfa::Enabled);
    if registered.is_some() {
        because.push(Because::new("R-23", format!("{} is registered, now that it was verified with", with.title())));
    }
    if enforced {
        because.push(Because::new("R-04", "multi-factor authentication was enabled and is enforced from now on"));
    }
    if registered.is_some() || enforced {
        own_account::change(cx.store(), whose.home, whose.upn, |user: &mut User| {
            if let Some(pending) = registered.clone() {
                pending.register(&mut user.methods);
            }
            if enforced {
                user.per_user_mfa = Some(PerUserMfa::Enforced);
            }
        })
        .await?;
    }
    note(cx, &format!("{} proved a second factor: {}", whose.upn, with.title()), because).await
}

async fn refused(cx: &Rc<Context>, with: Factor, why: &str) -> Result<(), StoreError> {
    note(cx, &format!("{} {why}", with.title()), vec![Because::new("R-24", "nothing is proven by this")]).await
}

async fn note(cx: &Rc<Context>, what: &str, because: Vec<Because>) -> Result<(), StoreError> {
    cx.journal(Entry::new(cx.now, Kind::Decision, what).with(because)).await
}
