//! Who is somebody, and who is there? Microsoft Graph's `user`.
//!
//! Differs: a guest goes by the name it has at home, not by one with `#EXT#` in it.

use serde_json::{Value, json};

use super::caller::Belongs;
use super::calls::Whom;
use super::error::Refused;
use super::permissions::{self, Affected};
use super::{Ask, Outcome};
use crate::directory::Account;
use crate::directory::tenant::Guest;
use crate::id::{ObjectId, Upn};

/// What is told of somebody when nobody asks for more.
const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

/// What Microsoft Graph has besides, and this world knows nothing of.
const UNKNOWN: [&str; 63] = [
    "aboutMe",
    "ageGroup",
    "assignedLicenses",
    "assignedPlans",
    "authorizationInfo",
    "birthday",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "createdDateTime",
    "creationType",
    "customSecurityAttributes",
    "deletedDateTime",
    "department",
    "employeeHireDate",
    "employeeId",
    "employeeLeaveDateTime",
    "employeeOrgData",
    "employeeType",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "faxNumber",
    "hireDate",
    "identities",
    "imAddresses",
    "interests",
    "isManagementRestricted",
    "isResourceAccount",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "licenseAssignmentStates",
    "mailboxSettings",
    "mailNickname",
    "mySite",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesExtensionAttributes",
    "onPremisesLastSyncDateTime",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "otherMails",
    "passwordPolicies",
    "passwordProfile",
    "pastProjects",
    "postalCode",
    "preferredDataLocation",
    "preferredName",
    "provisionedPlans",
    "proxyAddresses",
    "responsibilities",
    "schools",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "showInAddressList",
    "signInActivity",
    "signInSessionsValidFromDateTime",
    "skills",
    "state",
    "streetAddress",
];

/// Somebody as the tenant knows them.
#[derive(Clone, Copy, Debug)]
pub struct Somebody<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Its object here.
    pub object: ObjectId,
    /// What the tenant says of it, when it was invited.
    pub guest: Option<&'a Guest>,
}

/// Everybody.
pub fn all(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let rows = everybody(ask).map(|one| row(&one)).collect();
    let query = ask.query()?.showing(&USUAL).with_unknown(&UNKNOWN);
    query.page(ask.context("users"), &ask.address("users"), rows).map(Outcome::Shown)
}

/// One of them.
pub fn one(ask: &Ask<'_>, whom: Whom<'_>) -> Result<Outcome, Refused> {
    let found = find(ask, whom)?;
    ask.query()?
        .showing(&USUAL)
        .with_unknown(&UNKNOWN)
        .item(ask.context("users/$entity"), row(&found))
        .map(Outcome::Shown)
}

/// Somebody, if the caller may see them. Who may not is told so whoever is asked for.
pub fn find<'a>(ask: &Ask<'a>, whom: Whom<'_>) -> Result<Somebody<'a>, Refused> {
    let (found, name) = match whom {
        Whom::Me => (Some(oneself(ask)?), String::new()),
        Whom::Named(name) => (named(ask, name), name.to_owned()),
    };
    let own = |one: &Somebody<'_>| ask.caller.person().is_some_and(|person| person.object == one.object);
    let affected = match &found {
        Some(one) if own(one) => Affected::Caller,
        Some(one) => Affected::Person(&one.account.user.roles),
        None => Affected::Nobody,
    };
    permissions::check(&ask.call, ask.caller, affected)?;
    found.ok_or_else(|| Refused::no_object(&name))
}

fn oneself<'a>(ask: &Ask<'a>) -> Result<Somebody<'a>, Refused> {
    let Some(person) = ask.caller.person() else {
        return Err(Refused::bad("/me request is only valid with delegated authentication flow."));
    };
    match person.belongs {
        Belongs::Member => Ok(Somebody { account: person.account, object: person.object, guest: None }),
        Belongs::Guest => {
            let guest = ask.directory.guest(ask.caller.place(), person.account.upn);
            Ok(Somebody { account: person.account, object: person.object, guest })
        }
        // A partner's agent has no object in its customer's directory.
        Belongs::Elsewhere => Err(Refused::no_object(&person.object.to_string())),
    }
}

fn named<'a>(ask: &Ask<'a>, name: &str) -> Option<Somebody<'a>> {
    let wanted = ObjectId::parse(name);
    let upn = Upn::new(name);
    everybody(ask).find(|one| wanted == Some(one.object) || *one.account.upn == upn)
}

fn everybody<'a>(ask: &Ask<'a>) -> impl Iterator<Item = Somebody<'a>> + use<'a> {
    let (directory, home) = (ask.directory, ask.caller.place());
    let accounts = directory.world().users.keys().filter_map(|upn| directory.account(upn));
    let members = accounts.filter(move |account| account.home == home);
    let guests = ask.caller.tenant.guests.iter().filter_map(|(upn, guest)| {
        Some(Somebody { account: directory.account(upn)?, object: guest.id, guest: Some(guest) })
    });
    members.map(|account| Somebody { account, object: account.user.id, guest: None }).chain(guests)
}

fn row(one: &Somebody<'_>) -> Value {
    let user = one.account.user;
    json!({
        "businessPhones": [],
        "displayName": one.account.title(),
        "givenName": user.given_name,
        "jobTitle": null,
        "mail": user.mail,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": user.family_name,
        "userPrincipalName": one.account.upn,
        "id": one.object,
        "accountEnabled": user.enabled,
        "usageLocation": user.country(),
        "userType": if one.guest.is_some() { "Guest" } else { "Member" },
        "onPremisesImmutableId": Some(&user.immutable_id).filter(|id| !id.is_empty()),
    })
}
