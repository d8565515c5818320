//! Who are the customers of this partner? Microsoft Graph's `contract`. A tenant that is no partner has none.

use serde_json::{Value, json};

use super::error::Refused;
use super::{Ask, Outcome};
use crate::id::ObjectId;
use crate::partner::customers::{self, Customer};

/// All of them, or one.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let customers = customers::of(ask.directory, ask.caller.home, ask.now);
    let Some(id) = id else { return ask.list(customers.iter().map(|customer| row(ask, customer)).collect()) };
    let wanted = ObjectId::parse(id);
    match customers.iter().find(|customer| wanted == Some(contract(ask, customer))) {
        Some(customer) => ask.item(row(ask, customer)),
        None => Err(Refused::no_object(id)),
    }
}

fn contract(ask: &Ask<'_>, customer: &Customer<'_>) -> ObjectId {
    ObjectId::derived(&["contract", ask.caller.home, customer.handle])
}

fn row(ask: &Ask<'_>, customer: &Customer<'_>) -> Value {
    json!({
        "id": contract(ask, customer),
        "deletedDateTime": null,
        "contractType": "ResellerPartner",
        "customerId": customer.facts.id,
        "defaultDomainName": customer.domain(),
        "displayName": customer.name(),
    })
}
