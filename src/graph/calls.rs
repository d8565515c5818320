//! What can be asked of Microsoft Graph: every address on one screen, and the verbs it takes.

use super::error::Refused;
use super::methods::kind::MethodType;
use crate::http::params::shorten;

/// Which edition of the interface an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// What programs may build on.
    V1,
    /// What may still change.
    Beta,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Look; `HEAD` too.
    Get,
    /// Add.
    Post,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

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
    /// What is asked of a relationship.
    Requests(&'a str),
    /// Whom the caller's tenant administers, or one of them.
    Customers(Option<&'a str>),
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Which edition.
    pub version: Version,
    /// Where.
    pub place: Place<'a>,
    /// What.
    pub verb: Verb,
}

impl<'a> Call<'a> {
    /// The call behind a verb and a path, which is in lower case.
    pub fn find(verb: &str, path: &[&'a str]) -> Result<Self, Refused> {
        let (version, rest) = match path {
            ["v1.0", rest @ ..] => (Version::V1, rest),
            ["beta", rest @ ..] => (Version::Beta, rest),
            _ => return Err(unknown(path)),
        };
        let place = place(version, rest).ok_or_else(|| unknown(rest))?;
        let verb = match verb {
            "GET" | "HEAD" => Some(Verb::Get),
            "POST" => Some(Verb::Post),
            "PATCH" => Some(Verb::Patch),
            "DELETE" => Some(Verb::Delete),
            _ => None,
        };
        match verb.filter(|verb| place.verbs().contains(verb)) {
            Some(verb) => Ok(Self { version, place, verb }),
            None => Err(Refused::WrongVerb(allow(place.verbs()))),
        }
    }
}

fn place<'a>(version: Version, path: &[&'a str]) -> Option<Place<'a>> {
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
        ["delegatedadminrelationships", id, "requests"] => OfDelegation::Requests(id),
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

impl Place<'_> {
    fn verbs(self) -> &'static [Verb] {
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
                OfDelegation::Relationships(_) | OfDelegation::Assignments(..) | OfDelegation::Requests(_),
            ) => "tenantRelationships/delegatedAdminRelationships",
        }
    }
}

impl OfDelegation<'_> {
    fn verbs(self) -> &'static [Verb] {
        use Verb::{Delete, Get, Patch, Post};
        match self {
            OfDelegation::Relationships(None) | OfDelegation::Assignments(_, None) => &[Get, Post],
            OfDelegation::Relationships(Some(_)) | OfDelegation::Assignments(_, Some(_)) => &[Get, Patch, Delete],
            OfDelegation::Requests(_) => &[Post],
            OfDelegation::Customers(_) => &[Get],
        }
    }
}

impl Version {
    /// Its part of addresses.
    pub fn segment(self) -> &'static str {
        match self {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        }
    }
}

fn allow(verbs: &[Verb]) -> &'static str {
    use Verb::{Delete, Get, Patch, Post};
    match verbs {
        [Post] => "POST, OPTIONS",
        [Get, Post] => "GET, HEAD, POST, OPTIONS",
        [Get, Patch] => "GET, HEAD, PATCH, OPTIONS",
        [Get, Delete] => "GET, HEAD, DELETE, OPTIONS",
        [Get, Patch, Delete] => "GET, HEAD, PATCH, DELETE, OPTIONS",
        _ => "GET, HEAD, OPTIONS",
    }
}

fn unknown(path: &[&str]) -> Refused {
    let last = path.last().copied().unwrap_or_default();
    Refused::NoSuchAddress(format!("Resource not found for the segment '{}'.", shorten(last)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find<'a>(verb: &str, path: &'a str) -> Result<Call<'a>, Refused> {
        Call::find(verb, &path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn an_address_is_found_with_the_verbs_it_takes() {
        let phone = "v1.0/users/a@b.test/authentication/phonemethods";
        let place = Place::Person(Whom::Named("a@b.test"), OfPerson::MethodsOf(MethodType::Phone, None));
        let call = |verb| Ok(Call { version: Version::V1, place, verb });
        assert_eq!((find("GET", phone), find("HEAD", phone)), (call(Verb::Get), call(Verb::Get)));
        assert_eq!(find("POST", phone), call(Verb::Post));
        for (verb, path, allowed) in [
            ("DELETE", phone, "GET, HEAD, POST, OPTIONS"),
            ("POST", "beta/me/authentication/methods", "GET, HEAD, OPTIONS"),
            ("PUT", "v1.0/identity/conditionalaccess/policies/x", "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("PATCH", "v1.0/me/authentication/fido2methods/x", "GET, HEAD, DELETE, OPTIONS"),
            ("DELETE", "beta/me/authentication/requirements", "GET, HEAD, PATCH, OPTIONS"),
        ] {
            assert_eq!(find(verb, path), Err(Refused::WrongVerb(allowed)), "{verb} {path}");
        }
    }

    #[test]
    fn what_only_the_beta_has_is_nowhere_else() {
        for what in ["requirements", "signinpreferences"] {
            assert!(find("GET", &format!("beta/users/a/authentication/{what}")).is_ok());
            let nowhere = find("GET", &format!("v1.0/users/a/authentication/{what}")).unwrap_err();
            assert_eq!(nowhere.message(), format!("Resource not found for the segment '{what}'."));
        }
    }

    #[test]
    fn addresses_that_mean_nothing_are_not_found() {
        for path in [
            "",
            "v2.0/me/authentication/methods",
            "v1.0",
            "v1.0/me/authentication",
            "v1.0/me/authentication/methods/a/b",
            "v1.0/users/authentication/methods",
            "v1.0/identity/conditionalaccess/policies/a/b",
            "v1.0/policies/x",
        ] {
            assert_eq!(find("GET", path).unwrap_err().status(), 404, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_the_reader_panic(verb in "\\PC{0,6}", path in "(v1.0|beta)(/[a-z0-9@.'()-]{0,12}){0,6}") {
            let _ = find(&verb, &path);
        }
    }
}
