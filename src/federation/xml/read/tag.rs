//! What does a start tag say (XML 1.0, 3.1)?

use std::borrow::Cow;

use super::cursor::Cursor;
use super::{XmlError, scope, text};
use crate::federation::xml::element::Declaration;

/// A start tag as it stands there, before its prefixes mean anything.
pub(super) struct Tag<'x> {
    pub qualified: &'x str,
    pub attributes: Vec<(&'x str, Cow<'x, str>)>,
    pub declarations: Vec<Declaration<'x>>,
    pub empty: bool,
}

impl<'x> Tag<'x> {
    /// Reads one that may have so many attributes.
    pub fn read(cursor: &mut Cursor<'x>, most: usize) -> Result<Self, XmlError> {
        if !cursor.take("<") {
            return Err(cursor.malformed("an element is expected"));
        }
        let qualified = cursor.name()?;
        let mut tag = Tag { qualified, attributes: Vec::new(), declarations: Vec::new(), empty: false };
        loop {
            let spaced = cursor.space();
            if cursor.take(">") {
                return Ok(tag);
            }
            if cursor.take("/>") {
                return Ok(Tag { empty: true, ..tag });
            }
            if !spaced {
                return Err(cursor.malformed("white space is expected between attributes"));
            }
            if tag.attributes.len() + tag.declarations.len() == most {
                return Err(XmlError::TooManyAttributes { most });
            }
            tag.attribute(cursor)?;
        }
    }

    fn attribute(&mut self, cursor: &mut Cursor<'x>) -> Result<(), XmlError> {
        let name = cursor.name()?;
        cursor.space();
        if !cursor.take("=") {
            return Err(cursor.malformed("an attribute has no value"));
        }
        cursor.space();
        let raw = cursor.quoted()?;
        let declared = if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") };
        match declared {
            Some(prefix) => {
                let declaration = Declaration { prefix, uri: raw };
                scope::check(declaration, &self.declarations).map_err(|why| cursor.malformed(why))?;
                self.declarations.push(declaration);
            }
            None => self.attributes.push((name, text::value(raw)?)),
        }
        Ok(())
    }
}
