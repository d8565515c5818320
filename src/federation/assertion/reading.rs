//! What have both versions of SAML in common for somebody who reads an assertion?

use std::fmt;

use super::{Attribute, claims};
use crate::federation::xml::{Element, Namespace};
use crate::time::Timestamp;

/// Why an assertion that is rightly signed can still not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none, or none in the part that is signed.
    NoAssertion,
    /// It is of a version that nobody knows.
    Version,
    /// This is missing, or empty.
    Missing(&'static str),
    /// There are several of these, and they could differ.
    Several(&'static str),
    /// This is not a moment in UTC.
    Time(&'static str),
    /// It is not for whoever bears it.
    NotBearer,
    /// It holds under a condition that is not understood.
    Condition,
    /// Its statements are about different people.
    SubjectsDiffer,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::NoAssertion => f.write_str("there is no assertion in what is signed"),
            Unreadable::Version => f.write_str("the assertion is neither SAML 1.1 nor SAML 2.0"),
            Unreadable::Missing(what) => write!(f, "the assertion has no {what}"),
            Unreadable::Several(what) => write!(f, "the assertion has more than one {what}"),
            Unreadable::Time(what) => write!(f, "the assertion's {what} is not a moment in UTC"),
            Unreadable::NotBearer => f.write_str("the assertion's subject is not confirmed by bearing it"),
            Unreadable::Condition => f.write_str("the assertion holds under a condition that is not understood here"),
            Unreadable::SubjectsDiffer => f.write_str("the assertion's statements are about different subjects"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The one element of this name.
pub(super) fn one<'e>(
    parent: &'e Element<'e>,
    namespace: Namespace,
    name: &'static str,
) -> Result<&'e Element<'e>, Unreadable> {
    at_most_one(parent, namespace, name)?.ok_or(Unreadable::Missing(name))
}

/// The element of this name, if there is one.
pub(super) fn at_most_one<'e>(
    parent: &'e Element<'e>,
    namespace: Namespace,
    name: &'static str,
) -> Result<Option<&'e Element<'e>>, Unreadable> {
    let mut found = parent.all(namespace, name);
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        (_, Some(_)) => Err(Unreadable::Several(name)),
    }
}

/// An attribute that has to be there.
pub(super) fn value(element: &Element<'_>, name: &'static str) -> Result<String, Unreadable> {
    element.value(name).filter(|value| !value.is_empty()).map(str::to_owned).ok_or(Unreadable::Missing(name))
}

/// The text of an element, which has to have some.
pub(super) fn content(element: &Element<'_>, name: &'static str) -> Result<String, Unreadable> {
    element.content().filter(|text| !text.is_empty()).map(str::to_owned).ok_or(Unreadable::Missing(name))
}

/// A moment that has to be there.
pub(super) fn moment(element: &Element<'_>, name: &'static str) -> Result<Timestamp, Unreadable> {
    optional_moment(element, name)?.ok_or(Unreadable::Missing(name))
}

/// A moment, if there is one.
pub(super) fn optional_moment(element: &Element<'_>, name: &'static str) -> Result<Option<Timestamp>, Unreadable> {
    let read = |text: &str| Timestamp::parse(text.trim()).ok_or(Unreadable::Time(name));
    element.value(name).map(read).transpose()
}

/// The values of a claim, one by one.
pub(super) fn values(attribute: &Element<'_>, namespace: Namespace) -> Vec<String> {
    attribute.all(namespace, "AttributeValue").filter_map(Element::content).map(str::to_owned).collect()
}

/// Claims as they are told apart: those that mean something to a tenant, and the others.
#[derive(Default)]
pub(super) struct Claims {
    pub immutable_id: Option<String>,
    pub upn: Option<String>,
    pub methods: Vec<String>,
    pub others: Vec<Attribute>,
}

impl Claims {
    pub fn add(&mut self, name: String, values: Vec<String>) -> Result<(), Unreadable> {
        match name.as_str() {
            claims::METHODS => self.methods.extend(values),
            claims::IMMUTABLE_ID => single(&mut self.immutable_id, values, "ImmutableID")?,
            claims::UPN | claims::IDP_EMAIL => single(&mut self.upn, values, "UPN")?,
            _ => self.other(name, values),
        }
        Ok(())
    }

    /// A claim that comes twice has the values of both.
    fn other(&mut self, name: String, values: Vec<String>) {
        match self.others.iter_mut().find(|known| known.name == name) {
            Some(known) => known.values.extend(values),
            None => self.others.push(Attribute { name: name.into(), values }),
        }
    }
}

/// Sets what has one value: two different ones would be two people.
fn single(known: &mut Option<String>, values: Vec<String>, what: &'static str) -> Result<(), Unreadable> {
    for value in values {
        if known.as_ref().is_some_and(|known| *known != value) {
            return Err(Unreadable::Several(what));
        }
        *known = Some(value);
    }
    Ok(())
}
