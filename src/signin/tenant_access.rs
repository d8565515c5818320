//! May this account enter the tenant that is signed in to, and use this application there?
//!
//! An account enters its own tenant, one that invited it, or a customer's that its own tenant administers.

use super::consent::is_present;
use super::password::Proven;
use super::state::{Authority, Facts, Step};
use crate::directory::delegation::{Delegation, NoDelegation, delegation};
use crate::directory::role::{Role, Roles};
use crate::directory::tenant::{Guest, Tenant};
use crate::directory::{Account, Application, Directory};
use crate::id::{ObjectId, Upn};
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;
use crate::token::issuer::issuer_v1;

/// An account's place in the tenant signed in to.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The tenant.
    pub tenant: Tenant<'a>,
    /// Its object there.
    pub object: ObjectId,
    /// What it is there.
    pub standing: Standing<'a>,
}

/// What an account is in a tenant.
#[derive(Clone, Copy, Debug)]
pub enum Standing<'a> {
    /// One of its own.
    Member,
    /// Invited.
    Guest(&'a Guest),
    /// An agent of a partner that administers it.
    DelegatedAdmin(Delegation<'a>),
}

impl Access<'_> {
    /// The roles an account has in the tenant signed in to.
    pub fn roles(&self, account: &Account<'_>) -> Roles {
        match self.standing {
            Standing::Member => account.user.roles.iter().copied().collect(),
            Standing::Guest(guest) => guest.roles.iter().copied().collect(),
            Standing::DelegatedAdmin(delegation) => delegation.roles,
        }
    }
}

/// What an account is in a tenant, or why nothing. Elsewhere than at home, an agent who was invited too comes as an
/// agent: an invitation does not excuse from R-01.
pub fn standing<'a>(
    directory: &'a Directory,
    account: &Account<'a>,
    tenant: Tenant<'a>,
    now: Timestamp,
) -> Result<Standing<'a>, NoDelegation> {
    if account.home == tenant {
        return Ok(Standing::Member);
    }
    let agent = delegation(directory, account, tenant, now).map(Standing::DelegatedAdmin);
    agent.or_else(|none| directory.guest(tenant, account.upn).map(Standing::Guest).ok_or(none))
}

/// Is an account only a guest in a tenant, and nobody's agent there?
pub fn is_guest(directory: &Directory, account: &Account<'_>, tenant: Tenant<'_>, now: Timestamp) -> bool {
    matches!(standing(directory, account, tenant, now), Ok(Standing::Guest(_)))
}

/// The account's place in the tenant, or why it has none.
pub fn tenant_access<'a>(facts: &Facts<'a>, who: &Proven<'a>, because: &mut Vec<Because>) -> Result<Access<'a>, Step> {
    let refuse = |refusal: Refusal| Err(Step::Refuse(refusal));
    if !who.account.user.enabled {
        return refuse(Code::AccountDisabled.because("The account is disabled."));
    }
    let access = match place(facts, &who.account) {
        Ok(access) => access,
        Err(refusal) => return refuse(refusal),
    };
    because.extend(why(&access, &who.account));
    let Some(app) = facts.directory.app_by_handle(&facts.demand.app) else {
        return refuse(Code::AppNotFound.because("The application is gone."));
    };
    if let Err(refusal) = app_serves(app, access.tenant) {
        return refuse(refusal);
    }
    if let Err(refusal) = app_is_known(facts, app, &access) {
        return refuse(refusal);
    }
    if app.assignment_required && !is_assigned(&app, who, &access) {
        return refuse(Code::NotAssigned.because(format!(
            "{} is not assigned to a role of the application {}.",
            who.account.upn,
            app.title()
        )));
    }
    Ok(access)
}

/// What there is to say about an account that is no member.
fn why(access: &Access<'_>, account: &Account<'_>) -> Option<Because> {
    let (upn, tenant) = (account.upn, access.tenant.name());
    match access.standing {
        Standing::Member => None,
        Standing::Guest(_) => Some(Because::new("tenant access", format!("{upn} is a guest of {tenant}"))),
        Standing::DelegatedAdmin(Delegation { handle, kind, roles }) => {
            let roles: Vec<&str> = roles.iter().map(Role::title).collect();
            let text = format!(
                "{upn} administers {tenant} for {} by the relationship {handle} ({}), as {}",
                account.home.name(),
                kind.name(),
                roles.join(", ")
            );
            Some(Because::new("R-50", text))
        }
    }
}

/// The account's place in the tenant signed in to, whatever it has proven.
fn place<'a>(facts: &Facts<'a>, account: &Account<'a>) -> Result<Access<'a>, Refusal> {
    let home = account.home;
    let member = |tenant| Access { tenant, object: account.user.id, standing: Standing::Member };
    match &facts.demand.authority {
        Authority::Common | Authority::Organizations | Authority::Provider(_) => Ok(member(home)),
        Authority::Consumers => Err(no_personal_accounts()),
        Authority::Tenant(handle) => {
            let Some(tenant) = facts.directory.tenant_by_handle(handle) else {
                return Err(Code::UnknownTenant.because("The tenant is gone."));
            };
            match standing(facts.directory, account, tenant, facts.now) {
                Ok(standing @ Standing::Guest(guest)) => Ok(Access { tenant, object: guest.id, standing }),
                Ok(standing @ (Standing::Member | Standing::DelegatedAdmin(_))) => {
                    Ok(Access { standing, ..member(tenant) })
                }
                Err(none) => Err(not_in_tenant(account, tenant, &none)),
            }
        }
    }
}

/// The refusal of a work account at the address of personal ones.
pub fn no_personal_accounts() -> Refusal {
    Code::NotOnThisAuthority.because("This address is for personal accounts, and this world has none.")
}

/// An account's place in the tenant signed in to, whatever it has proven.
pub fn place_of<'a>(facts: &Facts<'a>, account: Account<'a>) -> Result<Access<'a>, Refusal> {
    place(facts, &account)
}

fn not_in_tenant(account: &Account<'_>, tenant: Tenant<'_>, none: &NoDelegation) -> Refusal {
    let refusal = Code::AccountNotInTenant.because(format!(
        "The account {} of the identity provider {} does not exist in the tenant {} and cannot use the application there. It has to be invited first.",
        account.upn,
        issuer_v1(account.home),
        tenant.name()
    ));
    Refusal { because: vec![Because::new("R-55", none.words())], ..refusal }
}

/// A partner's agents may use what is known in the customer's tenant only; an administrator who comes to make an
/// application known there is let through to say so.
fn app_is_known(facts: &Facts<'_>, app: Application<'_>, access: &Access<'_>) -> Result<(), Refusal> {
    match access.standing {
        Standing::Member | Standing::Guest(_) => Ok(()),
        Standing::DelegatedAdmin(_) if facts.demand.for_everyone || is_present(facts.directory, app, access.tenant) => {
            Ok(())
        }
        Standing::DelegatedAdmin(_) => Err(Code::AppNotAuthorizedAtCustomer.because(format!(
            "The application {} has not been authorized in the tenant {}. Applications must be authorized to access the customer tenant before partner delegated administrators can use them.",
            app.client_id,
            access.tenant.id()
        ))),
    }
}

/// Would this account be let in? Asked of signed-in accounts before one is taken for granted.
pub fn could_enter(facts: &Facts<'_>, upn: &Upn) -> bool {
    match &facts.demand.authority {
        Authority::Provider(_) => true,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            facts.directory.account(upn).is_some_and(|account| place(facts, &account).is_ok())
        }
    }
}

/// Does an application serve accounts in this tenant?
pub fn app_serves(app: Application<'_>, tenant: Tenant<'_>) -> Result<(), Refusal> {
    if app.disabled {
        return Err(Code::AppDisabled.because(format!("The application {} is disabled.", app.title())));
    }
    if app.first_party || app.multi_tenant || app.home == tenant.handle() {
        return Ok(());
    }
    Err(Code::AppNotFound.because(format!(
        "The application {} was not found in the tenant {}. It serves the tenant it is registered in only.",
        app.client_id,
        tenant.name()
    )))
}

fn is_assigned(app: &Application<'_>, who: &Proven<'_>, access: &Access<'_>) -> bool {
    let roles = match access.standing {
        Standing::Member => &who.account.user.app_roles,
        Standing::Guest(guest) => &guest.app_roles,
        // Roles of applications are given to objects of the tenant, and it is none.
        Standing::DelegatedAdmin(_) => return false,
    };
    roles.get(app.handle).is_some_and(|roles| !roles.is_empty())
}
