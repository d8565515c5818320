//! Does a password alone do at a provider? The same decision as for a browser, with nobody to ask: whoever would be
//! asked for a second factor is refused.

use std::net::IpAddr;

use crate::directory::{Application, Directory};
use crate::id::Upn;
use crate::oauth::desk::Desk;
use crate::refusal::Refusal;
use crate::signin::decide_unasked;
use crate::signin::factors::First;
use crate::signin::session::Session;
use crate::signin::state::{Authenticated, Authority, Demand, Evidence, Facts, FirstProof, Presence, Prompt};
use crate::time::Timestamp;

/// The sign-in of somebody whose password was right, at a provider, for a relying party.
pub fn decide(desk: &Desk<'_>, provider: &str, party: Application<'_>, upn: &Upn) -> Result<Authenticated, Refusal> {
    decide_in(&Scene { directory: desk.directory, now: desk.now, ip: desk.ip.parse().ok() }, provider, party, upn)
}

/// Where, when and from where it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Now.
    pub now: Timestamp,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// The same, for whoever has no request at hand.
pub fn decide_in(
    scene: &Scene<'_>,
    provider: &str,
    party: Application<'_>,
    upn: &Upn,
) -> Result<Authenticated, Refusal> {
    let authority = Authority::Provider(provider.to_owned());
    let demand =
        Demand { prompt: Prompt::None, presence: Presence::PasswordOnly, ..Demand::new(authority, party.handle) };
    let evidence = Evidence {
        chosen: Some(upn.clone()),
        first: Some(FirstProof { upn: upn.clone(), with: First::Password, at: scene.now }),
        ..Evidence::default()
    };
    let facts = Facts {
        directory: scene.directory,
        demand: &demand,
        evidence: &evidence,
        session: &Session::default(),
        now: scene.now,
        ip: scene.ip,
        remembered: &[],
    };
    decide_unasked(&facts)
}
