//! A provider that speaks OpenID Connect says who somebody is: an id token, posted back (Core, 3.2; Form Post Response
//! Mode).

use serde_json::{Map, Value};

use super::accept::{Accepted, SKEW};
use super::provider::{Answers, Home, Provider};
use crate::directory::tenant::Answer;
use crate::http::params::Params;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::federated::{Carrier, KnownBy, Proved, Said};
use crate::time::{Span, Timestamp};
use crate::token::bearer::{text, within_its_time};
use crate::token::jwt::{self, JwtError};

/// What an id token has to say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The provider that was asked.
    pub provider: &'a Provider,
    /// What it calls the tenant.
    pub client_id: &'a str,
    /// What it was sent.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// What the id token of a provider says, if it may be believed.
pub fn accept(form: &Params, expected: &Expected<'_>) -> Result<Accepted, Refusal> {
    let Expected { provider, client_id, nonce, now } = *expected;
    let wrong = |text: String, by: &[Answer]| provider.home.explain(invalid(text), by);
    is_from(form, provider)?;
    if let Some(error) = form.get("error") {
        let why = crate::http::params::shorten(form.get("error_description").unwrap_or(error));
        return Err(invalid(format!("The provider said no: {why}")));
    }
    let token = form.get("id_token").ok_or_else(|| invalid("The answer has no id token.".into()))?;
    let claims = jwt::verify(token, |_| provider.keys.clone())
        .map_err(|error| provider.home.explain(unsigned(&error), by_design(&error)))?;
    if text(&claims, "iss") != Some(provider.issuer.as_str()) {
        return Err(Code::UnknownFederationRealm.because("The id token is issued by somebody else."));
    }
    if !is_for(&claims, client_id) || claims.get("azp").is_some_and(|party| !is(party, client_id)) {
        return Err(wrong("The id token is for somebody else.".into(), &[Answer::WrongAudience]));
    }
    if text(&claims, "nonce") != Some(nonce) {
        let text = "The id token answers another request: its nonce is not the one that was sent.";
        return Err(wrong(text.into(), &[Answer::Replayed]));
    }
    if claims.get("iat").and_then(jwt::moment).is_none() {
        return Err(invalid("The id token does not say when it was issued: its iat is missing.".into()));
    }
    if within_its_time(&claims, now, SKEW).is_err() {
        let text = "The id token has expired or is not valid yet.";
        return Err(wrong(text.into(), &[Answer::Expired, Answer::NotYetValid]));
    }
    let source = source(&claims, provider.home).ok_or_else(|| {
        Code::ImmutableIdMissing
            .because("The provider's id token does not name the account: the claim immutable_id is missing.")
    })?;
    let methods: Vec<&str> =
        claims.get("amr").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let proved = if methods.contains(&"mfa") { Proved::Mfa } else { Proved::FirstFactor };
    let sentence = match proved {
        Proved::Mfa => "the id token's amr holds mfa: MFA is proven".to_owned(),
        Proved::FirstFactor => {
            format!("the id token does not prove MFA: its amr holds {} and not mfa", super::brief(&methods.join(", ")))
        }
    };
    let seconds = claims.get("auth_time").and_then(Value::as_i64);
    Ok(Accepted {
        id: text(&claims, "nonce").unwrap_or_default().to_owned(),
        until: now.plus(Span::hours(1)),
        source: source.to_owned(),
        domain: None,
        at: seconds.map_or(now, Timestamp::from_seconds).min(now),
        said: Said { mfa: proved, carrier: Carrier::IdToken, because: Because::new("R-13", sentence) },
        known_by: KnownBy::IdToken(token.to_owned()),
        home: provider.home,
    })
}

/// Is an answer, also a "no", from the provider that was asked (RFC 9207, 2.4)?
fn is_from(form: &Params, provider: &Provider) -> Result<(), Refusal> {
    match (form.get("iss"), provider.answers) {
        (Some(issuer), _) if issuer != provider.issuer => Err(invalid(
            "The answer comes from another provider than the one that was asked: its iss says so.".into(),
        )),
        (None, Answers::Named) => Err(invalid(
            "The answer does not say which provider it comes from: its iss is missing, and the provider's metadata says \
             that every answer has one (authorization_response_iss_parameter_supported)."
                .into(),
        )),
        (Some(_), _) | (None, Answers::Plain) => Ok(()),
    }
}

/// Is it for this client, and for no other (Core, 3.1.3.7)? An application's id is compared without regard to case.
fn is_for(claims: &Map<String, Value>, client_id: &str) -> bool {
    let audience = match claims.get("aud") {
        Some(Value::Array(all)) if all.len() == 1 => all.first(),
        other => other,
    };
    audience.is_some_and(|audience| is(audience, client_id))
}

fn is(party: &Value, client_id: &str) -> bool {
    party.as_str().is_some_and(|party| party.eq_ignore_ascii_case(client_id))
}

/// How the account is called in the directory it comes from. Providers elsewhere do not know the claim that ours have,
/// and their subject is what a SAML assertion of theirs would name.
fn source(claims: &Map<String, Value>, home: Home) -> Option<&str> {
    let named = text(claims, "immutable_id").filter(|id| !id.is_empty());
    match home {
        Home::Here(_) => named,
        Home::Elsewhere => named.or_else(|| text(claims, "sub").filter(|subject| !subject.is_empty())),
    }
}

fn unsigned(error: &JwtError) -> Refusal {
    invalid(format!("The signature of the provider's id token is not accepted: {error}."))
}

/// By which setting of a provider an id token can be wrong in this.
fn by_design(error: &JwtError) -> &'static [Answer] {
    match error {
        JwtError::Signature | JwtError::UnknownKey => &[Answer::WrongSignature],
        JwtError::Malformed(_) | JwtError::Algorithm => &[],
    }
}

fn invalid(text: String) -> Refusal {
    Code::FederatedAnswerInvalid.because(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn only_a_provider_elsewhere_may_name_the_account_by_its_subject_and_nobody_by_nothing() {
        use Home::Elsewhere;
        let here = Home::Here(Answer::Good);
        let table = [
            (serde_json::json!({"immutable_id": "a", "sub": "b"}), here, Some("a")),
            (serde_json::json!({"immutable_id": "a", "sub": "b"}), Elsewhere, Some("a")),
            (serde_json::json!({"immutable_id": "", "sub": "b"}), Elsewhere, Some("b")),
            (serde_json::json!({"sub": "b"}), here, None),
            (serde_json::json!({"sub": ""}), Elsewhere, None),
            (serde_json::json!({"immutable_id": ""}), here, None),
            (serde_json::json!({"sub": 7}), Elsewhere, None),
        ];
        for (said, home, expected) in table {
            assert_eq!(source(&claims(said.clone()), home), expected, "{said} {home:?}");
        }
    }

    #[test]
    fn a_token_is_for_one_client_alone() {
        let table = [
            (serde_json::json!("us"), true),
            (serde_json::json!("US"), true),
            (serde_json::json!(["us"]), true),
            (serde_json::json!(["us", "them"]), false),
            (serde_json::json!(["them"]), false),
            (serde_json::json!([]), false),
            (Value::Null, false),
        ];
        for (audience, expected) in table {
            assert_eq!(is_for(&claims(serde_json::json!({"aud": audience})), "us"), expected, "{audience}");
        }
    }
}
