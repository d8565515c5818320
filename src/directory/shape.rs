//! Does data have the shape of a world?
//!
//! The data is walked along the JSON Schema (2020-12) that is derived from the types themselves, so what `world schema`
//! prints and what `world check` accepts cannot differ. Every mistake is collected, where serde would stop at the first.
//!
//! It is derived in the tests and kept in `world/schema.json`: half a megabyte of code is not carried along to write one
//! document that is always the same.

mod forms;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::check::{KeyPath, Problem, excerpt};
use crate::config::nearest;

/// Deeper than any world goes, and shallow enough for every stack.
const DEEPEST: usize = 64;

/// As the types have it: a test compares, and writes it anew when `WRITE_SCHEMA` is set.
const SCHEMA: &str = include_str!("world/schema.json");

/// The JSON Schema of a world.
pub fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap_or_default()
}

/// Something about the shape of data that is not a world's.
#[derive(Clone, Debug)]
pub struct Misshapen {
    /// What is wrong.
    pub problem: Problem,
    /// The least that would have to go for it to be right: a JSON pointer.
    pub place: String,
    /// What would be missed then.
    pub gap: Gap,
}

/// What is missed where something misshapen is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// What was called by its key: something of that name may be spoken of elsewhere.
    Named,
    /// Nothing of that name: worlds have no such key.
    Unnamed,
}

/// Everything about the shape of this data that is not a world's.
pub fn misshapen(data: &Value) -> Vec<Misshapen> {
    let schema = schema();
    let mut walk = Walk { definitions: Definitions(&schema), found: Vec::new() };
    walk.value(data, &schema, &KeyPath::ROOT);
    walk.found
}

/// The named parts of a schema.
#[derive(Clone, Copy)]
pub(super) struct Definitions<'s>(pub(super) &'s Value);

impl<'s> Definitions<'s> {
    /// What a schema stands for, if it only points elsewhere.
    pub(super) fn resolve(self, mut schema: &'s Value) -> &'s Value {
        // A schema that points at itself would never end; ours are one step long.
        for _ in 0..8 {
            let name = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            match name.and_then(|name| self.0.get("$defs")?.get(name)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The alternatives of a schema, if it has any.
    pub(super) fn alternatives(self, schema: &'s Value) -> Option<impl Iterator<Item = &'s Value> + Clone> {
        let list = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        Some(list.iter().map(move |option| self.resolve(option)))
    }

    /// The words it can be, if it can only be one of some words.
    fn words(self, schema: &'s Value) -> Option<Vec<&'s str>> {
        if let Some(word) = schema.get("const") {
            return word.as_str().map(|word| vec![word]);
        }
        if let Some(list) = schema.get("enum").and_then(Value::as_array) {
            return list.iter().map(Value::as_str).collect();
        }
        let mut words = Vec::new();
        for option in self.alternatives(schema)? {
            words.push(option.get("const")?.as_str()?);
        }
        Some(words)
    }
}

struct Walk<'s> {
    definitions: Definitions<'s>,
    found: Vec<Misshapen>,
}

impl<'s> Walk<'s> {
    fn say(&mut self, at: &KeyPath<'_>, message: impl Into<String>) {
        self.found.push(Misshapen { problem: Problem::new(at, message), place: at.pointer(), gap: Gap::Named });
    }

    fn value(&mut self, value: &Value, schema: &'s Value, at: &KeyPath<'_>) {
        if at.depth() > DEEPEST {
            return self.say(at, "nested too deeply");
        }
        let schema = self.definitions.resolve(schema);
        if let Some(words) = self.definitions.words(schema) {
            return self.word(value, &words, at);
        }
        if let Some(options) = self.definitions.alternatives(schema) {
            return self.one_of(value, options, at);
        }
        if !forms::has_type(value, schema) {
            let expected = forms::types(schema).map(forms::type_name).collect::<Vec<_>>().join(" or ");
            return self.say(at, format!("expected {expected}, found {}", forms::kind(value)));
        }
        if let Some(complaint) = forms::complaint(value, schema) {
            self.say(at, complaint);
        }
        match value {
            Value::Object(table) => self.table(table, schema, at),
            Value::Array(list) => {
                let Some(items) = schema.get("items") else { return };
                for (index, item) in list.iter().enumerate() {
                    self.value(item, items, &at.index(index));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn word(&mut self, value: &Value, words: &[&str], at: &KeyPath<'_>) {
        let Some(word) = value.as_str() else {
            let message = format!("expected one of {}, found {}", list(words), forms::kind(value));
            return self.say(at, message);
        };
        if !words.contains(&word) {
            let hint = meant(word, words.iter().copied()).unwrap_or_else(|| format!(": it is one of {}", list(words)));
            self.say(at, format!("`{}` is not known{hint}", excerpt(word)));
        }
    }

    /// The first alternative without a mistake settles it; otherwise the one of the right type tells what is wrong.
    fn one_of(&mut self, value: &Value, options: impl Iterator<Item = &'s Value> + Clone, at: &KeyPath<'_>) {
        let mut best: Option<Vec<Misshapen>> = None;
        for option in options.clone().filter(|option| forms::has_type(value, option)) {
            let mut attempt = Walk { definitions: self.definitions, found: Vec::new() };
            attempt.value(value, option, at);
            if attempt.found.is_empty() {
                return;
            }
            best.get_or_insert(attempt.found);
        }
        if let Some(found) = best {
            return self.found.extend(found);
        }
        let types = options.flat_map(forms::types).filter(|name| *name != "null").map(forms::type_name);
        let expected = types.collect::<Vec<_>>().join(" or ");
        self.say(at, format!("expected {expected}, found {}", forms::kind(value)));
    }

    fn table(&mut self, table: &Map<String, Value>, schema: &'s Value, at: &KeyPath<'_>) {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for (key, value) in table {
            let place = at.key(key);
            if let Some(words) = schema.get("propertyNames").and_then(|names| self.definitions.words(names)) {
                self.word(&Value::from(key.as_str()), &words, &place);
            }
            match (known.and_then(|known| known.get(key)), others) {
                (Some(schema), _) => self.value(value, schema, &place),
                (None, Some(Value::Bool(false))) => {
                    let keys = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
                    let hint = meant(key, keys).unwrap_or_default();
                    let problem = Problem::new(place, format!("unknown key `{}`{hint}", excerpt(key)));
                    self.found.push(Misshapen { problem, place: place.pointer(), gap: Gap::Unnamed });
                }
                (None, Some(schema)) => self.value(value, schema, &place),
                (None, None) => {}
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for key in required.filter_map(Value::as_str).filter(|key| !table.contains_key(*key)) {
            let problem = Problem::new(at.key(key), "is missing");
            self.found.push(Misshapen { problem, place: at.pointer(), gap: Gap::Named });
        }
    }
}

/// A guess at the right word, as the end of a complaint.
fn meant<'a>(word: &str, right: impl Iterator<Item = &'a str>) -> Option<String> {
    // Comparing costs the product of both lengths.
    let short = word.len() <= 64;
    short.then(|| nearest(word, right)).flatten().map(|right| format!(", did you mean `{right}`?"))
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
