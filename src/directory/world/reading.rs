//! From the text of a world file, TOML or JSON, to a [`World`], or to every mistake in it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::World;
use super::syntax;
use crate::directory::check::{KeyPath, Problem};
use crate::directory::shape;
use crate::id::Upn;

/// Reads a world file. What begins with `{` is JSON, anything else TOML.
pub fn read(text: &str) -> Result<World, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = text.trim_start().starts_with('{');
    from_value(if json { syntax::json(text)? } else { syntax::toml(text)? })
}

/// Reads a world from data, as the control API receives it.
pub fn from_value(value: Value) -> Result<World, Vec<Problem>> {
    let mut problems = shape::problems(&value);
    same_name_twice(&value, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_json::from_value(value).map_err(|error| vec![Problem::new("", error.to_string())])
}

/// The JSON Schema of a world file.
pub fn schema() -> Value {
    shape::schema()
}

/// Changes `target` as a JSON merge patch says (RFC 7396).
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, change) in patch {
        if change.is_null() {
            target.shift_remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), change);
        }
    }
}

/// User names are read without regard to case: two spellings of one would silently become one account.
fn same_name_twice(value: &Value, problems: &mut Vec<Problem>) {
    let root = KeyPath::ROOT;
    names(value.get("users"), &root.key("users"), problems);
    for (kind, key) in [("providers", "users"), ("tenants", "guests")] {
        let top = root.key(kind);
        for (handle, inner) in value.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let at = top.key(handle);
            names(inner.get(key), &at.key(key), problems);
        }
    }
}

fn names(accounts: Option<&Value>, at: &KeyPath<'_>, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for upn in accounts.and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        if !seen.insert(Upn::new(upn)) {
            problems.push(Problem::new(at.key(upn), "this user name stands here twice, in another case"));
        }
    }
}
