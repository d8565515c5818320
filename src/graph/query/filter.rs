//! Which objects does a filter keep? OData's `eq` and `any`, joined with `and`.
//!
//! Differs: the real interface takes more; what is not understood here is refused rather than passed over.

use serde_json::Value;

use crate::graph::error::Refused;
use crate::http::params::shorten;

/// Conditions that all have to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter(Vec<Clause>);

/// A property that an object was to have, and has not.
pub struct Lacking<'f>(pub &'f str);

impl Filter {
    /// Reads `property eq value` and `property/any(x: x eq value)`, several of them joined with `and`.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let wrong = || {
            Refused::bad(format!(
                "Invalid filter clause '{}': understood here is only \"property eq value\" and \"property/any(x: x eq value)\", joined with \"and\".",
                shorten(text)
            ))
        };
        let mut clauses = Vec::new();
        let mut rest = text.trim();
        loop {
            let (clause, after) = any(rest).or_else(|| is(rest)).ok_or_else(wrong)?;
            clauses.push(clause);
            rest = after.trim();
            if rest.is_empty() {
                return Ok(Self(clauses));
            }
            rest = rest.strip_prefix("and ").ok_or_else(wrong)?.trim_start();
        }
    }

    /// Does it speak of this property?
    pub fn names(&self, property: &str) -> bool {
        self.0.iter().any(|clause| clause.property() == property)
    }

    /// Does it keep this object?
    pub fn keeps(&self, row: &Value) -> Result<bool, Lacking<'_>> {
        for clause in &self.0 {
            let found = row.get(clause.property()).ok_or(Lacking(clause.property()))?;
            if !clause.holds(found) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// One condition of a filter.
#[derive(Clone, Debug, PartialEq)]
enum Clause {
    /// The property equals this.
    Is(String, Value),
    /// One of the property's values equals this.
    Any(String, Value),
}

impl Clause {
    fn property(&self) -> &str {
        match self {
            Clause::Is(name, _) | Clause::Any(name, _) => name,
        }
    }

    fn holds(&self, found: &Value) -> bool {
        match self {
            Clause::Is(_, wanted) => same(found, wanted),
            Clause::Any(_, wanted) => found.as_array().is_some_and(|all| all.iter().any(|one| same(one, wanted))),
        }
    }
}

fn same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) => found.to_lowercase() == wanted.to_lowercase(),
        (found, wanted) => found == wanted,
    }
}

/// A clause about a property in front of a text, and what follows it.
fn is(text: &str) -> Option<(Clause, &str)> {
    let (name, value, rest) = comparison(text)?;
    Some((Clause::Is(name.to_owned(), value), rest))
}

/// A clause about one of a property's values in front of a text, and what follows it.
fn any(text: &str) -> Option<(Clause, &str)> {
    let (name, rest) = text.split_once("/any(")?;
    let (variable, rest) = rest.split_once(':')?;
    let (compared, value, rest) = comparison(rest.trim_start())?;
    let rest = rest.trim_start().strip_prefix(')')?;
    let sound = is_name(name) && compared == variable.trim();
    sound.then(|| (Clause::Any(name.to_owned(), value), rest))
}

fn comparison(text: &str) -> Option<(&str, Value, &str)> {
    let (name, after) = text.split_once(' ')?;
    let (value, rest) = literal(after.trim_start().strip_prefix("eq ")?.trim_start())?;
    is_name(name).then_some((name, value, rest))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// A literal in front of a text, and what follows it. A quote inside quotes is written twice.
fn literal(text: &str) -> Option<(Value, &str)> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return None,
        };
        return Some((value, rest));
    };
    let mut found = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        found.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                found.push('\'');
                rest = more;
            }
            None => return Some((found.into(), after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_filter_makes_the_reader_panic(text in "\\PC{0,60}", tail in "('|eq|and| |x){0,12}") {
            let _ = Filter::read(&text);
            let _ = Filter::read(&format!("id eq '{tail}"));
        }
    }
}
