//! Does a token meet the partner security requirements, and if not, what is missing?
//!
//! Asks what the cmdlet `Test-PartnerSecurityRequirement` of the Partner Center PowerShell module asks: whether the access
//! token for the Partner Center API says `mfa` in its `amr` claim. Beyond the verdict it says which evidence is there.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::directory::Directory;
use crate::directory::tenant::{Tenant, TenantKind};

/// What the test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Does it meet the requirements?
    pub result: Verdict,
    /// The evidence that is there: what the account proved, in the words of the token.
    pub evidence: Vec<String>,
    /// The claim that is missing, and where it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// The verdict in sentences.
    pub reasons: Vec<String>,
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does.
    Pass,
    /// It does not.
    Fail,
}

/// A claim that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The claim of the token.
    pub claim: &'static str,
    /// The value it lacks.
    pub value: &'static str,
    /// What a federated provider's assertion would have to say for it, when one signed the account in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_provider: Option<&'static str>,
}

impl Verdict {
    /// The word that the cmdlet prints.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
        }
    }
}

/// What a provider's assertion has to say.
const CLAIM_OF_PROVIDER: &str = "authenticationmethodsreferences = multipleauthn";

/// Who signed in, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An account of a partner, as far as anybody knows.
    Partner,
    /// One of a tenant that is no partner: the requirements are about partners.
    SomebodyElse,
}

impl Subject {
    /// By the tenant that a token names.
    pub fn of(directory: &Directory, claims: &Map<String, Value>) -> Self {
        let tenant = claims.get("tid").and_then(Value::as_str).and_then(|id| directory.tenant(id));
        match tenant {
            Some(Tenant::Entra { facts, .. }) if facts.kind != TenantKind::Partner => Subject::SomebodyElse,
            Some(Tenant::Entra { .. } | Tenant::Provider { .. }) | None => Subject::Partner,
        }
    }
}

/// Examines the claims of an access token.
pub fn examine(claims: &Map<String, Value>, subject: Subject) -> Findings {
    let amr = claims.get("amr").and_then(Value::as_array);
    let evidence: Vec<String> = amr.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let said = |word: &str| evidence.iter().any(|known| known == word);
    let mut reasons = Vec::new();
    if said("mfa") {
        reasons.push(format!("The claim amr says how the account signed in: {}.", evidence.join(", ")));
        reasons.push("It holds mfa: multi-factor authentication was done.".to_owned());
        return Findings { result: Verdict::Pass, evidence, missing: None, reasons };
    }
    let federated = said("fed");
    reasons.push(match amr {
        None => "The token has no amr claim, so nothing says that multi-factor authentication was done.".to_owned(),
        Some(_) => format!("The claim amr does not hold mfa; it says: {}.", listed(&evidence)),
    });
    reasons.extend(why(claims, federated, subject).map(str::to_owned));
    let from_provider = federated.then_some(CLAIM_OF_PROVIDER);
    let missing = Some(Missing { claim: "amr", value: "mfa", from_provider });
    Findings { result: Verdict::Fail, evidence, missing, reasons }
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

/// What is probably the matter.
fn why(claims: &Map<String, Value>, federated: bool, subject: Subject) -> Option<&'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if federated && subject == Subject::Partner {
        return Some(
            "A federated provider signed the account in: its assertion has to carry \
             authenticationmethodsreferences = multipleauthn, or the tenant has to ask for a second factor itself.",
        );
    }
    if text("idtyp") == Some("app") || (text("scp").is_none() && claims.contains_key("roles")) {
        return Some("This is a token of an application by itself. The test is about people: sign in as one.");
    }
    if text("ver") == Some("2.0") && !claims.contains_key("amr") {
        return Some(
            "Tokens of version 2.0 do not say it: take one for the Partner Center API, which are of version 1.0.",
        );
    }
    Some(match subject {
        Subject::Partner => {
            "Nothing asked the account for a second factor: enforce it by a policy of the partner's own tenant."
        }
        Subject::SomebodyElse => {
            "The token is of a tenant that is no partner: the requirements are about the accounts of partners, and nothing \
             has to be changed for this one."
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn examined(claims: Value) -> Findings {
        examine(claims.as_object().unwrap(), Subject::Partner)
    }

    #[test]
    fn r_73_mfa_in_amr_passes_and_nothing_else_does() {
        for (claims, result) in [
            (json!({"amr": ["pwd", "mfa"]}), Verdict::Pass),
            (json!({"amr": ["fed", "mfa"]}), Verdict::Pass),
            (json!({"amr": ["fido", "mfa"], "ver": "1.0"}), Verdict::Pass),
            (json!({"amr": ["pwd"]}), Verdict::Fail),
            (json!({"amr": ["pwd", "otp", "MFA", "ngcmfa"]}), Verdict::Fail),
            (json!({"amr": "mfa"}), Verdict::Fail),
            (json!({"amr": [["mfa"], 1, null]}), Verdict::Fail),
            (json!({"acr": "mfa", "amr": []}), Verdict::Fail),
            (json!({}), Verdict::Fail),
        ] {
            let findings = examined(claims.clone());
            assert_eq!((findings.result, findings.missing.is_none()), (result, result == Verdict::Pass), "{claims}");
        }
    }

    #[test]
    fn r_73_what_is_missing_is_named_with_what_is_probably_the_matter() {
        for (claims, told) in [
            (json!({"amr": ["fed"]}), "assertion has to carry authenticationmethodsreferences = multipleauthn"),
            (json!({"idtyp": "app"}), "application by itself"),
            (json!({"roles": ["x"], "ver": "2.0"}), "application by itself"),
            (json!({"ver": "2.0", "scp": "x"}), "version 2.0"),
            (json!({"amr": ["pwd"], "ver": "1.0", "scp": "x"}), "Nothing asked the account"),
        ] {
            let findings = examined(claims.clone());
            assert!(findings.reasons.iter().any(|reason| reason.contains(told)), "{claims}: {findings:?}");
            let provider = claims["amr"] == json!(["fed"]);
            assert_eq!(findings.missing.unwrap().from_provider.is_some(), provider, "{claims}");
        }
        assert_eq!(examined(json!({"amr": ["pwd", "otp"]})).evidence, ["pwd", "otp"]);
        let other = examine(json!({"amr": ["pwd"]}).as_object().unwrap(), Subject::SomebodyElse);
        assert!(other.reasons.last().unwrap().contains("is no partner"), "{other:?}");
    }
}
