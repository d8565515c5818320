//! Which kinds of second factor are there, and which of them are how strong?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// Authenticator app, push with number matching.
    Push,
    /// Any RFC 6238 code app.
    Totp,
    /// Text message.
    Sms,
    /// Phone call.
    Call,
    /// Security key or passkey.
    Passkey,
    /// App passwords for legacy clients.
    AppPassword,
}

impl MethodKind {
    /// Every kind that is a second factor, in the order in which they are offered.
    pub const FACTORS: [MethodKind; 5] =
        [MethodKind::Push, MethodKind::Totp, MethodKind::Sms, MethodKind::Call, MethodKind::Passkey];

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            MethodKind::Push => "authenticator app",
            MethodKind::Totp => "code app",
            MethodKind::Sms => "text message",
            MethodKind::Call => "phone call",
            MethodKind::Passkey => "passkey",
            MethodKind::AppPassword => "app password",
        }
    }
}

/// What an authentication strength of a tenant's own can take (Graph's `allowedCombinations`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// Authenticator app, push with number matching.
    Push,
    /// Any RFC 6238 code app.
    Totp,
    /// Text message.
    Sms,
    /// Phone call.
    Call,
    /// Security key or passkey.
    Passkey,
    /// The second factor of a federated provider.
    FederatedMultiFactor,
}

impl Combination {
    /// The method that has to be registered for it; nothing where another provider has it.
    pub fn method(self) -> Option<MethodKind> {
        match self {
            Combination::Push => Some(MethodKind::Push),
            Combination::Totp => Some(MethodKind::Totp),
            Combination::Sms => Some(MethodKind::Sms),
            Combination::Call => Some(MethodKind::Call),
            Combination::Passkey => Some(MethodKind::Passkey),
            Combination::FederatedMultiFactor => None,
        }
    }
}

/// An authentication strength that every tenant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Any second factor.
    Mfa,
    /// Without a password.
    Passwordless,
    /// Bound to the page that asks.
    PhishingResistant,
}

impl Strength {
    /// The names they are written by.
    pub const NAMES: [&str; 3] = ["mfa", "passwordless", "phishing_resistant"];

    /// The strength of this name: also with hyphens, or with "mfa" behind it as Microsoft's pages have it.
    pub fn named(name: &str) -> Option<Self> {
        let plain = name.to_ascii_lowercase().replace(['-', ' '], "_");
        match plain.strip_suffix("_mfa").unwrap_or(&plain) {
            "mfa" | "multifactor_authentication" => Some(Strength::Mfa),
            "passwordless" => Some(Strength::Passwordless),
            "phishing_resistant" => Some(Strength::PhishingResistant),
            _ => None,
        }
    }

    /// The methods it takes.
    pub fn methods(self) -> &'static [MethodKind] {
        match self {
            Strength::Mfa => &MethodKind::FACTORS,
            // A request on the phone comes after a password here: signing in by phone alone is not offered.
            Strength::Passwordless | Strength::PhishingResistant => &[MethodKind::Passkey],
        }
    }
}
