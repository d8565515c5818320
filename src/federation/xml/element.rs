//! What is an XML document, once it is no longer text? A tree of elements, attributes and text (Namespaces in XML 1.0).
//!
//! Comments and processing instructions have no place in it.

use std::borrow::Cow;

/// A namespace, and the prefix it is written with here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// The prefix.
    pub prefix: &'static str,
    /// The address.
    pub uri: &'static str,
}

impl Namespace {
    /// A namespace by prefix and address.
    pub const fn new(prefix: &'static str, uri: &'static str) -> Self {
        Self { prefix, uri }
    }

    /// An empty element of this namespace.
    pub fn element<'a>(self, local: &'a str) -> Element<'a> {
        Element { name: self.name(local), declarations: Vec::new(), attributes: Vec::new(), children: Vec::new() }
    }

    fn name(self, local: &str) -> Name<'_> {
        Name { prefix: self.prefix, namespace: self.uri, local }
    }
}

/// The name of an element or attribute. Two names are the same when namespace and local part are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The prefix; empty where there is none.
    pub prefix: &'a str,
    /// The namespace's address; empty where there is none.
    pub namespace: &'a str,
    /// What it is called there.
    pub local: &'a str,
}

impl<'a> Name<'a> {
    /// An attribute's name without a prefix.
    pub fn plain(local: &'a str) -> Self {
        Self { prefix: "", namespace: "", local }
    }
}

/// A namespace declared on an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration<'a> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'a str,
    /// The address.
    pub uri: &'a str,
}

/// What stands between the tags of an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<'a> {
    /// Another element.
    Element(Element<'a>),
    /// Text, unescaped.
    Text(Cow<'a, str>),
    /// An element that was signed.
    Sealed(Sealed),
}

impl<'a> From<Element<'a>> for Node<'a> {
    fn from(element: Element<'a>) -> Self {
        Node::Element(element)
    }
}

impl From<Sealed> for Node<'_> {
    fn from(sealed: Sealed) -> Self {
        Node::Sealed(sealed)
    }
}

/// An element with its signature, in canonical form.
///
/// It is put into others as it is: exclusive canonicalisation writes an element in the same way wherever it stands, as
/// long as nothing around it uses its prefixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(pub(super) String);

impl Sealed {
    /// As text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// As text, for good.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// An element with all that is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Element<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// What its start tag declared; of elements that are built here, only what [`Element::declare`] was told.
    pub declarations: Vec<Declaration<'a>>,
    /// Its attributes, unescaped.
    pub attributes: Vec<(Name<'a>, Cow<'a, str>)>,
    /// Its content, no two texts side by side.
    pub children: Vec<Node<'a>>,
}

/// Building.
impl<'a> Element<'a> {
    /// With an attribute.
    pub fn attribute(mut self, name: &'a str, value: impl Into<Cow<'a, str>>) -> Self {
        first_alone(&mut self.attributes);
        self.attributes.push((Name::plain(name), value.into()));
        self
    }

    /// With an attribute, if there is a value for it.
    pub fn optional(self, name: &'a str, value: Option<impl Into<Cow<'a, str>>>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// With an attribute of a namespace, such as `xml:lang`.
    pub fn qualified(mut self, namespace: Namespace, name: &'a str, value: impl Into<Cow<'a, str>>) -> Self {
        self.attributes.push((namespace.name(name), value.into()));
        self
    }

    /// With a namespace that no name below uses but a value does, as `xsi:type="fed:…"` uses `fed`. In what is to be
    /// signed, its outermost element declares it.
    pub fn declare(mut self, namespace: Namespace) -> Self {
        self.declarations.push(Declaration { prefix: namespace.prefix, uri: namespace.uri });
        self
    }

    /// With an element in it.
    pub fn child(mut self, child: impl Into<Node<'a>>) -> Self {
        first_alone(&mut self.children);
        self.children.push(child.into());
        self
    }

    /// With these elements in it: a list, or one that there may be.
    pub fn children(mut self, children: impl IntoIterator<Item = Element<'a>>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    /// With text in it.
    pub fn text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        match self.children.last_mut() {
            Some(Node::Text(before)) => before.to_mut().push_str(&text),
            Some(Node::Element(_) | Node::Sealed(_)) | None => {
                first_alone(&mut self.children);
                self.children.push(Node::Text(text));
            }
        }
        self
    }
}

/// Most elements have one attribute or one child, or none: the first takes no more room than it needs.
fn first_alone<T>(of: &mut Vec<T>) {
    if of.is_empty() {
        of.reserve_exact(1);
    }
}

/// Looking.
impl<'a> Element<'a> {
    /// Is it this one?
    pub fn is(&self, namespace: Namespace, local: &str) -> bool {
        self.name.namespace == namespace.uri && self.name.local == local
    }

    /// The value of an attribute without a prefix.
    pub fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(known, _)| known.namespace.is_empty() && known.local == name)?;
        Some(value)
    }

    /// The elements directly in it.
    pub fn elements(&self) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Sealed(_) => None,
        })
    }

    /// The elements of this name directly in it.
    pub fn all<'e>(&'e self, namespace: Namespace, local: &'e str) -> impl Iterator<Item = &'e Element<'a>> {
        self.elements().filter(move |element| element.is(namespace, local))
    }

    /// The one element of this name directly in it; none if there are several.
    pub fn only<'e>(&'e self, namespace: Namespace, local: &'e str) -> Option<&'e Element<'a>> {
        let mut found = self.all(namespace, local);
        found.next().filter(|_| found.next().is_none())
    }

    /// Its text without white space around it; none if there are elements in it.
    pub fn content(&self) -> Option<&str> {
        match self.children.as_slice() {
            [] => Some(""),
            [Node::Text(text)] => Some(text.trim_matches([' ', '\t', '\r', '\n'])),
            [Node::Element(_) | Node::Sealed(_)] | [_, _, ..] => None,
        }
    }
}
