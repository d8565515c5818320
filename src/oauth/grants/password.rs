//! A name and a password, handed over (RFC 6749, 4.3): for accounts that nothing more is asked of.

use super::{Again, Granted, Proven, TokenRequest, decide_again, handed_over};
use crate::directory::AccountRef;
use crate::directory::policy::ClientType;
use crate::id::Upn;
use crate::oauth::asks;
use crate::oauth::desk::Denied;
use crate::oauth::dialect::Dialect;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factors;
use crate::signin::failures;
use crate::signin::password::{LONGEST, held_elsewhere, no_such_account};
use crate::signin::state::{Authority, Presence};
use crate::signin::tenant_access::is_guest;

/// Issues tokens for a name and a password.
pub async fn issue(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    may_use(request)?;
    let (name, password) = (request.need("username")?, request.need("password")?);
    if name.len() > Upn::LONGEST || password.len() > LONGEST {
        return Err(wrong().into());
    }
    let upn = Upn::new(name);
    let requested = handed_over::requested(request)?;
    let flow = handed_over::is_about(request, &upn, &requested);
    let elsewhere = verify(request, &upn, password).await?;
    let desk = &request.desk;
    let Some(account) = desk.directory.account(&upn) else { return Err(wrong().into()) };
    let proven = Proven { upn: &upn, home: account.home.place(), factors: Factors::password(desk.now) };
    let claims = request.claims()?;
    let again = Again {
        authority: match request.authority {
            Authority::Tenant(_) => request.authority.clone(),
            Authority::Common | Authority::Organizations | Authority::Consumers | Authority::Provider(_) => {
                Authority::Tenant(account.home.handle().to_owned())
            }
        },
        app: request.caller.app,
        requested: &requested,
        asks: asks::in_claims(claims.as_ref()),
        client: ClientType::Mobile,
        presence: Presence::PasswordOnly,
    };
    let done = decide_again(desk, &proven, again)?;
    if let Some(refusal) = elsewhere {
        return Err(refusal.into());
    }
    handed_over::tokens(request, done, requested, &flow, "a password").await
}

/// Where the grant is served, and to whom.
fn may_use(request: &TokenRequest<'_>) -> Result<(), Refusal> {
    served_at(request.authority, request.dialect)?;
    handed_over::may_use(request)
}

/// Does an address take passwords?
pub fn served_at(authority: &Authority, dialect: Dialect) -> Result<(), Refusal> {
    match authority {
        // The older endpoint looks the account's tenant up by itself, and older libraries rely on it.
        Authority::Common if dialect == Dialect::EntraV1 => Ok(()),
        Authority::Common | Authority::Consumers => Err(Code::PasswordGrantNeedsTenant.because(
            "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
        )),
        Authority::Organizations | Authority::Tenant(_) | Authority::Provider(_) => Ok(()),
    }
}

/// Checks the password. Where that proves nothing, because another provider has it, the refusal for it: at home it comes
/// first, and elsewhere a partner's agent is told that a second factor is missing before that.
async fn verify(request: &TokenRequest<'_>, upn: &Upn, password: &str) -> Result<Option<Refusal>, Denied> {
    let desk = &request.desk;
    let account = desk.directory.account(upn).filter(|account| match request.authority {
        // Guests have no password where they are guests; who else is at home elsewhere may be a partner's.
        Authority::Tenant(_) => {
            !request.tenant().is_some_and(|tenant| is_guest(desk.directory, account, tenant, desk.now))
        }
        Authority::Common | Authority::Organizations | Authority::Consumers | Authority::Provider(_) => true,
    });
    let home = desk.directory.tenant_by_domain(upn.domain());
    let place = home.map_or_else(String::new, |home| home.place());
    let whose = AccountRef { home: &place, upn };
    let verdict = failures::verify(desk.store, whose, account, password, desk.now).await?;
    let hidden = home.is_some_and(|home| home.hides_unknown_users());
    if let Some(refusal) = account.and_then(|account| held_elsewhere(desk.directory, account)) {
        let at_home = request.tenant().is_none_or(|tenant| Some(tenant) == home);
        return if at_home { Err(refusal.into()) } else { Ok(Some(refusal)) };
    }
    match (verdict, account) {
        (Err(refusal), None) if refusal.code == Code::WrongPassword && !hidden => Err(no_such_account(upn).into()),
        (Err(refusal), _) => Err(refusal.into()),
        (Ok(()), _) => Ok(None),
    }
}

fn wrong() -> Refusal {
    Code::WrongPassword.because("Error validating credentials due to invalid username or password.")
}
