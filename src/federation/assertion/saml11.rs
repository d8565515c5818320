//! How does SAML 1.1 write an assertion? SAML 1.1 core, section 2; the claims as AD FS writes them for the real
//! service.

use super::reading::{Claims, Unreadable, at_most_one, content, moment, one, optional_moment, value, values};
use super::{Assertion, Authentication, Subject, Version, claims};
use crate::federation::xml::Element;
use crate::federation::xml::names::SAML11;

const BEARER: &str = "urn:oasis:names:tc:SAML:1.0:cm:bearer";
/// The namespace of attributes whose name is no address.
const PLAIN: &str = "urn:oasis:names:tc:SAML:1.0:attributeNamespace:unspecified";

/// As an element, not signed yet.
pub fn build(assertion: &Assertion) -> Element<'_> {
    let attributes: Vec<_> = assertion.claims(claims::UPN).map(|(name, values)| attribute(name, values)).collect();
    let said = (!attributes.is_empty())
        .then(|| SAML11.element("AttributeStatement").child(subject(&assertion.subject)).children(attributes));
    let authentication = SAML11
        .element("AuthenticationStatement")
        .attribute("AuthenticationMethod", &assertion.authentication.context)
        .attribute("AuthenticationInstant", assertion.authentication.instant.to_string())
        .child(subject(&assertion.subject));
    SAML11
        .element("Assertion")
        .attribute("MajorVersion", "1")
        .attribute("MinorVersion", "1")
        .attribute("AssertionID", &assertion.id)
        .attribute("Issuer", &assertion.issuer)
        .attribute("IssueInstant", assertion.issued.to_string())
        .child(conditions(assertion))
        .children(said)
        .child(authentication)
}

fn conditions(assertion: &Assertion) -> Element<'_> {
    let audiences = assertion.audiences.iter().map(|one| SAML11.element("Audience").text(one));
    let restriction =
        (!assertion.audiences.is_empty()).then(|| SAML11.element("AudienceRestrictionCondition").children(audiences));
    SAML11
        .element("Conditions")
        .optional("NotBefore", assertion.not_before.map(|moment| moment.to_string()))
        .optional("NotOnOrAfter", assertion.not_on_or_after.map(|moment| moment.to_string()))
        .children(restriction)
}

fn subject(subject: &Subject) -> Element<'_> {
    let name = SAML11.element("NameIdentifier").optional("Format", subject.format.as_deref()).text(&subject.name);
    let confirmation = SAML11.element("SubjectConfirmation").child(SAML11.element("ConfirmationMethod").text(BEARER));
    SAML11.element("Subject").child(name).child(confirmation)
}

fn attribute<'a>(name: &'a str, values: &'a [String]) -> Element<'a> {
    let (namespace, name) = match name.rsplit_once('/') {
        Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => (namespace, name),
        Some(_) | None => (PLAIN, name),
    };
    SAML11
        .element("Attribute")
        .attribute("AttributeName", name)
        .attribute("AttributeNamespace", namespace)
        .children(values.iter().map(|value| SAML11.element("AttributeValue").text(value)))
}

/// From an element that is known to be signed.
pub(super) fn read(assertion: &Element<'_>) -> Result<Assertion, Unreadable> {
    if (assertion.value("MajorVersion"), assertion.value("MinorVersion")) != (Some("1"), Some("1")) {
        return Err(Unreadable::Version);
    }
    let conditions = one(assertion, SAML11, "Conditions")?;
    let statement = one(assertion, SAML11, "AuthenticationStatement")?;
    let claims = read_claims(assertion)?;
    Ok(Assertion {
        version: Version::Saml11,
        id: value(assertion, "AssertionID")?,
        issuer: value(assertion, "Issuer")?,
        issued: moment(assertion, "IssueInstant")?,
        not_before: optional_moment(conditions, "NotBefore")?,
        not_on_or_after: optional_moment(conditions, "NotOnOrAfter")?,
        audiences: read_audiences(conditions)?,
        subject: read_subject(assertion)?,
        authentication: Authentication {
            instant: moment(statement, "AuthenticationInstant")?,
            context: value(statement, "AuthenticationMethod")?,
            session_index: None,
            session_ends: None,
        },
        borne_until: None,
        recipient: None,
        in_response_to: None,
        immutable_id: claims.immutable_id,
        upn: claims.upn,
        methods: claims.methods,
        attributes: claims.others,
    })
}

fn read_audiences(conditions: &Element<'_>) -> Result<Vec<String>, Unreadable> {
    let understood = ["AudienceRestrictionCondition", "DoNotCacheCondition"];
    if !conditions.elements().all(|one| understood.iter().any(|name| one.is(SAML11, name))) {
        return Err(Unreadable::Condition);
    }
    let restriction = at_most_one(conditions, SAML11, "AudienceRestrictionCondition")?;
    let audiences = restriction.into_iter().flat_map(|one| one.all(SAML11, "Audience"));
    audiences.map(|one| content(one, "Audience")).collect()
}

/// The subject of all statements: each names it again.
fn read_subject(assertion: &Element<'_>) -> Result<Subject, Unreadable> {
    let mut known: Option<Subject> = None;
    for statement in assertion.elements() {
        let Some(element) = at_most_one(statement, SAML11, "Subject")? else { continue };
        let subject = one_subject(element)?;
        if known.replace(subject.clone()).is_some_and(|known| known != subject) {
            return Err(Unreadable::SubjectsDiffer);
        }
    }
    known.ok_or(Unreadable::Missing("Subject"))
}

fn one_subject(subject: &Element<'_>) -> Result<Subject, Unreadable> {
    let name = one(subject, SAML11, "NameIdentifier")?;
    let confirmation = one(subject, SAML11, "SubjectConfirmation")?;
    let bearer = confirmation.all(SAML11, "ConfirmationMethod").any(|method| method.content() == Some(BEARER));
    if !bearer {
        return Err(Unreadable::NotBearer);
    }
    Ok(Subject { name: content(name, "NameIdentifier")?, format: name.value("Format").map(str::to_owned) })
}

pub(super) fn read_claims(assertion: &Element<'_>) -> Result<Claims, Unreadable> {
    let mut claims = Claims::default();
    for statement in assertion.all(SAML11, "AttributeStatement") {
        for attribute in statement.all(SAML11, "Attribute") {
            let name = value(attribute, "AttributeName")?;
            let name = match attribute.value("AttributeNamespace") {
                None | Some("" | PLAIN) => name,
                Some(namespace) => format!("{}/{name}", namespace.trim_end_matches('/')),
            };
            claims.add(name, values(attribute, SAML11))?;
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests;
