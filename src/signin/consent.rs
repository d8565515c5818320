//! Has somebody agreed that this application may have what it asks for?
//!
//! Consent is kept per person or for everyone in a tenant, as Microsoft Graph's `oauth2PermissionGrant` has it.

use super::password::Proven;
use super::state::{ConsentAnswer, ConsentQuestion, Facts, Permission, Prompt, Step};
use super::tenant_access::Access;
use crate::directory::app::ConsentKind;
use crate::directory::consent::Consent;
use crate::directory::role::Role;
use crate::directory::tenant::Tenant;
use crate::directory::{Application, Directory};
use crate::id::Upn;
use crate::journal::Because;
use crate::oauth::scope::{DEFAULT, OIDC};
use crate::refusal::{Code, Refusal};

/// What was newly agreed to, if anything had to be; or the question; or the "no".
pub fn consent(
    facts: &Facts<'_>,
    who: &Proven<'_>,
    access: &Access<'_>,
    because: &mut Vec<Because>,
) -> Result<Option<(ConsentAnswer, Vec<Permission>)>, Step> {
    let demand = facts.demand;
    let Some(app) = facts.directory.app_by_handle(&demand.app) else { return Ok(None) };
    if let Some(resource) = unregistered(facts.directory, app, access.tenant, who.account.upn, &demand.permissions) {
        return Err(Step::Refuse(Code::ResourceNotRequested.because(format!(
            "The application {} asks for all that it registered of {}, and it registered nothing of it: there is nothing to agree to.",
            app.title(),
            resource.title()
        ))));
    }
    let asked_anyway = demand.prompt.asks_for_consent() || demand.for_everyone;
    let wanted: Vec<Permission> = if asked_anyway {
        spelled_out(app, demand.permissions.iter()).collect()
    } else {
        missing_permissions(facts.directory, app, access.tenant, Some(who.account.upn), &demand.permissions)
    };
    if wanted.is_empty() && !demand.for_everyone {
        return Ok(None);
    }
    let question = ConsentQuestion {
        upn: who.account.upn.clone(),
        tenant: access.tenant.handle().to_owned(),
        permissions: wanted,
        may_speak_for_all: speaks_for_all(who, access),
    };
    let for_admins = demand.for_everyone || question.permissions.iter().any(|one| needs_admin(facts.directory, one));
    // Where nobody may be asked, an administrator would not be either: there it is consent that is missing.
    if for_admins && !question.may_speak_for_all && demand.prompt != Prompt::None {
        return Err(Step::Refuse(Code::AdminConsentRequired.because(format!(
            "The application {} asks for permissions that only an administrator of {} can grant.",
            app.title(),
            access.tenant.name()
        ))));
    }
    if facts.evidence.consent.is_none() {
        let text = format!("{} has not agreed to all that {} asks for", question.upn, app.title());
        because.push(Because::new("consent", text));
    }
    answered(facts, question).map(Some)
}

/// Who agreed to what, by what was said to the page.
fn answered(facts: &Facts<'_>, question: ConsentQuestion) -> Result<(ConsentAnswer, Vec<Permission>), Step> {
    match facts.evidence.consent {
        None => Err(Step::AskConsent(question)),
        Some(ConsentAnswer::Declined) => {
            let declined = Code::ConsentDeclined.because("The user declined to consent to the application.");
            Err(Step::Refuse(Refusal { cancelled: true, ..declined }))
        }
        Some(ConsentAnswer::ForEveryone) if question.may_speak_for_all => {
            Ok((ConsentAnswer::ForEveryone, question.permissions))
        }
        // A page that asks for everybody has no box to tick: its yes is for all.
        Some(ConsentAnswer::ForMe) if facts.demand.for_everyone && question.may_speak_for_all => {
            Ok((ConsentAnswer::ForEveryone, question.permissions))
        }
        // Somebody who may not speak for all and ticks the box anyway has spoken for themselves.
        Some(ConsentAnswer::ForMe | ConsentAnswer::ForEveryone) => Ok((ConsentAnswer::ForMe, question.permissions)),
    }
}

/// The refusal where nobody can be asked.
pub fn missing(question: &ConsentQuestion) -> Refusal {
    let scopes: Vec<&str> = question.permissions.iter().map(|one| one.scope.as_str()).collect();
    Code::ConsentRequired.because(format!(
        "{} has not consented to the application's use of: {}. Send an interactive authorization request.",
        question.upn,
        scopes.join(" ")
    ))
}

/// Which of these nobody has agreed to yet. Without a user, only what holds for everyone counts.
pub fn missing_permissions(
    directory: &Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    user: Option<&Upn>,
    wanted: &[Permission],
) -> Vec<Permission> {
    // `.default`, and the older endpoints' `resource`, take what was agreed to: only who has agreed to nothing of that
    // resource is asked, and then for all that was registered. To itself an application needs nobody's leave.
    let suffices = |one: &Permission| {
        let resource = one.resource.as_deref();
        one.scope == DEFAULT
            && (resource == Some(app.handle) || has_agreed_to_some(directory, app, tenant, user, resource))
    };
    let open = wanted.iter().filter(|one| !suffices(one));
    spelled_out(app, open).filter(|one| !is_granted(directory, app, tenant, user, one)).collect()
}

/// The same with `.default` taken apart: all that the application registered for that resource.
fn spelled_out<'a>(
    app: Application<'a>,
    wanted: impl Iterator<Item = &'a Permission>,
) -> impl Iterator<Item = Permission> {
    let registered = move |one: &Permission| match one.resource.as_deref().filter(|_| one.scope == DEFAULT) {
        Some(resource) => app.facts().permissions.get(resource).cloned().unwrap_or_default(),
        None => vec![one.scope.clone()],
    };
    wanted.flat_map(move |one| {
        registered(one).into_iter().map(|scope| Permission { resource: one.resource.clone(), scope })
    })
}

/// A resource of which an application asks for all that it registered (`.default`, or the older endpoints' `resource`), where
/// it registered nothing and nobody agreed to anything: whoever was asked to agree would be asked for ever.
fn unregistered<'d>(
    directory: &'d Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    upn: &Upn,
    wanted: &[Permission],
) -> Option<Application<'d>> {
    wanted.iter().filter(|one| one.scope == DEFAULT).find_map(|one| {
        let resource = directory.app_by_handle(one.resource.as_deref()?)?;
        let handle = Some(resource.handle);
        let is_nothing = !app.first_party
            && resource.handle != app.handle
            && !app.permissions.contains_key(resource.handle)
            && !has_agreed_to_some(directory, app, tenant, Some(upn), handle);
        is_nothing.then_some(resource)
    })
}

fn has_agreed_to_some(
    directory: &Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    user: Option<&Upn>,
    resource: Option<&str>,
) -> bool {
    let offered = resource.and_then(|handle| directory.app_by_handle(handle));
    offered.is_some_and(|offered| {
        offered.facts().scopes.keys().any(|scope| is_agreed(directory, app, tenant, user, resource, scope))
    })
}

/// Has somebody agreed to this one?
pub fn is_granted(
    directory: &Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    user: Option<&Upn>,
    one: &Permission,
) -> bool {
    app.first_party
        || kind(directory, one) == ConsentKind::Nobody
        || is_agreed(directory, app, tenant, user, one.resource.as_deref(), &one.scope)
}

/// Is there a registration or a record that says so?
pub fn is_agreed(
    directory: &Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    user: Option<&Upn>,
    resource: Option<&str>,
    scope: &str,
) -> bool {
    let names = |scopes: &[String]| scopes.iter().any(|known| known == scope);
    let by_registration = app.consented.iter().any(|handle| handle == tenant.handle())
        && resource.is_none_or(|resource| app.permissions.get(resource).is_some_and(|scopes| names(scopes)));
    let by_record = || {
        directory.world().consents.values().any(|consent| {
            consent.tenant == tenant.handle()
                && consent.app == app.handle
                && consent.user.as_ref().is_none_or(|upn| Some(upn) == user)
                && match (resource, consent.resource.as_deref()) {
                    // To be signed in is part of whatever else somebody agreed to.
                    (None, Some(_)) => OIDC.contains(&scope),
                    (asked, agreed) => asked == agreed && names(&consent.scopes),
                }
        })
    };
    by_registration || by_record()
}

/// Does an application have a service principal in a tenant: is it at home there, or has anybody agreed to anything?
pub fn is_present(directory: &Directory, app: Application<'_>, tenant: Tenant<'_>) -> bool {
    let agreed = |consent: &Consent| consent.tenant == tenant.handle() && consent.app == app.handle;
    app.first_party
        || app.home == tenant.handle()
        || app.consented.iter().any(|handle| handle == tenant.handle())
        || directory.world().consents.values().any(agreed)
}

fn kind(directory: &Directory, one: &Permission) -> ConsentKind {
    one.resource
        .as_deref()
        .and_then(|handle| directory.app_by_handle(handle))
        .and_then(|resource| resource.facts().scopes.get(&one.scope))
        .map_or(ConsentKind::User, |scope| scope.consent)
}

fn needs_admin(directory: &Directory, one: &Permission) -> bool {
    kind(directory, one) == ConsentKind::Admin
}

fn speaks_for_all(who: &Proven<'_>, access: &Access<'_>) -> bool {
    access.roles(&who.account).iter().any(Role::consents_for_all)
}
