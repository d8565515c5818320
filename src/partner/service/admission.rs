//! May somebody who has signed in to a tenant's admin center be in it now?
//!
//! The token told the roles of the moment of the sign-in; relationships end, roles are taken away and exceptions are
//! withdrawn while the session goes on, so that each page asks again.
//!
//! Differs: the real admin centers learn of it with their next token, within the hour; here it holds at once.

use crate::directory::delegation::delegation;
use crate::directory::role::Roles;
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::journal::Because;
use crate::partner::sign_in::records::{Evidence, SiteSession};
use crate::time::Timestamp;

/// What becomes of a visit.
#[derive(Clone, Debug, PartialEq)]
pub enum Admission {
    /// These roles are held there.
    With(Roles, Because),
    /// A second factor has to be proven first.
    StepUp(Because),
    /// Nothing is held there.
    Nothing(Because),
}

/// Decides by what holds now.
pub fn admission(directory: &Directory, session: &SiteSession, tenant: Tenant<'_>, now: Timestamp) -> Admission {
    let Some(account) = directory.account(&session.upn) else {
        return Admission::Nothing(Because::new("R-50", "the account is gone"));
    };
    // By object too: a name can pass to somebody else.
    let guest = directory.guest(tenant, account.upn).filter(|guest| guest.id == session.object);
    if let Some(guest) = guest {
        let text = format!("{} is a guest of {}", account.upn, tenant.name());
        return Admission::With(guest.roles.iter().copied().collect(), Because::new("R-50", text));
    }
    if account.user.id != session.object {
        return Admission::Nothing(Because::new("R-50", "the account that signed in is gone"));
    }
    if account.home == tenant {
        let text = format!("{} belongs to {}", account.upn, tenant.name());
        return Admission::With(account.user.roles.iter().copied().collect(), Because::new("R-50", text));
    }
    on_behalf(directory, &account, session.evidence(), tenant, now)
}

/// An agent of a partner: by a relationship in force, and with a second factor, unless an exception excuses that.
fn on_behalf(
    directory: &Directory,
    account: &Account<'_>,
    evidence: Evidence,
    tenant: Tenant<'_>,
    now: Timestamp,
) -> Admission {
    let delegation = match delegation(directory, account, tenant, now) {
        Ok(delegation) => delegation,
        Err(none) => return Admission::Nothing(Because::new("R-55", none.words())),
    };
    let excepted = directory.excepted(account.home, now);
    match (evidence, excepted) {
        (Evidence::Mfa, _) => {
            let text = format!("the relationship {} gives roles there", delegation.handle);
            Admission::With(delegation.roles, Because::new("R-50", text))
        }
        (Evidence::NoMfa, Some((handle, _))) => {
            let text = format!("the technical exception {handle} excuses from the second factor");
            Admission::With(delegation.roles, Because::new("R-07", text))
        }
        (Evidence::NoMfa, None) => {
            let text = "who acts in the tenant of a customer proves a second factor, and none is proven";
            Admission::StepUp(Because::new("R-01", text))
        }
    }
}
