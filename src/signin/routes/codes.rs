//! Codes that are typed: an app's, one from a text, and temporary access passes.

use std::rc::Rc;

use super::Complaint;
use super::proven::{Proof, StandsFor, succeed};
use super::second_factor::{LOCKED, asked_otherwise, failed, refused};
use crate::directory::AccountRef;
use crate::directory::user::Secret;
use crate::http::context::Context;
use crate::signin::factors::{Factor, First};
use crate::signin::flow::SignIn;
use crate::signin::guesses::{self, Guessed};
use crate::signin::input::Remember;
use crate::signin::mfa::talk::{Challenge, Pending};
use crate::signin::mfa::{access_pass, phone, totp};
use crate::signin::own_account;
use crate::signin::state::{FactorQuestion, Step};
use crate::store::StoreError;

const WRONG: &str = "You didn't enter the expected verification code. Please try again.";
const WRONG_PASS: &str = "That is not a temporary access pass that is good now. Check it and try again.";

/// A code that can be typed.
enum Code {
    /// The one that a code app shows.
    OfApp,
    /// The one in a text message.
    OfText {
        /// The message, by its id.
        message: String,
    },
}

/// Which code is asked for, and for which factor; nothing where something else than a code is awaited.
fn asked(challenge: &Challenge) -> Option<(Factor, Code)> {
    let code = match challenge.with {
        Factor::Totp => Some(Code::OfApp),
        Factor::Sms => challenge.message.clone().map(|message| Code::OfText { message }),
        Factor::Push
        | Factor::Call
        | Factor::Passkey
        | Factor::AccessPass
        | Factor::External
        | Factor::Provider
        | Factor::Remembered
        | Factor::Unattended => None,
    };
    code.map(|code| (challenge.with, code))
}

/// A code was typed: an app's, or one from a text. `tried` is the method that is being registered, when it is one.
pub(super) async fn typed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: AccountRef<'_>,
    typed: &Secret,
    tried: Option<Pending>,
    remember: Remember,
) -> Result<Complaint, StoreError> {
    let Some((with, code)) = sign_in.evidence.talk.challenge.as_ref().and_then(asked) else { return Ok(None) };
    if typed.reveal().trim().is_empty() {
        return Ok(Some(WRONG.into()));
    }
    // Counted before it is looked at: many that come at once are no more than many in a row.
    if Guessed::factor(whose, with).attempt(cx.store(), cx.now).await?.is_locked() {
        failed(cx, sign_in, whose, with, IS_LOCKED).await?;
        return Ok(Some(LOCKED.into()));
    }
    let verdict = match code {
        Code::OfApp => app_code(cx, whose, typed, tried.as_ref()).await?,
        Code::OfText { message } => text_code(cx, &message, typed).await?,
    };
    match verdict {
        Ok(()) => {
            let stands_for = StandsFor::tried(tried);
            succeed(cx, sign_in, whose, Proof { with, at: cx.now, stands_for, remember }).await?;
            Ok(None)
        }
        Err(why) => {
            failed(cx, sign_in, whose, with, why.journal).await?;
            Ok(Some(why.page.into()))
        }
    }
}

const EXPIRED_PASS: NotTaken = NotTaken {
    page: "The temporary access pass has expired, and counts no more.",
    journal: "was typed after it had expired",
};
const EARLY_PASS: NotTaken = NotTaken {
    page: "The temporary access pass is not good yet.",
    journal: "was typed before the time from which it is good",
};
const USED_PASS: NotTaken = NotTaken {
    page: "The temporary access pass was used already or taken back, and counts no more.",
    journal: "was typed after it was used or taken back",
};
const IS_LOCKED: &str = "is locked after too many wrong answers";

/// Why a code is not taken: for the page, and for the journal.
struct NotTaken {
    page: &'static str,
    journal: &'static str,
}

const NOT_THE_CODE: NotTaken = NotTaken { page: WRONG, journal: "got a wrong code" };

async fn app_code(
    cx: &Rc<Context>,
    whose: AccountRef<'_>,
    typed: &Secret,
    tried: Option<&Pending>,
) -> Result<Result<(), NotTaken>, StoreError> {
    let registered = || whose.find(&cx.directory).and_then(|account| account.user.methods.totp.clone());
    let secret = match tried {
        Some(Pending::Totp(secret)) => Some(secret.clone()),
        Some(_) | None => registered(),
    };
    let Some(secret) = secret else { return Ok(Err(NOT_THE_CODE)) };
    let Some(step) = totp::accepted(&secret, typed.reveal(), cx.now) else { return Ok(Err(NOT_THE_CODE)) };
    let used = totp::use_of(&secret, step);
    if guesses::use_up(cx.store(), whose, &used, cx.now, guesses::CODES).await? {
        return Ok(Ok(()));
    }
    Ok(Err(NotTaken {
        page: "This code was used already. Wait until your app shows the next one.",
        journal: "got a code that was used already",
    }))
}

async fn text_code(cx: &Rc<Context>, message: &str, typed: &Secret) -> Result<Result<(), NotTaken>, StoreError> {
    if phone::take_code(cx.store(), message, typed.reveal(), cx.now).await? {
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

/// A temporary access pass was typed: in place of a password, or after one.
pub(super) async fn pass_typed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    step: &Step,
    typed: &Secret,
) -> Result<Complaint, StoreError> {
    let with = Factor::AccessPass;
    let question = step.factor_question();
    let (whose, stands_for) = match question {
        Some(FactorQuestion::Instead(whose, First::AccessPass)) => (whose, StandsFor::First(First::AccessPass)),
        Some(FactorQuestion::Verify(question)) if question.offered.contains(&with) => {
            (question.whose(), StandsFor::Second)
        }
        Some(
            FactorQuestion::Password(_)
            | FactorQuestion::Instead(_, First::Password | First::Passkey | First::Federated)
            | FactorQuestion::Verify(_)
            | FactorQuestion::Register(_),
        )
        | None => return pass_gone(cx, sign_in, question).await,
    };
    if typed.reveal().trim().is_empty() {
        return Ok(Some(WRONG_PASS.into()));
    }
    if Guessed::factor(whose, with).attempt(cx.store(), cx.now).await?.is_locked() {
        failed(cx, sign_in, whose, with, IS_LOCKED).await?;
        return Ok(Some(LOCKED.into()));
    }
    if let Err(why) = use_pass(cx, whose, typed).await? {
        failed(cx, sign_in, whose, with, why.journal).await?;
        return Ok(Some(why.page.into()));
    }
    succeed(cx, sign_in, whose, Proof { with, at: cx.now, stands_for, remember: Remember::No }).await?;
    Ok(None)
}

/// Is it the pass? One for one use is used up by that, and gone.
async fn use_pass(cx: &Rc<Context>, whose: AccountRef<'_>, typed: &Secret) -> Result<Result<(), NotTaken>, StoreError> {
    let pass = whose.find(&cx.directory).and_then(|account| account.user.methods.access_pass.clone());
    let Some(pass) = pass.filter(|pass| access_pass::accepted(Some(pass), typed.reveal(), cx.now)) else {
        return Ok(Err(NotTaken { page: WRONG_PASS, journal: "got a wrong pass" }));
    };
    if !pass.once {
        return Ok(Ok(()));
    }
    let used = access_pass::use_of(&pass);
    if !guesses::use_up(cx.store(), whose, &used, cx.now, guesses::PASSES).await? {
        return Ok(Err(USED_PASS));
    }
    own_account::change(cx.store(), whose, |user| {
        // Another one may have been given out meanwhile.
        user.methods.access_pass = user.methods.access_pass.take().filter(|known| *known != pass);
    })
    .await?;
    Ok(Ok(()))
}

/// A pass was typed where none is asked for. Has the account none any more that is good?
async fn pass_gone(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    question: Option<FactorQuestion<'_>>,
) -> Result<Complaint, StoreError> {
    let Some(account) = asked_otherwise(cx, sign_in, question) else { return Ok(None) };
    let why = match account.user.methods.access_pass.as_ref() {
        Some(pass) if pass.is_good(cx.now) => return Ok(None),
        Some(pass) if pass.starts.is_some_and(|starts| starts > cx.now) => EARLY_PASS,
        Some(_) => EXPIRED_PASS,
        None => USED_PASS,
    };
    // What it was to be shown instead of is asked for again.
    sign_in.evidence.instead = None;
    refused(cx, account.upn, Factor::AccessPass, why.journal).await?;
    Ok(Some(why.page.into()))
}
