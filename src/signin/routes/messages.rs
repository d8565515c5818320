//! Texts, calls and pushes: sent when a page asks for their answer, and answered on the virtual phone.

use std::rc::Rc;

use super::Complaint;
use super::proven::{Proof, StandsFor, succeed};
use super::second_factor::{LOCKED, failed, refused};
use crate::directory::AccountRef;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::signin::factors::Factor;
use crate::signin::flow::SignIn;
use crate::signin::guesses::Guessed;
use crate::signin::input::Remember;
use crate::signin::mfa::talk::{Challenge, Pending};
use crate::signin::mfa::{phone, push};
use crate::store::StoreError;

/// Opens what waits for an answer, unless it is open already: sends the text, places the call, asks the app.
pub(super) async fn open(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: AccountRef<'_>,
    with: Factor,
) -> Result<Complaint, StoreError> {
    if sign_in.evidence.talk.challenge_for(with).is_some() {
        return Ok(None);
    }
    let mut challenge = Challenge { with, message: None, ceremony: None, expires: None, failed: false };
    let kind = match with {
        Factor::Push => Some(phone::Kind::Push),
        Factor::Sms => Some(phone::Kind::Sms),
        Factor::Call => Some(phone::Kind::Call),
        Factor::Totp
        | Factor::Passkey
        | Factor::AccessPass
        | Factor::External
        | Factor::Provider
        | Factor::Remembered
        | Factor::Unattended => None,
    };
    if let Some(kind) = kind {
        if Guessed::factor(whose, with).locked(cx.store(), cx.now).await?.is_some() {
            return Ok(Some(LOCKED.into()));
        }
        challenge.message = Some(send(cx, sign_in, whose, kind).await?);
    }
    sign_in.evidence.talk.challenge = Some(challenge);
    Ok(None)
}

async fn send(
    cx: &Rc<Context>,
    sign_in: &SignIn,
    whose: AccountRef<'_>,
    kind: phone::Kind,
) -> Result<String, StoreError> {
    let to = match sign_in.evidence.talk.confirming() {
        Some(Pending::Sms(number) | Pending::Call(number)) => number.clone(),
        Some(Pending::Push | Pending::Totp(_) | Pending::Passkey(_)) | None => number(cx, whose, kind),
    };
    let app = cx.directory.app_by_handle(&sign_in.demand.app);
    let app = app.map_or_else(|| sign_in.demand.app.clone(), |app| app.title().to_owned());
    let draft = phone::Draft { kind, user: whose.upn, home: whose.home, to: &to, app: &app, flow: &sign_in.flow };
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

/// What the page says when the number that was reached is not the account's any more: it was replaced meanwhile, and
/// whoever holds the old one proves nothing. What waited for its answer is over.
pub(super) async fn went_elsewhere(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: AccountRef<'_>,
) -> Result<Complaint, StoreError> {
    let Some(Challenge { with, message: Some(id), .. }) = sign_in.evidence.talk.challenge.clone() else {
        return Ok(None);
    };
    let Some(message) = phone::find(cx.store(), &id, cx.now).await? else { return Ok(None) };
    if message.to == number(cx, whose, message.kind) {
        return Ok(None);
    }
    failed(cx, sign_in, whose, with, "was asked of a number that has been replaced since").await?;
    sign_in.evidence.talk.challenge = None;
    Ok(Some("The telephone number of this account has been changed meanwhile, and the old one counts no more.".into()))
}

/// The number that a message of this kind goes to, or the app.
fn number(cx: &Context, whose: AccountRef<'_>, kind: phone::Kind) -> String {
    let methods = whose.find(&cx.directory).map(|account| &account.user.methods);
    match kind {
        phone::Kind::Sms => methods.and_then(|methods| methods.sms.clone()).unwrap_or_default(),
        phone::Kind::Call => methods.and_then(|methods| methods.call.clone()).unwrap_or_default(),
        phone::Kind::Push => "Authenticator app".to_owned(),
    }
}

/// Somebody says that the phone has answered. `tried` is the method that is being registered, when it is one.
pub(super) async fn answered(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: AccountRef<'_>,
    tried: Option<Pending>,
    remember: Remember,
) -> Result<Complaint, StoreError> {
    let Some(Challenge { with, message: Some(id), .. }) = sign_in.evidence.talk.challenge.clone() else {
        return Ok(None);
    };
    let message = phone::find(cx.store(), &id, cx.now).await?;
    if message.as_ref().is_none_or(|message| message.state != phone::State::Approved) {
        let complaint = push::complaint(message.as_ref(), cx.now);
        if complaint.is_some() {
            failed(cx, sign_in, whose, with, "was not approved").await?;
        }
        return Ok(complaint.map(Into::into));
    }
    let Some(at) = phone::take_approval(cx.store(), &id, cx.now).await? else {
        failed(cx, sign_in, whose, with, "was approved, but the approval was used or came too long ago").await?;
        sign_in.evidence.talk.challenge = None;
        let late = "The approval was not used in time. Send another request, or use a different way to verify.";
        return Ok(Some(late.into()));
    };
    succeed(cx, sign_in, whose, Proof { with, at, stands_for: StandsFor::tried(tried), remember }).await?;
    Ok(None)
}

/// Did the owner of the phone report what this sign-in sent? That ends it, whatever is pressed next.
pub(super) async fn reported(cx: &Rc<Context>, sign_in: &mut SignIn) -> Result<bool, StoreError> {
    let Some(Challenge { with, message: Some(id), .. }) = sign_in.evidence.talk.challenge.clone() else {
        return Ok(false);
    };
    let message = phone::find(cx.store(), &id, cx.now).await?;
    let Some(message) = message.filter(|message| message.state == phone::State::Reported) else { return Ok(false) };
    sign_in.evidence.talk.reported = true;
    refused(cx, &message.user, with, "was reported as not asked for by its owner").await?;
    Ok(true)
}
