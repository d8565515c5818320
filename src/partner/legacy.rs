//! Does a name with a password open a protocol that cannot ask for anything more?
//!
//! What such protocols do is told by "Deprecation of Basic authentication in Exchange Online"; the decision is the one
//! that every sign-in is decided by.

pub mod credentials;
pub mod mailbox;
pub mod powershell;
pub mod routes;

use crate::directory::Account;
use crate::directory::policy::ClientType;
use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::federation::wstrust::decide::{Scene, decide_in};
use crate::oauth::desk::Desk;
use crate::oauth::grants::{self, Again};
use crate::oauth::scope::Requested;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::{Factors, First};
use crate::signin::state::{Asks, Authenticated, Authority, Presence};
use credentials::Shown;

/// What these protocols sign in to.
pub const APP: &str = "exchange-online";

/// Decides whether an account that has shown this may go on, by every rule that a sign-in meets.
pub fn decide(desk: &Desk<'_>, account: &Account<'_>, shown: &Shown) -> Result<Authenticated, Refusal> {
    let Some(app) = desk.directory.app_by_handle(APP) else {
        return Err(Code::AppNotFound.because("The application is gone."));
    };
    let (first, presence) = match shown {
        Shown::Password => (First::Password, Presence::PasswordOnly),
        Shown::AtProvider { .. } => (First::Federated, Presence::PasswordOnly),
        Shown::AppPassword { .. } => (First::Password, Presence::AppPassword),
    };
    if let Shown::AtProvider { domain, provider } = shown {
        let scene = Scene { directory: desk.directory, now: desk.now, ip: desk.ip.parse().ok() };
        at_provider(&scene, provider, domain, account)?;
    }
    let proven = grants::Proven {
        upn: account.upn,
        home: account.home.place(),
        factors: Factors { first, ..Factors::password(desk.now) },
    };
    let again = Again {
        authority: Authority::Tenant(account.home.handle().to_owned()),
        app,
        requested: &Requested::default(),
        asks: Asks::default(),
        client: ClientType::Legacy,
        presence,
    };
    let mut done = grants::decide_again(desk, &proven, again)?;
    done.because.insert(0, shown.because());
    Ok(done)
}

/// The provider decides first whether a password alone will do there, as it does for WS-Trust.
pub fn at_provider(scene: &Scene<'_>, provider: &str, domain: &str, account: &Account<'_>) -> Result<(), Refusal> {
    let Some(party) = scene.directory.app_by_handle(MICROSOFT_ONLINE_APP) else {
        return Err(Code::AppNotFound.because("The application is gone."));
    };
    let Err(refusal) = decide_in(scene, provider, party, account.upn) else { return Ok(()) };
    let text = format!("The provider of {domain} does not take a password alone: {}", refusal.text);
    let code = match refusal.code {
        // What is missing is the provider's proof, whichever of its methods it would have asked for.
        Code::MfaRequired | Code::StrongAuthenticationRequired => Code::MfaRegistrationRequired,
        other => other,
    };
    Err(Refusal { because: refusal.because, ..code.because(text) })
}

#[cfg(test)]
mod tests;
