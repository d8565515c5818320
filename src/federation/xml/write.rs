//! How is a tree written? In the form that signatures are made over: Exclusive XML Canonicalization 1.0, with the
//! escapes and the order of Canonical XML 1.0 (2.3).
//!
//! There is no other form: what is signed here is what is sent, so nothing between the two can change it.

use std::borrow::Cow;
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
    let mut writer = Writer::new(subset);
    writer.element(element);
    writer.out
}

/// The same of an element into which another is to be put before so many children; and where that goes in the text.
pub(super) fn canonical_around<'e>(element: &'e Element<'e>, place: usize, subset: &Subset<'e>) -> (String, usize) {
    let mut writer = Writer::new(subset);
    let (before, after) = element.children.split_at(place);
    let around = writer.open(element);
    before.iter().for_each(|child| writer.node(child));
    let at = writer.out.len();
    after.iter().for_each(|child| writer.node(child));
    writer.close(element, around);
    (writer.out, at)
}

/// What most documents have room in.
const USUAL: usize = 8 * 1024;

struct Writer<'w, 'e> {
    out: String,
    subset: &'w Subset<'e>,
    /// What the output says at this point, the innermost last.
    written: Vec<Declaration<'e>>,
    /// What the input says at this point, of the inclusive prefixes.
    in_scope: HashMap<&'e str, &'e str>,
}

/// What was so outside an element that is being written.
struct Around<'e> {
    /// How much the output said.
    written: usize,
    /// What prefixes meant that the element declares.
    meant: Vec<(&'e str, Option<&'e str>)>,
}

impl<'w, 'e> Writer<'w, 'e> {
    fn new(subset: &'w Subset<'e>) -> Self {
        let out = String::with_capacity(USUAL);
        let mut writer = Self { out, subset, written: Vec::new(), in_scope: HashMap::new() };
        for declaration in &subset.inherited {
            writer.enter(declaration);
        }
        writer
    }

    fn element(&mut self, element: &'e Element<'e>) {
        if self.subset.without.is_some_and(|left_out| std::ptr::eq(left_out, element)) {
            return;
        }
        let around = self.open(element);
        element.children.iter().for_each(|child| self.node(child));
        self.close(element, around);
    }

    fn open(&mut self, element: &'e Element<'e>) -> Around<'e> {
        let meant = element.declarations.iter().filter_map(|one| Some((one.prefix, self.enter(one)?))).collect();
        let around = Around { written: self.written.len(), meant };
        let due = self.due(element);
        self.out.push('<');
        self.name(element.name);
        due.into_iter().for_each(|one| self.declare(one));
        self.attributes(element);
        self.out.push('>');
        around
    }

    fn close(&mut self, element: &'e Element<'e>, around: Around<'e>) {
        self.out.push_str("</");
        self.name(element.name);
        self.out.push('>');
        self.written.truncate(around.written);
        restore(&mut self.in_scope, around.meant);
    }

    fn node(&mut self, node: &'e Node<'e>) {
        match node {
            Node::Element(child) => self.element(child),
            Node::Text(text) => escape(text, text_escape, &mut self.out),
            Node::Sealed(sealed) => self.out.push_str(sealed.text()),
        }
    }

    /// Notes a declaration of an inclusive prefix; what the prefix meant before, so that it can mean that again.
    fn enter(&mut self, declaration: &Declaration<'e>) -> Option<Option<&'e str>> {
        let inclusive = self.subset.inclusive.contains(&declaration.prefix);
        inclusive.then(|| self.in_scope.insert(declaration.prefix, declaration.uri))
    }

    /// The declarations an element needs that the output does not have yet, in order.
    fn due(&self, element: &Element<'e>) -> Vec<Declaration<'e>> {
        let prefixed = element.attributes.iter().map(|(name, _)| name).filter(|name| !name.prefix.is_empty());
        let used = std::iter::once(&element.name)
            .chain(prefixed)
            .map(|name| Declaration { prefix: name.prefix, uri: name.namespace });
        // What the element itself uses is what it means, also where an element was put that knows nothing around it.
        let own = |prefix: &str| used.clone().any(|one| one.prefix == prefix);
        let in_scope = self.in_scope.iter().map(|(prefix, uri)| Declaration { prefix, uri });
        let inclusive = in_scope.filter(|one| !own(one.prefix));
        let mut due: Vec<_> = used.clone().chain(inclusive).filter(|one| !self.says(one)).collect();
        due.sort_unstable_by_key(|one| (one.prefix, one.uri));
        due.dedup();
        due
    }

    /// Does the output say so already? `xml` needs no declaration, and no default namespace is what a document begins with.
    fn says(&self, declaration: &Declaration<'_>) -> bool {
        let known = self.written.iter().rev().find(|one| same(one.prefix, declaration.prefix));
        declaration.prefix == "xml" || same(known.map_or("", |one| one.uri), declaration.uri)
    }

    /// Writes a declaration.
    fn declare(&mut self, declaration: Declaration<'e>) {
        self.out.push_str(" xmlns");
        if !declaration.prefix.is_empty() {
            self.out.push(':');
            self.out.push_str(declaration.prefix);
        }
        self.value(declaration.uri);
        self.written.push(declaration);
    }

    /// Attributes by namespace, then by name; those without a namespace come first.
    fn attributes(&mut self, element: &Element<'e>) {
        let order = |(name, _): &(Name<'e>, _)| (name.namespace, name.local);
        // What is written here mostly has them in order already.
        if element.attributes.is_sorted_by_key(order) {
            return element.attributes.iter().for_each(|one| self.attribute(one));
        }
        let mut sorted: Vec<_> = element.attributes.iter().collect();
        sorted.sort_unstable_by_key(|one| order(one));
        sorted.into_iter().for_each(|one| self.attribute(one));
    }

    fn attribute(&mut self, (name, value): &(Name<'_>, Cow<'_, str>)) {
        self.out.push(' ');
        self.name(*name);
        self.value(value);
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

/// Nearly all names here are one and the same word, not only an equal one.
fn same(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b) || a == b
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
    let mut rest = text;
    while let Some(at) = first_to_escape(rest.as_bytes()) {
        let (plain, letters) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = letters.chars();
        match letters.next().map(|letter| escaped(letter).ok_or(letter)) {
            Some(Ok(instead)) => out.push_str(instead),
            Some(Err(letter)) => out.push(letter),
            None => {}
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

/// Where a letter begins that may be written otherwise. Keys and signatures are long, so words are looked at before bytes.
fn first_to_escape(text: &[u8]) -> Option<usize> {
    let (words, _) = text.as_chunks();
    let plain = 8 * words.iter().take_while(|word| !any_may_need_escape(u64::from_ne_bytes(**word))).count();
    text[plain..].iter().position(|byte| may_need_escape(*byte)).map(|at| plain + at)
}

/// Does a letter begin with this that is written otherwise, at least somewhere? Nearly none does, so nearly all are copied.
/// Of the longer ones it is those around U+FFFE.
fn may_need_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xef)
}

/// The same of eight bytes at once.
fn any_may_need_escape(word: u64) -> bool {
    let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    let found = below(word, 0x20) | equal(b'&') | equal(b'<') | equal(b'>') | equal(b'"') | equal(0xef);
    found != 0
}

/// Zero when none of eight bytes is less: subtracting from a smaller one sets its highest bit, which was not set before.
fn below(word: u64, limit: u64) -> u64 {
    word.wrapping_sub(EACH * limit) & !word & (EACH << 7)
}

/// One in each of eight bytes.
const EACH: u64 = u64::from_ne_bytes([1; 8]);

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
