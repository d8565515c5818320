//! Claims an application asks for beyond the usual: in its registration, or with the `claims` parameter.
//!
//! See Microsoft's optional claims reference and OpenID Connect Core, 5.5.

use serde_json::Value;

use super::{Issue, Person, login_hint, words};
use crate::directory::tenant;
use crate::oauth::asks::{MFA_CONTEXTS, values};
use crate::signin::tenant_access::Standing;
use crate::token::claim_set::ClaimSet;

/// Which token a claim is asked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The id token.
    Id,
    /// The access token.
    Access,
}

impl Token {
    fn member(self) -> &'static str {
        match self {
            Token::Id => "id_token",
            Token::Access => "access_token",
        }
    }
}

/// Adds the optional claims that were asked for and are not there yet.
pub fn put_optional(
    claims: &mut ClaimSet,
    issue: &Issue<'_>,
    person: &Person<'_>,
    registered: &[String],
    requested: Option<&Value>,
    token: Token,
) {
    let requested = requested.and_then(|all| all.get(token.member())).and_then(Value::as_object);
    let asked = registered
        .iter()
        .map(String::as_str)
        .chain(requested.into_iter().flat_map(|map| map.keys().map(String::as_str)));
    for name in asked {
        if claims.contains_key(name) {
            continue;
        }
        if let Some(value) = value(name, issue, person, requested.and_then(|map| map.get(name))) {
            claims.insert(name.to_owned().into(), value);
        }
    }
}

fn value(name: &str, issue: &Issue<'_>, person: &Person<'_>, asked: Option<&Value>) -> Option<Value> {
    let user = person.account.user;
    let text = |text: &str| Some(Value::from(text));
    match name {
        "acr" => Some(acr(person, asked).into()),
        "acrs" => (!person.contexts.is_empty()).then(|| words(person.contexts)),
        "acct" => Some(Value::from(u8::from(matches!(issue.standing(person), Some(Standing::Guest(_)))))),
        "amr" => Some(words(person.amr.words())),
        "auth_time" => Some(person.auth_time.seconds().into()),
        "email" => issue.mail(person).and_then(text),
        "family_name" => user.family_name.as_deref().and_then(text),
        "given_name" => user.given_name.as_deref().and_then(text),
        // Only applications are marked: to have people marked too takes a property that no registration here has.
        "idtyp" => None,
        "ipaddr" => text(issue.ip),
        "login_hint" => Some(login_hint(&person.account).into()),
        "preferred_username" | "verified_primary_email" => text(person.account.upn.as_str()),
        "sid" => text(person.sid),
        "tenant_region_scope" => text(tenant::REGION),
        "upn" => issue.upn(person).map(Value::from),
        "verified_secondary_email" => None,
        "xms_cc" => client_capabilities(asked),
        _ => None,
    }
}

/// What kind of sign-in it was: the word for a second factor that was asked for, if one was proven; else what every v1 token says.
fn acr<'a>(person: &Person<'_>, asked: Option<&'a Value>) -> &'a str {
    let proven = person.amr.words().iter().any(|word| word == "mfa");
    let asked = asked.map(values).unwrap_or_default();
    asked.into_iter().find(|word| proven && MFA_CONTEXTS.contains(word)).unwrap_or("1")
}

/// A client that says it handles claims challenges is told that it was heard.
fn client_capabilities(asked: Option<&Value>) -> Option<Value> {
    let values = asked?.get("values")?.as_array()?;
    values
        .iter()
        .any(|value| value.as_str().is_some_and(|word| word.eq_ignore_ascii_case("cp1")))
        .then(|| Value::from(vec!["CP1"]))
}
