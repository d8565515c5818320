//! Whom does a partner sell to, and whom of them may it administer?
//!
//! The reseller relationship stays when delegated administration ends: whoever was a customer is one still.

use std::collections::BTreeMap;

use crate::directory::Directory;
use crate::directory::partner::{Relationship, RelationshipStatus};
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::id::TenantId;
use crate::time::Timestamp;

/// A customer of a partner's.
#[derive(Clone, Copy, Debug)]
pub struct Customer<'d> {
    /// Its handle in the world.
    pub handle: &'d str,
    /// What the world says of it.
    pub facts: &'d EntraTenant,
    /// Is there delegated administration in force?
    pub delegated: bool,
}

impl<'d> Customer<'d> {
    /// The tenant, as the directory has it.
    pub fn tenant(&self) -> Tenant<'d> {
        Tenant::Entra { handle: self.handle, facts: self.facts }
    }

    /// The name shown to people.
    pub fn name(&self) -> &'d str {
        self.tenant().name()
    }

    /// Its default domain.
    pub fn domain(&self) -> &'d str {
        self.facts.domains.first().map(String::as_str).unwrap_or_default()
    }
}

/// The customers of a partner, by name.
pub fn of<'d>(directory: &'d Directory, partner: &str, now: Timestamp) -> Vec<Customer<'d>> {
    let mut found: BTreeMap<&str, Customer<'d>> = BTreeMap::new();
    for one in directory.world().relationships.values().filter(|one| one.partner == partner && has_begun(one)) {
        let delegated = one.kind.delegates() && one.status_at(now).is_in_force();
        let Some(Tenant::Entra { handle, facts }) = directory.tenant_by_handle(&one.customer) else { continue };
        found.entry(handle).or_insert(Customer { handle, facts, delegated: false }).delegated |= delegated;
    }
    let mut customers: Vec<_> = found.into_values().collect();
    customers.sort_by_cached_key(|customer| customer.name().to_lowercase());
    customers
}

/// One of them, by its tenant id. Another partner's customer is nobody here.
pub fn find<'d>(directory: &'d Directory, partner: &str, id: TenantId, now: Timestamp) -> Option<Customer<'d>> {
    of(directory, partner, now).into_iter().find(|customer| customer.facts.id == id)
}

/// Has the customer ever said yes?
fn has_begun(one: &Relationship) -> bool {
    match one.status {
        RelationshipStatus::Created | RelationshipStatus::ApprovalPending => false,
        RelationshipStatus::Approved
        | RelationshipStatus::Activating
        | RelationshipStatus::Active
        | RelationshipStatus::Expiring
        | RelationshipStatus::Expired
        | RelationshipStatus::TerminationRequested
        | RelationshipStatus::Terminating
        | RelationshipStatus::Terminated => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::partner::RelationshipKind;
    use crate::directory::world;

    fn customers(change: impl FnOnce(&mut world::World), now: Timestamp) -> Vec<(String, bool)> {
        let mut world = world::partner().unwrap();
        change(&mut world);
        let directory = Directory::new(world).unwrap();
        of(&directory, "contoso", now).iter().map(|one| (one.name().to_owned(), one.delegated)).collect()
    }

    fn told(list: &[(&str, bool)]) -> Vec<(String, bool)> {
        list.iter().map(|(name, delegated)| ((*name).to_owned(), *delegated)).collect()
    }

    #[test]
    fn whoever_said_yes_once_is_a_customer_also_when_nothing_is_delegated_any_more() {
        let now = Timestamp::parse("2026-11-20T10:00:00Z").unwrap();
        assert_eq!(customers(|_| {}, now), told(&[("Adatum", true), ("Tailspin", true)]));
        let later = Timestamp::parse("2028-11-20T00:00:00Z").unwrap();
        assert_eq!(customers(|_| {}, later), told(&[("Adatum", false), ("Tailspin", false)]));
        let pending = |world: &mut world::World| {
            let one = world.relationships.get_mut("contoso-adatum").unwrap();
            one.status = RelationshipStatus::ApprovalPending;
            world.relationships.get_mut("contoso-tailspin").unwrap().kind = RelationshipKind::Reseller;
        };
        assert_eq!(customers(pending, now), told(&[("Tailspin", false)]));
        let twice = |world: &mut world::World| {
            let again = Relationship {
                kind: RelationshipKind::Reseller,
                ..world.relationships.get("contoso-adatum").unwrap().clone()
            };
            world.relationships.insert("contoso-adatum-again".into(), again);
        };
        assert_eq!(customers(twice, now), told(&[("Adatum", true), ("Tailspin", true)]));
    }

    #[test]
    fn a_customer_of_somebody_else_is_nobody_here() {
        let mut world = world::partner().unwrap();
        world.relationships.retain(|handle, _| !handle.starts_with("contoso-adatum"));
        let directory = Directory::new(world).unwrap();
        let adatum = directory.tenant_by_handle("adatum").unwrap().id();
        let now = Timestamp::default();
        assert!(find(&directory, "contoso", adatum, now).is_none());
        assert_eq!(find(&directory, "wingtip", adatum, now).map(|one| one.domain()), Some("adatum.test"));
    }
}
