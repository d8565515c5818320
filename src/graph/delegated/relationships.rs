//! The relationships themselves: drafted, changed while they are drafts, and shown in whatever state they are.

use serde_json::{Value, json};

use super::super::members::Members;
use super::super::query::whole;
use super::super::{Ask, Outcome, Told, display_name, handle};
use super::{Found, access_details, all, duration, etag, id_of, must_match, name_of, show_roles, write};
use crate::directory::partner::{Relationship, RelationshipKind, RelationshipStatus};
use crate::directory::role::Role;
use crate::directory::tenant::TenantKind;
use crate::graph::error::Refused;
use crate::id::TenantId;
use crate::time::Span;

/// How long a relationship lasts when nobody says.
pub const USUAL: Span = Span::days(730);

/// All of the caller's tenant.
pub fn list(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    ask.list(all(ask).map(|one| row(ask, one.handle, one.facts)).collect())
}

/// One of them.
pub fn one(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    ask.item(row(ask, found.handle, found.facts))
}

/// A new draft.
pub fn create(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    if ask.tenant().kind != TenantKind::Partner {
        return Err(super::denied("Only a partner may propose to administer somebody."));
    }
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let mut facts = Relationship {
        partner: ask.caller.home.to_owned(),
        kind: RelationshipKind::Gdap,
        status: RelationshipStatus::Created,
        created: Some(ask.now),
        modified: Some(ask.now),
        duration: Some(USUAL),
        ..Relationship::default()
    };
    apply(ask, &mut members, &mut facts)?;
    members.finish()?;
    for (missing, name) in [
        (facts.name.is_empty(), "displayName"),
        (facts.customer.is_empty(), "customer"),
        (facts.offered.is_empty(), "accessDetails"),
    ] {
        if missing {
            return Err(Refused::bad(format!("{name} is required.")));
        }
    }
    check(&facts)?;
    let known = &ask.directory.world().relationships;
    if all(ask).any(|one| one.facts.partner == facts.partner && one.facts.name == facts.name) {
        return Err(Refused::Conflict("There is a relationship of that displayName already.".into()));
    }
    let handle = handle(&format!("{} {}", facts.partner, facts.name), |handle| known.contains_key(handle));
    let id = id_of(ask, &handle, &facts.partner);
    let row = whole(entity(ask), row(ask, &handle, &facts));
    let address = ask.address(&format!("{}/{id}", ask.call.place.segment()));
    let did = format!("drafted the relationship {handle}");
    write(ask, &handle, Some(facts), Told::Created(address, row), did)
}

/// A change of a draft.
pub fn change(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    found.must_be_the_partners()?;
    must_match(ask, &tag(ask, found.handle, found.facts))?;
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let mut facts = found.facts.clone();
    let only_extension = body.as_object().is_some_and(|map| map.keys().all(|name| name == "autoExtendDuration"));
    let draft = found.facts.status == RelationshipStatus::Created;
    // In force, it may still be told to renew itself, or no longer.
    let alive = only_extension && found.facts.status_at(ask.now).is_in_force();
    if !draft && !alive {
        return Err(Refused::Conflict("Only a relationship in status created can be changed.".into()));
    }
    apply(ask, &mut members, &mut facts)?;
    members.finish()?;
    check(&facts)?;
    facts.modified = Some(ask.now);
    let told = Told::Now(whole(entity(ask), row(ask, found.handle, &facts)));
    write(ask, found.handle, Some(facts), told, format!("changed the relationship {}", found.handle))
}

/// The end of a draft.
pub fn remove(ask: &Ask<'_>, found: &Found<'_>) -> Result<Outcome, Refused> {
    found.must_be_the_partners()?;
    must_match(ask, &tag(ask, found.handle, found.facts))?;
    match found.facts.status {
        RelationshipStatus::Created => {
            write(ask, found.handle, None, Told::Done, format!("removed the draft {}", found.handle))
        }
        RelationshipStatus::ApprovalPending
        | RelationshipStatus::Approved
        | RelationshipStatus::Activating
        | RelationshipStatus::Active
        | RelationshipStatus::Expiring
        | RelationshipStatus::Expired
        | RelationshipStatus::TerminationRequested
        | RelationshipStatus::Terminating
        | RelationshipStatus::Terminated => {
            Err(Refused::Conflict("Only a relationship in status created can be deleted.".into()))
        }
    }
}

/// Puts what the body says into a relationship.
fn apply(ask: &Ask<'_>, members: &mut Members<'_>, facts: &mut Relationship) -> Result<(), Refused> {
    if let Some(name) = display_name(members)? {
        facts.name = name;
    }
    if let Some(text) = members.text("duration")? {
        let span = duration::read(text).ok_or_else(|| Refused::bad("duration must be from P1D to P730D."))?;
        facts.duration = Some(span);
    }
    if let Some(text) = members.text("autoExtendDuration")? {
        let known = duration::read_extension(text);
        facts.auto_extend = known.ok_or_else(|| Refused::bad("autoExtendDuration must be P180D, PT0S or P0D."))?;
    }
    if let Some(roles) = access_details(members)? {
        facts.offered = roles;
    }
    let Some(mut customer) = members.object("customer")? else { return Ok(()) };
    let id = customer.text("tenantId")?.unwrap_or_default();
    let tenant = TenantId::parse(id).and_then(|id| ask.directory.tenant_by_id(id));
    let tenant = tenant.filter(|tenant| tenant.handle() != ask.caller.home);
    facts.customer =
        tenant.ok_or_else(|| Refused::bad("customer.tenantId names no other tenant."))?.handle().to_owned();
    customer.text("displayName")?;
    customer.finish()
}

/// Whoever may do everything may not do it for ever.
fn check(facts: &Relationship) -> Result<(), Refused> {
    match facts.auto_extend.is_some() && offered(facts).contains(&Role::GlobalAdmin) {
        true => Err(Refused::bad("A relationship with the Global Administrator role cannot extend itself.")),
        false => Ok(()),
    }
}

/// The roles a relationship may give.
pub fn offered(facts: &Relationship) -> Vec<Role> {
    if !facts.offered.is_empty() {
        return facts.offered.clone();
    }
    let mut given: Vec<Role> = facts.roles.values().chain(facts.groups.values()).flatten().copied().collect();
    given.sort_unstable();
    given.dedup();
    given
}

/// The tag of a relationship's state, which time changes too.
fn tag(ask: &Ask<'_>, handle: &str, facts: &Relationship) -> String {
    // Facts that a file can hold can be written.
    let facts_now = serde_json::to_string(facts).unwrap_or_default();
    let ends = facts.ends_at(ask.now).map(|ends| ends.to_string()).unwrap_or_default();
    etag(&["relationship", handle, &facts_now, facts.status_at(ask.now).graph(), &ends])
}

fn entity(ask: &Ask<'_>) -> String {
    ask.context(&format!("{}/$entity", ask.call.place.segment()))
}

fn row(ask: &Ask<'_>, handle: &str, facts: &Relationship) -> Value {
    let customer = name_of(ask, &facts.customer);
    json!({
        "@odata.etag": tag(ask, handle, facts),
        "id": id_of(ask, handle, &facts.partner),
        "displayName": if facts.name.is_empty() { handle } else { &facts.name },
        "duration": duration::write(Some(facts.duration.unwrap_or(USUAL))),
        "customer": customer.map(|tenant| json!({ "tenantId": tenant.id(), "displayName": tenant.name() })),
        "accessDetails": show_roles(&offered(facts)),
        "status": facts.status_at(ask.now).graph(),
        "autoExtendDuration": duration::write(facts.auto_extend),
        "createdDateTime": facts.created,
        "lastModifiedDateTime": facts.modified.or(facts.created),
        "activatedDateTime": facts.activated,
        "endDateTime": facts.ends_at(ask.now),
    })
}
