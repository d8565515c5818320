//! What does the partner pay for its customers (Partner Center REST, "Invoice resources")?

use serde_json::{Value, json};

use super::error::{Missing, Refused};
use super::paging::{itself, link};
use super::{Ask, Outcome};
use crate::partner::catalogue::invoices::{Invoice, Line, invoices};

/// The collection.
pub fn list(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    ask.page("/invoices", all(ask).iter().map(row).collect())
}

/// One of them.
pub fn one(ask: &Ask<'_>, id: &str) -> Result<Outcome, Refused> {
    Ok(Outcome::Shown(row(&find(ask, id)?)))
}

/// What it is made of.
pub fn lines(ask: &Ask<'_>, id: &str) -> Result<Outcome, Refused> {
    let params = ask.params()?;
    let named = |name: &str, known: &str| match params.get(name) {
        Some(value) if !value.eq_ignore_ascii_case(known) => {
            Err(Refused::bad(format!("{name}: the invoices here have {known} only.")))
        }
        Some(_) | None => Ok(()),
    };
    named("provider", "office")?;
    named("invoicelineitemtype", "billinglineitems")?;
    let invoice = find(ask, id)?;
    let rows = invoice.lines.iter().map(|line| line_row(ask, &invoice, line)).collect();
    ask.page(&format!("/invoices/{}/lineitems", invoice.id), rows)
}

fn all<'a>(ask: &Ask<'a>) -> Vec<Invoice<'a>> {
    invoices(ask.caller.tenant.id, &ask.customers(), ask.now)
}

/// Links name an invoice with its kind in front; people type it without.
fn find<'a>(ask: &Ask<'a>, id: &str) -> Result<Invoice<'a>, Refused> {
    let bare = id.strip_prefix("recurring-").unwrap_or(id);
    let found = all(ask).into_iter().find(|invoice| invoice.id.eq_ignore_ascii_case(bare));
    found.ok_or_else(|| Refused::missing(Missing::Other, &format!("invoice {id}")))
}

fn row(invoice: &Invoice<'_>) -> Value {
    let total = money(invoice.total());
    let id = &invoice.id;
    let lines = format!("/invoices/Recurring-{id}/lineitems/Office/BillingLineItems");
    json!({
        "id": id,
        "invoiceDate": invoice.date(),
        "billingPeriodStartDate": invoice.month.starts(),
        "billingPeriodEndDate": invoice.date(),
        "totalCharges": total,
        "paidAmount": if invoice.paid { total } else { 0.0 },
        "currencyCode": "USD",
        "currencySymbol": "$",
        "invoiceDetails": [{
            "invoiceLineItemType": "billing_line_items",
            "billingProvider": "office",
            "links": { "self": link(&lines, &[]) },
            "attributes": { "objectType": "InvoiceDetail" },
        }],
        "documentType": "invoice",
        "invoiceType": "Recurring",
        "links": itself(&format!("/invoices/Recurring-{id}")),
        "attributes": { "objectType": "Invoice" },
    })
}

fn line_row(ask: &Ask<'_>, invoice: &Invoice<'_>, line: &Line<'_>) -> Value {
    let one = &line.subscription;
    let amount = money(one.monthly());
    json!({
        "partnerId": ask.caller.tenant.id,
        "customerId": line.customer.facts.id,
        "customerName": line.customer.name(),
        "orderId": one.order,
        "subscriptionId": one.id,
        "offerId": one.offer.id(),
        "offerName": one.offer.name,
        "domainName": line.customer.domain(),
        "billingCycleType": "MONTHLY",
        "subscriptionName": one.offer.name,
        "subscriptionDescription": one.offer.name,
        "subscriptionStartDate": one.since,
        "subscriptionEndDate": one.until,
        "chargeStartDate": invoice.month.starts(),
        "chargeEndDate": invoice.date(),
        "chargeType": "CYCLE FEE",
        "unitPrice": money(one.offer.cents),
        "quantity": one.seats,
        "amount": amount,
        "totalOtherDiscount": 0.0,
        "subtotal": amount,
        "tax": 0.0,
        "totalForCustomer": amount,
        "currency": "USD",
        "invoiceLineItemType": "billing_line_items",
        "billingProvider": "office",
        "attributes": { "objectType": "LicenseBasedLineItem" },
    })
}

/// Cents as the API writes money.
fn money(cents: u64) -> f64 {
    // Sums stay far below what a double can count in cents.
    cents as f64 / 100.0
}
