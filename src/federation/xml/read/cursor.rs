//! Where in the text are we, and what stands there?

use super::XmlError;
use super::text::is_space;
use crate::federation::xml::write::is_xml;

/// A text, and how much of it has been read.
pub(super) struct Cursor<'x> {
    text: &'x str,
    at: usize,
}

impl<'x> Cursor<'x> {
    pub fn new(text: &'x str) -> Self {
        Self { text, at: 0 }
    }

    pub fn malformed(&self, why: &'static str) -> XmlError {
        XmlError::Malformed { at: self.at, why }
    }

    /// Refuses letters that no document may hold.
    pub fn letters(&self) -> Result<(), XmlError> {
        match self.text.char_indices().find(|(_, letter)| !is_xml(*letter)) {
            Some((at, _)) => Err(XmlError::Malformed { at, why: "a character that XML does not have" }),
            None => Ok(()),
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub fn is_at(&self, expected: &str) -> bool {
        self.rest().starts_with(expected)
    }

    /// Steps over `expected`, if it stands here.
    pub fn take(&mut self, expected: &str) -> bool {
        let here = self.is_at(expected);
        if here {
            self.at += expected.len();
        }
        here
    }

    /// Steps over white space; was there any?
    pub fn space(&mut self) -> bool {
        !self.take_while(is_space).is_empty()
    }

    /// What stands before `end`; steps over both.
    pub fn until(&mut self, end: &str, otherwise: &'static str) -> Result<&'x str, XmlError> {
        let Some((before, _)) = self.rest().split_once(end) else { return Err(self.malformed(otherwise)) };
        self.at += before.len() + end.len();
        Ok(before)
    }

    /// The text before the next tag.
    pub fn until_tag(&mut self) -> Result<&'x str, XmlError> {
        let Some(length) = self.rest().find('<') else { return Err(self.malformed("an element does not end")) };
        let (before, _) = self.rest().split_at(length);
        if before.contains("]]>") {
            return Err(self.malformed("the end of a CDATA section stands in a text"));
        }
        self.at += length;
        Ok(before)
    }

    /// A name, with or without a prefix. Letters and digits are those of Unicode, which are a few more than XML's.
    pub fn name(&mut self) -> Result<&'x str, XmlError> {
        let name = self.take_while(|letter| letter.is_alphanumeric() || matches!(letter, ':' | '_' | '-' | '.'));
        let starts = |part: &str| part.starts_with(|first: char| first.is_alphabetic() || first == '_');
        let mut parts = name.split(':');
        let sound = parts.by_ref().take(2).all(starts) && parts.next().is_none();
        if sound { Ok(name) } else { Err(self.malformed("a name is expected")) }
    }

    /// An attribute's value, as it is written.
    pub fn quoted(&mut self) -> Result<&'x str, XmlError> {
        let quote = ["\"", "'"].into_iter().find(|quote| self.take(quote));
        let Some(quote) = quote else { return Err(self.malformed("a value is in quotes")) };
        let value = self.until(quote, "a value does not end")?;
        if value.contains('<') { Err(self.malformed("a value has a tag in it")) } else { Ok(value) }
    }

    fn rest(&self) -> &'x str {
        self.text.split_at(self.at).1
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'x str {
        let rest = self.rest();
        let length = rest.find(|letter| !belongs(letter)).unwrap_or(rest.len());
        self.at += length;
        rest.split_at(length).0
    }
}
