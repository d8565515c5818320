//! What has a customer bought (Partner Center REST, "Subscription resources")?

use serde_json::{Value, json};

use super::customers::etag;
use super::error::{Missing, Refused};
use super::paging::link;
use super::{Ask, Outcome};
use crate::id::ObjectId;
use crate::partner::catalogue::{Subscription, subscriptions};
use crate::partner::customers::Customer;

/// The collection.
pub fn list(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    let rows = subscriptions(customer, ask.now).iter().map(|one| row(customer, one)).collect();
    ask.page(&format!("/customers/{}/subscriptions", customer.facts.id), rows)
}

/// One of them.
pub fn one(ask: &Ask<'_>, customer: &Customer<'_>, id: &str) -> Result<Outcome, Refused> {
    let wanted = ObjectId::parse(id);
    let found = subscriptions(customer, ask.now).into_iter().find(|one| Some(one.id) == wanted);
    match found {
        Some(found) => Ok(Outcome::Shown(row(customer, &found))),
        None => Err(Refused::missing(Missing::Subscription, id)),
    }
}

fn row(customer: &Customer<'_>, one: &Subscription) -> Value {
    let offer = one.offer.id();
    json!({
        "id": one.id,
        "offerId": offer,
        "offerName": one.offer.name,
        "friendlyName": one.offer.name,
        "quantity": one.seats,
        "unitType": "Licenses",
        "creationDate": one.since,
        "effectiveStartDate": one.since,
        "commitmentEndDate": one.until,
        "status": "active",
        "autoRenewEnabled": true,
        "billingType": "license",
        "billingCycle": "monthly",
        "contractType": "subscription",
        "orderId": one.order,
        "links": {
            "offer": link(&format!("/offers/{offer}"), &[]),
            "self": link(&format!("/customers/{}/subscriptions/{}", customer.facts.id, one.id), &[]),
        },
        "attributes": {
            "etag": etag(&[&one.id.to_string(), &one.seats.to_string(), &one.until.to_string()]),
            "objectType": "Subscription",
        },
    })
}
