//! Parameters as a form or a query carries them (RFC 6749, 3.1: none may come twice).

use std::borrow::Cow;

/// More parameters than any honest client sends.
const MOST: usize = 100;

/// Parameters in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

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
        let mut read: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if read.len() == MOST {
                return Err(BadParams::TooMany);
            }
            if value.contains('\0') || name.contains('\0') {
                return Err(BadParams::Nul(name.replace('\0', "")));
            }
            if !name.is_empty() && read.iter().any(|(known, _)| *known == name) {
                return Err(BadParams::Repeated(name.into_owned()));
            }
            read.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(read))
    }

    /// From pairs that are known to be fine.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect())
    }

    /// The value of a parameter; one without a value counts as absent (RFC 6749, 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Was it sent, even empty?
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
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
