//! Entra's tokens about people: v1 and v2, access and id.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::groups::{Carried, put_groups, put_roles};
use super::optional::{Token, put_optional};
use super::{Issue, Person, issuer_v1, issuer_v2, opaque, pairwise, put_own, words};
use crate::directory::Application;
use crate::directory::app::{App, GroupClaims, TokenVersion};
use crate::directory::partner::RelationshipKind;
use crate::id::ObjectId;
use crate::oauth::scope::GRAPH;
use crate::signin::factors::Factors;
use crate::signin::tenant_access::Standing;
use crate::token::jwt::Claims;

/// What an access token allows.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// Where.
    pub resource: Application<'a>,
    /// The name the request gave the resource, which v1 tokens repeat in `aud`.
    pub audience: &'a str,
    /// What.
    pub scopes: &'a [String],
    /// The request's `claims`.
    pub claims: Option<&'a Value>,
}

/// An access token about a person, of the version its resource takes.
pub fn access(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> Claims {
    let mut claims = match access.resource.facts().token_version {
        TokenVersion::V1 => access_v1(issue, person, access),
        TokenVersion::V2 => access_v2(issue, person, access),
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
    put_groups(&mut claims, issue, person, resource.facts().group_claims, Carried::InBody);
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

fn access_v1(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> Claims {
    let mut claims = Claims::new();
    claims.insert("aud".into(), access.audience.into());
    claims.insert("iss".into(), issuer_v1(issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("acr".into(), "1".into());
    claims.insert("aio".into(), evidence(person).into());
    claims.insert("amr".into(), words(person.amr.words()));
    claims.insert("appid".into(), issue.app.client_id.as_str().into());
    claims.insert("appidacr".into(), issue.proof.digit().into());
    put_person_v1(&mut claims, issue, person);
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("scp".into(), access.scopes.join(" ").into());
    claims.insert("sub".into(), pairwise(issue.tenant, &access.resource.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_names_v1(&mut claims, issue, person);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "1.0".into());
    claims
}

fn access_v2(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> Claims {
    let mut claims = Claims::new();
    claims.insert("aud".into(), access.resource.client_id.as_str().into());
    claims.insert("iss".into(), issuer_v2(issue.origin, issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("aio".into(), evidence(person).into());
    claims.insert("azp".into(), issue.app.client_id.as_str().into());
    claims.insert("azpacr".into(), issue.proof.digit().into());
    claims.insert("name".into(), person.account.title().into());
    claims.insert("oid".into(), person.object.to_string().into());
    claims.insert("preferred_username".into(), person.account.upn.as_str().into());
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("scp".into(), access.scopes.join(" ").into());
    claims.insert("sub".into(), pairwise(issue.tenant, &access.resource.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "2.0".into());
    claims
}

/// What an id token says about the request it answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdToken<'a> {
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

/// A v1 id token.
pub fn id_v1(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> Claims {
    let mut claims = Claims::new();
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    claims.insert("iss".into(), issuer_v1(issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("amr".into(), words(person.amr.words()));
    put_request(&mut claims, person, id);
    put_person_v1(&mut claims, issue, person);
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("sub".into(), pairwise(issue.tenant, &issue.app.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_names_v1(&mut claims, issue, person);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "1.0".into());
    put_for_client(&mut claims, issue, person, id);
    claims
}

/// A v2 id token. It carries no `amr` unless the application asks for it.
pub fn id_v2(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> Claims {
    let mut claims = Claims::new();
    claims.insert("ver".into(), "2.0".into());
    claims.insert("iss".into(), issuer_v2(issue.origin, issue.tenant).into());
    claims.insert("sub".into(), pairwise(issue.tenant, &issue.app.client_id, person.object).into());
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    issue.put_times(&mut claims);
    if id.profile {
        claims.insert("name".into(), person.account.title().into());
        claims.insert("preferred_username".into(), person.account.upn.as_str().into());
    }
    claims.insert("oid".into(), person.object.to_string().into());
    if let Standing::Guest(_) = issue.standing(person) {
        claims.insert("idp".into(), issuer_v1(person.account.home).into());
    }
    if id.email {
        put_text(&mut claims, "email", person.account.user.mail.as_deref());
    }
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_request(&mut claims, person, id);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("aio".into(), evidence(person).into());
    put_for_client(&mut claims, issue, person, id);
    claims
}

fn put_request(claims: &mut Claims, person: &Person<'_>, id: &IdToken<'_>) {
    put_text(claims, "nonce", id.nonce);
    put_text(claims, "c_hash", id.c_hash);
    put_text(claims, "at_hash", id.at_hash);
    if id.auth_time {
        claims.insert("auth_time".into(), person.auth_time.seconds().into());
    }
}

/// What the client's own registration adds to its id tokens.
fn put_for_client(claims: &mut Claims, issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) {
    let app: &App = issue.app.facts();
    let roles = issue.app_roles(person, &issue.app);
    if !roles.is_empty() {
        claims.insert("roles".into(), roles.into());
    }
    let carried = if id.in_address { Carried::InAddress } else { Carried::InBody };
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

fn put_person_v1(claims: &mut Claims, issue: &Issue<'_>, person: &Person<'_>) {
    let user = person.account.user;
    match issue.standing(person) {
        Standing::Member => {}
        Standing::Guest(guest) => put_foreign_v1(claims, person, guest.id),
        Standing::DelegatedAdmin(_) => put_foreign_v1(claims, person, person.object),
    }
    put_text(claims, "family_name", user.family_name.as_deref());
    put_text(claims, "given_name", user.given_name.as_deref());
    claims.insert("ipaddr".into(), issue.ip.into());
    claims.insert("name".into(), person.account.title().into());
    claims.insert("oid".into(), person.object.to_string().into());
    if let Standing::Member = issue.standing(person) {
        claims.insert("puid".into(), puid(&person.object.to_string()).into());
    }
}

/// Whose account it is that is at home elsewhere.
fn put_foreign_v1(claims: &mut Claims, person: &Person<'_>, object: ObjectId) {
    let mail = person.account.user.mail.as_deref().unwrap_or(person.account.upn.as_str());
    claims.insert("email".into(), mail.into());
    claims.insert("altsecid".into(), format!("5::{}", puid(&person.account.user.id.to_string())).into());
    claims.insert("idp".into(), issuer_v1(person.account.home).into());
    claims.insert("puid".into(), puid(&object.to_string()).into());
}

/// That a partner's agent acts in the tenant of a customer: with which roles, of whom, and by which kind of
/// relationship (`xms_idrel`: 11 is GDAP, 31 is DAP).
///
/// Differs: the real service writes roles only into tokens of resources that chose to get them in a form nobody has
/// described, and leaves the others to look them up.
fn put_delegation(claims: &mut Claims, issue: &Issue<'_>, person: &Person<'_>) {
    let Standing::DelegatedAdmin(delegation) = issue.standing(person) else { return };
    let relation = match delegation.kind {
        RelationshipKind::Gdap => "11",
        RelationshipKind::Dap => "31",
        // Lets nobody in, so no token is about it.
        RelationshipKind::Reseller => return,
    };
    put_roles(claims, issue, person);
    claims.insert("idp".into(), issuer_v1(person.account.home).into());
    claims.insert("xms_idrel".into(), relation.into());
}

/// Who is at home elsewhere has no `upn` here.
fn put_names_v1(claims: &mut Claims, issue: &Issue<'_>, person: &Person<'_>) {
    claims.insert("unique_name".into(), person.account.upn.as_str().into());
    if let Standing::Member = issue.standing(person) {
        claims.insert("upn".into(), person.account.upn.as_str().into());
    }
}

fn put_text(claims: &mut Claims, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        claims.insert(name.into(), value.into());
    }
}

/// What `aio` keeps of the sign-in behind a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How and when it was proven.
    pub factors: Factors,
    /// The session's name.
    pub sid: String,
    /// The grant it came of; a token made to order comes of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Source>,
}

/// A grant, as far as whoever has only its tokens must be able to tell whether it was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// What the revocations were.
    pub epoch: String,
}

/// `aio` is Entra's own business. Ours keeps the evidence of the sign-in, so that a service acting on behalf
/// of its caller passes on what was proven, also from tokens that do not show it.
fn evidence(person: &Person<'_>) -> String {
    let mfa_time = person.mfa_time.unwrap_or(person.auth_time);
    let words = || Factors::from_words(person.amr.words().iter().map(String::as_str), person.auth_time, mfa_time);
    let evidence = Evidence {
        factors: person.sign_in.map_or_else(words, |behind| behind.factors.clone()),
        sid: person.sid.to_owned(),
        grant: person.sign_in.map(|behind| Source { id: behind.grant.to_owned(), epoch: behind.epoch.to_owned() }),
    };
    // Plain words and numbers: there is nothing in it that could fail to be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&evidence).unwrap_or_default())
}

/// Reads the evidence back out of `aio`.
pub fn read_evidence(aio: &str) -> Option<Evidence> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(aio).ok()?).ok()
}

fn rh(issue: &Issue<'_>) -> String {
    format!("0.{}.", opaque(&["rh", &issue.tenant.id().to_string(), issue.app.client_id.as_str()]))
}

/// A 64-bit id in the way older parts of the service write them.
fn puid(seed: &str) -> String {
    let word = opaque(&["puid", seed]);
    let digits: String = word.bytes().take(6).map(|byte| format!("{byte:02X}")).collect();
    format!("1003{digits}")
}
