//! Which factors does an authentication strength take?
//!
//! The built-in names follow Microsoft Graph's `authenticationStrengthPolicy`; a tenant can name its own.

use crate::directory::policy::{MethodKind, Strength};
use crate::directory::tenant::EntraTenant;
use crate::signin::factors::Factor;

/// What the strength "Multifactor authentication" takes besides methods: among its combinations in Graph are
/// `temporaryAccessPassMultiUse` and `federatedMultiFactor`.
const BESIDE_METHODS: &[Factor] = &[Factor::AccessPass, Factor::Provider];

/// The factors that satisfy a strength; nothing satisfies one that nobody knows.
pub fn factors(tenant: &EntraTenant, name: &str) -> Vec<Factor> {
    let strength = Strength::named(name);
    let own = tenant.authentication_strengths.get(name).map(Vec::as_slice);
    let methods: &[MethodKind] = own.or(strength.map(Strength::methods)).unwrap_or_default();
    let beside = if own.is_none() && strength == Some(Strength::Mfa) { BESIDE_METHODS } else { &[] };
    methods.iter().filter_map(|kind| Factor::of(*kind)).chain(beside.iter().copied()).collect()
}
