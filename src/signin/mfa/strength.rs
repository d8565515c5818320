//! Which factors does an authentication strength take?
//!
//! The built-in names follow Microsoft Graph's `authenticationStrengthPolicy`; a tenant can name its own.

use crate::directory::policy::MethodKind;
use crate::directory::tenant::EntraTenant;
use crate::signin::factors::Factor;

/// The strengths every tenant has.
pub const BUILT_IN: [&str; 3] = ["mfa", "passwordless", "phishing-resistant"];

/// The factors that satisfy a strength; nothing is known of a name that no tenant gave.
pub fn factors(tenant: &EntraTenant, name: &str) -> Vec<Factor> {
    if let Some(methods) = tenant.authentication_strengths.get(name) {
        return methods.iter().filter_map(|kind| Factor::of(*kind)).collect();
    }
    let methods: &[MethodKind] = match name {
        "mfa" => &MethodKind::FACTORS,
        "passwordless" => &[MethodKind::Push, MethodKind::Passkey],
        "phishing-resistant" => &[MethodKind::Passkey],
        _ => &[],
    };
    let pass = (name == "mfa").then_some(Factor::AccessPass);
    methods.iter().filter_map(|kind| Factor::of(*kind)).chain(pass).collect()
}
