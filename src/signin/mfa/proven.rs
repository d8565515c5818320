//! What has an account proven: in this sign-in, in this session, and on this device?

use super::required::{Required, Want};
use crate::directory::Account;
use crate::directory::tenant::Tenant;
use crate::journal::Because;
use crate::signin::factors::{Factor, Factors, Second};
use crate::signin::password::Proven;
use crate::signin::state::{Evidence, Facts, Presence};
use crate::signin::tenant_access::{Access, Standing};
use crate::signin::unattended;
use crate::time::Span;

/// All of it, with the reasons. `evidence` is what this very person said and proved in this sign-in.
pub(super) fn proven(
    facts: &Facts<'_>,
    evidence: &Evidence,
    who: &Proven<'_>,
    access: &Access<'_>,
    required: &Required,
    because: &mut Vec<Because>,
) -> Factors {
    let mut factors = who.factors.clone().and(evidence.second.iter().copied()).passing(evidence.passed.iter().cloned());
    let wanted = required.all.iter().any(|one| matches!(one.want, Want::Factor(_) | Want::Any(_)));
    if hands_over(facts, access) && (wanted || !factors.second.is_empty()) {
        because.push(handed_over());
        factors.second.clear();
    }
    if let Some(with) = factors.first.factor() {
        let text =
            format!("it began at {} with what is a second factor at the same time: {}", factors.at, with.title());
        because.push(Because::new("R-08", text));
    }
    for second in &factors.second {
        because.push(Because::new(
            "R-08",
            format!("a second factor was proven at {}: {}", second.at, second.with.title()),
        ));
    }
    if factors.mfa_at().is_some() || !wanted {
        return factors;
    }
    match substitute(facts, &who.account, access) {
        None => factors,
        Some((second, why)) => {
            if !because.contains(&why) {
                because.push(why);
            }
            factors.and([second])
        }
    }
}

/// Is it a program that acts at a customer here, with a password that was handed over to it?
pub(super) fn hands_over(facts: &Facts<'_>, access: &Access<'_>) -> bool {
    facts.demand.presence != Presence::There && matches!(access.standing, Standing::DelegatedAdmin(_))
}

/// Why nothing is proven by it.
pub(super) fn handed_over() -> Because {
    Because::new("R-53", "who hands over a password proves no second factor at a customer")
}

/// What stands for a second factor that nobody is asked for.
fn substitute(facts: &Facts<'_>, account: &Account<'_>, access: &Access<'_>) -> Option<(Second, Because)> {
    if facts.evidence.unattended {
        let second = Second { with: Factor::Unattended, at: facts.now };
        return Some((second, unattended::because()));
    }
    // A tenant's word that a browser may be remembered counts in that tenant, not where its members are guests.
    let Standing::Member = access.standing else { return None };
    let days = remember_days(account.home)?;
    let known = facts.remembered.iter().find(|one| one.upn == *account.upn && one.home == account.home.place())?;
    let text = format!("this browser is remembered since {} for {days} days", known.at);
    let lasts = facts.now < known.at.plus(Span::days(i64::from(days)));
    lasts.then(|| (Second { with: Factor::Remembered, at: known.at }, Because::new("R-26", text)))
}

/// For how many days a browser may be remembered.
pub fn remember_days(home: Tenant<'_>) -> Option<u32> {
    match home {
        Tenant::Entra { facts, .. } => Some(facts.remember_mfa_days).filter(|days| *days > 0),
        Tenant::Provider { .. } => None,
    }
}
