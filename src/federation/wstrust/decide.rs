//! Does a password alone do at a provider? The same decision as for a browser, with nobody to ask: whoever would be
//! asked for a second factor is refused.

use crate::directory::Application;
use crate::id::Upn;
use crate::oauth::desk::Desk;
use crate::refusal::Refusal;
use crate::signin;
use crate::signin::factors::First;
use crate::signin::session::Session;
use crate::signin::state::{Authenticated, Authority, Demand, Evidence, Facts, FirstProof, Presence, Prompt};

/// The sign-in of somebody whose password was right, at a provider, for a relying party.
pub fn decide(desk: &Desk<'_>, provider: &str, party: Application<'_>, upn: &Upn) -> Result<Authenticated, Refusal> {
    let authority = Authority::Provider(provider.to_owned());
    let demand =
        Demand { prompt: Prompt::None, presence: Presence::PasswordOnly, ..Demand::new(authority, party.handle) };
    let evidence = Evidence {
        chosen: Some(upn.clone()),
        first: Some(FirstProof { upn: upn.clone(), with: First::Password, at: desk.now }),
        ..Evidence::default()
    };
    let facts = Facts {
        directory: desk.directory,
        demand: &demand,
        evidence: &evidence,
        session: &Session::default(),
        now: desk.now,
        ip: desk.ip.parse().ok(),
        remembered: &[],
    };
    let decision = signin::next_step(&facts);
    decision.outcome.map_err(|step| {
        let mut refusal = signin::without_asking(step);
        refusal.because.extend(decision.because);
        refusal
    })
}
