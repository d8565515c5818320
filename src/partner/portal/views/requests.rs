//! What was asked for: by customers, and by the partner itself.

use std::cmp::Reverse;

use askama::Template;

use super::customers_of;
use crate::directory::Directory;
use crate::directory::exception::ExceptionState;
use crate::partner::catalogue::requests::{ServiceRequest, Severity, Status, service_requests};
use crate::partner::customers::Customer;
use crate::partner::exceptions::may_file;
use crate::partner::notice::Shell;
use crate::partner::portal::page::{Page, Part};
use crate::partner::portal::person::Person;
use crate::partner::shown::{Pager, day, page_of};
use crate::time::Timestamp;

/// What customers asked for.
#[derive(Template)]
#[template(path = "partner/customer_requests.html")]
pub struct CustomerRequests {
    pub shell: Shell,
    rows: Vec<Asked>,
    pager: Pager,
    open: usize,
}

struct Asked {
    id: String,
    title: &'static str,
    customer: String,
    href: String,
    severity: &'static str,
    grave: bool,
    open: bool,
    opened: String,
}

impl CustomerRequests {
    /// The part of the list that is wanted, the newest first.
    pub fn new(shell: Shell, directory: &Directory, person: &Person<'_>, part: &Part, now: Timestamp) -> Self {
        let mut all: Vec<(Customer<'_>, ServiceRequest)> = customers_of(directory, person, now)
            .into_iter()
            .flat_map(|customer| service_requests(&customer, now).into_iter().map(move |one| (customer, one)))
            .collect();
        all.sort_by(|(_, one), (_, other)| (other.created, &other.id).cmp(&(one.created, &one.id)));
        let open = all.iter().filter(|(_, one)| one.status == Status::Open).count();
        let (rows, pager) = page_of(all, part.number(), String::new());
        let row = |(customer, one): (Customer<'_>, ServiceRequest)| Asked {
            id: one.id,
            title: one.title,
            customer: customer.name().to_owned(),
            href: format!("{}{}", shell.base, Page::Customer(customer.facts.id).path()),
            severity: one.severity.word(),
            grave: one.severity == Severity::Critical,
            open: one.status == Status::Open,
            opened: day(one.created),
        };
        Self { rows: rows.into_iter().map(row).collect(), pager, open, shell }
    }
}

/// What the partner asked for: technical exceptions.
#[derive(Template)]
#[template(path = "partner/partner_requests.html")]
pub struct PartnerRequests {
    pub shell: Shell,
    rows: Vec<Exception>,
    may_file: bool,
}

struct Exception {
    id: String,
    product: String,
    reason: &'static str,
    state: &'static str,
    granted: bool,
    waiting: bool,
    submitted: Option<String>,
    due: Option<String>,
    until: Option<String>,
    guidance: &'static str,
}

impl PartnerRequests {
    /// The requests of this person's tenant, the newest first.
    pub fn new(shell: Shell, directory: &Directory, person: &Person<'_>, now: Timestamp) -> Self {
        let all = directory.world().exceptions.iter();
        let mut ours: Vec<_> = all.filter(|(_, one)| one.tenant == person.tenant.handle()).collect();
        ours.sort_by_key(|(_, one)| Reverse(one.submitted));
        let row = |(id, one): (&String, &crate::directory::exception::Exception)| {
            let state = one.state_at(now);
            Exception {
                id: id.clone(),
                product: one.product.clone(),
                reason: one.reason.title(),
                state: state.word(),
                granted: state == ExceptionState::Approved,
                waiting: state == ExceptionState::Submitted,
                submitted: one.submitted.map(day),
                due: one.due().map(day),
                until: one.until.map(day),
                guidance: one.reason.guidance(),
            }
        };
        Self { rows: ours.into_iter().map(row).collect(), may_file: may_file(&person.account), shell }
    }
}
