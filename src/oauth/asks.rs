//! What does an application ask of the second factor? `acr_values`, `amr_values`, and the parameter `claims`
//! with `acr`, `amr` and `acrs`.

use serde_json::Value;

use crate::directory::policy::is_context;
use crate::http::params::Params;
use crate::signin::state::Asks;

/// The words that mean "a second factor" in `acr_values` and in the claim `acr`.
pub const MFA_CONTEXTS: [&str; 5] = [
    "urn:microsoft:policies:mfa",
    "http://schemas.microsoft.com/claims/multipleauthn",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "https://refeds.org/profile/mfa",
    "mfa",
];
/// The words that mean it in `amr_values` and in the claim `amr`.
const MFA_METHODS: [&str; 2] = ["mfa", "ngcmfa"];
/// More authentication contexts than there are.
const MOST: usize = 25;

/// What an authorize request asks.
pub fn read(params: &Params, claims: Option<&Value>) -> Asks {
    let mut asks = in_claims(claims);
    let words = |name: &str| params.get(name).unwrap_or_default().split_ascii_whitespace();
    for word in words("acr_values") {
        note_context(&mut asks, "acr_values", word);
    }
    if let Some(word) = words("amr_values").find(|word| MFA_METHODS.contains(word)) {
        asks.mfa.get_or_insert(format!("amr_values={word}"));
    }
    asks
}

/// The word by which a request asks for a second factor, wish or demand: the one that the claim `acr` says back, once
/// it was proven (OpenID Connect Core, 2 and 3.1.2.1).
pub fn context_named(params: &Params, claims: Option<&Value>) -> Option<String> {
    let wished = claims.and_then(|claims| claims.get("id_token")?.get("acr")).map(values).unwrap_or_default();
    let words = params.get("acr_values").unwrap_or_default().split_ascii_whitespace();
    words.chain(wished).find(|word| MFA_CONTEXTS.contains(word)).map(str::to_owned)
}

/// What the parameter `claims` alone asks, as token requests have it.
pub fn in_claims(claims: Option<&Value>) -> Asks {
    let mut asks = Asks::default();
    let Some(claims) = claims else { return asks };
    for token in ["id_token", "access_token"] {
        let asked = |name: &str| claims.get(token).and_then(|claims| claims.get(name));
        for word in asked("acrs").map(essential).unwrap_or_default() {
            note_context(&mut asks, "claims acrs", word);
        }
        for word in asked("acr").map(essential).unwrap_or_default() {
            note_context(&mut asks, "claims acr", word);
        }
        let methods = asked("amr").map(essential).unwrap_or_default();
        if let Some(word) = methods.into_iter().find(|word| MFA_METHODS.contains(word)) {
            asks.mfa.get_or_insert(format!("claims amr={word}"));
        }
    }
    asks
}

fn note_context(asks: &mut Asks, from: &str, word: &str) {
    if MFA_CONTEXTS.contains(&word) {
        asks.mfa.get_or_insert(format!("{from}={word}"));
    } else if is_context(word) && asks.contexts.len() < MOST && !asks.contexts.iter().any(|known| known == word) {
        asks.contexts.push(word.to_owned());
    }
}

/// The contexts of both, each once.
pub fn union(contexts: &[String], more: &[String]) -> Vec<String> {
    let news = more.iter().filter(|context| !contexts.contains(context));
    contexts.iter().chain(news).cloned().collect()
}

/// What a claim request insists on: one that is not essential is a wish, and nobody is asked more for it (OpenID Connect
/// Core, 5.5.1).
fn essential(asked: &Value) -> Vec<&str> {
    if asked.get("essential") == Some(&Value::Bool(true)) { values(asked) } else { Vec::new() }
}

/// `value` or `values` of a claim request.
pub fn values(asked: &Value) -> Vec<&str> {
    let one = asked.get("value").and_then(Value::as_str);
    let many = asked.get("values").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(many).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_word_for_a_second_factor_is_the_one_that_is_said_back() {
        let acr = |asked| json!({"id_token": {"acr": asked}});
        let refeds = "https://refeds.org/profile/mfa";
        for (words, claims, expected) in [
            ("", json!({}), None),
            ("c1 1 gold", acr(json!(null)), None),
            ("c1 https://refeds.org/profile/mfa mfa", json!({}), Some(refeds)),
            ("", acr(json!({"values": ["gold", "mfa"]})), Some("mfa")),
            ("", acr(json!({"essential": true, "value": refeds})), Some(refeds)),
            ("mfa", acr(json!({"value": refeds})), Some("mfa")),
        ] {
            let params = Params::from_pairs([("acr_values", words)]);
            assert_eq!(context_named(&params, Some(&claims)).as_deref(), expected, "{words} {claims}");
        }
    }

    #[test]
    fn r_06_a_second_factor_is_asked_for_in_many_words() {
        let table = [
            (vec![("acr_values", "urn:microsoft:policies:mfa")], json!({}), true, &[][..]),
            (vec![("acr_values", "1 mfa c2")], json!({}), true, &["c2"]),
            (vec![("amr_values", "mfa")], json!({}), true, &[]),
            (vec![("amr_values", "ngcmfa")], json!({}), true, &[]),
            (vec![("amr_values", "pwd")], json!({}), false, &[]),
            (
                vec![],
                json!({"id_token": {"acr": {"essential": true, "values": ["urn:microsoft:policies:mfa"]}}}),
                true,
                &[],
            ),
            (vec![], json!({"id_token": {"amr": {"essential": true, "values": ["mfa"]}}}), true, &[]),
            (vec![], json!({"access_token": {"amr": {"essential": true, "value": "ngcmfa"}}}), true, &[]),
            (vec![], json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}}), false, &["c1"]),
            (
                vec![],
                json!({"id_token": {"acrs": {"essential": true, "values": ["c25", "c26", "c0", "c01", "d1"]}}}),
                false,
                &["c25"],
            ),
            (vec![], json!({"access_token": {"acrs": null, "xms_cc": {"values": ["cp1"]}}}), false, &[]),
            (vec![], json!({"access_token": ["acrs"]}), false, &[]),
            (vec![], json!({"id_token": {"amr": {"essential": false, "values": ["mfa"]}}}), false, &[]),
            (vec![], json!({"id_token": {"amr": {"value": "mfa"}, "acr": {"values": ["mfa"]}}}), false, &[]),
            (vec![], json!({"access_token": {"acrs": {"essential": "true", "value": "c1"}}}), false, &[]),
        ];
        for (params, claims, mfa, contexts) in table {
            let params = Params::from_pairs(params);
            let asks = read(&params, Some(&claims));
            assert_eq!(
                (asks.mfa.is_some(), asks.contexts.as_slice()),
                (mfa, contexts.iter().map(|c| c.to_string()).collect::<Vec<_>>().as_slice()),
                "{params:?} {claims}"
            );
        }
    }
}
