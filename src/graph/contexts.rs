//! Authentication contexts: those that the tenant's policies are about.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::error::Refused;
use super::{Ask, Outcome};

/// All contexts, or one.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let policies = ask.tenant().conditional_access.values();
    let used: BTreeSet<&str> = policies.filter_map(|policy| policy.auth_context.as_deref()).collect();
    match id {
        None => ask.list(used.into_iter().map(shown).collect()),
        Some(id) => match used.get(id) {
            Some(known) => ask.item(shown(known)),
            None => Err(Refused::no_object(id)),
        },
    }
}

fn shown(id: &str) -> Value {
    json!({ "id": id, "displayName": id, "description": "", "isAvailable": true })
}
