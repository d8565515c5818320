//! Which callers does a resource of the Partner Center API take: applications by themselves, and people of which roles?
//! One table, after the sentence each article of the REST reference has on it, and after the table of R-30.

use super::calls::{Call, OfCustomer, Place, Verb};
use crate::directory::role::Role;
use crate::directory::world::Edition;

/// Which callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Does it take applications by themselves?
    pub alone: Alone,
    /// The roles of the people it takes; one is enough.
    pub roles: &'static [Role],
}

/// Does a resource take applications by themselves?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alone {
    /// It does.
    Taken,
    /// There has to be a person.
    Refused,
}

const AGENTS: &[Role] = &[Role::AdminAgent, Role::SalesAgent, Role::HelpdeskAgent];
const SELLERS: &[Role] = &[Role::AdminAgent, Role::SalesAgent];
const HELPERS: &[Role] = &[Role::AdminAgent, Role::HelpdeskAgent];
const PAYERS: &[Role] = &[Role::AdminAgent, Role::GlobalAdmin, Role::BillingAdmin];
const PAYERS_2025: &[Role] = &[Role::AdminAgent, Role::SecurityAdmin, Role::BillingAdmin];
const LEADERS: &[Role] = &[Role::AdminAgent, Role::GlobalAdmin];
const LEADERS_2025: &[Role] = &[Role::AdminAgent, Role::GlobalAdmin, Role::SecurityAdmin];
const ADMIN_AGENTS: &[Role] = &[Role::AdminAgent];
const ANYBODY: &[Role] = &[
    Role::AdminAgent,
    Role::SalesAgent,
    Role::HelpdeskAgent,
    Role::GlobalAdmin,
    Role::BillingAdmin,
    Role::SecurityAdmin,
    Role::UserAdmin,
];

impl Reach {
    /// Whom a call takes, in an edition of the mandate.
    pub fn of(call: &Call<'_>, edition: Edition) -> Self {
        let (alone, roles) = match (call.place, call.verb) {
            (Place::Customers, Verb::Post) => (Alone::Taken, SELLERS),
            (Place::Customers, _) => (Alone::Taken, AGENTS),
            (Place::Customer(_, what), verb) => of_customer(what, verb),
            (Place::Invoices, _) => (Alone::Taken, payers(edition)),
            (Place::Invoice(_) | Place::InvoiceLines(_), _) => (Alone::Refused, payers(edition)),
            (Place::ServiceRequests | Place::ServiceRequest(_), _) => (Alone::Refused, HELPERS),
            (Place::Profile(_), _) => (Alone::Refused, ANYBODY),
            (Place::NonCompliantPrincipals | Place::MfaAdoption | Place::PartnerRequests, _) => {
                (Alone::Refused, leaders(edition))
            }
        };
        Self { alone, roles }
    }
}

fn of_customer(what: OfCustomer<'_>, verb: Verb) -> (Alone, &'static [Role]) {
    match (what, verb) {
        (OfCustomer::Itself, _) => (Alone::Taken, AGENTS),
        (OfCustomer::BillingProfile, _) => (Alone::Taken, AGENTS),
        (OfCustomer::CompanyProfile, _) => (Alone::Refused, AGENTS),
        (OfCustomer::Users | OfCustomer::User(_) | OfCustomer::RolesOf(_), Verb::Get) => (Alone::Refused, AGENTS),
        (OfCustomer::DirectoryRoles | OfCustomer::RoleMembers(_) | OfCustomer::RoleMember(..), Verb::Get) => {
            (Alone::Refused, AGENTS)
        }
        (OfCustomer::Users | OfCustomer::User(_), _) => (Alone::Refused, HELPERS),
        // Whoever gives roles could give themselves any: not for the helpdesk.
        (OfCustomer::RolesOf(_) | OfCustomer::DirectoryRoles, _) => (Alone::Refused, ADMIN_AGENTS),
        (OfCustomer::RoleMembers(_) | OfCustomer::RoleMember(..), _) => (Alone::Refused, ADMIN_AGENTS),
        (OfCustomer::Subscriptions | OfCustomer::Subscription(_), _) => (Alone::Taken, AGENTS),
        (OfCustomer::ServiceRequests, _) => (Alone::Refused, HELPERS),
        (OfCustomer::Consents | OfCustomer::Consent(_), _) => (Alone::Refused, ADMIN_AGENTS),
    }
}

/// The edition of 2025 gives the global administrator's column to the security administrator.
fn payers(edition: Edition) -> &'static [Role] {
    match edition {
        Edition::Y2019 | Edition::Y2020 => PAYERS,
        Edition::Y2025 => PAYERS_2025,
    }
}

fn leaders(edition: Edition) -> &'static [Role] {
    match edition {
        Edition::Y2019 | Edition::Y2020 => LEADERS,
        Edition::Y2025 => LEADERS_2025,
    }
}
