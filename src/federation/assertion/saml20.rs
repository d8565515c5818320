//! How does SAML 2.0 write an assertion? SAML 2.0 core, section 2, in the shape of the Web Browser SSO profile (SAML
//! 2.0 profiles, 4.1.4.2); the claims as the real service takes them.

use super::reading::{Claims, Unreadable, at_most_one, content, moment, one, optional_moment, value, values};
use super::{Assertion, Authentication, Subject, Version, claims};
use crate::federation::xml::Element;
use crate::federation::xml::names::SAML20;
use crate::time::Timestamp;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// As an element, not signed yet.
pub fn build(assertion: &Assertion) -> Element<'_> {
    let attributes: Vec<_> =
        assertion.claims(claims::IDP_EMAIL).map(|(name, values)| attribute(name, values)).collect();
    let said = (!attributes.is_empty()).then(|| SAML20.element("AttributeStatement").children(attributes));
    SAML20
        .element("Assertion")
        .attribute("ID", &assertion.id)
        .attribute("IssueInstant", assertion.issued.to_string())
        .attribute("Version", "2.0")
        .child(SAML20.element("Issuer").text(&assertion.issuer))
        .child(subject(assertion))
        .child(conditions(assertion))
        .child(statement(&assertion.authentication))
        .children(said)
}

fn subject(assertion: &Assertion) -> Element<'_> {
    let name =
        SAML20.element("NameID").optional("Format", assertion.subject.format.as_deref()).text(&assertion.subject.name);
    let data = SAML20
        .element("SubjectConfirmationData")
        .optional("InResponseTo", assertion.in_response_to.as_deref())
        .optional("NotOnOrAfter", assertion.borne_until.map(|moment| moment.to_string()))
        .optional("Recipient", assertion.recipient.as_deref());
    let confirmation = SAML20.element("SubjectConfirmation").attribute("Method", BEARER).child(data);
    SAML20.element("Subject").child(name).child(confirmation)
}

fn conditions(assertion: &Assertion) -> Element<'_> {
    let audiences = assertion.audiences.iter().map(|one| SAML20.element("Audience").text(one));
    let restriction =
        (!assertion.audiences.is_empty()).then(|| SAML20.element("AudienceRestriction").children(audiences));
    SAML20
        .element("Conditions")
        .optional("NotBefore", assertion.not_before.map(|moment| moment.to_string()))
        .optional("NotOnOrAfter", assertion.not_on_or_after.map(|moment| moment.to_string()))
        .children(restriction)
}

fn statement(authentication: &Authentication) -> Element<'_> {
    let context = SAML20.element("AuthnContextClassRef").text(&authentication.context);
    SAML20
        .element("AuthnStatement")
        .attribute("AuthnInstant", authentication.instant.to_string())
        .optional("SessionIndex", authentication.session_index.as_deref())
        .optional("SessionNotOnOrAfter", authentication.session_ends.map(|moment| moment.to_string()))
        .child(SAML20.element("AuthnContext").child(context))
}

fn attribute<'a>(name: &'a str, values: &'a [String]) -> Element<'a> {
    SAML20
        .element("Attribute")
        .attribute("Name", name)
        .children(values.iter().map(|value| SAML20.element("AttributeValue").text(value)))
}

/// From an element that is known to be signed.
pub(super) fn read(assertion: &Element<'_>) -> Result<Assertion, Unreadable> {
    if assertion.value("Version") != Some("2.0") {
        return Err(Unreadable::Version);
    }
    let subject = one(assertion, SAML20, "Subject")?;
    let name = one(subject, SAML20, "NameID")?;
    let confirmed = confirmed(subject)?;
    let borne_until = optional_moment(confirmed, "NotOnOrAfter")?;
    let conditions = one(assertion, SAML20, "Conditions")?;
    let claims = read_claims(assertion)?;
    Ok(Assertion {
        version: Version::Saml20,
        id: value(assertion, "ID")?,
        issuer: content(one(assertion, SAML20, "Issuer")?, "Issuer")?,
        issued: moment(assertion, "IssueInstant")?,
        not_before: later(optional_moment(conditions, "NotBefore")?, optional_moment(confirmed, "NotBefore")?),
        not_on_or_after: sooner(optional_moment(conditions, "NotOnOrAfter")?, borne_until),
        audiences: read_audiences(conditions)?,
        subject: Subject { name: content(name, "NameID")?, format: name.value("Format").map(str::to_owned) },
        authentication: read_statement(assertion)?,
        borne_until,
        recipient: confirmed.value("Recipient").map(str::to_owned),
        in_response_to: confirmed.value("InResponseTo").map(str::to_owned),
        immutable_id: claims.immutable_id,
        upn: claims.upn,
        methods: claims.methods,
        attributes: claims.others,
    })
}

/// Conditions and confirmation both have times; the narrower one holds.
fn later(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.max(b)
}

fn sooner(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

/// How the subject is confirmed: what the one bearer confirmation says.
fn confirmed<'e>(subject: &'e Element<'e>) -> Result<&'e Element<'e>, Unreadable> {
    let mut bearers = subject.all(SAML20, "SubjectConfirmation").filter(|one| one.value("Method") == Some(BEARER));
    match (bearers.next(), bearers.next()) {
        (Some(bearer), None) => one(bearer, SAML20, "SubjectConfirmationData"),
        (None, _) => Err(Unreadable::NotBearer),
        (Some(_), Some(_)) => Err(Unreadable::Several("SubjectConfirmation")),
    }
}

fn read_audiences(conditions: &Element<'_>) -> Result<Vec<String>, Unreadable> {
    let understood = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
    if !conditions.elements().all(|one| understood.iter().any(|name| one.is(SAML20, name))) {
        return Err(Unreadable::Condition);
    }
    let restriction = at_most_one(conditions, SAML20, "AudienceRestriction")?;
    let audiences = restriction.into_iter().flat_map(|one| one.all(SAML20, "Audience"));
    audiences.map(|one| content(one, "Audience")).collect()
}

fn read_statement(assertion: &Element<'_>) -> Result<Authentication, Unreadable> {
    let statement = one(assertion, SAML20, "AuthnStatement")?;
    let context = one(statement, SAML20, "AuthnContext")?;
    let class = one(context, SAML20, "AuthnContextClassRef")?;
    Ok(Authentication {
        instant: moment(statement, "AuthnInstant")?,
        context: content(class, "AuthnContextClassRef")?,
        session_index: statement.value("SessionIndex").map(str::to_owned),
        session_ends: optional_moment(statement, "SessionNotOnOrAfter")?,
    })
}

pub(super) fn read_claims(assertion: &Element<'_>) -> Result<Claims, Unreadable> {
    let mut claims = Claims::default();
    for statement in assertion.all(SAML20, "AttributeStatement") {
        for attribute in statement.all(SAML20, "Attribute") {
            claims.add(value(attribute, "Name")?, values(attribute, SAML20))?;
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests;
