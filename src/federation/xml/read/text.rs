//! What does written text mean (XML 1.0: 2.11 line ends, 3.3.3 white space in values, 4.1 references, 4.6 entities)?

use std::borrow::Cow;

use super::XmlError;
use crate::federation::xml::write::is_xml;

/// White space as XML has it.
pub(super) fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

/// The text between tags.
pub(super) fn content(raw: &str) -> Result<Cow<'_, str>, XmlError> {
    unescape(literal(raw))
}

/// The text of a CDATA section: nothing but its line ends is changed.
pub(super) fn literal(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') { raw.replace("\r\n", "\n").replace('\r', "\n").into() } else { raw.into() }
}

/// The value of an attribute.
pub(super) fn value(raw: &str) -> Result<Cow<'_, str>, XmlError> {
    let spaced: Cow<'_, str> = match raw.contains(['\t', '\r', '\n']) {
        true => raw.replace("\r\n", " ").replace(['\t', '\r', '\n'], " ").into(),
        false => raw.into(),
    };
    unescape(spaced)
}

fn unescape(text: Cow<'_, str>) -> Result<Cow<'_, str>, XmlError> {
    if !text.contains('&') {
        return Ok(text);
    }
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or(XmlError::Entity)?;
        plain.push(referenced(name).ok_or(XmlError::Entity)?);
        plain.push_str(rest);
    }
    Ok(plain.into())
}

/// The letter that a reference stands for.
fn referenced(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => numbered(name.strip_prefix('#')?),
    }
}

fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // Rust's own reading of numbers also takes a sign.
    let sound = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    let letter = char::from_u32(u32::from_str_radix(digits, radix).ok().filter(|_| sound)?)?;
    is_xml(letter).then_some(letter)
}

/// Does a declaration of XML, without its brackets, say what is read here: version 1.0, UTF-8?
pub(super) fn declaration(text: &str) -> Result<(), &'static str> {
    let mut words = text.split_whitespace().map(|word| word.replace('\'', "\""));
    if words.next().as_deref() != Some("version=\"1.0\"") {
        return Err("only XML 1.0 is read");
    }
    for word in words {
        match word.to_ascii_lowercase().as_str() {
            "encoding=\"utf-8\"" | "encoding=\"us-ascii\"" | "standalone=\"yes\"" | "standalone=\"no\"" => {}
            _ => return Err("only UTF-8 is read"),
        }
    }
    Ok(())
}
