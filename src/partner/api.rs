//! The Partner Center API, version 1, the part that the mandate's stories touch; as the Partner Center REST reference has
//! it.
//!
//! [`answer`] is pure: the world, the caller and the call in; what to show, or the changed world, out. Who is let through
//! is decided by [`admission`] before. `routes` alone knows HTTP.

pub mod admission;
pub mod body;
pub mod caller;
pub mod calls;
pub mod consents;
pub mod customers;
pub mod enforcement;
pub mod error;
pub mod filter;
pub mod invoices;
pub mod once;
pub mod paging;
pub mod profiles;
pub mod reach;
pub mod reports;
pub mod roles;
pub mod routes;
pub mod service_requests;
pub mod subscriptions;
pub mod users;

use serde_json::Value;

use crate::chance::Chance;
use crate::directory::Directory;
use crate::directory::delegation::{Delegation, delegation};
use crate::directory::role::Role;
use crate::directory::world::World;
use crate::http::params::{BadParams, Params};
use crate::id::TenantId;
use crate::partner::customers::{self as customer_list, Customer};
use crate::partner::usage::Usage;
use crate::time::Timestamp;
use caller::{Caller, Who};
use calls::{Call, OfCustomer, Place, Verb};
use error::{Missing, Refused};
use paging::Page;

/// A request, without HTTP, by somebody who was let through.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Who asks.
    pub caller: &'a Caller<'a>,
    /// What.
    pub call: Call<'a>,
    /// Its query.
    pub params: &'a Result<Params, BadParams>,
    /// Where the page before left off.
    pub continuation: Option<&'a str>,
    /// The type its body says it has.
    pub content_type: Option<&'a str>,
    /// Its body.
    pub body: &'a [u8],
    /// Now.
    pub now: Timestamp,
    /// Where ids and passwords come from.
    pub chance: &'a Chance,
    /// Who used Partner Center: for the reports.
    pub usage: &'a [Usage],
}

/// What comes of a request.
#[derive(Debug)]
pub enum Outcome {
    /// There is something to show.
    Shown(Value),
    /// The world changes.
    Changed(Change),
}

/// A change of the world.
#[derive(Debug)]
pub struct Change {
    /// The world afterwards.
    pub directory: Box<Directory>,
    /// What the caller is told of it.
    pub told: Told,
    /// What was done, for the journal: the end of a sentence that begins with the caller's name.
    pub did: String,
}

/// What a caller is told of a change.
#[derive(Debug)]
pub enum Told {
    /// That it was done.
    Done,
    /// What it is like now.
    Now(Value),
    /// What was made.
    Created(Value),
}

/// What comes of a request, or why nothing does.
pub fn answer(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    match ask.call.place {
        Place::Customers => match ask.call.verb {
            Verb::Get => customers::list(ask),
            Verb::Post => customers::create(ask),
            Verb::Patch | Verb::Put | Verb::Delete => Err(ask.call.wrong_verb()),
        },
        Place::Customer(id, what) => of_customer(ask, &ask.customer(id)?, what),
        Place::Invoices => invoices::list(ask),
        Place::Invoice(id) => invoices::one(ask, id),
        Place::InvoiceLines(id) => invoices::lines(ask, id),
        Place::ServiceRequests => service_requests::list(ask),
        Place::ServiceRequest(id) => service_requests::one(ask, id),
        Place::Profile(profile) => Ok(Outcome::Shown(profiles::show(ask, profile))),
        Place::NonCompliantPrincipals => reports::principals(ask),
        Place::MfaAdoption => Ok(Outcome::Shown(reports::adoption(ask))),
        Place::PartnerRequests => reports::requests(ask),
    }
}

fn of_customer(ask: &Ask<'_>, customer: &Customer<'_>, what: OfCustomer<'_>) -> Result<Outcome, Refused> {
    match (what, ask.call.verb) {
        (OfCustomer::Itself, _) => Ok(Outcome::Shown(customers::in_full(customer))),
        (OfCustomer::CompanyProfile, _) => Ok(Outcome::Shown(customers::company_profile(customer))),
        (OfCustomer::BillingProfile, _) => Ok(Outcome::Shown(customers::billing::profile(customer))),
        (OfCustomer::Users, Verb::Post) => users::create(ask, customer),
        (OfCustomer::Users, Verb::Get) => users::list(ask, customer),
        (OfCustomer::User(id), Verb::Delete) => users::remove(ask, customer, id),
        (OfCustomer::User(id), Verb::Patch) => users::change(ask, customer, id),
        (OfCustomer::User(id), Verb::Get) => users::one(ask, customer, id),
        (OfCustomer::RolesOf(id), _) => roles::of_user(ask, customer, id),
        (OfCustomer::DirectoryRoles, _) => roles::list(ask, customer),
        (OfCustomer::RoleMembers(role), Verb::Post) => roles::give(ask, customer, role),
        (OfCustomer::RoleMembers(role), Verb::Get) => roles::members(ask, customer, role),
        (OfCustomer::RoleMember(role, id), Verb::Delete) => roles::take(ask, customer, role, id),
        (OfCustomer::RoleMember(role, id), Verb::Get) => roles::member(ask, customer, role, id),
        (OfCustomer::Subscriptions, _) => subscriptions::list(ask, customer),
        (OfCustomer::Subscription(id), _) => subscriptions::one(ask, customer, id),
        (OfCustomer::ServiceRequests, _) => service_requests::of(ask, customer),
        (OfCustomer::Consents, Verb::Post) => consents::give(ask, customer),
        (OfCustomer::Consents, Verb::Get) => consents::list(ask, customer),
        (OfCustomer::Consent(app), Verb::Delete) => consents::take(ask, customer, app),
        (OfCustomer::Consent(app), Verb::Get) => consents::one(ask, customer, app),
        (OfCustomer::Users | OfCustomer::User(_) | OfCustomer::RoleMembers(_), _)
        | (OfCustomer::RoleMember(..) | OfCustomer::Consents | OfCustomer::Consent(_), _) => Err(ask.call.wrong_verb()),
    }
}

impl<'a> Ask<'a> {
    /// A customer of the caller's own tenant.
    fn customer(&self, id: &str) -> Result<Customer<'a>, Refused> {
        let found = TenantId::parse(id)
            .and_then(|tenant| customer_list::find(self.directory, self.caller.home, tenant, self.now));
        found.ok_or_else(|| Refused::missing(Missing::Customer, id))
    }

    fn customers(&self) -> Vec<Customer<'a>> {
        customer_list::of(self.directory, self.caller.home, self.now)
    }

    fn params(&self) -> Result<&'a Params, Refused> {
        self.params.as_ref().map_err(|bad| Refused::bad(bad.text()))
    }

    /// A collection, or the page of it that is wanted.
    fn page(&self, at: &str, items: Vec<Value>) -> Result<Outcome, Refused> {
        Ok(Outcome::Shown(Page::read(self.params()?, self.continuation)?.of(at, items)))
    }

    /// The body, as JSON.
    fn json(&self) -> Result<Value, Refused> {
        body::json(self.content_type, self.body)
    }

    /// What the caller may do in a customer's tenant: what concerns its people is not the reseller's to see.
    fn delegated(&self, customer: &Customer<'_>) -> Result<Delegation<'a>, Refused> {
        let person = match &self.caller.who {
            Who::Person(person) => person,
            Who::Application(_) => return Err(Refused::Denied("an application by itself administers nobody.".into())),
        };
        delegation(self.directory, &person.account, customer.tenant(), self.now).map_err(|none| {
            Refused::Denied(format!(
                "{} does not administer {}: {}.",
                person.account.upn,
                customer.name(),
                none.words()
            ))
        })
    }

    /// Which of these roles does it give the caller at a customer? Refused where it gives none of them.
    fn delegated_as(&self, customer: &Customer<'_>, roles: &[Role]) -> Result<Vec<Role>, Refused> {
        let delegation = self.delegated(customer)?;
        let held: Vec<Role> = delegation.roles.iter().filter(|role| roles.contains(role)).collect();
        if !held.is_empty() {
            return Ok(held);
        }
        let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
        Err(Refused::Denied(format!(
            "the relationship {} gives none of the roles that may do this: {}.",
            delegation.handle,
            titles.join(", ")
        )))
    }

    /// The world after a change, when it is one that can be.
    fn changed(&self, told: Told, did: impl Into<String>, change: impl FnOnce(&mut World)) -> Result<Outcome, Refused> {
        let directory = Box::new(self.directory.changed(change)?);
        Ok(Outcome::Changed(Change { directory, told, did: did.into() }))
    }
}
