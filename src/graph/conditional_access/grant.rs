//! What does a policy demand? Graph's `conditionalAccessGrantControls`.

use serde_json::{Value, json};

use super::names::Names;
use crate::directory::policy::{ConditionalAccess, GrantControl, Operator, Strength};
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::http::params::shorten;
use crate::signin::factors::Factor;
use crate::signin::mfa::strength;

const BUILT_IN: [(GrantControl, &str); 2] = [(GrantControl::Mfa, "mfa"), (GrantControl::Block, "block")];
const OPERATORS: [(Operator, &str); 2] = [(Operator::And, "AND"), (Operator::Or, "OR")];

/// The demands; null when there are none.
pub fn show(names: &Names<'_>, policy: &ConditionalAccess) -> Value {
    if policy.grant.is_empty() && policy.operator == Operator::default() {
        return Value::Null;
    }
    let (mut built_in, mut custom, mut terms, mut strength) = (Vec::new(), Vec::new(), Vec::new(), None);
    for grant in &policy.grant {
        match grant {
            GrantControl::Mfa | GrantControl::Block => {
                built_in.extend(BUILT_IN.iter().find(|(known, _)| known == grant).map(|(_, word)| *word));
            }
            GrantControl::Terms => terms = vec![names.terms_id()],
            GrantControl::Strength(name) => strength = strength.or(Some(name)),
            GrantControl::Custom(name) => custom.push(name),
            GrantControl::Unknown(_) => {}
        }
    }
    json!({
        "operator": OPERATORS.iter().find(|(known, _)| *known == policy.operator).map(|(_, word)| *word),
        "builtInControls": built_in,
        "customAuthenticationFactors": custom,
        "termsOfUse": terms,
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
pub fn read(names: &Names<'_>, controls: Option<Members<'_>>) -> Result<(Vec<GrantControl>, Operator), Refused> {
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
        let Some((control, _)) = BUILT_IN.into_iter().find(|(_, known)| *known == word) else {
            return Err(Refused::bad(format!("{at}: '{}' is not something this world can demand.", shorten(word))));
        };
        if !grant.contains(&control) {
            grant.push(control);
        }
    }
    grant.extend(read_strength(names, &mut controls)?);
    grant.extend(read_terms(names, &mut controls)?);
    grant.extend(read_custom(names, &mut controls)?);
    controls.finish()?;
    Ok((grant, operator))
}

fn read_strength(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Option<GrantControl>, Refused> {
    let at = controls.name("authenticationStrength");
    let Some(mut strength) = controls.object("authenticationStrength")? else { return Ok(None) };
    let (id, title) = (strength.text("id")?, strength.text("displayName")?);
    // All else describes the strength, which is not changed from here.
    Ok(Some(GrantControl::Strength(names.strength(&at, id, title)?.to_owned())))
}

fn read_custom(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Vec<GrantControl>, Refused> {
    let at = controls.name("customAuthenticationFactors");
    let mut grant = Vec::new();
    for word in controls.texts("customAuthenticationFactors")? {
        if !names.tenant().custom_controls.contains_key(word) {
            let text = format!("{at}: there is no custom control '{}' in this tenant.", shorten(word));
            return Err(Refused::bad(text));
        }
        grant.push(GrantControl::Custom(word.to_owned()));
    }
    Ok(grant)
}

fn read_terms(names: &Names<'_>, controls: &mut Members<'_>) -> Result<Option<GrantControl>, Refused> {
    let at = controls.name("termsOfUse");
    let known = names.terms_id();
    match controls.texts("termsOfUse")?.as_slice() {
        [] => Ok(None),
        [one] if known.eq_ignore_ascii_case(one) => Ok(Some(GrantControl::Terms)),
        _ => Err(Refused::bad(format!("{at}: a tenant of this world has one set of terms, '{known}'."))),
    }
}
