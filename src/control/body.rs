//! What did a caller send? JSON bodies and query parameters, read strictly: a misspelt name is a mistake, not nothing.

use serde_json::{Map, Value};

use super::error::{Mistake, Refused};
use crate::config::nearest;
use crate::http::params::{Params, shorten};

/// The media type of an ordinary body.
pub const JSON: &str = "application/json";
/// The media type of a patch (RFC 7396), which may also come as ordinary JSON.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// The JSON of a body; nothing when the body is empty. `others` are media types taken besides `application/json`.
///
/// A page of another site can send forms and plain text without being asked; it cannot send JSON.
pub fn json(content_type: Option<&str>, body: &[u8], others: &[&str]) -> Result<Option<Value>, Refused> {
    if body.is_empty() {
        return Ok(None);
    }
    let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(JSON) && !others.iter().any(|other| kind.eq_ignore_ascii_case(other)) {
        return Err(Refused::WrongMediaType(JSON));
    }
    let unreadable = |error: serde_json::Error| Refused::unreadable(format!("The body is not JSON: {error}."));
    serde_json::from_slice(body).map(Some).map_err(unreadable)
}

/// The same, where a body has to be.
pub fn json_needed(content_type: Option<&str>, body: &[u8], others: &[&str]) -> Result<Value, Refused> {
    json(content_type, body, others)?.ok_or_else(|| Refused::unreadable("This call needs a JSON body."))
}

/// The members of a small body, taken out one by one; what is wrong with them is collected.
#[derive(Debug)]
pub struct Members {
    left: Map<String, Value>,
    mistakes: Vec<Mistake>,
}

impl Members {
    /// The members of an object that may have only these; of nothing, none.
    pub fn of(body: Option<Value>, known: &[&str]) -> Self {
        let (left, mut mistakes) = match body {
            None => (Map::new(), Vec::new()),
            Some(Value::Object(members)) => (members, Vec::new()),
            Some(_) => (Map::new(), vec![Mistake::new("", "The body must be a JSON object.")]),
        };
        let unknown = left.keys().filter(|name| !known.contains(&name.as_str()));
        mistakes.extend(unknown.map(|name| Mistake::new(shorten(name), unknown_name(name, known))));
        Self { left, mistakes }
    }

    /// A member as it is.
    pub fn value(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// Is it not there, or null?
    pub fn lacks(&self, name: &str) -> bool {
        self.left.get(name).is_none_or(Value::is_null)
    }

    /// A member read by `read`, or else a mistake: it is not `what`.
    pub fn read<T>(&mut self, name: &str, what: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.value(name)?;
        let found = read(&value);
        if found.is_none() {
            self.mistakes.push(Mistake::new(name, format!("This must be {what}.")));
        }
        found
    }

    /// The same, where it has to be.
    pub fn needed<T>(&mut self, name: &str, what: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        if self.lacks(name) {
            self.mistake(name, format!("This is needed: {what}."));
            return None;
        }
        self.read(name, what, read)
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// One more mistake.
    pub fn mistake(&mut self, name: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(name, message));
    }

    /// What was made of the members, if nothing was wrong with them.
    pub fn finish<T>(self, made: T) -> Result<T, Refused> {
        if self.mistakes.is_empty() { Ok(made) } else { Err(Refused::Invalid(self.mistakes)) }
    }
}

/// Refuses query parameters that the call does not know, and those that say nothing: who leaves the value out of a filter by
/// mistake does not mean everybody.
pub fn only(params: &Params, known: &[&str]) -> Result<(), Refused> {
    for (name, value) in params.iter() {
        if !known.contains(&name) {
            return Err(Refused::unreadable_at(shorten(name), unknown_name(name, known)));
        }
        if value.is_empty() {
            let text = format!("'{name}' is empty: give it a value, or leave it out.");
            return Err(Refused::unreadable_at(name, text));
        }
    }
    Ok(())
}

/// A whole number of the query; one that is larger than the most counts as the most.
pub fn number(params: &Params, name: &str, usually: u64, most: u64) -> Result<u64, Refused> {
    let Some(text) = params.get(name) else { return Ok(usually) };
    let wrong = || Refused::unreadable_at(name, format!("'{name}' must be a whole number, 0 or more."));
    text.parse::<u64>().map(|number| number.min(most)).map_err(|_| wrong())
}

/// Nobody and nothing goes by this name; perhaps by that.
pub fn nobody<'n>(what: &str, name: &str, right: impl IntoIterator<Item = &'n str>) -> String {
    match nearest(name, right) {
        Some(right) => format!("There is no {what} '{}'; did you mean '{right}'?", shorten(name)),
        None => format!("There is no {what} '{}'.", shorten(name)),
    }
}

fn unknown_name(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(right) => format!("There is no '{}' here; did you mean '{right}'?", shorten(name)),
        None if known.is_empty() => format!("There is no '{}' here.", shorten(name)),
        None => format!("There is no '{}' here; there is: {}.", shorten(name), known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn only_json_is_taken_and_only_as_json() {
        assert_eq!(json(Some("application/json; charset=utf-8"), b"{}", &[]), Ok(Some(json!({}))));
        assert_eq!(json(Some(MERGE_PATCH), b"{}", &[MERGE_PATCH]), Ok(Some(json!({}))));
        assert_eq!(json(None, b"", &[]), Ok(None));
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some(MERGE_PATCH), Some("")] {
            assert_eq!(json(kind, b"{}", &[]), Err(Refused::WrongMediaType(JSON)), "{kind:?}");
        }
        assert!(matches!(json(Some(JSON), b"{", &[]), Err(Refused::Unreadable { .. })));
        assert!(matches!(json_needed(Some(JSON), b"", &[]), Err(Refused::Unreadable { .. })));
    }

    #[test]
    fn all_mistakes_are_told_at_once_with_the_nearest_right_name() {
        let mut members = Members::of(Some(json!({"freze": true, "at": 5, "zzz": 1})), &["at", "freeze"]);
        assert_eq!(members.text("at"), None);
        let Err(Refused::Invalid(mistakes)) = members.finish(()) else { panic!("no mistake was found") };
        let told: Vec<_> = mistakes.iter().map(|mistake| (mistake.target.as_str(), mistake.message.as_str())).collect();
        assert_eq!(told[0], ("freze", "There is no 'freze' here; did you mean 'freeze'?"));
        assert_eq!(told[1], ("zzz", "There is no 'zzz' here; there is: at, freeze."));
        assert_eq!(told[2], ("at", "This must be a text."));
    }

    #[test]
    fn a_body_that_is_no_object_is_a_mistake() {
        for body in [json!([]), json!("x"), json!(null)] {
            assert!(Members::of(Some(body), &[]).finish(()).is_err());
        }
        assert_eq!(Members::of(None, &[]).finish(7), Ok(7));
    }

    #[test]
    fn a_misspelt_parameter_is_refused() {
        let params = Params::parse(b"after=1&usr=x").unwrap();
        let refused = only(&params, &["after", "user"]).unwrap_err();
        assert_eq!(refused.message(), "There is no 'usr' here; did you mean 'user'?");
        assert_eq!(only(&params, &["after", "usr"]), Ok(()));
    }

    #[test]
    fn a_parameter_that_says_nothing_is_refused_and_does_not_mean_everybody() {
        let params = Params::parse(b"after=1&user=").unwrap();
        let refused = only(&params, &["after", "user"]).unwrap_err();
        assert_eq!(refused.message(), "'user' is empty: give it a value, or leave it out.");
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = json(Some(JSON), &body, &[]) {
                let _ = Members::of(value, &["at"]).finish(());
            }
        }
    }
}
