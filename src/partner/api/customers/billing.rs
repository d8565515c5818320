//! How is a customer billed, and where is it? As its partner said, or made up of its name (Partner Center REST,
//! "CustomerBillingProfile").

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::etag;
use crate::directory::country::is_country;
use crate::directory::tenant::{Address, Billing};
use crate::id::ObjectId;
use crate::partner::api::body::Body;
use crate::partner::api::error::Refused;
use crate::partner::api::paging::itself;
use crate::partner::customers::Customer;

/// How it is billed.
pub fn profile(customer: &Customer<'_>) -> Value {
    let id = customer.facts.id;
    let profile = ObjectId::derived(&["billing profile", &id.to_string()]);
    let billing = of(customer);
    // Facts that a file can hold can be written.
    let state = serde_json::to_string(billing.as_ref()).unwrap_or_default();
    json!({
        "id": profile,
        "firstName": said(&billing.first_name),
        "lastName": said(&billing.last_name),
        "email": said(&billing.email),
        "culture": said(&billing.culture),
        "language": said(&billing.language),
        "companyName": said(&billing.company_name),
        "defaultAddress": place(customer, "state"),
        "links": itself(&format!("/customers/{id}/profiles/billing")),
        "attributes": { "etag": etag(&[&profile.to_string(), &state]), "objectType": "CustomerBillingProfile" },
    })
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Where bills are mailed to, when that is known.
pub fn mail(customer: &Customer<'_>) -> Option<String> {
    said(&of(customer).email).map(str::to_owned)
}

/// What is known of it, or made up.
fn of<'a>(customer: &Customer<'a>) -> Cow<'a, Billing> {
    match &customer.facts.billing {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(Billing {
            first_name: "Accounts".into(),
            last_name: "Payable".into(),
            email: format!("billing@{}", customer.domain()),
            culture: "en-US".into(),
            language: "en".into(),
            company_name: customer.name().into(),
            address: Address::default(),
        }),
    }
}

/// Where a customer is; what a part of a country is called differs between the profiles.
pub fn place(customer: &Customer<'_>, part: &str) -> Value {
    let Some(known) = customer.facts.billing.as_ref().map(|billing| &billing.address) else {
        return address(customer.name(), part);
    };
    let members = [
        ("country", &known.country),
        ("city", &known.city),
        (part, &known.state),
        ("addressLine1", &known.line1),
        ("addressLine2", &known.line2),
        ("postalCode", &known.postal_code),
        ("firstName", &known.first_name),
        ("lastName", &known.last_name),
        ("phoneNumber", &known.phone_number),
    ];
    let said = members.into_iter().filter(|(_, text)| !text.is_empty());
    Value::Object(said.map(|(name, text)| (name.to_owned(), text.as_str().into())).collect())
}

/// A made-up postal address; what a part of a country is called differs between the profiles.
pub fn address(name: &str, part: &str) -> Value {
    let number = ObjectId::derived(&["address", name]).0.as_u128() % 900 + 100;
    let mut address = Map::new();
    for (key, value) in [
        ("country", "US".to_owned()),
        ("city", "Redmond".to_owned()),
        (part, "WA".to_owned()),
        ("addressLine1", format!("{number} Main Street")),
        ("postalCode", "98052".to_owned()),
        ("phoneNumber", format!("4255550{:03}", number)),
    ] {
        address.insert(key.to_owned(), value.into());
    }
    Value::Object(address)
}

/// What a new customer's partner says of it.
pub(super) fn read(profile: &Body<'_>, address: &Body<'_>) -> Result<Billing, Refused> {
    let needed = |body: &Body<'_>, name: &str| body.needed(name).map(str::to_owned);
    let text = |body: &Body<'_>, name: &str| body.text(name).map(|text| text.unwrap_or_default().to_owned());
    Ok(Billing {
        email: needed(profile, "email")?,
        culture: needed(profile, "culture")?,
        language: needed(profile, "language")?,
        first_name: text(profile, "firstName")?,
        last_name: text(profile, "lastName")?,
        address: Address {
            first_name: needed(address, "firstName")?,
            last_name: needed(address, "lastName")?,
            line1: needed(address, "addressLine1")?,
            line2: text(address, "addressLine2")?,
            city: needed(address, "city")?,
            state: text(address, "state")?,
            postal_code: text(address, "postalCode")?,
            country: country(address)?,
            phone_number: text(address, "phoneNumber")?,
        },
        company_name: needed(profile, "companyName")?,
    })
}

fn country(address: &Body<'_>) -> Result<String, Refused> {
    let country = address.needed("country")?;
    match is_country(country) {
        true => Ok(country.to_owned()),
        false => {
            Err(Refused::bad("billingProfile.defaultAddress.country must be a country in two letters, such as US."))
        }
    }
}
