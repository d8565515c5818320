//! Which factors does an authentication strength take?
//!
//! The built-in names follow Microsoft Graph's `authenticationStrengthPolicy`; a tenant can name its own.

use crate::directory::policy::{Combination, Strength};
use crate::directory::tenant::EntraTenant;
use crate::signin::factors::Factor;

/// What the strength "Multifactor authentication" takes besides methods: among its combinations in Graph are
/// `temporaryAccessPassMultiUse` and `federatedMultiFactor`.
const BESIDE_METHODS: &[Factor] = &[Factor::AccessPass, Factor::Provider];

/// The factors that satisfy a strength; nothing satisfies one that nobody knows.
pub fn factors(tenant: &EntraTenant, name: &str) -> Vec<Factor> {
    if let Some(own) = tenant.authentication_strengths.get(name) {
        return own.iter().filter_map(|one| factor(*one)).collect();
    }
    let Some(strength) = Strength::named(name) else { return Vec::new() };
    let beside = if strength == Strength::Mfa { BESIDE_METHODS } else { &[] };
    strength.methods().iter().filter_map(|kind| Factor::of(*kind)).chain(beside.iter().copied()).collect()
}

fn factor(combination: Combination) -> Option<Factor> {
    match combination.method() {
        Some(kind) => Factor::of(kind),
        None => Some(Factor::Provider),
    }
}
