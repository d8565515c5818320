//! Whom one sells to: the list, and one of them.

use askama::Template;

use super::customers_of;
use crate::directory::Directory;
use crate::directory::partner::{AgentGroup, Relationship};
use crate::directory::role::Role;
use crate::id::TenantId;
use crate::partner::catalogue::requests::service_requests;
use crate::partner::catalogue::subscriptions;
use crate::partner::customers::Customer;
use crate::partner::notice::Shell;
use crate::partner::portal::page::{Page, Part};
use crate::partner::portal::person::Person;
use crate::partner::portal::security::people;
use crate::partner::shown::{Pager, day, money, page_of};
use crate::time::Timestamp;

/// The list.
#[derive(Template)]
#[template(path = "partner/customers.html")]
pub struct Customers {
    pub shell: Shell,
    rows: Vec<Row>,
    pager: Pager,
    search: String,
}

/// One customer in it.
struct Row {
    href: String,
    name: String,
    domain: String,
    id: String,
    delegated: bool,
}

impl Customers {
    /// The part of the list that is wanted.
    pub fn new(shell: Shell, directory: &Directory, person: &Person<'_>, part: &Part, now: Timestamp) -> Self {
        let wanted = part.search.to_lowercase();
        let fits = |one: &Customer<'_>| {
            let id = || one.facts.id.to_string();
            wanted.is_empty()
                || one.name().to_lowercase().contains(&wanted)
                || one.domain().contains(&wanted)
                || id().contains(&wanted)
        };
        let found: Vec<_> = customers_of(directory, person, now).into_iter().filter(fits).collect();
        let (rows, pager) = page_of(found, part.number(), part.search_query());
        let row = |one: Customer<'_>| Row {
            href: format!("{}{}", shell.base, Page::Customer(one.facts.id).path()),
            name: one.name().to_owned(),
            domain: one.domain().to_owned(),
            id: one.facts.id.to_string(),
            delegated: one.delegated,
        };
        Self { rows: rows.into_iter().map(row).collect(), pager, search: part.search.clone(), shell }
    }
}

/// One customer.
#[derive(Template)]
#[template(path = "partner/customer.html")]
pub struct CustomerPage {
    pub shell: Shell,
    name: String,
    domain: String,
    id: String,
    relationships: Vec<RelationshipRow>,
    subscriptions: Vec<SubscriptionRow>,
    requests: Vec<RequestRow>,
    people: Vec<PersonRow>,
    pager: Pager,
}

struct RelationshipRow {
    handle: String,
    kind: &'static str,
    in_force: bool,
    state: &'static str,
    roles: Vec<String>,
    ends: Option<String>,
}

struct SubscriptionRow {
    offer: &'static str,
    seats: u64,
    monthly: String,
    renews: String,
}

struct RequestRow {
    title: &'static str,
    status: &'static str,
    opened: String,
}

struct PersonRow {
    name: String,
    upn: String,
    roles: Vec<&'static str>,
}

impl CustomerPage {
    /// A customer of this person's, if it is one.
    pub fn new(
        shell: Shell,
        directory: &Directory,
        person: &Person<'_>,
        id: TenantId,
        part: &Part,
        now: Timestamp,
    ) -> Option<Self> {
        let customer = customers_of(directory, person, now).into_iter().find(|one| one.facts.id == id)?;
        let ours = directory.relationships_with(customer.tenant());
        let ours = ours.filter(|(_, one)| one.partner == person.tenant.handle());
        let (shown, pager) = page_of(people(directory, customer.tenant()).collect(), part.number(), String::new());
        let person_row = |account: crate::directory::Account<'_>| PersonRow {
            name: account.title(),
            upn: account.upn.to_string(),
            roles: account.user.roles.iter().map(|role| role.title()).collect(),
        };
        Some(Self {
            shell,
            name: customer.name().to_owned(),
            domain: customer.domain().to_owned(),
            id: id.to_string(),
            relationships: ours.map(|(handle, one)| relationship(handle, one, now)).collect(),
            subscriptions: bought(&customer, now),
            requests: asked(&customer, now),
            people: shown.into_iter().map(person_row).collect(),
            pager,
        })
    }
}

fn bought(customer: &Customer<'_>, now: Timestamp) -> Vec<SubscriptionRow> {
    let row = |one: crate::partner::catalogue::Subscription| SubscriptionRow {
        offer: one.offer.name,
        seats: one.seats,
        monthly: money(one.monthly()),
        renews: day(one.until),
    };
    subscriptions(customer, now).into_iter().map(row).collect()
}

fn asked(customer: &Customer<'_>, now: Timestamp) -> Vec<RequestRow> {
    let row = |one: crate::partner::catalogue::requests::ServiceRequest| RequestRow {
        title: one.title,
        status: one.status.word(),
        opened: day(one.created),
    };
    service_requests(customer, now).into_iter().map(row).collect()
}

fn relationship(handle: &str, one: &Relationship, now: Timestamp) -> RelationshipRow {
    let titles = |roles: &[Role]| roles.iter().map(|role| role.title()).collect::<Vec<_>>().join(", ");
    let agents = one.roles.iter().map(|(group, roles): (&AgentGroup, _)| (group.name(), roles));
    let groups = one.groups.iter().map(|(group, roles)| (group.as_str(), roles));
    let roles = agents.chain(groups).map(|(group, roles)| format!("{group}: {}", titles(roles))).collect();
    let status = one.status_at(now);
    RelationshipRow {
        handle: handle.to_owned(),
        kind: one.kind.name(),
        in_force: one.kind.delegates() && status.is_in_force(),
        state: status.graph(),
        roles,
        ends: one.ends_at(now).map(day),
    }
}
