//! Which domains has the tenant, and who signs their people in? Microsoft Graph's `domain`.

use serde_json::{Value, json};

use super::error::Refused;
use super::{Ask, Outcome};

/// All of them, or one.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    match id {
        None => ask.list((0..ask.tenant().domains.len()).filter_map(|index| row(ask, index)).collect()),
        Some(id) => {
            let index = position(ask, id)?;
            ask.item(row(ask, index).unwrap_or_default())
        }
    }
}

/// Where in the tenant's list a domain stands.
pub fn position(ask: &Ask<'_>, id: &str) -> Result<usize, Refused> {
    ask.tenant().domains.iter().position(|domain| domain == id).ok_or_else(|| Refused::no_object(id))
}

fn row(ask: &Ask<'_>, index: usize) -> Option<Value> {
    let name = ask.tenant().domains.get(index)?;
    let federated = ask.tenant().federation.contains_key(name);
    Some(json!({
        "authenticationType": if federated { "Federated" } else { "Managed" },
        "availabilityStatus": null,
        "id": name,
        "isAdminManaged": true,
        "isDefault": index == 0,
        "isInitial": index == 0,
        "isRoot": true,
        "isVerified": true,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        "passwordValidityPeriodInDays": 2_147_483_647,
        "passwordNotificationWindowInDays": 14,
    }))
}
