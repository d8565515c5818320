//! Was the password right, is the proof recent enough, and when is an account locked?

use super::home_realm::Managed;
use super::session::Amr;
use super::state::{Facts, Prompt, Step};
use crate::directory::Account;
use crate::directory::user::Secret;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};

/// An account that has proven itself.
#[derive(Clone, Debug)]
pub struct Proven<'a> {
    /// The account.
    pub account: Account<'a>,
    /// How.
    pub amr: Amr,
    /// When.
    pub auth_time: Timestamp,
}

/// The proof there is, or the question that asks for one.
pub fn password<'a>(facts: &Facts<'a>, who: &Managed<'a>, because: &mut Vec<Because>) -> Result<Proven<'a>, Step> {
    let account = who.account;
    if let Some((upn, at)) = &facts.evidence.password
        && upn == account.upn
    {
        because.push(Because::new("R-27", "the password was verified in this sign-in"));
        return Ok(Proven { account, amr: Amr::password(), auth_time: *at });
    }
    let earlier = facts.session.account(account.upn, &account.home.place());
    if let Some(earlier) = earlier
        && facts.demand.prompt != Prompt::Login
        && facts.demand.max_age.is_none_or(|age| is_within(facts.now.since(earlier.auth_time), age))
    {
        return Ok(Proven { account, amr: earlier.amr.clone(), auth_time: earlier.auth_time });
    }
    Err(Step::AskPassword { upn: account.upn.clone() })
}

/// Is a sign-in young enough? An age of zero always asks again (OpenID Connect Core, 3.1.2.1), also where time
/// stands still.
fn is_within(since: Span, age: Span) -> bool {
    age > Span::default() && since <= age
}

/// How many wrong passwords lock an account.
const PATIENCE: usize = 10;

/// Until when an account is locked, given its wrong passwords since the last right one, oldest first.
///
/// The first lock lasts a minute; each wrong password after it doubles the time, up to an hour.
pub fn locked_until(failures: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let last = failures.last()?;
    let beyond = failures.len().checked_sub(PATIENCE)?;
    let minutes = 1i64 << beyond.min(6);
    let until = last.plus(Span::minutes(minutes.min(60)));
    // A clock that was moved back must not lock an account for longer than the lock lasts.
    (now < until && *last <= now).then_some(until)
}

/// Is this the account's password? The work done is the same whether or not there is an account.
pub fn verify(
    account: Option<Account<'_>>,
    candidate: &str,
    failures: &[Timestamp],
    now: Timestamp,
) -> Result<(), Refusal> {
    let stored = account.and_then(|account| account.user.password.as_ref());
    let nobodys = Secret::default();
    let right = stored.unwrap_or(&nobodys).matches(candidate);
    if locked_until(failures, now).is_some() {
        return Err(Code::Locked.because("The account is locked after too many wrong passwords. Try again later."));
    }
    let Some(account) = account else { return Err(wrong()) };
    if stored.is_none() {
        return Err(Code::NoPassword.because("The account has no password in this directory."));
    }
    if !right {
        return Err(wrong());
    }
    if !account.user.enabled {
        return Err(Code::AccountDisabled.because("The account is disabled."));
    }
    if account.user.password_expired {
        return Err(Code::PasswordExpired.because("The password has expired and has to be changed first."));
    }
    Ok(())
}

fn wrong() -> Refusal {
    Code::WrongPassword.because("The user name or the password is wrong.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_tenth_wrong_password_locks_and_every_further_one_locks_longer() {
        let failures: Vec<_> = (1..=12).map(at).collect();
        assert_eq!(locked_until(&failures[..9], at(9)), None);
        assert_eq!(locked_until(&failures[..10], at(10)), Some(at(70)));
        assert_eq!(locked_until(&failures[..10], at(70)), None);
        assert_eq!(locked_until(&failures[..11], at(71)), Some(at(131)));
        assert_eq!(locked_until(&failures, at(12)), Some(at(252)));
    }

    #[test]
    fn a_clock_moved_back_unlocks_rather_than_locks_for_ever() {
        let failures = vec![at(1_000_000); 10];
        assert_eq!(locked_until(&failures, at(10)), None);
    }
}
