//! Entra's tokens about people: v1 and v2, access and id.

mod aio;
mod v1;
mod v2;

use serde_json::Value;

use super::groups::{Carried, put_groups, put_roles};
use super::optional::{Token, put_optional};
use super::{Issue, Person, opaque, put_own};
use crate::directory::Application;
use crate::directory::app::{App, GroupClaims, TokenVersion};
use crate::directory::partner::RelationshipKind;
use crate::oauth::scope::GRAPH;
use crate::signin::tenant_access::Standing;
use crate::token::claim_set::ClaimSet;
use crate::token::issuer::issuer_v1;

pub use aio::{Evidence, Source, read_evidence};
pub use v1::id as id_v1;
pub use v2::id as id_v2;

/// What an access token allows.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// Where.
    pub resource: Application<'a>,
    /// The name the request gave the resource, which v1 tokens repeat in `aud`.
    pub audience: &'a str,
    /// What.
    pub scopes: &'a [String],
    /// Was `profile` asked for with it?
    pub profile: bool,
    /// The request's `claims`.
    pub claims: Option<&'a Value>,
    /// How it reaches the application.
    pub carried: Carried,
}

/// An access token about a person, of the version its resource takes.
pub fn access(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> ClaimSet {
    let mut claims = match access.resource.facts().token_version {
        TokenVersion::V1 => v1::access(issue, person, access),
        TokenVersion::V2 => v2::access(issue, person, access),
    };
    let resource = access.resource;
    if resource.handle == GRAPH || resource.facts().group_claims.names_roles() {
        put_roles(&mut claims, issue, person);
    }
    put_delegation(&mut claims, issue, person);
    let roles = issue.app_roles(person, &resource);
    if !roles.is_empty() {
        claims.insert("roles".into(), roles.into());
    }
    put_groups(&mut claims, issue, person, resource.facts().group_claims, access.carried);
    put_optional(
        &mut claims,
        issue,
        person,
        &resource.facts().optional_claims.access_token,
        access.claims,
        Token::Access,
    );
    put_own(&mut claims, person);
    claims
}

/// What an id token says about the request it answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdToken<'a> {
    /// The word that was asked for and is satisfied, in the standards' dialect; Entra has a digit of its own.
    pub acr: Option<&'a str>,
    /// The request's `nonce`.
    pub nonce: Option<&'a str>,
    /// Scopes of OpenID Connect that were asked for.
    pub email: bool,
    /// `profile` was asked for.
    pub profile: bool,
    /// Must it carry `auth_time`?
    pub auth_time: bool,
    /// Half of the code's hash.
    pub c_hash: Option<&'a str>,
    /// Half of the access token's hash.
    pub at_hash: Option<&'a str>,
    /// The request's `claims`.
    pub claims: Option<&'a Value>,
    /// Does it travel in an address?
    pub in_address: bool,
}

/// Adds `scp`. Only what an application has of itself may be nothing.
fn put_scopes(claims: &mut ClaimSet, access: &Access<'_>) {
    if !access.scopes.is_empty() {
        claims.insert("scp".into(), access.scopes.join(" ").into());
    }
}

fn put_text(claims: &mut ClaimSet, name: &'static str, value: Option<&str>) {
    if let Some(value) = value {
        claims.insert(name.into(), value.into());
    }
}

fn rh(issue: &Issue<'_>) -> String {
    format!("0.{}.", opaque(&["rh", &issue.tenant.id().to_string(), issue.app.client_id.as_str()]))
}

fn put_request(claims: &mut ClaimSet, person: &Person<'_>, id: &IdToken<'_>) {
    put_text(claims, "nonce", id.nonce);
    put_text(claims, "c_hash", id.c_hash);
    put_text(claims, "at_hash", id.at_hash);
    if id.auth_time {
        claims.insert("auth_time".into(), person.auth_time.seconds().into());
    }
}

/// What the client's own registration adds to its id tokens.
fn put_for_client(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) {
    let app: &App = issue.app.facts();
    let roles = issue.app_roles(person, &issue.app);
    if !roles.is_empty() {
        claims.insert("roles".into(), roles.into());
    }
    let carried = Carried::new(id.in_address);
    if app.group_claims != GroupClaims::None {
        put_groups(claims, issue, person, app.group_claims, carried);
    }
    if app.group_claims.names_roles() {
        put_roles(claims, issue, person);
    }
    put_delegation(claims, issue, person);
    put_optional(claims, issue, person, &app.optional_claims.id_token, id.claims, Token::Id);
    put_own(claims, person);
}

/// That a partner's agent acts in the tenant of a customer: with which roles, of whom, and by which kind of
/// relationship (`xms_idrel`: 11 is GDAP, 31 is DAP).
///
/// Differs: the real service writes roles only into tokens of resources that chose to get them in a form nobody has
/// described, and leaves the others to look them up.
fn put_delegation(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>) {
    let relation = match issue.standing(person) {
        Some(Standing::Member | Standing::Guest(_)) => return,
        None => None,
        Some(Standing::DelegatedAdmin(delegation)) => match delegation.kind {
            RelationshipKind::Gdap => Some("11"),
            RelationshipKind::Dap => Some("31"),
            // Lets nobody in.
            RelationshipKind::Reseller => None,
        },
    };
    put_roles(claims, issue, person);
    claims.insert("idp".into(), issuer_v1(person.account.home).into());
    if let Some(relation) = relation {
        claims.insert("xms_idrel".into(), relation.into());
    }
}
