//! What does the parameter `claims` ask for? OpenID Connect Core, 5.5; Entra's claims challenges.

use serde_json::Value;

use crate::http::params::Params;
use crate::refusal::{Code, Refusal};

/// Longer than any challenge.
const LONGEST: usize = 16 * 1024;
/// Deeper than any request goes. It is kept inside records, and those have to be readable again.
const DEEPEST: usize = 32;

/// Reads it: a JSON object, or nothing.
pub fn read(params: &Params) -> Result<Option<Value>, Refusal> {
    let Some(text) = params.get("claims") else { return Ok(None) };
    if text.len() > LONGEST {
        return Err(Code::InputInvalid.because("The parameter 'claims' is too long."));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(claims @ Value::Object(_)) if depth(&claims) <= DEEPEST => Ok(Some(claims)),
        Ok(Value::Object(_)) => Err(Code::InputInvalid.because("The parameter 'claims' is nested too deeply.")),
        Ok(_) | Err(_) => Err(Code::InputInvalid.because("The parameter 'claims' is not a JSON object.")),
    }
}

/// The reader stops at 128, so this cannot go too deep itself.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> Result<Option<Value>, Code> {
        read(&Params::from_pairs([("claims", text.into())])).map_err(|refusal| refusal.code)
    }

    fn nested(depth: usize) -> String {
        format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))
    }

    #[test]
    fn it_is_an_object_of_reasonable_size_or_refused() {
        assert_eq!(asked(""), Ok(None));
        assert!(asked(r#"{"id_token":{"auth_time":{"essential":true}}}"#).unwrap().is_some());
        assert!(asked(&nested(DEEPEST)).unwrap().is_some());
        let long = format!(r#"{{"a":"{}"}}"#, "a".repeat(LONGEST));
        for wrong in ["{", "[]", "null", "1", "{}x", &nested(DEEPEST + 1), &nested(128), &nested(4_000), &long] {
            assert_eq!(asked(wrong), Err(Code::InputInvalid), "{wrong:.40}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[\\]{}:,\"a0 ]{0,200}") {
            if let Ok(Some(claims)) = asked(&text) {
                prop_assert!(claims.is_object());
            }
        }
    }
}
