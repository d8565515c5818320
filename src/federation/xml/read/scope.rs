//! Which namespace does a prefix mean here (Namespaces in XML 1.0, 3 and 6)?

use std::collections::HashMap;

use super::text::is_space;
use crate::federation::xml::element::Declaration;
use crate::federation::xml::names::XML;

/// What the prefixes mean at one point of a document.
#[derive(Default)]
pub(super) struct Scope<'x> {
    namespaces: HashMap<&'x str, &'x str>,
}

/// What an element's declarations hid.
pub(super) type Hidden<'x> = Vec<(&'x str, Option<&'x str>)>;

impl<'x> Scope<'x> {
    pub fn enter(&mut self, declarations: &[Declaration<'x>]) -> Hidden<'x> {
        declarations.iter().map(|one| (one.prefix, self.namespaces.insert(one.prefix, one.uri))).collect()
    }

    pub fn leave(&mut self, hidden: Hidden<'x>) {
        for (prefix, uri) in hidden {
            match uri {
                Some(uri) => self.namespaces.insert(prefix, uri),
                None => self.namespaces.remove(prefix),
            };
        }
    }

    pub fn default_namespace(&self) -> &'x str {
        self.get("").unwrap_or_default()
    }

    pub fn get(&self, prefix: &str) -> Option<&'x str> {
        if prefix == XML.prefix { Some(XML.uri) } else { self.namespaces.get(prefix).copied() }
    }
}

/// May this be declared, after these?
pub(super) fn check(new: Declaration<'_>, before: &[Declaration<'_>]) -> Result<(), &'static str> {
    if new.prefix == XML.prefix || new.prefix == "xmlns" || new.uri == XML.uri {
        return Err("the prefixes of XML itself are not declared");
    }
    if new.uri.is_empty() && !new.prefix.is_empty() {
        return Err("a prefix is declared to mean nothing");
    }
    // Addresses are compared as they are written, so there must be one way to write each.
    if new.uri.contains(['&', '"']) || new.uri.contains(is_space) {
        return Err("a namespace's address has a reference, a quote or white space in it");
    }
    if before.iter().any(|known| known.prefix == new.prefix) {
        return Err("a prefix is declared twice");
    }
    Ok(())
}
