//! What do conditional access policies demand of an attempt, in which words, and is one of them a "no" (R-05)?

use std::fmt::{self, Display};

use super::conditional_access::{Attempt, matching};
use super::required::{Required, Requirement, Want};
use super::strength;
use crate::directory::policy::{
    ConditionalAccess, GrantControl, Operator, PersistentBrowser, PolicyState, PolicyVerdict,
};
use crate::directory::tenant::EntraTenant;
use crate::directory::{Account, Directory};
use crate::id::ObjectId;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Facts, Permission};
use crate::signin::tenant_access::Access;

/// Conditional access (R-05): every policy that is about this attempt.
pub fn policies<'a>(
    facts: &Facts<'a>,
    tenant: &'a EntraTenant,
    account: &Account<'a>,
    access: &Access<'a>,
    required: &mut Required,
    because: &mut Vec<Because>,
) -> Result<(), Refusal> {
    if tenant.conditional_access.is_empty() {
        return Ok(());
    }
    let Some(attempt) = attempt(facts, account, access) else { return Ok(()) };
    let resources = resources(facts.directory, &facts.demand.permissions);
    match apply(tenant, &Attempt { resources: &resources, ..attempt }, required, because) {
        None => Ok(()),
        Some((handle, policy)) => {
            let text = format!("Access has been blocked by the conditional access policy {handle}.");
            Err(Refusal {
                claims: Some(challenge(policy.id, None)),
                policies: PolicyVerdict::NotSatisfied,
                ..Code::PolicyBlocks.because(text)
            })
        }
    }
}

/// Adds the demands of every policy in force that is about an attempt; answers the first that blocks, if one does.
pub fn apply<'a>(
    tenant: &'a EntraTenant,
    attempt: &Attempt<'a>,
    required: &mut Required,
    because: &mut Vec<Because>,
) -> Option<(&'a str, &'a ConditionalAccess)> {
    let mut blocked = None;
    for (handle, policy) in matching(tenant, attempt) {
        let does = Does(policy);
        if policy.state == PolicyState::ReportOnly {
            because.push(Because::new("R-05", format!("report-only: the policy {handle} would {does}")));
            continue;
        }
        because.push(Because::new("R-05", format!("the conditional access policy {handle} applies: {does}")));
        if policy.blocks() {
            blocked.get_or_insert((handle, policy));
        }
        add(tenant, handle, policy, required);
    }
    blocked
}

/// What policies may look at, of this sign-in.
pub fn attempt<'a>(facts: &Facts<'a>, account: &Account<'a>, access: &Access<'a>) -> Option<Attempt<'a>> {
    Some(Attempt {
        directory: facts.directory,
        account: *account,
        access: *access,
        app: facts.directory.app_by_handle(&facts.demand.app)?,
        resources: &[],
        unnamed: facts.demand.unnamed.as_deref(),
        client: facts.demand.client,
        ip: facts.ip,
        contexts: &facts.demand.asks.contexts,
        action: facts.demand.action,
    })
}

/// The resources that are asked for.
fn resources<'a>(directory: &Directory, permissions: &'a [Permission]) -> Vec<&'a str> {
    let mut handles: Vec<&str> = permissions.iter().filter_map(|one| one.resource.as_deref()).collect();
    handles.retain(|handle| directory.app_by_handle(handle).is_some());
    handles.dedup();
    handles
}

/// What a policy does, in words.
struct Does<'a>(&'a ConditionalAccess);

impl Display for Does<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Does(policy) = self;
        let mut joint = "";
        if policy.blocks() {
            f.write_str("block")?;
            joint = ", ";
        } else if let Some((first, others)) = policy.grant.split_first() {
            write!(f, "demand {first}")?;
            let with = if policy.operator == Operator::Or { " or " } else { " and " };
            others.iter().try_for_each(|one| write!(f, "{with}{one}"))?;
            joint = ", ";
        }
        if let Some(span) = policy.session.sign_in_frequency {
            write!(f, "{joint}demand a sign-in of the last {span}")?;
            joint = ", ";
        }
        match policy.session.persistent_browser {
            Some(PersistentBrowser::Always) => write!(f, "{joint}keep the browser signed in"),
            Some(PersistentBrowser::Never) => write!(f, "{joint}never keep the browser signed in"),
            None if joint.is_empty() => f.write_str("demand nothing"),
            None => Ok(()),
        }
    }
}

/// The demands of a policy in force.
fn add(tenant: &EntraTenant, handle: &str, policy: &ConditionalAccess, required: &mut Required) {
    required.by_policy = true;
    let within = policy.session.sign_in_frequency;
    let named = Some((policy.id, policy.auth_context.clone()));
    let mut push = |want| required.all.push(Requirement { want, within, policy: named.clone() });
    if within.is_some() {
        push(Want::Recent);
    }
    let wants: Vec<Want> = policy.grant.iter().filter_map(|grant| want(tenant, handle, grant)).collect();
    match policy.operator {
        Operator::Or if wants.len() > 1 => push(Want::Any(wants)),
        Operator::And | Operator::Or => wants.into_iter().for_each(push),
    }
    // "Never" of one policy wins over "always" of another.
    required.persistent = match (required.persistent, policy.session.persistent_browser) {
        (Some(PersistentBrowser::Never), _) | (_, Some(PersistentBrowser::Never)) => Some(PersistentBrowser::Never),
        (known, said) => said.or(known),
    };
}

fn want(tenant: &EntraTenant, handle: &str, grant: &GrantControl) -> Option<Want> {
    match grant {
        GrantControl::Mfa => Some(Want::mfa()),
        GrantControl::Terms => Some(Want::Terms(handle.to_owned())),
        GrantControl::Strength(name) => Some(Want::Factor(strength::factors(tenant, name).into())),
        GrantControl::Custom(name) => Some(Want::Control(name.clone())),
        GrantControl::Block | GrantControl::Unknown(_) => None,
    }
}

/// The claims challenge that sends a client back for what a policy demands.
pub fn challenge(policy: ObjectId, context: Option<&str>) -> String {
    let context =
        context.map_or_else(String::new, |context| format!(r#","acrs":{{"essential":true,"value":"{context}"}}"#));
    format!(r#"{{"access_token":{{"capolids":{{"essential":true,"values":["{policy}"]}}{context}}}}}"#)
}
