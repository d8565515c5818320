//! Which place does a path lead to? Every address on one screen.

use super::Version;
use super::place::{Depth, Of, OfDelegation, OfPerson, Place, Whom};
use crate::graph::methods::kind::MethodType;

/// The place behind a path below the edition, which is in lower case.
pub(super) fn place<'a>(version: Version, path: &[&'a str]) -> Option<Place<'a>> {
    let one = |rest: &[&'a str]| match rest {
        [] => Some(None),
        [id] => Some(Some(*id)),
        _ => None,
    };
    match path {
        ["me", "authentication", rest @ ..] => Some(Place::Person(Whom::Me, of_person(version, rest)?)),
        ["users", whom, "authentication", rest @ ..] => {
            Some(Place::Person(Whom::Named(whom), of_person(version, rest)?))
        }
        ["policies", "identitysecuritydefaultsenforcementpolicy"] => Some(Place::SecurityDefaults),
        // The older address of the same collection, which clients still know.
        ["identity", "conditionalaccess", "policies", rest @ ..]
        | ["policies", "conditionalaccesspolicies", rest @ ..] => one(rest).map(Place::Policies),
        ["identity", "conditionalaccess", "namedlocations", rest @ ..] => one(rest).map(Place::Locations),
        ["identity", "conditionalaccess", "authenticationcontextclassreferences", rest @ ..] => {
            one(rest).map(Place::Contexts)
        }
        ["reports", "authenticationmethods", "userregistrationdetails", rest @ ..] => {
            one(rest).map(Place::Registrations)
        }
        ["me", rest @ ..] => of_somebody(Whom::Me, rest),
        ["users"] => Some(Place::Users),
        ["users", whom, rest @ ..] => of_somebody(Whom::Named(whom), rest),
        ["organization", rest @ ..] => one(rest).map(Place::Organization),
        ["domains", domain, "federationconfiguration", rest @ ..] => one(rest).map(|id| Place::Federations(domain, id)),
        ["domains", rest @ ..] => one(rest).map(Place::Domains),
        ["auditlogs", "signins", rest @ ..] => one(rest).map(Place::SignIns),
        ["contracts", rest @ ..] => one(rest).map(Place::Contracts),
        ["tenantrelationships", rest @ ..] => of_delegation(rest).map(Place::Delegated),
        _ => None,
    }
}

fn of_somebody<'a>(whom: Whom<'a>, path: &[&'a str]) -> Option<Place<'a>> {
    let (depth, rest) = match path {
        [] => return Some(Place::User(whom)),
        ["memberof", rest @ ..] => (Depth::Direct, rest),
        ["transitivememberof", rest @ ..] => (Depth::Transitive, rest),
        _ => return None,
    };
    let of = match rest {
        [] => Of::Everything,
        ["microsoft.graph.group"] => Of::Groups,
        ["microsoft.graph.directoryrole"] => Of::Roles,
        _ => return None,
    };
    Some(Place::Memberships(whom, depth, of))
}

fn of_delegation<'a>(path: &[&'a str]) -> Option<OfDelegation<'a>> {
    Some(match path {
        ["delegatedadminrelationships"] => OfDelegation::Relationships(None),
        ["delegatedadminrelationships", id] => OfDelegation::Relationships(Some(id)),
        ["delegatedadminrelationships", id, "accessassignments"] => OfDelegation::Assignments(id, None),
        ["delegatedadminrelationships", id, "accessassignments", one] => OfDelegation::Assignments(id, Some(one)),
        ["delegatedadminrelationships", id, "requests"] => OfDelegation::Requests(id, None),
        ["delegatedadminrelationships", id, "requests", one] => OfDelegation::Requests(id, Some(one)),
        ["delegatedadmincustomers"] => OfDelegation::Customers(None),
        ["delegatedadmincustomers", id] => OfDelegation::Customers(Some(id)),
        _ => return None,
    })
}

fn of_person<'a>(version: Version, path: &[&'a str]) -> Option<OfPerson<'a>> {
    let (first, id) = match path {
        [first] => (*first, None),
        [first, id] => (*first, Some(*id)),
        _ => return None,
    };
    match (first, id, version) {
        ("methods", id, _) => Some(OfPerson::Methods(id)),
        ("requirements", None, Version::Beta) => Some(OfPerson::Requirements),
        ("signinpreferences", None, Version::Beta) => Some(OfPerson::Preferences),
        (first, id, _) => {
            let found = MethodType::ALL.into_iter().find(|kind| kind.segment().eq_ignore_ascii_case(first))?;
            Some(OfPerson::MethodsOf(found, id))
        }
    }
}
