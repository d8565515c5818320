//! Whom does the partner sell to? The list, one of them, and a new one (Partner Center REST, "Customer resources").
//!
//! Differs: the postal address and the billing profile of a customer that a world file describes are made of its name, always
//! the same, unless the file says them. A new customer has those that were sent.

pub mod billing;

use std::sync::Arc;

use serde_json::{Value, json};

use super::body::Body;
use super::error::Refused;
use super::filter::FieldFilter;
use super::paging::itself;
use super::{Ask, Outcome, Told};
use crate::directory::Directory;
use crate::directory::partner::{Relationship, RelationshipKind, RelationshipStatus};
use crate::directory::role::Role;
use crate::directory::table::{Table, free};
use crate::directory::tenant::{Billing, EntraTenant, TenantKind};
use crate::directory::user::{Secret, User};
use crate::directory::world::World;
use crate::id::{ObjectId, TenantId, Upn};
use crate::partner::customers::Customer;

/// How many letters the domain of a new customer has at most.
const MOST_LETTERS: usize = 200;

/// The collection.
pub fn list(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let wanted = match ask.params()?.get("filter") {
        Some(text) => Some(filter(text)?),
        None => None,
    };
    let kept = |customer: &Customer<'_>| wanted.as_ref().is_none_or(|filter| filter.keeps(customer));
    ask.page("/customers", ask.customers().iter().filter(|customer| kept(customer)).map(summary).collect())
}

/// Which customers are wanted.
enum Filter {
    /// Those whose name begins like this.
    Name(String),
    /// Those one of whose domains begins like this.
    Domain(String),
}

impl Filter {
    fn keeps(&self, customer: &Customer<'_>) -> bool {
        match self {
            Filter::Name(start) => customer.name().to_lowercase().starts_with(start),
            Filter::Domain(start) => customer.facts.domains.iter().any(|domain| domain.starts_with(start)),
        }
    }
}

fn filter(text: &str) -> Result<Filter, Refused> {
    let FieldFilter { field, value, operator } = FieldFilter::read(text)?;
    if !operator.eq_ignore_ascii_case("starts_with") {
        return Err(Refused::bad("Operator: the one there is for customers is starts_with."));
    }
    let start = value.to_lowercase();
    match field.to_ascii_lowercase().as_str() {
        "companyname" => Ok(Filter::Name(start)),
        "domain" => Ok(Filter::Domain(start)),
        _ => Err(Refused::bad("Field: there are CompanyName and Domain.")),
    }
}

/// A customer in the list.
fn summary(customer: &Customer<'_>) -> Value {
    json!({
        "id": customer.facts.id,
        "companyProfile": {
            "tenantId": customer.facts.id,
            "domain": customer.domain(),
            "companyName": customer.name(),
            "attributes": { "objectType": "CustomerCompanyProfile" },
        },
        "relationshipToPartner": "reseller",
        "attributes": { "objectType": "Customer" },
    })
}

/// A customer with all that is known of it.
pub fn in_full(customer: &Customer<'_>) -> Value {
    let id = customer.facts.id;
    json!({
        "id": id,
        "commerceId": ObjectId::derived(&["commerce", &id.to_string()]),
        "companyProfile": company_profile(customer),
        "billingProfile": billing::profile(customer),
        "relationshipToPartner": "reseller",
        "allowDelegatedAccess": customer.delegated,
        "customDomains": customer.facts.domains,
        "links": itself(&format!("/customers/{id}")),
        "attributes": { "objectType": "Customer" },
    })
}

/// Its company.
pub fn company_profile(customer: &Customer<'_>) -> Value {
    let id = customer.facts.id;
    json!({
        "tenantId": id,
        "domain": customer.domain(),
        "companyName": customer.name(),
        "address": billing::place(customer, "region"),
        "email": billing::mail(customer),
        "links": itself(&format!("/customers/{id}/profiles/company")),
        "attributes": { "objectType": "CustomerCompanyProfile" },
    })
}

/// A tag that changes when what it is made of does.
pub fn etag(words: &[&str]) -> String {
    format!("{}", ObjectId::derived(words).0.as_u64_pair().0 >> 1)
}

/// A new customer: a tenant of its own with an administrator, and the partner as its reseller.
pub fn create(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let json = ask.json()?;
    let wanted = Wanted::read(&Body::of(&json)?)?;
    if ask.directory.tenant_by_domain(&wanted.domain).is_some() {
        return Err(Refused::Conflict(format!("The domain {} is taken.", wanted.domain)));
    }
    let (id, password) = (TenantId(ask.chance.uuid()), ask.chance.short());
    let handle = handle(ask.directory, &wanted.domain);
    let facts = EntraTenant {
        id,
        name: wanted.billing.company_name.clone(),
        domains: vec![wanted.domain.clone()],
        kind: TenantKind::Customer,
        billing: Some(wanted.billing),
        ..EntraTenant::default()
    };
    let told = created(&Customer { handle: &handle, facts: &facts, delegated: false }, &password);
    let did = format!("made the customer {}", facts.name);
    let partner = ask.caller.home.to_owned();
    ask.changed(Told::Created(told), did, |world| add(world, &partner, &handle, facts, &wanted.domain, &password))
}

/// What is asked for.
struct Wanted {
    domain: String,
    billing: Billing,
}

impl Wanted {
    fn read(body: &Body<'_>) -> Result<Self, Refused> {
        let required = |name: &str| Refused::bad(format!("{name} is required."));
        let company = body.object("companyProfile")?.ok_or_else(|| required("companyProfile"))?;
        let billing = body.object("billingProfile")?.ok_or_else(|| required("billingProfile"))?;
        let address = billing.object("defaultAddress")?.ok_or_else(|| required("billingProfile.defaultAddress"))?;
        let domain = company.needed("domain")?.to_ascii_lowercase();
        let is_label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if domain.len() > MOST_LETTERS || !domain.contains('.') || !domain.split('.').all(is_label) {
            return Err(Refused::bad("companyProfile.domain must be a domain such as fourthcoffee.onmicrosoft.com."));
        }
        Ok(Self { domain, billing: billing::read(&billing, &address)? })
    }
}

fn created(customer: &Customer<'_>, password: &str) -> Value {
    let mut told = in_full(customer);
    told["userCredentials"] = json!({ "userName": "admin", "password": password });
    told
}

fn add(world: &mut World, partner: &str, handle: &str, facts: EntraTenant, domain: &str, password: &str) {
    let administrator = User {
        name: format!("{} administrator", facts.name),
        given_name: Some("Admin".into()),
        password: Some(Secret::new(password)),
        roles: vec![Role::GlobalAdmin],
        ..User::default()
    };
    world.tenants.insert(handle.to_owned(), facts);
    world.users.insert(Upn::new(&format!("admin@{domain}")), Arc::new(administrator));
    let relationship = Relationship {
        partner: partner.to_owned(),
        customer: handle.to_owned(),
        kind: RelationshipKind::Reseller,
        roles: Table::new(),
        status: RelationshipStatus::Active,
        ..Relationship::default()
    };
    let name = world.relationships.free_name(&format!("{partner}-{handle}-reseller"));
    world.relationships.insert(name, relationship);
}

/// A handle for a tenant that has only a domain as yet.
fn handle(directory: &Directory, domain: &str) -> String {
    let stem: String = domain.split('.').next().unwrap_or_default().chars().take(40).collect();
    let stem = stem.trim_matches('-');
    let stem = if stem.is_empty() { "customer" } else { stem };
    free(stem, |handle| directory.home(handle).is_some())
}
