//! Tokens about nobody: an application acting for itself.

use super::{Issue, blank, opaque, words};
use crate::directory::Application;
use crate::directory::app::TokenVersion;
use crate::oauth::scope::GRAPH;
use crate::token::claim_set::ClaimSet;
use crate::token::issuer::{issuer_generic, issuer_v1, issuer_v2};

/// The role template of an application in the directory.
const APPLICATION: &str = "0997a1d0-0d1d-4acb-b408-d5ca73121e90";

/// An Entra access token for an application itself, of the version its resource takes.
pub fn entra(issue: &Issue<'_>, resource: Application<'_>, audience: &str) -> ClaimSet {
    match resource.facts().token_version {
        TokenVersion::V1 => v1(issue, resource, audience),
        TokenVersion::V2 => v2(issue, resource),
    }
}

fn v1(issue: &Issue<'_>, resource: Application<'_>, audience: &str) -> ClaimSet {
    let issuer = issuer_v1(issue.tenant);
    let mut claims = begun(issue, audience, &issuer);
    claims.insert("appid".into(), issue.app.client_id.as_str().into());
    claims.insert("appidacr".into(), issue.proof.digit().into());
    claims.insert("idp".into(), issuer.into());
    if resource.first_party || asks_for_kind(resource) {
        claims.insert("idtyp".into(), "app".into());
    }
    put_itself(&mut claims, issue, resource);
    claims.insert("ver".into(), "1.0".into());
    if resource.handle == GRAPH {
        claims.insert("wids".into(), vec![APPLICATION].into());
    }
    claims
}

fn v2(issue: &Issue<'_>, resource: Application<'_>) -> ClaimSet {
    let mut claims = begun(issue, resource.client_id.as_str(), &issuer_v2(issue.origin, issue.tenant));
    claims.insert("azp".into(), issue.app.client_id.as_str().into());
    claims.insert("azpacr".into(), issue.proof.digit().into());
    if asks_for_kind(resource) {
        claims.insert("idtyp".into(), "app".into());
    }
    put_itself(&mut claims, issue, resource);
    claims.insert("ver".into(), "2.0".into());
    claims.insert("xms_ftd".into(), opaque(&["ftd", &issue.tenant.id().to_string()]).into());
    claims
}

/// Is the resource registered for tokens that say of applications that they are none of a person? Microsoft's own get it
/// unasked.
fn asks_for_kind(resource: Application<'_>) -> bool {
    resource.facts().optional_claims.access_token.iter().any(|claim| claim == "idtyp")
}

/// For whom, from whom and from when until when.
fn begun(issue: &Issue<'_>, audience: &str, issuer: &str) -> ClaimSet {
    let now = issue.now.seconds();
    let mut claims = blank();
    claims.insert("aud".into(), audience.into());
    claims.insert("iss".into(), issuer.into());
    claims.insert("iat".into(), now.into());
    claims.insert("nbf".into(), now.into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("aio".into(), opaque(&["aio", issue.uti]).into());
    claims
}

/// The application as its tenant's service principal, and what that may do at the resource.
fn put_itself(claims: &mut ClaimSet, issue: &Issue<'_>, resource: Application<'_>) {
    let object = issue.app.service_principal(issue.tenant).to_string();
    let tid = issue.tenant.id().to_string();
    let rh = opaque(&["rh", &tid, issue.app.client_id.as_str()]);
    claims.insert("oid".into(), object.clone().into());
    claims.insert("rh".into(), format!("0.{rh}.").into());
    if let Some(roles) = roles(issue, resource) {
        claims.insert("roles".into(), words(roles));
    }
    claims.insert("sub".into(), object.into());
    claims.insert("tid".into(), tid.into());
    claims.insert("uti".into(), issue.uti.into());
}

/// The roles it was given as an application: where it is at home, and where an administrator has agreed to all that it was
/// registered with. Scopes alone, agreed to for people, give it none.
fn roles<'a>(issue: &Issue<'a>, resource: Application<'_>) -> Option<&'a Vec<String>> {
    let (app, tenant) = (issue.app, issue.tenant.handle());
    let agreed = app.first_party || app.home == tenant || app.consented.iter().any(|place| place == tenant);
    app.facts().app_permissions.get(resource.handle).filter(|roles| agreed && !roles.is_empty())
}

/// A third-party provider's access token for an application itself (RFC 9068).
pub fn generic(issue: &Issue<'_>, audience: &str, scope: &str) -> ClaimSet {
    let mut claims = blank();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant.handle()).into());
    claims.insert("sub".into(), issue.app.client_id.as_str().into());
    claims.insert("aud".into(), audience.into());
    claims.insert("client_id".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("jti".into(), issue.uti.into());
    if !scope.is_empty() {
        claims.insert("scope".into(), scope.into());
    }
    claims
}
