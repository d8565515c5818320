//! What may somebody do in a tenant, and whom is it done to?

use askama::Template;

use crate::directory::delegation::{NoDelegation, delegation};
use crate::directory::role::{Role, Roles};
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Directory};
use crate::partner::notice::Shell;
use crate::partner::portal::security::people;
use crate::partner::shown::{Pager, page_of};
use crate::time::Timestamp;

/// What such a portal shows.
#[derive(Template)]
#[template(path = "partner/service.html")]
pub struct Service {
    pub shell: Shell,
    tenant: String,
    domain: String,
    tenant_id: String,
    /// How somebody of another organisation comes to be here.
    on_behalf: Option<String>,
    roles: Vec<&'static str>,
    people: Vec<Row>,
    pager: Pager,
    mailboxes: bool,
}

/// Somebody in the tenant.
struct Row {
    name: String,
    upn: String,
    roles: Vec<&'static str>,
    mail: String,
}

/// What is administered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// People.
    People,
    /// Mailboxes.
    Mailboxes,
}

impl Service {
    /// The portal of a tenant, for somebody with these roles there.
    pub fn new(
        shell: Shell,
        directory: &Directory,
        tenant: Tenant<'_>,
        roles: Roles,
        on_behalf: Option<String>,
        kind: Kind,
        page: usize,
    ) -> Self {
        let (shown, pager) = page_of(people(directory, tenant).collect(), page, String::new());
        let row = |account: Account<'_>| Row {
            name: account.title(),
            upn: account.upn.to_string(),
            roles: account.user.roles.iter().map(|role| role.title()).collect(),
            mail: account.user.mail.clone().unwrap_or_else(|| account.upn.to_string()),
        };
        let domain = match tenant {
            Tenant::Entra { facts, .. } => facts.domains.first().cloned().unwrap_or_default(),
            Tenant::Provider { .. } => String::new(),
        };
        Self {
            shell,
            tenant: tenant.name().to_owned(),
            domain,
            tenant_id: tenant.id().to_string(),
            on_behalf,
            roles: roles.iter().map(Role::title).collect(),
            people: shown.into_iter().map(row).collect(),
            pager,
            mailboxes: kind == Kind::Mailboxes,
        }
    }
}

/// The roles with which an account administers a tenant's mail without signing in there: its own, or those its
/// organisation was given.
pub fn reached_from_home(
    directory: &Directory,
    account: &Account<'_>,
    tenant: Tenant<'_>,
    now: Timestamp,
) -> Result<Roles, NoDelegation> {
    if account.home == tenant {
        return Ok(account.user.roles.iter().copied().collect());
    }
    delegation(directory, account, tenant, now).map(|delegation| delegation.roles)
}

/// Does one of these roles administer anything?
pub fn administers(roles: Roles) -> bool {
    roles.iter().any(|role| role.administers() || matches!(role, Role::GlobalReader))
}
