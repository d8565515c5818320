//! "Stay signed in?": an offer made once, after a first factor, where the tenant makes it and no policy has decided.

use super::password::Proven;
use super::state::{Facts, Prompt, Step};
use crate::directory::policy::PersistentBrowser;

/// Does the session outlive the browser? Asks, when there is reason to.
pub fn stay_signed_in(facts: &Facts<'_>, who: &Proven<'_>, policy: Option<PersistentBrowser>) -> Result<bool, Step> {
    match policy {
        Some(PersistentBrowser::Always) => return Ok(true),
        Some(PersistentBrowser::Never) => return Ok(false),
        None => {}
    }
    let fresh = facts.evidence.first.as_ref().is_some_and(|shown| shown.upn == *who.account.upn);
    let offered = who.account.home.offers_to_stay_signed_in() && facts.demand.prompt != Prompt::None;
    match facts.evidence.stay {
        None if fresh && offered => Err(Step::AskStaySignedIn { upn: who.account.upn.clone() }),
        said => Ok(said == Some(true)),
    }
}
