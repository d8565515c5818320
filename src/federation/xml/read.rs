//! Is this text XML of the small and plain kind that federation needs, and what is in it? XML 1.0 and Namespaces in
//! XML 1.0, without what they have for others: document types, entities, processing instructions.
//!
//! Every step moves forward in the text, and everything that could grow faster than it is bounded: whatever a stranger
//! sends is answered in a few milliseconds.

mod cursor;
mod error;
mod scope;
mod tag;
mod text;

use std::borrow::Cow;

use super::element::{Element, Name, Node};
use cursor::Cursor;
pub use error::XmlError;
use scope::Scope;
use tag::Tag;

/// How large a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Attributes of one element, declarations of namespaces among them.
    pub attributes: usize,
    /// Elements within each other.
    pub depth: usize,
}

impl Limits {
    /// For what browsers and clients bring. A SAML response has some 5 KiB.
    pub const MESSAGE: Limits = Limits { bytes: 64 * 1024, attributes: 64, depth: 64 };
    /// For metadata: that of the real service has some 100 KiB.
    pub const METADATA: Limits = Limits { bytes: 512 * 1024, ..Limits::MESSAGE };
}

/// Reads a message.
pub fn read(text: &str) -> Result<Element<'_>, XmlError> {
    read_within(text, Limits::MESSAGE)
}

/// Reads a document that may be this large.
pub fn read_within(text: &str, limits: Limits) -> Result<Element<'_>, XmlError> {
    if text.len() > limits.bytes {
        return Err(XmlError::TooLong { most: limits.bytes });
    }
    let mut reader = Reader { cursor: Cursor::new(text), scope: Scope::default(), limits };
    reader.cursor.letters()?;
    reader.prologue()?;
    let root = reader.element(1)?;
    reader.around()?;
    if reader.cursor.is_at_end() { Ok(root) } else { Err(reader.cursor.malformed("something follows the document")) }
}

struct Reader<'x> {
    cursor: Cursor<'x>,
    scope: Scope<'x>,
    limits: Limits,
}

impl<'x> Reader<'x> {
    /// What may stand before the document: a byte order mark, the declaration of XML, white space and comments.
    fn prologue(&mut self) -> Result<(), XmlError> {
        self.cursor.take("\u{feff}");
        if self.cursor.take("<?xml ") {
            let declaration = self.cursor.until("?>", "the XML declaration does not end")?;
            text::declaration(declaration).map_err(|why| self.cursor.malformed(why))?;
        }
        self.around()?;
        if self.cursor.is_at_end() { Err(self.cursor.malformed("there is no element")) } else { Ok(()) }
    }

    /// White space and comments.
    fn around(&mut self) -> Result<(), XmlError> {
        loop {
            self.cursor.space();
            if !self.cursor.take("<!--") {
                return self.nothing_special();
            }
            self.comment()?;
        }
    }

    fn comment(&mut self) -> Result<(), XmlError> {
        let comment = self.cursor.until("--", "a comment does not end")?;
        if !self.cursor.take(">") || comment.ends_with('-') {
            return Err(self.cursor.malformed("a comment has two hyphens in it"));
        }
        Ok(())
    }

    /// Refuses what XML has and federation does not.
    fn nothing_special(&self) -> Result<(), XmlError> {
        if self.cursor.is_at("<?") {
            return Err(XmlError::ProcessingInstruction);
        }
        if self.cursor.is_at("<!") { Err(XmlError::DocumentType) } else { Ok(()) }
    }

    fn element(&mut self, depth: usize) -> Result<Element<'x>, XmlError> {
        if depth > self.limits.depth {
            return Err(XmlError::TooDeep { most: self.limits.depth });
        }
        let tag = Tag::read(&mut self.cursor, self.limits.attributes)?;
        let outside = self.scope.enter(&tag.declarations);
        let name = self.resolve(tag.qualified, self.scope.default_namespace())?;
        let attributes = self.attributes(tag.attributes)?;
        let children = if tag.empty { Vec::new() } else { self.children(tag.qualified, depth)? };
        self.scope.leave(outside);
        Ok(Element { name, declarations: tag.declarations, attributes, children })
    }

    fn attributes(&self, read: Vec<(&'x str, Cow<'x, str>)>) -> Result<Vec<(Name<'x>, Cow<'x, str>)>, XmlError> {
        let mut attributes: Vec<(Name<'x>, Cow<'x, str>)> = Vec::with_capacity(read.len());
        for (qualified, value) in read {
            // The default namespace is for elements only.
            let name = self.resolve(qualified, "")?;
            let same = |known: &Name<'_>| known.namespace == name.namespace && known.local == name.local;
            if attributes.iter().any(|(known, _)| same(known)) {
                return Err(self.cursor.malformed("an attribute comes twice"));
            }
            attributes.push((name, value));
        }
        Ok(attributes)
    }

    fn resolve(&self, qualified: &'x str, unprefixed: &'x str) -> Result<Name<'x>, XmlError> {
        let Some((prefix, local)) = qualified.split_once(':') else {
            return Ok(Name { prefix: "", namespace: unprefixed, local: qualified });
        };
        match self.scope.get(prefix) {
            Some(namespace) => Ok(Name { prefix, namespace, local }),
            None => Err(self.cursor.malformed("a prefix is not declared")),
        }
    }

    /// What stands between the start tag and the end tag.
    fn children(&mut self, parent: &str, depth: usize) -> Result<Vec<Node<'x>>, XmlError> {
        let mut children = Vec::new();
        let mut commented = false;
        loop {
            let text = self.cursor.until_tag()?;
            push_text(&mut children, text::content(text)?);
            if self.cursor.take("</") {
                break;
            }
            if self.cursor.take("<!--") {
                self.comment()?;
                commented = true;
            } else if self.cursor.take("<![CDATA[") {
                let literal = self.cursor.until("]]>", "a CDATA section does not end")?;
                push_text(&mut children, text::literal(literal));
            } else {
                self.nothing_special()?;
                children.push(Node::Element(self.element(depth + 1)?));
            }
        }
        // Readers disagree about what such a text is, and signatures do not see the comment.
        if commented && children.iter().any(is_words) {
            return Err(XmlError::CommentInText);
        }
        self.end_tag(parent)?;
        Ok(children)
    }

    fn end_tag(&mut self, expected: &str) -> Result<(), XmlError> {
        let name = self.cursor.name()?;
        self.cursor.space();
        if name == expected && self.cursor.take(">") {
            Ok(())
        } else {
            Err(self.cursor.malformed("an end tag does not match its start tag"))
        }
    }
}

fn push_text<'x>(children: &mut Vec<Node<'x>>, text: Cow<'x, str>) {
    match children.last_mut() {
        _ if text.is_empty() => {}
        Some(Node::Text(before)) => before.to_mut().push_str(&text),
        Some(Node::Element(_) | Node::Sealed(_)) | None => children.push(Node::Text(text)),
    }
}

fn is_words(node: &Node<'_>) -> bool {
    match node {
        Node::Text(text) => text.chars().any(|letter| !text::is_space(letter)),
        Node::Element(_) | Node::Sealed(_) => false,
    }
}

#[cfg(test)]
mod tests;
