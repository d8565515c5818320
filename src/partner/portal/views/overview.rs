//! The first page: who one is here, how that was proven, and what may be opened with it.

use askama::Template;

use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::directory::world::Edition;
use crate::partner::notice::Shell;
use crate::partner::portal::admission::{Standing, is_open_to, is_protected};
use crate::partner::portal::page::Page;
use crate::partner::portal::person::Person;
use crate::partner::sign_in::records::{Evidence, SiteSession};

/// The page.
#[derive(Template)]
#[template(path = "partner/overview.html")]
pub struct Overview {
    pub shell: Shell,
    name: String,
    organization: String,
    tenant_id: String,
    domain: String,
    roles: Vec<&'static str>,
    proven: Option<&'static str>,
    words: String,
    excepted: bool,
    pages: Vec<Door>,
}

/// A page one may or may not open.
struct Door {
    label: &'static str,
    href: String,
    protected: bool,
    open: bool,
}

impl Overview {
    /// For somebody signed in.
    pub fn new(
        shell: Shell,
        person: &Person<'_>,
        session: &SiteSession,
        standing: Standing<'_>,
        edition: Edition,
    ) -> Self {
        let door = |page: Page| Door {
            label: page.title(),
            href: format!("{}{}", shell.base, page.path()),
            protected: is_protected(edition, page),
            open: is_open_to(edition, page, person.roles),
        };
        let domain = match person.tenant {
            Tenant::Entra { facts, .. } => facts.domains.first().cloned().unwrap_or_default(),
            Tenant::Provider { .. } => String::new(),
        };
        Self {
            name: person.account.title(),
            organization: person.tenant.name().to_owned(),
            tenant_id: person.tenant.id().to_string(),
            domain,
            roles: person.roles.iter().map(Role::title).collect(),
            proven: proven(session),
            words: session.amr.join(", "),
            excepted: matches!(standing, Standing::Excepted(_)),
            pages: Page::MENU.into_iter().filter(|page| *page != Page::Overview).map(door).collect(),
            shell,
        }
    }
}

/// Where a second factor was proven, as far as the token tells.
fn proven(session: &SiteSession) -> Option<&'static str> {
    match session.evidence() {
        Evidence::NoMfa => None,
        Evidence::Mfa if session.amr.iter().any(|word| word == "fed") => {
            Some("Your organisation's own provider verified it.")
        }
        Evidence::Mfa => Some("Your organisation's tenant verified it."),
    }
}
