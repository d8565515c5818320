//! What does a filter say? A reader for each thing that can stand in one; nothing for what cannot.

use serde_json::Value;
use uuid::Uuid;

use super::{Comparison, Condition, Operand, Path, Test};
use crate::time::Timestamp;

/// How deep conditions can stand in each other, far above what anybody writes.
const DEEPEST: usize = 20;

/// The condition that a text is, all of it.
pub(super) fn condition(text: &str) -> Option<Condition> {
    let mut reader = Reader { rest: text, depth: 0, variable: None };
    let condition = reader.either()?;
    reader.rest.trim_start().is_empty().then_some(condition)
}

/// What is left of a text.
struct Reader<'t> {
    rest: &'t str,
    depth: usize,
    /// What a value is called inside of `any`.
    variable: Option<&'t str>,
}

impl<'t> Reader<'t> {
    fn either(&mut self) -> Option<Condition> {
        self.several("or", Self::all, Condition::Either)
    }

    fn all(&mut self) -> Option<Condition> {
        self.several("and", Self::single, Condition::All)
    }

    fn several(
        &mut self,
        joint: &str,
        one: fn(&mut Self) -> Option<Condition>,
        joined: fn(Vec<Condition>) -> Condition,
    ) -> Option<Condition> {
        let first = one(self)?;
        let mut all = vec![first];
        while self.takes_word(joint) {
            all.push(one(self)?);
        }
        if all.len() == 1 { all.pop() } else { Some(joined(all)) }
    }

    /// Without `and` or `or`, but in brackets.
    fn single(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let condition = if self.takes_word("not") {
            Condition::Not(Box::new(self.single()?))
        } else if self.takes('(') {
            let inside = self.either()?;
            self.must_take(')')?;
            inside
        } else {
            self.about_property()?
        };
        self.depth -= 1;
        Some(condition)
    }

    fn about_property(&mut self) -> Option<Condition> {
        let word = self.word(is_of_path)?;
        if self.takes('(') {
            return match word {
                "startswith" => self.text(Test::Begins),
                "endswith" => self.text(Test::Ends),
                "contains" => self.text(Test::Contains),
                _ => self.any(word.strip_suffix("/any")?),
            };
        }
        let path = self.path(word)?;
        if self.takes_word("in") {
            return Some(Condition::In(path, self.operands()?));
        }
        let how = match self.word(|c| c.is_ascii_lowercase())? {
            "eq" => Comparison::Eq,
            "ne" => Comparison::Ne,
            "gt" => Comparison::Gt,
            "ge" => Comparison::Ge,
            "lt" => Comparison::Lt,
            "le" => Comparison::Le,
            _ => return None,
        };
        Some(Condition::Compares(path, how, self.operand()?))
    }

    /// Behind the bracket of a function on texts.
    fn text(&mut self, test: Test) -> Option<Condition> {
        let word = self.word(is_of_path)?;
        let path = self.path(word)?;
        self.must_take(',')?;
        let wanted = self.quoted()?;
        self.must_take(')')?;
        Some(Condition::Text(test, path, wanted.to_lowercase()))
    }

    /// Behind the bracket of `any`, in which another one has no place.
    fn any(&mut self, name: &str) -> Option<Condition> {
        if self.variable.is_some() {
            return None;
        }
        let path = self.path(name)?;
        let variable = self.word(|c| c.is_ascii_alphanumeric() || c == '_')?;
        self.must_take(':')?;
        self.variable = Some(variable);
        let inside = self.either()?;
        self.variable = None;
        self.must_take(')')?;
        Some(Condition::Any(path, Box::new(inside)))
    }

    fn path(&self, word: &str) -> Option<Path> {
        let mut steps: Vec<String> = word.split('/').map(str::to_owned).collect();
        if let Some(variable) = self.variable
            && steps.remove(0) != variable
        {
            return None;
        }
        steps.iter().all(|step| !step.is_empty()).then_some(Path(steps))
    }

    fn operands(&mut self) -> Option<Vec<Operand>> {
        self.must_take('(')?;
        let mut all = vec![self.operand()?];
        while self.takes(',') {
            all.push(self.operand()?);
        }
        self.must_take(')')?;
        Some(all)
    }

    fn operand(&mut self) -> Option<Operand> {
        if self.rest.trim_start().starts_with('\'') {
            return self.quoted().map(|text| Operand::Value(text.into()));
        }
        let word = self.word(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | ',' | '\''))?;
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            // An id stands without quotes, too.
            _ if Uuid::try_parse(word).is_ok() => word.into(),
            _ => match moment(word) {
                Some(moment) => return Some(Operand::Moment(moment)),
                None => Value::Number(serde_json::from_str(word).ok()?),
            },
        };
        Some(Operand::Value(value))
    }

    /// A text in quotes. One inside is written twice.
    fn quoted(&mut self) -> Option<String> {
        self.must_take('\'')?;
        let mut found = String::new();
        loop {
            let (before, after) = self.rest.split_once('\'')?;
            found.push_str(before);
            self.rest = after;
            match after.strip_prefix('\'') {
                Some(more) => {
                    found.push('\'');
                    self.rest = more;
                }
                None => return Some(found),
            }
        }
    }

    /// What is made of such letters, and is not nothing.
    fn word(&mut self, of: impl Fn(char) -> bool) -> Option<&'t str> {
        let text = self.rest.trim_start();
        let (word, rest) = text.split_at(text.find(|c| !of(c)).unwrap_or(text.len()));
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Does this word come next, alone?
    fn takes_word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '('));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn takes(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn must_take(&mut self, sign: char) -> Option<()> {
        self.takes(sign).then_some(())
    }
}

fn is_of_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/')
}

/// A moment, or the beginning of a day.
fn moment(word: &str) -> Option<Timestamp> {
    Timestamp::parse(word).or_else(|| Timestamp::parse(&format!("{word}T00:00:00Z")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_filter_is_none() {
        for text in [
            "",
            "id",
            "id eq",
            "id eq x",
            "id eq 'x",
            "id is 'x'",
            "id eq 'x' and",
            "id eq 'x' xor id eq 'y'",
            "id eq 'x' id eq 'y'",
            "(id eq 'x'",
            "id eq 'x')",
            "not",
            "id in ()",
            "id in ('x'",
            "id in 'x'",
            "a(b) eq 'x'",
            "startswith(id)",
            "startswith(id,5)",
            "startswith(id,'x'",
            "id/any(",
            "id/any(x: y eq 'x')",
            "id/any(x: x eq 'x'",
            "id/any(x: x/any(y: y eq 'x'))",
            "/any(x: x eq 'x')",
            "id/all(x: x eq 'x')",
            "id/ eq 'x'",
        ] {
            assert_eq!(condition(text), None, "{text}");
        }
        let deep = |depth: usize| format!("{}id eq 1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(condition(&deep(DEEPEST - 1)).is_some() && condition(&deep(10_000)).is_none());
        assert!(condition(&format!("{}id eq 1", "id eq 1 or ".repeat(10_000))).is_some(), "long is not deep");
    }

    proptest! {
        #[test]
        fn no_filter_makes_the_reader_panic(
            text in "\\PC{0,60}",
            tail in "('|eq|and|or|not|in|any| |x|\\(|\\)|:|/|,|5){0,20}",
        ) {
            let _ = condition(&text);
            let _ = condition(&tail);
            let _ = condition(&format!("id eq '{tail}"));
        }
    }
}
