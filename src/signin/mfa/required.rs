//! What is demanded besides a password, and by which rule (R-01 to R-06)?
//!
//! Every rule is asked, in the order of the rulebook; each demand keeps the reason for which it is made. What a
//! person has proven plays no part here.

use std::borrow::Cow;
use std::fmt::{self, Display};

use super::conditional_access::{self, Attempt, matching};
use super::offered::askable;
use super::strength;
use crate::directory::policy::{
    CUSTOM_CONTROL, ClientType, ConditionalAccess, Operator, PerUserMfa, PersistentBrowser, PolicyState, STRENGTH,
    UserAction,
};
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, ProviderMfa, Tenant};
use crate::directory::{Account, Directory};
use crate::id::ObjectId;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factor;
use crate::signin::state::{Facts, Permission, Presence};
use crate::signin::tenant_access::{Access, Standing};
use crate::time::Span;

/// One demand.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// What is demanded.
    pub want: Want,
    /// How long ago it may have been proven.
    pub within: Option<Span>,
    /// The conditional access policy that demands it, when it is one: its id and its authentication context.
    pub policy: Option<(ObjectId, Option<String>)>,
}

/// What can be demanded.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// One of these factors.
    Factor(Cow<'static, [Factor]>),
    /// That a method is registered.
    Registered,
    /// That the whole sign-in is recent enough.
    Recent,
    /// That the terms of this policy are accepted.
    Terms(String),
    /// That this custom control of the tenant is passed.
    Control(String),
    /// Any of these.
    Any(Vec<Want>),
}

/// All demands, and what they say of the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Required {
    /// The demands. All must be met.
    pub all: Vec<Requirement>,
    /// Whether the browser may stay signed in, where a policy says.
    pub persistent: Option<PersistentBrowser>,
}

impl Want {
    /// A second factor, whichever.
    pub fn mfa() -> Self {
        Want::Factor(Cow::Borrowed(&Factor::ALL))
    }
}

impl Required {
    fn by_rule(&mut self, want: Want) {
        self.all.push(Requirement { want, within: None, policy: None });
    }
}

/// Everything that is demanded of an account here, or the refusal of a policy that blocks.
pub fn required<'a>(
    facts: &Facts<'a>,
    account: &Account<'a>,
    access: &Access<'a>,
    because: &mut Vec<Because>,
) -> Result<Required, Refusal> {
    let mut required = Required::default();
    match access.tenant {
        Tenant::Entra { facts: tenant, .. } => {
            delegated(facts, account, access, &mut required, because);
            house_rules(facts, tenant, account, access, &mut required, because)?;
            per_user(facts, account, &mut required, because);
            policies(facts, tenant, account, access, &mut required, because)?;
        }
        Tenant::Provider { facts: provider, .. } => {
            if provider.mfa == ProviderMfa::Always {
                because.push(Because::new("R-14", "the provider asks for its second factor at every sign-in"));
                required.by_rule(Want::mfa());
            }
            per_user(facts, account, &mut required, because);
        }
    }
    asked(facts, account, access, &mut required, because);
    Ok(required)
}

/// Whoever acts in a customer's tenant proves a second factor, whatever their own tenant asks (R-01), unless a technical
/// exception excuses that (R-07).
fn delegated(
    facts: &Facts<'_>,
    account: &Account<'_>,
    access: &Access<'_>,
    required: &mut Required,
    because: &mut Vec<Because>,
) {
    let Standing::DelegatedAdmin(_) = access.standing else { return };
    if let Some((handle, _)) = facts.directory.excepted(account.home, facts.now) {
        let text = format!("the technical exception {handle} excuses {} from R-01 and R-53", account.home.name());
        because.push(Because::new("R-07", text));
        return;
    }
    let text = format!("{} acts in the tenant of a customer: a second factor is always needed", account.upn);
    because.push(Because::new("R-01", text));
    required.by_rule(Want::mfa());
}

/// Security defaults (R-02) and the older baseline policy (R-03) of the tenant signed in to.
fn house_rules(
    facts: &Facts<'_>,
    tenant: &EntraTenant,
    account: &Account<'_>,
    access: &Access<'_>,
    required: &mut Required,
    because: &mut Vec<Because>,
) -> Result<(), Refusal> {
    let held = access.roles(account);
    let holder = |is: fn(Role) -> bool| held.iter().find(|role| is(*role));
    if tenant.security_defaults {
        if facts.demand.client == ClientType::Legacy {
            let blocks = "security defaults block clients that know no second factor";
            because.push(Because::new("R-02", blocks));
            return Err(Code::DefaultsBlock
                .because("Access was blocked by security defaults: this protocol cannot ask for a second factor."));
        }
        let agent = matches!(access.standing, Standing::DelegatedAdmin(_)).then_some("agent of a partner");
        match agent.or(holder(Role::is_guarded_by_defaults).map(Role::title)) {
            Some(title) => {
                let text = format!("security defaults ask every {} for a second factor", title.to_lowercase());
                because.push(Because::new("R-02", text));
                required.by_rule(Want::mfa());
            }
            None => {
                because.push(Because::new("R-02", "security defaults ask every user to have registered"));
                required.by_rule(Want::Registered);
            }
        }
    }
    if tenant.admins_baseline
        && let Some(role) = holder(Role::administers)
    {
        let text = format!("the baseline policy asks every {} for a second factor", role.title().to_lowercase());
        because.push(Because::new("R-03", text));
        required.by_rule(Want::mfa());
    }
    Ok(())
}

/// The account's own state, or its home tenant's (R-04). A provider's accounts have one too.
fn per_user(facts: &Facts<'_>, account: &Account<'_>, required: &mut Required, because: &mut Vec<Because>) {
    let word = match per_user_state(account) {
        PerUserMfa::Disabled => return,
        PerUserMfa::Enabled => "enabled",
        PerUserMfa::Enforced => "enforced",
    };
    because.push(Because::new("R-04", format!("multi-factor authentication is {word} for {}", account.upn)));
    // Differs: the real service lets clients that know no second factor go on with the password until "enabled" has
    // become "enforced"; here both demand (R-04), so that R-60 holds for every account that has a requirement.
    match (facts.demand.client, facts.demand.presence) {
        (ClientType::Legacy, Presence::AppPassword) => {
            because.push(Because::new("R-61", "the app password stands in for the second factor"));
        }
        (ClientType::Browser | ClientType::Mobile | ClientType::Legacy, _) => required.by_rule(Want::mfa()),
    }
}

/// The per-user state in force: a user's own value wins.
pub fn per_user_state(account: &Account<'_>) -> PerUserMfa {
    let tenant = match account.home {
        Tenant::Entra { facts, .. } => facts.per_user_mfa,
        Tenant::Provider { .. } => PerUserMfa::Disabled,
    };
    account.user.per_user_mfa.unwrap_or(tenant)
}

/// Conditional access (R-05): every policy that is about this attempt.
fn policies<'a>(
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
            Err(Refusal { claims: Some(challenge(policy.id, None)), ..Code::PolicyBlocks.because(text) })
        }
    }
}

/// Adds the demands of every policy in force that is about an attempt; answers the first that blocks, if one does.
fn apply<'a>(
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

/// What is demanded before somebody who has nothing that would do may register a method, or the refusal of a policy
/// that blocks: policies can guard that too, by the user action.
pub fn guards(
    facts: &Facts<'_>,
    account: &Account<'_>,
    access: &Access<'_>,
    because: &mut Vec<Because>,
) -> Result<Required, Refusal> {
    let mut required = Required::default();
    let (Some(tenant), Some(attempt)) = (conditional_access::tenant(access), attempt(facts, account, access)) else {
        return Ok(required);
    };
    let attempt = Attempt { action: Some(UserAction::RegisterSecurityInfo), ..attempt };
    let mut why = Vec::new();
    let blocked = apply(tenant, &attempt, &mut required, &mut why);
    if facts.demand.action != attempt.action && !why.is_empty() {
        because.push(Because::new("R-05", "policies guard the registration of methods"));
        because.append(&mut why);
    }
    match blocked {
        None => Ok(required),
        Some((handle, policy)) => {
            let text = format!("The conditional access policy {handle} does not let methods be registered from here.");
            Err(Refusal { claims: Some(challenge(policy.id, None)), ..Code::PolicyBlocks.because(text) })
        }
    }
}

/// The refusal of who may not register a method, because this is not met.
pub fn guarded(unmet: &Requirement) -> Refusal {
    let lacks = match unmet.want {
        Want::Recent => "by somebody who has just signed in",
        Want::Terms(_) => "by somebody who has accepted its terms",
        Want::Control(_) => "by somebody who has passed its custom control",
        Want::Factor(_) | Want::Registered | Want::Any(_) => {
            "by somebody who has proven a second factor; a temporary access pass is one"
        }
    };
    let text = format!("A conditional access policy lets methods be registered only {lacks}.");
    Refusal { claims: unmet.challenge(), ..Code::PolicyBlocks.because(text) }
}

fn attempt<'a>(facts: &Facts<'a>, account: &Account<'a>, access: &Access<'a>) -> Option<Attempt<'a>> {
    Some(Attempt {
        directory: facts.directory,
        account: *account,
        access: *access,
        app: facts.directory.app_by_handle(&facts.demand.app)?,
        resources: &[],
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

fn want(tenant: &EntraTenant, handle: &str, grant: &str) -> Option<Want> {
    match grant {
        "mfa" => Some(Want::mfa()),
        "terms" => Some(Want::Terms(handle.to_owned())),
        _ => {
            let control = grant.strip_prefix(CUSTOM_CONTROL).map(|name| Want::Control(name.to_owned()));
            let strength = |name| Want::Factor(strength::factors(tenant, name).into());
            control.or(grant.strip_prefix(STRENGTH).map(strength))
        }
    }
}

/// The claims challenge that sends a client back for what a policy demands.
pub fn challenge(policy: ObjectId, context: Option<&str>) -> String {
    let context =
        context.map_or_else(String::new, |context| format!(r#","acrs":{{"essential":true,"value":"{context}"}}"#));
    format!(r#"{{"access_token":{{"capolids":{{"essential":true,"values":["{policy}"]}}{context}}}}}"#)
}

/// What the application asks (R-06).
fn asked(
    facts: &Facts<'_>,
    account: &Account<'_>,
    access: &Access<'_>,
    required: &mut Required,
    because: &mut Vec<Because>,
) {
    let asks = &facts.demand.asks;
    let never = matches!(access.tenant, Tenant::Provider { facts, .. } if facts.mfa == ProviderMfa::Never);
    if let Some(words) = &asks.mfa {
        if never {
            because.push(Because::new(
                "R-14",
                "the application asks for a second factor, and this provider never does one",
            ));
        } else {
            because.push(Because::new("R-06", format!("the application asks for a second factor: {words}")));
            required.by_rule(Want::mfa());
        }
    }
    for context in &asks.contexts {
        because.push(Because::new("R-06", format!("the application asks for the authentication context {context}")));
    }
    if asks.if_registered && !askable(facts.directory, account, facts.now).is_empty() {
        because.push(Because::new("R-06", "one's own methods are shown to those only who prove one they have"));
        required.by_rule(Want::mfa());
    }
}
