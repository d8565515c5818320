//! May this account enter the tenant that is signed in to, and use this application there?

use super::password::Proven;
use super::state::{Authority, Facts, Step};
use crate::directory::tenant::{Guest, Tenant};
use crate::directory::{Account, Application};
use crate::id::{ObjectId, Upn};
use crate::journal::Because;
use crate::refusal::{Code, Refusal};

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
}

/// The account's place in the tenant, or why it has none.
pub fn tenant_access<'a>(facts: &Facts<'a>, who: &Proven<'a>, because: &mut Vec<Because>) -> Result<Access<'a>, Step> {
    let refuse = |refusal: Refusal| Err(Step::Refuse(refusal));
    if !who.account.user.enabled {
        return refuse(Code::AccountDisabled.because("The account is disabled."));
    }
    let access = match place(facts, who.account.home, who.account.upn, who.account.user.id) {
        Ok(access) => access,
        Err(refusal) => return refuse(refusal),
    };
    if let Standing::Guest(_) = access.standing {
        because
            .push(Because::new("tenant access", format!("{} is a guest of {}", who.account.upn, access.tenant.name())));
    }
    let Some(app) = facts.directory.app_by_handle(&facts.demand.app) else {
        return refuse(Code::AppNotFound.because("The application is gone."));
    };
    if let Err(refusal) = app_serves(app, access.tenant) {
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

fn place<'a>(facts: &Facts<'a>, home: Tenant<'a>, upn: &Upn, id: ObjectId) -> Result<Access<'a>, Refusal> {
    let member = |tenant| Access { tenant, object: id, standing: Standing::Member };
    match &facts.demand.authority {
        Authority::Common | Authority::Organizations | Authority::Provider(_) => Ok(member(home)),
        Authority::Consumers => {
            Err(Code::NotOnThisAuthority.because("This address is for personal accounts, and this world has none."))
        }
        Authority::Tenant(handle) => {
            let Some(tenant) = facts.directory.tenant_by_handle(handle) else {
                return Err(Code::UnknownTenant.because("The tenant is gone."));
            };
            if tenant == home {
                return Ok(member(home));
            }
            match facts.directory.guest(tenant, upn) {
                Some(guest) => Ok(Access { tenant, object: guest.id, standing: Standing::Guest(guest) }),
                None => Err(not_in_tenant(home, tenant, upn)),
            }
        }
    }
}

/// An account's place in the tenant signed in to, whatever it has proven.
pub fn place_of<'a>(facts: &Facts<'a>, account: Account<'a>) -> Result<Access<'a>, Refusal> {
    place(facts, account.home, account.upn, account.user.id)
}

fn not_in_tenant(home: Tenant<'_>, tenant: Tenant<'_>, upn: &Upn) -> Refusal {
    Code::AccountNotInTenant.because(format!(
        "The account {upn} of the identity provider https://sts.windows.net/{}/ does not exist in the tenant {} and cannot use the application there. It has to be invited first.",
        home.id(),
        tenant.name()
    ))
}

/// Would this account be let in? Asked of signed-in accounts before one is taken for granted.
pub fn could_enter(facts: &Facts<'_>, upn: &Upn) -> bool {
    match &facts.demand.authority {
        Authority::Provider(_) => true,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => facts
            .directory
            .account(upn)
            .is_some_and(|account| place(facts, account.home, account.upn, account.user.id).is_ok()),
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
    };
    roles.get(app.handle).is_some_and(|roles| !roles.is_empty())
}
