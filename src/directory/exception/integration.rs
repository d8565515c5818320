//! How is the product joined to the tenant that an exception is asked for?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a third party's product is joined to a tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// It signs the domain's people in.
    #[default]
    Federation,
    /// It is a custom control of conditional access.
    CustomControl,
}

impl Integration {
    /// Every kind there is.
    pub const ALL: [Integration; 2] = [Integration::Federation, Integration::CustomControl];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Integration::Federation => "federation",
            Integration::CustomControl => "custom_control",
        }
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Integration::Federation => "Identity federation",
            Integration::CustomControl => "Custom control",
        }
    }
}
