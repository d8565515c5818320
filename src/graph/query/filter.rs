//! Which objects does a filter keep? OData's comparisons, `in`, functions on texts and `any`, joined by `and`, `or` and
//! `not` (OData 4.01, URL conventions, 5.1.1).
//!
//! Differs: the real interface says of each property which of these it takes, and wants some asked for with
//! `ConsistencyLevel: eventual`. Here every property takes all. What is not understood is refused rather than passed over.

mod reading;

use std::cmp::Ordering;

use serde_json::Value;

use crate::graph::error::Refused;
use crate::http::params::shorten;
use crate::time::Timestamp;

/// A condition for objects; without one, all are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(Option<Condition>);

/// A property that an object was to have, and has not.
#[derive(Debug, PartialEq)]
pub struct Lacking<'f>(pub &'f str);

/// What has to hold.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    All(Vec<Condition>),
    Either(Vec<Condition>),
    Not(Box<Condition>),
    /// A property stands so to a value.
    Compares(Path, Comparison, Operand),
    /// A property is one of these.
    In(Path, Vec<Operand>),
    /// A property is a text that has this, in small letters.
    Text(Test, Path, String),
    /// One of a property's values is like this.
    Any(Path, Box<Condition>),
}

/// The way to a property. Without steps it is the value itself of which a condition is.
#[derive(Clone, Debug, PartialEq)]
struct Path(Vec<String>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// Where a text is looked for in another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Begins,
    Ends,
    Contains,
}

/// What a property is compared with.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Value(Value),
    /// A moment, which can be written in several ways.
    Moment(Timestamp),
}

impl Filter {
    /// Reads a filter.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let condition = reading::condition(text).ok_or_else(|| {
            Refused::bad(format!(
                "Invalid filter clause '{}': understood here are eq, ne, gt, ge, lt, le, in, startswith, endswith, contains and any, joined by and, or, not and brackets.",
                shorten(text)
            ))
        })?;
        Ok(Self(Some(condition)))
    }

    /// Does it speak of this property?
    pub fn names(&self, property: &str) -> bool {
        self.0.as_ref().is_some_and(|condition| condition.names(property))
    }

    /// Does it keep this object? A property that the object has not may be one of which nothing is known, which is null.
    pub fn keeps(&self, row: &Value, is_null: &dyn Fn(&str) -> bool) -> Result<bool, Lacking<'_>> {
        self.0.as_ref().map_or(Ok(true), |condition| condition.holds(row, is_null))
    }
}

impl Condition {
    fn names(&self, property: &str) -> bool {
        match self {
            Condition::All(several) | Condition::Either(several) => several.iter().any(|one| one.names(property)),
            Condition::Not(one) => one.names(property),
            Condition::Compares(path, ..)
            | Condition::In(path, _)
            | Condition::Text(_, path, _)
            | Condition::Any(path, _) => path.0.first().is_some_and(|first| first == property),
        }
    }

    fn holds<'f>(&'f self, row: &Value, is_null: &dyn Fn(&str) -> bool) -> Result<bool, Lacking<'f>> {
        Ok(match self {
            // Each is looked at: what no object has is refused wherever it stands.
            Condition::All(several) => several.iter().try_fold(true, |all, one| Ok(one.holds(row, is_null)? && all))?,
            Condition::Either(several) => {
                several.iter().try_fold(false, |any, one| Ok(one.holds(row, is_null)? || any))?
            }
            Condition::Not(one) => !one.holds(row, is_null)?,
            Condition::Compares(path, how, operand) => how.holds(path.of(row, is_null)?, operand),
            Condition::In(path, operands) => {
                let found = path.of(row, is_null)?;
                operands.iter().any(|operand| Comparison::Eq.holds(found, operand))
            }
            Condition::Text(test, path, wanted) => match path.of(row, is_null)? {
                Value::String(found) => test.holds(&found.to_lowercase(), wanted),
                _ => false,
            },
            Condition::Any(path, condition) => match path.of(row, is_null)? {
                Value::Array(values) => {
                    values.iter().any(|value| condition.holds(value, &|_| true).unwrap_or_default())
                }
                _ => false,
            },
        })
    }
}

impl Path {
    fn of<'v>(&self, row: &'v Value, is_null: &dyn Fn(&str) -> bool) -> Result<&'v Value, Lacking<'_>> {
        let mut found = row;
        for (depth, name) in self.0.iter().enumerate() {
            found = match found.get(name) {
                Some(value) => value,
                None if depth == 0 && !is_null(name) => return Err(Lacking(name)),
                None => &Value::Null,
            };
        }
        Ok(found)
    }
}

impl Comparison {
    fn holds(self, found: &Value, operand: &Operand) -> bool {
        let order = operand.order_of(found);
        match self {
            Comparison::Eq => order == Some(Ordering::Equal),
            Comparison::Ne => order != Some(Ordering::Equal),
            Comparison::Gt => order == Some(Ordering::Greater),
            Comparison::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Comparison::Lt => order == Some(Ordering::Less),
            Comparison::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

impl Operand {
    /// How a value stands to this; nothing for those of different kinds.
    fn order_of(&self, found: &Value) -> Option<Ordering> {
        match (found, self) {
            (Value::String(found), Operand::Moment(moment)) => Timestamp::parse(found).map(|found| found.cmp(moment)),
            (_, Operand::Moment(_)) => None,
            (Value::String(found), Operand::Value(Value::String(wanted))) => {
                Some(found.to_lowercase().cmp(&wanted.to_lowercase()))
            }
            (Value::Number(found), Operand::Value(Value::Number(wanted))) => {
                found.as_f64()?.partial_cmp(&wanted.as_f64()?)
            }
            (found, Operand::Value(wanted)) => (found == wanted).then_some(Ordering::Equal),
        }
    }
}

impl Test {
    fn holds(self, found: &str, wanted: &str) -> bool {
        match self {
            Test::Begins => found.starts_with(wanted),
            Test::Ends => found.ends_with(wanted),
            Test::Contains => found.contains(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> Value {
        json!({
            "name": "Jane's", "on": true, "n": 5, "none": null, "at": "2026-11-27T10:00:00.5Z", "id": "62e90394-69f5-4237-9190-012177145e10",
            "status": { "code": 50126, "why": "wrong" }, "tags": ["one", "two"], "places": [{ "city": "Lima" }, { "city": "Bonn" }],
        })
    }

    #[test]
    fn what_a_filter_says_of_an_object_is_true_of_it_or_not() {
        for (filter, holds) in [
            ("name eq 'JANE''S'", true),
            ("name ne 'jane''s'", false),
            ("on eq true and n eq 5", true),
            ("on eq false or n eq 5", true),
            ("on eq false or n eq 5 and name eq 'x'", false),
            ("(on eq false or n eq 5) and startswith(name,'ja')", true),
            ("not(on eq true)", false),
            ("not on eq false", true),
            ("none eq null", true),
            ("name ne null", true),
            ("n gt 4 and n ge 5 and n lt 6 and n le 5", true),
            ("n gt 5.5", false),
            ("n in (1, 5)", true),
            ("name in ('x','y')", false),
            ("at ge 2026-11-27T10:00:00Z and at lt 2026-11-28", true),
            ("at lt 2026-11-27T10:00:00Z", false),
            ("at gt 2026-11-27T11:00:00+02:00", true),
            ("at gt 'x'", false),
            ("id eq 62e90394-69f5-4237-9190-012177145e10", true),
            ("status/code eq 50126 and status/why eq 'wrong'", true),
            ("status/nothing eq null", true),
            ("endswith(name,'E''S') and contains(name,'NE')", true),
            ("contains(n,'5')", false),
            ("tags/any(t: t eq 'TWO')", true),
            ("tags/any(t:t eq 'three' or startswith(t,'on'))", true),
            ("name/any(t:t eq 'x')", false),
            ("places/any(p: p/city eq 'Bonn')", true),
            ("places/any(p: p/town eq 'Bonn')", false),
        ] {
            assert_eq!(Filter::read(filter).unwrap().keeps(&row(), &|_| false), Ok(holds), "{filter}");
        }
    }

    #[test]
    fn what_no_object_has_is_found_wherever_it_stands_and_what_is_not_known_is_null() {
        for filter in
            ["nme eq 'x'", "on eq false and nme eq 'x'", "on eq true or contains(nme,'x')", "nme/any(t: t eq 1)"]
        {
            let filter = Filter::read(filter).unwrap();
            assert_eq!(filter.keeps(&row(), &|_| false), Err(Lacking("nme")));
            assert!(filter.keeps(&row(), &|name| name == "nme").is_ok());
            assert!(filter.names("nme") && !filter.names("x"));
        }
    }
}
