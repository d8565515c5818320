//! Which items of a list are wanted? `{"Field":"CompanyName","Value":"cont","Operator":"starts_with"}`, as a parameter (Partner
//! Center REST, "Get a list of customers filtered by a search field" and "View a deleted user").

use serde_json::Value;

use super::body::Body;
use super::error::Refused;

/// A filter by one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFilter {
    /// The field.
    pub field: String,
    /// What it is held against.
    pub value: String,
    /// How.
    pub operator: String,
}

impl FieldFilter {
    /// Reads one.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let unreadable = || Refused::bad("The filter is not a JSON object, encoded for an address.");
        let value: Value = serde_json::from_str(text).map_err(|_| unreadable())?;
        let body = Body::of(&value).map_err(|_| unreadable())?;
        let member = |name: &str| body.needed(name).map(str::to_owned);
        Ok(Self { operator: member("Operator")?, value: member("Value")?, field: member("Field")? })
    }
}
