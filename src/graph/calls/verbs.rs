//! Which verbs does each place take?

use super::Verb;
use super::place::{OfDelegation, OfPerson, Place};
use crate::graph::methods::kind::MethodType;

impl Place<'_> {
    /// What can be done here.
    pub(super) fn verbs(self) -> &'static [Verb] {
        use Verb::{Delete, Get, Patch, Post};
        match self {
            Place::Person(_, what) => what.verbs(),
            Place::SecurityDefaults => &[Get, Patch],
            Place::Policies(None) | Place::Locations(None) => &[Get, Post],
            Place::Policies(Some(_)) | Place::Locations(Some(_)) => &[Get, Patch, Delete],
            Place::Federations(_, None) => &[Get, Post],
            Place::Federations(_, Some(_)) => &[Get, Patch, Delete],
            Place::Delegated(what) => what.verbs(),
            Place::Contexts(_)
            | Place::Registrations(_)
            | Place::SignIns(_)
            | Place::Users
            | Place::User(_)
            | Place::Memberships(..)
            | Place::Organization(_)
            | Place::Domains(_)
            | Place::Contracts(_) => &[Get],
        }
    }
}

impl OfPerson<'_> {
    fn verbs(self) -> &'static [Verb] {
        use Verb::{Delete, Get, Patch, Post};
        match self {
            OfPerson::Methods(_) => &[Get],
            OfPerson::Requirements | OfPerson::Preferences => &[Get, Patch],
            OfPerson::MethodsOf(kind, None) => match kind {
                MethodType::Phone | MethodType::SoftwareOath | MethodType::AccessPass => &[Get, Post],
                MethodType::Password | MethodType::Authenticator | MethodType::Fido2 => &[Get],
            },
            OfPerson::MethodsOf(kind, Some(_)) => match kind {
                MethodType::Password => &[Get],
                MethodType::Phone => &[Get, Patch, Delete],
                MethodType::SoftwareOath | MethodType::Authenticator | MethodType::Fido2 | MethodType::AccessPass => {
                    &[Get, Delete]
                }
            },
        }
    }
}

impl OfDelegation<'_> {
    fn verbs(self) -> &'static [Verb] {
        use Verb::{Delete, Get, Patch, Post};
        match self {
            OfDelegation::Relationships(None)
            | OfDelegation::Assignments(_, None)
            | OfDelegation::Requests(_, None) => &[Get, Post],
            OfDelegation::Relationships(Some(_)) | OfDelegation::Assignments(_, Some(_)) => &[Get, Patch, Delete],
            OfDelegation::Requests(_, Some(_)) | OfDelegation::Customers(_) => &[Get],
        }
    }
}

/// As the `Allow` header lists them.
pub(super) fn allow(verbs: &[Verb]) -> String {
    let word = |verb: &Verb| match verb {
        Verb::Get => "GET, HEAD",
        Verb::Post => "POST",
        Verb::Patch => "PATCH",
        Verb::Delete => "DELETE",
    };
    verbs.iter().map(word).chain(["OPTIONS"]).collect::<Vec<_>>().join(", ")
}
