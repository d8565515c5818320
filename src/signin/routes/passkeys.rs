//! Passkeys between the browser and us: what the page is to ask for, and what comes of the answer.

use std::rc::Rc;

use super::Complaint;
use super::second_factor::{Whose, confirm, succeed};
use crate::directory::Account;
use crate::directory::user::{Passkey, User};
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::signin::factors::{Factor, First};
use crate::signin::flow::SignIn;
use crate::signin::guesses::Guessed;
use crate::signin::mfa::passkey::{self, Registered, Rp};
use crate::signin::mfa::question::{RegisterPage, VerifyPage};
use crate::signin::mfa::talk::{Challenge, Pending, Registration};
use crate::signin::own_account;
use crate::signin::state::{FirstProof, Step};
use crate::store::StoreError;

/// What browsers call us.
const NAME: &str = "Standin";
const NOT_HERE: &str = "Browsers know passkeys only over https, or at http://localhost.";

/// What the page asks for to see a passkey of this account.
pub(super) fn request(cx: &Rc<Context>, sign_in: &mut SignIn, whose: &Whose<'_>) -> String {
    let (Some(rp), Some(account)) = (rp(cx), whose.account(cx)) else { return String::new() };
    let known = known(&account, sign_in);
    let asked = passkey::request_options(&rp, account.user.id, &cx.chance().bytes(), &known);
    remember(sign_in, asked.remembered);
    asked.options
}

/// What the page asks for to make one.
pub(super) fn creation(cx: &Rc<Context>, sign_in: &mut SignIn, whose: &Whose<'_>) -> String {
    let (Some(rp), Some(account)) = (rp(cx), whose.account(cx)) else { return String::new() };
    let user = passkey::User { object: account.user.id, upn: account.upn, display_name: &account.title() };
    let asked = passkey::creation_options(&rp, &user, &cx.chance().bytes(), &registered(&account));
    remember(sign_in, asked.remembered);
    asked.options
}

fn rp(cx: &Context) -> Option<Rp> {
    Rp::at(&cx.origin.scheme_host, NAME)
}

fn remember(sign_in: &mut SignIn, ceremony: String) {
    sign_in.evidence.talk.challenge =
        Some(Challenge { with: Factor::Passkey, message: None, ceremony: Some(ceremony) });
}

fn registered(account: &Account<'_>) -> Vec<Registered> {
    account.user.methods.passkeys.values().map(as_registered).collect()
}

/// The credentials that count now: the registered ones, or the one that is being tried.
fn known(account: &Account<'_>, sign_in: &SignIn) -> Vec<Registered> {
    match sign_in.evidence.talk.confirming() {
        Some(Pending::Passkey(pending)) => vec![as_registered(pending)],
        Some(Pending::Push | Pending::Totp(_) | Pending::Sms(_) | Pending::Call(_)) | None => registered(account),
    }
}

fn as_registered(passkey: &Passkey) -> Registered {
    Registered {
        credential_id: passkey.credential_id.clone(),
        public_key: passkey.public_key.clone(),
        sign_count: passkey.sign_count,
    }
}

/// A browser's answer, to whatever was asked.
pub(super) async fn take_in(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    step: &Step,
    answer: &str,
) -> Result<Complaint, StoreError> {
    let Some(rp) = rp(cx) else { return Ok(Some(NOT_HERE.into())) };
    // An answer counts once: whatever it says, the next page asks anew.
    let challenge = sign_in.evidence.talk.challenge.take();
    let Some(ceremony) = challenge.and_then(|challenge| challenge.ceremony) else { return Ok(None) };
    match step {
        Step::Register(question) if matches!(question.page, RegisterPage::SetUp(_)) => {
            made(cx, sign_in, &rp, &ceremony, answer).await
        }
        Step::Register(question) => shown(cx, sign_in, &rp, &question.as_ref().into(), &ceremony, answer).await,
        Step::Verify(question) if question.page == VerifyPage::With(Factor::Passkey) => {
            shown(cx, sign_in, &rp, &question.as_ref().into(), &ceremony, answer).await
        }
        Step::AskInstead { upn, home, with: First::Passkey } => {
            let whose = Whose { upn, home };
            let complaint = verified(cx, sign_in, &rp, &whose, &ceremony, answer).await?;
            if complaint.is_none() {
                sign_in.evidence.first = Some(FirstProof { upn: upn.clone(), with: First::Passkey, at: cx.now });
                let because = vec![Because::new("R-08", "a passkey counts as both factors")];
                let summary = format!("{upn} showed a passkey");
                cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
            }
            Ok(complaint)
        }
        _ => Ok(None),
    }
}

/// A passkey was made: it has to be tried next.
async fn made(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    rp: &Rp,
    ceremony: &str,
    answer: &str,
) -> Result<Complaint, StoreError> {
    match passkey::register(rp, ceremony, answer) {
        Ok(made) if is_somebodys(cx, &made) => complain(cx, &passkey::PasskeyError::AlreadyRegistered).await,
        Ok(made) => {
            let passkey = Passkey {
                credential_id: made.credential_id,
                public_key: made.public_key,
                sign_count: made.sign_count,
                created: Some(cx.now),
            };
            sign_in.evidence.talk.registration = Some(Registration::SettingUp(Pending::Passkey(Box::new(passkey))));
            confirm(sign_in);
            Ok(None)
        }
        Err(error) => complain(cx, &error).await,
    }
}

/// Has some account this credential already?
fn is_somebodys(cx: &Context, made: &Registered) -> bool {
    let has = |user: &User| user.methods.passkeys.values().any(|known| known.credential_id == made.credential_id);
    let world = cx.directory.world();
    world.users.values().any(|user| has(user)) || world.providers.values().any(|at| at.users.values().any(has))
}

/// A passkey was shown as a second factor.
async fn shown(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    rp: &Rp,
    whose: &Whose<'_>,
    ceremony: &str,
    answer: &str,
) -> Result<Complaint, StoreError> {
    let complaint = verified(cx, sign_in, rp, whose, ceremony, answer).await?;
    if complaint.is_none() {
        succeed(cx, sign_in, whose, Factor::Passkey).await?;
    }
    Ok(complaint)
}

/// Is it one of the account's, and does it count on?
async fn verified(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    rp: &Rp,
    whose: &Whose<'_>,
    ceremony: &str,
    answer: &str,
) -> Result<Complaint, StoreError> {
    let Some(account) = whose.account(cx) else { return Ok(None) };
    let verified = match passkey::verify(rp, ceremony, answer, &known(&account, sign_in)) {
        Ok(verified) => verified,
        Err(error) => {
            Guessed::factor(whose.home, whose.upn, Factor::Passkey).count(cx.store(), cx.now).await?;
            return complain(cx, &error).await;
        }
    };
    if let Some(Registration::Confirming(Pending::Passkey(pending))) = &mut sign_in.evidence.talk.registration {
        pending.sign_count = verified.sign_count;
        return Ok(None);
    }
    own_account::change(cx.store(), whose.home, whose.upn, |user| {
        let mut passkeys = user.methods.passkeys.values_mut();
        if let Some(known) = passkeys.find(|known| known.credential_id == verified.credential_id) {
            known.sign_count = verified.sign_count;
        }
    })
    .await?;
    Ok(None)
}

async fn complain(cx: &Rc<Context>, error: &passkey::PasskeyError) -> Result<Complaint, StoreError> {
    let because = vec![Because::new("R-24", error.to_string())];
    cx.journal(Entry::new(cx.now, Kind::Decision, "a passkey was not accepted").with(because)).await?;
    Ok(Some(format!("That passkey was not accepted. {error}")))
}
