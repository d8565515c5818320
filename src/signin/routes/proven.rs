//! A second factor was proven, in whatever way: what that means for the sign-in, the account and the journal.

use std::rc::Rc;

use super::second_factor::note;
use crate::directory::policy::PerUserMfa;
use crate::directory::tenant::Tenant;
use crate::directory::user::User;
use crate::directory::{Account, AccountRef};
use crate::http::context::Context;
use crate::id::Upn;
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
    whose: AccountRef<'_>,
    proof: Proof,
) -> Result<(), StoreError> {
    let Proof { with, at, stands_for, remember } = proof;
    Guessed::factor(whose, with).forget(cx.store()).await?;
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
    let enabled = whose.find(&cx.directory).is_some_and(|account| per_user_state(&account) == PerUserMfa::Enabled);
    let mut enforced = false;
    if registered.is_some() || enabled {
        let written = own_account::change_at_home(cx.store(), whose, |home, user| {
            if let Some(pending) = registered.clone() {
                pending.register(&mut user.methods);
            }
            enforce(whose.upn, home, user)
        });
        enforced = written.await?.unwrap_or_default();
    }
    if registered.is_some() {
        because.push(Because::new("R-23", format!("{} is registered, now that it was verified with", with.title())));
    }
    if enforced {
        because.push(Because::new("R-04", "multi-factor authentication was enabled and is enforced from now on"));
    }
    note(cx, whose.upn, &format!("{} proved a second factor: {}", whose.upn, with.title()), because).await
}

/// Who is enabled becomes enforced, judged on the account as it is by then: an administrator may have changed
/// the state since the request came, and what they said stays. Did it?
fn enforce(upn: &Upn, home: Tenant<'_>, user: &mut User) -> bool {
    let enabled = per_user_state(&Account { upn, user, home }) == PerUserMfa::Enabled;
    if enabled {
        user.per_user_mfa = Some(PerUserMfa::Enforced);
    }
    enabled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, world};

    #[test]
    fn r_04_enabled_becomes_enforced_and_what_an_administrator_says_meanwhile_stays() {
        use PerUserMfa::{Disabled, Enabled, Enforced};
        let table = [
            (Enabled, None, true, Some(Enforced)),
            (Disabled, Some(Enabled), true, Some(Enforced)),
            (Enabled, Some(Disabled), false, Some(Disabled)),
            (Enabled, Some(Enforced), false, Some(Enforced)),
            (Disabled, None, false, None),
        ];
        let upn = Upn::new("alice@example.test");
        for (tenant, own, enforced, after) in table {
            let mut world = world::plain().unwrap();
            world.tenants.get_mut("example").unwrap().per_user_mfa = tenant;
            let directory = Directory::new(world).unwrap();
            let account = directory.account(&upn).unwrap();
            let mut user = User { per_user_mfa: own, ..account.user.clone() };
            assert_eq!(enforce(&upn, account.home, &mut user), enforced, "{tenant:?} {own:?}");
            assert_eq!(user.per_user_mfa, after, "{tenant:?} {own:?}");
        }
    }
}
