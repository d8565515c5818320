//! Which groups and directory roles a token names, and where to ask when there are too many.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Issue, Person};
use crate::directory::app::GroupClaims;
use crate::directory::role::{MEMBER, Role};
use crate::signin::tenant_access::Standing;
use crate::token::claim_set::ClaimSet;

/// How a token reaches the application: it decides how many groups fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// In a response's body.
    InBody,
    /// In an address.
    InAddress,
}

impl Carried {
    /// How a token travels that is in an address, or is not.
    pub fn new(in_address: bool) -> Self {
        if in_address { Carried::InAddress } else { Carried::InBody }
    }

    fn room(self) -> usize {
        match self {
            Carried::InBody => 200,
            Carried::InAddress => 6,
        }
    }
}

/// Adds `groups`, or the pointer to them.
pub fn put_groups(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>, named: GroupClaims, carried: Carried) {
    if !named.names_groups() {
        return;
    }
    let groups = issue.directory.groups_of(issue.tenant, &person.account);
    if groups.is_empty() {
        return;
    }
    if groups.len() <= carried.room() {
        let ids = groups.iter().map(|(_, group)| Value::from(group.id.to_string())).collect();
        claims.insert("groups".into(), Value::Array(ids));
        return;
    }
    match carried {
        Carried::InAddress => {
            claims.insert("hasgroups".into(), true.into());
        }
        Carried::InBody => {
            let endpoint = issue.origin.url(&format!("/graph/v1.0/users/{}/getMemberObjects", person.object));
            claims.insert("_claim_names".into(), json!({ "groups": "src1" }));
            claims.insert("_claim_sources".into(), json!({ "src1": { "endpoint": endpoint } }));
        }
    }
}

/// Adds `wids`: the templates of a person's directory roles.
pub fn put_roles(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>) {
    let templates: Vec<Uuid> = match issue.standing(person) {
        Some(Standing::Member) => templates(&person.account.user.roles).chain([MEMBER]).collect(),
        Some(Standing::Guest(guest)) => templates(&guest.roles).collect(),
        Some(Standing::DelegatedAdmin(delegation)) => delegation.roles.iter().filter_map(Role::template).collect(),
        None => Vec::new(),
    };
    if !templates.is_empty() {
        let wids = templates.iter().map(|template| Value::from(template.to_string())).collect();
        claims.insert("wids".into(), Value::Array(wids));
    }
}

fn templates(roles: &[Role]) -> impl Iterator<Item = Uuid> {
    roles.iter().copied().filter_map(Role::template)
}
