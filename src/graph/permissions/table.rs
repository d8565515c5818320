//! What does each call take? The permissions that Microsoft Graph's reference names for it, and the directory roles that a
//! person needs besides.
//!
//! Differs: the reference also asks for `Application.Read.All` where a policy is written; the service does not.

use super::roles::{
    DELEGATION_READ, DELEGATION_WRITE, DIRECTORY_READ, DOMAINS_READ, DOMAINS_WRITE, METHODS_READ, METHODS_WRITE,
    POLICIES_READ, POLICIES_WRITE, REPORTS_READ, STATES_READ, STATES_WRITE,
};
use crate::directory::role::Role;
use crate::graph::calls::{OfPerson, Place, Verb};
use crate::graph::methods::kind::MethodType;

/// Some permissions, all of which are needed.
pub(super) type Together = &'static [&'static str];

/// What a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// For one's own things; of these, one is enough.
    pub(super) own: Own,
    /// For anybody's, in the name of a person or of an application; of these, one is enough.
    pub(super) all: &'static [Together],
    /// Whoever may besides those with a role: for what every member may see.
    pub(super) besides: Besides,
    /// The roles that a person needs for what is not their own; one is enough.
    pub(super) roles: &'static [Role],
}

/// Who needs no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Besides {
    /// Nobody.
    Nobody,
    /// Members of the tenant.
    Members,
}

/// What one's own things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// One of these, and no role.
    Any(&'static [Together]),
    /// The same as anybody's.
    AsAll,
    /// Nobody may do this to themselves.
    Never,
}

const READ_ONESELF: &[Together] = &[
    &["User.Read"],
    &["User.ReadWrite"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

const READ_USERS: &[Together] = &[
    &["User.ReadBasic.All"],
    &["User.Read.All"],
    &["User.ReadWrite.All"],
    &["Directory.Read.All"],
    &["Directory.ReadWrite.All"],
];

const READ_MEMBERSHIPS: &[Together] =
    &[&["GroupMember.Read.All"], &["Group.Read.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

const READ_ORGANIZATION: &[Together] =
    &[&["User.Read"], &["Organization.Read.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

const READ_DIRECTORY: &[Together] = &[&["Directory.Read.All"], &["Directory.ReadWrite.All"]];

const READ_DOMAINS: &[Together] =
    &[&["Domain.Read.All"], &["Domain.ReadWrite.All"], &["Directory.Read.All"], &["Directory.ReadWrite.All"]];

/// What every member may read, and of the others who has a role.
fn directory(own: Own, all: &'static [Together]) -> Rule {
    Rule { own, all, besides: Besides::Members, roles: DIRECTORY_READ }
}

/// The table.
pub(super) fn rule(place: Place<'_>, verb: Verb) -> Rule {
    let reads = verb == Verb::Get;
    match place {
        Place::Person(_, OfPerson::MethodsOf(MethodType::AccessPass, _)) if verb == Verb::Post => Rule {
            own: Own::Never,
            all: &[&["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_WRITE,
        },
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) if reads => Rule {
            own: Own::Any(&[
                &["UserAuthenticationMethod.Read"],
                &["UserAuthenticationMethod.ReadWrite"],
                &["UserAuthenticationMethod.Read.All"],
                &["UserAuthenticationMethod.ReadWrite.All"],
            ]),
            all: &[&["UserAuthenticationMethod.Read.All"], &["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_READ,
        },
        Place::Person(_, OfPerson::Methods(_) | OfPerson::MethodsOf(..) | OfPerson::Preferences) => Rule {
            own: Own::Any(&[&["UserAuthenticationMethod.ReadWrite"], &["UserAuthenticationMethod.ReadWrite.All"]]),
            all: &[&["UserAuthenticationMethod.ReadWrite.All"]],
            besides: Besides::Nobody,
            roles: METHODS_WRITE,
        },
        Place::Person(_, OfPerson::Requirements) if reads => Rule {
            own: Own::Any(&[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]]),
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.AuthenticationMethod"]],
            besides: Besides::Nobody,
            roles: STATES_READ,
        },
        Place::Person(_, OfPerson::Requirements) => Rule {
            own: Own::AsAll,
            all: &[&["Policy.ReadWrite.AuthenticationMethod"]],
            besides: Besides::Nobody,
            roles: STATES_WRITE,
        },
        Place::SecurityDefaults if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.All"], &["Policy.ReadWrite.SecurityDefaults"]],
            besides: Besides::Nobody,
            roles: POLICIES_READ,
        },
        Place::SecurityDefaults => Rule {
            own: Own::AsAll,
            all: &[&["Policy.ReadWrite.SecurityDefaults"], &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"]],
            besides: Besides::Nobody,
            roles: POLICIES_WRITE,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) if reads => Rule {
            own: Own::AsAll,
            all: &[&["Policy.Read.ConditionalAccess"], &["Policy.Read.All"], &["Policy.ReadWrite.ConditionalAccess"]],
            besides: Besides::Nobody,
            roles: POLICIES_READ,
        },
        Place::Policies(_) | Place::Locations(_) | Place::Contexts(_) => Rule {
            own: Own::AsAll,
            all: &[
                &["Policy.Read.All", "Policy.ReadWrite.ConditionalAccess"],
                &["Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"],
            ],
            besides: Besides::Nobody,
            roles: POLICIES_WRITE,
        },
        Place::Users => directory(Own::AsAll, READ_USERS),
        Place::User(_) => directory(Own::Any(READ_ONESELF), READ_USERS),
        Place::Memberships(..) => directory(Own::Any(READ_ONESELF), READ_MEMBERSHIPS),
        Place::Organization(_) => directory(Own::AsAll, READ_ORGANIZATION),
        Place::Contracts(_) => directory(Own::AsAll, READ_DIRECTORY),
        Place::Domains(_) => directory(Own::AsAll, READ_DOMAINS),
        Place::Federations(..) if reads => {
            Rule { own: Own::AsAll, all: READ_DOMAINS, besides: Besides::Nobody, roles: DOMAINS_READ }
        }
        Place::Federations(..) => {
            let all: &[Together] = &[&["Domain.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DOMAINS_WRITE }
        }
        Place::Delegated(_) if reads => {
            let all: &[Together] =
                &[&["DelegatedAdminRelationship.Read.All"], &["DelegatedAdminRelationship.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DELEGATION_READ }
        }
        Place::Delegated(_) => {
            let all: &[Together] = &[&["DelegatedAdminRelationship.ReadWrite.All"]];
            Rule { own: Own::AsAll, all, besides: Besides::Nobody, roles: DELEGATION_WRITE }
        }
        Place::Registrations(_) | Place::SignIns(_) => {
            Rule { own: Own::AsAll, all: &[&["AuditLog.Read.All"]], besides: Besides::Nobody, roles: REPORTS_READ }
        }
    }
}
