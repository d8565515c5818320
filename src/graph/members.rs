//! What does a body say? The members of JSON objects, taken out one by one: what nobody here understands is refused by
//! its name, never passed over.

use serde_json::{Map, Value};

use super::error::Refused;
use crate::http::params::shorten;

/// What every object may carry and nobody may set: clients send back what they read.
const READ_ONLY: [&str; 5] = ["id", "createdDateTime", "modifiedDateTime", "deletedDateTime", "templateId"];

/// The JSON of a body that has to be there and to be an object.
pub fn json(content_type: Option<&str>, body: &[u8]) -> Result<Value, Refused> {
    const WRONG: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
    let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refused::bad(WRONG));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) | Err(_) => Err(Refused::bad(WRONG)),
    }
}

/// The members of one object, and which of them were asked for.
#[derive(Debug)]
pub struct Members<'v> {
    /// Where the object stands in the body: empty, or a path that ends with a dot.
    at: String,
    map: &'v Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'v> Members<'v> {
    /// The members of the whole body.
    pub fn of(body: &'v Value) -> Result<Self, Refused> {
        Self::at(body, String::new())
    }

    fn at(value: &'v Value, at: String) -> Result<Self, Refused> {
        match value {
            Value::Object(map) => Ok(Self { at, map, known: Vec::new() }),
            _ => Err(Refused::bad(format!("{} must be an object.", at.trim_end_matches('.')))),
        }
    }

    /// The full name of a member.
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}", self.at)
    }

    /// A member as it is; null counts as none.
    pub fn value(&mut self, name: &'static str) -> Option<&'v Value> {
        self.known.push(name);
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Was it sent, even as null?
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        what: &str,
        read: impl FnOnce(&'v Value) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        match self.value(name).map(read) {
            Some(None) => Err(Refused::bad(format!("{} must be {what}.", self.name(name)))),
            found => Ok(found.flatten()),
        }
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Result<Option<&'v str>, Refused> {
        self.read(name, "a text", Value::as_str)
    }

    /// True or false.
    pub fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Refused> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// A whole number.
    pub fn number(&mut self, name: &'static str) -> Result<Option<i64>, Refused> {
        self.read(name, "a whole number", Value::as_i64)
    }

    /// A list of texts; empty when there is none.
    pub fn texts(&mut self, name: &'static str) -> Result<Vec<&'v str>, Refused> {
        let all = |value: &'v Value| value.as_array()?.iter().map(Value::as_str).collect();
        Ok(self.read(name, "a list of texts", all)?.unwrap_or_default())
    }

    /// A list of objects; empty when there is none.
    pub fn objects(&mut self, name: &'static str) -> Result<Vec<Members<'v>>, Refused> {
        let list = self.read(name, "a list of objects", Value::as_array)?;
        let inner = |(index, value)| Members::at(value, format!("{}{name}[{index}].", self.at));
        list.into_iter().flatten().enumerate().map(inner).collect()
    }

    /// An object inside.
    pub fn object(&mut self, name: &'static str) -> Result<Option<Members<'v>>, Refused> {
        self.value(name).map(|value| Members::at(value, format!("{}{name}.", self.at))).transpose()
    }

    /// Members that may be there, but must say nothing: this world has no place for what they would say.
    pub fn nothing(&mut self, names: &[&'static str]) -> Result<(), Refused> {
        for name in names {
            let empty = self.value(name).is_none_or(says_nothing);
            if !empty {
                return Err(Refused::bad(format!("{} is not something this world can hold.", self.name(name))));
            }
        }
        Ok(())
    }

    /// Refuses what nobody asked for. Annotations are about the message, and read-only members are ignored, as OData
    /// has it.
    pub fn finish(self) -> Result<(), Refused> {
        let left = self.map.keys().find(|name| {
            let name = name.as_str();
            let ignored = name.contains('@') || (self.at.is_empty() && READ_ONLY.contains(&name));
            !ignored && !self.known.contains(&name)
        });
        match left {
            Some(name) => Err(Refused::bad(format!(
                "The property '{}' does not exist here, or is not something this world can hold.",
                shorten(&self.name(name))
            ))),
            None => Ok(()),
        }
    }
}

/// Null, an empty list, false, an object of such, or something switched off.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) if map.get("isEnabled") == Some(&Value::Bool(false)) => true,
        Value::Object(map) => map.iter().all(|(name, value)| name.contains('@') || says_nothing(value)),
        Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(found: Result<impl std::fmt::Debug, Refused>) -> String {
        found.unwrap_err().message().to_owned()
    }

    #[test]
    fn only_an_object_sent_as_json_is_a_body() {
        assert_eq!(json(Some("application/json; charset=utf-8"), b"{}"), Ok(json!({})));
        for (kind, body) in [
            (None, "{}"),
            (Some("text/plain"), "{}"),
            (Some("application/json"), ""),
            (Some("application/json"), "{"),
            (Some("application/json"), "[]"),
        ] {
            assert!(told(json(kind, body.as_bytes())).starts_with("Unable to read JSON"), "{kind:?} {body}");
        }
    }

    #[test]
    fn what_is_wrong_or_left_over_is_named_with_its_place() {
        let body = json!({ "a": { "b": [1], "c": "x", "d@odata.type": "y" }, "id": 5, "n": null });
        let mut members = Members::of(&body).unwrap();
        assert_eq!((members.text("n"), members.flag("z")), (Ok(None), Ok(None)));
        let mut inner = members.object("a").unwrap().unwrap();
        assert_eq!(told(inner.texts("b")), "a.b must be a list of texts.");
        assert_eq!(told(inner.number("c")), "a.c must be a whole number.");
        assert_eq!(inner.finish(), Ok(()));
        assert_eq!(members.finish(), Ok(()));
        let again = Members::of(&body).unwrap().finish();
        assert_eq!(told(again), "The property 'a' does not exist here, or is not something this world can hold.");
    }

    #[test]
    fn what_a_world_cannot_hold_may_only_be_empty() {
        let body = json!({ "a": [], "b": { "isEnabled": false, "mode": "x" }, "c": { "isEnabled": true } });
        let mut members = Members::of(&body).unwrap();
        assert_eq!(members.nothing(&["a", "b", "z"]), Ok(()));
        assert_eq!(told(members.nothing(&["c"])), "c is not something this world can hold.");
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = json(Some("application/json"), &body);
        }
    }
}
