//! The roles of WS-Federation: who issues tokens, and who takes them (WS-Federation 1.2, 3.1.2).

use super::{Described, XSI};
use crate::federation::wstrust::names::ADDRESSING_WSA;
use crate::federation::xml::names::METADATA;
use crate::federation::xml::{Element, Namespace};

/// WS-Federation 1.2.
pub const FED: Namespace = Namespace::new("fed", "http://docs.oasis-open.org/wsfed/federation/200706");
const AUTH: Namespace = Namespace::new("auth", "http://docs.oasis-open.org/wsfed/authorization/200706");

/// Who issues tokens.
pub(super) fn token_service<'a>(described: &'a Described<'_>) -> Element<'a> {
    let types = described.claims.iter().map(|(uri, title)| claim_type(uri, title));
    role(described, "fed:SecurityTokenServiceType")
        .child(FED.element("ClaimTypesOffered").children(types))
        .child(endpoint("SecurityTokenServiceEndpoint", &described.active))
        .child(endpoint("PassiveRequestorEndpoint", &described.passive))
}

/// Who takes them: a tenant or provider is also the relying party of others.
pub(super) fn application<'a>(described: &'a Described<'_>) -> Element<'a> {
    let scopes = FED.element("TargetScopes").child(reference(&described.entity));
    role(described, "fed:ApplicationServiceType")
        .child(scopes)
        .child(endpoint("ApplicationServiceEndpoint", &described.passive))
        .child(endpoint("PassiveRequestorEndpoint", &described.passive))
}

fn role<'a>(described: &'a Described<'_>, kind: &'static str) -> Element<'a> {
    METADATA
        .element("RoleDescriptor")
        .qualified(XSI, "type", kind)
        .attribute("protocolSupportEnumeration", FED.uri)
        .children(described.key_descriptors())
}

fn claim_type(uri: &'static str, title: &'static str) -> Element<'static> {
    AUTH.element("ClaimType")
        .attribute("Uri", uri)
        .attribute("Optional", "true")
        .child(AUTH.element("DisplayName").text(title))
}

fn endpoint<'a>(name: &'static str, at: &'a str) -> Element<'a> {
    FED.element(name).child(reference(at))
}

fn reference(at: &str) -> Element<'_> {
    ADDRESSING_WSA.element("EndpointReference").child(ADDRESSING_WSA.element("Address").text(at))
}

/// What tenants say of people.
pub(super) const CLAIMS_OF_TENANTS: &[(&str, &str)] = &[
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "Name"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "Name identifier"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "E-mail address"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "Given name"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "Surname"),
    ("http://schemas.microsoft.com/identity/claims/displayname", "Display name"),
    ("http://schemas.microsoft.com/identity/claims/objectidentifier", "Object identifier"),
    ("http://schemas.microsoft.com/identity/claims/tenantid", "Tenant"),
    ("http://schemas.microsoft.com/identity/claims/identityprovider", "Identity provider"),
    ("http://schemas.microsoft.com/claims/authnmethodsreferences", "Authentication methods"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups", "Groups"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "Roles"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/wids", "Directory roles"),
];

/// What third-party providers say of people.
pub(super) const CLAIMS_OF_PROVIDERS: &[(&str, &str)] = &[
    ("http://schemas.xmlsoap.org/claims/UPN", "UPN"),
    ("http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID", "Immutable id"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "UPN"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "Name"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "Name identifier"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "E-mail address"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "Given name"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "Surname"),
    ("http://schemas.microsoft.com/claims/authnmethodsreferences", "Authentication methods"),
];
