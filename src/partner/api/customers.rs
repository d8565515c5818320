//! Whom does the partner sell to? The list, one of them, and a new one (Partner Center REST, "Customer resources").
//!
//! Differs: the postal address and the billing profile of a customer that a world file describes are made of its name, always
//! the same, unless the file says them. A new customer has those that were sent.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::body::Body;
use super::error::Refused;
use super::filter::FieldFilter;
use super::paging::itself;
use super::{Ask, Outcome, Told};
use crate::directory::Directory;
use crate::directory::partner::{Relationship, RelationshipKind, RelationshipStatus};
use crate::directory::role::Role;
use crate::directory::table::{Table, free};
use crate::directory::tenant::{Address, Billing, EntraTenant, TenantKind};
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
        "billingProfile": billing_profile(customer),
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
        "address": place(customer, "region"),
        "email": customer.facts.billing.as_ref().map_or_else(|| billing_mail(customer), |billing| billing.email.clone()),
        "links": itself(&format!("/customers/{id}/profiles/company")),
        "attributes": { "objectType": "CustomerCompanyProfile" },
    })
}

/// How it is billed.
pub fn billing_profile(customer: &Customer<'_>) -> Value {
    let id = customer.facts.id;
    let profile = ObjectId::derived(&["billing profile", &id.to_string()]);
    let made_up = || Billing {
        first_name: "Accounts".into(),
        last_name: "Payable".into(),
        email: billing_mail(customer),
        culture: "en-US".into(),
        language: "en".into(),
        company_name: customer.name().into(),
        address: Address::default(),
    };
    let billing = customer.facts.billing.clone().unwrap_or_else(made_up);
    // Facts that a file can hold can be written.
    let state = serde_json::to_string(&billing).unwrap_or_default();
    json!({
        "id": profile,
        "firstName": said(&billing.first_name),
        "lastName": said(&billing.last_name),
        "email": said(&billing.email),
        "culture": said(&billing.culture),
        "language": said(&billing.language),
        "companyName": said(&billing.company_name),
        "defaultAddress": place(customer, "state"),
        "links": itself(&format!("/customers/{id}/profiles/billing")),
        "attributes": { "etag": etag(&[&profile.to_string(), &state]), "objectType": "CustomerBillingProfile" },
    })
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn billing_mail(customer: &Customer<'_>) -> String {
    format!("billing@{}", customer.domain())
}

/// Where a customer is; what a part of a country is called differs between the profiles.
fn place(customer: &Customer<'_>, part: &str) -> Value {
    let Some(known) = customer.facts.billing.as_ref().map(|billing| &billing.address) else {
        return address(customer.name(), part);
    };
    let members = [
        ("country", &known.country),
        ("city", &known.city),
        (part, &known.state),
        ("addressLine1", &known.line1),
        ("addressLine2", &known.line2),
        ("postalCode", &known.postal_code),
        ("firstName", &known.first_name),
        ("lastName", &known.last_name),
        ("phoneNumber", &known.phone_number),
    ];
    let said = members.into_iter().filter(|(_, text)| !text.is_empty());
    Value::Object(said.map(|(name, text)| (name.to_owned(), text.as_str().into())).collect())
}

/// A made-up postal address; what a part of a country is called differs between the profiles.
pub fn address(name: &str, part: &str) -> Value {
    let number = ObjectId::derived(&["address", name]).0.as_u128() % 900 + 100;
    let mut address = Map::new();
    for (key, value) in [
        ("country", "US".to_owned()),
        ("city", "Redmond".to_owned()),
        (part, "WA".to_owned()),
        ("addressLine1", format!("{number} Main Street")),
        ("postalCode", "98052".to_owned()),
        ("phoneNumber", format!("4255550{:03}", number)),
    ] {
        address.insert(key.to_owned(), value.into());
    }
    Value::Object(address)
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
        Ok(Self { domain, billing: read_billing(&billing, &address)? })
    }
}

fn read_billing(profile: &Body<'_>, address: &Body<'_>) -> Result<Billing, Refused> {
    let needed = |body: &Body<'_>, name: &str| body.needed(name).map(str::to_owned);
    let text = |body: &Body<'_>, name: &str| body.text(name).map(|text| text.unwrap_or_default().to_owned());
    Ok(Billing {
        email: needed(profile, "email")?,
        culture: needed(profile, "culture")?,
        language: needed(profile, "language")?,
        first_name: text(profile, "firstName")?,
        last_name: text(profile, "lastName")?,
        address: Address {
            first_name: needed(address, "firstName")?,
            last_name: needed(address, "lastName")?,
            line1: needed(address, "addressLine1")?,
            line2: text(address, "addressLine2")?,
            city: needed(address, "city")?,
            state: text(address, "state")?,
            postal_code: text(address, "postalCode")?,
            country: needed(address, "country")?,
            phone_number: text(address, "phoneNumber")?,
        },
        company_name: needed(profile, "companyName")?,
    })
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
