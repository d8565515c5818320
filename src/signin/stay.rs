//! "Stay signed in?": an offer made once, after a password, where the tenant makes it.

use super::password::Proven;
use super::state::{Facts, Prompt, Step};

/// Asks, when there is reason to.
pub fn stay_signed_in(facts: &Facts<'_>, who: &Proven<'_>) -> Result<(), Step> {
    let fresh = facts.evidence.password.is_some();
    let offered = who.account.home.offers_to_stay_signed_in() && facts.demand.prompt != Prompt::None;
    match facts.evidence.stay {
        None if fresh && offered => Err(Step::AskStaySignedIn { upn: who.account.upn.clone() }),
        None | Some(_) => Ok(()),
    }
}
