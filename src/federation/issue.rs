//! What does a tenant say about somebody to an application, by SAML or WS-Federation?
//!
//! The claims are those that Entra gives every application that has no others configured ("Customize SAML token
//! claims", "SAML token claims reference"), groups and roles where the application asks for them.

use super::assertion::{Assertion, Attribute, Authentication, claims};
use super::name_id::{Person, at_tenant};
use super::say::Addressed;
use crate::directory::role::Role;
use crate::directory::user::User;
use crate::oauth::desk::Desk;
use crate::signin::factors::{Factors, First};
use crate::signin::tenant_access::{Standing, standing};
use crate::time::Span;
use crate::token::issuer::issuer_v1;

const TENANT: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
const OBJECT: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const DISPLAY_NAME: &str = "http://schemas.microsoft.com/identity/claims/displayname";
const IDENTITY_PROVIDER: &str = "http://schemas.microsoft.com/identity/claims/identityprovider";
const GROUPS: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
const TOO_MANY_GROUPS: &str = "http://schemas.microsoft.com/claims/groups.link";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
const DIRECTORY_ROLES: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/wids";

/// How many groups fit; of more there is a pointer to them ("Configure group claims for applications").
const ROOM_FOR_GROUPS: usize = 150;
/// An assertion holds from a little before it was made: clocks differ.
const BACK_DATED: Span = Span::minutes(-5);

/// The facts of an assertion. `context` is how the person is said to have signed in.
pub fn facts(
    desk: &Desk<'_>,
    person: &Person<'_>,
    factors: &Factors,
    addressed: &Addressed<'_>,
    context: &str,
) -> Assertion {
    let lives = person.app.token_lifetime.unwrap_or(person.tenant.lifetimes().access);
    Assertion {
        version: addressed.version,
        // An id begins with a letter or an underscore.
        id: format!("_{}", desk.chance.uuid()),
        issuer: issuer_v1(person.tenant),
        issued: desk.now,
        not_before: Some(desk.now.plus(BACK_DATED)),
        not_on_or_after: Some(desk.now.plus(lives)),
        audiences: vec![addressed.audience.to_owned()],
        subject: at_tenant(person, addressed.name_format),
        authentication: Authentication {
            instant: factors.at,
            context: context.to_owned(),
            session_index: (!person.sid.is_empty()).then(|| person.sid.to_owned()),
            session_ends: None,
        },
        borne_until: Some(desk.now.plus(lives)),
        recipient: addressed.recipient.map(str::to_owned),
        in_response_to: addressed.in_response_to.map(str::to_owned),
        immutable_id: None,
        upn: None,
        methods: methods(factors),
        attributes: attributes(desk, person),
    }
}

fn methods(factors: &Factors) -> Vec<String> {
    let first = match factors.first {
        First::Password | First::AccessPass | First::Federated => Some(claims::PASSWORD),
        First::Passkey => None,
    };
    let second = factors.mfa_at().map(|_| claims::MULTIPLE);
    first.into_iter().chain(second).map(str::to_owned).collect()
}

fn attributes(desk: &Desk<'_>, person: &Person<'_>) -> Vec<Attribute> {
    let user = person.account.user;
    let one = |name: &'static str, value: Option<String>| Some(Attribute { name: name.into(), values: vec![value?] });
    let usual = [
        one(TENANT, Some(person.tenant.id().to_string())),
        one(OBJECT, Some(person.object.to_string())),
        one(DISPLAY_NAME, Some(person.account.title())),
        groups(desk, person),
        one(IDENTITY_PROVIDER, Some(issuer_v1(person.account.home))),
        roles(desk, person),
        directory_roles(desk, person),
        one(claims::GIVEN_NAME, user.given_name.clone()),
        one(claims::SURNAME, user.family_name.clone()),
        one(claims::MAIL, user.mail.clone()),
        one(claims::NAME, Some(person.account.upn.to_string())),
    ];
    with_own(usual.into_iter().flatten().collect(), user)
}

fn groups(desk: &Desk<'_>, person: &Person<'_>) -> Option<Attribute> {
    if !person.app.group_claims.names_groups() {
        return None;
    }
    let groups = desk.directory.groups_of(person.tenant, &person.account);
    match groups.len() {
        0 => None,
        few if few <= ROOM_FOR_GROUPS => Some(Attribute {
            name: GROUPS.into(),
            values: groups.iter().map(|(_, group)| group.id.to_string()).collect(),
        }),
        _ => {
            let link = desk.origin.url(&format!("/graph/v1.0/users/{}/getMemberObjects", person.object));
            Some(Attribute { name: TOO_MANY_GROUPS.into(), values: vec![link] })
        }
    }
}

fn roles(desk: &Desk<'_>, person: &Person<'_>) -> Option<Attribute> {
    let given = match standing(desk.directory, &person.account, person.tenant, desk.now).ok() {
        Some(Standing::Member) => &person.account.user.app_roles,
        Some(Standing::Guest(guest)) => &guest.app_roles,
        Some(Standing::DelegatedAdmin(_)) | None => return None,
    };
    let values = given.get(person.app.handle).filter(|roles| !roles.is_empty())?;
    Some(Attribute { name: ROLE.into(), values: values.clone() })
}

fn directory_roles(desk: &Desk<'_>, person: &Person<'_>) -> Option<Attribute> {
    if !person.app.group_claims.names_roles() {
        return None;
    }
    let held: Vec<Role> = match standing(desk.directory, &person.account, person.tenant, desk.now).ok() {
        Some(Standing::Member) => person.account.user.roles.clone(),
        Some(Standing::Guest(guest)) => guest.roles.clone(),
        Some(Standing::DelegatedAdmin(delegation)) => delegation.roles.iter().collect(),
        None => Vec::new(),
    };
    let values: Vec<_> = held.into_iter().filter_map(Role::template).map(|template| template.to_string()).collect();
    (!values.is_empty()).then(|| Attribute { name: DIRECTORY_ROLES.into(), values })
}

/// Claims the world gives to this person come last: they replace what is there.
pub fn with_own(mut attributes: Vec<Attribute>, user: &User) -> Vec<Attribute> {
    for (name, value) in &user.claims {
        let values: Vec<String> = match value {
            serde_json::Value::Array(values) => values.iter().filter_map(text).collect(),
            one => text(one).into_iter().collect(),
        };
        attributes.retain(|known| known.name != *name);
        if !values.is_empty() {
            attributes.push(Attribute { name: name.clone().into(), values });
        }
    }
    attributes
}

fn text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    }
}
