//! A second factor was proven, in whatever way: what that means for the sign-in, the account and the journal.

use std::rc::Rc;

use super::second_factor::{Whose, note};
use crate::directory::policy::PerUserMfa;
use crate::directory::user::User;
use crate::http::context::Context;
use crate::journal::Because;
use crate::signin::factors::{Factor, First, Second};
use crate::signin::flow::SignIn;
use crate::signin::guesses::Guessed;
use crate::signin::input::Remember;
use crate::signin::mfa::required::per_user_state;
use crate::signin::mfa::talk::Pending;
use crate::signin::own_account;
use crate::signin::state::FirstProof;
use crate::store::StoreError;
use crate::time::Timestamp;

/// What was proven.
pub(super) struct Proof {
    pub(super) with: Factor,
    /// When: for an approval, when it was given.
    pub(super) at: Timestamp,
    pub(super) stands_for: StandsFor,
    pub(super) remember: Remember,
}

/// What a proof is taken for.
pub(super) enum StandsFor {
    /// Both factors, in place of a password.
    First(First),
    /// The second one.
    Second,
    /// The second one, with a method that is registered by that.
    NewMethod(Pending),
}

impl StandsFor {
    /// A second factor: one that is registered, or one that is being tried.
    pub(super) fn tried(pending: Option<Pending>) -> Self {
        pending.map_or(StandsFor::Second, StandsFor::NewMethod)
    }
}

/// Takes a proof down.
pub(super) async fn succeed(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    whose: &Whose<'_>,
    proof: Proof,
) -> Result<(), StoreError> {
    let Proof { with, at, stands_for, remember } = proof;
    Guessed::factor(whose.home, whose.upn, with).forget(cx.store()).await?;
    let evidence = &mut sign_in.evidence;
    evidence.concern(whose.upn);
    evidence.talk.challenge = None;
    evidence.talk.remember |= remember == Remember::Yes;
    let mut registered = None;
    match stands_for {
        StandsFor::First(first) => evidence.first = Some(FirstProof { upn: whose.upn.clone(), with: first, at }),
        StandsFor::Second => evidence.prove(Second { with, at }),
        StandsFor::NewMethod(pending) => {
            evidence.talk.registration = None;
            evidence.talk.registered = Some(pending.kind());
            evidence.prove(Second { with, at });
            registered = Some(pending);
        }
    }
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
    note(cx, whose.upn, &format!("{} proved a second factor: {}", whose.upn, with.title()), because).await
}
