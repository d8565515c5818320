//! Which tenant is this? Microsoft Graph's `organization`.

use serde_json::{Value, json};

use super::error::Refused;
use super::{Ask, Outcome};
use crate::directory::tenant::TenantKind;
use crate::id::TenantId;

/// The tenant of the token: there is no other.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    match id {
        None => ask.list(vec![row(ask)]),
        Some(id) if TenantId::parse(id) == Some(ask.tenant().id) => ask.item(row(ask)),
        Some(id) => Err(Refused::no_object(id)),
    }
}

fn row(ask: &Ask<'_>) -> Value {
    let tenant = ask.tenant();
    let domain = |(index, name): (usize, &String)| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": index == 0,
            "isInitial": index == 0,
            "name": name,
            "type": if tenant.federation.contains_key(name) { "Federated" } else { "Managed" },
        })
    };
    json!({
        "id": tenant.id,
        "deletedDateTime": null,
        "businessPhones": [],
        "city": null,
        "countryLetterCode": "US",
        "displayName": ask.caller.place().name(),
        "onPremisesSyncEnabled": null,
        "partnerTenantType": match tenant.kind {
            TenantKind::Partner => Some("resellerPartnerDelegatedAdmin"),
            TenantKind::Customer | TenantKind::Ordinary => None,
        },
        "tenantType": "AAD",
        "assignedPlans": [],
        "provisionedPlans": [],
        "verifiedDomains": tenant.domains.iter().enumerate().map(domain).collect::<Vec<_>>(),
    })
}
