//! Parameters as a form or a query carries them (RFC 6749, 3.1: none may come twice).

use std::ops::Range;
use std::rc::Rc;

/// More parameters than any honest client sends.
const MOST: usize = 100;

/// Parameters in the order they came. Copies share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Rc<Read>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Read {
    /// Names and values, decoded, one behind the other.
    text: String,
    /// Where in the text they lie.
    places: Vec<(Range<usize>, Range<usize>)>,
}

/// Why parameters could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadParams {
    /// This one came twice.
    Repeated(String),
    /// There are too many.
    TooMany,
    /// A value holds a NUL byte.
    Nul(String),
}

impl Params {
    /// Reads `a=b&c=d`.
    pub fn parse(text: &[u8]) -> Result<Self, BadParams> {
        let mut read = Read { text: String::with_capacity(text.len()), places: Vec::with_capacity(8) };
        for (name, value) in url::form_urlencoded::parse(text) {
            if read.places.len() == MOST {
                return Err(BadParams::TooMany);
            }
            if value.contains('\0') || name.contains('\0') {
                return Err(BadParams::Nul(name.replace('\0', "")));
            }
            if !name.is_empty() && read.get(&name).is_some() {
                return Err(BadParams::Repeated(name.into_owned()));
            }
            read.push(&name, &value);
        }
        Ok(Self(Rc::new(read)))
    }

    /// Those that came once: what is told to whoever sent others twice.
    pub fn sent_once(text: &[u8]) -> Self {
        let pairs: Vec<_> = url::form_urlencoded::parse(text).take(MOST).collect();
        let mut read = Read::default();
        for (name, value) in &pairs {
            if !value.contains('\0') && pairs.iter().filter(|(known, _)| known == name).count() == 1 {
                read.push(name, value);
            }
        }
        Self(Rc::new(read))
    }

    /// From pairs that are known to be fine.
    #[cfg(test)]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut read = Read::default();
        pairs.into_iter().for_each(|(name, value)| read.push(name, value));
        Self(Rc::new(read))
    }

    /// The value of a parameter; one without a value counts as absent (RFC 6749, 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).filter(|value| !value.is_empty())
    }

    /// Was it sent, even empty?
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter()
    }
}

impl Read {
    fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.places.push((start..middle, middle..self.text.len()));
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.places.iter().map(|(name, value)| (&self.text[name.clone()], &self.text[value.clone()]))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl BadParams {
    /// The parameter's name, where one is to blame.
    pub fn name(&self) -> Option<&str> {
        match self {
            BadParams::Repeated(name) | BadParams::Nul(name) => Some(name),
            BadParams::TooMany => None,
        }
    }

    /// The sentence for the caller.
    pub fn text(&self) -> String {
        match self {
            BadParams::Repeated(name) => format!("The parameter '{}' is repeated.", shorten(name)),
            BadParams::TooMany => format!("The request has more than {MOST} parameters."),
            BadParams::Nul(name) => format!("The parameter '{}' holds a NUL character.", shorten(name)),
        }
    }
}

/// So many letters of a stranger's value are repeated to anybody.
pub const SHORTENED: usize = 100;

/// A stranger's words, fit to be repeated to them: short and without control characters.
pub fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHORTENED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_parameter_sent_twice_is_refused_by_name() {
        assert_eq!(Params::parse(b"a=1&b=2&a=3"), Err(BadParams::Repeated("a".into())));
        assert_eq!(Params::parse(b"a=1%00"), Err(BadParams::Nul("a".into())));
        let many = (0..101).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(Params::parse(many.as_bytes()), Err(BadParams::TooMany));
    }

    #[test]
    fn of_those_that_came_twice_none_is_left() {
        let params = Params::sent_once(b"a=1&b=2&a=3&c=%00");
        assert_eq!(params.iter().collect::<Vec<_>>(), [("b", "2")]);
    }

    #[test]
    fn an_empty_parameter_counts_as_absent_but_was_sent() {
        let params = Params::parse(b"a=&b=x+y%26").unwrap();
        assert_eq!((params.get("a"), params.has("a"), params.get("b")), (None, true, Some("x y&")));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(params) = Params::parse(&bytes) {
                prop_assert!(params.iter().count() <= MOST);
            }
        }
    }
}
