//! What have customers asked for (Partner Center REST, "Service request resources")?

use serde_json::{Value, json};

use super::error::{Missing, Refused};
use super::paging::itself;
use super::{Ask, Outcome};
use crate::partner::catalogue::requests::{ServiceRequest, service_requests};
use crate::partner::customers::Customer;

/// Those of all customers.
pub fn list(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let rows = ask.customers().iter().flat_map(|customer| rows(ask, customer)).collect();
    ask.page("/servicerequests", rows)
}

/// Those of one.
pub fn of(ask: &Ask<'_>, customer: &Customer<'_>) -> Result<Outcome, Refused> {
    ask.page(&format!("/customers/{}/servicerequests", customer.facts.id), rows(ask, customer))
}

/// One of them.
pub fn one(ask: &Ask<'_>, id: &str) -> Result<Outcome, Refused> {
    for customer in ask.customers() {
        if let Some(found) = service_requests(&customer, ask.now).into_iter().find(|one| one.id == id) {
            return Ok(Outcome::Shown(row(&customer, &found)));
        }
    }
    Err(Refused::missing(Missing::Other, &format!("service request {id}")))
}

fn rows(ask: &Ask<'_>, customer: &Customer<'_>) -> Vec<Value> {
    service_requests(customer, ask.now).iter().map(|one| row(customer, one)).collect()
}

fn row(customer: &Customer<'_>, one: &ServiceRequest) -> Value {
    json!({
        "id": one.id,
        "title": one.title,
        "severity": one.severity.word(),
        "status": one.status.word(),
        "organization": {
            "id": customer.facts.id,
            "name": customer.name(),
            "attributes": { "objectType": "ServiceRequestOrganization" },
        },
        "productName": "Microsoft 365",
        "createdDate": one.created,
        "lastModifiedDate": one.modified,
        "countryCode": "US",
        "links": itself(&format!("/servicerequests/{}", one.id)),
        "attributes": { "objectType": "ServiceRequest" },
    })
}
