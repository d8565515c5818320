//! A provider of this world plays the external provider: what is it asked, and what does it say?
//!
//! Differs: it takes requests of tenants of its own world only, since it knows no other tenant's keys.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::{CONTEXTS, POSSESSION_OR_INHERENCE};
use super::{Role, reply_address};
use crate::directory::tenant::{Answer, EntraTenant, Provider, Relay, Tenant};
use crate::federation::relay;
use crate::http::params::{Params, shorten};
use crate::id::Upn;
use crate::journal::Because;
use crate::oauth::asks::values;
use crate::oauth::claims_parameter;
use crate::oauth::desk::Desk;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::{Factor, Factors};
use crate::token::bearer::{self, NotTaken, Shapes, text};
use crate::token::claim_set::ClaimSet;
use crate::token::issuer::issuer_generic;

/// The longest `state` or `nonce` that is echoed.
const LONGEST: usize = 8 * 1024;

/// What a tenant asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The provider, by handle.
    pub provider: String,
    /// What it calls the tenant.
    pub client_id: String,
    /// Whom it is about.
    pub upn: Upn,
    /// What to call the person in the answer.
    pub subject: String,
    /// Goes back in the answer.
    pub nonce: String,
    /// Goes back beside it.
    pub state: Option<String>,
    /// Of the contexts asked for, one that a second factor satisfies.
    pub context: Option<String>,
}

/// Is this a tenant's question to an external provider? An application's own requests have other addresses.
pub fn is_asked(desk: &Desk<'_>, params: &Params) -> bool {
    params.get("redirect_uri") == Some(reply_address(desk.origin).as_str())
}

/// Reads the question.
pub fn read(desk: &Desk<'_>, provider: &str, params: &Params) -> Result<Asked, Refusal> {
    let need = |name: &'static str| {
        let missing = || Code::ParameterMissing.because(format!("The request must contain the parameter '{name}'."));
        params.get(name).ok_or_else(missing)
    };
    let client_id = need("client_id")?;
    if !desk.directory.world().tenants.values().any(|tenant| names(tenant, provider, client_id)) {
        return Err(Code::AppNotFound
            .because(format!("No tenant of this world is known here by the client id '{}'.", shorten(client_id))));
    }
    for (name, expected) in [("response_type", "id_token"), ("response_mode", "form_post")] {
        if need(name)? != expected {
            let text = format!("The parameter '{name}' of such a request must be '{expected}'.");
            return Err(Code::InputInvalid.because(text));
        }
    }
    if !need("scope")?.split_ascii_whitespace().any(|scope| scope == "openid") {
        return Err(Code::BadScope.because("The scope of such a request must hold 'openid'."));
    }
    let nonce = need("nonce")?.to_owned();
    let state = params.get("state").map(str::to_owned);
    if nonce.len() > LONGEST || state.as_ref().is_some_and(|state| state.len() > LONGEST) {
        return Err(Code::InputInvalid.because("The parameter 'state' or 'nonce' is too long."));
    }
    let (subject, upn) = hint(desk, provider, client_id, need("id_token_hint")?)?;
    let claims = claims_parameter::read(params)?;
    let asked = claims.as_ref().and_then(|claims| claims.get("id_token")?.get("acr")).map(values).unwrap_or_default();
    let context = asked.into_iter().find(|word| CONTEXTS.contains(word)).map(str::to_owned);
    let (provider, client_id) = (provider.to_owned(), client_id.to_owned());
    Ok(Asked { provider, client_id, upn, subject, nonce, state, context })
}

/// Does a tenant send its people to this provider under this name?
fn names(tenant: &EntraTenant, provider: &str, client_id: &str) -> bool {
    let mut all = Role::Method.all(tenant).chain(Role::Control.all(tenant));
    all.any(|(_, facts)| facts.provider.as_deref() == Some(provider) && facts.client_id == client_id)
}

/// Whom the hint is about, if the very tenant signed it that is known by this client id.
fn hint(desk: &Desk<'_>, provider: &str, client_id: &str, token: &str) -> Result<(String, Upn), Refusal> {
    let wrong = |why: &str| Code::InputInvalid.because(format!("The id_token_hint is not accepted: {why}"));
    let shapes = Shapes::Both(desk.origin);
    let (claims, tenant) =
        bearer::issued(desk.directory, desk.keys, token, desk.now, shapes).map_err(|why| match why {
            NotTaken::NotGood(why) => wrong(why.text()),
            NotTaken::Broken(error) => Code::Broken.because(error.to_string()),
        })?;
    let asks = matches!(tenant, Tenant::Entra { facts, .. } if names(facts, provider, client_id));
    if !asks || text(&claims, "aud") != Some(client_id) {
        return Err(wrong("it is not from the tenant with this client id, or not for this provider."));
    }
    match (text(&claims, "sub"), text(&claims, "preferred_username")) {
        (Some(subject), Some(name)) => Ok((subject.to_owned(), Upn::new(name))),
        _ => Err(wrong("it does not say whom it is about.")),
    }
}

/// What the provider says of somebody who has signed in there, not signed yet; and why, for the journal.
pub fn says(
    desk: &Desk<'_>,
    asked: &Asked,
    home: Tenant<'_>,
    facts: &Provider,
    factors: &Factors,
) -> (ClaimSet, Vec<Because>) {
    let (context, methods, why) = told(facts.relay, asked, &methods(factors));
    let (begins, ends) = relay::lifetime(Answer::Good, desk.now);
    let mut claims = ClaimSet::default();
    claims.insert("iss".into(), issuer_generic(desk.origin, home.handle()).into());
    claims.insert("aud".into(), asked.client_id.as_str().into());
    claims.insert("sub".into(), asked.subject.as_str().into());
    claims.insert("iat".into(), begins.seconds().into());
    claims.insert("nbf".into(), begins.seconds().into());
    claims.insert("exp".into(), ends.seconds().into());
    claims.insert("nonce".into(), asked.nonce.as_str().into());
    if let Some(context) = context {
        claims.insert("acr".into(), context.into());
    }
    claims.insert("amr".into(), methods.into_iter().map(Value::from).collect::<Vec<_>>().into());
    relay::bend(facts.answer, &mut claims, desk.now);
    let because = std::iter::once(Because::new("R-14", why)).chain(relay::fault(facts.answer)).collect();
    (claims, because)
}

type Told = (Option<String>, Vec<&'static str>, &'static str);

fn told(relay: Relay, asked: &Asked, did: &[&'static str]) -> Told {
    let context = || Some(asked.context.clone().unwrap_or_else(|| POSSESSION_OR_INHERENCE.to_owned()));
    match (relay, did) {
        (Relay::FalseClaim, []) => {
            (context(), vec!["otp"], "the provider did no MFA and is set up to claim it all the same")
        }
        (_, []) => (None, vec!["pwd"], "the provider saw a password only, and says so"),
        (Relay::Faithful | Relay::FalseClaim, did) => {
            (context(), did.to_vec(), "the provider did MFA, and says how in acr and amr")
        }
        (Relay::Silent, _) => (None, vec!["pwd"], "the provider did MFA and is set up not to say so"),
        (Relay::WrongValue, _) => {
            let words = (Some("multipleauthn".to_owned()), vec!["mfa"]);
            (words.0, words.1, "the provider did MFA and is set up to say so in words that were not asked for")
        }
        (Relay::AttributeOnly, did) => {
            (None, did.to_vec(), "the provider did MFA and is set up to say so in amr alone, without acr")
        }
    }
}

/// The words for what somebody proved besides a password (RFC 8176).
fn methods(factors: &Factors) -> Vec<&'static str> {
    let word = |factor: &Factor| match factor {
        Factor::Push => Some("swk"),
        Factor::Totp | Factor::AccessPass => Some("otp"),
        Factor::Sms => Some("sms"),
        Factor::Call => Some("tel"),
        Factor::Passkey => Some("fido"),
        Factor::External | Factor::Provider | Factor::Remembered | Factor::Unattended => None,
    };
    let proven = factors.second.iter().map(|second| second.with).chain(factors.first.factor());
    let mut words: Vec<&'static str> = proven.filter_map(|factor| word(&factor)).collect();
    words.dedup();
    words
}
