//! Was the password right, is the proof recent enough, and when is an account locked?

use super::factors::{Factor, Factors, First, Second};
use super::lock::locked_until;
use super::mfa::offered::usable;
use super::state::{Facts, Step};
use super::unattended;
use crate::directory::domain::Realm;
use crate::directory::tenant::Tenant;
use crate::directory::user::Secret;
use crate::directory::{Account, AccountRef, Directory};
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};

/// The longest password anybody can have.
pub const LONGEST: usize = 1024;

/// An account that has proven itself.
#[derive(Clone, Debug)]
pub struct Proven<'a> {
    /// The account.
    pub account: Account<'a>,
    /// How and when, in this session.
    pub factors: Factors,
}

/// The proof there is, or the question that asks for one.
pub fn password<'a>(facts: &Facts<'a>, account: Account<'a>, because: &mut Vec<Because>) -> Result<Proven<'a>, Step> {
    let earlier = facts
        .session
        .account(AccountRef { home: &account.home.place(), upn: account.upn })
        .map(|account| &account.factors);
    if let Some(shown) = facts.evidence.first.as_ref().filter(|shown| shown.upn == *account.upn) {
        let text = match shown.with {
            First::Password => "the password was verified in this sign-in",
            First::Passkey => "a passkey was verified in this sign-in",
            First::AccessPass => "a temporary access pass was verified in this sign-in",
            First::Federated => "the domain was federated when this sign-in began",
        };
        because.push(match facts.evidence.unattended {
            true => unattended::because(),
            false => Because::new("R-27", text),
        });
        // What else was proven in this session still counts: nobody is asked twice for it.
        let second = earlier.map(|earlier| kept(&account, earlier, shown.with)).unwrap_or_default();
        return Ok(Proven {
            account,
            factors: Factors { first: shown.with, at: shown.at, second, passed: Vec::new() },
        });
    }
    match earlier {
        Some(earlier) if still_does(facts, earlier, because) => Ok(Proven { account, factors: earlier.clone() }),
        Some(_) | None => Err(ask(facts, account)),
    }
}

/// Does what was proven before spare the question, or is it asked anew?
pub(super) fn still_does(facts: &Facts<'_>, earlier: &Factors, because: &mut Vec<Because>) -> bool {
    if facts.demand.prompt.asks_to_sign_in() {
        return false;
    }
    let Some(age) = facts.demand.max_age else { return true };
    let young = is_within(facts.now.since(earlier.at), age);
    if !young {
        let text =
            format!("the sign-in of {} is older than the {} seconds that are allowed", earlier.at, age.whole_seconds());
        because.push(Because::new("max_age", text));
    }
    young
}

/// What a session has proven besides the first factor that was shown anew: a passkey it began with is a second one now.
/// At a provider, whoever is asked anew begins anew: an answer that has to be fresh must not tell of an earlier second
/// factor.
fn kept(account: &Account<'_>, earlier: &Factors, anew: First) -> Vec<Second> {
    if let Tenant::Provider { .. } = account.home {
        return Vec::new();
    }
    let began = earlier.first.factor().filter(|_| earlier.first != anew);
    let began = began.map(|with| Second { with, at: earlier.at });
    let kept = Factors { second: Vec::new(), ..earlier.clone() }.and(began).and(earlier.second.iter().copied());
    kept.second
}

/// The refusal of a password for an account that is not known where it is handed over.
pub fn no_such_account(upn: &Upn) -> Refusal {
    Code::NoSuchUser.because(format!("The user account {upn} does not exist in the directory."))
}

/// The refusal of a password for an account whose provider alone knows it; nothing for one of ours.
pub fn held_elsewhere(directory: &Directory, account: Account<'_>) -> Option<Refusal> {
    let domain = account.upn.domain();
    match directory.realm(account.home, domain) {
        Realm::Managed => None,
        Realm::Federated(_) => Some(
            Code::WrongPassword
                .because("Error validating credentials due to invalid username or password.")
                .because("R-10", format!("{domain} signs in at another provider, which alone knows the password")),
        ),
    }
}

/// The same question where the proof there is has become too old.
pub fn ask_again(facts: &Facts<'_>, account: Account<'_>) -> Step {
    match ask(facts, account) {
        Step::AskPassword { upn } => Step::AskPasswordAgain { upn },
        other => other,
    }
}

/// The question for the first proof: a password, unless something else was asked for that this account has.
fn ask(facts: &Facts<'_>, account: Account<'_>) -> Step {
    let upn = account.upn.clone();
    match facts.evidence.instead.filter(|with| instead(&account, facts.now).contains(with)) {
        Some(with) => Step::AskInstead { upn, home: account.home.place(), with },
        None => Step::AskPassword { upn },
    }
}

/// What an account can show instead of a password.
pub fn instead(account: &Account<'_>, now: Timestamp) -> Vec<First> {
    let has = |factor| usable(account, now).contains(&factor);
    let mut firsts = Vec::new();
    if has(Factor::AccessPass) {
        firsts.push(First::AccessPass);
    }
    if has(Factor::Passkey) {
        firsts.push(First::Passkey);
    }
    firsts
}

/// Is a sign-in young enough? An age of zero always asks again (OpenID Connect Core, 3.1.2.1), also where time
/// stands still.
pub(super) fn is_within(since: Span, age: Span) -> bool {
    age > Span::default() && since <= age
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
    not_locked(failures, now)?;
    let Some(account) = account else { return Err(wrong()) };
    match stored {
        Some(_) if !right => Err(wrong()),
        Some(_) | None => is_good(account),
    }
}

/// What the right password comes to, with so many wrong ones before it.
pub fn taken(account: Account<'_>, failures: &[Timestamp], now: Timestamp) -> Result<(), Refusal> {
    not_locked(failures, now)?;
    is_good(account)
}

fn not_locked(failures: &[Timestamp], now: Timestamp) -> Result<(), Refusal> {
    match locked_until(failures, now) {
        Some(_) => Err(Code::Locked.because("The account is locked after too many wrong passwords. Try again later.")),
        None => Ok(()),
    }
}

/// Is there a password, and does it open the account?
fn is_good(account: Account<'_>) -> Result<(), Refusal> {
    if account.user.password.is_none() {
        return Err(Code::NoPassword.because("The account has no password in this directory."));
    }
    if !account.user.enabled {
        return Err(Code::AccountDisabled.because("The account is disabled."));
    }
    if account.user.password_expired {
        return Err(Code::PasswordExpired.because("The password has expired and has to be changed first."));
    }
    Ok(())
}

/// Who judged a password, and why it came to this.
pub fn judged(
    place: Option<Tenant<'_>>,
    account: Option<Account<'_>>,
    upn: &Upn,
    verdict: &Result<(), Refusal>,
) -> Because {
    let (rule, judge) = match place {
        Some(tenant @ Tenant::Entra { .. }) => ("R-10", tenant.name()),
        Some(provider @ Tenant::Provider { .. }) => ("R-14", provider.name()),
        None => return Because::new("R-10", format!("no tenant here has the domain of {upn}")),
    };
    let found = match (account, verdict) {
        (_, Ok(())) => format!("this is the one of {upn}"),
        (None, Err(_)) => format!("it has no account {upn}"),
        (Some(_), Err(refusal)) if refusal.code == Code::WrongPassword => format!("this is not the one of {upn}"),
        (Some(_), Err(refusal)) => refusal.text.to_string(),
    };
    Because::new(rule, format!("{judge} verifies the passwords of its accounts itself: {found}"))
}

/// The refusal of a password that is not the account's, or of a name that nobody has.
pub fn wrong() -> Refusal {
    Code::WrongPassword.because("The user name or the password is wrong.")
}
