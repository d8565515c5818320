//! What does a policy demand? Graph's `conditionalAccessGrantControls`.

use serde_json::{Value, json};

use super::names::Names;
use crate::directory::policy::{CUSTOM_CONTROL, ConditionalAccess, Operator, STRENGTH, Strength};
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::http::params::shorten;
use crate::signin::factors::Factor;
use crate::signin::mfa::strength;

const TERMS: &str = "terms";
/// Demands that have the same name on both sides.
const BUILT_IN: [&str; 2] = ["mfa", "block"];
const OPERATORS: [(Operator, &str); 2] = [(Operator::And, "AND"), (Operator::Or, "OR")];

/// The demands; null when there are none.
pub fn show(names: &Names<'_>, policy: &ConditionalAccess) -> Value {
    if policy.grant.is_empty() && policy.operator == Operator::default() {
        return Value::Null;
    }
    let grants = || policy.grant.iter().map(String::as_str);
    let strength = grants().find_map(|grant| grant.strip_prefix(STRENGTH));
    let terms = grants().any(|grant| grant == TERMS).then(|| names.terms_id());
    json!({
        "operator": OPERATORS.iter().find(|(known, _)| *known == policy.operator).map(|(_, word)| *word),
        "builtInControls": grants().filter(|grant| BUILT_IN.contains(grant)).collect::<Vec<_>>(),
        "customAuthenticationFactors": grants().filter_map(|one| one.strip_prefix(CUSTOM_CONTROL)).collect::<Vec<_>>(),
        "termsOfUse": terms.into_iter().collect::<Vec<_>>(),
        "authenticationStrength": strength.map(|name| show_strength(names, name)),
    })
}

fn show_strength(names: &Names<'_>, name: &str) -> Value {
    let built_in = Strength::named(name).is_some();
    let factors = strength::factors(names.tenant(), name);
    json!({
        "id": names.strength_id(name),
        "displayName": names.strength_title(name),
        "policyType": if built_in { "builtIn" } else { "custom" },
        "requirementsSatisfied": "mfa",
        "allowedCombinations": factors.iter().filter_map(combination).collect::<Vec<_>>(),
    })
}

fn combination(factor: &Factor) -> Option<&'static str> {
    match factor {
        Factor::Push => Some("password,microsoftAuthenticatorPush"),
        Factor::Totp => Some("password,softwareOath"),
        Factor::Sms => Some("password,sms"),
        Factor::Call => Some("password,voice"),
        Factor::Passkey => Some("fido2"),
        Factor::AccessPass => Some("temporaryAccessPassMultiUse"),
        Factor::Provider => Some("federatedMultiFactor"),
        Factor::External | Factor::Remembered | Factor::Unattended => None,
    }
}

/// Reads the demands.
pub fn read(names: &Names<'_>, controls: Option<Members<'_>>) -> Result<(Vec<String>, Operator), Refused> {
    let Some(mut controls) = controls else { return Ok((Vec::new(), Operator::default())) };
    let at = controls.name("operator");
    let operator = match controls.text("operator")? {
        None => Operator::default(),
        Some(word) => {
            let found = OPERATORS.into_iter().find(|(_, known)| word.eq_ignore_ascii_case(known));
            found.map(|(operator, _)| operator).ok_or_else(|| Refused::bad(format!("{at} must be AND or OR.")))?
        }
    };
    let at = controls.name("builtInControls");
    let mut grant = Vec::new();
    for word in controls.texts("builtInControls")? {
        match BUILT_IN.contains(&word) {
            true if grant.iter().any(|known| known == word) => {}
            true => grant.push(word.to_owned()),
            false => {
                return Err(Refused::bad(format!("{at}: '{}' is not something this world can demand.", shorten(word))));
            }
        }
    }
    grant.extend(read_strength(names, &mut controls)?);
    grant.extend(read_terms(names, &mut controls)?);
    grant.extend(read_custom(names, &mut controls)?);
    controls.finish()?;
    Ok((grant, operator))
}

fn read_strength(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Option<String>, Refused> {
    let at = controls.name("authenticationStrength");
    let Some(mut strength) = controls.object("authenticationStrength")? else { return Ok(None) };
    let (id, title) = (strength.text("id")?, strength.text("displayName")?);
    // All else describes the strength, which is not changed from here.
    Ok(Some(format!("{STRENGTH}{}", names.strength(&at, id, title)?)))
}

fn read_custom(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Vec<String>, Refused> {
    let at = controls.name("customAuthenticationFactors");
    let mut grant = Vec::new();
    for word in controls.texts("customAuthenticationFactors")? {
        if !names.tenant().custom_controls.contains_key(word) {
            let text = format!("{at}: there is no custom control '{}' in this tenant.", shorten(word));
            return Err(Refused::bad(text));
        }
        grant.push(format!("{CUSTOM_CONTROL}{word}"));
    }
    Ok(grant)
}

fn read_terms(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Option<String>, Refused> {
    let at = controls.name("termsOfUse");
    let known = names.terms_id();
    match controls.texts("termsOfUse")?.as_slice() {
        [] => Ok(None),
        [one] if known.eq_ignore_ascii_case(one) => Ok(Some(TERMS.to_owned())),
        _ => Err(Refused::bad(format!("{at}: a tenant of this world has one set of terms, '{known}'."))),
    }
}
