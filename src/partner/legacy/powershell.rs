//! Whose Exchange may somebody administer through the old PowerShell module, and as what?
//!
//! The module signs in to the account's own tenant and uses delegated privileges from there: the customer's
//! tenant is never signed in to, so its policies are not met, and neither is R-01.

use serde_json::{Value, json};

use super::credentials::Shown;
use crate::directory::delegation::{Delegation, delegation};
use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::http::params::shorten;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;

/// Whose Exchange is administered.
#[derive(Clone, Copy, Debug)]
pub enum Session<'d> {
    /// The account's own organization's.
    Own(Tenant<'d>),
    /// A customer's.
    Delegated(Tenant<'d>, Delegation<'d>),
}

/// The session that is asked for: of the account's own organization, or of the customer that has this domain or id.
pub fn session<'d>(
    directory: &'d Directory,
    account: &Account<'d>,
    shown: &Shown,
    delegated_org: Option<&str>,
    now: Timestamp,
) -> Result<Session<'d>, Refusal> {
    let Some(name) = delegated_org else { return Ok(Session::Own(account.home)) };
    let Some(customer) = directory.tenant(name) else {
        let text = format!("There is no organization '{}' to be administered.", shorten(name));
        return Err(Code::UnknownTenant.because(text));
    };
    if customer == account.home {
        return Ok(Session::Own(customer));
    }
    let delegation = delegation(directory, account, customer, now).map_err(|none| {
        let text = format!("{} has no delegated privileges in {}.", account.upn, customer.name());
        Code::AccountNotInTenant.because(text).because("R-55", none.words())
    })?;
    match shown {
        Shown::AppPassword { .. } => Err(Code::AccountNotInTenant
            .because("An app password does not carry delegated privileges.")
            .because("R-61", "administrative actions cannot be done with an app password")),
        Shown::Password | Shown::AtProvider { .. } => Ok(Session::Delegated(customer, delegation)),
    }
}

/// The names of the roles that the session has.
fn roles(session: &Session<'_>, account: &Account<'_>, shown: &Shown) -> Vec<&'static str> {
    match (session, shown) {
        // Administrative actions cannot be done with an app password, whoever's it is.
        (_, Shown::AppPassword { .. }) => Vec::new(),
        (Session::Own(_), Shown::Password | Shown::AtProvider { .. }) => {
            account.user.roles.iter().filter(|role| role.template().is_some()).map(|role| role.title()).collect()
        }
        (Session::Delegated(_, delegation), Shown::Password | Shown::AtProvider { .. }) => {
            delegation.roles.iter().map(Role::title).collect()
        }
    }
}

/// What the module is told.
pub fn opened(session: &Session<'_>, account: &Account<'_>, shown: &Shown) -> Value {
    let (tenant, delegated) = match session {
        Session::Own(tenant) => (tenant, Value::Null),
        Session::Delegated(tenant, by) => (tenant, json!({ "relationship": by.handle, "kind": by.kind.name() })),
    };
    json!({
        "user": account.upn,
        "signedInTo": { "tenant": account.home.id(), "name": account.home.name() },
        "organization": { "tenant": tenant.id(), "name": tenant.name() },
        "delegated": delegated,
        "roles": roles(session, account, shown),
        "authentication": { "protocol": "basic", "with": shown.word() },
    })
}

/// Why it was opened, for the journal.
pub fn because(session: &Session<'_>, account: &Account<'_>) -> Because {
    match session {
        Session::Own(tenant) => Because::new("R-60", format!("the session is in the account's own {}", tenant.name())),
        Session::Delegated(customer, by) => {
            let text = format!(
                "{} administers {} by the relationship {}, without signing in to it: R-01 is not met",
                account.upn,
                customer.name(),
                by.handle
            );
            Because::new("R-62", text)
        }
    }
}
