//! The table, asked about callers of every kind.

use super::super::calls::{OfPerson, Place, Whom};
use super::super::methods::kind::MethodType;
use super::*;
use crate::directory::Directory;
use crate::directory::tenant::Tenant;
use crate::directory::world;
use crate::id::Upn;

fn caller<'d>(directory: &'d Directory, who: Who<'d>) -> Caller<'d> {
    let Tenant::Entra { handle: home, facts: tenant } = directory.tenant_by_handle("example").unwrap() else {
        panic!("a tenant")
    };
    let app = directory.app_by_handle("example-web").unwrap();
    Caller { claims: Default::default(), home, tenant, app, who }
}

/// A person with these roles and scopes, who has methods of their own.
fn person<'d>(directory: &'d Directory, roles: &[Role], scopes: &str, proved_mfa: bool) -> Caller<'d> {
    let account = directory.account(&Upn::new("mia@example.test")).unwrap();
    let scopes = scopes.split(' ').map(str::to_owned).collect();
    let person = Person {
        account,
        object: account.user.id,
        belongs: crate::graph::caller::Belongs::Member,
        roles: roles.to_vec(),
        scopes,
        proved_mfa,
    };
    caller(directory, Who::Person(person))
}

fn app<'d>(directory: &'d Directory, roles: &str) -> Caller<'d> {
    caller(directory, Who::Application(roles.split(' ').map(str::to_owned).collect()))
}

fn call(verb: &str, path: &'static str) -> Call<'static> {
    let path: Vec<&'static str> = path.split('/').collect();
    Call::find(verb, &path).unwrap()
}

fn allowed(call: &Call<'_>, caller: &Caller<'_>, affected: Affected<'_>) -> bool {
    match check(call, caller, affected) {
        Ok(()) => true,
        Err(Refused::Denied(_)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

const METHODS: &str = "v1.0/users/x/authentication/methods";
const PHONE: &str = "v1.0/users/x/authentication/phonemethods";
const PASS: &str = "v1.0/users/x/authentication/temporaryaccesspassmethods";
const STATE: &str = "beta/users/x/authentication/requirements";
const POLICIES: &str = "v1.0/identity/conditionalaccess/policies";
const DEFAULTS: &str = "v1.0/policies/identitysecuritydefaultsenforcementpolicy";
const REPORT: &str = "v1.0/reports/authenticationmethods/userregistrationdetails";
const ORDINARY: Affected<'static> = Affected::Person(&[]);
const ADMIN: Affected<'static> = Affected::Person(&[Role::UserAdmin]);

#[test]
fn an_application_needs_the_role_of_the_call() {
    let directory = Directory::new(world::plain().unwrap()).unwrap();
    let table = [
        ("GET", METHODS, "UserAuthenticationMethod.Read.All", true),
        ("GET", METHODS, "UserAuthenticationMethod.ReadWrite.All", true),
        ("GET", METHODS, "UserAuthenticationMethod.Read", false),
        ("GET", METHODS, "Directory.Read.All", false),
        ("GET", METHODS, "Directory.AccessAsUser.All", false),
        ("GET", METHODS, "", false),
        ("POST", PHONE, "UserAuthenticationMethod.ReadWrite.All", true),
        ("POST", PHONE, "UserAuthenticationMethod.Read.All", false),
        ("POST", PASS, "UserAuthenticationMethod.ReadWrite.All", true),
        ("GET", STATE, "Policy.Read.All", true),
        ("GET", STATE, "UserAuthenticationMethod.ReadWrite.All", false),
        ("PATCH", STATE, "Policy.ReadWrite.AuthenticationMethod", true),
        ("PATCH", STATE, "Policy.Read.All", false),
        ("GET", POLICIES, "Policy.Read.ConditionalAccess", true),
        ("GET", POLICIES, "Policy.Read.All", true),
        ("POST", POLICIES, "Policy.Read.All Policy.ReadWrite.ConditionalAccess", true),
        ("POST", POLICIES, "Policy.ReadWrite.ConditionalAccess", false),
        ("POST", POLICIES, "Policy.Read.All", false),
        ("GET", DEFAULTS, "Policy.Read.All", true),
        ("GET", DEFAULTS, "Policy.Read.ConditionalAccess", false),
        ("PATCH", DEFAULTS, "Policy.ReadWrite.SecurityDefaults", true),
        ("PATCH", DEFAULTS, "Policy.Read.All", false),
        ("GET", REPORT, "AuditLog.Read.All", true),
        ("GET", REPORT, "UserAuthenticationMethod.Read.All", false),
    ];
    for (verb, path, roles, may) in table {
        assert_eq!(allowed(&call(verb, path), &app(&directory, roles), ORDINARY), may, "{verb} {path} {roles}");
    }
}

#[test]
fn a_person_needs_a_scope_and_for_others_a_role() {
    let directory = Directory::new(world::plain().unwrap()).unwrap();
    let read = "UserAuthenticationMethod.Read.All";
    let write = "UserAuthenticationMethod.ReadWrite.All";
    let as_user = "Directory.AccessAsUser.All";
    let admin = Role::AuthenticationAdmin;
    type Row<'r> = (&'r str, &'static str, &'r [Role], &'r str, Affected<'r>, bool);
    let table: &[Row<'_>] = &[
        ("GET", METHODS, &[], "UserAuthenticationMethod.Read", Affected::Caller, true),
        ("GET", METHODS, &[], "User.Read", Affected::Caller, false),
        ("GET", METHODS, &[], as_user, Affected::Caller, true),
        ("GET", METHODS, &[], read, ORDINARY, false),
        ("GET", METHODS, &[Role::GlobalReader], read, ORDINARY, true),
        ("GET", METHODS, &[Role::GlobalReader], "UserAuthenticationMethod.Read", ORDINARY, false),
        ("GET", METHODS, &[Role::UserAdmin], read, ORDINARY, false),
        ("GET", METHODS, &[admin], read, ADMIN, true),
        ("POST", PHONE, &[admin], write, ORDINARY, true),
        ("POST", PHONE, &[admin], read, ORDINARY, false),
        ("POST", PHONE, &[admin], as_user, ORDINARY, true),
        ("POST", PHONE, &[admin], write, ADMIN, false),
        ("POST", PHONE, &[Role::PrivilegedAuthenticationAdmin], write, ADMIN, true),
        ("POST", PHONE, &[Role::GlobalReader], write, ORDINARY, false),
        ("POST", PASS, &[Role::GlobalAdmin], write, ORDINARY, true),
        ("POST", PASS, &[Role::GlobalAdmin], write, Affected::Caller, false),
        ("PATCH", STATE, &[], "Policy.ReadWrite.AuthenticationMethod", Affected::Caller, false),
        ("PATCH", STATE, &[Role::AuthenticationPolicyAdmin], "Policy.ReadWrite.AuthenticationMethod", ORDINARY, true),
        ("GET", STATE, &[], "Policy.Read.All", Affected::Caller, true),
        ("GET", POLICIES, &[], "Policy.Read.All", Affected::Nobody, false),
        ("GET", POLICIES, &[Role::SecurityReader], "Policy.Read.All", Affected::Nobody, true),
        ("POST", POLICIES, &[Role::SecurityReader], as_user, Affected::Nobody, false),
        ("POST", POLICIES, &[Role::ConditionalAccessAdmin], as_user, Affected::Nobody, true),
        ("PATCH", DEFAULTS, &[Role::SecurityAdmin], "Policy.ReadWrite.SecurityDefaults", Affected::Nobody, true),
        ("PATCH", DEFAULTS, &[admin], "Policy.ReadWrite.SecurityDefaults", Affected::Nobody, false),
        ("GET", REPORT, &[Role::SecurityReader], "AuditLog.Read.All", Affected::Nobody, true),
        ("GET", REPORT, &[], "AuditLog.Read.All", Affected::Nobody, false),
    ];
    for (verb, path, roles, scopes, affected, may) in table {
        let caller = person(&directory, roles, scopes, false);
        assert_eq!(
            allowed(&call(verb, path), &caller, *affected),
            *may,
            "{verb} {path} {roles:?} {scopes} {affected:?}"
        );
    }
}

#[test]
fn ones_own_methods_are_changed_only_after_proving_one() {
    let directory = Directory::new(world::plain().unwrap()).unwrap();
    let own =
        Call { place: Place::Person(Whom::Me, OfPerson::MethodsOf(MethodType::Phone, None)), ..call("POST", PHONE) };
    let scope = "UserAuthenticationMethod.ReadWrite";
    assert!(!allowed(&own, &person(&directory, &[], scope, false), Affected::Caller));
    assert!(allowed(&own, &person(&directory, &[], scope, true), Affected::Caller));
    let nothing_yet = directory.account(&Upn::new("alice@example.test")).unwrap();
    let mut alice = person(&directory, &[], scope, false);
    if let Who::Person(person) = &mut alice.who {
        person.account = nothing_yet;
    }
    assert!(allowed(&own, &alice, Affected::Caller));
}

#[test]
fn numbers_are_shown_in_full_to_their_owner_and_to_higher_roles() {
    let directory = Directory::new(world::plain().unwrap()).unwrap();
    let sees = |roles: &[Role], affected| numbers(&person(&directory, roles, "", false), affected) == Numbers::InFull;
    assert!(sees(&[], Affected::Caller) && sees(&[Role::GlobalReader], ORDINARY));
    assert!(!sees(&[Role::AuthenticationAdmin], ORDINARY));
    assert!(sees(&[Role::AuthenticationAdmin, Role::GlobalAdmin], ORDINARY));
    assert_eq!(numbers(&app(&directory, ""), ORDINARY), Numbers::InFull);
}
