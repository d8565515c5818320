//! How is a tree written? In the form that signatures are made over: Exclusive XML Canonicalization 1.0, with the
//! escapes and the order of Canonical XML 1.0 (2.3).
//!
//! There is no other form: what is signed here is what is sent, so nothing between the two can change it.

use std::collections::HashMap;

use super::element::{Declaration, Element, Name, Node};

/// Writes a document.
pub fn write(root: &Element<'_>) -> String {
    let mut inclusive = Vec::new();
    collect_declared(root, &mut inclusive);
    canonical(root, &Subset { inclusive, ..Subset::default() })
}

/// The prefixes that somebody asked to have declared.
pub(super) fn collect_declared<'a>(element: &Element<'a>, into: &mut Vec<&'a str>) {
    for declaration in &element.declarations {
        if !into.contains(&declaration.prefix) {
            into.push(declaration.prefix);
        }
    }
    element.elements().for_each(|child| collect_declared(child, into));
}

/// Which part of a document is written, and what around it matters.
#[derive(Debug, Default)]
pub(super) struct Subset<'e> {
    /// The prefixes that are written wherever they are declared (Exclusive XML Canonicalization 1.0, 3: `PrefixList`).
    pub inclusive: Vec<&'e str>,
    /// What was declared outside the element that is written, outermost first.
    pub inherited: Vec<Declaration<'e>>,
    /// The element that is left out.
    pub without: Option<&'e Element<'e>>,
}

/// Writes an element as a signature sees it.
pub(super) fn canonical<'e>(element: &'e Element<'e>, subset: &Subset<'e>) -> String {
    let mut writer = Writer { out: String::new(), subset, written: HashMap::new(), in_scope: HashMap::new() };
    for declaration in &subset.inherited {
        writer.enter(declaration);
    }
    writer.element(element);
    writer.out
}

struct Writer<'w, 'e> {
    out: String,
    subset: &'w Subset<'e>,
    /// What the output says at this point: address by prefix.
    written: HashMap<&'e str, &'e str>,
    /// What the input says at this point, of the inclusive prefixes.
    in_scope: HashMap<&'e str, &'e str>,
}

impl<'e> Writer<'_, 'e> {
    fn element(&mut self, element: &'e Element<'e>) {
        if self.subset.without.is_some_and(|left_out| std::ptr::eq(left_out, element)) {
            return;
        }
        let scope: Vec<_> =
            element.declarations.iter().filter_map(|one| Some((one.prefix, self.enter(one)?))).collect();
        let due = self.due(element);
        self.out.push('<');
        self.name(element.name);
        let outside: Vec<_> = due.into_iter().map(|one| (one.prefix, self.declare(one))).collect();
        self.attributes(element);
        self.out.push('>');
        for child in &element.children {
            match child {
                Node::Element(child) => self.element(child),
                Node::Text(text) => escape(text, text_escape, &mut self.out),
            }
        }
        self.out.push_str("</");
        self.name(element.name);
        self.out.push('>');
        restore(&mut self.written, outside);
        restore(&mut self.in_scope, scope);
    }

    /// Notes a declaration of an inclusive prefix; what the prefix meant before, so that it can mean that again.
    fn enter(&mut self, declaration: &Declaration<'e>) -> Option<Option<&'e str>> {
        let inclusive = self.subset.inclusive.contains(&declaration.prefix);
        inclusive.then(|| self.in_scope.insert(declaration.prefix, declaration.uri))
    }

    /// The declarations an element needs that the output does not have yet, in order.
    fn due(&self, element: &Element<'e>) -> Vec<Declaration<'e>> {
        let prefixed = element.attributes.iter().map(|(name, _)| name).filter(|name| !name.prefix.is_empty());
        let used = std::iter::once(&element.name).chain(prefixed).map(|name| (name.prefix, name.namespace));
        let mut due: Vec<_> = used.collect();
        // What the element itself uses is what it means, also where an element was put that knows nothing around it.
        let own = |prefix: &str| due.iter().any(|(used, _)| *used == prefix);
        let in_scope = self.in_scope.iter().map(|(prefix, uri)| (*prefix, *uri));
        let inclusive: Vec<_> = in_scope.filter(|(prefix, _)| !own(prefix)).collect();
        due.extend(inclusive);
        // `xml` needs no declaration, and no default namespace is what a document begins with.
        due.retain(|(prefix, uri)| *prefix != "xml" && self.written.get(prefix).unwrap_or(&"") != uri);
        due.sort_unstable();
        due.dedup();
        due.into_iter().map(|(prefix, uri)| Declaration { prefix, uri }).collect()
    }

    /// Writes a declaration; what the prefix meant outside.
    fn declare(&mut self, declaration: Declaration<'e>) -> Option<&'e str> {
        self.out.push_str(" xmlns");
        if !declaration.prefix.is_empty() {
            self.out.push(':');
            self.out.push_str(declaration.prefix);
        }
        self.value(declaration.uri);
        self.written.insert(declaration.prefix, declaration.uri)
    }

    /// Attributes by namespace, then by name; those without a namespace come first.
    fn attributes(&mut self, element: &Element<'e>) {
        let mut sorted: Vec<_> = element.attributes.iter().collect();
        sorted.sort_unstable_by_key(|(name, _)| (name.namespace, name.local));
        for (name, value) in sorted {
            self.out.push(' ');
            self.name(*name);
            self.value(value);
        }
    }

    fn name(&mut self, name: Name<'_>) {
        if !name.prefix.is_empty() {
            self.out.push_str(name.prefix);
            self.out.push(':');
        }
        self.out.push_str(name.local);
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape(value, value_escape, &mut self.out);
        self.out.push('"');
    }
}

fn restore<'e>(names: &mut HashMap<&'e str, &'e str>, before: Vec<(&'e str, Option<&'e str>)>) {
    for (prefix, uri) in before.into_iter().rev() {
        match uri {
            Some(uri) => names.insert(prefix, uri),
            None => names.remove(prefix),
        };
    }
}

fn escape(text: &str, escaped: fn(char) -> Option<&'static str>, out: &mut String) {
    let mut from = 0;
    for (at, letter) in text.char_indices() {
        if let Some(instead) = escaped(letter) {
            out.push_str(&text[from..at]);
            out.push_str(instead);
            from = at + letter.len_utf8();
        }
    }
    out.push_str(&text[from..]);
}

fn text_escape(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        other => replaced(other),
    }
}

fn value_escape(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        other => replaced(other),
    }
}

/// What XML has no way to write, such as a NUL in somebody's name, becomes the mark for exactly that.
fn replaced(letter: char) -> Option<&'static str> {
    (!is_xml(letter)).then_some("\u{fffd}")
}

/// May a document hold this character (XML 1.0, 2.2)?
pub(super) fn is_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
