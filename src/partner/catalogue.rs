//! What has a customer bought, what has it asked for, and what does the partner pay for it?
//!
//! A world file says nothing of business. Portal and API need some to show, the same in both: it is made of what the
//! world does say, ids above all, so that it is the same in every run and goes on with the world's clock.

pub mod calendar;
pub mod invoices;
pub mod requests;

use super::customers::Customer;
use crate::id::ObjectId;
use crate::time::Timestamp;
use calendar::Month;

/// Something that is sold by the seat and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: &'static str,
    /// What a seat costs a month, in cents.
    pub cents: u64,
}

/// What there is to buy.
pub const OFFERS: [Offer; 5] = [
    Offer { name: "Microsoft 365 Business Premium", cents: 2_200 },
    Offer { name: "Microsoft 365 E3", cents: 3_600 },
    Offer { name: "Exchange Online (Plan 1)", cents: 400 },
    Offer { name: "Microsoft Entra ID P1", cents: 600 },
    Offer { name: "Microsoft Defender for Business", cents: 300 },
];

/// Something a customer has bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: ObjectId,
    /// The order it came of.
    pub order: ObjectId,
    /// What.
    pub offer: Offer,
    /// For how many seats.
    pub seats: u64,
    /// Since when.
    pub since: Timestamp,
    /// Until when, as things stand; then it renews itself.
    pub until: Timestamp,
}

impl Offer {
    /// Its id.
    pub fn id(&self) -> ObjectId {
        ObjectId::derived(&["offer", self.name])
    }
}

impl Subscription {
    /// What it costs a month, in cents.
    pub fn monthly(&self) -> u64 {
        self.offer.cents * self.seats
    }
}

/// What a customer has bought: one large thing, one small.
pub fn subscriptions(customer: &Customer<'_>, now: Timestamp) -> Vec<Subscription> {
    let id = customer.facts.id.to_string();
    let large = number(&["large offer", &id], 2);
    let small = 2 + number(&["small offer", &id], OFFERS.len() - 2);
    let seats = 5 + number(&["seats", &id], 40) as u64;
    let since = Month::of(now).earlier(1 + number(&["since", &id], 20) as i32);
    let year = |since: Month| {
        let mut until = since;
        while until.starts() <= now {
            until = until.later(12);
        }
        until.starts()
    };
    let bought = |offer: Offer, seats| Subscription {
        id: ObjectId::derived(&["subscription", &id, offer.name]),
        order: ObjectId::derived(&["order", &id, offer.name]),
        offer,
        seats,
        since: since.starts(),
        until: year(since),
    };
    let offers = OFFERS.get(large).into_iter().chain(OFFERS.get(small));
    offers.zip([seats, seats / 2 + 1]).map(|(offer, seats)| bought(*offer, seats)).collect()
}

/// A number below `end` that depends on these words alone.
fn number(words: &[&str], end: usize) -> usize {
    let (high, _) = ObjectId::derived(words).0.as_u64_pair();
    usize::try_from(high % (end.max(1) as u64)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, world};
    use crate::partner::customers;

    #[test]
    fn a_customer_has_the_same_things_in_every_run_and_renews_them() {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        let now = Timestamp::parse("2026-11-20T10:00:00Z").unwrap();
        let customers = customers::of(&directory, "contoso", now);
        let (first, again) = (subscriptions(&customers[0], now), subscriptions(&customers[0], now));
        assert_eq!(first, again);
        assert_ne!(first, subscriptions(&customers[1], now));
        for one in &first {
            assert!(one.since <= now && now < one.until && one.seats > 0 && one.monthly() > 0, "{one:?}");
        }
        assert_ne!(first[0].offer, first[1].offer);
    }
}
