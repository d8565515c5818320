//! What is demanded besides a password, and by which rule?
//!
//! Every rule is asked, in the order of the rulebook; each demand keeps the reason for which it is made. What a
//! person has proven plays no part here.

use std::borrow::Cow;

use super::offered::askable;
use super::policies::policies;
use crate::directory::Account;
use crate::directory::policy::{ClientType, PerUserMfa, PersistentBrowser};
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, ProviderMfa, Tenant};
use crate::id::ObjectId;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factor;
use crate::signin::state::{Facts, Presence};
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
    /// Is any of it what conditional access policies say?
    pub by_policy: bool,
}

impl Want {
    /// A second factor, whichever.
    pub fn mfa() -> Self {
        Want::Factor(Cow::Borrowed(&Factor::ALL))
    }
}

impl Required {
    /// Is a second factor demanded that a provider's would be?
    pub fn is_for_the_provider(&self) -> bool {
        self.all.iter().any(|one| matches!(&one.want, Want::Factor(with) if with.contains(&Factor::Provider)))
    }

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

/// Whoever acts in a customer's tenant proves a second factor, whatever their own tenant asks, unless a technical
/// exception excuses that.
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

/// Security defaults and the older baseline policy of the tenant signed in to.
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

/// The account's own state, or its home tenant's. A provider's accounts have one too.
fn per_user(facts: &Facts<'_>, account: &Account<'_>, required: &mut Required, because: &mut Vec<Because>) {
    let word = match per_user_state(account) {
        PerUserMfa::Disabled => return,
        PerUserMfa::Enabled => "enabled",
        PerUserMfa::Enforced => "enforced",
    };
    because.push(Because::new("R-04", format!("multi-factor authentication is {word} for {}", account.upn)));
    // Differs: the real service lets clients that know no second factor go on with the password until "enabled" has
    // become "enforced"; here both demand, so that R-60 holds for every account that has a requirement.
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

/// What the application asks.
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
