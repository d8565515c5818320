//! One value against the part of a schema that says what a single value looks like: type, format, pattern, range.

use serde_json::Value;

use crate::id::ObjectId;
use crate::time::{Span, Timestamp};

/// The types a schema allows; none when it allows all.
pub(super) fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let list = match schema.get("type") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
        None => &[],
    };
    list.iter().filter_map(Value::as_str)
}

/// Is this value of a type the schema allows?
pub(super) fn has_type(value: &Value, schema: &Value) -> bool {
    let is = |name: &str| match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    };
    types(schema).next().is_none() || types(schema).any(is)
}

/// A type of a schema, in words.
pub(super) fn type_name(name: &str) -> &str {
    match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a table",
        "null" => "nothing",
        other => other,
    }
}

/// What a value is, in the same words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
        Value::Null => "nothing",
    }
}

/// What keeps a value of the right type from being right.
pub(super) fn complaint(value: &Value, schema: &Value) -> Option<String> {
    match value {
        Value::String(text) => text_complaint(text, schema).map(str::to_owned),
        Value::Number(_) => range_complaint(value, schema),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

// What was found is not quoted: it may be a secret that slipped into the wrong place.
fn text_complaint(text: &str, schema: &Value) -> Option<&'static str> {
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") if ObjectId::parse(text).is_none() => {
            return Some("not a UUID such as `364526c4-eb11-4985-917d-37d04d230685`");
        }
        Some("date-time") if Timestamp::parse(text).is_none() => {
            return Some("not a moment such as `2028-01-01T00:00:00Z`");
        }
        Some(_) | None => {}
    }
    // Patterns would need an engine of their own; the only one there is belongs to spans.
    if schema.get("pattern").is_some() && Span::parse(text).is_none() {
        return Some("not a length of time such as `90s`, `15m`, `1h` or `14d`");
    }
    None
}

fn range_complaint(value: &Value, schema: &Value) -> Option<String> {
    let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))?;
    let bound = |key: &str| schema.get(key)?.as_i64().map(i128::from);
    let (low, high) = match schema.get("format").and_then(Value::as_str) {
        Some("uint8") => (0, i128::from(u8::MAX)),
        Some("uint16") => (0, i128::from(u16::MAX)),
        Some("uint32") => (0, i128::from(u32::MAX)),
        Some("uint" | "uint64") => (0, i128::from(u64::MAX)),
        Some("int32") => (i128::from(i32::MIN), i128::from(i32::MAX)),
        Some(_) | None => (i128::from(i64::MIN), i128::from(u64::MAX)),
    };
    let (low, high) = (bound("minimum").unwrap_or(low).max(low), bound("maximum").unwrap_or(high).min(high));
    (number < low || number > high).then(|| format!("{number} is not between {low} and {high}"))
}
