//! Who can sign in, tenant by tenant and provider by provider.

use super::super::pages::{Kind, Organization, Row};
use super::{Show, named};
use crate::directory::Directory;
use crate::directory::policy::PerUserMfa;
use crate::directory::tenant::{EntraTenant, Provider, ProviderMfa, TenantKind};
use crate::directory::user::{Secret, User};
use crate::id::Upn;

/// All tenants and providers.
pub(super) fn all(facts: &Directory, show: Show) -> Vec<Organization> {
    let world = facts.world();
    let tenants = world.tenants.iter().map(|(handle, tenant)| Organization {
        kind: match tenant.kind {
            TenantKind::Ordinary => Kind::Ordinary,
            TenantKind::Partner => Kind::Partner,
            TenantKind::Customer => Kind::Customer,
        },
        name: named(&tenant.name, handle),
        id: tenant.id.to_string(),
        domain: tenant.domains.first().cloned(),
        note: note(tenant),
        accounts: members(facts, tenant, show),
    });
    tenants.chain(world.providers.iter().map(|(handle, provider)| third_party(handle, provider, show))).collect()
}

fn third_party(handle: &str, provider: &Provider, show: Show) -> Organization {
    Organization {
        kind: Kind::Provider,
        name: named(&provider.name, handle),
        id: format!("/idp/{handle}"),
        domain: None,
        note: match provider.mfa {
            ProviderMfa::Always => Some("asks for a second factor at every sign-in".to_owned()),
            ProviderMfa::OnRequest | ProviderMfa::Never => None,
        },
        accounts: provider.users.iter().map(|(upn, user)| row(upn, user, user.password.as_ref(), show)).collect(),
    }
}

fn members<'d>(facts: &'d Directory, tenant: &EntraTenant, show: Show) -> Vec<Row> {
    let here = facts.world().users.iter().filter(|(upn, _)| tenant.domains.iter().any(|domain| domain == upn.domain()));
    let password = |upn: &Upn, user: &'d User| {
        // The password of a federated account is its provider's business, and stands there.
        user.password.as_ref().filter(|_| !tenant.federation.contains_key(upn.domain()))
    };
    here.map(|(upn, user)| row(upn, user, password(upn, user), show)).collect()
}

fn row(upn: &Upn, user: &User, password: Option<&Secret>, show: Show) -> Row {
    let disabled = (!user.enabled).then(|| "disabled".to_owned());
    let expired = user.password_expired.then(|| "password expired".to_owned());
    // A story says in its own words what role and methods would say.
    let (roles, told) = match show.story(user) {
        Some(story) => (Vec::new(), Some(story.to_owned())),
        None => (user.roles.iter().map(|role| role.title().to_owned()).collect(), registered(user)),
    };
    let state: Vec<String> = [disabled, expired, told].into_iter().flatten().collect();
    let password = password.map(|password| show.secret(password));
    Row { upn: upn.to_string(), password, roles, state: (!state.is_empty()).then(|| state.join(", ")) }
}

fn registered(user: &User) -> Option<String> {
    let methods = &user.methods;
    let registered = [
        methods.push.then(|| "app".to_owned()),
        methods.totp.as_ref().map(|_| "code app".to_owned()),
        methods.sms.as_ref().map(|number| format!("text to {number}")),
        methods.call.as_ref().map(|number| format!("call to {number}")),
    ];
    let registered: Vec<String> = registered.into_iter().flatten().collect();
    (!registered.is_empty()).then(|| format!("registered: {}", registered.join(", ")))
}

fn note(tenant: &EntraTenant) -> Option<String> {
    let mut notes = Vec::new();
    for (domain, trust) in &tenant.federation {
        let to = match (&trust.provider, &trust.metadata) {
            (Some(provider), _) => format!("/idp/{provider}"),
            (None, Some(metadata)) => metadata.clone(),
            (None, None) => "nobody".to_owned(),
        };
        notes.push(format!("{domain} is federated to {to}"));
    }
    match tenant.per_user_mfa {
        PerUserMfa::Disabled => {}
        PerUserMfa::Enabled => notes.push("a second factor is asked of everybody".to_owned()),
        PerUserMfa::Enforced => notes.push("a second factor is enforced for everybody".to_owned()),
    }
    if tenant.security_defaults {
        notes.push("security defaults on".to_owned());
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}
