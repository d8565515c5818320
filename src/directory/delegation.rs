//! What may an account of a partner do in a customer's tenant?

use super::partner::{AgentGroup, Relationship, RelationshipKind, RelationshipStatus};
use super::role::Roles;
use super::tenant::Tenant;
use super::{Account, Directory};
use crate::time::Timestamp;

/// What an account of a partner may do in a customer's tenant.
#[derive(Clone, Copy, Debug)]
pub struct Delegation<'d> {
    /// The relationship's handle; of several, the first.
    pub handle: &'d str,
    /// Which kind of delegation.
    pub kind: RelationshipKind,
    /// The roles it has there.
    pub roles: Roles,
}

/// Why an account may do nothing in another tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoDelegation {
    /// The tenants have nothing to do with each other.
    Strangers,
    /// Their relationship is not in force.
    NotInForce {
        /// Its handle.
        handle: String,
        /// Where in its life it is.
        status: RelationshipStatus,
    },
    /// The account is in none of the groups that were given roles.
    InNoGroup {
        /// The relationship's handle.
        handle: String,
    },
}

impl NoDelegation {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            NoDelegation::Strangers => "no relationship lets one tenant administer the other".to_owned(),
            NoDelegation::NotInForce { handle, status } => format!("the relationship {handle} {}", status.words()),
            NoDelegation::InNoGroup { handle } => {
                format!("the relationship {handle} gives no role to any group that the account is in")
            }
        }
    }
}

/// What an account may do in a customer's tenant, by the relationships in force now. Where there are
/// both kinds, the granular one counts, as Microsoft has it since it began.
pub fn delegation<'d>(
    directory: &'d Directory,
    account: &Account<'_>,
    customer: Tenant<'_>,
    now: Timestamp,
) -> Result<Delegation<'d>, NoDelegation> {
    let Tenant::Entra { handle: partner, .. } = account.home else { return Err(NoDelegation::Strangers) };
    let between = |one: &Relationship| one.partner == partner && one.kind.delegates();
    let between: Vec<_> = directory.relationships_with(customer).filter(|(_, one)| between(one)).collect();
    for kind in [RelationshipKind::Gdap, RelationshipKind::Dap] {
        let holds = |one: &Relationship| one.kind == kind && one.status_at(now).is_in_force();
        let in_force: Vec<_> = between.iter().filter(|(_, one)| holds(one)).collect();
        let Some((handle, _)) = in_force.first() else { continue };
        let roles: Roles = in_force.iter().flat_map(|(_, one)| one.roles_of(directory, account).iter()).collect();
        return match roles.is_empty() {
            true => Err(NoDelegation::InNoGroup { handle: (*handle).to_owned() }),
            false => Ok(Delegation { handle, kind, roles }),
        };
    }
    Err(match between.first() {
        Some((handle, one)) => NoDelegation::NotInForce { handle: (*handle).to_owned(), status: one.status_at(now) },
        None => NoDelegation::Strangers,
    })
}

impl Relationship {
    /// The roles it gives an account of the partner's.
    fn roles_of(&self, directory: &Directory, account: &Account<'_>) -> Roles {
        let groups = directory.groups_of(account.home, account);
        let agent = |group: AgentGroup| {
            let role = group.role();
            account.user.roles.contains(&role) || groups.iter().any(|(_, facts)| facts.everyone_with == Some(role))
        };
        let agents = self.roles.iter().filter(|(group, _)| agent(**group)).map(|(_, roles)| roles);
        let named = |handle: &String| groups.iter().any(|(known, _)| known == handle);
        let others = self.groups.iter().filter(|(handle, _)| named(handle)).map(|(_, roles)| roles);
        agents.chain(others).flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests;
