//! What does the partner pay for its customers? One invoice a month, when the month is over, of a line for each
//! subscription that there was.

use super::calendar::Month;
use super::{Subscription, subscriptions};
use crate::id::{ObjectId, TenantId};
use crate::partner::customers::Customer;
use crate::time::Timestamp;

/// How many months back invoices are kept.
const MONTHS: i32 = 6;

/// An invoice.
#[derive(Clone, Debug)]
pub struct Invoice<'d> {
    /// Its number.
    pub id: String,
    /// The month it is for.
    pub month: Month,
    /// What it is made of.
    pub lines: Vec<Line<'d>>,
    /// Has it been paid? The last one has not.
    pub paid: bool,
}

/// What one subscription costs one month.
#[derive(Clone, Debug)]
pub struct Line<'d> {
    /// Whose subscription.
    pub customer: Customer<'d>,
    /// Which.
    pub subscription: Subscription,
}

impl Invoice<'_> {
    /// When it was written.
    pub fn date(&self) -> Timestamp {
        self.month.later(1).starts()
    }

    /// What is to be paid, in cents.
    pub fn total(&self) -> u64 {
        self.lines.iter().map(|line| line.subscription.monthly()).sum()
    }
}

/// The invoices of a partner, the latest first. Months without anything to pay have none.
pub fn invoices<'d>(partner: TenantId, customers: &[Customer<'d>], now: Timestamp) -> Vec<Invoice<'d>> {
    let current = Month::of(now);
    let bought: Vec<Line<'d>> = customers.iter().flat_map(|customer| lines(*customer, now)).collect();
    let invoice = |back: i32| {
        let month = current.earlier(back);
        let lines: Vec<Line<'d>> =
            bought.iter().filter(|line| line.subscription.since <= month.starts()).cloned().collect();
        Invoice { id: number(partner, month), month, lines, paid: back > 1 }
    };
    (1..=MONTHS).map(invoice).filter(|invoice| !invoice.lines.is_empty()).collect()
}

fn lines(customer: Customer<'_>, now: Timestamp) -> impl Iterator<Item = Line<'_>> {
    subscriptions(&customer, now).into_iter().map(move |subscription| Line { customer, subscription })
}

/// `D0` and eight characters: as the real ones look.
fn number(partner: TenantId, month: Month) -> String {
    let id = ObjectId::derived(&["invoice", &partner.to_string(), &month.digits()]).0.simple().to_string();
    format!("D0{}", id.chars().take(8).collect::<String>().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, world};
    use crate::partner::customers;

    #[test]
    fn every_month_that_is_over_has_an_invoice_and_the_last_one_is_open() {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let partner = directory.tenant_by_handle("contoso").unwrap().id();
        let of = |now| invoices(partner, &customers::of(&directory, "contoso", now), now);
        let november = of(at("2026-11-20T10:00:00Z"));
        assert_eq!(november[0].date(), at("2026-11-01T00:00:00Z"));
        assert!(november[0].total() > 0 && !november[0].paid && november[1..].iter().all(|invoice| invoice.paid));
        let december = of(at("2026-12-01T00:00:00Z"));
        assert_eq!((&december[1].id, december[1].paid), (&november[0].id, true));
        assert!(invoices(partner, &[], at("2026-11-20T10:00:00Z")).is_empty());
        let other = directory.tenant_by_handle("fabrikam").unwrap().id();
        assert_ne!(number(partner, november[0].month), number(other, november[0].month));
    }
}
