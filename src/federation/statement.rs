//! What is stated about somebody who signed in for an application: who they are, and how they signed in?
//!
//! A tenant states what was proven; a third-party provider what it is set up to relay of it.

use super::assertion::{Assertion, Version, claims};
use super::name_id::Person;
use super::parties::MICROSOFT_ONLINE;
use super::saml::context::Wanted;
use super::say::{self, About, Addressed};
use super::{brief, issue};
use crate::directory::tenant::{Provider, Relay, Tenant};
use crate::directory::{Account, Application, Directory};
use crate::id::ObjectId;
use crate::journal::Because;
use crate::oauth::desk::Desk;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factors;
use crate::signin::state::Authenticated;

/// Who signed in, and how that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Who states it.
    pub by: Tenant<'a>,
    /// To whom.
    pub app: Application<'a>,
    /// The account.
    pub account: Account<'a>,
    /// Its object where it is signed in to.
    pub object: ObjectId,
    /// What was proven.
    pub factors: &'a Factors,
    /// The session.
    pub sid: &'a str,
    /// How it was asked that they sign in.
    pub wanted: &'a Wanted,
}

impl<'a> Case<'a> {
    /// A finished sign-in for an application; nothing, when somebody it names is gone by now.
    pub fn of(
        directory: &'a Directory,
        done: &'a Authenticated,
        app: &str,
        sid: &'a str,
        wanted: &'a Wanted,
    ) -> Option<Self> {
        let home = directory.at(&done.home)?;
        Some(Self {
            by: directory.at(&done.tenant)?,
            app: directory.app_by_handle(app)?,
            account: directory.account_at(home, &done.upn)?,
            object: done.object,
            factors: &done.factors,
            sid,
            wanted,
        })
    }
}

/// The assertion and the reasons for it; or that it would not be what was asked for.
pub fn state(
    desk: &Desk<'_>,
    case: &Case<'_>,
    addressed: &Addressed<'_>,
) -> Result<(Assertion, Vec<Because>), Refusal> {
    match case.by {
        Tenant::Entra { .. } => by_tenant(desk, case, addressed),
        Tenant::Provider { handle, facts } => by_provider(desk, handle, facts, case, addressed),
    }
}

fn by_tenant(
    desk: &Desk<'_>,
    case: &Case<'_>,
    addressed: &Addressed<'_>,
) -> Result<(Assertion, Vec<Because>), Refusal> {
    let class = stated(case)?;
    let context = match addressed.version {
        Version::Saml11 if class != claims::MULTIPLE => claims::PASSWORD_11,
        Version::Saml11 | Version::Saml20 => class,
    };
    let person = Person {
        account: case.account,
        tenant: case.by,
        object: case.object,
        app: case.app,
        audience: addressed.audience,
        sid: case.sid,
    };
    let assertion = issue::facts(desk, &person, case.factors, addressed, context);
    let text = match case.factors.mfa_at() {
        Some(at) => format!("a second factor was proven at {at}: authnmethodsreferences says multipleauthn"),
        None => "no second factor was proven: authnmethodsreferences does not say multipleauthn".to_owned(),
    };
    Ok((assertion, vec![Because::new("R-08", text)]))
}

fn by_provider(
    desk: &Desk<'_>,
    handle: &str,
    provider: &Provider,
    case: &Case<'_>,
    addressed: &Addressed<'_>,
) -> Result<(Assertion, Vec<Because>), Refusal> {
    let about = About { account: case.account, factors: case.factors, sid: Some(case.sid) };
    let (mut assertion, because) = say::facts(desk, handle, provider, &about, addressed);
    // What tenants are told is theirs to weigh; a provider that relays wrongly says to others too what it is set up to.
    let exact = addressed.audience != MICROSOFT_ONLINE && provider.relay == Relay::Faithful;
    if exact && !case.wanted.classes.is_empty() {
        let class = stated(case)?;
        if addressed.version == Version::Saml20 {
            class.clone_into(&mut assertion.authentication.context);
        }
    }
    Ok((assertion, because))
}

fn stated<'a>(case: &Case<'a>) -> Result<&'a str, Refusal> {
    case.wanted.stated(case.factors).ok_or_else(|| unmet(case.wanted))
}

/// Nobody signed in, or can, in the way that was asked for.
pub fn unmet(wanted: &Wanted) -> Refusal {
    let asked = brief(&wanted.classes.join(", "));
    Code::AuthnContextUnmet.because(format!(
        "Authentication method by which the user authenticated with the service doesn't match requested authentication method '{asked}'."
    ))
}
