//! Where in a world something is, written as in TOML: `tenants.contoso.federation."wingtip.test".protocol`.

use std::fmt;

/// A place in a world. It borrows the place above it, so that going down costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct KeyPath<'p> {
    above: Option<&'p KeyPath<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> KeyPath<'p> {
    /// The whole world.
    pub const ROOT: KeyPath<'static> = KeyPath { above: None, step: Step::Root };

    /// The value of a key of this table.
    pub fn key(&'p self, key: &'p str) -> KeyPath<'p> {
        KeyPath { above: Some(self), step: Step::Key(key) }
    }

    /// An element of this list.
    pub fn index(&'p self, index: usize) -> KeyPath<'p> {
        KeyPath { above: Some(self), step: Step::Index(index) }
    }

    /// The same place as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let above = self.above.map(KeyPath::pointer).unwrap_or_default();
        match self.step {
            Step::Root => above,
            Step::Key(key) => format!("{above}/{}", key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => format!("{above}/{index}"),
        }
    }

    /// How many steps it is from the top.
    pub fn depth(&self) -> usize {
        std::iter::successors(self.above, |path| path.above).count()
    }
}

impl fmt::Display for KeyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut steps: Vec<Step<'_>> =
            std::iter::successors(Some(self), |path| path.above).map(|path| path.step).collect();
        steps.reverse();
        for (depth, step) in steps.into_iter().enumerate() {
            match step {
                Step::Root => {}
                Step::Key(key) if depth > 1 => write!(f, ".{}", quoted(key))?,
                Step::Key(key) => f.write_str(&quoted(key))?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A key as TOML wants it: bare where it may be.
pub fn quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { text(key) }
}

/// A text as a basic string of TOML: JSON's form, with the one control character that JSON lets through.
pub fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_toml_writes_them() {
        let tenants = KeyPath::ROOT.key("tenants");
        let contoso = tenants.key("contoso");
        let domains = contoso.key("domains");
        assert_eq!(domains.index(0).to_string(), "tenants.contoso.domains[0]");
        assert_eq!(domains.index(0).depth(), 4);
        let federation = contoso.key("federation");
        assert_eq!(federation.key("a.test").to_string(), "tenants.contoso.federation.\"a.test\"");
        assert_eq!(federation.key("a/b~c").pointer(), "/tenants/contoso/federation/a~1b~0c");
        assert_eq!(
            (domains.index(0).pointer(), KeyPath::ROOT.pointer()),
            ("/tenants/contoso/domains/0".into(), String::new())
        );
        assert_eq!(KeyPath::ROOT.to_string(), "");
        assert_eq!(KeyPath::ROOT.key("a \"b\"\u{7f}\n").to_string(), r#""a \"b\"\u007f\n""#);
    }
}
