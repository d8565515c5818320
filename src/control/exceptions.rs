//! Which technical exceptions are there, how is one filed, and what is said to it?

pub mod page;

use serde::Serialize;
use serde_json::{Map, Value};

use super::body::{self, Members};
use super::error::Refused;
use crate::directory::Directory;
use crate::directory::exception::{Evidence, Exception, ExceptionState, Integration, Reason};
use crate::id::Upn;
use crate::partner::exceptions::{Cannot, Decision, Filing, LONGEST, is_partner, may_file};
use crate::time::Timestamp;

/// An exception as the API shows it.
#[derive(Debug, Serialize)]
pub struct Shown<'e> {
    id: &'e str,
    tenant: &'e str,
    state: ExceptionState,
    product: &'e str,
    integration: Integration,
    reason: Reason,
    evidence: &'e Evidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    filed_by: Option<&'e Upn>,
    submitted: Option<Timestamp>,
    due: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    guidance: &'static str,
}

impl<'e> Shown<'e> {
    /// This exception, as it stands now.
    pub fn of(id: &'e str, exception: &'e Exception, now: Timestamp) -> Self {
        Self {
            id,
            tenant: &exception.tenant,
            state: exception.state_at(now),
            product: &exception.product,
            integration: exception.integration,
            reason: exception.reason,
            evidence: &exception.evidence,
            filed_by: exception.filed_by.as_ref(),
            submitted: exception.submitted,
            due: exception.due(),
            until: exception.until,
            guidance: exception.reason.guidance(),
        }
    }
}

/// All of them, the oldest first.
pub fn list(directory: &Directory, now: Timestamp) -> Vec<Shown<'_>> {
    let mut all: Vec<_> = directory.world().exceptions.iter().collect();
    all.sort_by_key(|(_, exception)| exception.submitted);
    all.into_iter().map(|(id, exception)| Shown::of(id, exception, now)).collect()
}

/// What a body asks for. Every document has to be named: a review without them is none.
pub fn filing(body: Value, directory: &Directory) -> Result<Filing, Refused> {
    let mut members = Members::of(Some(body), &["tenant", "product", "integration", "reason", "evidence", "user"]);
    let tenant = tenant(&mut members, directory);
    let product = members.needed("product", "the product's name", name);
    let integration = members.needed("integration", "federation or custom_control", word);
    let reason = members.needed("reason", &words(Reason::ALL.map(Reason::word)), word);
    let evidence = members.needed("evidence", "an object", |value| value.as_object().cloned());
    let evidence = evidence.map(|evidence| self::evidence(&mut members, evidence));
    let filed_by = filed_by(&mut members, directory, tenant.as_deref());
    let filing = tenant.zip(product).zip(integration.zip(reason)).zip(evidence);
    let filing = filing.map(|(((tenant, product), (integration, reason)), evidence)| Filing {
        tenant,
        product,
        integration,
        reason,
        evidence,
        filed_by,
    });
    members.finish(filing)?.ok_or_else(|| Refused::invalid("", "This call needs every member of a request."))
}

fn words<const N: usize>(words: [&str; N]) -> String {
    let (last, others) = words.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    format!("{} or {last}", others.join(", "))
}

fn word<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn name(value: &Value) -> Option<String> {
    let name = value.as_str()?.trim();
    (!name.is_empty() && name.len() <= LONGEST).then(|| name.to_owned())
}

/// The partner, by handle, domain or id.
fn tenant(members: &mut Members, directory: &Directory) -> Option<String> {
    let name = members.needed("tenant", "a partner's tenant", |value| value.as_str().map(str::to_owned))?;
    match directory.tenant_by_handle(&name).or_else(|| directory.tenant(&name)) {
        Some(tenant) if is_partner(tenant) => return Some(tenant.handle().to_owned()),
        Some(_) => members.mistake("tenant", "Only a partner is asked for more, so only a partner can be excused."),
        None => {
            let partners = directory.tenants().filter(|tenant| is_partner(*tenant)).map(|tenant| tenant.handle());
            members.mistake("tenant", body::nobody("tenant", &name, partners));
        }
    }
    None
}

/// Whoever asks, who has to be one that may: the decision is the portal's.
fn filed_by(members: &mut Members, directory: &Directory, tenant: Option<&str>) -> Option<Upn> {
    let name = members.text("user")?;
    let Some(account) = directory.account(&Upn::new(&name)) else {
        let right = directory.world().users.keys().map(Upn::as_str);
        members.mistake("user", body::nobody("user", &name, right));
        return None;
    };
    if tenant.is_some_and(|tenant| account.home.handle() != tenant) || !may_file(&account) {
        members.mistake("user", "Only a global administrator or an admin agent of the partner may ask.");
        return None;
    }
    Some(account.upn.clone())
}

fn evidence(members: &mut Members, given: Map<String, Value>) -> Evidence {
    const NAMES: [&str; 3] = ["configuration", "test_result", "purchase_order"];
    for unknown in given.keys().filter(|key| !NAMES.contains(&key.as_str())) {
        let key = crate::http::params::shorten(unknown);
        members
            .mistake(&format!("evidence.{key}"), format!("There is no such evidence; there is: {}.", NAMES.join(", ")));
    }
    let mut document = |key: &str| match given.get(key).and_then(name) {
        Some(name) => name,
        None => {
            members.mistake(&format!("evidence.{key}"), "This is needed: the document's name.");
            String::new()
        }
    };
    let [configuration, test_result, purchase_order] = NAMES.map(&mut document);
    Evidence { configuration, test_result, purchase_order }
}

/// What a body says to an exception.
pub fn decision(body: Value) -> Result<Decision, Refused> {
    let mut members = Members::of(Some(body), &["decision", "until"]);
    let ends = !members.lacks("until");
    let until =
        members.read("until", "a moment such as 2028-01-01T00:00:00Z", |value| Timestamp::parse(value.as_str()?));
    let said = members.needed("decision", "approve, deny or withdraw", |value| match value.as_str()? {
        "approve" => Some(Decision::Approve(until)),
        "deny" => Some(Decision::Deny),
        "withdraw" => Some(Decision::Withdraw),
        _ => None,
    });
    if ends && matches!(said, Some(Decision::Deny | Decision::Withdraw)) {
        members.mistake("until", "Only what is approved has an end.");
    }
    members.finish(said)?.ok_or_else(|| Refused::invalid("decision", "This is needed: approve, deny or withdraw."))
}

/// Why it cannot be said.
pub fn refused(cannot: Cannot) -> Refused {
    match cannot {
        Cannot::Unknown => Refused::NotFound(cannot.text()),
        Cannot::Over(_) | Cannot::Granted => Refused::Conflict(cannot.text()),
        Cannot::EndPassed => Refused::invalid("until", cannot.text()),
    }
}
