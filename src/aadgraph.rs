//! Azure AD Graph, the predecessor of Microsoft Graph, the part that partners' scripts still call: `me`, `users` and
//! `tenantDetails` of the tenant that the address names, as its archived reference has them.

pub mod error;
pub mod routes;

use serde_json::{Value, json};

use crate::directory::role::Role;
use crate::directory::{Account, Directory};
use crate::graph::caller::{Belongs, Caller, Person, Who};
use crate::graph::error::Refused as Unread;
use crate::graph::query::Query;
use crate::http::params::{Params, shorten};
use crate::id::{ObjectId, Upn};
use error::Refused;

/// The parameter that every call has.
pub const VERSION: &str = "api-version";
/// The options that lists take; all others are refused rather than passed over.
const OPTIONS: [&str; 3] = ["$filter", "$top", "$skiptoken"];

/// What can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Who the caller is.
    Me,
    /// Everybody.
    Users,
    /// One of them.
    User(&'a str),
    /// The tenant.
    TenantDetails,
}

impl<'a> Place<'a> {
    /// The address behind a path below the tenant's name, which is in lower case.
    pub fn find(path: &[&'a str]) -> Option<Self> {
        match path {
            ["me"] => Some(Place::Me),
            ["users"] => Some(Place::Users),
            ["users", id] => Some(Place::User(id)),
            ["tenantdetails"] => Some(Place::TenantDetails),
            _ => None,
        }
    }
}

/// What there is to show, or why nothing is. `base` is what addresses in the answer begin with.
pub fn answer(
    directory: &Directory,
    caller: &Caller<'_>,
    place: Place<'_>,
    params: &Params,
    base: &str,
) -> Result<Value, Refused> {
    may_read(caller, place)?;
    let query = query(place, params)?;
    let one = |row: Value| {
        let mut shown = json!({ "odata.metadata": format!("{base}/$metadata#directoryObjects/@Element") });
        if let (Value::Object(shown), Value::Object(row)) = (&mut shown, row) {
            shown.extend(row);
        }
        shown
    };
    let list = |address: &str, rows: Vec<Value>| list(base, &query, address, rows);
    match place {
        Place::Me => match &caller.who {
            Who::Person(person) if person.belongs != Belongs::Elsewhere => Ok(one(row(&person.account, person.object))),
            Who::Person(person) => Err(Refused::no_object(&person.object.to_string())),
            Who::Application(_) => Err(Refused::Bad("There is nobody behind this token.".into())),
        },
        Place::Users => list("users", users(directory, caller).map(|account| row(&account, account.user.id)).collect()),
        Place::User(id) => {
            let (wanted, upn) = (ObjectId::parse(id), Upn::new(id));
            let mut all = users(directory, caller);
            let found = all.find(|account| wanted == Some(account.user.id) || *account.upn == upn);
            found.map(|account| one(row(&account, account.user.id))).ok_or_else(|| Refused::no_object(id))
        }
        Place::TenantDetails => list("tenantDetails", vec![tenant_row(caller)]),
    }
}

/// A part of a list, as this version of the protocol wraps it.
fn list(base: &str, query: &Query, address: &str, rows: Vec<Value>) -> Result<Value, Refused> {
    let mut page = query.page(String::new(), address, rows).map_err(unsupported)?;
    let mut shown = json!({
        "odata.metadata": format!("{base}/$metadata#directoryObjects"),
        "value": page["value"].take(),
    });
    // Callers put what addresses begin with before it, and the version behind it.
    if let next @ Value::String(_) = page["@odata.nextLink"].take() {
        shown["odata.nextLink"] = next;
    }
    Ok(shown)
}

/// Which part of a list is wanted; of one object, there is none.
fn query(place: Place<'_>, params: &Params) -> Result<Query, Refused> {
    let is_list = match place {
        Place::Users | Place::TenantDetails => true,
        Place::Me | Place::User(_) => false,
    };
    let mut options = params.iter().map(|(name, _)| name).filter(|name| name.starts_with('$'));
    match options.find(|name| !is_list || !OPTIONS.contains(name)) {
        Some(name) => Err(Refused::Query(format!("The query option '{}' is not supported here.", shorten(name)))),
        None => Ok(Query::read(params).map_err(unsupported)?.without(VERSION)),
    }
}

fn unsupported(why: Unread) -> Refused {
    Refused::Query(why.message().to_owned())
}

fn users<'a>(directory: &'a Directory, caller: &Caller<'a>) -> impl Iterator<Item = Account<'a>> + use<'a> {
    let home = caller.place();
    let accounts = directory.world().users.keys().filter_map(|upn| directory.account(upn));
    accounts.filter(move |account| account.home == home)
}

/// A person's scopes and place in the tenant, or an application's own permission.
fn may_read(caller: &Caller<'_>, place: Place<'_>) -> Result<(), Refused> {
    match &caller.who {
        Who::Application(roles) if roles.iter().any(|role| role == "Directory.Read.All") => Ok(()),
        Who::Application(_) => Err(Refused::Denied),
        Who::Person(person) => match place {
            Place::Me => {
                has(person, &["User.Read", "Directory.Read.All", "Directory.AccessAsUser.All", "user_impersonation"])
            }
            Place::Users | Place::User(_) | Place::TenantDetails => {
                has(person, &["Directory.Read.All", "Directory.AccessAsUser.All", "user_impersonation"])?;
                let administers = person
                    .roles
                    .iter()
                    .any(|role| role.administers() || matches!(role, Role::DirectoryReaders | Role::GlobalReader));
                match person.belongs == Belongs::Member || administers {
                    true => Ok(()),
                    false => Err(Refused::Denied),
                }
            }
        },
    }
}

fn has(person: &Person<'_>, scopes: &[&str]) -> Result<(), Refused> {
    match person.scopes.iter().any(|scope| scopes.contains(&scope.as_str())) {
        true => Ok(()),
        false => Err(Refused::Denied),
    }
}

fn row(account: &Account<'_>, object: ObjectId) -> Value {
    let user = account.user;
    json!({
        "odata.type": "Microsoft.DirectoryServices.User",
        "objectType": "User",
        "objectId": object,
        "accountEnabled": user.enabled,
        "displayName": account.title(),
        "givenName": user.given_name,
        "immutableId": Some(&user.immutable_id).filter(|id| !id.is_empty()),
        "mail": user.mail,
        "surname": user.family_name,
        "usageLocation": user.country(),
        "userPrincipalName": account.upn,
        "userType": "Member",
    })
}

fn tenant_row(caller: &Caller<'_>) -> Value {
    let facts = caller.tenant;
    let domain = |(index, name): (usize, &String)| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline",
            "default": index == 0,
            "initial": index == 0,
            "name": name,
            "type": if facts.federation.contains_key(name) { "Federated" } else { "Managed" },
        })
    };
    json!({
        "odata.type": "Microsoft.DirectoryServices.TenantDetail",
        "objectType": "Company",
        "objectId": facts.id,
        "displayName": caller.place().name(),
        "countryLetterCode": "US",
        "verifiedDomains": facts.domains.iter().enumerate().map(domain).collect::<Vec<_>>(),
    })
}
