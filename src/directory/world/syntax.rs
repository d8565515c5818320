//! From text to data: TOML 1.0 and JSON (RFC 8259), with a place for each mistake.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::directory::check::{KeyPath, Problem};

/// Deeper than any world goes, and shallow enough for every stack.
const DEEPEST: usize = 64;

/// Reads JSON. A key given twice is a mistake.
pub(super) fn json(text: &str) -> Result<Value, Vec<Problem>> {
    let read: Result<Unambiguous, _> = serde_json::from_str(text);
    read.map(|Unambiguous(value)| value).map_err(|error| vec![Problem::new("", error.to_string())])
}

/// Reads TOML, going on after a mistake to find the others.
pub(super) fn toml(text: &str) -> Result<Value, Vec<Problem>> {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut problems: Vec<Problem> = errors.iter().map(|error| mistake(text, error)).collect();
    let value = object(table.get_ref(), &KeyPath::ROOT, &mut problems);
    if problems.is_empty() { Ok(value) } else { Err(problems) }
}

/// A syntax error with its line and column.
fn mistake(text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Problem::new("", format!("line {line}, column {column}: {}", error.message()))
}

fn object(table: &DeTable<'_>, at: &KeyPath<'_>, problems: &mut Vec<Problem>) -> Value {
    if at.depth() > DEEPEST {
        problems.push(Problem::new(at, "nested too deeply"));
        return Value::Null;
    }
    let mut map = Map::new();
    for (key, item) in table {
        let key: &str = key.get_ref();
        map.insert(key.to_owned(), data(item, &at.key(key), problems));
    }
    Value::Object(map)
}

fn data(item: &Spanned<DeValue<'_>>, at: &KeyPath<'_>, problems: &mut Vec<Problem>) -> Value {
    let number = |found: Option<Number>, problems: &mut Vec<Problem>| {
        if found.is_none() {
            problems.push(Problem::new(at, "a number that is too large"));
        }
        found.map_or(Value::Null, Value::Number)
    };
    match item.get_ref() {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(truth) => Value::from(*truth),
        // A moment need not be quoted in TOML; in data it is text.
        DeValue::Datetime(moment) => Value::from(moment.to_string()),
        DeValue::Integer(digits) => number(integer(digits), problems),
        DeValue::Float(digits) => number(digits.as_str().parse().ok().and_then(Number::from_f64), problems),
        DeValue::Table(table) => object(table, at, problems),
        DeValue::Array(items) => {
            if at.depth() > DEEPEST {
                problems.push(Problem::new(at, "nested too deeply"));
                return Value::Null;
            }
            let each = |(index, item)| data(item, &at.index(index), problems);
            Value::Array(items.iter().enumerate().map(each).collect())
        }
    }
}

fn integer(digits: &DeInteger<'_>) -> Option<Number> {
    let (text, radix) = (digits.as_str(), digits.radix());
    let signed = i64::from_str_radix(text, radix).map(Number::from);
    signed.or_else(|_| u64::from_str_radix(text, radix).map(Number::from)).ok()
}

/// JSON in which no object says the same key twice.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Anything).map(Unambiguous)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::from(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Unambiguous(item))) = entries.next_entry::<String, _>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            map.insert(key, item);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_languages_say_the_same() {
        let data = json!({ "a": { "b.c": [1, -2, 3.5, true, "x"] }, "seed": 18_446_744_073_709_551_615_u64 });
        let written = "seed = 18446744073709551615\n[a]\n\"b.c\" = [1, -2, 3.5, true, \"x\"]";
        assert_eq!(toml(written).unwrap(), data);
        assert_eq!(json(&data.to_string()).unwrap(), data);
    }

    #[test]
    fn a_moment_need_not_be_quoted() {
        assert_eq!(toml("ends = 2028-01-01T00:00:00Z").unwrap(), json!({ "ends": "2028-01-01T00:00:00Z" }));
    }

    #[test]
    fn every_syntax_error_has_its_line_and_column() {
        let messages: Vec<String> =
            toml("a = \nb = 1\nc = [\"é\" 2]\nb = 3\n").unwrap_err().iter().map(Problem::to_string).collect();
        assert!(messages.len() >= 3, "{messages:?}");
        assert!(messages[0].starts_with("line 1, column 5: "), "{messages:?}");
        assert!(
            messages.iter().any(|m| m.starts_with("line 4, column 1: ") && m.contains("duplicate")),
            "{messages:?}"
        );
        assert!(json("{\n  \"a\": ]").unwrap_err()[0].message.contains("line 2 column 8"));
        assert!(json("{\"a\": {\"b\": 1, \"b\": 2}}").unwrap_err()[0].message.contains("duplicate key `b`"));
    }

    #[test]
    fn depth_is_a_mistake_and_no_danger() {
        for text in [
            format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(100_000)),
            format!("[{}a]", "a.".repeat(100_000)),
            format!("a = {}1{}", "[".repeat(70), "]".repeat(70)),
            format!("{}a = 1", "a.".repeat(70)),
        ] {
            assert!(toml(&text).is_err());
        }
        assert!(json(&format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))).is_err());
        assert!(json(&"{\"a\":".repeat(100_000)).is_err());
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        for text in ["x = 99999999999999999999", "x = inf", "x = nan"] {
            assert_eq!(toml(text).unwrap_err()[0].path, "x", "{text}");
        }
    }
}
