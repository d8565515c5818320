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
use crate::token::bearer::text;
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
    lifetime(&claims, now).map_err(|(text, by)| wrong(text, by))?;
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

/// Is an answer, also a "no", from the provider that was asked (RFC 9207, 2.4)? One with an id token says so in the token,
/// which is why some providers leave it out there.
fn is_from(form: &Params, provider: &Provider) -> Result<(), Refusal> {
    match (form.get("iss"), provider.answers) {
        (Some(issuer), _) if issuer != provider.issuer => Err(invalid(
            "The answer comes from another provider than the one that was asked: its iss says so.".into(),
        )),
        (None, Answers::Named) if !form.has("id_token") => Err(invalid(
            "The answer does not say which provider it comes from: its iss is missing, and the provider's metadata says \
             that every answer has one (authorization_response_iss_parameter_supported)."
                .into(),
        )),
        (Some(_), _) | (None, Answers::Named | Answers::Plain) => Ok(()),
    }
}

/// Does it hold now? Else what is wrong with its time, and by which setting of a provider that can be.
fn lifetime(claims: &Map<String, Value>, now: Timestamp) -> Result<(), (String, &'static [Answer])> {
    let moment = |name: &str| claims.get(name).and_then(jwt::moment);
    // One that was issued in the future is as little valid yet as one that says so.
    if let Some(begins) = moment("nbf").max(moment("iat")).filter(|begins| now.plus(SKEW) < *begins) {
        let text = format!("The id token is not valid yet: it is valid only from {begins}, and it is {now} here.");
        return Err((text, &[Answer::NotYetValid]));
    }
    match moment("exp") {
        Some(ended) if ended.plus(SKEW) <= now => {
            let text = format!("The id token has expired: it ended at {ended}, and it is {now} here.");
            Err((text, &[Answer::Expired]))
        }
        Some(_) => Ok(()),
        None => Err(("The id token does not say when it ends.".to_owned(), &[])),
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
    fn what_is_wrong_with_its_time_is_told_with_the_times() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let said = |nbf: Option<i64>, exp: Option<i64>| {
            let at = |seconds: Option<i64>| seconds.map(|seconds| now.plus(Span::seconds(seconds)).seconds());
            let by = |name: &str| lifetime(&claims(serde_json::json!({name: at(nbf), "exp": at(exp)})), now);
            assert_eq!(by("nbf"), by("iat"), "one is as good as the other");
            by("nbf")
        };
        let skew = SKEW.millis() / 1000;
        for (nbf, exp) in [(None, Some(1)), (Some(skew), Some(7200)), (Some(-9), Some(1 - skew))] {
            assert_eq!(said(nbf, exp), Ok(()), "{nbf:?} {exp:?}");
        }
        let table: [(_, _, &[Answer], &str); 4] = [
            (
                Some(7200),
                Some(9000),
                &[Answer::NotYetValid],
                "not valid yet: it is valid only from 2027-01-15T10:00:00",
            ),
            (None, Some(-7200), &[Answer::Expired], "has expired: it ended at 2027-01-15T06:00:00"),
            (None, Some(-skew), &[Answer::Expired], "and it is 2027-01-15T08:00:00"),
            (None, None, &[], "does not say when it ends"),
        ];
        for (nbf, exp, by, says) in table {
            let (text, found) = said(nbf, exp).unwrap_err();
            assert_eq!(found, by, "{nbf:?} {exp:?}");
            assert!(text.contains(says), "{text}");
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
