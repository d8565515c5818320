//! To whom and how is a customer billed, as its partner wrote it down (Partner Center REST, "CustomerBillingProfile")?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A customer's billing profile. What is empty is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Billing {
    /// The first name of whom bills go to.
    pub first_name: String,
    /// The last name of whom bills go to.
    pub last_name: String,
    /// Where bills are mailed to.
    pub email: String,
    /// The culture, such as `en-US`.
    pub culture: String,
    /// The language, such as `en`.
    pub language: String,
    /// The company's name.
    pub company_name: String,
    /// Where it is.
    pub address: Address,
}

/// A postal address. What is empty is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// The first name of somebody there.
    pub first_name: String,
    /// The last name of somebody there.
    pub last_name: String,
    /// Street and number.
    pub line1: String,
    /// What does not fit the first line.
    pub line2: String,
    /// The city.
    pub city: String,
    /// The state or region.
    pub state: String,
    /// The postal code.
    pub postal_code: String,
    /// The country, in two letters.
    pub country: String,
    /// A telephone number.
    pub phone_number: String,
}
