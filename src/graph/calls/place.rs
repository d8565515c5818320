//! What is there to be asked for, and what is its address called?

use crate::graph::methods::kind::MethodType;

/// Whose methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom<'a> {
    /// The caller's own.
    Me,
    /// Those of this id or user name.
    Named(&'a str),
}

/// Something below `authentication`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPerson<'a> {
    /// All methods, or one of them.
    Methods(Option<&'a str>),
    /// The methods of one type, or one of them.
    MethodsOf(MethodType, Option<&'a str>),
    /// The per-user MFA state.
    Requirements,
    /// Which method is asked first.
    Preferences,
}

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// Something of a person's.
    Person(Whom<'a>, OfPerson<'a>),
    /// Security defaults.
    SecurityDefaults,
    /// Conditional access policies, or one of them.
    Policies(Option<&'a str>),
    /// Named locations, or one of them.
    Locations(Option<&'a str>),
    /// Authentication contexts, or one of them.
    Contexts(Option<&'a str>),
    /// Who has registered what: everybody, or one person.
    Registrations(Option<&'a str>),
    /// Everybody.
    Users,
    /// Who somebody is.
    User(Whom<'a>),
    /// What somebody belongs to.
    Memberships(Whom<'a>, Depth, Of),
    /// The tenant.
    Organization(Option<&'a str>),
    /// Its domains, or one of them.
    Domains(Option<&'a str>),
    /// Whom a domain is federated to: domain, then trust.
    Federations(&'a str, Option<&'a str>),
    /// The customers of a partner, or one of them.
    Contracts(Option<&'a str>),
    /// Something of delegated administration.
    Delegated(OfDelegation<'a>),
    /// Who signed in, or one of these entries.
    SignIns(Option<&'a str>),
}

/// How far memberships are followed. Groups hold no groups here, so that both find the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// To what somebody is in.
    Direct,
    /// To what that is in, too.
    Transitive,
}

/// Which memberships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All.
    Everything,
    /// Groups only.
    Groups,
    /// Directory roles only.
    Roles,
}

/// Something below `tenantRelationships`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfDelegation<'a> {
    /// The relationships, or one of them.
    Relationships(Option<&'a str>),
    /// Who was given what by a relationship, or one of these: relationship, then assignment.
    Assignments(&'a str, Option<&'a str>),
    /// What was asked of a relationship, or one of these: relationship, then request.
    Requests(&'a str, Option<&'a str>),
    /// Whom the caller's tenant administers, or one of them.
    Customers(Option<&'a str>),
}

impl Place<'_> {
    /// Its collection's address, as it is usually written; a person's is named by whoever found the person.
    pub fn segment(self) -> &'static str {
        match self {
            Place::Person(_, what) => what.segment(),
            Place::SecurityDefaults => "policies/identitySecurityDefaultsEnforcementPolicy",
            Place::Policies(_) => "identity/conditionalAccess/policies",
            Place::Locations(_) => "identity/conditionalAccess/namedLocations",
            Place::Contexts(_) => "identity/conditionalAccess/authenticationContextClassReferences",
            Place::Registrations(_) => "reports/authenticationMethods/userRegistrationDetails",
            Place::SignIns(_) => "auditLogs/signIns",
            Place::Users | Place::User(_) => "users",
            Place::Memberships(..) => "directoryObjects",
            Place::Organization(_) => "organization",
            Place::Domains(_) => "domains",
            Place::Federations(..) => "federationConfiguration",
            Place::Contracts(_) => "contracts",
            Place::Delegated(OfDelegation::Customers(_)) => "tenantRelationships/delegatedAdminCustomers",
            Place::Delegated(
                OfDelegation::Relationships(_) | OfDelegation::Assignments(..) | OfDelegation::Requests(..),
            ) => "tenantRelationships/delegatedAdminRelationships",
        }
    }
}

impl OfPerson<'_> {
    /// Its address below `authentication/`, without the object's own id.
    pub fn segment(self) -> &'static str {
        match self {
            OfPerson::Methods(_) => "methods",
            OfPerson::MethodsOf(kind, _) => kind.segment(),
            OfPerson::Requirements => "requirements",
            OfPerson::Preferences => "signInPreferences",
        }
    }
}
