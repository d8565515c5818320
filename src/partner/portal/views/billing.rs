//! What there is to pay: the bills of the last months, and the last one customer by customer.

use std::collections::BTreeMap;

use askama::Template;

use super::customers_of;
use crate::directory::Directory;
use crate::partner::catalogue::invoices::{Invoice, invoices};
use crate::partner::notice::Shell;
use crate::partner::portal::page::Part;
use crate::partner::portal::person::Person;
use crate::partner::shown::{Pager, day, money, page_of};
use crate::time::Timestamp;

/// The page.
#[derive(Template)]
#[template(path = "partner/billing.html")]
pub struct Billing {
    pub shell: Shell,
    due: String,
    invoices: Vec<Bill>,
    latest: Option<String>,
    shares: Vec<Share>,
    pager: Pager,
}

struct Bill {
    id: String,
    date: String,
    lines: usize,
    total: String,
    paid: bool,
}

/// What one customer has of the last bill.
struct Share {
    customer: String,
    subscriptions: usize,
    total: String,
}

impl Billing {
    /// The bills of this person's tenant.
    pub fn new(shell: Shell, directory: &Directory, person: &Person<'_>, part: &Part, now: Timestamp) -> Self {
        let customers = customers_of(directory, person, now);
        let invoices = invoices(person.tenant.id(), &customers, now);
        let due = invoices.iter().filter(|one| !one.paid).map(Invoice::total).sum();
        let (shares, pager) = page_of(invoices.first().map(shares).unwrap_or_default(), part.number(), String::new());
        let bill = |one: &Invoice<'_>| Bill {
            id: one.id.clone(),
            date: day(one.date()),
            lines: one.lines.len(),
            total: money(one.total()),
            paid: one.paid,
        };
        Self {
            shell,
            due: money(due),
            latest: invoices.first().map(|one| one.id.clone()),
            invoices: invoices.iter().map(bill).collect(),
            shares,
            pager,
        }
    }
}

fn shares(invoice: &Invoice<'_>) -> Vec<Share> {
    let mut by_name: BTreeMap<(&str, &str), (usize, u64)> = BTreeMap::new();
    for line in &invoice.lines {
        let share = by_name.entry((line.customer.name(), line.customer.handle)).or_default();
        share.0 += 1;
        share.1 += line.subscription.monthly();
    }
    let share = |((name, _), (subscriptions, cents)): ((&str, &str), (usize, u64))| Share {
        customer: name.to_owned(),
        subscriptions,
        total: money(cents),
    };
    by_name.into_iter().map(share).collect()
}
