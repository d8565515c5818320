//! Azure Resource Manager, the part that shows whose subscriptions a token reaches: tenants, subscriptions and their
//! resource groups, as its REST reference has them.
//!
//! Every tenant has one subscription here. Its owners are its global administrators, and the admin agents of a partner
//! that administers it ("admin on behalf of"); nobody else sees it.

mod clouds;
pub mod error;
pub mod routes;

use serde_json::{Value, json};

use crate::directory::Directory;
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::graph::caller::{Belongs, Caller, Person, Who};
use crate::id::ObjectId;
use crate::signin::tenant_access::standing;
use crate::time::Timestamp;
use error::Refused;

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The tenants a person has to do with.
    Tenants,
    /// The subscriptions that the caller sees.
    Subscriptions,
    /// One of them.
    Subscription(&'a str),
    /// What it is divided into.
    ResourceGroups(&'a str),
}

impl<'a> Place<'a> {
    /// The address behind a path below `/arm`, which is in lower case.
    pub fn find(path: &[&'a str]) -> Option<Self> {
        match path {
            ["tenants"] => Some(Place::Tenants),
            ["subscriptions"] => Some(Place::Subscriptions),
            ["subscriptions", id] => Some(Place::Subscription(id)),
            ["subscriptions", id, "resourcegroups"] => Some(Place::ResourceGroups(id)),
            _ => None,
        }
    }
}

/// What there is to show, or why nothing is.
pub fn answer(directory: &Directory, caller: &Caller<'_>, place: Place<'_>, now: Timestamp) -> Result<Value, Refused> {
    match place {
        Place::Tenants => Ok(list(tenants(directory, caller, now))),
        Place::Subscriptions => {
            let seen = owns(caller).then(|| row(caller.place(), caller.tenant));
            Ok(list(seen.into_iter().collect()))
        }
        Place::Subscription(id) => {
            seen(directory, caller, id)?;
            Ok(row(caller.place(), caller.tenant))
        }
        Place::ResourceGroups(id) => {
            seen(directory, caller, id)?;
            let name = "production";
            let id = subscription(caller.tenant);
            Ok(list(vec![json!({
                "id": format!("/subscriptions/{id}/resourceGroups/{name}"),
                "name": name,
                "type": "Microsoft.Resources/resourceGroups",
                "location": "westeurope",
                "properties": { "provisioningState": "Succeeded" },
            })]))
        }
    }
}

fn list(rows: Vec<Value>) -> Value {
    json!({ "value": rows, "count": { "type": "Total", "value": rows.len() } })
}

/// The one subscription of a tenant.
pub fn subscription(tenant: &EntraTenant) -> ObjectId {
    ObjectId::derived(&["azure subscription", &tenant.id.to_string()])
}

/// May the caller see this subscription? A token of another tenant is told whose it has to be.
fn seen(directory: &Directory, caller: &Caller<'_>, id: &str) -> Result<(), Refused> {
    let wanted = ObjectId::parse(id);
    let owner = directory.tenants().find_map(|tenant| match tenant {
        Tenant::Entra { facts, .. } if wanted == Some(subscription(facts)) => Some(facts.id),
        Tenant::Entra { .. } | Tenant::Provider { .. } => None,
    });
    match owner {
        None => Err(Refused::no_subscription(id)),
        Some(owner) if owner != caller.tenant.id => {
            Err(Refused::WrongTenant { token: caller.tenant.id, wanted: owner })
        }
        Some(_) if owns(caller) => Ok(()),
        Some(_) => Err(Refused::Denied(format!(
            "The client '{}' with object id '{}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/read' over scope '/subscriptions/{id}'.",
            caller.name(),
            caller.person().map_or_else(|| caller.app.service_principal(caller.place()), |person| person.object)
        ))),
    }
}

fn owns(caller: &Caller<'_>) -> bool {
    match &caller.who {
        Who::Application(_) => false,
        Who::Person(person) => match person.belongs {
            Belongs::Member | Belongs::Guest => person.roles.contains(&Role::GlobalAdmin),
            // The partner's AdminAgents group is an owner, whichever roles the relationship gives in the directory.
            Belongs::Elsewhere => person.account.user.roles.contains(&Role::AdminAgent),
        },
    }
}

fn tenants(directory: &Directory, caller: &Caller<'_>, now: Timestamp) -> Vec<Value> {
    let reached = |tenant: &Tenant<'_>| match &caller.who {
        Who::Application(_) => *tenant == caller.place(),
        Who::Person(person) => reaches(directory, person, *tenant, now),
    };
    let row = |tenant: Tenant<'_>| {
        let Tenant::Entra { facts, .. } = tenant else { return None };
        let home = caller.person().map_or(caller.place(), |person| person.account.home);
        Some(json!({
            "id": format!("/tenants/{}", facts.id),
            "tenantId": facts.id,
            "countryCode": "US",
            "displayName": tenant.name(),
            "domains": facts.domains,
            "defaultDomain": facts.domains.first(),
            "tenantCategory": if tenant == home { "Home" } else { "ProjectedBy" },
        }))
    };
    directory.tenants().filter(reached).filter_map(row).collect()
}

fn reaches(directory: &Directory, person: &Person<'_>, tenant: Tenant<'_>, now: Timestamp) -> bool {
    standing(directory, &person.account, tenant, now).is_ok()
}

fn row(tenant: Tenant<'_>, facts: &EntraTenant) -> Value {
    let id = subscription(facts);
    json!({
        "id": format!("/subscriptions/{id}"),
        "subscriptionId": id,
        "tenantId": facts.id,
        "displayName": format!("{} Azure plan", tenant.name()),
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01", "quotaId": "CSP_2015-05-01", "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    })
}
