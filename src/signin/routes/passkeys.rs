//! Passkeys between the browser and us: what the page is to ask for, and what comes of the answer.

use std::rc::Rc;

use super::Complaint;
use super::proven::{Proof, StandsFor, succeed};
use super::second_factor::{asked_otherwise, note, refused};
use super::wizard::confirm;
use crate::directory::policy::MethodKind;
use crate::directory::user::{Passkey, User};
use crate::directory::{Account, AccountRef};
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::Because;
use crate::signin::factors::{Factor, First};
use crate::signin::flow::SignIn;
use crate::signin::input::Remember;
use crate::signin::mfa::offered::usable;
use crate::signin::mfa::passkey::{self, Recognition, Registered, Rp, Verified};
use crate::signin::mfa::question::{RegisterPage, VerifyPage};
use crate::signin::mfa::talk::{Challenge, Pending, Registration};
use crate::signin::own_account;
use crate::signin::state::{FactorQuestion, Step};
use crate::store::StoreError;
use crate::time::Timestamp;

/// What browsers call us.
const NAME: &str = "Standin";
const NOT_HERE: &str = "Browsers know passkeys only over https, or at http://localhost.";
const NO_SCRIPT: &str = "No passkey answered: a browser that runs no scripts cannot ask for one. Let it run them on this \
                         page, or go back and choose another way.";
const GONE: &str = "The passkey counts no more: it was removed, or your organization has switched passkeys off.";

/// What a passkey is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// In place of a password: then it has to recognise its owner, because nothing else does.
    First,
    /// After one.
    Second,
    /// To try the one that was just made.
    Trial,
}

impl Purpose {
    fn recognition(self) -> Recognition {
        match self {
            Purpose::First => Recognition::Required,
            Purpose::Second | Purpose::Trial => Recognition::Preferred,
        }
    }
}

/// What the page asks for to see a passkey of this account.
pub(super) fn request(cx: &Rc<Context>, sign_in: &mut SignIn, whose: AccountRef<'_>, purpose: Purpose) -> String {
    let (Some(rp), Some(account)) = (rp(cx), whose.find(&cx.directory)) else { return String::new() };
    let known = known(&account, sign_in, purpose);
    let asked = passkey::request_options(&rp, account.user.id, &cx.chance().bytes(), &known, purpose.recognition());
    remember(sign_in, asked.remembered, cx.now);
    asked.options
}

/// What the page asks for to make one.
pub(super) fn creation(cx: &Rc<Context>, sign_in: &mut SignIn, whose: AccountRef<'_>) -> String {
    let (Some(rp), Some(account)) = (rp(cx), whose.find(&cx.directory)) else { return String::new() };
    let user = passkey::User { object: account.user.id, upn: account.upn, display_name: &account.title() };
    let asked = passkey::creation_options(&rp, &user, &cx.chance().bytes(), &registered(&account));
    remember(sign_in, asked.remembered, cx.now);
    asked.options
}

fn rp(cx: &Context) -> Option<Rp> {
    Rp::at(&cx.origin.scheme_host, NAME)
}

fn remember(sign_in: &mut SignIn, ceremony: String, now: Timestamp) {
    let expires = Some(now.plus(passkey::LIVES));
    sign_in.evidence.talk.challenge =
        Some(Challenge { with: Factor::Passkey, message: None, ceremony: Some(ceremony), expires, failed: false });
}

fn registered(account: &Account<'_>) -> Vec<Registered> {
    account.user.methods.passkeys.values().map(as_registered).collect()
}

/// The credentials that count now: the registered ones, or the one that is being tried.
fn known(account: &Account<'_>, sign_in: &SignIn, purpose: Purpose) -> Vec<Registered> {
    match (purpose, sign_in.evidence.talk.confirming()) {
        (Purpose::First | Purpose::Second, _) => registered(account),
        (Purpose::Trial, Some(Pending::Passkey(pending))) => vec![as_registered(pending)],
        (Purpose::Trial, Some(Pending::Push | Pending::Totp(_) | Pending::Sms(_) | Pending::Call(_)) | None) => vec![],
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
    if answer.trim().is_empty() {
        return Ok(Some(NO_SCRIPT.into()));
    }
    let question = step.factor_question();
    let Some(Challenge { ceremony: Some(ceremony), expires, .. }) = challenge else {
        return gone(cx, sign_in, question).await;
    };
    if let Some(upn) = step.of().filter(|_| expires.is_some_and(|expires| cx.now >= expires)) {
        return complain(cx, upn, &passkey::PasskeyError::TooLate).await;
    }
    let (whose, purpose) = match question {
        Some(FactorQuestion::Register(question)) if question.page == RegisterPage::SetUp(MethodKind::Passkey) => {
            return made(cx, sign_in, &rp, question.whose(), &ceremony, answer).await;
        }
        Some(FactorQuestion::Register(question)) if question.page == RegisterPage::Confirm(MethodKind::Passkey) => {
            (question.whose(), Purpose::Trial)
        }
        Some(FactorQuestion::Verify(question)) if question.page == VerifyPage::With(Factor::Passkey) => {
            (question.whose(), Purpose::Second)
        }
        Some(FactorQuestion::Instead(whose, First::Passkey)) => (whose, Purpose::First),
        Some(
            FactorQuestion::Password(_)
            | FactorQuestion::Instead(_, First::Password | First::AccessPass | First::Federated)
            | FactorQuestion::Verify(_)
            | FactorQuestion::Register(_),
        )
        | None => return gone(cx, sign_in, question).await,
    };
    shown(cx, sign_in, &rp, whose, purpose, &ceremony, answer).await
}

/// A passkey answered where none is asked for. Were they all removed or switched off since the page was shown?
async fn gone(
    cx: &Rc<Context>,
    sign_in: &SignIn,
    question: Option<FactorQuestion<'_>>,
) -> Result<Complaint, StoreError> {
    let Some(account) = asked_otherwise(cx, sign_in, question) else { return Ok(None) };
    if usable(&account, cx.now).contains(&Factor::Passkey) {
        return Ok(None);
    }
    refused(cx, account.upn, Factor::Passkey, "was removed or switched off since it was asked for").await?;
    Ok(Some(GONE.into()))
}

/// A passkey was made: it has to be tried next.
async fn made(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    rp: &Rp,
    whose: AccountRef<'_>,
    ceremony: &str,
    answer: &str,
) -> Result<Complaint, StoreError> {
    match passkey::register(rp, ceremony, answer) {
        Ok(made) if is_somebodys(cx, &made) => complain(cx, whose.upn, &passkey::PasskeyError::AlreadyRegistered).await,
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
        Err(error) => complain(cx, whose.upn, &error).await,
    }
}

/// Has some account this credential already?
fn is_somebodys(cx: &Context, made: &Registered) -> bool {
    let has = |user: &User| user.methods.passkeys.values().any(|known| known.credential_id == made.credential_id);
    let world = cx.directory.world();
    world.users.values().any(|user| has(user)) || world.providers.values().any(|at| at.users.values().any(has))
}

/// A passkey was shown. Is it one of those that count, and does it count on?
async fn shown(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    rp: &Rp,
    whose: AccountRef<'_>,
    purpose: Purpose,
    ceremony: &str,
    answer: &str,
) -> Result<Complaint, StoreError> {
    let Some(account) = whose.find(&cx.directory) else { return Ok(None) };
    let known = known(&account, sign_in, purpose);
    let verified = match passkey::verify(rp, ceremony, answer, &known, purpose.recognition()) {
        Ok(verified) => verified,
        // Nothing is counted: a signature is not guessed.
        Err(error) => return complain(cx, whose.upn, &error).await,
    };
    let stands_for = match (purpose, sign_in.evidence.talk.confirming().cloned()) {
        (Purpose::Trial, Some(Pending::Passkey(mut pending))) => {
            pending.sign_count = verified.sign_count;
            StandsFor::NewMethod(Pending::Passkey(pending))
        }
        (Purpose::First, _) => {
            count_on(cx, whose, &verified).await?;
            StandsFor::First(First::Passkey)
        }
        (Purpose::Second | Purpose::Trial, _) => {
            count_on(cx, whose, &verified).await?;
            StandsFor::Second
        }
    };
    let proof = Proof { with: Factor::Passkey, at: cx.now, stands_for, remember: Remember::No };
    succeed(cx, sign_in, whose, proof).await?;
    Ok(None)
}

/// Keeps what the credential's counter says now.
async fn count_on(cx: &Rc<Context>, whose: AccountRef<'_>, verified: &Verified) -> Result<(), StoreError> {
    own_account::change(cx.store(), whose, |user| {
        let mut passkeys = user.methods.passkeys.values_mut();
        if let Some(known) = passkeys.find(|known| known.credential_id == verified.credential_id) {
            known.sign_count = verified.sign_count;
        }
    })
    .await
}

async fn complain(cx: &Rc<Context>, upn: &Upn, error: &passkey::PasskeyError) -> Result<Complaint, StoreError> {
    let because = vec![Because::new("R-24", error.to_string())];
    note(cx, upn, "a passkey was not accepted", because).await?;
    Ok(Some(format!("That passkey was not accepted. {error}")))
}
