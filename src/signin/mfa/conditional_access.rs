//! Which conditional access policies are about this attempt?
//!
//! Conditions follow Microsoft Graph's `conditionalAccessConditionSet`: all kinds of condition must hold, and what
//! is excluded wins over what is included.

use std::net::IpAddr;

use crate::directory::policy::{Audience, ClientType, ConditionalAccess, Locations, UserAction};
use crate::directory::role::Roles;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::directory::{Account, Application, Directory};
use crate::signin::tenant_access::{Access, Standing};

/// What a policy may look at.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Who.
    pub account: Account<'a>,
    /// What they are in the tenant signed in to.
    pub access: Access<'a>,
    /// The application.
    pub app: Application<'a>,
    /// The resources it asks for, by handle.
    pub resources: &'a [&'a str],
    /// The resource whose token it gets although it names none, by handle.
    pub unnamed: Option<&'a str>,
    /// What kind of client it is.
    pub client: ClientType,
    /// Where the request came from, as far as that is known.
    pub ip: Option<IpAddr>,
    /// The authentication contexts that are asked for.
    pub contexts: &'a [String],
    /// What is to be done in the directory, when that is what this is about.
    pub action: Option<UserAction>,
}

/// The policies of a tenant that are about an attempt, with their handles. Those that are off are not looked at.
pub fn matching<'a>(tenant: &'a EntraTenant, attempt: &Attempt<'a>) -> Vec<(&'a str, &'a ConditionalAccess)> {
    if tenant.conditional_access.is_empty() {
        return Vec::new();
    }
    let person = Person::new(attempt);
    let here = Here::new(tenant, attempt.ip);
    let about = |policy: &ConditionalAccess| {
        policy.state.is_looked_at()
            && targets(policy, attempt)
            && (policy.client_types.is_empty() || policy.client_types.contains(&attempt.client))
            && person.is_in(&policy.include)
            && !person.is_in(&policy.exclude)
            && here.is_in(&policy.locations)
    };
    let policies = tenant.conditional_access.iter();
    policies.filter(|(_, policy)| about(policy)).map(|(handle, policy)| (handle.as_str(), policy)).collect()
}

/// Is a policy about what is to be done? One that names an action or a context is about nothing else; one that names
/// no application is about all.
fn targets(policy: &ConditionalAccess, attempt: &Attempt<'_>) -> bool {
    if let Some(action) = attempt.action {
        return policy.user_actions.contains(&action);
    }
    if !policy.user_actions.is_empty() {
        return false;
    }
    let asked = policy.auth_context.as_ref().is_none_or(|context| attempt.contexts.contains(context));
    asked && is_about(policy, attempt)
}

/// Is one of the things that are to be reached included, and not excluded itself?
///
/// Each is judged alone: a policy for all but Graph holds for whoever asks for Graph beside something else. Where
/// resources are asked for, they are what is reached, as in Entra: excluding the application that asks lifts nothing
/// from them, and "all" means them. Where none is asked for, somebody signs in to the application alone; the token
/// that is issued all the same reaches what it is for, so a policy that names that holds.
///
/// Differs: a policy that names the application holds whatever it asks for, also for public clients, which Entra
/// does not let policies name; and Entra lets a few harmless permissions of Graph, such as `User.Read`, through a
/// policy that excludes any resource.
fn is_about(policy: &ConditionalAccess, attempt: &Attempt<'_>) -> bool {
    let excluded = |app: &Application<'_>| policy.exclude_apps.iter().any(|name| name == "all" || is(name, app));
    let named = |app: &Application<'_>| policy.apps.iter().any(|name| is(name, app));
    let everything = policy.apps.is_empty() || policy.apps.iter().any(|name| name == "all");
    let alone = attempt.resources.is_empty();
    let resources = attempt.resources.iter().filter_map(|handle| attempt.directory.app_by_handle(handle));
    let unnamed = attempt.unnamed.and_then(|handle| attempt.directory.app_by_handle(handle));
    let included = |app: &Application<'_>| everything || named(app);
    let itself = (everything && alone) || named(&attempt.app);
    (itself && !excluded(&attempt.app))
        || resources.into_iter().any(|app| included(&app) && !excluded(&app))
        || unnamed.is_some_and(|app| named(&app) && !excluded(&app))
}

/// Is this an application's handle or client id?
fn is(name: &str, app: &Application<'_>) -> bool {
    name == app.handle || app.client_id.as_str().eq_ignore_ascii_case(name)
}

/// The person, as audiences ask.
struct Person<'a> {
    account: Account<'a>,
    groups: Vec<&'a str>,
    roles: Roles,
    standing: Standing<'a>,
}

impl<'a> Person<'a> {
    fn new(attempt: &Attempt<'a>) -> Self {
        let Attempt { directory, account, access, .. } = attempt;
        let groups = directory.groups_of(access.tenant, account).into_iter().map(|(handle, _)| handle).collect();
        Self { account: *account, groups, roles: access.roles(account), standing: access.standing }
    }

    fn is_in(&self, audience: &Audience) -> bool {
        let foreign = match self.standing {
            Standing::Member => false,
            Standing::Guest(_) => audience.guests,
            Standing::DelegatedAdmin(_) => audience.service_providers,
        };
        audience.all
            || foreign
            || audience.roles.iter().any(|role| self.roles.contains(*role))
            || audience.groups.iter().any(|group| self.groups.contains(&group.as_str()))
            || audience.users.contains(self.account.upn)
    }
}

/// Where the request came from, as locations ask: looked up once for all policies.
struct Here<'a> {
    names: Vec<&'a str>,
    trusted: bool,
}

impl<'a> Here<'a> {
    fn new(tenant: &'a EntraTenant, ip: Option<IpAddr>) -> Self {
        let around: Vec<_> = tenant.named_locations.iter().filter(|(_, place)| holds(&place.ranges, ip)).collect();
        let trusted = around.iter().any(|(_, place)| place.trusted);
        Self { names: around.into_iter().map(|(name, _)| name.as_str()).collect(), trusted }
    }

    fn is_in(&self, locations: &Locations) -> bool {
        let within = |name: &String| match name.as_str() {
            "all" => true,
            "trusted" => self.trusted,
            name => self.names.contains(&name),
        };
        (locations.include.is_empty() || locations.include.iter().any(within)) && !locations.exclude.iter().any(within)
    }
}

fn holds(ranges: &[String], ip: Option<IpAddr>) -> bool {
    ip.is_some_and(|ip| ranges.iter().any(|range| is_within(range, ip)))
}

/// Does a range such as `10.0.0.0/8` hold an address? An IPv4 address in IPv6's clothes counts as what it is.
fn is_within(range: &str, ip: IpAddr) -> bool {
    let Some((first, bits)) = range.split_once('/') else { return false };
    let (Ok(first), Ok(bits)) = (first.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    let same = |a: u128, b: u128, width: u32| bits <= width && (bits == 0 || (a ^ b) >> (width - bits) == 0);
    match (first, ip.to_canonical()) {
        (IpAddr::V4(first), IpAddr::V4(ip)) => same(u32::from(first).into(), u32::from(ip).into(), 32),
        (IpAddr::V6(first), IpAddr::V6(ip)) => same(first.into(), ip.into(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// The tenant whose policies are asked, when it has any.
pub fn tenant<'a>(access: &Access<'a>) -> Option<&'a EntraTenant> {
    match access.tenant {
        Tenant::Entra { facts, .. } => Some(facts),
        Tenant::Provider { .. } => None,
    }
}
