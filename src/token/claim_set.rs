//! What does a token that is being written say? Claims in the order they were put (RFC 7519, 4).

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The claims of one token. Nearly all names are the program's own, which are not copied, and there are few enough to be
/// looked through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimSet(Vec<(Cow<'static, str>, Value)>);

impl ClaimSet {
    /// None yet, and room for so many.
    pub fn with_capacity(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    /// Says this, in place of what was said by the name before.
    pub fn insert(&mut self, name: Cow<'static, str>, value: Value) {
        match self.get_mut(&name) {
            Some(said) => *said = value,
            None => self.0.push((name, value)),
        }
    }

    /// What is said by a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Is anything said by a name?
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl Serialize for ClaimSet {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl From<ClaimSet> for Map<String, Value> {
    fn from(set: ClaimSet) -> Self {
        set.0.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_stands_where_it_was_said_first() {
        let mut claims = ClaimSet::default();
        for (name, value) in [("b", 1), ("a", 2), ("b", 3)] {
            claims.insert(name.into(), value.into());
        }
        assert_eq!(serde_json::to_string(&claims).unwrap(), r#"{"b":3,"a":2}"#);
        assert_eq!((claims.get("b"), claims.get("c")), (Some(&Value::from(3)), None));
        assert_eq!(serde_json::to_string(&Map::from(claims)).unwrap(), r#"{"b":3,"a":2}"#);
    }
}
