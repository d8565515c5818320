//! May somebody who has nothing that would do register a method now? Policies can guard that too, by the user action.

use super::conditional_access::{self, Attempt};
use super::policies::{apply, attempt, challenge};
use super::required::{Required, Requirement, Want};
use crate::directory::Account;
use crate::directory::policy::UserAction;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Facts;
use crate::signin::tenant_access::Access;

/// What is demanded of them, or the refusal of a policy that blocks.
pub fn guards(
    facts: &Facts<'_>,
    account: &Account<'_>,
    access: &Access<'_>,
    because: &mut Vec<Because>,
) -> Result<Required, Refusal> {
    let mut required = Required::default();
    let (Some(tenant), Some(attempt)) = (conditional_access::tenant(access), attempt(facts, account, access)) else {
        return Ok(required);
    };
    let attempt = Attempt { action: Some(UserAction::RegisterSecurityInfo), ..attempt };
    let mut why = Vec::new();
    let blocked = apply(tenant, &attempt, &mut required, &mut why);
    if facts.demand.action != attempt.action && !why.is_empty() {
        because.push(Because::new("R-05", "policies guard the registration of methods"));
        because.append(&mut why);
    }
    match blocked {
        None => Ok(required),
        Some((handle, policy)) => {
            let text = format!("The conditional access policy {handle} does not let methods be registered from here.");
            Err(Refusal { claims: Some(challenge(policy.id, None)), ..Code::PolicyBlocks.because(text) })
        }
    }
}

/// The refusal of who may not register a method, because this is not met.
pub fn guarded(unmet: &Requirement) -> Refusal {
    let lacks = match unmet.want {
        Want::Recent => "by somebody who has just signed in",
        Want::Terms(_) => "by somebody who has accepted its terms",
        Want::Control(_) => "by somebody who has passed its custom control",
        Want::Factor(_) | Want::Registered | Want::Any(_) => {
            "by somebody who has proven a second factor; a temporary access pass is one"
        }
    };
    let text = format!("A conditional access policy lets methods be registered only {lacks}.");
    Refusal { claims: unmet.challenge(), ..Code::PolicyBlocks.because(text) }
}
