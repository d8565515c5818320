//! What does a request's address name? Its path's segments, taken apart once.

use std::borrow::Cow;
use std::ops::Range;

/// A path's segments, decoded and in lower case: every Entra address matches in any case.
#[derive(Debug)]
pub struct Path {
    /// The segments, one behind the other.
    text: String,
    /// Where in the text each one lies.
    places: Vec<Range<usize>>,
}

impl Path {
    /// Takes a path apart.
    pub fn read(path: &str) -> Self {
        if path.bytes().all(|byte| byte.is_ascii() && byte != b'%') {
            return Self::plain(path);
        }
        let mut read = Self { text: String::with_capacity(path.len()), places: Vec::with_capacity(8) };
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            read.push(&percent_decode(segment));
        }
        read
    }

    /// Nearly all paths: nothing in them has to be decoded, so only the places are looked for.
    fn plain(path: &str) -> Self {
        let mut places = Vec::with_capacity(8);
        let mut start = 0;
        for (end, byte) in path.bytes().chain([b'/']).enumerate() {
            if byte == b'/' {
                if start < end {
                    places.push(start..end);
                }
                start = end + 1;
            }
        }
        Self { text: path.to_ascii_lowercase(), places }
    }

    fn push(&mut self, segment: &str) {
        let start = self.text.len();
        if segment.is_ascii() {
            self.text.push_str(segment);
            self.text[start..].make_ascii_lowercase();
        } else {
            self.text.push_str(&segment.to_lowercase());
        }
        self.places.push(start..self.text.len());
    }

    /// The same path without these of its segments.
    pub fn without(mut self, segments: Range<usize>) -> Self {
        let last = self.places.len();
        self.places.drain(segments.start.min(last)..segments.end.min(last));
        self
    }

    /// A segment by its place.
    pub fn get(&self, place: usize) -> Option<&str> {
        self.places.get(place).map(|place| &self.text[place.clone()])
    }

    /// Are these all of them?
    pub fn is(&self, segments: &[&str]) -> bool {
        self.places.len() == segments.len()
            && self.places.iter().zip(segments).all(|(at, one)| self.text[at.clone()] == **one)
    }

    /// All of them.
    pub fn segments(&self) -> Vec<&str> {
        self.places.iter().map(|place| &self.text[place.clone()]).collect()
    }
}

/// Most segments come as they are meant, and are not copied. `+` means itself in a path, unlike in a form.
fn percent_decode(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = match tail {
            [high, low, ..] if first == b'%' => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn segments_are_decoded_and_folded() {
        let path = Path::read("/Common/UserRealm/Jane%40Contoso.test");
        assert_eq!(path.segments(), ["common", "userrealm", "jane@contoso.test"]);
        assert_eq!((path.get(1), path.get(3)), (Some("userrealm"), None));
        assert_eq!(Path::read("//a///b/").segments(), ["a", "b"]);
        assert_eq!(Path::read("/%zz%4/%c3%84/Ä/a%2Fb").segments(), ["%zz%4", "ä", "ä", "a/b"]);
        assert!(Path::read("/").segments().is_empty());
        assert!(path.is(&["common", "userrealm", "jane@contoso.test"]) && Path::read("").is(&[]));
        assert!(!path.is(&["common", "userrealm"]) && !path.is(&["common", "userrealm", "jane"]));
    }

    #[test]
    fn a_path_can_lose_what_leads_to_a_world() {
        assert_eq!(Path::read("/w/a/Common").without(0..2).segments(), ["common"]);
        assert_eq!(Path::read("/x/w/a/Common").without(1..3).segments(), ["x", "common"]);
        assert!(Path::read("/w").without(0..2).segments().is_empty());
        assert_eq!(Path::read("/w").without(2..4).segments(), ["w"]);
    }

    proptest! {
        #[test]
        fn what_needs_no_decoding_is_read_as_if_it_did(path in "[A-Za-z0-9/._@+~-]*") {
            let encoded = format!("{path}/%61");
            let (plain, mut decoded) = (Path::read(&path), Path::read(&encoded).segments().join("/"));
            decoded.truncate(decoded.len() - usize::from(!plain.segments().is_empty()) - 1);
            prop_assert_eq!(plain.segments().join("/"), decoded);
        }

        #[test]
        fn no_path_makes_the_reader_panic(path in "\\PC*") {
            let _ = Path::read(&path).segments();
        }
    }
}
