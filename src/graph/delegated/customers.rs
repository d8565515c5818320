//! Whom does the caller's tenant administer now? Microsoft Graph's `delegatedAdminCustomer`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{Ask, Outcome};
use super::{Side, all, name_of};
use crate::directory::tenant::Tenant;
use crate::graph::error::Refused;
use crate::id::TenantId;

/// All of them, or one.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let in_force = all(ask).filter(|one| one.side == Side::Partner && one.facts.status_at(ask.now).is_in_force());
    let handles: BTreeSet<&str> = in_force.map(|one| one.facts.customer.as_str()).collect();
    let mut customers = handles.into_iter().filter_map(|handle| name_of(ask, handle));
    match id {
        None => ask.list(customers.map(row).collect()),
        Some(id) => match customers.find(|tenant| TenantId::parse(id) == Some(tenant.id())) {
            Some(tenant) => ask.item(row(tenant)),
            None => Err(Refused::no_object(id)),
        },
    }
}

fn row(tenant: Tenant<'_>) -> Value {
    json!({ "id": tenant.id(), "tenantId": tenant.id(), "displayName": tenant.name() })
}
