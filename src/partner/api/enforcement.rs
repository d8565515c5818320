//! Does a missing second factor close the API to this partner, or is it only written down? (R-07, R-40, R-42, R-44.)
//!
//! Follows Microsoft's announcements: for a while a partner could ask to be recorded only, and in 2026 the API was
//! closed to one partner after the other.

use crate::directory::tenant::EntraTenant;
use crate::journal::Because;
use crate::time::Timestamp;

/// What happens to a person's call without a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enforcement {
    /// It is refused.
    Refuse,
    /// It is written down and let through.
    AuditOnly,
    /// It is let through until this moment.
    Until(Timestamp),
    /// It is let through: a technical exception was granted, which this sentence tells of.
    Excused(String),
}

impl Enforcement {
    /// What holds for a partner at a moment. `excused` tells of the exception that covers it, if one does.
    pub fn of(partner: &EntraTenant, excused: Option<String>, now: Timestamp) -> Self {
        match (excused, partner.mfa_api_from) {
            (Some(exception), _) => Enforcement::Excused(exception),
            (None, _) if partner.mfa_audit_only => Enforcement::AuditOnly,
            (None, Some(from)) if now < from => Enforcement::Until(from),
            (None, _) => Enforcement::Refuse,
        }
    }

    /// Why a call without a second factor is let through, when it is.
    pub fn lets_through(&self) -> Option<Because> {
        match self {
            Enforcement::Refuse => None,
            Enforcement::AuditOnly => Some(Because::new("R-42", "the partner is recorded only, not refused")),
            Enforcement::Until(from) => {
                Some(Because::new("R-44", format!("the API is closed to this partner from {from} on")))
            }
            Enforcement::Excused(exception) => Some(Because::new("R-07", exception.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_comes_before_audit_only_and_that_before_the_stage() {
        let at = Timestamp::from_seconds;
        let tenant = |mfa_audit_only, from: Option<i64>| EntraTenant {
            mfa_audit_only,
            mfa_api_from: from.map(at),
            ..EntraTenant::default()
        };
        let of =
            |tenant: &EntraTenant, excused: Option<&str>| Enforcement::of(tenant, excused.map(str::to_owned), at(100));
        for (tenant, excused, expected, rule) in [
            (tenant(false, None), None, Enforcement::Refuse, None),
            (tenant(false, Some(100)), None, Enforcement::Refuse, None),
            (tenant(false, Some(101)), None, Enforcement::Until(at(101)), Some("R-44")),
            (tenant(true, Some(101)), None, Enforcement::AuditOnly, Some("R-42")),
            (tenant(true, None), Some("x"), Enforcement::Excused("x".into()), Some("R-07")),
            (tenant(false, None), Some("x"), Enforcement::Excused("x".into()), Some("R-07")),
        ] {
            let found = of(&tenant, excused);
            assert_eq!(found.lets_through().map(|because| because.rule).as_deref(), rule);
            assert_eq!(found, expected);
        }
    }
}
