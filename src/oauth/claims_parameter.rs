//! What does the parameter `claims` ask for? OpenID Connect Core, 5.5; Entra's claims challenges.

use serde_json::Value;

use super::asks::values;
use crate::http::params::Params;
use crate::refusal::{Code, Refusal};
use crate::token::claims::generic::scope_of;

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

/// The claims about a person that are asked for one by one, to be told in the id token or by userinfo.
pub fn named<'c>(claims: Option<&'c Value>, place: &str) -> impl Iterator<Item = &'c str> {
    let members = claims.and_then(|claims| claims.get(place)?.as_object()).into_iter().flatten();
    members.map(|(name, _)| name.as_str()).filter(|name| scope_of(name).is_some())
}

/// The scopes that tell the same: a person agrees to these.
pub fn scopes(claims: Option<&Value>) -> Vec<&'static str> {
    let mut scopes: Vec<_> = named(claims, "id_token").chain(named(claims, "userinfo")).filter_map(scope_of).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The person that must be answered for, by `sub` (OpenID Connect Core, 5.5.1).
pub fn subject(claims: Option<&Value>) -> Option<&str> {
    let claims = claims?;
    ["id_token", "userinfo"].iter().find_map(|place| claims.get(place)?.get("sub")?.get("value")?.as_str())
}

/// Is there a value of `acr` that has to be reached and is none that anybody here could reach (5.5.1.1)?
pub fn is_out_of_reach(claims: Option<&Value>, reached: &[&str]) -> bool {
    let acr = claims.and_then(|claims| claims.get("id_token")?.get("acr"));
    acr.is_some_and(|acr| {
        let wanted = values(acr);
        acr.get("essential") == Some(&Value::Bool(true))
            && !wanted.is_empty()
            && !wanted.iter().any(|word| reached.contains(word))
    })
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
    use serde_json::json;

    use super::*;
    use crate::oauth::asks::MFA_CONTEXTS;

    fn asked(text: &str) -> Result<Option<Value>, Code> {
        read(&Params::from_pairs([("claims", text)])).map_err(|refusal| refusal.code)
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

    #[test]
    fn what_is_asked_one_by_one_needs_the_consent_of_its_scope() {
        let of = |claims: Value| scopes(Some(&claims)).join(" ");
        for (claims, expected) in [
            (json!({}), ""),
            (json!({"id_token": {"email": null}}), "email"),
            (
                json!({"userinfo": {"name": {"essential": true}, "email_verified": null, "email": null}}),
                "email profile",
            ),
            (json!({"id_token": {"auth_time": null, "acr": null, "sub": {"value": "x"}}}), ""),
            (json!({"id_token": ["email"], "userinfo": null}), ""),
            (json!({"access_token": {"email": null}}), ""),
        ] {
            assert_eq!(of(claims.clone()), expected, "{claims}");
        }
    }

    #[test]
    fn only_what_is_essential_and_unknown_is_out_of_reach() {
        let claims = |acr: Value| json!({"id_token": {"acr": acr}});
        let of = |acr: Value| is_out_of_reach(Some(&claims(acr)), &MFA_CONTEXTS);
        assert!(of(json!({"essential": true, "value": "gold"})));
        assert!(of(json!({"essential": true, "values": ["gold", "silver"]})));
        for reachable in [
            json!({"essential": true, "values": ["gold", "mfa"]}),
            json!({"essential": true}),
            json!({"values": ["gold"]}),
            json!(null),
        ] {
            assert!(!of(reachable.clone()), "{reachable}");
        }
        assert!(!is_out_of_reach(None, &MFA_CONTEXTS));
        assert!(is_out_of_reach(Some(&claims(json!({"essential": true, "value": "mfa"}))), &[]), "nobody proves more");
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
